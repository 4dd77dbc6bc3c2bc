"""Offices that a member of a joint matter names for their own: the boxes, and what is pressed there."""

from datetime import datetime
from typing import Any

from gongshi.accounts.actors import Resident
from gongshi.accounts.queries import offices
from gongshi.cases.intake.choices import office_called
from gongshi.cases.intake.draft import as_uuid
from gongshi.cases.models import Case
from gongshi.cases.naming import MOST_NAMED
from gongshi.grievances.actions.keeping import TooManyNamed, keep_off, let_see
from gongshi.grievances.queries import offices_named
from gongshi.web.public.boxes import Box, Choice
from gongshi.words import say

WHICH = say("请选是哪个单位。", "Choose which office.")
ENOUGH = say("已经点了很多单位，先去掉一个。", "Many offices are named already. Take one off first.")


def keeping_shown(case: Case) -> dict[str, Any]:
    """The offices that were named, and the box for one more."""
    named = [{"id": key, "name": office.name} for key, office in offices_named(case).items()]
    listed = tuple(Choice(node.code, node.name) for node in offices().values())
    box = Box("office", say("哪个单位", "Which office"), kind="list", optional=False, groups=(("", listed),))
    return {"named": named, "keep_box": box if len(named) < MOST_NAMED else None}


def take_kept(case: Case, office: str, gone: str, *, actor: Resident, at: datetime) -> Any:
    """Name an office by its code, or take off the one whose button was pressed; what is wrong, "" for nothing.

    Raises NotFound.
    """
    if (recusal := as_uuid(gone)) is not None:
        let_see(case, recusal, actor=actor, at=at)
        return ""
    node = office_called(office)
    if node is None:
        return WHICH
    try:
        keep_off(case, node.id, actor=actor, at=at)
    except TooManyNamed:
        return ENOUGH
    return ""
