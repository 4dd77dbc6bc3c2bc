"""Every state that a procedure can be in, with days left out: any running clock may run out at any time.

A state is the stage, how often each limited move was made, and each clock's status and number of extensions. The walk
uses the interpreter's own meaning of a move (`steps`), so what is proved here holds for what runs.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product

from gongshi.rules.procedure.model import (
    ABOVE,
    EVERYBODY,
    RESIDENT,
    SYSTEM,
    Above,
    Move,
    Procedure,
)
from gongshi.rules.procedure.steps import (
    Status,
    Step,
    begun_anew,
    clock_step,
    given_back,
    goes_up,
    leads_to_nobody,
    obstacle,
    return_step,
)

MOST_STATES = 5_000

Clocks = tuple[tuple[Status, int], ...]


@dataclass(frozen=True, slots=True)
class State:
    """One abstract state; ``counts`` and ``clocks`` are in the order of the walk's own lists.

    withdrawn: the stage and the clocks that a withdrawn case goes back to.
    """

    stage: str
    counts: tuple[int, ...]
    clocks: Clocks
    withdrawn: tuple[str, Clocks] | None = None


@dataclass(frozen=True, slots=True)
class ClockStep:
    """What one move did to one clock: the clock's code, its status before, the step, and where the move led."""

    clock: str
    before: Status
    step: Step
    move: Move | None
    stage: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a state to another. actor: resident, staff or system; moves: the move made, and what followed.

    places: the places in which it is open, by who is there above (`Walk.places`).
    """

    source: int
    target: int
    actor: str
    moves: tuple[Move, ...]
    steps: tuple[ClockStep, ...]
    places: frozenset[Above]


@dataclass(slots=True)
class Broken:
    """What the system should do and cannot: the expiry move of a clock, or the move that follows a used-up one."""

    code: str
    cause: str
    stage: str
    move: str


class TooLargeError(Exception):
    """The procedure has more states than a proof should take."""


@dataclass
class Walk:
    """All reachable states, the edges between them, and what was found impossible on the way."""

    procedure: Procedure
    states: list[State] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    broken: dict[tuple[str, str, str], Broken] = field(default_factory=dict)

    @cached_property
    def places(self) -> frozenset[Above]:
        """Every place that a case can be in: so many levels above, any of which may have decided the question
        (`deciders`), and somebody over whoever has it, or nobody.

        It can be in one now and in another tomorrow, so that a state reached in one is looked at in all.
        """
        levels = [ABOVE[:number] for number in range(self.procedure.levels_above + 1)]
        return frozenset(
            Above(frozenset(there), frozenset(asked), over)
            for there in levels
            for number in range(len(there) + 1)
            for asked in combinations(there, number)
            for over in (True, False)
        )

    @cached_property
    def limited(self) -> tuple[str, ...]:
        """The moves whose number is part of a state."""
        return tuple(code for code, move in self.procedure.moves.items() if move.limit)

    @cached_property
    def outgoing(self) -> list[list[Edge]]:
        """The edges that leave each state."""
        leaving: list[list[Edge]] = [[] for _ in self.states]
        for edge in self.edges:
            leaving[edge.source].append(edge)
        return leaving

    def status(self, state: State, clock: str) -> Status:
        """The status of one clock in a state."""
        return state.clocks[list(self.procedure.clocks).index(clock)][0]

    def running(self, state: State) -> Iterator[tuple[str, Status]]:
        """Clocks and their statuses in a state."""
        for code, (status, _) in zip(self.procedure.clocks, state.clocks, strict=True):
            yield code, status


def walk(procedure: Procedure) -> Walk:
    """Walk every reachable state of ``procedure``. Raises TooLargeError beyond `MOST_STATES`."""
    result = Walk(procedure)
    _Walker(result).run()
    return result


class _Walker:
    def __init__(self, result: Walk) -> None:
        self._walk = result
        self._procedure = result.procedure
        self._known: dict[State, int] = {}
        self._stages_ahead = {code: self._ahead(code) for code in self._procedure.stages}
        self._counted_in = {code: self._counting(code) for code in result.limited}

    def run(self) -> None:
        nothing = State(
            self._procedure.start,
            (0,) * len(self._walk.limited),
            ((Status.OFF, 0),) * len(self._procedure.clocks),
        )
        for opened, _, _ in self._arrivals(nothing, None, self._procedure.start):
            self._number(opened)
        at = 0
        while at < len(self._walk.states):
            self._leave(at, self._walk.states[at])
            at += 1

    def _number(self, state: State) -> int:
        state = self._without_spent(state)
        if state not in self._known:
            if len(self._known) >= MOST_STATES:
                raise TooLargeError
            self._known[state] = len(self._walk.states)
            self._walk.states.append(state)
        return self._known[state]

    def _without_spent(self, state: State) -> State:
        """The state without the numbers of moves that no case can come to again from there: they make no difference."""
        ahead = self._stages_ahead[state.stage]
        if state.withdrawn:
            ahead = ahead | self._stages_ahead[state.withdrawn[0]]
        counts = tuple(
            number if ahead & self._counted_in[code] else 0
            for code, number in zip(self._walk.limited, state.counts, strict=True)
        )
        return state if counts == state.counts else replace(state, counts=counts)

    def _ahead(self, stage: str) -> AbstractSet[str]:
        """The stages that moves lead to from this one, itself among them."""
        found, todo = {stage}, [stage]
        while todo:
            at = todo.pop()
            new = {move.target(at) for move in self._procedure.moves_from(at)} - found
            found |= new
            todo += new
        return found

    def _counting(self, code: str) -> AbstractSet[str]:
        """The stages in which it matters how often a move was made: for itself, or for one that comes after it."""
        moves = self._procedure.moves.values()
        return {stage for move in moves if code in (move.code, move.after) for stage in move.sources}

    def _leave(self, at: int, state: State) -> None:
        for move in self._procedure.moves_from(state.stage):
            places = {p for p in self._apart(move, state.stage) if not self._blocked(move, state, p)}
            ways = self._ways(state, move, places)
            actors = {RESIDENT if role == RESIDENT else "staff" for role in move.by if role != SYSTEM}
            for reached, open_in in ways:
                for actor in sorted(actors):
                    self._join(at, actor, reached, open_in)
        for position, code in enumerate(self._procedure.clocks):
            if state.clocks[position][0] is Status.RUNNING:
                self._run_out(at, state, code, position)

    def _run_out(self, at: int, state: State, code: str, position: int) -> None:
        clock = self._procedure.clocks[code]
        late = State(state.stage, state.counts, _with(state.clocks, position, Status.LATE))
        move = self._procedure.moves.get(clock.expiry_move)
        if move is None:
            self._join(at, SYSTEM, [(late, (), ())], {EVERYBODY})
            return
        free, alone = set(), set()
        for place in self._apart(move, state.stage):
            blocked = self._blocked(move, late, place, system=True)
            if clock.supervise and blocked:
                alone.add(place)
            elif SYSTEM in move.by and not blocked:
                free.add(place)
            else:
                self._note("expiry_impossible", code, state.stage, move.code)
        if alone:
            self._join(at, SYSTEM, [(late, (), ())], alone)
        for reached, places in self._ways(late, move, free):
            self._join(at, SYSTEM, reached, places)

    def _ways(
        self, state: State, move: Move, places: set[Above]
    ) -> "Iterator[tuple[list[_Reached], set[Above]]]":
        """What the move leads to, with the places where it does: they differ only in what follows a used-up move."""
        if not move.then:
            if places:
                yield self._made(state, move, EVERYBODY), places
            return
        then = self._procedure.moves[move.then]
        followed = {
            place
            for place in places
            if not leads_to_nobody(self._procedure, then, move.target(state.stage), place, system=True)
        }
        for each in (followed, places - followed):
            if each:
                yield self._made(state, move, next(iter(each))), each

    def _apart(self, move: Move, stage: str) -> frozenset[Above]:
        """The places to be told apart for a move: one for all where it does not matter who is above."""
        holder = self._procedure.stages[move.target(stage)].holder
        matters = move.effect in ("press", "leave") or move.then or goes_up(move, holder)
        return self._walk.places if matters else frozenset({EVERYBODY})

    def _join(self, at: int, actor: str, reached: "Iterable[_Reached]", places: AbstractSet[Above]) -> None:
        open_in = self._walk.places if EVERYBODY in places else frozenset(places)
        for state, moves, steps in reached:
            self._walk.edges.append(Edge(at, self._number(state), actor, moves, steps, open_in))

    def _note(self, code: str, cause: str, stage: str, move: str) -> None:
        self._walk.broken.setdefault((code, cause, stage), Broken(code, cause, stage, move))

    def _blocked(self, move: Move, state: State, place: Above, *, system: bool = False) -> str:
        counts = dict(zip(self._walk.limited, state.counts, strict=True))
        clocks = dict(zip(self._procedure.clocks, state.clocks, strict=True))
        withdrawn = state.withdrawn is not None
        return obstacle(
            self._procedure,
            move,
            state.stage,
            counts,
            clocks,
            withdrawn=withdrawn,
            above=place,
            system=system,
        )

    def _made(self, state: State, move: Move, place: Above, *, chain: int = 0) -> "list[_Reached]":
        """The states after ``move`` (and after the move that follows when its limit is used up)."""
        counts, used_up = state.counts, False
        if move.limit:
            at = self._walk.limited.index(move.code)
            counts = (*counts[:at], counts[at] + 1, *counts[at + 1 :])
            used_up = counts[at] == move.limit
        if move.effect == "restore" and state.withdrawn:
            return self._returned(counts, move, *state.withdrawn)
        stage = move.target(state.stage)
        known = dict(zip(self._walk.limited, counts, strict=True))
        anew = begun_anew(self._procedure, move, stage, known)
        counts = tuple(0 if code in anew else number for code, number in known.items())
        stood = state.withdrawn or (state.stage, state.clocks)
        before = State(
            state.stage,
            counts,
            self._extended(state.clocks, move),
            stood if move.effect == "withdraw" else None,
        )
        reached = self._arrivals(before, move, stage)
        if not (used_up and move.then) or chain > len(self._procedure.moves):
            return reached
        return [end for start in reached for end in self._followed(start, move, place, chain)]

    def _returned(self, counts: tuple[int, ...], move: Move, stage: str, clocks: Clocks) -> "list[_Reached]":
        """Going back to where a withdrawn case stood; with the day of a hearing over by then, or not."""
        known = dict(zip(self._walk.limited, counts, strict=True))
        anew = {
            code
            for clock, (status, _) in zip(self._procedure.clocks, clocks, strict=True)
            if status is Status.RUNNING
            for code in given_back(self._procedure, clock, known)
        }
        passed = tuple(0 if code in anew else number for code, number in known.items())
        choices: list[tuple[tuple[Status, int], ...]] = []
        steps = []
        for clock, (status, extended) in zip(self._procedure.clocks.values(), clocks, strict=True):
            step = return_step(clock, status, stage)
            if step is not Step.KEEP:
                steps.append(ClockStep(clock.code, status, step, move, stage))
            choices.append(_after(step, status, extended))
        return [
            (State(stage, each, chosen), (move,), tuple(steps))
            for each in dict.fromkeys((counts, passed))
            for chosen in product(*choices)
        ]

    def _followed(self, start: "_Reached", move: Move, place: Above, chain: int) -> "list[_Reached]":
        state, moves, steps = start
        then = self._procedure.moves[move.then]
        if leads_to_nobody(self._procedure, then, state.stage, place, system=True):
            return [start]
        if SYSTEM not in then.by or self._blocked(then, state, place, system=True):
            self._note("then_impossible", move.code, state.stage, then.code)
            return [start]
        following = self._made(state, then, place, chain=chain + 1)
        return [(end, (*moves, *more), (*steps, *further)) for end, more, further in following]

    def _extended(self, clocks: Clocks, move: Move) -> Clocks:
        if move.effect != "extend":
            return clocks
        at = list(self._procedure.clocks).index(move.clock)
        return (*clocks[:at], (clocks[at][0], clocks[at][1] + 1), *clocks[at + 1 :])

    def _arrivals(self, state: State, move: Move | None, stage: str) -> "list[_Reached]":
        """Coming to ``stage``. A clock whose pauses are used up goes on running, so pausing has two outcomes."""
        choices: list[tuple[tuple[Status, int], ...]] = []
        steps = []
        for clock, (status, extended) in zip(self._procedure.clocks.values(), state.clocks, strict=True):
            step = clock_step(clock, status, move, stage)
            if step is not Step.KEEP:
                steps.append(ClockStep(clock.code, status, step, move, stage))
            choices.append(_after(step, status, extended))
        moves = (move,) if move else ()
        return [
            (State(stage, state.counts, clocks, state.withdrawn), moves, tuple(steps))
            for clocks in product(*choices)
        ]


_Reached = tuple[State, tuple[Move, ...], tuple[ClockStep, ...]]


def _after(step: Step, status: Status, extended: int) -> tuple[tuple[Status, int], ...]:
    if step is Step.START:
        return ((Status.RUNNING, 0),)
    if step is Step.STOP:
        return ((Status.OFF, 0),)
    if step is Step.PAUSE:
        return ((Status.PAUSED, extended), (Status.RUNNING, extended))
    if step is Step.RESUME:
        return ((Status.RUNNING, extended),)
    return ((status, extended),)


def _with(clocks: Clocks, position: int, status: Status) -> Clocks:
    return (*clocks[:position], (status, clocks[position][1]), *clocks[position + 1 :])


def loops(size: int, edges: Mapping[int, list[int]]) -> list[int]:
    """For each of ``size`` nodes the number of its strongly connected part (Tarjan 1972, without recursion)."""
    part, low, index = [-1] * size, [0] * size, [-1] * size
    stack: list[int] = []
    counter = 0
    for root in range(size):
        if index[root] >= 0:
            continue
        work = [(root, iter(edges.get(root, ())))]
        index[root] = low[root] = counter
        counter += 1
        stack.append(root)
        while work:
            node, following = work[-1]
            step = next(following, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    _close(stack, part, node)
            elif index[step] < 0:
                index[step] = low[step] = counter
                counter += 1
                stack.append(step)
                work.append((step, iter(edges.get(step, ()))))
            elif part[step] < 0:
                low[node] = min(low[node], index[step])
    return part


def _close(stack: list[int], part: list[int], node: int) -> None:
    """Everything above ``node`` on the stack belongs to its part."""
    while True:
        member = stack.pop()
        part[member] = node
        if member == node:
            return


def in_a_loop(edge: Edge, part: list[int]) -> bool:
    """Whether an edge can be taken again and again."""
    return part[edge.source] == part[edge.target]
