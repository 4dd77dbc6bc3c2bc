"""The wraps store lies apart: nothing of it in the database, written before what needs it, emptied to the last page."""

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from gongshi.config.databases import wraps_database
from gongshi.config.environment import SettingsError
from gongshi.safekeeping import apart_store, scrubbing
from gongshi.safekeeping.actions import (
    TooManyOrphans,
    bury,
    destroy_wraps,
    destroy_wraps_of_receipt,
    discard_wraps,
    replay_tombstones,
    save_wraps,
    sweep_wraps,
    wrap_for_instance,
)
from gongshi.safekeeping.apart_store import STORE, TABLES, KeptApart, scrub
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf, Tombstone, Wrap
from gongshi.safekeeping.queries import tombstones
from gongshi.safekeeping.sealing import new_data_key
from tests.safekeeping.conftest import AT
from tests.statements import captured

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)


def kept(*subjects: UUID) -> list[Wrap]:
    wraps = [wrap_for_instance(subject, new_data_key(), at=AT) for subject in subjects or (new_id(),)]
    save_wraps(wraps)
    return wraps


def test_every_table_kept_apart_is_named_for_migrations() -> None:
    models = apps.get_app_config("safekeeping").get_models()
    assert {model._meta.model_name for model in models if issubclass(model, KeptApart)} == TABLES


def test_no_table_lies_in_both() -> None:
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in ("default", STORE)}
    apart = {f"safekeeping_{name}" for name in TABLES}
    assert tables["default"] & tables[STORE] == {"django_migrations"}
    assert tables[STORE] == {"django_migrations", *apart}
    assert Leaf._meta.db_table in tables["default"]


def test_the_store_is_never_the_database_itself(tmp_path: Path) -> None:
    url = "postgresql://gongshi@db.example/gongshi"
    with pytest.raises(SettingsError, match="wraps_database"):
        wraps_database(url, tmp_path, main=url)
    assert wraps_database("", tmp_path)["NAME"] == str(tmp_path / "wraps" / "wraps.sqlite3")


@pytest.mark.django_db(transaction=True)
def test_wraps_stay_when_the_transaction_around_them_fails() -> None:
    made: list[Wrap] = []

    def fail() -> None:
        with transaction.atomic():
            made.extend(kept())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(Wrap.objects.all()) == made


def waits_for_the_disk() -> bool:
    """Whether wraps that are saved now are forced to the disk by themselves."""
    with captured() as statements:
        kept()
    return not any("synchronous_commit" in one for one in statements)


