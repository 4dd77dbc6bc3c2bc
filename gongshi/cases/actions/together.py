"""Answering many cases with one text: each gets its own letter, its own history entry and its own notice.

Each is answered in a transaction of its own: one that was changed meanwhile keeps none of the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.cases.actions.answers import AnswerIncomplete, NewAnswer, decisions, move_for, send_answer
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.changing import changing
from gongshi.cases.models import Case
from gongshi.cases.one_cause import accepting, answering
from gongshi.cases.reading import Erased, KeyMissing
from gongshi.cases.texts import TextRefused
from gongshi.rules.procedure import RefusedError
from gongshi.rules.templates import filled, placeholders_in

KEPT_FROM: dict[type[Exception], str] = {
    Changed: "changed",
    Erased: "erased",
    KeyMissing: "erased",
    AnswerIncomplete: "incomplete",
    TextRefused: "unreadable",
}


@dataclass(frozen=True)
class Addressee:
    """A case as the officer saw it, and what is filled into the text for it, by placeholder (`rules.templates`)."""

    case: Case
    seen: int
    values: Mapping[str, str]


def letter_for(answer: NewAnswer, values: Mapping[str, str]) -> NewAnswer:
    """The answer with its placeholders filled in; those that nothing fills stay standing (`unfilled`)."""
    return replace(
        answer,
        found=filled(answer.found, values),
        decided=filled(answer.decided, values),
        call=filled(answer.call, values),
        by_whom=filled(answer.by_whom, values),
    )


def unfilled(answer: NewAnswer) -> tuple[str, ...]:
    """The placeholders that still stand in an answer."""
    texts = (answer.found, answer.decided, answer.call, answer.by_whom)
    return tuple(dict.fromkeys(name for text in texts for name in placeholders_in(text)))


def answer_together(
    addressees: Iterable[Addressee], answer: NewAnswer, *, actor: StaffActor, at: datetime
) -> dict[UUID, str]:
    """Send each its letter, accepting it first where the procedure asks for that. Returns "" or what kept it, by case.

    Codes: "changed", "erased", "unfilled" (something that only this case lacks), "incomplete", "unreadable" for words
    that cannot be kept, and those of RefusedError.
    """
    return {one.case.id: _answer(one, answer, actor, at) for one in addressees}


def _answer(one: Addressee, answer: NewAnswer, actor: StaffActor, at: datetime) -> str:
    letter = letter_for(answer, one.values)
    if unfilled(letter):
        return "unfilled"
    try:
        _send(one, letter, actor, at)
    except tuple(KEPT_FROM) as why:
        return next(code for kind, code in KEPT_FROM.items() if isinstance(why, kind))
    except RefusedError as refused:
        return refused.code
    return ""


def _send(one: Addressee, letter: NewAnswer, actor: StaffActor, at: datetime) -> None:
    case = one.case
    if one.seen != case.seq:
        raise Changed
    moves = answering(case.procedure_id, case.stage)
    if letter.decision not in decisions(moves):
        raise RefusedError("not_here")
    accept = accepting(case.procedure_id, case.stage)
    with changing(case):
        if accept is not None:
            make_move(case, accept.code, actor=actor, at=at)
        send_answer(case, move_for(letter.decision, moves).code, letter, actor=actor, at=at, seen=case.seq)


def undo_together(cases: Iterable[tuple[Case, int]], *, actor: StaffActor, at: datetime) -> dict[UUID, str]:
    """Undo what was just answered together, as far as it still can be; ``cases`` with the ``seq`` that each had then.

    Returns "" or what kept it, by case: "changed", "erased" or a code of RefusedError.
    """
    return {case.id: _undo(case, seen, actor, at) for case, seen in cases}


def _undo(case: Case, seen: int, actor: StaffActor, at: datetime) -> str:
    try:
        undo_last(case, actor=actor, at=at, seen=seen)
    except tuple(KEPT_FROM) as why:
        return next(code for kind, code in KEPT_FROM.items() if isinstance(why, kind))
    except RefusedError as refused:
        return refused.code
    return ""
