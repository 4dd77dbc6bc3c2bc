"""Periodic work for receivers; safe to run twice."""

from datetime import datetime, timedelta

from gongshi.receivers import actions

KEPT = timedelta(days=30)
"""Longer than the ten attempts take, even at a receiver that asks to be left alone for a day each time."""


def sweep(at: datetime) -> int:
    """Delete deliveries that were done with, or given up, long ago."""
    return actions.sweep(at - KEPT)
