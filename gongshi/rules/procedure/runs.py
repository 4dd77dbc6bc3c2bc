"""What became of every run of every clock: pauses and extensions with their days, kept or late, told from history.

A clock's row holds sums alone; the entries say on which day each thing happened. Entries that were undone are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from gongshi.rules.procedure.model import ClockRule, Procedure
from gongshi.rules.procedure.state import JOINED, MERGED, CaseState, ClockState, Entry, evolve
from gongshi.rules.procedure.undoing import Numbered, still_standing

# What ends a clock without anything having been done about it.
NEUTRAL_ENDS = frozenset({"case.withdrawn", MERGED, JOINED, "restarted"})


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One thing that happened to a run on the day ``on``; ``due_on`` is its last day from then on.

    kind: "paused"; "resumed" (``days`` that the pause added); "not_counted" (``days`` that a hearing took); "extended"
    (by ``days``); "returned" (after the matter lay withdrawn, which added ``days``); "brought_forward". Days are
    counted as the clock counts.
    """

    on: date
    kind: str
    days: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of a clock. ``ended_by``: the history code of what stopped it, "restarted" where a new run took over.

    Both are empty while it runs or waits. announces: its last day was announced, and nobody is late when it is over.
    """

    clock: str
    first_due_on: date
    state: ClockState
    events: tuple[RunEvent, ...] = ()
    ended_on: date | None = None
    ended_by: str = ""
    announces: bool = False

    @property
    def kept(self) -> bool | None:
        """Whether what it bound to was done in time; None while it runs, and where something else ended it in time."""
        if self.ended_on is None or self.announces:
            return None
        if self.ended_on > self.state.due_on:
            return False
        return None if self.ended_by in NEUTRAL_ENDS else True

    def late_days(self, today: date) -> int:
        """By how many calendar days it was overstepped; one that still runs, by ``today``."""
        waits = self.ended_on is None and self.state.paused_on is not None
        ended = self.ended_on or today
        return 0 if waits or self.announces else max((ended - self.state.due_on).days, 0)


def clock_runs(procedure: Procedure, entries: Iterable[Numbered]) -> list[ClockRun]:
    """Every run of every clock, in the order in which they began. ``entries``: a case's whole history, in order."""
    runs: dict[tuple[str, int], ClockRun] = {}
    state: CaseState | None = None
    for entry in still_standing(entries):
        before = state.clocks if state else {}
        state = evolve(state, Entry(entry.code, "", entry.params))
        for code, after in state.clocks.items():
            if after != before.get(code):
                _fold(runs, procedure.clocks[code], before.get(code), after, entry)
    return list(runs.values())


def _fold(
    runs: dict[tuple[str, int], ClockRun],
    rule: ClockRule,
    before: ClockState | None,
    after: ClockState,
    entry: Numbered,
) -> None:
    """One change of one clock."""
    place, on = (rule.code, after.run), date.fromisoformat(entry.params["on"])
    if place not in runs:
        if before is not None and before.active:
            old = (rule.code, before.run)
            runs[old] = replace(runs[old], ended_on=on, ended_by="restarted")
        # Taken over from a joint case, it may have ended there.
        ended = after.stopped_on
        by = entry.code if ended else ""
        runs[place] = ClockRun(
            rule.code, after.due_on, after, ended_on=ended, ended_by=by, announces=rule.announces
        )
        return
    assert before is not None
    events = (*runs[place].events, *_events(rule, before, after, on))
    ended = after.stopped_on
    runs[place] = replace(
        runs[place], state=after, events=events, ended_on=ended, ended_by=entry.code if ended else ""
    )


def _events(rule: ClockRule, before: ClockState, after: ClockState, on: date) -> list[RunEvent]:
    """What one change tells, as far as it holds or moves the last day."""
    found = []
    if before.paused_on and not after.paused_on:
        found.append(("resumed", after.paused_days - before.paused_days))
    elif after.paused_days > before.paused_days:
        found.append(("not_counted", after.paused_days - before.paused_days))
    if after.extended > before.extended:
        days = rule.extension.days if rule.extension else 0
        found.append(("extended", days * (after.extended - before.extended)))
    if before.stopped_on and not after.stopped_on:
        found.append(("returned", after.withdrawn_days - before.withdrawn_days))
    if after.paused_on and not before.paused_on:
        found.append(("paused", 0))
    if not found and after.due_on < before.due_on:
        found.append(("brought_forward", 0))
    return [RunEvent(on, kind, days, after.due_on) for kind, days in found]
