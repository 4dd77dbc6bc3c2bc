"""Who has decided the question that a case is about now: nobody looks again at what they decided themselves.

信访工作条例 (2022) Art. 35 and 36 have an opinion (处理意见) looked at by the level above, and its review by the level
above that. What is reviewed is one opinion; so a question begins with each first decision, of whether a matter is
accepted or of what is to be done, and the reviews that follow belong to it (docs/decisions/0029-who-decided.md).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from gongshi.rules.procedure.model import Move, Procedure
from gongshi.rules.procedure.undoing import still_standing

# What decides whether a matter is accepted, and what decides what is to be done.
_KINDS = (frozenset({"decline"}), frozenset({"answer", "promise", "report_done"}))
DECIDING = frozenset().union(*_KINDS)
"""Effects of the moves that decide a question."""


class Decision(Protocol):
    """A history entry with the office that made it; None for what the resident or the program does."""

    @property
    def seq(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...

    @property
    def office_id(self) -> UUID | None: ...


def begins_question(procedure: Procedure, move: Move) -> bool:
    """Whether the move is a first decision, whoever makes it: it leads where that of the responsible office leads."""
    kind = next((one for one in _KINDS if move.effect in one), frozenset[str]())
    own = (one for one in procedure.moves.values() if procedure.responsible in one.by and one.effect in kind)
    return any(one.to == move.to for one in own)


def deciders(procedure: Procedure, entries: Iterable[Decision]) -> frozenset[UUID]:
    """The offices that decided the question that a case with this whole history is about now.

    What was undone was never decided, and what was decided of an earlier question does not count: whoever refused or
    ordered acceptance may review the answer, and whoever reviewed one answer may review the next.
    """
    found: set[UUID] = set()
    for entry in still_standing(entries):
        move = procedure.moves.get(entry.params.get("move", ""))
        if move is None or move.effect not in DECIDING:
            continue
        if begins_question(procedure, move):
            found.clear()
        if entry.office_id is not None:
            found.add(entry.office_id)
    return frozenset(found)
