"""Offering to speak for a joint matter that nobody speaks for, and consenting to it: what is shown, what is pressed."""

from datetime import date, datetime
from typing import Any

from gongshi.accounts.actors import Resident
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.visiting import Visitor
from gongshi.grievances.actions.offers import (
    NotEnough,
    begin_to_speak,
    consent_to,
    offer_to_speak,
    take_back_consent,
    take_back_offer,
)
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import offers_for
from gongshi.words import say

NO_SUCH = say(
    "没有这个标记，或者已经过期。请问清楚再输入。",
    "There is no such mark, or it has lapsed. Ask again, and type it anew.",
)
NOT_ENOUGH = say(
    "同意的还不到一半多一点。请再等等。", "Not quite enough consent yet: it takes a little more than half."
)
OFFERS = {"offer": offer_to_speak, "unoffer": take_back_offer}
CONSENTS = {"back": consent_to, "unback": take_back_consent}
WHAT = {*OFFERS, *CONSENTS, "begin"}


def offers_shown(case: Case, visitor: Visitor, on: date) -> dict[str, Any]:
    """What the page shows while nobody speaks."""
    return {"offers": offers_for(member_of(case), visitor.receipt, on)}


def take_offer(what: str, case: Case, mark: str, *, actor: Resident, at: datetime) -> Any:
    """Do what was pressed; what is wrong with it, "" for nothing. Raises NotFound where somebody speaks meanwhile."""
    if what in OFFERS:
        OFFERS[what](case, actor=actor, at=at)
        return ""
    if what in CONSENTS:
        try:
            CONSENTS[what](case, mark, actor=actor, at=at)
        except NotFound:
            return NO_SUCH
        return ""
    try:
        begin_to_speak(case, actor=actor, at=at)
    except NotEnough:
        return NOT_ENOUGH
    return ""
