"""Hearings, as far as they can be read off a case: whether one is called, until when, and whether its record is there.

A hearing is a stage that a move with the effect "hear" leads to; what was said of it are sealed words of the case, like
any others. Who takes part stands in those words alone: there is no list of anybody.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from gongshi.accounts.actors import Actor
from gongshi.cases import engine
from gongshi.cases.models import Case, Clock, Message
from gongshi.rules.procedure import Move

NOTICE, AWAY, RECORD, REMARK = "hearing", "away", "record", "remark"
KINDS = (NOTICE, AWAY, RECORD, REMARK)
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


def is_called_off(case: Case) -> bool:
    """Whether every hearing that was called so far and has no record was called off."""
    moves = engine.procedure_of(case).moves
    made = dict.fromkeys(("hear", "record", "call_off"), 0)
    for code, times in case.counts.items():
        if code in moves and moves[code].effect in made:
            made[moves[code].effect] += times
    return made["call_off"] > 0 and made["hear"] == made["record"] + made["call_off"]


def lacks_record(case: Case, kinds: Iterable[str]) -> bool:
    """Whether what was last told of a hearing is its notice, among the kinds of a case's words in their order."""
    if is_called_off(case):
        return False
    told = [kind for kind in kinds if kind in (NOTICE, RECORD)]
    return bool(told) and told[-1] == NOTICE


def kinds_of(case: Case) -> list[str]:
    """The kinds of what was said of a case's hearings, in order. One statement."""
    rows = Message.objects.filter(case=case, undone_at=None, kind__in=KINDS).order_by("at", "id")
    return list(rows.values_list("kind", flat=True))
