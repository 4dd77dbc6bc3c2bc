"""How often those who have a case were pressed, and whether it came to them because others were pressed in vain.

For letters, which say so (docs/rules/letters.md).
"""

from collections.abc import Iterable, Mapping

from gongshi.rules.procedure.effects import EFFECTS
from gongshi.rules.procedure.model import Procedure
from gongshi.rules.procedure.state import OPENED
from gongshi.rules.procedure.undoing import Numbered, still_standing

_RAISED = EFFECTS["escalate"].history
# With each of these a case begins anew for whoever has it; all others lie between.
_BEGINNING = {OPENED} | {
    EFFECTS[effect].history
    for effect in (
        *("escalate", "reopen", "accept", "decline", "hand_over", "refer", "assign", "order", "take_over"),
        *("answer", "promise", "report_done", "confirm", "settle", "leave", "close_silent"),
    )
}


def raised_after(history: Iterable[Numbered]) -> int:
    """After how many presses in vain the program brought the case to whoever has it now; 0 where it did not.

    ``history``: the whole of it, in its order.
    """
    begun = next((one for one in reversed(still_standing(history)) if one.code in _BEGINNING), None)
    return int(begun.params.get("times") or 0) if begun is not None and begun.code == _RAISED else 0


def pressed_times(procedure: Procedure, stage: str, counts: Mapping[str, int]) -> int:
    """How often whoever has a case in ``stage`` was pressed; ``counts``: how often each move was made."""
    presses = (move for move in procedure.moves_from(stage) if move.effect == "press" and move.limit)
    return max((counts.get(move.code, 0) for move in presses), default=0)
