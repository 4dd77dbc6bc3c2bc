"""What a procedure is made of: stages, moves and clocks. Plain frozen data; docs/rules/procedures.md is the schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gongshi.rules.letters import Template

Words = Mapping[str, str]
Counting = Literal["calendar", "working"]

RESIDENT = "resident"
OFFICE = "office"
SUPERVISOR = "supervisor"
SYSTEM = "system"
NOBODY = "nobody"
# The n-th level above the office: its own superior, that one's superior, and so on.
ABOVE = ("above", "above_2", "above_3", "above_4")
SUPERIORS = frozenset({SUPERVISOR, *ABOVE})
STAFF = frozenset({OFFICE}) | SUPERIORS

KINDS = ("question", "request", "conduct", "hazard", "grievance", "dispute")
SUBJECTS = ("none", "office")


@dataclass(frozen=True, slots=True)
class Promise:
    """How many days the place promised for a category, as pinned when the case was opened."""

    days: int
    counting: Counting


@dataclass(frozen=True, slots=True)
class Stage:
    """One place where a case can be. holder: who must act there; outcome: empty unless the stage is an end.

    name is for residents; staff is what staff call the stage, None where they call it the same.
    """

    code: str
    name: Words
    staff: Words | None
    says: Words
    holder: str
    outcome: str
    routes: tuple[str, ...]
    basis: Words | None

    @property
    def end(self) -> bool:
        """Whether a case rests here."""
        return bool(self.outcome)

    @property
    def for_staff(self) -> Words:
        """The name that staff read."""
        return self.staff or self.name


@dataclass(frozen=True, slots=True)
class Extension:
    """How often a clock may be made longer in one run, and by how many days each time."""

    times: int
    days: int


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One time limit.

    days: a number, "promise" (the category's pinned promise, else default_days as an internal target) or "given" (the
    date given with the move, at most most_days ahead). waits_for: whose time it is. When it runs out, one of three
    things follows: the case goes under supervision, the system makes expiry_move (with supervise beside it: where that
    cannot be made the case goes under supervision), or the moves that had to be made within it lapse. name and staff:
    as in a stage. not_counted_from: the clock of the day that a hearing was announced for; the days from then to its
    record are not counted, at most pause_limit_days. announces: its last day was announced and binds nobody.
    """

    code: str
    name: Words
    staff: Words | None
    says: Words
    waits_for: str
    days: int | Literal["promise", "given"]
    default_days: int
    most_days: int
    counting: Counting
    runs_in: frozenset[str]
    paused_in: frozenset[str]
    starts_on: frozenset[str]
    restarts_on: frozenset[str]
    pause_limit_days: int
    warn_days: int
    extension: Extension | None
    supervise: bool
    lapse: bool
    expiry_move: str
    owes_answer: bool
    not_counted_from: str
    announces: bool
    basis: Words | None

    @property
    def for_staff(self) -> Words:
        """The name that staff read."""
        return self.staff or self.name

    def length(self, promise: Promise | None) -> tuple[int, Counting]:
        """Days and counting of a run under a promise (None: none); of a given date, how far ahead it may lie."""
        if self.days == "promise":
            return (promise.days, promise.counting) if promise else (self.default_days, self.counting)
        return (self.most_days if self.days == "given" else self.days), self.counting


@dataclass(frozen=True, slots=True)
class Move:
    """One step that somebody may take. to: empty when the case stays where it is; limit: 0 for no limit.

    after: a move whose limit must be used up first; then: the system's move once this one's limit is used up;
    within: a clock that must still run in time; clock: the clock that an extension makes longer. head_only: only the
    head of the office makes it; once_per_office: each office that had the case makes it once, within the limit.
    outside: of leaving, the route to the body that is next where nobody here is.
    """

    code: str
    name: Words
    sources: frozenset[str]
    to: str
    by: tuple[str, ...]
    effect: str
    needs: tuple[str, ...]
    limit: int
    after: str
    then: str
    within: str
    clock: str
    head_only: bool
    once_per_office: bool
    outside: str
    basis: Words | None

    def target(self, stage: str) -> str:
        """The stage that a case in ``stage`` is in after this move."""
        return self.to or stage


@dataclass(frozen=True, slots=True)
class Above:
    """Who is there above, in one case and now.

    levels: the roles of `ABOVE` that somebody here has; asked: those of them whom the resident can still ask, since
    they have not decided it before; pressing: whether anybody stands over whoever has to act.
    """

    levels: frozenset[str]
    asked: frozenset[str]
    pressing: bool


EVERYBODY = Above(frozenset(ABOVE), frozenset(ABOVE), True)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as read from its file. ``path`` is the main way through it, for the picture; ``letters``: by code."""

    code: str
    version: int
    kind: str
    name: Words
    says: Words
    subject: str
    start: str
    path: tuple[str, ...]
    basis: Words | None
    stages: Mapping[str, Stage]
    clocks: Mapping[str, ClockRule]
    moves: Mapping[str, Move]
    letters: Mapping[str, Template] = field(default_factory=dict)
    _from: Mapping[str, tuple[Move, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        leaving = {
            code: tuple(move for move in self.moves.values() if code in move.sources) for code in self.stages
        }
        object.__setattr__(self, "_from", leaving)

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """The moves that start in ``stage``, in the order of the file."""
        return self._from.get(stage, ())

    def letter_of(self, move: str) -> Template | None:
        """The letter that goes out with a move; None for one that has none."""
        return next((one for one in self.letters.values() if move in one.moves), None)

    @property
    def late_letter(self) -> Template | None:
        """The letter of a time that ran out where nobody can press; None for a procedure without one."""
        return next((one for one in self.letters.values() if one.late), None)

    @property
    def routes_named(self) -> frozenset[str]:
        """Every further route that a stage or a move names; a pack must describe each."""
        routes = {route for stage in self.stages.values() for route in stage.routes}
        return frozenset(routes | {move.outside for move in self.moves.values() if move.outside})

    @property
    def responsible(self) -> str:
        """The role of the office that owes the answer: the office itself, or the level above one complained about."""
        return ABOVE[0] if self.subject == OFFICE else OFFICE

    @property
    def levels_above(self) -> int:
        """How many levels above the office the procedure can reach. Who only presses is none of them."""
        roles = {stage.holder for stage in self.stages.values()}
        roles.update(role for move in self.moves.values() if move.effect != "press" for role in move.by)
        return max((levels_above(role) for role in roles), default=0)


def levels_above(role: str) -> int:
    """0 for the office itself (and for everybody else), 1 for the level above it, 2 for the next, ..."""
    return ABOVE.index(role) + 1 if role in ABOVE else 0
