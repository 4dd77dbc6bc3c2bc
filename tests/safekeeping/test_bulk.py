"""Rows that are inserted as they are: what they have in common, and over more than one connection."""

from datetime import timedelta

import pytest
from django.db import connections

from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.bulk import FEW, insert_all, insert_apart
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Wrap
from tests.safekeeping.conftest import AT


def some(number: int) -> list[Wrap]:
    """Wraps of the instance and of receipts by turns, two of each subject, every third of a later time."""
    subjects = [new_id() for _ in range(number)]
    return [
        Wrap(
            id=new_id(),
            subject=subjects[place // 2],
            recipient="receipt" if place % 2 else "instance",
            recipient_id=new_id() if place % 2 else None,
            key_version=1,
            sealed=bytes([place]),
            created_at=AT + timedelta(seconds=place // 3),
        )
        for place in range(number)
    ]


def told(rows: list[Wrap]) -> list[tuple[object, ...]]:
    return [
        (row.id, row.subject, row.recipient, row.recipient_id, bytes(row.sealed), row.created_at)
        for row in rows
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, FEW, FEW + 1, 120])
def test_every_row_has_its_own_values(number: int) -> None:
    rows = some(number)
    insert_all(rows)
    assert told(list(Wrap.objects.order_by("sealed"))) == told(rows)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [2, FEW + 1])
def test_rows_that_are_committed_apart_need_no_connection_that_was_there_before(number: int) -> None:
    for _ in range(2):
        insert_apart(some(number))
        connections[STORE].close()
    assert Wrap.objects.count() == 2 * number
