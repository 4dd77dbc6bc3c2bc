"""What may be shown of counts by office, category and area: an attacker's programme finds none that is small.

All 1,000 pairs of months: `python -m tests.rules.disclosure_attack 1000` (docs/rules/disclosure.md).
"""

import random
from collections import Counter
from dataclasses import replace

import pytest

from gongshi.figures.released.columns import COLUMNS, NAMES
from gongshi.figures.released.making import bins
from gongshi.figures.released.tables import Bin, Line
from gongshi.figures.shown import SHARES, shares_of
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE, PAIR, Cell, Column, disclosed
from gongshi.rules.intervals import wilson
from tests.rules import disclosure_attack as attack

CASES = (Column("cases", in_pairs=True),)


def counted(cells: dict[Cell, int]) -> dict[Cell, dict[str, int]]:
    return {cell: {"cases": n} for cell, n in cells.items()}


@pytest.mark.parametrize("seed", [2, 467, 600, 999, 1335, 5022])
def test_row_40_an_attacker_who_knows_all_that_is_shown_finds_no_small_count(seed: int) -> None:
    month, known, tables = attack.released(seed)
    assert attack.found_small(month, tables, known) == {}
    assert any(value for line in tables.lines for value in line.counts.values())


def test_the_attacker_finds_what_withholding_small_counts_alone_would_give_away() -> None:
    """As if each count below the threshold were left out, and nothing for its sake: nearly all can be worked out."""
    month, _, tables = attack.released(2)
    naive = disclosed(month, COLUMNS, 2)
    lines = []
    for (table, codes), row in naive.items():
        names = dict(zip({PAIR: (OFFICE, CATEGORY)}.get(table, (table,)), codes, strict=False))
        kept = {name: n if n is None or n == 0 or n >= 11 else None for name, n in row.items()}
        lines.append(Line(table, *(names.get(each, "") for each in (OFFICE, CATEGORY, AREA)), kept))
    open_handed = replace(tables, lines=tuple(lines))
    found = attack.found_small(month, open_handed, {}, only=("cases", "confirmed"))
    assert len(found) > 5
    assert any(value == most for value, most in found.values())


def test_intervals_and_curves_tell_no_count_that_is_withheld() -> None:
    """Each interval belongs to one count of one number; whoever computes back has what the tables show, and no more."""
    pairs = [(k, n) for n in range(11, 250) for k in range(n + 1)]
    back = {tuple(round(end, 6) for end in wilson(*pair)): pair for pair in pairs}
    assert len(back) == len(pairs)
    tables = attack.released(5030)[2]
    told = 0
    for line in tables.lines:
        for name, share in shares_of(line, tables.threshold).items():
            part, whole = SHARES[name]
            count, of = line.counts[part], line.counts[whole]
            assert of is not None
            assert of >= 11
            assert back[round(share.low, 6), round(share.high, 6)] == (count, of)
            told += 1
        assert all(
            one.answered + one.unanswered == 0 or one.answered + one.unanswered >= 11 for one in line.waits
        )
    assert told > 10


def test_a_small_office_is_withheld_with_another_and_their_categories_say_nothing() -> None:
    """Water has 4; hall's 15 protect them, and the pairs that would give both away are withheld, too."""
    shown = disclosed(
        counted(
            {
                ("roads", "pothole", "east"): 60,
                ("roads", "lamp", "west"): 40,
                ("hall", "pothole", "east"): 15,
                ("water", "pothole", "west"): 4,
            }
        ),
        CASES,
        11,
    )
    assert {key[1][0]: row["cases"] for key, row in shown.items() if key[0] == OFFICE} == {
        "roads": 100,
        "hall": None,
        "water": None,
    }
    assert shown[PAIR, ("water", "pothole")]["cases"] is None
    assert shown[PAIR, ("hall", "pothole")]["cases"] is None
    assert shown[PAIR, ("roads", "pothole")]["cases"] == 60
    assert shown[AREA, ("east",)]["cases"] == 75
    assert shown[ALL, ()]["cases"] == 119


def test_published_cases_of_the_rest_protect_nothing() -> None:
    """Of hall's 15, fourteen are public: it can give up one, and so water could be five at most. So roads goes, too."""
    cells = counted(
        {("roads", "pothole", "a"): 60, ("hall", "pothole", "a"): 15, ("water", "pothole", "a"): 4}
    )
    known = {("hall", "pothole", "a"): {"cases": 14}}
    assert disclosed(cells, CASES, 11)[OFFICE, ("roads",)]["cases"] == 60
    assert disclosed(cells, CASES, 11, known)[OFFICE, ("roads",)]["cases"] is None


def test_what_is_left_without_the_published_cases_is_not_small_either() -> None:
    """Twelve of hall's 15 have pages of their own: whoever counts them has the three that do not."""
    cells = counted({("roads", "lamp", "a"): 60, ("hall", "pothole", "a"): 15, ("water", "leak", "a"): 30})
    known = {("hall", "pothole", "a"): {"cases": 12}}
    assert disclosed(cells, CASES, 11)[OFFICE, ("hall",)]["cases"] == 15
    shown = disclosed(cells, CASES, 11, known)
    assert [shown[OFFICE, (code,)]["cases"] for code in ("hall", "water", "roads")] == [None, None, 60]


def test_a_village_shows_nothing() -> None:
    shown = disclosed(counted({("hall", "lamp", "a"): 2, ("hall", "road", "b"): 1}), CASES, 11)
    assert {row["cases"] for row in shown.values()} == {None}


def test_what_an_office_did_is_shown_small_or_not_and_what_residents_did_is_not() -> None:
    cell = {"cases": 40, "due": 40, "on_time": 2, "answered": 30, "handed_on": 1}
    cell |= {"asked": 30, "confirmed": 27, "reopened": 3}
    row = disclosed({("o", "c", "a"): cell}, COLUMNS, 11)[ALL, ()]
    assert (row["on_time"], row["handed_on"], row["asked"]) == (2, 1, 30)
    # Three did not confirm, or reopened: few either way.
    assert (row["confirmed"], row["reopened"]) == (None, None)
    assert row["withdrawn"] == 0


def test_bins_hold_the_threshold_or_none() -> None:
    within = {1: 0, 3: 5, 7: 20, 14: 31, 28: 33}
    assert bins(within, 60, 11) == (
        Bin(0, 1, 0, 0),
        Bin(2, 7, 20, 0),
        Bin(8, 14, 11, 0),
        Bin(15, None, 0, 29),
    )
    # Too few wait longer: they are told with the slowest that were answered, as if they waited still.
    assert bins(within, 35, 11) == (Bin(0, 1, 0, 0), Bin(2, 7, 20, 0), Bin(8, None, 0, 15))
    assert bins(within, 10, 11) == bins(within, None, 11) == ()
    assert bins({1: 12}, 12, 11) == (Bin(0, 1, 12, 0),)


def test_every_column_is_a_part_of_one_before_it() -> None:
    for place, column in enumerate(COLUMNS):
        named = {column.of, column.follows, column.holds, *column.shut_out, *sum(column.left, ())} - {
            "",
            column.name,
        }
        assert named <= set(NAMES[:place]), column.name
    with pytest.raises(ValueError, match="withholds nothing"):
        disclosed({}, COLUMNS, 1)


def test_what_is_shown_is_true() -> None:
    month = attack.random_month(random.Random(7))
    sums: Counter[str] = Counter()
    for counts in month.values():
        sums.update(counts)
    for name, value in disclosed(month, COLUMNS, 11)[ALL, ()].items():
        assert value in (None, sums[name])
