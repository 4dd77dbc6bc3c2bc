"""What may be shown of a quarter, with its months beside it: an attacker's programme finds no small count.

More of them, and several quarters in a row: `python -m tests.rules.quarters_attack 200 0 2`
(docs/rules/disclosure.md#quarters).
"""

from dataclasses import replace
from datetime import date

import pytest

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month
from gongshi.figures.released.answers import AnswerCounts, AnswerLine, QuarterTables, quarter_tables
from gongshi.figures.released.beside import Told, closed, counted_of, readers
from gongshi.figures.released.readings import kept, line_of, sample_told
from gongshi.figures.released.sample_beside import SAMPLES_BESIDE, told_beside
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.disclosure import ALL, CATEGORY, OFFICE
from tests.rules import quarters_attack as attack
from tests.rules import quarters_world as places

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


@pytest.mark.parametrize(("seed", "quarters"), [(58, 1), (2, 2)])
def test_row_40_whoever_knows_quarters_and_their_months_finds_no_small_count(
    seed: int, quarters: int
) -> None:
    world = places.random_world(seed, quarters=quarters)
    assert attack.found_small(world) == {}
    assert all(any(line.counts for line in each.lines) for each in world.quarters)


def test_the_attacker_finds_what_quarters_that_do_not_mind_months_would_give_away() -> None:
    """Of two in a row, what residents did of whom a month counts and a quarter does not yet, or the other way round."""
    world = places.random_world(87, quarters=2, beside=False)
    assert attack.found_small(world, of="filed")
    assert attack.found_small(places.random_world(87, quarters=2), of="filed") == {}


def test_a_sample_bounds_how_many_matters_a_quarter_has() -> None:
    """Twenty were drawn: from twenty to 49, and no office has fewer than were read of it."""
    world = places.random_world(2, quarters=2)
    assert [each and each.size for each in world.samples] == [50] * 2
    few = world._replace(samples=[places.Sample(20, {}), world.samples[1]])
    with pytest.raises(AssertionError, match="infeasible"):
        attack.found_small(few)


def test_row_40_samples_tell_no_more_than_their_quarters() -> None:
    """What was read of offices in small places gave small counts away, as long as samples did not mind the quarters."""
    found = attack.found_small(places.random_world(86, minding=False))
    assert len(found) > 10
    assert attack.found_small(places.random_world(86)) == {}


READ = sample_told(
    places.QUARTER,
    50,
    7,
    date(2026, 6, 20),
    kept(
        date(2026, 6, 21),
        20,
        [line_of("found", [("yes", "yes")] * n, code) for code, n in (("", 50), ("hall", 20), ("roads", 30))],
    ),
)
FORTY, SIXTY, HUNDRED = (AnswerCounts(n, *[None] * 6) for n in (40, 60, 100))


@pytest.mark.parametrize(
    ("lines", "months", "told"),
    [
        # Each office's matters are told: they say more than the readings do.
        ({"hall": FORTY, "roads": SIXTY}, {}, {"hall", "roads"}),
        # The hall has what is left of fifty, where few of roads were read.
        ({"hall": None, "roads": SIXTY}, {}, set()),
        # Others have fifty, whatever was read of roads.
        ({"hall": None, "roads": SIXTY}, {JANUARY: 60, FEBRUARY: 50}, {"roads"}),
        ({"hall": None, "roads": SIXTY}, {JANUARY: 60, FEBRUARY: 49}, set()),
        # The largest goes first; not both.
        ({"hall": FORTY, "roads": SIXTY, "water": None}, {JANUARY: 120}, {"roads"}),
        ({"hall": FORTY, "roads": SIXTY, "water": None}, {JANUARY: 100, FEBRUARY: 50}, {"hall", "roads"}),
        ({"hall": None, "roads": None}, {JANUARY: 30, FEBRUARY: 20}, set()),
        ({"hall": None, "roads": None}, {JANUARY: 30, FEBRUARY: 19}, None),
        ({"hall": None, "roads": FORTY}, {}, None),
        # All that there are, each office by itself: nothing is left to bound.
        ({"roads": FORTY}, {}, {"roads"}),
        ({}, {}, None),
        # What came out after the quarter's end, or is of its third month, says nothing of it.
        ({"hall": None, "roads": None}, {FEBRUARY.after: 200}, None),
    ],
)
def test_of_a_sample_is_told_what_its_quarter_and_months_tell_already(
    lines: dict[str, AnswerCounts | None], months: dict[Month, int], told: set[str] | None
) -> None:
    rows = tuple(AnswerLine(OFFICE, code, counts) for code, counts in lines.items())
    quarter = QuarterTables(places.QUARTER, date(2026, 5, 31), 11, SAMPLES_BESIDE, rows)
    beside = {
        month: Tables(month, month.after.after.first, 11, (Line(ALL, "", "", "", {"answered": n}),))
        for month, n in months.items()
    }
    found = told_beside(READ, quarter, beside)
    assert (found and {line.code for line in found.of_offices()}) == told
    assert found is None or found.withheld == (told != {"hall", "roads"})
    assert told_beside(READ, replace(quarter, definition="quarters-by-count"), {}) == READ
    late = {month: replace(each, as_of=date(2026, 4, 2)) for month, each in beside.items()}
    assert told_beside(READ, quarter, late) == told_beside(READ, quarter, {})
    twenty = told_beside(replace(READ, size=20), quarter, beside)
    assert (twenty is not None) == bool(lines and None not in lines.values())


