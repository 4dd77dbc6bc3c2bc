"""`gongshi serve` for faults: ``python -m tests.faults.served WEAKENED ...``, then the words for `gongshi serve`.

WEAKENED is ``none``, or ``database``, ``wraps`` or ``both``: settings that acknowledge before a word is on the disk.
The tests must notice these; nothing in the program can set them.
"""

import sys
from collections.abc import Callable
from typing import Any

STRONG_AND_WEAK = (
    ("PRAGMA synchronous=FULL;", "PRAGMA synchronous=NORMAL;"),
    # Emptying the log syncs it. Put off, so that what was acknowledged too early is surely not on the disk yet.
    ("PRAGMA wal_autocheckpoint=2000;", "PRAGMA wal_autocheckpoint=1000000;"),
    ("-c synchronous_commit=on", "-c synchronous_commit=off"),
)
SQLITE, POSTGRESQL = [True, True, False], [False, False, True]


def weaken(part: str) -> None:
    """Make the settings of one of the two databases weaker, before anything has read them."""
    from gongshi.config import databases

    if part == "both":
        weaken("database")
        weaken("wraps")
        return
    name = {"database": "database", "wraps": "wraps_database"}[part]
    strong: Callable[..., dict[str, Any]] = getattr(databases, name)

    def weak(*words: Any, **named: Any) -> dict[str, Any]:
        values = strong(*words, **named)
        before = dict(values["OPTIONS"])
        for strongly, instead in STRONG_AND_WEAK:
            for key, value in before.items():
                if isinstance(value, str):
                    values["OPTIONS"][key] = values["OPTIONS"][key].replace(strongly, instead)
        said = str(values["OPTIONS"])
        found = [instead in said for _, instead in STRONG_AND_WEAK]
        assert found in (SQLITE, POSTGRESQL), "the settings were written otherwise: this weakens nothing"
        return values

    setattr(databases, name, weak)


if __name__ == "__main__":
    if sys.argv[1] != "none":
        weaken(sys.argv[1])
    from gongshi.config.cli import main

    main(["serve", *sys.argv[2:]])
