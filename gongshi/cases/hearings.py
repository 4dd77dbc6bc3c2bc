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
    """Whether a hearing is being prepared or held."""
    return any(
        move.effect == "hear" and move.to == case.stage for move in engine.procedure_of(case).moves.values()
    )


def ends_hearing(case: Case, move: Move) -> bool:
    """Whether this move ends the hearing that is called."""
    return move.effect == "resume" and is_called(case)


def last_day(case: Case) -> date | None:
    """The day on which the program ends the hearing by itself; None where no clock does. One statement."""
    procedure = engine.procedure_of(case)
    ending = {
        code
        for code, rule in procedure.clocks.items()
        if case.stage in rule.runs_in
        and rule.expiry_move
        and procedure.moves[rule.expiry_move].target(case.stage) != case.stage
    }
    rows = Clock.objects.filter(case=case, code__in=ending, stopped_on=None)
    return min((row.due_on for row in rows), default=None)


def holds_hearings(case: Case, actor: Actor) -> bool:
    """Whether somebody may call a hearing of this case, now or at another time."""
    calling = [move for move in engine.procedure_of(case).moves.values() if move.effect == "hear"]
    roles = engine.roles_in(case, actor) if calling else frozenset()
    return any(roles & frozenset(move.by) for move in calling)


def lacks_record(kinds: Iterable[str]) -> bool:
    """Whether what was last told of a hearing is its notice, among the kinds of a case's words in their order."""
    told = [kind for kind in kinds if kind in (NOTICE, RECORD)]
    return bool(told) and told[-1] == NOTICE


def kinds_of(case: Case) -> list[str]:
    """The kinds of what was said of a case's hearings, in order. One statement."""
    rows = Message.objects.filter(case=case, undone_at=None, kind__in=KINDS).order_by("at", "id")
    return list(rows.values_list("kind", flat=True))