def test_the_attacker_finds_what_withholding_whole_rows_alone_would_give_away() -> None:
    """As quarters were released first: every count of a row with twenty matters."""
    world = places.random_world(4)
    (quarter,), counted = world.quarters, counted_of(world.tallies[0])
    lines = []
    for line in quarter.lines:
        side = (OFFICE, CATEGORY).index(line.table)
        sums = [
            sum(counts[name] for pair, counts in counted.items() if pair[side] == line.code)
            for name in attack.NAMES
        ]
        lines.append(AnswerLine(line.table, line.code, AnswerCounts(*sums) if sums[0] >= 20 else None))
    open_handed = world._replace(quarters=[replace(quarter, lines=tuple(lines))])
    found = attack.found_small(open_handed, of="quarter")
    assert len(found) > 3
    assert any(value == most for value, most in found.values())


def test_what_one_month_withholds_is_not_the_quarter_less_what_the_other_shows() -> None:
    """Roads: 4 taken up again of January, withheld; 12 of February, shown. With the quarter's 16 the 4 were known."""
    tallies = {
        Told(office, category, month, agreed=False): AnswerTally(cases=40, reopened=n)
        for office, category, numbers in (("roads", "pothole", (4, 12)), ("hall", "lamp", (15, 20)))
        for month, n in zip((JANUARY, FEBRUARY), numbers, strict=True)
    }
    months = {month: _month(month, tallies) for month in (JANUARY, FEBRUARY)}

    def shown(beside: dict[Month, Tables]) -> dict[str, int | None]:
        known = [*readers(tallies, beside)]
        found = quarter_tables(places.QUARTER, date(2026, 5, 31), 11, counted_of(tallies), known)
        return {line.code: line.counts and line.counts.reopened for line in found.lines}

    assert shown({}) == {"roads": 16, "pothole": 16, "hall": 35, "lamp": 35}
    # Hall is withheld with it: all taken up again, less hall's, are those of roads.
    assert shown(months)["roads"] is None
    assert shown(months)["pothole"] is None


def test_a_row_that_a_month_withholds_is_not_told_of_the_quarter() -> None:
    """It would say of that month that it was at most what the other months leave."""
    world = places.random_world(7)
    told = {(line.table, line.code) for line in world.quarters[0].lines if line.counts}
    withheld = closed(world.tables)
    assert told
    assert not told & withheld
    free = places.random_world(7, beside=False).quarters[0].lines
    assert withheld & {(line.table, line.code) for line in free if line.counts}


def _month(month: Month, tallies: dict[Told, AnswerTally]) -> Tables:
    lines = []
    for told, tally in tallies.items():
        n = tally.reopened if tally.reopened >= 11 else None
        counts = {"answered": None, "promised": None, "kept": None, "not_kept": None, "reopened": n}
        if told.filed == month:
            lines.append(Line(OFFICE, told.office, "", "", counts))
            lines.append(Line(CATEGORY, "", told.category, "", counts))
    return Tables(month, month.after.after.first, 11, tuple(lines))
