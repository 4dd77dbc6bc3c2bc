"""Wraps travel while the rows that need them are inserted, and are committed before those. PostgreSQL alone can."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from gongshi.safekeeping.actions import save_wraps, saving_wraps, wrap_for_instance
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.sealing import new_data_key
from gongshi.safekeeping.under_way import _Sent
from tests.safekeeping.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)


def made(number: int = 2) -> list[Wrap]:
    return [wrap_for_instance(new_id(), new_data_key(), at=AT) for _ in range(number)]


def there(wraps: list[Wrap]) -> int:
    """How many of them another connection sees, which is how many are committed."""
    other = connections.create_connection(STORE)
    try:
        with other.cursor() as cursor:
            marks = ", ".join(["%s"] * len(wraps))
            ids = [each.id.hex if other.vendor == "sqlite" else each.id for each in wraps]
            cursor.execute(f"SELECT count(*) FROM safekeeping_wrap WHERE id IN ({marks})", ids)
            return int(cursor.fetchone()[0])
    finally:
        other.close()


def waiting_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fills with what the store's connection does, from now on."""
    seen: list[str] = []
    for name in ("_send", "wait"):
        real = getattr(_Sent, name)

        def noted(self: Any, *given: Any, name: str = name, real: Any = real) -> None:
            seen.append(name)
            real(self, *given)

        monkeypatch.setattr(_Sent, name, noted)
    return seen


def test_they_are_committed_once_they_were_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 2, 4):
        wraps = made(number)
        with saving_wraps(wraps) as saved:
            saved()
            assert there(wraps) == number
        assert there(wraps) == number
    many, seen = made(20), waiting_once(monkeypatch)
    with saving_wraps(many) as saved:
        assert there(many) == 20
        saved()
    assert seen == []


@pytest.fixture
def postgresql() -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to travel on")
    return None


@pytest.mark.usefixtures("postgresql")
def test_nothing_waits_until_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = waiting_once(monkeypatch)
    with saving_wraps(made()) as saved:
        assert seen == ["_send"]
        saved()
    assert seen[:2] == ["_send", "wait"]


@pytest.mark.usefixtures("postgresql")
def test_what_is_wrong_is_said_where_it_is_waited_for_and_leaves_the_connection_whole() -> None:
    (wrap,) = made(1)
    save_wraps([wrap])
    with saving_wraps([wrap]) as saved, pytest.raises(IntegrityError):
        saved()
    more = made()
    with saving_wraps(more) as saved:
        saved()
    assert there([wrap, *more]) == 3


def test_a_block_that_fails_leaves_them_to_be_taken_back() -> None:
    wraps = made()
    with suppress(LookupError), saving_wraps(wraps):
        raise LookupError
    assert Wrap.objects.filter(id__in=[each.id for each in wraps]).count() == 2


@pytest.mark.usefixtures("postgresql")
def test_a_server_that_was_told_to_forget_its_statements_is_told_again() -> None:
    save = made(), made()
    with saving_wraps(save[0]) as saved:
        saved()
    with connections[STORE].cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with saving_wraps(save[1]) as saved:
        saved()
    assert there([*save[0], *save[1]]) == 4


@pytest.mark.usefixtures("postgresql")
def test_a_server_that_is_gone_before_the_reply_is_an_error_and_a_new_connection_follows() -> None:
    with saving_wraps(made()) as saved:
        saved()
    wraps = made()
    with connections[STORE].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    with pytest.raises(OperationalError), saving_wraps(wraps) as saved:
        saved()
    connections[STORE].close_if_unusable_or_obsolete()
    again = made()
    with saving_wraps(again) as saved:
        saved()
    assert (there(wraps), there(again)) == (0, 2)