@pytest.mark.django_db(transaction=True)
def test_one_log_of_one_server_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL alone has one log for both; which server a connection leads to is asked once for each."""
    one_log = connection.vendor == "postgresql"
    assert waits_for_the_disk() is not one_log
    other = iter(range(100))
    monkeypatch.setattr(apart_store, "_server", lambda _connection: (next(other),))
    assert waits_for_the_disk() is not one_log, "asked again, though both connections are the same ones"
    connection.close()
    assert waits_for_the_disk(), "a new connection may lead to another server"


@pytest.mark.django_db(transaction=True)
def test_what_follows_is_forced_to_the_disk() -> None:
    """Not waiting holds for that one transaction of the store, and never for the database."""
    kept()
    if connection.vendor == "postgresql":
        for each in connections.all():
            with each.cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                assert cursor.fetchone() == ("on",)


def test_discarded_wraps_leave_no_tombstone() -> None:
    mine, theirs = kept(new_id(), new_id())
    discard_wraps([mine])
    assert list(Wrap.objects.all()) == [theirs]
    assert not Tombstone.objects.exists()


def test_what_an_older_copy_brings_back_is_destroyed_again() -> None:
    erased, other = kept(new_id(), new_id())
    assert destroy_wraps([erased.subject], at=AT) == 1
    assert destroy_wraps([erased.subject], at=AT) == 0
    Wrap.objects.bulk_create([erased])
    assert replay_tombstones() == 1
    assert list(Wrap.objects.values_list("subject", flat=True)) == [other.subject]


def test_tombstones_travel_to_another_copy() -> None:
    erased, other = kept(new_id(), new_id())
    destroy_wraps([erased.subject], at=AT)
    taken = list(tombstones())
    Tombstone.objects.all().delete()
    Wrap.objects.bulk_create([erased])
    bury(taken)
    bury(taken)
    assert [subject for subject, _ in tombstones()] == [erased.subject]
    assert replay_tombstones() == 1
    assert Wrap.objects.get() == other


def test_a_replaced_receipt_is_no_erasure() -> None:
    (wrap,) = kept()
    destroy_wraps_of_receipt([wrap.subject], new_id())
    assert Wrap.objects.count() == 1
    assert not Tombstone.objects.exists()


class Filed:
    """Stands for the database: what there is."""

    def __init__(self, *subjects: UUID) -> None:
        self.subjects = set(subjects)

    def __call__(self, asked: Collection[UUID]) -> set[UUID]:
        return self.subjects & set(asked)


def test_wraps_of_what_never_was_are_swept_and_young_ones_are_left() -> None:
    there, never = kept(new_id(), new_id())
    young = wrap_for_instance(new_id(), new_data_key(), at=LATER)
    save_wraps([young])
    assert sweep_wraps(Filed(there.subject), since=AT - timedelta(days=1), until=LATER) == 1
    assert set(Wrap.objects.values_list("id", flat=True)) == {there.id, young.id}
    assert never.id not in {there.id, young.id}


def test_an_empty_database_is_a_mistake_and_no_reason_to_sweep(caplog: pytest.LogCaptureFixture) -> None:
    kept(*(new_id() for _ in range(150)))
    with pytest.raises(TooManyOrphans):
        sweep_wraps(Filed(), since=AT, until=LATER)
    assert Wrap.objects.count() == 150
    assert "none was destroyed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_stores_files_keeps_a_destroyed_wrap() -> None:
    """On PostgreSQL after its next checkpoint; other processes of tests write in other databases of its server."""
    kept(new_id(), new_id())
    (wrap,) = kept()
    secret = bytes(wrap.sealed)[5:40]

    def found() -> list[str]:
        return [str(one) for one in _files() if secret in _bytes(one)]

    _checkpoint()
    assert found() != []
    destroy_wraps([wrap.subject], at=AT)
    ends = time.monotonic() + 120
    while not scrub():
        assert time.monotonic() < ends, "somebody writes all the time"
    _checkpoint()
    assert found() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("alias", "doing"),
    [
        ("default", "SELECT pg_current_xact_id()"),
        (STORE, "SELECT pg_current_xact_id()"),
        (STORE, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1"),
    ],
)
def test_what_a_long_transaction_might_see_is_left_and_said(
    alias: str, doing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Writer or reader (as ``pg_dump`` is), and a writer in the other database: a snapshot covers the whole server."""
    if connections[STORE].vendor != "postgresql":
        pytest.skip("SQLite overwrites what is deleted")
    monkeypatch.setattr(scrubbing, "PATIENCE", 0.05)
    (wrap,) = kept()
    other = connections[alias].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(doing)
        destroy_wraps([wrap.subject], at=AT)
        assert scrub() is False
    finally:
        other.rollback()
        other.close()
    assert "A transaction goes on for long" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_too_large_is_left_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept()
    monkeypatch.setattr(scrubbing, "LARGEST", 0)
    scrub()
    assert ("safekeeping_wrap" in caplog.text) == (connections[STORE].vendor == "postgresql")


@pytest.mark.django_db(transaction=True)
def test_a_table_in_use_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A reader elsewhere puts it off, and nobody is kept waiting behind it."""
    if connections[STORE].vendor != "postgresql":
        pytest.skip("SQLite writes no table anew")
    kept()
    monkeypatch.setattr(scrubbing, "PATIENCE", 0.05)
    other = connections[STORE].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM safekeeping_wrap")
        scrub()
    finally:
        other.rollback()
        other.close()
    assert 'safekeeping_wrap" is in use' in caplog.text
    with connections[STORE].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def _files() -> Iterator[Path]:
    """Every file of the store; of PostgreSQL every file of the cluster."""
    connection = connections[STORE]
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        yield from file.parent.glob(f"{file.name}*")
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        yield from Path(cursor.fetchone()[0]).rglob("*")


def _bytes(path: Path) -> bytes:
    # Other tests make and drop tables meanwhile.
    with suppress(FileNotFoundError):
        return path.read_bytes() if path.is_file() and path.stat().st_size else b""
    return b""


def _checkpoint() -> None:
    if connections[STORE].vendor == "postgresql":
        with connections[STORE].cursor() as cursor:
            cursor.execute("CHECKPOINT")
