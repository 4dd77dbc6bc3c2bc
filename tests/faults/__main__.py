"""The long form of row 14: ``make faults``. Prints a table of counts by fault and database.

Over 20,000 acknowledged filings in all, and then the weakened settings, each of which must be noticed by the fault
that it causes. Exit code 1 if anything is wrong, if a scene was left out, or if fewer were acknowledged than that.
Everything is bounded: a scene ends when it has its filings, or fails when for a minute none is acknowledged.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
    """One scene: the share of all filings, how often the fault happens; for a weakened setting what must be found."""

    name: str
    happens: Happens
    share: float
    times: int
    weakened: str = "none"
    databases: tuple[bool, ...] = (False, True)
    lacks: str = ""


ROWS = (
    Row("killed", scenes.killed, 0.17, 12),
    Row("a worker killed, reloaded", scenes.disturbed, 0.03, 8),
    Row("power cut", scenes.power_cut, 0.15, 8),
    Row("disk full", scenes.disk_full, 0.09, 3),
    Row("restored from a backup", scenes.restored, 0.1, 2),
    Row("power cut, synchronous=NORMAL", scenes.power_cut, 0.0, 1, "database", (False,), "missing"),
    Row(
        "power cut, synchronous=NORMAL (wraps)", scenes.power_cut, 0.0, 1, "wraps", (False,), "does not open"
    ),
    Row("killed, synchronous_commit=off", scenes.killed, 0.0, 1, "both", (True,), "missing"),
    Row("power cut, synchronous_commit=off", scenes.power_cut, 0.0, 1, "both", (True,), "missing"),
)
FILINGS, FEWEST = 21_600, 20_000
WEAK_FILINGS = 200
WIDE = 170


@dataclass
class Outcome:
    """What a run came to."""

    wrong: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    acknowledged: int = 0

    def complaints(self, filings: int) -> list[str]:
        """Why a run of so many filings proves less than it says; none if it proves it.

        A restore loses what came after its backup, so a little fewer than wanted are enough.
        """
        said = [f"wrong: {name}" for name in self.wrong] + [f"left out: {name}" for name in self.left_out]
        needed = filings * FEWEST // FILINGS
        if self.acknowledged < needed:
            said.append(f"only {self.acknowledged:,} of {needed:,} filings were acknowledged")
        return said


def is_right(row: Row, found: dict[str, int]) -> bool:
    """Whether a scene found nothing, or with a weakened setting the fault that this causes."""
    return found.get(row.lacks, 0) > 0 if row.weakened != "none" else not found


def run(filings: int, seed: int, console: Console) -> Outcome:
    """Every scene on every database."""
    folder = Path(tempfile.mkdtemp(prefix="gongshi-faults-"))
    folder.chmod(0o755)
    table = Table("", "database", "filed", "read", "faults", "no answer", "503/507", "lost", "s")
    outcome = Outcome()
    try:
        worlds = Worlds(folder)
        for row, postgres in _wanted(outcome):
            scene = Scene(
                worlds, postgres, int(filings * row.share) or WEAK_FILINGS, row.times, seed, row.weakened
            )
            started = time.monotonic()
            counts = row.happens(scene)
            found = faults(counts)
            good = is_right(row, found)
            if not good:
                outcome.wrong.append(f"{row.name}, {DATABASES[postgres]}")
            outcome.acknowledged += counts["acknowledged"] if row.weakened == "none" else 0
            _add(table, row, postgres, counts, found, good, time.monotonic() - started)
            console.print(f"{row.name}, {DATABASES[postgres]}: {counts}", soft_wrap=True)
    finally:
        shutil.rmtree(folder)
    console.print(table)
    console.print(f"acknowledged: {outcome.acknowledged:,}   wrong: {len(outcome.wrong)}   seed: {seed}")
    return outcome


def _wanted(outcome: Outcome) -> Iterator[tuple[Row, bool]]:
    for row in ROWS:
        if row.happens is scenes.power_cut and compiler() is None:
            outcome.left_out.append(f"{row.name}: there is no C compiler here")
        elif row.happens is scenes.disk_full and not scenes.may_mount():
            outcome.left_out.append(f"{row.name}: only root can mount a small disk")
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
    options.add_argument("--filings", type=int, default=FILINGS, help="acknowledged filings over all scenes")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = options.parse_args()
    # A terminated run unwinds too, so that its servers end and its folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    complaints = run(given.filings, given.seed, console).complaints(given.filings)
    for line in complaints:
        console.print(line, soft_wrap=True)
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
