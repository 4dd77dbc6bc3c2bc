"""The load that benchmarks write is what the program itself would have left: ledger, history, keys, and its shape."""

import json
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from gongshi.cases.actions.looks import open_content
from gongshi.cases.auditing import audit
from gongshi.cases.models import Case, PublicCase, Receipt
from gongshi.cases.replaying import replayed
from gongshi.cases.sealed import unseal_json
from gongshi.config.bench.load.batches import receipt_of
from gongshi.config.bench.load.filling import Load, _Ledger, _Writer, days_of
from gongshi.config.bench.load.shape import NEEDED, built_in, counted
from gongshi.places.snapshots import forget
from gongshi.safekeeping.queries import open_with_receipt
from gongshi.safekeeping.receipts import receipt_hash
from tests.cast import NOW, Town, build_town

CASES = 60


def _load(town: Town) -> Load:
    assert town.offices
    forget()
    return Load(CASES, 90, 7, built_in(), NOW)


@pytest.mark.django_db
def test_cases_that_were_written_past_the_doors_are_as_true_as_any() -> None:
    town = build_town()
    load = _load(town)
    ledger = _Ledger(load)
    number, leaves = _Writer(load).write(0)
    ledger.take(leaves)
    ledger.close()
    assert number == Case.objects.count() == CASES
    assert PublicCase.objects.exists()
    assert Case.objects.filter(outcome="confirmed").exists()
    assert Case.objects.filter(closed_at=None).exists()
    found = audit()
    assert (found.faults, found.rows) == ([], len(leaves))
    assert all(one.agrees for one in replayed("default"))
    case = Case.objects.filter(office=town.offices["roads"]).select_related("filing", "promise").first()
    assert case
    shown = open_content(case, town.actor("zhou"), why="assignment", at=NOW)
    assert shown.text
    receipt = receipt_of(7, 0)
    opener = Receipt.objects.get(hash=receipt_hash(receipt))
    key = open_with_receipt([opener.filing_id], opener.id, receipt)[opener.filing_id]
    assert unseal_json(key, opener.filing.contact, row=opener.filing_id, field="contact")


@pytest.mark.django_db
def test_the_same_seed_chooses_the_same_and_another_another() -> None:
    load = _load(build_town())
    _Writer(load).write(0)
    first = _chosen()
    for seed, same in ((7, True), (8, False)):
        _clear()
        _Writer(Load(CASES, 90, seed, load.shape, NOW)).write(0)
        assert (_chosen() == first) == same


def _chosen() -> list[object]:
    return list(
        Case.objects.order_by("opened_at").values_list("category", "opened_at", "answered_at", "stage")
    )


def _clear() -> None:
    from gongshi.cases import models

    for name in ("Answer", "Clock", "Consent", "History", "Look", "PublicCase", "Case", "Receipt", "Filing"):
        getattr(models, name).objects.all().delete()


@pytest.mark.django_db
def test_more_is_filed_in_busy_months_and_nothing_after_yesterday() -> None:
    build_town()
    shape = built_in()
    day = days_of(Load(20_000, 365, 7, shape, NOW))
    days = [day(number) for number in range(20_000)]
    assert days == sorted(days)
    assert days[-1] == NOW.date() - timedelta(days=1)
    months = Counter(one.month for one in days)
    busiest = max(range(12), key=lambda month: shape.months[month]) + 1
    assert months[busiest] == max(months.values())


def test_the_built_in_shape_is_whole() -> None:
    shape = built_in()
    for shares in (shape.hours, shape.weekdays, shape.months, shape.places, [k.share for k in shape.kinds]):
        assert sum(shares) == pytest.approx(1, abs=0.001)
    assert all(list(kind.days) == sorted(kind.days) for kind in shape.kinds)


def test_the_shape_of_a_list_is_counted(tmp_path: Path) -> None:
    chance, rows = random.Random(1), [",".join(NEEDED)]
    for number in range(400):
        at = f"2026-03-{number % 28 + 1:02} 10:00:00"
        closed = "" if number % 4 == 0 else f"2026-04-{number % 28 + 1:02} 10:00:00"
        lat = 30.0 if number < 3 else round(chance.uniform(30, 31), 4)
        rows.append(f"{at},{closed},{'lamp' if number % 2 else 'hole'},east,Self Service,{lat},120.0")
    file = tmp_path / "requests.csv"
    file.write_text("\n".join(rows))
    shape = counted(file)
    assert [kind.share for kind in shape.kinds] == [0.5, 0.5]
    assert shape.hours[10] == 1
    assert shape.months[2] == 1
    assert shape.phone == 0
    assert shape.kinds[0].days[0] == pytest.approx(31)
    assert 0 < shape.again <= 0.01


def test_what_is_no_list_of_requests_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "no.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="CLOSED_DT"):
        counted(file)


def test_the_built_in_shape_is_that_of_the_list_it_was_counted_from() -> None:
    file = Path("../shared/data/boston311.csv.gz")
    if not file.is_file():
        pytest.skip("the list of requests is not here")
    from dataclasses import asdict

    from gongshi.config.bench.load.shape import BUILT_IN

    assert json.loads(json.dumps(asdict(counted(file)))) == json.loads(BUILT_IN.read_text())
