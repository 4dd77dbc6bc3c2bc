"""Imports a whole real table into a new instance and says how long it took and how much memory it needed.

``python -m tests.real.measure [boston|zh_answers] [sqlite|postgresql]``. The data sets lie outside this repository
(GONGSHI_REAL_DATA names their folder). The instance is made in a temporary folder and deleted.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from tests.postgres import postgres
from tests.real import make_boston, make_zh_answers
from tests.real.packs import DATA

HERE = Path(__file__).parent
SETS = {
    "boston": (make_boston.make_pack, "boston311.csv.gz"),
    "zh_answers": (make_zh_answers.make_pack, "zh_answers.csv"),
}
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}


def gongshi(*arguments: object) -> list[str]:
    """The command line of one command."""
    return [sys.executable, "-c", "from gongshi.config.cli import main; main()", *map(str, arguments)]


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database; "" for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    import psycopg

    with postgres() as server:
        with psycopg.connect(server.url.replace("/gongshi?", "/postgres?"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE gongshi")
        yield server.url


def resident(process: int) -> int:
    """Memory that a process holds now, in kB; 0 once it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def timed(command: list[str]) -> None:
    """Runs a command; prints what it says, its memory over time, and what it used of the processor."""
    started, before = time.monotonic(), os.times()
    child = subprocess.Popen(command, env=ENVIRONMENT)
    held: list[int] = []

    def watch() -> None:
        while child.poll() is None:
            held.append(resident(child.pid))
            time.sleep(0.25)

    watcher = threading.Thread(target=watch)
    watcher.start()
    child.wait()
    watcher.join()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    tenths = [f"{held[len(held) * part // 10] / 1000:.0f}" for part in range(1, 10)] if len(held) > 10 else []
    print(
        f"wall {time.monotonic() - started:.1f} s, processor {used:.1f} s, memory at most {max(held) / 1000:.0f} MB"
        + (f", by tenths of the time: {' '.join(tenths)}" if tenths else ""),
        flush=True,
    )


def main(name: str, kind: str) -> None:
    """Makes the pack and the instance, imports everything, then everything once more."""
    make_pack, table = SETS[name]
    with tempfile.TemporaryDirectory(prefix="gongshi-real-") as folder, database(kind) as url:
        directory = Path(folder) / "instance"
        pack = make_pack(Path(folder) / "pack", DATA)
        made = gongshi("init", "--pack", pack, "--dir", directory, "--database", url)
        subprocess.run(made, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
        command = gongshi(
            "import-cases", DATA / table, "--map", HERE / f"{name}.toml", "--dir", directory,
            "--rejects", Path(folder) / "rejects.csv",
        )  # fmt: skip
        print(f"== {name} on {kind}, load average {os.getloadavg()[0]:.1f}", flush=True)
        timed(command)
        print("== the same again", flush=True)
        timed(command)


if __name__ == "__main__":
    asked = ArgumentParser(description="Imports a whole real table and says what it took.")
    asked.add_argument("name", nargs="?", choices=SETS, default="boston")
    asked.add_argument("kind", nargs="?", choices=("sqlite", "postgresql"), default="sqlite")
    given = asked.parse_args()
    main(given.name, given.kind)
