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
from gongshi.rules.disclosure import (
    ALL,
    AREA,
    CATEGORY,
    OFFICE,
    PAIR,
    Cell,
    Column,
    Key,
    disclosed,
    edges_told,
    keys_of,
)
from gongshi.rules.disclosure import steps as steps_module
from gongshi.rules.intervals import wilson
from tests.rules import disclosure_attack as attack

CASES = (Column("cases", in_pairs=True),)


def counted(cells: dict[Cell, int]) -> dict[Cell, dict[str, int]]:
    return {cell: {"cases": n} for cell, n in cells.items()}


@pytest.mark.parametrize("seed", [2, 467, 600, 999, 1119, 1178, 5022])
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


def test_published_cases_are_seen_to_be_reopened() -> None:
    """Six of the twelve that were reopened are public: whoever counts them has the six that are not."""
    counts = dict.fromkeys(("cases", "due", "answered", "asked"), 60) | {"reopened": 12}
    cells = {("roads", "lamp", "a"): counts, ("hall", "leak", "a"): counts | {"reopened": 30}}
    known = {("roads", "lamp", "a"): {"cases": 6, "answered": 6, "due": 6, "asked": 6, "reopened": 6}}
    assert disclosed(cells, COLUMNS, 11)[OFFICE, ("roads",)]["reopened"] == 12
    assert disclosed(cells, COLUMNS, 11, known)[OFFICE, ("roads",)]["reopened"] is None


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


def test_bins_end_where_a_row_tells_days_apart() -> None:
    steps = [0, 5, 15, 11, 2, 0, 0]
    assert bins((1, 3, 4), steps, 60) == (
        Bin(0, 1, 0, 0),
        Bin(2, 7, 20, 0),
        Bin(8, 14, 11, 0),
        Bin(15, None, 0, 29),
    )
    assert bins((), steps, 60) == (Bin(0, None, 0, 60),)
    assert bins((1,), [12, 0, 0, 0, 0, 0, 0], 12) == (Bin(0, 1, 12, 0),)


def test_what_an_area_has_beside_its_own_office_is_not_told_by_subtraction() -> None:
    """All matters of the north's own office lie in the north, so that the two less of roads there would be known."""
    cells = counted(
        {
            ("north", "permit", "north"): 40,
            ("south", "permit", "south"): 40,
            ("roads", "lamp", "north"): 2,
            ("roads", "lamp", "south"): 30,
        }
    )
    free = disclosed(cells, CASES, 11)
    assert (free[AREA, ("north",)]["cases"], free[OFFICE, ("north",)]["cases"]) == (42, 40)
    shown = disclosed(cells, CASES, 11, local={"north": "north", "south": "south"})
    assert None in (shown[AREA, ("north",)]["cases"], shown[OFFICE, ("north",)]["cases"])
    assert shown[ALL, ()]["cases"] == 112


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_knows_which_offices_serve_one_area_alone_finds_no_small_count(seed: int) -> None:
    """Nor what an area has beside these offices. Without minding them both are found, days among them."""
    month, known, tables, local = attack.released_town(seed)
    assert attack.found_small(month, tables, known, local=local) == {}
    month, known, tables, local = attack.released_town(seed, minded=False)
    found = attack.found_small(month, tables, known, local=local)
    assert {name.split("'")[1] for name in found} >= {"rest_of_area"}


def told(
    steps: dict[Cell, list[int]], known: dict[Cell, list[int]] | None = None, others: int = 0
) -> dict[Key, tuple[int, ...]]:
    """The edges of every row but a pair's, each of which has so many cases more."""
    rows = {key for cell in steps for key in keys_of(cell) if key[0] != PAIR}
    return edges_told(steps, known or {}, rows, dict.fromkeys(rows, others), 11)


def test_days_that_are_few_in_one_row_are_told_together_in_another_as_well() -> None:
    """Water's four slow ones would be those of the place less those of the others. The sum of all stays as it is."""
    few = {("roads", "lamp", "a"): [30, 40], ("water", "leak", "a"): [30, 4], ("hall", "road", "a"): [30, 20]}
    edges = told(few)
    assert edges[ALL, ()] == edges[AREA, ("a",)] == (1,)
    assert edges[OFFICE, ("water",)] == edges[CATEGORY, ("leak",)] == ()
    # The hall's are fewer, and have room enough; that Roads tells its own then gives nothing away.
    assert sorted(edges[OFFICE, (code,)] for code in ("roads", "hall")) == [(), (1,)]
    assert told({cell: [30, 20] for cell in few})[OFFICE, ("water",)] == (1,)


def test_days_of_published_cases_are_taken_off() -> None:
    """Of Water's 12 slow ones nine are public, with the day of their answer: three are left."""
    cells = {("roads", "lamp", "a"): [30, 40], ("water", "leak", "a"): [30, 12]}
    assert told(cells)[OFFICE, ("water",)] == (1,)
    edges = told(cells, {("water", "leak", "a"): [0, 9]})
    assert edges[OFFICE, ("water",)] == edges[OFFICE, ("roads",)] == ()


def test_few_who_wait_longer_are_told_with_the_slowest() -> None:
    steps = {("o", "c", "a"): [20, 15, 0]}
    assert set(told(steps, others=30).values()) == {(1, 2)}
    assert set(told(steps, others=2).values()) == {(1,)}
    # Answered at all, but later than anything that is told: whoever takes off those that are has them.
    assert set(told({("o", "c", "a"): [20, 15, 4]}, others=30).values()) == {(1,)}


def test_where_nobody_has_room_an_edge_is_told_of_nobody() -> None:
    """The first ten of the place are ten, in whatever rows."""
    cells = {("roads", "lamp", "a"): [8, 30], ("water", "leak", "a"): [2, 30]}
    assert set(told(cells).values()) == {()}
    assert edges_told(cells, {}, {(OFFICE, ("roads",))}, {}, 11) == {(OFFICE, ("roads",)): ()}


def test_the_attacker_finds_days_where_each_row_is_looked_at_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    month, known, tables = attack.released(3012)
    assert attack.found_small(month, tables, known) == {}
    monkeypatch.setattr(steps_module._Work, "protect", lambda _: None)
    alone = attack.released(3012)[2]
    assert alone != tables
    assert attack.found_small(month, alone, known, only=attack.DAYS)


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
