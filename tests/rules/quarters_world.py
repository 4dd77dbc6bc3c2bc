"""Random small places: their first quarters in a row with all months of these, and what is released of each."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answers import LEAST, Pair, QuarterTables
from gongshi.figures.released.beside import Told, tables_beside
from gongshi.figures.released.columns import WITHIN
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.readings import kept, line_of, offices_told, sample_told
from gongshi.figures.released.sample_beside import told_beside
from gongshi.figures.released.tables import Tables
from gongshi.rules.sampling import sample_size
from tests.rules import disclosure_attack as months

QUARTER = Quarter(2026, 1)
THRESHOLD = 11
NEVER = -1
"""In no quarter of the row: first answered later, or not at all."""
Where = tuple[Pair, int, int]
"""Codes of office and category; in which month a matter was filed, in which quarter it was first answered, from 0."""


class Sample(NamedTuple):
    """What outside readers' sample tells of a quarter: how many were drawn, and how many of which offices were read."""

    size: int
    offices: dict[str, int]


class World(NamedTuple):
    """What there is, what is published of it, and what is released.

    at_release: what matters counted as in their month when that was released; each: published or not.
    """

    tallies: list[dict[Told, AnswerTally]]
    at_release: dict[tuple[Where, bool], Counter[str]]
    counted: list[months.Counted]
    known: list[months.Counted]
    tables: list[Tables]
    quarters: list[QuarterTables]
    samples: list[Sample | None]


class Matter(NamedTuple):
    """in_month: what it counts as when its month is released; in_quarter: in the one in which it was first answered."""

    in_month: set[str]
    in_quarter: set[str]
    sent: date | None


def random_world(seed: int, *, quarters: int = 1, beside: bool = True, minding: bool = True) -> World:
    """A small place's first quarters. beside: whether their releases mind the months; minding: samples the quarters."""
    chance, number = random.Random(seed), 3 * quarters
    offices = [f"o{n}" for n in range(chance.randint(2, 4))]
    # Quarters tell nothing by area.
    areas = [f"a{n}" for n in range(chance.randint(2, 3) if quarters == 1 else 1)]
    home = {f"c{n}": chance.choice(offices) for n in range(chance.randint(2, 5))}
    weight = {code: chance.choice([1, 3, 10, 20]) for code in home}
    chances = [chance.uniform(*ends) for ends in ((0.6, 1), (0.1, 0.9), (0.02, 0.5), (0.1, 0.6))]
    days, busy = 12, dict[str, list[int]]()
    if quarters > 1:
        # Quick and slow places, categories that come and go: what goes from one quarter into the next is few or many.
        days = chance.choice([5, 12, 25, 40])
        busy = {code: [chance.choice([1, 2, 2, 2, 5]) for _ in range(number)] for code in home}
        weight = {code: chance.choice([3, 10, 10, 20]) for code in home}
    tallies: list[dict[Told, AnswerTally]] = [{} for _ in range(quarters)]
    counted: list[months.Counted] = [{} for _ in range(number)]
    known: list[months.Counted] = [{} for _ in range(number)]
    at_release: dict[tuple[Where, bool], Counter[str]] = {}
    for _ in range(
        quarters * chance.choice([60, 120, 250, 500, 1000] if quarters == 1 else [250, 500, 1000, 2000, 4000])
    ):
        category = chance.choices(list(home), [weight[code] for code in home])[0]
        office = home[category] if chance.random() < 0.9 else chance.choice(offices)
        most = busy.get(category, [])
        which = chance.choices(range(number), most)[0] if any(most) else chance.randrange(number)
        agreed = chance.random() < 0.15
        matter = random_matter(chance, which, days, *chances)
        cell = (office, category, chance.choice(areas))
        counted[which].setdefault(cell, Counter()).update(matter.in_month)
        if agreed:
            known[which].setdefault(cell, Counter()).update(months.told_publicly(sorted(matter.in_month)))
        nth = quarter_of(matter.sent, quarters)
        at_release.setdefault((((office, category), which, nth), agreed), Counter()).update(matter.in_month)
        if nth != NEVER:
            tally = tallies[nth].setdefault(Told(office, category, month_of(which), agreed), AnswerTally())
            tally += AnswerTally(**dict.fromkeys(matter.in_quarter, 1))
    tables = [
        tables_of(month_of(n), released_on(n), THRESHOLD, *each)
        for n, each in enumerate(zip(counted, known, strict=True))
    ]
    released = [release(n, tallies[n], tables if beside else []) for n in range(quarters)]
    drawn = [
        drawn_of(each, released[n], tables[3 * n : 3 * n + 3], random.Random(seed), minding=minding)
        for n, each in enumerate(tallies)
    ]
    return World(tallies, at_release, counted, known, tables, released, drawn)


def drawn_of(
    tallies: dict[Told, AnswerTally],
    quarter: QuarterTables,
    tables: list[Tables],
    chance: random.Random,
    *,
    minding: bool,
) -> Sample | None:
    """What is told of a quarter's sample, all of it read by both readers. minding: what the quarter tells."""
    offices = [told.office for told, tally in tallies.items() for _ in range(tally.cases)]
    size = sample_size(len(offices))
    read = chance.sample(offices, size)
    numbers = Counter(read)
    shown = offices_told(numbers, LEAST) if size else ()
    lines = [
        line_of("found", [("yes", "yes")] * n, code)
        for code, n in (("", size), *((code, numbers[code]) for code in sorted(shown)))
        if n
    ]
    kept_lines = kept(quarter.as_of, LEAST, lines, withheld=len(shown) < len(numbers))
    told = sample_told(quarter.quarter, size, 1, quarter.as_of, kept_lines)
    if minding:
        beside = told_beside(told, quarter, {each.month: each for each in tables})
        return beside and Sample(beside.size, {line.code: line.read for line in beside.of_offices()})
    return Sample(told.size, {line.code: line.read for line in told.of_offices()})


def release(nth: int, tallies: dict[Told, AnswerTally], tables: list[Tables]) -> QuarterTables:
    """A quarter, with the tables of its months beside it."""
    quarter = QUARTER
    for _ in range(nth):
        quarter = quarter.after
    as_of = quarter.after.first + timedelta(days=60)
    own = {each.month: each for each in tables[3 * nth : 3 * nth + 3]}
    return tables_beside(quarter, as_of, THRESHOLD, tallies, own)


def month_of(nth: int) -> Month:
    month = Month.of(QUARTER.first)
    for _ in range(nth):
        month = month.after
    return month


def released_on(nth: int) -> date:
    return month_of(nth + 2).first


def quarter_of(day: date | None, quarters: int) -> int:
    nth = NEVER if day is None else (day.year - QUARTER.year) * 4 + (day.month - 1) // 3
    return nth if nth < quarters else NEVER


def random_matter(
    chance: random.Random,
    which: int,
    days: int,
    answers: float,
    settles: float,
    again: float,
    promises: float,
) -> Matter:
    """One that was filed in this month; nobody says anything else later of a promise than at first."""
    filed = month_of(which).first + timedelta(days=chance.randrange(28))
    release = released_on(which)
    sent = filed + timedelta(days=int(chance.expovariate(1 / days)))
    if chance.random() > answers:
        return Matter({"cases", "due"}, set(), None)
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
    return Matter(month, once, sent)
