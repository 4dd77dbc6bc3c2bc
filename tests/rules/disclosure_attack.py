"""An attacker on the released tables, as a linear programme: how much can each withheld count be?

`python -m tests.rules.disclosure_attack 1000` tries that many random pairs of months and prints what was found.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_array, csr_matrix, eye_array, hstack

from gongshi.figures.periods import Month
from gongshi.figures.released.columns import COLUMNS, NAMES, WITHIN
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.disclosure import AREA, PAIR, Cell, Key, keys_of

# Which counts of one case can only be where another is: parts, and what an answer in time takes for granted.
EARLIER = [f"within_{days}" for days in WITHIN]
PARTS = [
    *((one.name, one.of) for one in COLUMNS if one.of),
    ("on_time", "answered"),
    ("answered", "cases"),
    *zip(EARLIER, [*EARLIER[1:], "answered"], strict=True),
]
# Of one case only one of these can be.
APART = [
    (("confirmed", "not_confirmed"), "asked"),
    (("confirmed", "not_confirmed", "withdrawn"), "cases"),
    (("kept", "not_kept"), "promised"),
]
# What the public copy of a case says of it, yes or no.
PUBLIC = {"cases", "answered", *EARLIER}
# Days to an answer, one after the other: those of one of these less those of the one before.
BINS = [*zip([*EARLIER, "answered"], ["", *EARLIER], strict=True)]
DAYS = ("answered", *EARLIER)
Counted = dict[Cell, Counter[str]]
MONTH = Month(2026, 3)


def key_of(line: Line) -> Key:
    return line.table, tuple(code for code in line.key[1:] if code)


def told_of(line: Line) -> dict[str, int]:
    """Every count of a row that is shown, those of its curve too."""
    told = {name: value for name, value in line.counts.items() if value is not None}
    answered = 0
    for one in line.waits:
        answered += one.answered
        if one.last is not None:
            told[f"within_{one.last}"] = answered
    return told


def seen_apart(known: Mapping[str, int], parts: tuple[str, ...], whole: str) -> int:
    """How many published cases are seen to be in the whole and in none of its parts."""
    if parts[-1] == "withdrawn":
        # One that waits for its answer yet is none of these.
        return known.get("cases", 0) - known.get("answered", 0) - known.get("withdrawn", 0)
    if {*parts, whole} <= PUBLIC:
        return known.get(whole, 0) - known.get(parts[0], 0)
    return 0


@dataclass
class Attacker:
    """Knows the released tables, which office has cases of which category, and the published cases.

    Not known: in which areas an office or a category has cases, but for published ones.
    """

    tables: Tables
    pairs: set[tuple[str, str]]
    known: Mapping[Cell, Mapping[str, int]]
    places: dict[tuple[Cell, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        areas = [line.area for line in self.tables.of(AREA)]
        self.cells: list[Cell] = [(*pair, area) for pair in sorted(self.pairs) for area in areas]
        for cell in self.cells:
            for name in (*NAMES, *EARLIER):
                self.places[cell, name] = len(self.places)
        self.equal, self.equal_to = self._equalities()
        self.below, self.below_to = self._relations()

    def terms(self, key: Key, name: str) -> list[int]:
        return [self.places[cell, name] for cell in self.cells if key in keys_of(cell)]

    def _equalities(self) -> tuple[csr_matrix, list[int]]:
        rows = [
            (self.terms(key_of(line), name), value)
            for line in self.tables.lines
            for name, value in told_of(line).items()
        ]
        return self._matrix([[(place, 1) for place in places] for places, _ in rows]), [n for _, n in rows]

    def _relations(self) -> tuple[csr_matrix, list[int]]:
        """Parts are at most their whole, less the published cases that are seen to be of the whole alone."""
        rows, most = [], []
        for cell in self.cells:
            for parts, whole in [*(((part,), whole) for part, whole in PARTS), *APART]:
                rows.append(
                    [*((self.places[cell, part], 1) for part in parts), (self.places[cell, whole], -1)]
                )
                most.append(-seen_apart(self.known.get(cell, {}), parts, whole))
        return self._matrix(rows), most

    def _matrix(self, rows: list[list[tuple[int, int]]]) -> csr_matrix:
        where = [(number, place, sign) for number, row in enumerate(rows) for place, sign in row]
        lines, columns, signs = zip(*where, strict=True) if where else ((), (), ())
        return csr_matrix((signs, (lines, columns)), shape=(len(rows), len(self.places)), dtype=float)

    def aim(self, key: Key, what: Mapping[str, int]) -> np.ndarray:  # type: ignore[type-arg]
        """A sum of columns, each with its sign, of a row."""
        aim = np.zeros(len(self.places))
        for name, sign in what.items():
            aim[self.terms(key, name)] += sign
        return aim

    def largest(self, aims: np.ndarray, enough: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        """The counts that agree with all that is known and make these sums largest, each counted up to so much."""
        size, number = len(self.places), len(aims)
        least = np.zeros(size + number)
        for cell, counts in self.known.items():
            for name, n in counts.items():
                least[self.places[cell, name]] = n
        most = np.concatenate([np.full(size, np.inf), enough])
        below = block_array([[self.below, None], [-csr_matrix(aims), eye_array(number)]], format="csr")
        found = linprog(
            np.concatenate([np.zeros(size), -np.ones(number)]),
            A_ub=below,
            b_ub=np.concatenate([self.below_to, np.zeros(number)]),
            A_eq=hstack([self.equal, csr_matrix((self.equal.shape[0], number))], format="csr"),
            b_eq=self.equal_to,
            bounds=np.column_stack([least, most]),
            method="highs",
        )
        assert found.status == 0, found.message
        return found.x[:size]


class Small(NamedTuple):
    """A count below the threshold that must stay hidden: its row, how it is made of columns, and how much it is.

    ``public`` more are published cases, which are left out of it.
    """

    key: Key
    made: dict[str, int]
    value: int
    public: int = 0


def small_counts(month: Counted, known: Counted, threshold: int) -> Iterator[Small]:
    """All of them, those too that whoever counts the published cases could find."""
    sums, public = ({}, {})  # type: tuple[dict[Key, Counter[str]], dict[Key, Counter[str]]]
    for found, cells in ((sums, month), (public, known)):
        for cell, counts in cells.items():
            for key in keys_of(cell):
                found.setdefault(key, Counter()).update(counts)
    for key, sum_of in sums.items():
        for column in COLUMNS:
            if column.follows or (key[0] == PAIR and not column.in_pairs):
                continue
            shown = public.get(key, Counter())[column.name]
            small = [Small(key, {column.name: 1}, sum_of[column.name] - n, n) for n in {0, shown}]
            for whole, *parts in column.left:
                # How many are left of all cases is none that anybody counts: it bounds how many withdrew.
                if whole == column.of:
                    made = {whole: 1, **dict.fromkeys(parts, -1)}
                    left = sum(sign * sum_of[name] for name, sign in made.items())
                    seen = seen_apart(public.get(key, Counter()), tuple(parts), whole)
                    small += [Small(key, made, left - n, n) for n in {0, seen}]
            yield from (one for one in small if 0 < one.value < threshold)
        if key[0] != PAIR:
            yield from small_bins(key, sum_of, public.get(key, Counter()), threshold)


def small_bins(
    key: Key, sum_of: Mapping[str, int], public: Mapping[str, int], threshold: int
) -> Iterator[Small]:
    """Those answered in so many days: as many as they are, and without the published ones, whose days all can see."""
    for upto, before in BINS:
        made = {upto: 1} | ({before: -1} if before else {})
        n, shown = (sum(sign * counts[name] for name, sign in made.items()) for counts in (sum_of, public))
        yield from (Small(key, made, n - each, each) for each in {0, shown} if 0 < n - each < threshold)


def found_small(
    month: Counted, tables: Tables, known: Counted, only: tuple[str, ...] = NAMES
) -> dict[tuple[Key, str], tuple[int, int]]:
    """Counts that the attacker knows to be below the threshold: how much they are, and can be at most."""
    attacker = Attacker(tables, {cell[:2] for cell in month}, known)
    counts = [one for one in small_counts(month, known, tables.threshold) if set(only) & one.made.keys()]
    aims = np.array([attacker.aim(one.key, one.made) for one in counts]).reshape(len(counts), -1)
    enough = np.array([tables.threshold + one.public for one in counts])
    open_ones, together, found = list(range(len(counts))), True, {}
    while open_ones:
        # One table in which many are large at once clears all of those; what is left is asked for one by one.
        tried = open_ones if together else open_ones[:1]
        largest = aims @ attacker.largest(aims[tried], enough[tried]) + 1e-6
        if not together and largest[tried[0]] < enough[tried[0]]:
            one = counts[tried[0]]
            found[one.key, f"{one.made} less {one.public}"] = (one.value, int(largest[tried[0]]) - one.public)
        left = [n for n in open_ones if largest[n] < enough[n] and (together or n != tried[0])]
        together, open_ones = together and len(left) < len(open_ones), left
    return found


def random_cases(chance: random.Random) -> list[tuple[Cell, list[str]]]:
    """A small place's month: a category has one office, sometimes two; some areas and offices have few cases."""
    offices = [f"o{n}" for n in range(chance.randint(2, 4))]
    areas = [f"a{n}" for n in range(chance.randint(2, 4))]
    home = {f"c{n}": chance.choice(offices) for n in range(chance.randint(2, 6))}
    weight = {code: chance.choice([1, 3, 10, 20]) for code in [*home, *areas]}
    answers, settles, gives_up = (chance.uniform(*ends) for ends in ((0.5, 1), (0.1, 0.9), (0, 0.2)))
    found = []
    for _ in range(chance.choice([20, 60, 120, 250, 500, 1000])):
        category = chance.choices(list(home), [weight[code] for code in home])[0]
        office = home[category] if chance.random() < 0.9 else chance.choice(offices)
        area = chance.choices(areas, [weight[code] for code in areas])[0]
        found.append(((office, category, area), random_case(chance, answers, settles, gives_up)))
    return found


