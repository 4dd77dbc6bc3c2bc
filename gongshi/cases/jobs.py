"""Periodic work on cases; every job is safe to run twice."""

from datetime import datetime, timedelta

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.uploads import sweep_uploads

DRAFT_FILES_KEPT = timedelta(days=1)


def tick_clocks(at: datetime) -> int:
    """Warnings, expiries and supervision that begins by itself; how many cases were touched."""
    return run_clocks(at)


def sweep_drafts(at: datetime) -> int:
    """Files chosen in forms that were never sent; how many were removed."""
    return sweep_uploads(at - DRAFT_FILES_KEPT)
