"""Procedures as data: read from TOML, proved as graphs, run by one small interpreter, drawn for residents.

``load`` reads and proves (for check-pack and load-pack); ``parse`` only reads (for what was loaded before). A case is a
`CaseState`; ``opening``, ``perform``, ``expire`` and ``warn`` give a `Transition`; ``replay`` folds stored history back
into a state. docs/rules/procedures.md is the page for whoever writes a procedure.
"""

from gongshi.rules.procedure.asking import Mover, RefusedError
from gongshi.rules.procedure.deciding import DECIDING, begins_question, deciders
from gongshi.rules.procedure.diagram import diagram
from gongshi.rules.procedure.effects import EFFECTS, NEEDS, OUTCOMES, PLAIN_NEEDS
from gongshi.rules.procedure.faults import Fault
from gongshi.rules.procedure.hearings import announced_clock, reannounce
from gongshi.rules.procedure.interpreter import (
    allowed_moves,
    expire,
    explained_moves,
    opening,
    perform,
    warn,
)
from gongshi.rules.procedure.joining import join, may_begin, take_over
from gongshi.rules.procedure.merging import end_in, owed_clock, take_in
from gongshi.rules.procedure.model import (
    ABOVE,
    EVERYBODY,
    KINDS,
    NOBODY,
    OFFICE,
    RESIDENT,
    STAFF,
    SUPERVISOR,
    SYSTEM,
    Above,
    ClockRule,
    Extension,
    Move,
    Procedure,
    Promise,
    Stage,
    Words,
    levels_above,
)
from gongshi.rules.procedure.parsing import parse
from gongshi.rules.procedure.picture import Step, due_clock, picture
from gongshi.rules.procedure.pressing import pressed_times, raised_after
from gongshi.rules.procedure.proofs import faults, load
from gongshi.rules.procedure.runs import ClockRun, RunEvent, clock_runs
from gongshi.rules.procedure.state import (
    COLLECTIVE,
    HISTORY_CODES,
    MADE_COLLECTIVE,
    UNDONE,
    WENT_ALONE,
    CaseState,
    ClockChange,
    ClockState,
    Entry,
    FirstStart,
    ReplayError,
    Transition,
    Withdrawal,
    evolve,
    expiries,
    replay,
    rests_on_promise,
    warnings_due,
)
from gongshi.rules.procedure.steps import Status, needs_of
from gongshi.rules.procedure.undoing import Numbered, is_last, still_standing, undo

__all__ = [
    "ABOVE",
    "COLLECTIVE",
    "DECIDING",
    "EFFECTS",
    "EVERYBODY",
    "HISTORY_CODES",
    "KINDS",
    "MADE_COLLECTIVE",
    "NEEDS",
    "NOBODY",
    "OFFICE",
    "OUTCOMES",
    "PLAIN_NEEDS",
    "RESIDENT",
    "STAFF",
    "SUPERVISOR",
    "SYSTEM",
    "UNDONE",
    "WENT_ALONE",
    "Above",
    "CaseState",
    "ClockChange",
    "ClockRule",
    "ClockRun",
    "ClockState",
    "Entry",
    "Extension",
    "Fault",
    "FirstStart",
    "Move",
    "Mover",
    "Numbered",
    "Procedure",
    "Promise",
    "RefusedError",
    "ReplayError",
    "RunEvent",
    "Stage",
    "Status",
    "Step",
    "Transition",
    "Withdrawal",
    "Words",
    "allowed_moves",
    "announced_clock",
    "begins_question",
    "clock_runs",
    "deciders",
    "diagram",
    "due_clock",
    "end_in",
    "evolve",
    "expire",
    "expiries",
    "explained_moves",
    "faults",
    "is_last",
    "join",
    "levels_above",
    "load",
    "may_begin",
    "needs_of",
    "opening",
    "owed_clock",
    "parse",
    "perform",
    "picture",
    "pressed_times",
    "raised_after",
    "reannounce",
    "replay",
    "rests_on_promise",
    "still_standing",
    "take_in",
    "take_over",
    "undo",
    "warn",
    "warnings_due",
]
