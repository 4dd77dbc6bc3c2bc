"""Runs all tests: on SQLite, in Chromium, and on a real PostgreSQL; says at the end how many ran on each.

``python -m tests.run`` runs everything, ``python -m tests.run sqlite``, ``postgresql`` or ``browser`` a part. Arguments
in GONGSHI_TEST_ARGS go to every pytest, as in ``GONGSHI_TEST_ARGS="-k intake -x"``. Exit codes: 0 all passed, 1 not.
"""

import contextlib
import json
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.chromium import MISSING, find_chromium, is_required
from tests.once import shared
from tests.postgres import postgres

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("sqlite", "browser", "postgresql")
# The same on every database, like each test that asks none (`database` in tests/conftest.py): pure functions, the shape
# of the source, the server's own ways, and what founds its own.
ALIKE = (
    "tests/rules",
    "tests/formats",
    "tests/structure",
    "tests/test_harness.py",
    "tests/test_hunt.py",
    "tests/backups/test_move.py",
    "tests/config/founding",
    "tests/config/test_calc.py",
    "tests/config/test_cli.py",
    "tests/config/test_connections.py",
    "tests/config/test_notify.py",
    "tests/config/test_proxies.py",
    "tests/config/test_serving.py",
    "tests/config/test_verify.py",
    "tests/config/test_witness_on_guard.py",
    "tests/attacks/test_row_25_deployed.py",
)
NO_TESTS = 5
# One more than processors: many tests wait for servers, disks and clocks.
WORKERS = str((os.cpu_count() or 1) + 1)


class Runs:
    """The pytest runs of one call, and what they counted."""

    def __init__(self) -> None:
        self.extra = shlex.split(os.environ.get("GONGSHI_TEST_ARGS", ""))
        self.seed = random.randrange(10**6)
        self.failed = False
        self.counted: dict[str, Counter[str]] = {}

    def pytest(
        self, database: str, url: str, *arguments: str, chromium: bool = False, in_turn: bool = False
    ) -> None:
        """One pytest process. Its counts go to ``database``'s line; tests in Chromium are also counted apart."""
        wraps = url.replace("/gongshi?", "/gongshi_wraps?")
        environ = {**os.environ, "GONGSHI_DATABASE": url, "GONGSHI_WRAPS_DATABASE": wraps}
        if in_turn:
            environ["GONGSHI_TEST_TURN"] = str(self.seed)
        counts = self.counted.setdefault(database, Counter())
        with tempfile.NamedTemporaryFile("r", prefix="gongshi-counts-") as file:
            environ["GONGSHI_TEST_COUNTS"] = file.name
            print(f"\n== {database}{', Chromium' if chromium else ''}", flush=True)
            # Most of a second to load in each process, for tests of the API alone.
            spared = ["-p", "no:schemathesis"] if chromium else []
            code = _call([*self._command(), *spared, *arguments, *self.extra], environ)
            seen = Counter(json.loads(file.read() or "{}"))
        counts.update(seen)
        if chromium:
            counts["chromium"] += seen["passed"]
        # Tests that a developer picked with -k may all lie in another part.
        self.failed |= code != 0 and not (code == NO_TESTS and self.extra)

    def _command(self) -> list[str]:
        seed = [] if "no:randomly" in self.extra else [f"--randomly-seed={self.seed}"]
        return [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            WORKERS,
            "--maxschedchunk",
            "8",
            "-p",
            "tests.counts",
            *seed,
        ]

    def closing_line(self) -> str:
        """``SQLite: 812 passed (31 in Chromium), 3 skipped · PostgreSQL 18: 640 passed``."""
        return " · ".join(f"{name}: {_words(counts)}" for name, counts in self.counted.items())

    def totals(self) -> str:
        """``1452 passed, 0 failed, 3 skipped``: the plain line that machines read."""
        total: Counter[str] = sum(self.counted.values(), Counter())
        failed = total["failed"] + total["error"] + total["xpassed"]
        return f"{total['passed']} passed, {failed} failed, {total['skipped'] + total['xfailed']} skipped"


def _words(counts: Counter[str]) -> str:
    parts = [f"{counts['passed']} passed"]
    if counts["chromium"]:
        parts[0] += f" ({counts['chromium']} in Chromium)"
    parts += [f"{counts[name]} {name}" for name in ("failed", "error", "skipped", "xfailed") if counts[name]]
    return ", ".join(parts)


def _call(command: list[str], environ: dict[str, str]) -> int:
    child = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        return child.wait()
    except BaseException:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=20)
        raise


@contextlib.contextmanager
def _ending_with_us() -> Iterator[None]:
    """A terminated run unwinds like Ctrl-C, so that pytest and PostgreSQL end with it."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for wanted in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, stop)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("Stopped before the end.")


def main(parts: list[str]) -> int:
    """Runs ``parts`` (all of them when empty) and prints the closing lines."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        print(f"unknown part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    wanted = parts or list(PARTS)
    # Every test process and every program that a test starts would compile all of it anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with shared():
        return _run(wanted, Runs())


def _run(wanted: list[str], runs: Runs) -> int:
    browser = find_chromium()
    print(f"Order of tests: --randomly-seed={runs.seed}")
    if "sqlite" in wanted:
        runs.pytest("SQLite", "", "-m", "not browser")
    if "browser" in wanted and browser:
        runs.pytest("SQLite", "", "-m", "browser", "tests/browser", chromium=True)
    if "postgresql" in wanted:
        with postgres() as server:
            name = f"PostgreSQL {server.version}"
            ignored = [f"--ignore={folder}" for folder in ALIKE]
            # In CI, which has 25 minutes, one in ten of most tests is asked of the second database, in turn.
            runs.pytest(name, server.url, "-m", "database and not browser", *ignored, in_turn=is_required())
            if browser:
                runs.pytest(name, server.url, "-m", "browser and both", "tests/browser", chromium=True)
    return _close(runs, missing="browser" in wanted and not browser)


def _close(runs: Runs, missing: bool) -> int:
    print(f"\n{runs.closing_line()}")
    if missing:
        print(MISSING)
    if missing and is_required():
        print("CI=true requires the browser tests.", file=sys.stderr)
    print(runs.totals())
    return int(runs.failed or (missing and is_required()))


if __name__ == "__main__":
    with _ending_with_us():
        sys.exit(main(sys.argv[1:]))
