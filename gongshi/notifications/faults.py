"""Naming a fault without its words: an exception's text may hold an address, a number or what somebody wrote."""

import traceback
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def where(error: BaseException) -> str:
    """The kind of ``error`` and the last line of this program on its way, as in ``KeyError at cases/jobs.py:41``."""
    kind = type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PACKAGE):
            return f"{kind} at {path.relative_to(PACKAGE).as_posix()}:{frame.lineno}"
    return kind
