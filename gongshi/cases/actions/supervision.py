"""A supervisor's decisions on late cases: one for all cases of a cause."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.cases import engine
from gongshi.cases.actions.moves import make_move
from gongshi.cases.changing import Changed
from gongshi.cases.models import Case, Supervision
from gongshi.cases.queries import NotFound, cases_visible_to, supervisions_of
from gongshi.cases.texts import checked_text
from gongshi.rules.procedure import RefusedError

PRESS = "press"
NOTHING = "nothing"


@dataclass(frozen=True)
class Decided:
    """What a decision did: how many cases were pressed, and which changed under the supervisor's hands."""

    pressed: int
    passed_over: int


def decide(
    supervision: Supervision, words: str, *, answer_by: date | None, actor: StaffActor, at: datetime
) -> Decided:
    """Press the office on every open case of this cause, with one instruction that each resident can read.

    Raises NotFound for a supervision of other offices or of a case that the actor may not know of, Changed when it is
    decided already, TextRefused, and RefusedError ("date_not_ahead") for a day that has come.
    """
    require(actor, "case.supervise")
    text = checked_text(words)
    if not supervisions_of(actor).filter(pk=supervision.pk).exists():
        raise Changed if _is_over(supervision, actor) else NotFound
    if answer_by is not None and answer_by <= engine.today(at):
        raise RefusedError("date_not_ahead", date=answer_by)
    pressed = 0
    with transaction.atomic():
        taken = Supervision.objects.filter(pk=supervision.pk, decided_at=None).update(
            decided_at=at, decided_by=actor.staff_id, decision=PRESS, answer_by=answer_by
        )
        if not taken:
            raise Changed
        # Read only now: what joined until the row was taken belongs to this decision.
        cases = open_cases_of(supervision, actor)
        for case in cases:
            pressed += press(case, text, answer_by, actor=actor, at=at)
        if not pressed:
            # What is kept is what happened: nobody was pressed, and no day was set.
            Supervision.objects.filter(pk=supervision.pk).update(decision=NOTHING, answer_by=None)
    return Decided(pressed, len(cases) - pressed)


def _is_over(supervision: Supervision, actor: StaffActor) -> bool:
    """Whether this office's cause is decided, or all its cases were answered, withdrawn or reopened meanwhile."""
    own = Supervision.objects.filter(pk=supervision.pk, supervisor=actor.office_id)
    return (
        own.exists()
        and not own.filter(decided_at=None, cases__in=Case.objects.filter(closed_at=None)).exists()
    )


def open_cases_of(supervision: Supervision, actor: StaffActor) -> list[Case]:
    """The cause's cases that are still open, oldest first."""
    cases = cases_visible_to(actor).filter(supervision=supervision, closed_at=None)
    return list(cases.select_related("filing", "promise").order_by("opened_at", "id"))


def press(case: Case, text: str, answer_by: date | None, *, actor: StaffActor, at: datetime) -> int:
    """Press the office on one case, as far as its procedure lets this supervisor; how many cases: 1 or 0."""
    moves = [move for move in engine.moves_for(case, actor, at) if move.effect == "press"]
    if not moves:
        return 0
    params: dict[str, Any] = {"reason": text}
    if answer_by:
        params["date"] = answer_by
    try:
        with transaction.atomic():
            make_move(case, moves[0].code, actor=actor, at=at, params=params, for_good=True)
    except (Changed, RefusedError):
        return 0
    return 1
