"""What a replica carries is what its doors read: column by column, and no table more."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse

from gongshi.accounts.models import ProgramKey
from gongshi.cases.actions import publication
from gongshi.cases.drafts import PublicCopy
from gongshi.config.databases import databases, main_server
from gongshi.config.environment import SettingsError
from gongshi.config.replica.tables import EMPTY, OWN, PUBLISHED, WITHHELD
from gongshi.figures.open_data import make_release
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.actions import release
from gongshi.figures.released.quarters import release_quarter
from gongshi.places.snapshots import forget
from gongshi.web.replica import DOORS, NOWHERE
from tests.attacks.addresses import routes
from tests.cast import NOW, build_town, case_of, lin_files, resident
from tests.clock import Clock
from tests.statements import captured

TABLES: dict[str, type[Model]] = {
    model._meta.db_table: model for model in apps.get_models(include_auto_created=True)
}
# Words that fit only this one town.
MORE = {
    "public:office_figures": {"code": "roads"},
    "public:category_figures": {"code": "pothole"},
    "public:area_figures": {"code": "river-street"},
    "api:area": {"code": "river-street"},
    "api:figures_month": {"month": "2026-03"},
    "api:figures_line": {"month": "2026-03", "table": "offices", "code": "roads"},
    "api:figures_quarter": {"quarter": "2026-Q1"},
    "open311_service": {"code": "pothole", "extension": "xml"},
    "feed_of_category": {"code": "streets"},
    "feed_of_area": {"code": "river-street"},
    "open_data_file": {"edition_name": "2026-05", "name": "cases.csv"},
    "public:open_data_edition": {"edition_name": "2026-05"},
    "api:open-data-edition": {"edition_name": "2026-05"},
}
READ = re.compile(r'(?:FROM|JOIN)\s+"?([a-z_]+[a-z])"?')


def test_every_column_of_a_published_table_was_argued_for() -> None:
    for table, columns in PUBLISHED.items():
        withheld = WITHHELD.get(table, {})
        assert {*columns, *withheld} == {field.column for field in TABLES[table]._meta.fields}, table
        assert not set(columns) & set(withheld)
        assert len(columns) == len(set(columns))
        # Whatever is updated or deleted is found by its key on the other side.
        assert TABLES[table]._meta.pk.column in columns
    assert WITHHELD.keys() <= PUBLISHED.keys()
    assert not PUBLISHED.keys() & {*EMPTY, *OWN}
    assert EMPTY.keys() <= TABLES.keys()


def test_nothing_that_is_sealed_or_secret_is_published() -> None:
    kinds = {
        f"{table}.{field.column}": field.get_internal_type()
        for table, columns in PUBLISHED.items()
        for field in TABLES[table]._meta.fields
        if field.column in columns
    }
    assert [name for name, kind in kinds.items() if kind == "BinaryField"] == []


def test_doors_are_pages_that_there_are() -> None:
    named = {name for name, _ in routes(get_resolver())}
    assert named >= DOORS
    assert named >= NOWHERE


@pytest.mark.django_db
def test_doors_read_what_is_published_and_nothing_else(clock: Clock, settings: Any, tmp_path: Path) -> None:
    settings.INSTANCE = tmp_path
    clock.set("2026-06-02 09:00")
    town = build_town()
    filed, _ = lin_files(town)
    copy = PublicCopy("老桥有坑", "老桥东头路面塌了一个坑。")
    consent = publication.give_consent(case_of(filed), copy, actor=resident(filed), at=NOW)
    shown = publication.publish(consent.id, copy, actor=town.actor("su"), at=NOW)
    ProgramKey.objects.create(
        holder="一家",
        website="https://a.example",
        hash=b"0",
        per_day=1,
        issued_at=NOW,
        issued_by=town.staff["zhou"],
    )
    release(Month(2026, 3), today=clock().date())
    release_quarter(Quarter(2026, 1), today=clock().date())
    make_release(Month(2026, 5), today=clock().date())
    read: set[str] = set()
    for name, fitting in routes(get_resolver()):
        if name not in DOORS:
            continue
        given = {**fitting, **MORE.get(name, {})}
        if "public_id" in given:
            given["public_id"] = shown.id
        asked = {
            "public:search": "?q=老桥",
            "api:search": "?q=老桥",
            "public:published_view": "?box=30,120,31,121&zoom=9",
            "api:map": "?box=30,120,31,121&zoom=9",
        }
        forget()
        with captured() as statements:
            answer = Client().get(reverse(name, kwargs=given) + asked.get(name, ""))
        assert answer.status_code == 200, (name, answer.status_code)
        if answer.streaming:
            assert b"".join(answer.streaming_content)
        read |= {table for one in statements for table in READ.findall(one) if table in TABLES}
    assert read - PUBLISHED.keys() - EMPTY.keys() - OWN == set()
    assert PUBLISHED.keys() - read == set()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("public.example", "expected an address"),
        ("https://main.example/town", "expected an address"),
        ("https://somebody@main.example", "expected an address"),
        ("https://public.example", "base_url itself"),
    ],
)
def test_the_main_server_has_an_address_of_its_own(address: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        main_server(address, "https://public.example")


def test_a_replica_has_one_database_and_only_reads_it() -> None:
    assert main_server("https://main.example/", "https://public.example") == "https://main.example"
    assert main_server("", "https://public.example") == ""
    found = databases("postgresql:///gongshi", "", Path(), replica=True)
    assert found.keys() == {"default"}
    assert "default_transaction_read_only=on" in found["default"]["OPTIONS"]["options"]
    assert databases("", "", Path(), replica=False).keys() == {"default", "wraps"}
    for url, wraps in (("", ""), ("postgresql:///gongshi", "postgresql:///wraps")):
        with pytest.raises(SettingsError):
            databases(url, wraps, Path(), replica=True)
