"""Writing the published cases as the files of a dump: rows a second and memory, in a process of its own."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

TABLES = ("csv", "parquet")


def dumped(instance: Path, kinds: Sequence[str]) -> dict[str, Any]:
    """All that is published in the instance there, written as these files and thrown away.

    Seconds without the start of the program; the process's memory at its most, and before the first row.
    """
    command = [sys.executable, "-m", "gongshi.config.bench.dumped", str(instance), *kinds]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError("the published cases could not be written; the message stands above")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _write(instance: Path, kinds: Sequence[str]) -> dict[str, Any]:
    from gongshi.config.instance import enter

    enter(instance)
    from gongshi.figures.open_data.rows import case_rows
    from gongshi.figures.open_data.writing import has_parquet, write_cases

    before = _memory()
    with tempfile.TemporaryDirectory(dir=instance) as folder:
        begun = time.perf_counter()
        rows = write_cases(Path(folder), case_rows(date.max), lambda _n: None, kinds=kinds)
        seconds = time.perf_counter() - begun
    return {
        "files": [kind for kind in kinds if kind != "parquet" or has_parquet()],
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "memory_before_mb": before,
        "most_memory_mb": _memory(),
    }


def _memory() -> int:
    """Megabytes of this process at most, so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    print(json.dumps(_write(Path(sys.argv[1]), sys.argv[2:])))
