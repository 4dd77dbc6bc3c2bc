"""What may be shown of a quarter, with its months beside it: an attacker's programme finds no small count.

More of them: `python -m tests.rules.quarters_attack 200` (docs/rules/disclosure.md#quarters).
"""

from dataclasses import replace
from datetime import date

import pytest

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month
from gongshi.figures.released.answers import AnswerCounts, AnswerLine, quarter_tables
from gongshi.figures.released.beside import Told, closed, counted_of, readers
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.disclosure import CATEGORY, OFFICE
from tests.rules import quarters_attack as attack

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


@pytest.mark.parametrize("seed", [7, 58, 86])
def test_row_40_whoever_knows_a_quarter_and_its_months_finds_no_small_count(seed: int) -> None:
    world = attack.random_world(seed)
    assert attack.found_small(world) == {}
    assert any(line.counts for line in world.quarter.lines)


def test_the_attacker_finds_what_withholding_whole_rows_alone_would_give_away() -> None:
    """As quarters were released first: every count of a row with twenty matters."""
    world = attack.random_world(4)
    counted = counted_of(world.tallies)
    lines = []
    for line in world.quarter.lines:
        side = (OFFICE, CATEGORY).index(line.table)
        sums = [
            sum(counts[name] for pair, counts in counted.items() if pair[side] == line.code)
            for name in attack.NAMES
        ]
        lines.append(AnswerLine(line.table, line.code, AnswerCounts(*sums) if sums[0] >= 20 else None))
    open_handed = world._replace(quarter=replace(world.quarter, lines=tuple(lines)))
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
        found = quarter_tables(attack.QUARTER, date(2026, 5, 31), 11, counted_of(tallies), known)
        return {line.code: line.counts and line.counts.reopened for line in found.lines}

    assert shown({}) == {"roads": 16, "pothole": 16, "hall": 35, "lamp": 35}
    # Hall is withheld with it: all taken up again, less hall's, are those of roads.
    assert shown(months)["roads"] is None
    assert shown(months)["pothole"] is None


def test_a_row_that_a_month_withholds_is_not_told_of_the_quarter() -> None:
    """It would say of that month that it was at most what the other months leave."""
    world = attack.random_world(7)
    told = {(line.table, line.code) for line in world.quarter.lines if line.counts}
    withheld = closed(world.tables)
    assert told
    assert not told & withheld
    free = attack.random_world(7, beside=False).quarter.lines
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
