"""Two tables of the same matters, by office and by category: an attacker's programme finds no small number in both."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongshi.figures.suppression import PROTECTS, SMALL, Cell
from gongshi.figures.two_tables import withheld_together

THRESHOLD, MOST = 3, 4
Cells = dict[tuple[str, str], int]
Shown = tuple[dict[str, Cell], dict[str, Cell]]


def found_small(cells: Cells, shown: Shown, threshold: int = THRESHOLD) -> dict[str, int]:
    """Small sums that are given away, with the most that they can be: every table there could be is tried.

    A table with a larger hidden sum differs from the true one by few matters in each cell, so larger cells need no try.
    """
    kinds = list(cells)
    tables = np.indices([n + threshold + 1 for n in cells.values()], dtype=np.int16).reshape(len(kinds), -1)
    for side in (0, 1):
        for key, cell in shown[side].items():
            if cell.value is not None:
                tables = tables[:, _sums(tables, kinds, side, key) == cell.value]
    most = {
        key: int(_sums(tables, kinds, side, key).max())
        for side in (0, 1)
        for key, cell in shown[side].items()
        if cell.why == SMALL
    }
    return {key: n for key, n in most.items() if n < threshold}


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
