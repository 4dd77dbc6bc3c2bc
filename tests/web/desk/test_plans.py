"""What the main pages ask of PostgreSQL is found by indexes: none reads through a table that grows with the cases.

Plans are asked for with ``enable_seqscan`` off, since a table that a test can fill is soonest read as a whole; what has
no index to go by is read as a whole nevertheless. What is asked for each row (``EXISTS``) is left out there. History,
the largest table, is looked at by itself, as PostgreSQL plans it of its own accord: it would rather read all of that
once than look for each open case of an office, of which a page shows the first few.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gongshi.cases.models import Answer, Case, Clock, Consent, Filing, History, Look, PublicCase, Receipt
from gongshi.config.bench.load.filling import Load, _Writer
from gongshi.config.bench.load.shape import built_in
from gongshi.places.snapshots import forget
from tests.cast import NOW, Town
from tests.clock import Clock as Time
from tests.statements import captured
from tests.web.desk.helpers import signed_in

WRITTEN, TIMES = 150, 40
# Each is repeated with keys of its own; what else has to differ stands beside it.
REPEATED: dict[type[Any], dict[str, str]] = {
    Filing: {"reference": "left(reference, 12) || '_' || n"},
    Case: {},
    Receipt: {"hash": "sha256(hash || n::text::bytea)"},
    History: {},
    Look: {},
    Clock: {},
    Answer: {},
    Consent: {},
    PublicCase: {"number": f"number + n * {WRITTEN}"},
}
MAPPED = ("id", "case_id", "filing_id")
COUNTED = "/published/"
"""The page that says how many cases are published, in all and by area: from an index alone, all of it."""


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a plan of PostgreSQL's")
def test_no_main_page_reads_through_a_table_that_grows(town: Town, clock: Time) -> None:
    _fill(town)
    assert _scans("SELECT * FROM cases_history WHERE code = 'case.opened'"), (
        "what is read through is not found out"
    )
    case = Case.objects.filter(office=town.offices["roads"], closed_at=None).select_related("filing")[0]
    public = PublicCase.objects.order_by("-filed_on").first()
    assert public
    clerk, anybody = signed_in(town, "zhou"), Client()
    pages = [
        *((clerk, f"/desk/{one}") for one in ("", "?show=late", "?show=soon", "?page=3")),
        (clerk, f"/desk/cases/{case.filing.reference}/1/"),
        *((anybody, one) for one in ("/", "/published/", "/published/?page=2", f"/published/{public.id}/")),
        (anybody, "/open311/v2/requests.json"),
        (anybody, "/api/v1/cases"),
    ]
    read = [f"{path}: {found}" for client, path in pages for found in _read_through(client, path)]
    assert not read, "\n".join(read)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a plan of PostgreSQL's")
def test_no_queue_reads_all_history_to_show_a_page(town: Town) -> None:
    _fill(town)
    clerk, looked_at = signed_in(town, "zhou"), 0
    for path in ("/desk/", "/desk/?show=replied", "/desk/?show=dormant", "/desk/?page=2"):
        clerk.get(path)
        with captured() as statements:
            assert clerk.get(path).status_code == 200
        for one in statements:
            if one.startswith("SELECT") and '"cases_history"' in one:
                looked_at += 1
                whole = [node for node in _deep(_plan(one)) if _reads_all_history(node)]
                assert not whole, (path, one[:300], whole)
    assert looked_at > 8
    assert [node for node in _deep(_plan("SELECT max(at) FROM cases_history")) if _reads_all_history(node)]


def _reads_all_history(node: dict[str, Any]) -> bool:
    """A bitmap of its heap has its condition in the node below."""
    found = node.get("Relation Name") == History._meta.db_table and node["Node Type"] != "Bitmap Heap Scan"
    return found and "Index Cond" not in node


def _deep(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _deep(one)


def _plan(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"))
        found = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _fill(town: Town) -> None:
    """A few cases as the program would have left them, and those many times over."""
    assert town.offices
    forget()
    _Writer(Load(WRITTEN, 365, 5, built_in(), NOW)).write(0)
    with connection.cursor() as cursor:
        for model, other in REPEATED.items():
            quoted = [f'"{field.column}"' for field in model._meta.concrete_fields]
            named = [field.column for field in model._meta.concrete_fields]
            values = [other.get(n, f"md5({n}::text || n)::uuid" if n in MAPPED else f'"{n}"') for n in named]
            table = model._meta.db_table
            columns = ", ".join(quoted)
            found = f"SELECT {', '.join(values)} FROM {table}, generate_series(1, {TIMES}) n"
            cursor.execute(f"INSERT INTO {table} ({columns}) {found}")
        cursor.execute("ANALYZE")


def _read_through(client: Client, path: str) -> Iterator[str]:
    client.get(path)
    with captured() as statements:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    for one in statements:
        # The wraps lie in a database of their own, and are found by the subject's key there.
        if one.startswith(("SELECT", "WITH")) and '"safekeeping_wrap"' not in one:
            counted = path.startswith(COUNTED) and "COUNT(" in one
            yield from (f"{table} in {one[:300]}" for table in _scans(one) if not counted)


def _scans(statement: str) -> list[str]:
    """The growing tables that are read through: without an index, or through all of one that holds every row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '64kB'; SET LOCAL hash_mem_multiplier = 1"
        )
        plan = _plan(statement)
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
        partial = {name for (name,) in cursor.fetchall()}
    growing = {model._meta.db_table for model in REPEATED}
    return [
        one["Relation Name"]
        for one, limited in _nodes(plan, limited=False)
        if one.get("Relation Name") in growing and _whole(one, partial, limited)
    ]


def _whole(one: dict[str, Any], partial: set[str], limited: bool) -> bool:
    if one["Node Type"] == "Seq Scan":
        return True
    walked = one["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in one
    return walked and not limited and one["Index Name"] not in partial


def _nodes(plan: dict[str, Any], *, limited: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every node, and whether it stops after so many rows."""
    yield plan, limited
    sorts = plan["Node Type"] in ("Sort", "Aggregate", "Hash", "Materialize")
    for one in plan.get("Plans", ()):
        if one.get("Parent Relationship") == "SubPlan":
            continue
        yield from _nodes(one, limited=plan["Node Type"] == "Limit" or (limited and not sorts))
