"""SQLite's writers wait in a queue: one after the other, and whoever fails leaves it."""

import fcntl
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from gongshi.places.models import Alias, Area
from gongshi.safekeeping.bulk import insert_apart
from gongshi.safekeeping.ids import new_id
from gongshi.words import pair

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has many writers"),
]


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture
def area() -> Area:
    return Area.objects.create(code="a", name=pair("甲", "A"), level="grid", rank=0)


def test_a_second_writer_waits_for_the_first(area: Area) -> None:
    order: list[str] = []
    begun = threading.Event()

    def first() -> None:
        with transaction.atomic():
            Alias.objects.create(name="一", area=area)
            begun.set()
            time.sleep(0.3)
            order.append("first")

    def second() -> None:
        begun.wait()
        with transaction.atomic():
            order.append("second")
            Alias.objects.create(name="二", area=area)

    for thread in [in_thread(first), in_thread(second)]:
        thread.join()
    assert order == ["first", "second"]
    assert Alias.objects.count() == 2


def test_the_queue_is_held_for_the_length_of_a_transaction() -> None:
    queue = os.open(f"{connection.settings_dict['NAME']}-queue", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with transaction.atomic(), pytest.raises(BlockingIOError):
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(queue)


def test_whoever_fails_leaves_the_queue(area: Area) -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            Alias.objects.create(name="一", area=area)
            raise ZeroDivisionError

    def fail() -> None:
        with pytest.raises(ZeroDivisionError):
            write_and_fail()

    in_thread(fail).join()
    with transaction.atomic():
        Alias.objects.create(name="二", area=area)
    assert list(Alias.objects.values_list("name", flat=True)) == ["二"]


def test_a_closed_connection_leaves_the_queue(area: Area) -> None:
    def leave() -> None:
        transaction.set_autocommit(False)
        Alias.objects.create(name="一", area=area)
        connection.close()

    in_thread(leave).join()
    with transaction.atomic():
        Alias.objects.create(name="二", area=area)
    assert list(Alias.objects.values_list("name", flat=True)) == ["二"]


def test_rows_that_are_committed_by_their_statement_wait_in_the_queue_too(area: Area) -> None:
    queue = os.open(f"{connection.settings_dict['NAME']}-queue", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        thread = in_thread(lambda: insert_apart([Alias(id=new_id(), name="一", area=area)]))
        thread.join(0.3)
        assert thread.is_alive()
        fcntl.flock(queue, fcntl.LOCK_UN)
        thread.join()
        with pytest.raises(IntegrityError):
            insert_apart([Alias(id=new_id(), name=None, area=area)])
        fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(queue)
    assert list(Alias.objects.values_list("name", flat=True)) == ["一"]


def test_a_transaction_keeps_its_place_in_the_queue() -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        connection.in_turn().__enter__()  # type: ignore[attr-defined]


def test_nobody_is_turned_away_when_many_write(area: Area) -> None:
    def write(number: int) -> None:
        for step in range(25):
            with transaction.atomic():
                Alias.objects.create(name=f"{number}/{step}", area=area)

    threads = [in_thread(lambda number=number: write(number)) for number in range(8)]  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert Alias.objects.count() == 200


def test_a_file_that_is_not_there_is_an_error_and_no_empty_database(tmp_path: Path) -> None:
    missing = tmp_path / "lost.sqlite3"
    other = type(connections["default"])(
        {**connections["default"].settings_dict, "NAME": str(missing)}, "lost"
    )
    with pytest.raises(OperationalError):
        other.ensure_connection()
    assert list(tmp_path.iterdir()) == []
    missing.touch()
    other.ensure_connection()
    other.close()
