"""Taking back a step just made, before anybody was told of it (docs/decisions/0013-undo.md).

An undo is one more entry: it names those that it undoes, and the case is again as it was before them. What it does not
give back is time: a clock that the step had started counts from that first day when it is started again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from gongshi.rules.procedure.state import UNDONE, CaseState, Entry, Transition, taken_back

# What may have happened since: it changes nothing, and answers nothing.
QUIET = frozenset({"case.noted", "case.lead_covered", "case.lead_back"})


def is_last(codes_since: Iterable[str]) -> bool:
    """Whether a step is still the last one, given the codes of all entries after it."""
    return QUIET.issuperset(codes_since)


class Numbered(Protocol):
    """A history entry with its number."""

    @property
    def seq(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...


_Entry = TypeVar("_Entry", bound=Numbered)


def still_standing(entries: Iterable[_Entry]) -> list[_Entry]:
    """A case's whole history without the entries that were undone."""
    listed = list(entries)
    undone = {number for entry in listed if entry.code == UNDONE for number in entry.params.get("undoes", ())}
    return [entry for entry in listed if entry.seq not in undone]


def undo(
    state: CaseState, before: CaseState, *, undoes: Sequence[int], what: str, by: str, on: date
) -> Transition:
    """What undoing makes of a case in ``state``: ``before`` again.

    undoes: the numbers of the entries that the step left, in order; what: the code of the first of them.
    """
    after = taken_back(state, before)
    params = {
        "on": max(on, state.latest_on).isoformat(),
        "stage": after.stage,
        "undoes": list(undoes),
        "what": what,
    }
    return Transition(after, (Entry(UNDONE, by, params),), ())
