"""An attacker on the released tables, as a linear programme: how much can each withheld count be?

`python -m tests.rules.disclosure_attack 1000` tries that many random pairs of months and prints what was found; with
`1000 0 local` that many months from seed 0 on of places where areas have offices of their own.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from gongshi.figures.periods import Month
from gongshi.figures.released.columns import COLUMNS, NAMES, PUBLIC, WITHIN
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.disclosure import AREA, PAIR, REST, Cell, Key, keys_of
from tests.rules.attacking import Programme, Row, Small, Tried, main, matrix

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
# Days to an answer, one after the other: those of one of these less those of the one before.
BINS = [*zip([*EARLIER, "answered"], ["", *EARLIER], strict=True)]
DAYS = ("answered", *EARLIER)
Counted = dict[Cell, Counter[str]]
MONTH = Month(2026, 3)
AS_OF = MONTH.after.after.first


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
    # Of one without an answer nobody sees whether it fell due.
    if {*parts, whole} <= PUBLIC - {"due"}:
        return known.get(whole, 0) - sum(known.get(part, 0) for part in parts)
    return 0


def rows_of(cell: Cell, local: Mapping[str, str]) -> tuple[Key, ...]:
    """The rows in which a case counts, and what is left of an area without the offices that serve it alone."""
    rest = ((REST, cell[2:]),) if local and cell[0] not in local else ()
    return (*keys_of(cell), *rest)


@dataclass
class Attacker:
    """Knows the released tables, which office has cases of which category, and the published cases.

    Not known: in which areas an office or a category has cases, but for published ones, and for offices that serve one
    area alone (``local``).
    """

    tables: Tables
    pairs: set[tuple[str, str]]
    known: Mapping[Cell, Mapping[str, int]]
    local: Mapping[str, str] = field(default_factory=dict)
    places: dict[tuple[Cell, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        areas = [line.area for line in self.tables.of(AREA)]
        self.cells: list[Cell] = [
            (*pair, area)
            for pair in sorted(self.pairs)
            for area in areas
            if self.local.get(pair[0], area) == area
        ]
        for cell in self.cells:
            for name in (*NAMES, *EARLIER):
                self.places[cell, name] = len(self.places)

    def terms(self, key: Key, name: str) -> list[int]:
        return [self.places[cell, name] for cell in self.cells if key in rows_of(cell, self.local)]

    def programme(self) -> Programme:
        equal = [
            (self.aim(key_of(line), {name: 1}), value)
            for line in self.tables.lines
            for name, value in told_of(line).items()
        ]
        below = [*self._relations()]
        least = np.zeros(size := len(self.places))
        for cell, counts in self.known.items():
            for name, n in counts.items():
                least[self.places[cell, name]] = n
        rows = [matrix([row for row, _ in each], size) for each in (equal, below)]
        return Programme(rows[0], [n for _, n in equal], rows[1], [n for _, n in below], least)

    def _relations(self) -> Iterator[tuple[Row, int]]:
        """Parts are at most their whole, less the published cases that are seen to be of the whole alone."""
        for cell in self.cells:
            for parts, whole in [*(((part,), whole) for part, whole in PARTS), *APART]:
                row = [*((self.places[cell, part], 1) for part in parts), (self.places[cell, whole], -1)]
                yield row, -seen_apart(self.known.get(cell, {}), parts, whole)

    def aim(self, key: Key, what: Mapping[str, int]) -> list[tuple[int, int]]:
        """A sum of columns, each with its sign, of a row."""
        return [(place, sign) for name, sign in what.items() for place in self.terms(key, name)]


def small_counts(attacker: Attacker, month: Counted) -> Iterator[Small]:
    """All of them, those too that whoever counts the published cases could find."""
    for key, made, value, public in _small_counts(attacker, month):
        yield Small(f"{key} {made} less {public}", attacker.aim(key, made), value, public)


def _small_counts(attacker: Attacker, month: Counted) -> Iterator[tuple[Key, dict[str, int], int, int]]:
    """Each: its row, how it is made of columns, how much it is, and how many published cases are left out of that."""
    sums, public = ({}, {})  # type: tuple[dict[Key, Counter[str]], dict[Key, Counter[str]]]
    for found, cells in ((sums, month), (public, attacker.known)):
        for cell, counts in cells.items():
            for key in rows_of(cell, attacker.local):
                found.setdefault(key, Counter()).update(counts)
    threshold = attacker.tables.threshold
    for key, sum_of in sums.items():
        seen = public.get(key, Counter())
        for column in COLUMNS:
            if column.follows or (key[0] == PAIR and not column.in_pairs):
                continue
            asked = [({column.name: 1}, sum_of[column.name], seen[column.name])]
            for whole, *parts in column.left:
                # How many are left of all cases is none that anybody counts: it bounds how many withdrew.
                if whole == column.of:
                    made = {whole: 1, **dict.fromkeys(parts, -1)}
                    left = sum(sign * sum_of[name] for name, sign in made.items())
                    asked.append((made, left, seen_apart(seen, tuple(parts), whole)))
            yield from _below(key, asked, threshold)
        if key[0] != PAIR:
            yield from _below(key, _bins(sum_of, seen), threshold)


def _below(
    key: Key, asked: Iterable[tuple[dict[str, int], int, int]], threshold: int
) -> Iterator[tuple[Key, dict[str, int], int, int]]:
    for made, n, public in asked:
        # What none but published cases are is no secret.
        if n != public:
            yield from ((key, made, n - each, each) for each in {0, public} if 0 < n - each < threshold)


def _bins(sum_of: Mapping[str, int], seen: Mapping[str, int]) -> Iterator[tuple[dict[str, int], int, int]]:
    """Those answered in so many days: as many as they are, and without the published ones, whose days all can see."""
    for upto, before in BINS:
        made = {upto: 1} | ({before: -1} if before else {})
        n, shown = (sum(sign * counts[name] for name, sign in made.items()) for counts in (sum_of, seen))
        yield made, n, shown


def found_small(
    month: Counted,
    tables: Tables,
    known: Counted,
    only: tuple[str, ...] = (*NAMES, *EARLIER),
    local: Mapping[str, str] | None = None,
) -> dict[str, tuple[int, int]]:
    """Counts that the attacker knows to be below the threshold: how much they are, and can be at most."""
    attacker = Attacker(tables, {cell[:2] for cell in month}, known, local or {})
    asked = {place for (_, name), place in attacker.places.items() if name in only}
    counts = [one for one in small_counts(attacker, month) if any(place in asked for place, _ in one.aim)]
    return attacker.programme().found(counts, tables.threshold)


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


def random_town(chance: random.Random) -> tuple[list[tuple[Cell, list[str]]], dict[str, str]]:
    """A month of a place in which each area has an office of its own, and others are there for all areas."""
    areas = [f"a{n}" for n in range(chance.randint(2, 5))]
    local = {f"t{n}": area for n, area in enumerate(areas)}
    own = {area: office for office, area in local.items()}
    offices = [f"o{n}" for n in range(chance.randint(1, 3))]
    split = chance.choice([0.3, 0.7])
    home = {
        f"c{n}": chance.choice(offices) if chance.random() < split else ""
        for n in range(chance.randint(2, 6))
    }
    weight = {code: chance.choice([1, 3, 10, 20]) for code in [*home, *areas]}
    answers, settles, gives_up = (chance.uniform(*ends) for ends in ((0.5, 1), (0.1, 0.9), (0, 0.2)))
    found = []
    for _ in range(chance.choice([60, 120, 250, 500, 1000, 2000])):
        category = chance.choices(list(home), [weight[code] for code in home])[0]
        area = chance.choices(areas, [weight[code] for code in areas])[0]
        office = home[category] or own[area]
        if chance.random() < 0.05:
            office = own[area] if home[category] else chance.choice(offices)
        found.append(((office, category, area), random_case(chance, answers, settles, gives_up)))
    return found, local


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
    """What was answered fell due. When a public copy changed is told, and so what its resident said, or did not."""
    return [name for name in said if name in PUBLIC and (name != "due" or "answered" in said)]


def released(seed: int, threshold: int = 11, share: float = 0.15) -> tuple[Counted, Counted, Tables]:
    """A month, what is published of its cases, this share of them, and its tables."""
    chance = random.Random(seed)
    cases = random_cases(chance)
    month, known = summed(cases), summed(published(cases, chance, share))
    return month, known, tables_of(MONTH, AS_OF, threshold, month, known)


def released_town(seed: int, *, minded: bool = True) -> tuple[Counted, Counted, Tables, dict[str, str]]:
    """The same of a place with local offices, and which these are. minded: whether the release minds them."""
    chance = random.Random(seed)
    cases, local = random_town(chance)
    month, known = summed(cases), summed(published(cases, chance))
    return month, known, tables_of(MONTH, AS_OF, 11, month, known, local=local if minded else None), local


def tries(seed: int, share: float = 0.15) -> Iterator[Tried]:
    """No case stands in two releases, so that the programme of a pair falls apart into one for each of the two."""
    for each in (2 * seed, 2 * seed + 1):
        month, known, tables = released(each, share=share)
        yield Tried(found_small(month, tables, known), *told_of_all(tables))


def tries_town(seed: int) -> Iterator[Tried]:
    month, known, tables, local = released_town(seed)
    yield Tried(found_small(month, tables, known, local=local), *told_of_all(tables))


def told_of_all(tables: Tables) -> tuple[int, int]:
    shown = [value is not None for line in tables.lines for value in line.counts.values()]
    return sum(shown), len(shown)


if __name__ == "__main__":
    told = sys.argv[3:]
    if told == ["local"]:
        main("months", tries_town)
    else:
        main("pairs", partial(tries, share=float(told[0]) if told else 0.15))
