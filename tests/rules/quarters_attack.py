"""An attacker on a released quarter with the three months of it beside it, as one linear programme.

`python -m tests.rules.quarters_attack 200` tries that many random quarters and prints what was found.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, coo_array, csr_array, vstack

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answers import COLUMNS, NAMES, Pair, QuarterTables, quarter_tables
from gongshi.figures.released.beside import PUBLISHED, Told, closed, counted_of, readers
from gongshi.figures.released.columns import WITHIN
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Tables
from gongshi.rules.disclosure import CATEGORY, OFFICE, PAIR
from tests.rules import disclosure_attack as months

QUARTER = Quarter(2026, 1)
MONTHS = (Month(2026, 1), Month(2026, 2), Month(2026, 3))
THRESHOLD = 11
# A matter counts in a month's column only if it counts in the quarter's: of the first two months, as of their release.
WITHIN_QUARTER = {"answered": "cases", "promised": "promised", "reopened": "reopened"}
APART = ((("all_parts", "some_parts"), "cases"), (("kept", "not_kept"), "promised"))


class World(NamedTuple):
    """What there is, what is published of it, and what is released."""

    tallies: dict[Told, AnswerTally]
    counted: list[months.Counted]
    known: list[months.Counted]
    tables: list[Tables]
    quarter: QuarterTables


def random_world(seed: int, *, beside: bool = True) -> World:
    """A small place's quarter. beside: whether the release of the quarter minds the months."""
    chance = random.Random(seed)
    offices = [f"o{n}" for n in range(chance.randint(2, 4))]
    areas = [f"a{n}" for n in range(chance.randint(2, 3))]
    home = {f"c{n}": chance.choice(offices) for n in range(chance.randint(2, 5))}
    weight = {code: chance.choice([1, 3, 10, 20]) for code in home}
    chances = [chance.uniform(*ends) for ends in ((0.6, 1), (0.1, 0.9), (0.02, 0.5), (0.1, 0.6))]
    tallies: dict[Told, AnswerTally] = {}
    counted: list[months.Counted] = [{} for _ in MONTHS]
    known: list[months.Counted] = [{} for _ in MONTHS]
    for _ in range(chance.choice([60, 120, 250, 500, 1000])):
        category = chance.choices(list(home), [weight[code] for code in home])[0]
        office = home[category] if chance.random() < 0.9 else chance.choice(offices)
        which, agreed = chance.randrange(3), chance.random() < 0.15
        in_month, in_quarter = random_matter(chance, which, *chances)
        cell = (office, category, chance.choice(areas))
        counted[which].setdefault(cell, Counter()).update(in_month)
        if agreed and "cases" in in_month:
            known[which].setdefault(cell, Counter()).update(months.told_publicly(sorted(in_month)))
        if in_quarter:
            key = Told(office, category, MONTHS[which], agreed)
            tallies.setdefault(key, AnswerTally())
            tallies[key] += AnswerTally(**dict.fromkeys(in_quarter, 1))
    tables = [
        tables_of(month, month.after.after.first, THRESHOLD, each, public)
        for month, each, public in zip(MONTHS, counted, known, strict=True)
    ]
    minded = dict(zip(MONTHS[:2], tables, strict=False)) if beside else {}
    counts = counted_of(tallies)
    shut = closed(tables) if beside else set()
    released = quarter_tables(
        QUARTER, date(2026, 5, 31), THRESHOLD, counts, [*readers(tallies, minded)], closed=shut
    )
    return World(tallies, counted, known, tables, released)


def random_matter(
    chance: random.Random, which: int, answers: float, settles: float, again: float, promises: float
) -> tuple[set[str], set[str]]:
    """What one matter counts as in its month, as of that month's release, and in the quarter."""
    filed = MONTHS[which].first + timedelta(days=chance.randrange(28))
    release = MONTHS[which].after.after.first
    sent = filed + timedelta(days=int(chance.expovariate(1 / 12)))
    if chance.random() > answers:
        return {"cases", "due"}, set()
    once = {"cases"} | set(
        chance.choices([("all_parts",), ("some_parts",), ()], [settles, 1 - settles, 0.4])[0]
    )
    taken_up = sent + timedelta(days=chance.randrange(1, 60)) if chance.random() < again else None
    if taken_up:
        once.add("reopened")
    promised = sent + timedelta(days=chance.randrange(5, 40)) if chance.random() < promises else None
    said = chance.choices(["kept", "not_kept", ""], [5, 2, 2])[0] if promised else ""
    if promised:
        once |= {"promised", said} - {""}
    month = {"cases", "due"}
    if sent < release:
        month |= {"answered", "asked", "on_time"} | {
            f"within_{days}" for days in WITHIN if (sent - filed).days <= days
        }
        if taken_up and taken_up < release:
            month.add("reopened")
        elif chance.random() < 0.7:
            month.add("confirmed" if chance.random() < settles else "not_confirmed")
        if promised and promised < release:
            month |= {"promised", said} - {""}
    return month, once if sent < QUARTER.after.first else set()


