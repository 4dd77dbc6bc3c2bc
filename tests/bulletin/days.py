"""Reception days that tests announce, and codes with which somebody books."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gongshi.bulletin.actions.receptions import ReceptionDraft, announce_reception, book
from gongshi.bulletin.models import Reception, ReceptionSheet
from gongshi.rules import receptions as rules
from gongshi.rules.receptions import bookable
from gongshi.safekeeping.booking_codes import FREE, booking_code_of, opened_sheet
from gongshi.safekeeping.receipts import new_receipt
from gongshi.words import pair
from tests.cast import NOW, Town
from tests.clock import local

RECEIVER = pair("道路所所长", "Head of Roads")
DAY = local("2026-03-05 09:00")
REASON = pair("所长要去开会。", "The head has to be elsewhere.")


def day(**changed: Any) -> ReceptionDraft:
    """Three days ahead, from nine on, eight times of a quarter of an hour; except for what is ``changed``."""
    told: dict[str, Any] = {
        "receiver": RECEIVER,
        "place": pair("道路所一楼", "Roads, ground floor"),
        "begins_at": DAY,
        "minutes": 15,
        "slots": 8,
    }
    return ReceptionDraft(**{**told, **changed})


def announced_day(town: Town, name: str = "he", **changed: Any) -> Reception:
    """The same as the lead of an office announced it, with no time held back."""
    with nothing_held():
        return announce_reception(day(**changed), actor=town.actor(name, keys=False), at=NOW)


def new_code() -> str:
    """A code such as a form makes."""
    return booking_code_of(new_receipt())


def left_of(row: Reception) -> list[int]:
    """The positions that can still be booked."""
    marks = opened_sheet(row.id, ReceptionSheet.objects.get(reception=row).marks)
    return [position for position in bookable(row.slots) if marks[position] == FREE]


def fill(row: Reception) -> list[str]:
    """Everything that can be booked is; the codes."""
    codes = [new_code() for _ in left_of(row)]
    for code in codes:
        book(row, bookable(row.slots), code, at=NOW)
    return codes


@contextmanager
def nothing_held() -> Iterator[None]:
    """Days announced meanwhile hold no time back, for what is about single times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "most_held", lambda _count: 0)
        yield
