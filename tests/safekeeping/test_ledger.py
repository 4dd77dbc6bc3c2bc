"""Commitments: anyone with salt and entry can make them anew, nobody without the salt can test a guess."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from gongshi.safekeeping.ledger import commitment, leaf, new_salt
from tests.safekeeping.conftest import AT

CASE = UUID("019cac10-0000-7000-8000-000000000001")
SALT = bytes(range(16))
ENTRY: dict[str, Any] = {
    "case": CASE,
    "seq": 1,
    "at": AT,
    "on": date(2026, 3, 2),
    "params": {"办": ["a", None]},
}


def test_a_commitment_can_be_made_anew_from_the_documented_form() -> None:
    plain = {
        "case": str(CASE),
        "seq": 1,
        "at": "2026-03-02T01:00:00.000000Z",
        "on": "2026-03-02",
        "params": {"办": ["a", None]},
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert commitment(SALT, ENTRY) == hashlib.sha256(b"gongshi leaf 1\0" + SALT + text).digest()


def test_the_same_instant_in_another_zone_is_the_same_entry() -> None:
    there = AT.astimezone(timezone(timedelta(hours=8)))
    assert commitment(SALT, {"at": there}) == commitment(SALT, {"at": AT})


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry | {"seq": 2},
        lambda entry: entry | {"seq": "1"},
        lambda entry: entry | {"note": None},
        lambda entry: {name: value for name, value in entry.items() if name != "on"},
        lambda entry: entry | {"at": AT + timedelta(microseconds=1)},
        lambda entry: entry | {"params": {"办": ["a"]}},
    ],
)
def test_any_change_gives_another_commitment(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert commitment(SALT, change(ENTRY)) != commitment(SALT, ENTRY)
    assert commitment(SALT, dict(reversed(ENTRY.items()))) == commitment(SALT, ENTRY)


def test_the_salt_hides_and_is_new_each_time() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
    assert commitment(new_salt(), ENTRY) != commitment(new_salt(), ENTRY)


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(bytes(length), ENTRY)


@pytest.mark.parametrize("value", [b"x", {1: 2}, {1, 2}, object()])
def test_entries_hold_plain_values_only(value: Any) -> None:
    with pytest.raises(TypeError, match="JSON"):
        commitment(SALT, {"value": value})


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        commitment(SALT, {"at": datetime(2026, 3, 2)})


def test_a_leaf_commits_and_names_no_row() -> None:
    made = leaf(SALT, ENTRY, AT)
    assert bytes(made.commitment) == commitment(SALT, ENTRY)
    assert made.created_at == AT
    assert made._state.adding
    assert {field.name for field in made._meta.get_fields()} == {"id", "commitment", "created_at"}


@pytest.mark.django_db
def test_a_leaf_keeps_its_bytes() -> None:
    leaf(SALT, ENTRY, AT).save()
    from gongshi.safekeeping.models import Leaf

    stored = Leaf.objects.get()
    assert bytes(stored.commitment) == commitment(SALT, ENTRY)
    assert stored.created_at == datetime(2026, 3, 2, 1, tzinfo=UTC)
