"""A resident's own moves by their code: whichever door they come through, the effect says which action makes them."""

from datetime import datetime

from gongshi.accounts.actors import Resident
from gongshi.cases import engine
from gongshi.cases.actions.answers import Verdict, give_verdict
from gongshi.cases.actions.conversation import reply
from gongshi.cases.actions.moves import make_move
from gongshi.cases.changing import Changed
from gongshi.cases.models import Case
from gongshi.cases.texts import TextRefused
from gongshi.rules.procedure import Move, needs_of

# Leaving has a choice of its own, what becomes of the words: `actions.erasure`.
WITH_A_CHOICE = ("withdraw", "restore")


def own_moves(case: Case, actor: Resident, at: datetime) -> list[Move]:
    """The moves of the procedure that the resident may make now."""
    return [move for move in engine.moves_for(case, actor, at) if move.effect not in WITH_A_CHOICE]


def needs_words(move: Move) -> bool:
    """Whether something must be written with the move."""
    return move.effect == "reopen" or any(need != "verdict" for need in needs_of(move))


def make_own_move(case: Case, code: str, said: Verdict, *, seen: int, actor: Resident, at: datetime) -> Case:
    """Reply, confirm, reopen, escalate, or another of the procedure's moves. ``said.words``: what was written with it.

    ``seen``: the case's ``seq`` when the resident last saw it. Raises Changed for a move that cannot be made now, too,
    TextRefused ("empty" where words are needed), RefusedError, Erased.
    """
    move = next((one for one in own_moves(case, actor, at) if one.code == code), None)
    if move is None or seen != case.seq:
        raise Changed
    if needs_words(move) and not said.words:
        raise TextRefused("empty")
    if move.effect == "reply":
        return reply(case, code, said.words, actor=actor, at=at)
    if move.effect in ("confirm", "reopen"):
        return give_verdict(case, code, said, actor=actor, at=at)
    return make_move(case, code, actor=actor, at=at, params={"reason": said.words, "reply": said.words})
