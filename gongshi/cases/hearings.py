"""Hearings, as far as they can be read off a case: whether one is called, until when, and whether its record is there.

A hearing is a stage that a move with the effect "hear" leads to; what was said of it are sealed words of the case, like
any others. Who takes part stands in those words alone: there is no list of anybody.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from gongshi.accounts.actors import Actor
from gongshi.cases import engine
from gongshi.cases.models import Case, Clock, History, Message
from gongshi.rules.procedure import EFFECTS, UNDONE, Move, Numbered, still_standing

NOTICE, AWAY, RECORD, REMARK = "hearing", "away", "record", "remark"
KINDS = (NOTICE, AWAY, RECORD, REMARK)
CALLED, HELD, OFF = (EFFECTS[effect].history for effect in ("hear", "record", "call_off"))
RECORDED = "case.hearing_recorded"
_TOLD = (CALLED, HELD, OFF, RECORDED)
NOTICE_DAYS = 7
"""So many days lie between the notice and the day of a hearing, at least."""


def earliest_day(today: date) -> date:
    """The first day that a hearing can be called for."""
    return today + timedelta(days=NOTICE_DAYS)


def is_called(case: Case) -> bool:
    """Whether a hearing is announced, or its record is awaited."""
    moves = engine.procedure_of(case).moves_from(case.stage)
    return any(move.effect == "record" for move in moves)


def is_ahead(case: Case) -> bool:
    """Whether the day of a hearing is still to come, and can be moved."""
    moves = engine.procedure_of(case).moves.values()
    return any(move.effect == "hear" and move.to == case.stage for move in moves)


def ends_hearing(move: Move) -> bool:
    """Whether this move ends a hearing with its record."""
    return move.effect == "record"


def last_day(case: Case, today: date) -> date | None:
    """The last day of the answer, which waits for no hearing; None where it is over already. One statement."""
    rules = engine.procedure_of(case).clocks
    bound = [code for code, rule in rules.items() if rule.not_counted_from]
    rows = Clock.objects.filter(case=case, code__in=bound, stopped_on=None, due_on__gte=today)
    return min((row.due_on for row in rows), default=None)


def holds_hearings(case: Case, actor: Actor) -> bool:
    """Whether somebody may call a hearing of this case, now or at another time."""
    calling = [move for move in engine.procedure_of(case).moves.values() if move.effect == "hear"]
    roles = engine.roles_in(case, actor) if calling else frozenset()
    return any(roles & frozenset(move.by) for move in calling)


def last_told(history: Iterable[Numbered]) -> str:
    """What a case's history, in order, says last of a hearing: `CALLED`, `OFF`, `HELD` or `RECORDED`; "" without one.

    What was undone never happened.
    """
    return next((one.code for one in reversed(still_standing(history)) if one.code in _TOLD), "")


def history_of(case: Case) -> list[History]:
    """The entries of a case's history that `last_told` looks at. One statement."""
    return list(History.objects.filter(case=case, code__in=(*_TOLD, UNDONE)).order_by("seq"))


def has_record(case: Case) -> bool:
    """Whether a hearing of the case has a record. One statement."""
    return Message.objects.filter(case=case, undone_at=None, kind=RECORD).exists()