def summed(cases: Iterable[tuple[Cell, Iterable[str]]]) -> Counted:
    found: Counted = {}
    for cell, said in cases:
        found.setdefault(cell, Counter()).update(said)
    return found


def random_month(chance: random.Random) -> Counted:
    return summed(random_cases(chance))


def random_case(chance: random.Random, answers: float, settles: float, gives_up: float) -> list[str]:
    if chance.random() < 0.08:
        return [chance.choice(["staff_logged", "without_promise", "forwarded"])]
    said = ["cases"]
    if chance.random() < 0.95:
        said.append("responses_due")
        if chance.random() < 0.9:
            said.append("responses_on_time")
    if chance.random() < 0.1:
        said.append("handed_on")
    withdrawn = chance.random() < gives_up
    answered = chance.random() < answers
    if answered:
        said += ["answered", "due"]
        if chance.random() < 0.8:
            said.append("on_time")
        if chance.random() < 0.95:
            said += random_words(chance, settles, withdrawn=withdrawn)
        if chance.random() < 0.4:
            said.append("promised")
            said += chance.choices([["kept"], ["not_kept"], []], [5, 2, 2])[0]
        quick = chance.expovariate(1 / 8)
        said += [f"within_{days}" for days in WITHIN if quick <= days]
    elif chance.random() < 0.7:
        said.append("due")
    if withdrawn:
        said.append("withdrawn")
    return said


