"""Erasing an entry leaves its leaf: what was unlinked is written down once, and how much of it is committed to."""

import pytest

from gongshi.safekeeping.actions import save_leaves, unlink_leaves
from gongshi.safekeeping.ledger import commitment, unlinking_entry
from gongshi.safekeeping.models import Leaf, Unlinked, Unlinking
from tests.safekeeping.conftest import AT

pytestmark = pytest.mark.django_db
ONE, TWO = b"\x01" * 32, b"\x02" * 32


def unlink(*commitments: bytes) -> None:
    save_leaves(unlink_leaves(commitments, at=AT))


def test_the_number_is_committed_to_by_a_leaf_of_its_own() -> None:
    unlink(ONE, TWO)
    assert {bytes(row.commitment) for row in Unlinked.objects.all()} == {ONE, TWO}
    (row,) = Unlinking.objects.all()
    assert (row.number, str(row.on)) == (2, "2026-03-02")
    (leaf,) = Leaf.objects.all()
    assert bytes(leaf.commitment) == commitment(bytes(row.salt), unlinking_entry(row))


def test_twice_is_once() -> None:
    for both in ([ONE], [ONE, ONE], [ONE, TWO]):
        unlink(*both)
    assert Leaf.objects.count() == 2
    assert [row.number for row in Unlinking.objects.order_by("id")] == [1, 1]


def test_nothing_is_written_for_nothing() -> None:
    unlink()
    assert not Leaf.objects.exists()
    assert not Unlinking.objects.exists()