class Joint:
    """Knows three months, the quarter, what is published, and that nobody was answered who filed before.

    That the offices are the same in both, and that nothing was merged, moved or erased since.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.blocks = [
            months.Attacker(tables, {cell[:2] for cell in counted}, known)
            for tables, counted, known in zip(world.tables, world.counted, world.known, strict=True)
        ]
        self.starts = [0, *np.cumsum([len(each.places) for each in self.blocks])]
        pairs = sorted({cell[:2] for counted in world.counted for cell in counted})
        names = [(pair, name) for pair in pairs for name in NAMES]
        self.places = {key: int(self.starts[-1]) + n for n, key in enumerate(names)}
        self.pairs: list[Pair] = pairs
        self.size = int(self.starts[-1]) + len(names)
        self.equal, self.equal_to = self._equal()
        self.below = self._below()
        self.least = self._least()

    def _matrix(self, rows: Sequence[Sequence[tuple[int, int]]]) -> csr_array:
        where = [(number, place, sign) for number, row in enumerate(rows) for place, sign in row]
        lines, columns, signs = zip(*where, strict=True) if where else ((), (), ())
        return coo_array((signs, (lines, columns)), shape=(len(rows), self.size), dtype=float).tocsr()

    def _padded(self, matrices: Sequence[csr_array]) -> csr_array:
        """The months' rows, each about its own counts."""
        together = block_diag(matrices, format="csr")
        return csr_array(
            (together.data, together.indices, together.indptr), shape=(together.shape[0], self.size)
        )

    def of_quarter(self, table: str, code: str, name: str) -> list[int]:
        side = (OFFICE, CATEGORY).index(table)
        return [self.places[pair, name] for pair in self.pairs if pair[side] == code]

    def _equal(self) -> tuple[csr_array, list[int]]:
        rows, values = [], []
        for line in self.world.quarter.lines:
            for name, n in (line.counts._asdict() if line.counts else {}).items():
                if n is not None:
                    rows.append([(place, 1) for place in self.of_quarter(line.table, line.code, name)])
                    values.append(n)
        told = [n for each in self.blocks for n in each.equal_to]
        matrix = self._padded([each.equal for each in self.blocks])
        return vstack([matrix, self._matrix(rows)], format="csr"), [*told, *values]

    def _below(self) -> csr_array:
        rows: list[list[tuple[int, int]]] = []
        for pair in self.pairs:
            place = {name: self.places[pair, name] for name in NAMES}
            rows += [[(place[one.name], 1), (place[one.of], -1)] for one in COLUMNS if one.of]
            rows += [[*((place[part], 1) for part in parts), (place[whole], -1)] for parts, whole in APART]
            for in_month, in_quarter in WITHIN_QUARTER.items():
                rows.append([*self._in_months(pair, in_month, 2, 1), (place[in_quarter], -1)])
            rows.append([(place["cases"], 1), *self._in_months(pair, "cases", 3, -1)])
        return vstack([self._padded([each.below for each in self.blocks]), self._matrix(rows)], format="csr")

    def _in_months(self, pair: Pair, name: str, first: int, sign: int) -> Iterator[tuple[int, int]]:
        for start, block in zip(self.starts[:first], self.blocks, strict=False):
            yield from (
                (int(start) + block.places[cell, name], sign) for cell in block.cells if cell[:2] == pair
            )

    def _least(self) -> np.ndarray:  # type: ignore[type-arg]
        least = np.zeros(self.size)
        for start, block in zip(self.starts, self.blocks, strict=False):
            for cell, counts in block.known.items():
                for name, n in counts.items():
                    least[start + block.places[cell, name]] = n
        for pair, counts in public(self.world.tallies).items():
            for name, n in counts.items():
                least[self.places[pair, name]] = n
        return least

    def largest(self, aims: np.ndarray, enough: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        """The counts that agree with all that is known, and make these sums largest, each counted up to so much."""
        number = len(aims)
        below = vstack(
            [
                csr_array(
                    (self.below.data, self.below.indices, self.below.indptr),
                    shape=(self.below.shape[0], self.size + number),
                ),
                coo_array(np.hstack([-aims, np.eye(number)])),
            ],
            format="csr",
        )
        equal = csr_array(
            (self.equal.data, self.equal.indices, self.equal.indptr),
            shape=(self.equal.shape[0], self.size + number),
        )
        most = np.concatenate([np.full(self.size, np.inf), enough])
        found = linprog(
            np.concatenate([np.zeros(self.size), -np.ones(number)]),
            A_ub=below,
            b_ub=np.zeros(below.shape[0]),
            A_eq=equal,
            b_eq=self.equal_to,
            bounds=np.column_stack([np.concatenate([self.least, np.zeros(number)]), most]),
            method="highs",
        )
        assert found.status == 0, found.message
        return found.x[: self.size]


def public(tallies: Mapping[Told, AnswerTally]) -> dict[Pair, Counter[str]]:
    """What everybody may know of published matters: that they were answered, what was promised, if taken up again."""
    found: dict[Pair, Counter[str]] = {}
    for told, tally in tallies.items():
        if told.agreed:
            counts = Counter({name: getattr(tally, name) for name in PUBLISHED})
            found.setdefault(told[:2], Counter()).update(counts)
    return found


class Small(NamedTuple):
    """A count below the threshold that must stay hidden; ``public`` published matters are left out of it."""

    name: str
    aim: np.ndarray  # type: ignore[type-arg]
    value: int
    public: int


def small_counts(joint: Joint) -> Iterator[Small]:
    """Of the quarter, and of its months: those too that whoever counts the published matters could find."""
    told = public(joint.world.tallies)
    counts = counted_of(joint.world.tallies)
    for side, table in enumerate((OFFICE, CATEGORY)):
        for code in sorted({pair[side] for pair in counts}):
            sums, shown = (
                sum((Counter(each[pair]) for pair in each if pair[side] == code), Counter())
                for each in (counts, told)
            )
            for column in COLUMNS:
                for made in ({column.name: 1}, *(_less(left) for left in column.left)):
                    value = sum(sign * sums[name] for name, sign in made.items())
                    n = (
                        sum(sign * shown[name] for name, sign in made.items())
                        if column.name in PUBLISHED
                        else 0
                    )
                    aim = np.zeros(joint.size)
                    for name, sign in made.items():
                        aim[joint.of_quarter(table, code, name)] += sign
                    for less in sorted({0, n}):
                        if 0 < value - less < THRESHOLD:
                            yield Small(f"quarter {table} {code} {made} less {less}", aim, value - less, less)
    for number, block in enumerate(joint.blocks):
        start = int(joint.starts[number])
        for one in months.small_counts(joint.world.counted[number], block.known, THRESHOLD):
            if one.key[0] in (OFFICE, CATEGORY, PAIR) and len(one.made) == 1:
                aim = np.zeros(joint.size)
                aim[start : start + len(block.places)] = block.aim(one.key, one.made)
                yield Small(
                    f"{MONTHS[number]} {one.key} {one.made} less {one.public}", aim, one.value, one.public
                )


def _less(left: tuple[str, ...]) -> dict[str, int]:
    return {left[0]: 1, **dict.fromkeys(left[1:], -1)}


def found_small(world: World, *, of: str = "") -> dict[str, tuple[int, int]]:
    """Counts that the attacker knows to be below the threshold: how much they are, and can be at most."""
    joint = Joint(world)
    counts = [one for one in small_counts(joint) if one.name.startswith(of)]
    aims = np.array([one.aim for one in counts]).reshape(len(counts), joint.size)
    enough = np.array([THRESHOLD + one.public for one in counts])
    open_ones, together, found = list(range(len(counts))), True, {}
    while open_ones:
        tried = open_ones if together else open_ones[:1]
        largest = aims @ joint.largest(aims[tried], enough[tried]) + 1e-6
        if not together and largest[tried[0]] < enough[tried[0]]:
            one = counts[tried[0]]
            found[one.name] = (one.value, int(largest[tried[0]]) - one.public)
        left = [n for n in open_ones if largest[n] < enough[n] and (together or n != tried[0])]
        together, open_ones = together and len(left) < len(open_ones), left
    return found


def main() -> None:
    """Try random quarters; print what was found, and how much is shown."""
    began, shown, of, found = time.monotonic(), 0, 0, 0
    quarters, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for seed in range(first, first + quarters):
        world = random_world(seed)
        small = found_small(world)
        counts = [n for line in world.quarter.lines for n in line.counts or [None] * len(NAMES)]
        shown, of, found = shown + sum(n is not None for n in counts), of + len(counts), found + len(small)
        if small:
            print(seed, len(small), list(small.items())[:3], flush=True)
    seconds = time.monotonic() - began
    print(f"{quarters} quarters: {found} small counts found; {shown} of {of} counts shown; {seconds:.0f} s")


if __name__ == "__main__":
    main()
