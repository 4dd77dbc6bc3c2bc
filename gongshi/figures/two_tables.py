"""Two tables of the same cases, by office and by category: no small sum is shown in either, nor found from both.

Whoever reads both knows the sums that are shown, may know which office has cases of which category at all, and can ask
for the most that a withheld sum can be (a linear programme). Where that is below the threshold, the smallest sum still
shown that has to do with it is withheld as well, until it is not. There is no sum over all: it would tell more.

The programme is a largest flow, since every case stands in one sum of either table: from the true table cases are moved
along cells, every shown sum kept and no cell below none, until withheld sums take them up. L. R. Ford, D. R. Fulkerson,
"Maximal flow through a network", Canadian Journal of Mathematics 8 (1956), 399-404; for tables, L. H. Cox, "Network
models for complementary cell suppression", Journal of the American Statistical Association 90 (1995), 1453-1462.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from typing import TypeVar

from gongshi.figures.suppression import PROTECTS, SMALL, Cell

K = TypeVar("K", bound=Hashable)
L = TypeVar("L", bound=Hashable)
Node = tuple[int, Hashable]
"""A sum: of the first table (0) or of the second (1), and its key."""
_OUTSIDE: Node = (2, None)


def withheld_together(
    cells: Mapping[tuple[K, L], int], threshold: int, known: Mapping[tuple[K, L], int] | None = None
) -> tuple[dict[K, Cell], dict[L, Cell]]:
    """The sums of positive ``cells`` by their first key and by their second, fit to be shown beside each other.

    known: how many of each cell everybody can count (published cases), at most ``cells``. What is left without them
    must not be small either, and they are no room for others.
    """
    everybody = known or {}
    table = _Table(
        {((0, first), (1, second)): n for (first, second), n in cells.items() if n},
        {((0, first), (1, second)): n for (first, second), n in everybody.items() if n},
    )
    lacking = {node: table.lacking(node, threshold) for node in table.sums}
    why = {node: SMALL for node, n in lacking.items() if n}
    # In a fixed order, so that nobody learns from two answers what each withholds.
    for small in sorted(why, key=table.rank):
        rest = sorted(table.linked(small) - why.keys(), key=table.rank, reverse=True)
        enough = table.sums[small] + lacking[small]
        while rest and table.most(small, why, enough) < enough:
            why[rest.pop()] = PROTECTS
    shown = {node: Cell(None, why[node]) if node in why else Cell(n) for node, n in table.sums.items()}
    firsts = {first: shown[0, first] for first, _ in cells if (0, first) in shown}
    return firsts, {second: shown[1, second] for _, second in cells if (1, second) in shown}


class _Table:
    """The true cells, as ways between sums; what is known of a cell cannot be moved."""

    def __init__(
        self, cells: Mapping[tuple[Node, Node], int], known: Mapping[tuple[Node, Node], int]
    ) -> None:
        self.sums: dict[Node, int] = defaultdict(int)
        self.known: dict[Node, int] = defaultdict(int)
        self.ways: dict[Node, dict[Node, int]] = defaultdict(dict)
        self.movable: dict[Node, dict[Node, int]] = defaultdict(dict)
        for (one, other), n in cells.items():
            told = known.get((one, other), 0)
            for node, there in ((one, other), (other, one)):
                self.sums[node] += n
                self.known[node] += told
                self.ways[node][there] = n
                self.movable[node][there] = n - told

    def lacking(self, node: Node, threshold: int) -> int:
        """How much more a reader must think that this sum could be; 0 where it is not small."""
        numbers = (self.sums[node], self.sums[node] - self.known[node])
        return max((threshold - n for n in numbers if 0 < n < threshold), default=0)

    def rank(self, node: Node) -> tuple[int, str]:
        """Smallest first."""
        return self.sums[node], str(node)

    def linked(self, start: Node) -> set[Node]:
        """Every sum that has to do with this one, through cells they share with others."""
        return set(_reached(self.ways, start))

    def most(self, node: Node, withheld: Mapping[Node, str], enough: int) -> int:
        """The most that this sum can be for a reader of what is shown, or ``enough`` where it can be that."""
        # More can always be in a cell on the node's own side of the flow; back along one, as much less as there is.
        room = {
            here: {there: enough if here[0] == node[0] else n for there, n in ways.items()}
            for here, ways in self.movable.items()
        }
        for other in withheld:
            if other != node:
                room[other][_OUTSIDE] = enough
        most = self.sums[node]
        while most < enough and (path := _path(room, node)):
            moved = min(room[here][there] for here, there in path)
            for here, there in path:
                room[here][there] -= moved
                if there != _OUTSIDE:
                    room[there][here] += moved
            most += moved
        return most


def _path(room: Mapping[Node, Mapping[Node, int]], start: Node) -> list[tuple[Node, Node]]:
    """The steps from a sum to the outside, the last first; none where there is no way."""
    came = _reached(room, start)
    steps = []
    here = _OUTSIDE
    while here in came and here != start:
        steps.append((came[here], here))
        here = came[here]
    return steps


def _reached(room: Mapping[Node, Mapping[Node, int]], start: Node) -> dict[Node, Node]:
    """Where one gets to along ways with room left, and from where; nearest first."""
    came = {start: start}
    waiting = deque([start])
    while waiting and _OUTSIDE not in came:
        here = waiting.popleft()
        for there, left in room.get(here, {}).items():
            if left and there not in came:
                came[there] = here
                waiting.append(there)
    return came
