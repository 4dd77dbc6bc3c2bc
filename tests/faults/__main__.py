"""The long form of row 14: ``make faults``. Prints a table of counts by fault and database; 1 if any is wrong.

Over 20,000 acknowledged filings in all, and then the weakened settings, which must be noticed. Everything is bounded: a
scene ends when it has its filings, or fails when for a minute none is acknowledged.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults import scenes
from tests.faults.power import compiler
from tests.faults.scenes import Scene, faults
from tests.faults.world import Worlds

Happens = Callable[[Scene], dict[str, int]]
DATABASES = {False: "SQLite", True: "PostgreSQL"}


@dataclass(frozen=True)
class Row:
    """One scene: the share of all filings, how often the fault happens, whether it must leave gaps."""

    name: str
    happens: Happens
    share: float
    times: int
    weakened: str = "none"
    databases: tuple[bool, ...] = (False, True)


ROWS = (
    Row("killed", scenes.killed, 0.17, 12),
    Row("power cut", scenes.power_cut, 0.15, 8),
    Row("disk full", scenes.disk_full, 0.09, 3),
    Row("restored from a backup", scenes.restored, 0.1, 2),
    Row("power cut, synchronous=NORMAL", scenes.power_cut, 0.0, 1, "database", (False,)),
    Row("power cut, synchronous=NORMAL (wraps)", scenes.power_cut, 0.0, 1, "wraps", (False,)),
    Row("killed, synchronous_commit=off", scenes.killed, 0.0, 1, "both", (True,)),
    Row("power cut, synchronous_commit=off", scenes.power_cut, 0.0, 1, "both", (True,)),
)
WEAK_FILINGS = 200
WIDE = 170


def run(filings: int, seed: int, console: Console) -> int:
    """Every scene on every database. Returns how many went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="gongshi-faults-"))
    folder.chmod(0o755)
    table = Table("", "database", "filed", "read", "faults", "no answer", "503/507", "lost", "s")
    wrong = acknowledged = 0
    try:
        worlds = Worlds(folder)
        for row, postgres in _wanted(console):
            scene = Scene(
                worlds, postgres, int(filings * row.share) or WEAK_FILINGS, row.times, seed, row.weakened
            )
            started = time.monotonic()
            counts = row.happens(scene)
            found = faults(counts)
            good = bool(found) == (row.weakened != "none")
            wrong += not good
            acknowledged += counts["acknowledged"] if row.weakened == "none" else 0
            _add(table, row, postgres, counts, found, good, time.monotonic() - started)
            console.print(f"{row.name}, {DATABASES[postgres]}: {counts}", soft_wrap=True)
    finally:
        shutil.rmtree(folder)
    console.print(table)
    console.print(f"acknowledged: {acknowledged:,}   wrong: {wrong}   seed: {seed}")
    return wrong


def _wanted(console: Console) -> Iterator[tuple[Row, bool]]:
    for row in ROWS:
        if row.happens is scenes.power_cut and compiler() is None:
            console.print(f"{row.name}: left out, there is no C compiler here")
        elif row.happens is scenes.disk_full and not scenes.may_mount():
            console.print(f"{row.name}: left out, only root can mount a small disk")
        else:
            yield from ((row, postgres) for postgres in row.databases)


def _add(
    table: Table,
    row: Row,
    postgres: bool,
    counts: dict[str, int],
    found: dict[str, int],
    good: bool,
    seconds: float,
) -> None:
    lost = ", ".join(f"{number} {name}" for name, number in found.items()) or "0"
    told = lost + (" (as it must)" if row.weakened != "none" and good else "" if good else " WRONG")
    refused = sum(counts.get(f"answered {status}", 0) for status in (503, 507))
    numbers = (counts["acknowledged"], counts["shown"], row.times, counts.get("answered none", 0), refused)
    table.add_row(row.name, DATABASES[postgres], *map(str, numbers), told, f"{seconds:.0f}")


def main() -> int:
    """Take the options."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--filings", type=int, default=21_600, help="acknowledged filings over all scenes")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = options.parse_args()
    # A terminated run unwinds too, so that its servers end and its folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    return int(run(given.filings, given.seed, console) > 0)


if __name__ == "__main__":
    sys.exit(main())
