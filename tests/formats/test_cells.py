"""Cells of CSV files: never a formula, and what was written can be had back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.cells import read_cell, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+86", "-3", "@SUM(A1)", "\t1", "\r1", "＝1", "'=1"])
def test_what_a_spreadsheet_would_compute_begins_with_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("路灯;=1+1", "路灯;'=1+1"),
        ("灯;@SUM(A1)\t-2", "灯;'@SUM(A1)\t'-2"),
        ("\t=1", "'\t'=1"),
        ('灯;"=1+1"', '灯;"\'=1+1"'),
        ("灯\r\n=1\n＝1", "灯\r\n'=1\n'＝1"),
        ("灯;'=1", "灯;''=1"),
        ("a-b;c, =d; =e", "a-b;c, =d; =e"),
    ],
)
def test_so_does_each_part_where_others_part_cells(text: str, written: str) -> None:
    assert safe_cell(text) == written


@pytest.mark.parametrize("separator", [";", "\t"])
@given(st.text(alphabet=st.sampled_from("=+-@;\t\r\n'\"a ")))
def test_no_part_is_a_formula_to_a_spreadsheet_of_other_habits(separator: str, text: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow(["x", safe_cell(text), "y"])
    for row in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=separator):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row[1:] if cell)


@given(st.text(alphabet=st.sampled_from("=+-@;\t\r\n'\"a ＝")))
def test_what_was_there_comes_back(text: str) -> None:
    assert read_cell(safe_cell(text)) == text


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
def test_the_text_comes_back_through_a_file(text: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([safe_cell(text), "x"])
    file.seek(0)
    cell = next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0]
    assert read_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
