"""Numbers beside the released counts: curves at each bin, offices at the same mix, who cannot be told apart."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest

from gongshi.figures.periods import Month
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.figures.shown import (
    MIX,
    NOTHING,
    adjusted_of,
    curve_of,
    groups_of,
    shown_numbers,
    why_not_adjusted,
)
from gongshi.figures.suppression import PROTECTS
from gongshi.rules.disclosure import AREA, CATEGORY, OFFICE, PAIR
from gongshi.rules.intervals import wilson
from tests.rules import disclosure_attack as attack

Told = Mapping[tuple[str, ...], tuple[int | None, int | None]]


def line(table: str, *codes: str, waits: tuple[Bin, ...] = (), **counts: int | None) -> Line:
    named = dict(zip({PAIR: (OFFICE, CATEGORY)}.get(table, (table,)), codes, strict=False))
    told = {**dict.fromkeys(NAMES), **counts}
    return Line(table, *(named.get(each, "") for each in (OFFICE, CATEGORY, AREA)), told, waits)


def tables(pairs: Told, offices: Told, categories: Told) -> Tables:
    """Rows with (on time, due)."""
    lines = [
        line(table, *codes, on_time=counts[0], due=counts[1])
        for table, rows in ((OFFICE, offices), (CATEGORY, categories), (PAIR, pairs))
        for codes, counts in rows.items()
    ]
    return Tables(Month(2026, 3), date(2026, 5, 1), 11, tuple(lines))


# docs/rules/standardising.md; the markets and lamps of Roads, and streets that only Roads has.
PLACE = {("lamp",): (90, 100), ("market",): (50, 100), ("street",): (9, 15)}
ROADS = {("roads", "lamp"): (18, 20), ("roads", "market"): (24, 40), ("roads", "street"): (9, 15)}


def test_the_curve_is_told_at_each_bin() -> None:
    """Nobody within a day, 30 of 42 within 3, nobody more within 7, the rest later or never."""
    row = line(
        "office", "roads", waits=(Bin(0, 1, 0, 0), Bin(2, 3, 30, 0), Bin(4, 7, 0, 0), Bin(8, None, 0, 12))
    )
    first, second, third = curve_of(row)
    assert first == (1, 1.0, wilson(42, 42).low, 1.0)
    assert (second.days, second.share) == (3, pytest.approx(12 / 42))
    # By hand: V = 30 / (42 * 12), -ln(12 / 42) = 1.2528, c = 1.96 * 0.2440 / 1.2528 = 0.3817.
    assert (second.low, second.high) == pytest.approx((0.1596, 0.4252), abs=1e-4)
    assert third == (7, *second[1:])
    assert curve_of(line("office", "roads")) == []


def test_an_office_at_the_mix_of_the_page() -> None:
    found = adjusted_of(tables(ROADS, {("roads",): (51, 75)}, PLACE), "roads")
    assert found is not None
    # Streets are only Roads' own: compared with themselves they would say nothing.
    assert found.coverage == pytest.approx(60 / 75)
    assert found.compared[:4] == pytest.approx((60, 0.7, 38 / 60, 4 / 60))


@pytest.mark.parametrize(
    ("office", "categories", "why"),
    [
        ((51, 76), PLACE, MIX),  # 60 of 76 is less than four fifths
        ((51, 75), {**PLACE, ("market",): (None, None)}, MIX),
        ((51, 75), {**PLACE, ("market",): (24, 50)}, MIX),  # ten of others are no rate
        ((None, None), PLACE, PROTECTS),
        ((0, 0), PLACE, NOTHING),
    ],
)
def test_what_is_not_compared(office: tuple[int | None, int | None], categories: Told, why: str) -> None:
    made = tables(ROADS, {("roads",): office}, categories)
    assert adjusted_of(made, "roads") is None
    assert why_not_adjusted(made, "roads") == why
    assert groups_of(made) == []
    assert not [one for one in shown_numbers(made) if "adjusted" in one.name]


def test_offices_stand_apart_only_where_their_intervals_do() -> None:
    done = {"roads": 60, "water": 195, "hall": 70, "market": 40}
    pairs = {(code, "lamp"): (n, 100 if code != "water" else 200) for code, n in done.items()}
    own = {(code,): counts for (code, _), counts in pairs.items()}
    made = tables(pairs, {**own, ("park",): (None, None)}, {("lamp",): (sum(done.values()), 500)})
    assert groups_of(made) == [["market"], ["hall", "roads"], ["water"]]
    told = {one.line.office: one.value for one in shown_numbers(made) if one.name == "on_time.adjusted.group"}
    assert told == {"market": 1, "hall": 2, "roads": 2, "water": 3}


@pytest.mark.parametrize("seed", [467, 5030])
def test_whoever_was_told_the_counts_was_told_every_number(seed: int) -> None:
    """Bands, comparisons and groups come out alike of what the attacker of `disclosure_attack` is given: no more."""
    made = attack.released(seed)[2]
    rebuilt = tuple(_told_again(each) for each in made.lines)
    numbers = [(one.line.key, one.name, one.value) for one in shown_numbers(made)]
    again = shown_numbers(Tables(made.month, made.as_of, made.threshold, rebuilt))
    assert [(one.line.key, one.name, one.value) for one in again] == numbers
    names = {name.rpartition(".")[2] for _, name, _ in numbers}
    assert {"low", "high", "median"} <= names


def _told_again(row: Line) -> Line:
    told = attack.told_of(row)
    waits, before, first = [], 0, 0
    for days, n in ((days, told.get(f"within_{days}")) for days in attack.WITHIN):
        if n is not None:
            waits.append(Bin(first, days, n - before, 0))
            before, first = n, days + 1
    if waits or (row.waits and row.waits[0].last is None):
        left = told["cases"] - before
        waits += [Bin(first, None, 0, left)] if left else []
    return Line(*row.key, {name: told.get(name) for name in row.counts}, tuple(waits))


@pytest.mark.parametrize(("due", "compared"), [(11, 0), (30, 6)])
def test_offices_of_the_same_work_are_compared_from_two_or_three_times_the_threshold(
    due: int, compared: int
) -> None:
    """What docs/rules/standardising.md says of size: six offices, eight categories, about ``due`` of each."""
    drawn = random.Random(4)
    counted = {}
    for office, category in product("abcdef", "stuvwxyz"):
        n = drawn.randint(due - 5, due + 5)
        counts = dict.fromkeys(("cases", "due", "responses_due", "answered"), n)
        late = n // 6
        counted[office, category, ""] = Counter(
            {**counts, "on_time": n - late, "responses_on_time": n - late}
        )
    made = tables_of(Month(2026, 3), date(2026, 5, 1), 11, counted, {})
    assert sum(adjusted_of(made, office) is not None for office in "abcdef") == compared
