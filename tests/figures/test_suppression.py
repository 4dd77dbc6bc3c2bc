"""Small counts: withheld, and out of reach of whoever subtracts within a column."""

from hypothesis import given
from hypothesis import strategies as st

from gongshi.figures.suppression import PROTECTS, SMALL, Cell, suppressed

THRESHOLD = 11
COLUMNS = ("cases", "due", "on_time", "staff_logged")
APART = frozenset({"staff_logged"})


def table(**rows: tuple[int, int, int, int]) -> dict[str, dict[str, int]]:
    """Offices by name with their cases, due, on time and staff-logged ones."""
    return {name: dict(zip(COLUMNS, numbers, strict=True)) for name, numbers in rows.items()}


def shown(rows: dict[str, dict[str, int]]) -> tuple[dict[str, dict[str, Cell]], dict[str, Cell]]:
    total = {column: sum(row[column] for row in rows.values()) for column in COLUMNS}
    return suppressed(rows, total, THRESHOLD, apart=APART, follows={"on_time": "due"})


def test_a_count_below_the_threshold_is_withheld_and_none_is_not() -> None:
    cells, total = shown(table(a=(40, 40, 40, 10), b=(30, 30, 30, 11), c=(30, 30, 30, 0), d=(20, 20, 20, 9)))
    assert [cells[name]["staff_logged"] for name in "abcd"] == [
        Cell(None, SMALL),
        Cell(11),
        Cell(0),
        Cell(None, SMALL),
    ]
    assert total["staff_logged"] == Cell(30)


def test_a_small_office_is_withheld_whole_but_for_what_is_counted_apart() -> None:
    cells, _ = shown(table(a=(10, 0, 0, 12), b=(40, 12, 12, 12), c=(9, 9, 9, 12)))
    assert cells["a"] == {
        "cases": Cell(None, SMALL),
        "due": Cell(None, SMALL),
        "on_time": Cell(None, SMALL),
        "staff_logged": Cell(12),
    }


def test_row_40_one_office_alone_is_not_left_to_be_subtracted() -> None:
    cells, total = shown(table(a=(7, 7, 7, 0), b=(50, 50, 50, 0), c=(20, 20, 20, 0)))
    assert (cells["a"]["cases"], cells["b"]["cases"]) == (Cell(None, SMALL), Cell(50))
    assert cells["c"]["cases"] == Cell(None, PROTECTS)
    assert total["cases"] == Cell(77)


def test_two_small_ones_that_add_up_to_a_small_one_need_a_third() -> None:
    cells, _ = shown(table(a=(3, 3, 3, 0), b=(4, 4, 4, 0), c=(20, 20, 20, 0), d=(50, 50, 50, 0)))
    assert cells["c"]["cases"] == Cell(None, PROTECTS)
    assert cells["d"]["cases"] == Cell(50)


def test_slow_offices_are_not_hidden_by_being_slow() -> None:
    """Few on time of many due says how the office works; it is shown wherever the number of due cases is."""
    cells, total = shown(table(a=(60, 50, 2, 0), b=(60, 50, 40, 0)))
    assert cells["a"]["on_time"] == Cell(2)
    assert total["on_time"] == Cell(42)


def test_a_small_whole_withholds_everything() -> None:
    cells, total = shown(table(a=(4, 4, 4, 12), b=(6, 6, 6, 12)))
    assert total == {
        "cases": Cell(None, SMALL),
        "due": Cell(None, SMALL),
        "on_time": Cell(None, SMALL),
        "staff_logged": Cell(24),
    }
    assert all(cells[name]["due"].value is None for name in "ab")


def parts(n: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, n), st.integers(0, min(n, 15)))


@st.composite
def offices(draw: st.DrawFn) -> dict[str, dict[str, int]]:
    rows = {}
    for name in range(draw(st.integers(1, 7))):
        cases = draw(parts(60))
        due = draw(parts(cases))
        rows[f"office-{name}"] = dict(
            zip(COLUMNS, (cases, due, draw(parts(due)), draw(parts(60))), strict=True)
        )
    return rows


@given(offices())
def test_row_40_subtracting_in_a_column_finds_no_small_number(rows: dict[str, dict[str, int]]) -> None:
    cells, total = shown(rows)
    for column in COLUMNS:
        values = {name: cells[name][column].value for name in rows}
        for name, value in values.items():
            assert value in (None, rows[name][column])
            if column != "on_time":
                assert value is None or not 0 < value < THRESHOLD
        hidden = [name for name, value in values.items() if value is None]
        if total[column].value is None or column == "on_time" or not hidden:
            continue
        rest = total[column].value - sum(value for value in values.values() if value is not None)
        assert rest == sum(rows[name][column] for name in hidden)
        # What is left over is no small number, unless every cell that could have helped is withheld already.
        helpers = [name for name, value in values.items() if value]
        assert rest >= THRESHOLD or not helpers
        if len(hidden) == 1:
            assert rest >= THRESHOLD


@given(offices())
def test_what_follows_is_shown_where_the_other_is(rows: dict[str, dict[str, int]]) -> None:
    cells, total = shown(rows)
    for row in [*cells.values(), total]:
        assert (row["on_time"].value is None) == (row["due"].value is None)
