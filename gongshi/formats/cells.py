"""Cells of CSV files that a spreadsheet opens: text that it would take for a formula begins with an apostrophe.

Source: OWASP, "CSV Injection". A text that begins with ``'`` itself gets one more, so that taking one away gives back
what was there.
"""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text as no spreadsheet computes it."""
    return f"'{text}" if text.startswith(_STARTS) else text


def read_cell(text: str) -> str:
    """The text that `safe_cell` made this of."""
    return text[1:] if text.startswith("'") else text
