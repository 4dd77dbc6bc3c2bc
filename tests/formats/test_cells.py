"""Cells of CSV files: never a formula, and what was written can be had back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.cells import read_cell, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+86", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1"])
def test_what_a_spreadsheet_would_compute_begins_with_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
def test_the_text_comes_back_through_a_file(text: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([safe_cell(text), "x"])
    file.seek(0)
    cell = next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0]
    assert read_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
