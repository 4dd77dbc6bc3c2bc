"""Two tables of the same matters, by office and by category: an attacker's programme finds no small number in both."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gongshi.figures.suppression import PROTECTS, SMALL, Cell
from gongshi.figures.two_tables import withheld_together

THRESHOLD, MOST = 3, 4
Cells = dict[tuple[str, str], int]
Shown = tuple[dict[str, Cell], dict[str, Cell]]


def found_small(
    cells: Cells, shown: Shown, threshold: int = THRESHOLD, known: Cells | None = None
) -> dict[str, int]:
    """Small sums that are given away, with the most that they can be: every table there could be is tried.

    known: what is published of each cell. What is left of a sum without them counts as a sum, too.

    A table with a larger hidden sum differs from the true one by few matters in each cell, so larger cells need no try.
    """
    kinds, public = list(cells), known or {}
    tables = np.indices([n + threshold + 1 for n in cells.values()], dtype=np.int16).reshape(len(kinds), -1)
    tables = tables[
        :, np.all([row >= public.get(kind, 0) for row, kind in zip(tables, kinds, strict=True)], axis=0)
    ]
    for side in (0, 1):
        for key, cell in shown[side].items():
            if cell.value is not None:
                tables = tables[:, _sums(tables, kinds, side, key) == cell.value]
    found = {}
    for side in (0, 1):
        for key in shown[side]:
            true, told = (sum(n for pair, n in each.items() if pair[side] == key) for each in (cells, public))
            most = int(_sums(tables, kinds, side, key).max())
            for less in {0, told}:
                if 0 < true - less < threshold and most - less < threshold:
                    found[key] = most - less
    return found


def _sums(tables: "np.ndarray", kinds: list[tuple[str, str]], side: int, key: str) -> "np.ndarray":  # type: ignore[type-arg]
    return tables[[pair[side] == key for pair in kinds]].sum(axis=0)


ONE_SIDE = {("a", "x"): 4, ("b", "x"): 3, ("b", "y"): 3, ("c", "y"): 1}
BOTH_SIDES = {("a", "x"): 4, ("a", "y"): 1, ("b", "x"): 1, ("b", "z"): 3, ("c", "z"): 2}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
        st.integers(1, MOST),
        min_size=1,
        max_size=6,
    )
)
@example(ONE_SIDE)
@example(BOTH_SIDES)
def test_row_40_two_tables_give_no_small_number_away(cells: Cells) -> None:
    shown = withheld_together(cells, THRESHOLD)
    for side in (0, 1):
        for key, cell in shown[side].items():
            true = sum(n for pair, n in cells.items() if pair[side] == key)
            assert cell.value in (None, true)
            assert cell.value is None or cell.value >= THRESHOLD
            assert (cell.why == SMALL) == (true < THRESHOLD)
    assert found_small(cells, shown) == {}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")),
        st.tuples(st.integers(1, MOST), st.integers(0, MOST)),
        min_size=1,
        max_size=5,
    )
)
@example({("a", "x"): (4, 0), ("b", "x"): (1, 0), ("b", "y"): (4, 3), ("c", "y"): (4, 4)})
@settings(max_examples=60)
def test_nor_to_whoever_counts_what_is_published(drawn: dict[tuple[str, str], tuple[int, int]]) -> None:
    cells = {pair: n for pair, (n, _) in drawn.items()}
    known = {pair: min(n, told) for pair, (n, told) in drawn.items()}
    shown = withheld_together(cells, THRESHOLD, known)
    assert found_small(cells, shown, known=known) == {}


def test_whoever_counts_what_is_published_finds_what_is_left_of_a_sum() -> None:
    """Of the hall's four three have pages of their own, so one has not."""
    cells = {("hall", "pothole"): 4, ("roads", "lamp"): 6, ("water", "leak"): 5}
    known = {("hall", "pothole"): 3}
    assert found_small(cells, withheld_together(cells, THRESHOLD), known=known) == {"hall": 1, "pothole": 1}
    offices, _ = withheld_together(cells, THRESHOLD, known)
    assert offices == {"hall": Cell(None, SMALL), "roads": Cell(6), "water": Cell(5)}


def test_the_attacker_finds_what_one_table_at_a_time_would_give_away() -> None:
    """Office c has 1 of y's 4. Withheld alone, it is all categories less all other offices."""
    offices, categories = {"a": Cell(4), "b": Cell(6), "c": Cell(None, SMALL)}, {"x": Cell(7), "y": Cell(4)}
    assert found_small(ONE_SIDE, (offices, categories)) == {"c": 1}
    offices["b"] = Cell(None, PROTECTS)
    assert found_small(ONE_SIDE, (offices, categories)) == {}


def test_only_what_has_to_do_with_a_small_sum_is_withheld_for_it() -> None:
    """Water alone does all of leaks and pressure; its sum less leaks would be the few matters about pressure."""
    cells = {
        ("water", "leak"): 60,
        ("water", "pressure"): 4,
        ("roads", "pothole"): 70,
        ("hall", "pothole"): 40,
    }
    offices, categories = withheld_together(cells, 20)
    assert offices == {"water": Cell(64), "roads": Cell(70), "hall": Cell(40)}
    assert categories == {
        "leak": Cell(None, PROTECTS),
        "pressure": Cell(None, SMALL),
        "pothole": Cell(110),
    }


@pytest.mark.parametrize("cells", [{}, {("a", "x"): 19}, {("a", "x"): 19, ("b", "y"): 1}])
def test_where_all_is_small_nothing_is_shown(cells: Cells) -> None:
    assert not [cell for side in withheld_together(cells, 20) for cell in side.values() if cell.value]