def random_words(chance: random.Random, settles: float, *, withdrawn: bool) -> list[str]:
    said = ["asked"]
    if chance.random() < 0.15:
        said.append("reopened")
    if not withdrawn:
        said += chance.choices([["confirmed"], ["not_confirmed"], []], [settles, 1 - settles, 0.1])[0]
    return said


def published(
    cases: list[tuple[Cell, list[str]]], chance: random.Random, share: float = 0.15
) -> list[tuple[Cell, list[str]]]:
    """Some of the cases, with what their public copies tell: where they are, whether answered, and in how many days."""
    return [
        (cell, told_publicly(said)) for cell, said in cases if "cases" in said and chance.random() < share
    ]


def told_publicly(said: list[str]) -> list[str]:
    """Of one that is closed without an answer all see that it was withdrawn; what was answered fell due.

    One that was reopened was seen to be worked on again after its answer.
    """
    if "answered" in said:
        again = {"asked", "reopened"} if "reopened" in said else set()
        return [*(name for name in said if name in PUBLIC | again), "due"]
    return [name for name in said if name in {"cases", "withdrawn"}]


def released(seed: int, threshold: int = 11) -> tuple[Counted, Counted, Tables]:
    """A month, what is published of its cases, and its tables."""
    chance = random.Random(seed)
    cases = random_cases(chance)
    month, known = summed(cases), summed(published(cases, chance))
    return month, known, tables_of(MONTH, MONTH.after.after.first, threshold, month, known)


def main() -> None:
    """No case stands in two releases, so that the programme of a pair falls apart into one for each of the two."""
    began, told, of, found = time.monotonic(), 0, 0, 0
    pairs = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for seed in range(first, first + 2 * pairs):
        month, known, tables = released(seed)
        small = found_small(month, tables, known)
        shown = [value is not None for line in tables.lines for value in line.counts.values()]
        told, of, found = told + sum(shown), of + len(shown), found + len(small)
        if small:
            print(seed, len(small), list(small.items())[:3], flush=True)
    seconds = time.monotonic() - began
    print(f"{pairs} pairs: {found} small counts found; {told} of {of} counts shown; {seconds:.0f} s")


if __name__ == "__main__":
    main()
