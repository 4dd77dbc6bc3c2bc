"""Reception days that tests announce, and codes with which somebody books."""

from typing import Any

from gongshi.bulletin.actions.receptions import ReceptionDraft, announce_reception
from gongshi.bulletin.models import Reception
from gongshi.safekeeping.booking_codes import booking_code_of
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
    """The same as the lead of an office announced it."""
    return announce_reception(day(**changed), actor=town.actor(name, keys=False), at=NOW)


def new_code() -> str:
    """A code such as a form makes."""
    return booking_code_of(new_receipt())
