"""Naming a fault without its words: an exception's text may hold an address, a number or what somebody wrote."""

import traceback
from pathlib import Path


def where(error: BaseException) -> str:
    """The kind of ``error`` and the file and line it came from, as in ``KeyError at jobs.py:41``."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
