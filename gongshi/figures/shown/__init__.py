"""Every number that is told beside the released counts: computed from the tables of one month and nothing else.

Pure, so that `gongshi figures --check` computes the same from the files of open data. What each is: docs/figures.md.
"""

from gongshi.figures.shown.numbers import Number, shown_numbers
from gongshi.figures.shown.offices import COVERED, MIX, Adjusted, adjusted_of, groups_of, why_not_adjusted
from gongshi.figures.shown.shares import NOTHING, SHARES, shares_of, why_no_share
from gongshi.figures.shown.waiting import NOT_REACHED, curve_of, median_cell, median_of

__all__ = [
    "COVERED",
    "MIX",
    "NOTHING",
    "NOT_REACHED",
    "SHARES",
    "Adjusted",
    "Number",
    "adjusted_of",
    "curve_of",
    "groups_of",
    "median_cell",
    "median_of",
    "shares_of",
    "shown_numbers",
    "why_no_share",
    "why_not_adjusted",
]
