"""Counts in steps (days to an answer): which may be told apart in which row, so that no small one can be worked out.

Every answered case stands in one step of an office's row, of a category's and of an area's, and the sum of all steps
is told. A row tells some edges between steps, and so the sums between them. Another table agrees with all that is told
when cases change between two steps that none of its rows tells apart: here one from the earlier to the later, there one
back, until it closes. How many a step can hold is a largest flow of such changes, as in
`gongshi.rules.disclosure.network`.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gongshi.rules.disclosure.network import UNBOUNDED, Node, Step, cheapest
from gongshi.rules.disclosure.tables import (
    ALL,
    AREA,
    OFFICE,
    PAIR,
    REST,
    Cell,
    Key,
    Local,
    ends_of,
    keys_of,
    rests,
)

Steps = Mapping[Cell, Sequence[int]]
"""Of each cell, how many cases are in each step; as many steps everywhere."""
_EVERYWHERE: Key = (ALL, ())


def edges_told(
    steps: Steps,
    known: Steps,
    told: set[Key],
    others: Mapping[Key, int],
    threshold: int,
    *,
    local: Local | None = None,
) -> dict[Key, tuple[int, ...]]:
    """Which edges each row of ``told`` may show: 1 is that after the first step. All that is between two is one sum.

    known: how many of each step everybody can count (published cases). told: the rows that show the sum of all steps,
    none of them a pair's. others: cases of a row that are in no step, and are told with its last sum; of a row whose
    sum is withheld, how many might be in a step, `UNBOUNDED` where nobody can say. local: as for `disclosed`.
    """
    size = len(next(iter(steps.values()), ()))
    if _EVERYWHERE not in told:
        return dict.fromkeys(told, ())
    local = local or {}
    sums, public = _summed(steps, size, local), _summed(known, size, local)
    free = {
        key: [max(n - p, 0) for n, p in zip(row, public.get(key, [0] * size), strict=True)]
        for key, row in sums.items()
    }
    edges = _own(sums[_EVERYWHERE], free[_EVERYWHERE], range(1, size), others.get(_EVERYWHERE, 0), threshold)
    while True:
        # What is told nowhere anybody can take for any of the steps that it may be.
        blocks = [*pairwise((0, *edges, size))]
        work = _Work(
            {key: [sum(row[first:last]) for first, last in blocks] for key, row in sums.items()},
            {key: [sum(row[first:last]) for first, last in blocks] for key, row in free.items()},
            told,
            others,
            threshold,
            local=local,
        )
        lost = work.protect()
        if lost is None:
            return {key: tuple(edges[n - 1] for n in work.edges(key)) for key in told}
        lost = min(lost, len(edges) - 1)
        edges = tuple(edge for n, edge in enumerate(edges) if n != lost)


def _summed(steps: Steps, size: int, local: Local) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(lambda: [0] * size)
    for cell, row in steps.items():
        for key in keys_of(cell):
            found[key] = [n + more for n, more in zip(found[key], row, strict=True)]
    for area, offices in rests([*found], local).items():
        rows = [found[OFFICE, (code,)] for code in offices]
        left = [n - sum(taken) for n, *taken in zip(found[AREA, (area,)], *rows, strict=True)]
        found[REST, (area,)] = [max(n, 0) for n in left]
    return found


def _own(
    row: Sequence[int], free: Sequence[int], edges: Sequence[int], others: int, threshold: int
) -> tuple[int, ...]:
    """The finest edges of one row by itself: each sum is none or the threshold, with published cases and without."""

    def fits(first: int, last: int | None) -> bool:
        rest = others if last is None else 0
        sums = (sum(row[first:last]), sum(row[first:last]) + rest, sum(free[first:last]))
        return all(n == 0 or n >= threshold for n in sums)

    found: list[int] = []
    for edge in edges:
        if fits(found[-1] if found else 0, edge):
            found.append(edge)
    # Too few beyond: they are told with the last of the rest.
    while found and not fits(found[-1], None):
        found.pop()
    return tuple(found)


@dataclass(slots=True)
class _Row:
    """One row: its counts without the published cases, and the edges that it tells, none where all is withheld.

    edges: as bits; one and other: where it stands in the network.
    """

    now: list[int]
    edges: int
    told: bool
    others: int
    tail: int
    head: int

    def put(self, step: int, other: int | None, n: int) -> None:
        """``n`` more in a step, and less in another, or among those that are in none."""
        self.now[step] += n
        if other is None:
            self.others -= n
        else:
            self.now[other] -= n


_Change = tuple[int, int, int | None, int]
"""Of a row by its number: a step, another one or none, and how many more are in the first."""


def _between(one: int, other: int) -> int:
    """The edges that tell two steps apart."""
    first, last = sorted((one, other))
    return (1 << last + 1) - (1 << first + 1)


class _Work:
    def __init__(
        self,
        sums: Mapping[Key, Sequence[int]],
        free: Mapping[Key, Sequence[int]],
        told: set[Key],
        others: Mapping[Key, int],
        threshold: int,
        *,
        local: Local,
    ) -> None:
        self.local = local
        self.sums, self.free, self.threshold = sums, free, threshold
        self.size = len(sums[_EVERYWHERE])
        self.keys = [key for key in sums if key != _EVERYWHERE]
        self.rows: list[_Row] = []
        self.at: dict[int, list[tuple[int, bool, int]]] = defaultdict(list)
        self.nodes: dict[Node, int] = {}
        self.large: set[tuple[int, int]] = set()
        apart = rests(self.keys, local)
        for key in self.keys:
            if key[0] == REST:
                # Known where all are told of whom it is left; days of its own it tells none.
                parts = {(AREA, key[1]), *((OFFICE, (code,)) for code in apart[key[1][0]])}
                self._add(key, 0 if parts <= told else UNBOUNDED, is_told=parts <= told)
            else:
                self._add(key, others.get(key, 0), is_told=key in told)

    def _add(self, key: Key, others: int, *, is_told: bool) -> None:
        row = self.sums[key]
        mine = _own(row, self.free[key], range(1, self.size), others, self.threshold) if is_told else ()
        if key[0] == REST:
            mine = ()
        tail, head = (self.nodes.setdefault(end, len(self.nodes)) for end in ends_of(key, self.local))
        self.at[tail].append((len(self.rows), True, head))
        self.at[head].append((len(self.rows), False, tail))
        edges = sum(1 << edge for edge in mine)
        self.rows.append(_Row([*self.free[key]], edges, is_told, others, tail, head))

    def edges(self, key: Key) -> list[int]:
        """Those that a row tells."""
        bits = self.rows[self.keys.index(key)].edges if key != _EVERYWHERE else -1
        return [edge for edge in range(1, self.size) if bits >> edge & 1]

    def protect(self) -> int | None:
        """Withhold edges until every small count can be large enough; else the step that must not be told apart."""
        wanted = [
            (self.sums[key][step], key, number, step)
            for number, key in enumerate(self.keys)
            if key[0] != PAIR
            for step in range(self.size)
            if self._lacking(number, step)
        ]
        for _, _, number, step in sorted(wanted):
            if (number, step) not in self.large and not self._widen(number, step):
                return step
        return None

    def _lacking(self, number: int, step: int) -> int:
        """How much more a reader must think that it could be; 0 where it is not small."""
        both = (self.sums[self.keys[number]][step], self.free[self.keys[number]][step])
        return max((self.threshold - n for n in both if 0 < n < self.threshold), default=0)

    def _widen(self, number: int, step: int) -> bool:
        """Withhold the edges it takes for this count to be large enough in some table; whether it can."""
        by = self._lacking(number, step)
        lacks = by - self._grow(number, step, by)
        if not lacks:
            return True
        # Too few cases, whatever is told of days: no edge is to blame.
        kept = [row.edges for row in self.rows]
        for row in self.rows:
            row.edges = 0
        most = self._grow(number, step, by)
        for row, edges in zip(self.rows, kept, strict=True):
            row.edges = edges
        return most <= by - lacks

    def _grow(self, number: int, step: int, by: int) -> int:
        """How many more, up to ``by``, can be in this step of the row. All is as it was when this is told."""
        row, changed, done = self.rows[number], list[_Change](), 0
        others = sorted(set(range(self.size)) - {step}, key=lambda each: (abs(each - step), each))
        # At no cost first; then where nobody is told how many were answered: it can be more; then edges go.
        for pays in (False, True):
            for other in others:
                if done < by and not row.edges & _between(step, other):
                    done += self._pull(number, step, other, by - done, changed, pays=pays)
            for other in () if row.told or pays else (step, *others):
                if done < by:
                    more = self._move(number, other, None, by - done, changed)
                    done += more if other == step else self._pull(number, step, other, more, changed)
        self.large.update(
            (each, one)
            for each, there, back, _ in changed
            for one in (there, back)
            # In this table others may be large enough as well.
            if one is not None and self._is_large(each, one)
        )
        for each, there, back, n in changed:
            self.rows[each].put(there, back, -n)
        return done

    def _is_large(self, number: int, step: int) -> bool:
        lacking = self._lacking(number, step)
        return lacking > 0 and self.rows[number].now[step] >= self.free[self.keys[number]][step] + lacking

    def _pull(
        self, number: int, step: int, other: int, by: int, changed: list[_Change], *, pays: bool = False
    ) -> int:
        """The same from one step to another, at once or one step after the other: each by rows that tell less there."""
        near = step + 1 if other > step else step - 1
        done = self._move(number, step, other, by, changed, pays=pays and near == other)
        if done < by and near != other:
            more = self._pull(number, near, other, by - done, changed, pays=pays)
            done += self._move(number, step, near, more, changed, pays=pays)
        return done

    def _move(
        self,
        number: int,
        step: int,
        other: int | None,
        by: int,
        changed: list[_Change],
        *,
        pays: bool = False,
    ) -> int:
        """Let up to ``by`` more cases of a row be in this step, and less in the other or in none; how many can."""
        mine, done, least = self.rows[number], 0, by
        apart = 0 if other is None else _between(step, other)
        while done < by and (room := min(by - done, _room(mine, step, other, ahead=True))):
            # Wide ways first, and such as cost no edge: they are found sooner.
            least = min(least, room)
            way = self._free_way(number, step, other, least)
            if way is None and least > 1:
                least //= 2
                continue
            way = way or (self._cheapest_way(number, step, other, room) if pays else None)
            if way is None:
                break
            n = min(room, *(_room(self.rows[each], step, other, ahead=ahead) for each, ahead in way))
            for each, ahead in ((number, True), *way):
                self.rows[each].put(step, other, n if ahead else -n)
                self.rows[each].edges &= ~apart
                changed.append((each, step, other, n if ahead else -n))
            done += n
        return done

    def _free_way(self, but: int, step: int, other: int | None, least: int) -> list[tuple[int, bool]] | None:
        """How it closes again for ``least`` cases at once without an edge that is told: the shortest way."""
        rows, apart = self.rows, 0 if other is None else _between(step, other)
        goal = rows[but].tail
        came: dict[int, tuple[int, int, bool]] = {rows[but].head: (-1, but, True)}
        waiting = deque(came)
        while waiting and goal not in came:
            here = waiting.popleft()
            for number, ahead, there in self.at[here]:
                if there in came:
                    continue
                row = rows[number]
                if number == but or row.edges & apart:
                    continue
                if _room(row, step, other, ahead=ahead) >= least:
                    came[there] = here, number, ahead
                    waiting.append(there)
        return _back(came, goal) if goal in came else None

    def _cheapest_way(self, but: int, step: int, other: int | None, by: int) -> list[tuple[int, bool]] | None:
        """How it closes again, on the way on which fewest edges go."""
        rows, apart = self.rows, 0 if other is None else _between(step, other)

        def steps(here: Node) -> Iterator[Step]:
            for number, ahead, there in self.at[here]:  # type: ignore[index]
                row = rows[number]
                if number != but and (room := _room(row, step, other, ahead=ahead)):
                    cut = row.edges & apart
                    # A row without room for all makes others tell less as well.
                    price = 1 + (1000 * cut.bit_count() * -(-by // room) if cut else 0)
                    yield number, ahead, there, price

        return cheapest(steps, rows[but].head, rows[but].tail)


def _back(came: Mapping[int, tuple[int, int, bool]], goal: int) -> list[tuple[int, bool]]:
    way, (here, number, ahead) = list[tuple[int, bool]](), came[goal]
    while here >= 0:
        way.append((number, ahead))
        here, number, ahead = came[here]
    return way


def _room(row: _Row, step: int, other: int | None, *, ahead: bool) -> int:
    """How many more (ahead) or fewer cases of the row may be in the step."""
    if other is None:
        return 0 if row.told else row.others if ahead else row.now[step]
    return row.now[other if ahead else step]
