"""Cells of CSV files that a spreadsheet opens: what it would take for a formula has an apostrophe before it.

Source: OWASP, "CSV Injection". A spreadsheet that parts cells at semicolons or tabs, as in many countries, parts a text
there, too, and at its line breaks: so a part is treated as a cell is, whatever quotation marks it begins with. An
apostrophe that stands there gets one more, so that taking one away at each place gives back what was there.
"""

import re

_STARTS = ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠", '"')
_PLACE = r"""(?:\A|[;\t\r\n])"*"""
_COMPUTED = re.compile(rf"\A(?=[\t\r\n])|{_PLACE}(?=[=+\-@'＝＋－＠])")
_MARKED = re.compile(rf"({_PLACE})'")


def safe_cell(text: str) -> str:
    """The text as no spreadsheet computes it."""
    # Most texts are one part that begins with a word: looking for that costs a twentieth.
    if not (";" in text or "\n" in text or "\t" in text or "\r" in text or text.startswith(_STARTS)):
        return text
    return _COMPUTED.sub(lambda place: f"{place[0]}'", text)


def read_cell(text: str) -> str:
    """The text that `safe_cell` made this of."""
    return _MARKED.sub(lambda place: place[1], text)
