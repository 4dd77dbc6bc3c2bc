"""A timeline as plain data, ready for JSON: days as texts, words in both languages."""

from datetime import tzinfo
from typing import Any

from gongshi.rules.deadlines import end_of_day
from gongshi.rules.timeline.model import Beside, Span, Timeline


def as_data(timeline: Timeline, zone: tzinfo) -> dict[str, Any]:
    """Every deadline; ``due_at`` is the end of the last day in ``zone``, in UTC, exclusive."""
    procedure, promise = timeline.procedure, timeline.promise
    return {
        "procedure": procedure.code,
        "version": procedure.version,
        "name": dict(procedure.name),
        "filed_on": timeline.filed_on.isoformat(),
        "promise": {"days": promise.days, "counting": promise.counting} if promise else None,
        "provisional": timeline.provisional,
        "deadlines": [_span(span, timeline, zone) for span in timeline.way],
        "if_they_let_it_pass": [
            {**_span(span, timeline, zone), "after": span.after} for span in timeline.passed
        ],
        "only_if_it_comes_to_it": [_beside(one, timeline) for one in timeline.beside],
        "routes_open_after": list(procedure.stages[timeline.ends_in].routes),
    }


def _common(one: Span | Beside, timeline: Timeline) -> dict[str, Any]:
    clock, basis = one.clock, one.clock.basis or timeline.procedure.basis
    return {
        "clock": clock.code,
        "name": dict(clock.name),
        "binds": clock.waits_for,
        "own_time": one.own,
        "days": one.days,
        "counting": one.counting,
        "promised": one.promised,
        "pause_limit_days": clock.pause_limit_days,
        "then": dict(clock.says),
        "basis": dict(basis) if basis else None,
    }


def _span(span: Span, timeline: Timeline, zone: tzinfo) -> dict[str, Any]:
    extended = span.extended_on
    return {
        **_common(span, timeline),
        "stage": span.stage,
        "run": span.run,
        "starts_on": span.starts_on.isoformat(),
        "counted_from": span.first_on.isoformat(),
        "due_on": span.due_on.isoformat(),
        "due_at": end_of_day(span.due_on, zone).isoformat().replace("+00:00", "Z"),
        "due_on_if_extended": extended.isoformat() if extended else None,
        "provisional": span.provisional,
    }


def _beside(one: Beside, timeline: Timeline) -> dict[str, Any]:
    starts = [{"move": move.code, "name": dict(move.name), "by": list(move.by)} for move in one.starts_with]
    return {**_common(one, timeline), "starts_with": starts}
