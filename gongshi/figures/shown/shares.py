"""Shares of one released row, each with its interval (`gongshi.rules.intervals`)."""

from gongshi.figures.metrics import Share, share_of
from gongshi.figures.released.tables import Line
from gongshi.figures.suppression import PROTECTS, SMALL

NOTHING = "nothing"
"""There were no such cases."""

# Each share's name: what is counted, and of which cases.
SHARES = {
    "on_time": ("on_time", "due"),
    "responses_on_time": ("responses_on_time", "responses_due"),
    "handed_on": ("handed_on", "cases"),
    "confirmed": ("confirmed", "asked"),
    "not_confirmed": ("not_confirmed", "asked"),
    "reopened": ("reopened", "asked"),
    "withdrawn": ("withdrawn", "cases"),
    "kept": ("kept", "promised"),
    "not_kept": ("not_kept", "promised"),
}


def shares_of(line: Line, threshold: int) -> dict[str, Share]:
    """The shares that may be told: both counts shown, the whole at least the threshold."""
    found = {}
    for name, (part, whole) in SHARES.items():
        count, of = line.counts.get(part), line.counts.get(whole)
        if count is not None and of is not None and of >= threshold:
            share = share_of(count, of)
            if share:
                found[name] = share
    return found


def why_no_share(line: Line, name: str, threshold: int) -> str:
    """Why a share that `shares_of` leaves out is not told: `NOTHING`, or a code of `gongshi.figures.suppression`."""
    part, whole = SHARES[name]
    of = line.counts.get(whole)
    if of is None or (of >= threshold and line.counts.get(part) is None):
        return PROTECTS
    return SMALL if of else NOTHING
