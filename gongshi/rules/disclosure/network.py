"""One column of counts as a network: what a withheld count could be for a reader who knows all that is shown.

Every case stands once in an office's sum, once in a category's and once in an area's, and the sum over all is known. So
the counts of one column are a flow from all offices to all categories, and beside it one over the areas; another table
that agrees with what is shown differs by rounds of one more here and one less there. The most that a count can be is a
largest flow.

Source: L. H. Cox, "Network Models for Complementary Cell Suppression", Journal of the American Statistical
Association 90 (1995), 1453-1462; which counts to withhold for it, as the cheapest way around: F. D. Carvalho, N. P.
Dellaert and M. S. Osorio, "Statistical Disclosure in Two-Dimensional Tables: General Tables", the same journal 89
(1994), 1547-1557.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Node = Hashable
Step = tuple[int, bool, Node, int]
"""Along an arc, ahead or back, to a node, and what it costs."""
K = TypeVar("K", bound=Hashable)
UNBOUNDED = 1 << 60


@dataclass(slots=True)
class Arc(Generic[K]):
    """One count, and the least and the most it could be by itself. ``key``: None for what no table tells."""

    tail: Node
    head: Node
    value: int
    least: int
    most: int
    key: K | None
    shown: bool


class Network(Generic[K]):
    """The counts of one column. Withholding is for good: what protects one count is there for all others."""

    def __init__(self) -> None:
        self.arcs: list[Arc[K]] = []
        self.at: dict[Node, list[tuple[int, bool]]] = defaultdict(list)
        self.place: dict[K, int] = {}

    def add(self, arc: Arc[K]) -> None:
        """One more count. What no table tells is never shown."""
        number = len(self.arcs)
        self.at[arc.tail].append((number, True))
        self.at[arc.head].append((number, False))
        if arc.key is None:
            arc.shown = False
        else:
            self.place[arc.key] = number
        self.arcs.append(arc)

    def hidden(self) -> set[K]:
        """The keys of the counts that are withheld."""
        return {arc.key for arc in self.arcs if arc.key is not None and not arc.shown}

    def widen(self, key: K, by: int) -> int:
        """Withhold what it takes for this count to be ``by`` more in some table; by how much it can be.

        Cheapest first: a count costs what it tells.
        """
        number = self.place[key]
        arc = self.arcs[number]
        wanted = max(min(by, arc.most - arc.value), 0)
        moved: dict[int, int] = {}
        done = 0
        while done < wanted and (way := self._cheapest(arc.head, arc.tail, number, moved)):
            step = min(wanted - done, *(self._room(each, ahead, moved) for each, ahead in way))
            for each, ahead in way:
                moved[each] = moved.get(each, 0) + (step if ahead else -step)
                self.arcs[each].shown = False
            done += step
        return done

    def _room(self, number: int, ahead: bool, moved: dict[int, int]) -> int:
        arc = self.arcs[number]
        now = arc.value + moved.get(number, 0)
        return max(arc.most - now, 0) if ahead else now - arc.least

    def _cheapest(
        self, start: Node, goal: Node, but: int, moved: dict[int, int]
    ) -> list[tuple[int, bool]] | None:
        """The way on which what is still shown adds up to least; each step: a count, and whether it grows."""

        def steps(here: Node) -> Iterator[Step]:
            for number, ahead in self.at[here]:
                if number != but and self._room(number, ahead, moved):
                    arc = self.arcs[number]
                    price = 1 + (1000 * (arc.value + 1) if arc.shown else 0)
                    yield number, ahead, arc.head if ahead else arc.tail, price

        return cheapest(steps, start, goal)


def cheapest(
    steps: Callable[[Node], Iterable[Step]], start: Node, goal: Node
) -> list[tuple[int, bool]] | None:
    """The cheapest way from one node to another, None where there is none; each step: an arc, and whether ahead.

    steps: from a node, each with where it leads and its positive price.
    """
    best: dict[Node, int] = {start: 0}
    came: dict[Node, tuple[Node, int, bool]] = {}
    waiting: list[tuple[int, int, Node]] = [(0, 0, start)]
    ticket = 0
    while waiting:
        cost, _, here = heapq.heappop(waiting)
        if here == goal:
            return _back(came, start, goal)
        if cost > best[here]:
            continue
        for number, ahead, there, price in steps(here):
            total = cost + price
            if total < best.get(there, UNBOUNDED):
                best[there], came[there] = total, (here, number, ahead)
                ticket += 1
                heapq.heappush(waiting, (total, ticket, there))
    return None


def _back(came: dict[Node, tuple[Node, int, bool]], start: Node, goal: Node) -> list[tuple[int, bool]]:
    way, here = [], goal
    while here != start:
        here, number, ahead = came[here]
        way.append((number, ahead))
    return way
