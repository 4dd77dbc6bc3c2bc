"""One of the instances that are measured side by side: a process of its own, which fills it, serves it, and is asked.

``python -m gongshi.config.bench.load.side CASES DAYS SEED WORKERS DATABASE [FOLDER]``. Each line on standard input
names a question, a method of `Side`, and its seconds; the answer is one line of JSON. It ends when standard input
closes, and its instance with it, unless it is kept in FOLDER.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from gongshi.config.bench import clients, intake, world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.bench.dumped import TABLES, dumped
from gongshi.config.bench.load.filling import Load, fill
from gongshi.config.bench.load.shape import built_in
from gongshi.config.progress import bar
from gongshi.config.terminal import both

POSTGRES, SQLITE = "postgres", "sqlite"
BOARD_PAGES = 10
"""A second, while filings are taken in."""
READ = 30
CLIENTS = 8
BOARD = "/figures/"
OPEN311 = "/open311/v2/requests.json?page_size=1000"
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
"""Where a transaction begins and ends: not counted."""
LATER = "figures.open_data"
"""The job that writes the files of open data: they are measured apart."""


class Side:
    """A served instance, and what can be asked of it."""

    def __init__(self, served: world.World, conditions: Conditions) -> None:
        self._served, self._conditions = served, conditions
        self._warm = False

    def filings(self, seconds: float) -> dict[str, Any]:
        """Filings by `CLIENTS` at once while `BOARD_PAGES` board pages a second are read."""
        if not self._warm:
            intake.warm(self._served, self._conditions)
            self._warm = True
        board = _Board(self._served)
        measured, processor = intake.filings(self._served, replace(self._conditions, seconds=seconds))
        board.end()
        number = max(len(measured.latencies), 1)
        return {
            **measured.as_data(),
            "processor_ms": round(processor * 1_000 / number, 2),
            "board_pages": len(board.taken),
            "board_p50_ms": round(median(board.taken or [0.0]), 1),
            "board_failed": board.failed,
        }

    def alone(self, seconds: float) -> dict[str, Any]:
        """Filings one after another, by one client, with nothing beside: what one costs."""
        one = replace(self._conditions, seconds=seconds, clients=1, workers=1)
        measured, processor = intake.filings(self._served, one)
        number = max(len(measured.latencies), 1)
        return {**measured.as_data(), "processor_ms": round(processor * 1_000 / number, 2)}

    def pages(self, _seconds: float) -> dict[str, Any]:
        """Statements and milliseconds of the pages that are read most."""
        from gongshi.config.bench.desk import signed_in

        office, case, public = _busiest()
        cookies = signed_in(office)
        asked = {
            "queue": ("/desk/", cookies),
            "queue_late": ("/desk/?show=late", cookies),
            "case": (f"/desk/cases/{case}/", cookies),
            "public_list": ("/published/", ""),
            "public_case": (f"/published/{public}/", "") if public else ("/published/", ""),
            "board": (BOARD, ""),
            "open311_1000": (OPEN311, ""),
        }
        return {name: self._page(path, cookie) for name, (path, cookie) in asked.items()}

    def _page(self, path: str, cookies: str) -> dict[str, Any]:
        request = clients.get(path, host=self._served.host, cookies=cookies)
        connection = clients.Connection(self._served.port)
        taken, size = [], 0
        begun = time.perf_counter()
        for _ in range(READ):
            before = time.perf_counter()
            status, _, body = connection.send(request)
            taken.append((time.perf_counter() - before) * 1_000)
            if status != 200:
                raise RuntimeError(f"{path} was answered {status}")
            size = len(body)
            if before - begun > 20 and len(taken) >= 3:
                break  # a page of seconds says enough after a few
        connection.close()
        return {
            "statements": _statements(path, cookies),
            "first_ms": round(taken[0], 1),
            "median_ms": round(median(taken), 1),
            "longest_ms": round(max(taken), 1),
            "bytes": size,
        }

    def dump(self, _seconds: float) -> dict[str, Any]:
        """The open data of everything that is published, by the command that makes it; and CSV and Parquet alone."""
        from gongshi.cases.models import PublicCase
        from gongshi.figures.open_data.writing import has_parquet

        rows = PublicCase.objects.count()
        command = [
            sys.executable,
            "-m",
            "gongshi.config.cli",
            "open-data",
            "--dir",
            str(self._served.directory),
        ]
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if child.returncode:
            raise RuntimeError("the open data could not be made")
        return {
            "rows_published": rows,
            "seconds": round(seconds, 2),
            "rows_per_second": round(rows / seconds),
            "most_memory_mb": round(used.ru_maxrss / 1024),
            "parquet": has_parquet(),
            "tables_alone": dumped(self._served.directory, TABLES),
        }

    def memory(self, _seconds: float) -> dict[str, Any]:
        """Megabytes of each web worker; of this process at most; on the disk."""
        on_disk = sum(one.stat().st_size for one in self._served.directory.parent.rglob("*") if one.is_file())
        return {
            "workers_mb": self._served.worker_memory(),
            "filling_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
            "disk_mb": round(on_disk / 1024**2),
        }


class _Board:
    """Somebody who reads the board at a fixed pace, from now until `end`."""

    def __init__(self, served: world.World) -> None:
        self._served, self.taken, self.failed = served, list[float](), 0
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(2)]
        for one in self._threads:
            one.start()

    def _read(self, number: int) -> None:
        connection = clients.Connection(self._served.port)
        request = clients.get(BOARD, host=self._served.host)
        due = time.perf_counter() + number / BOARD_PAGES
        while not self._enough.wait(max(0.0, due - time.perf_counter())):
            before = time.perf_counter()
            status, _, _ = connection.send(request)
            self.taken.append((time.perf_counter() - before) * 1_000)
            self.failed += status != 200
            due += len(self._threads) / BOARD_PAGES

    def end(self) -> None:
        """Read no more."""
        self._enough.set()
        for one in self._threads:
            one.join()


def _busiest() -> tuple[Any, str, Any]:
    """The office with most open cases, one of them as in its address, and a published case."""
    from django.db.models import Count

    from gongshi.cases.models import Case, PublicCase

    waiting = Case.objects.filter(closed_at=None)
    office = waiting.values("office").annotate(n=Count("id")).order_by("-n")[0]["office"]
    case = waiting.filter(office=office).select_related("filing").order_by("due_at")[0]
    public = PublicCase.objects.order_by("-filed_on").values_list("id", flat=True).first()
    return office, f"{case.filing.reference}/{case.number}", public


def _statements(path: str, cookies: str) -> int:
    """How many statements the page takes, once everything that is kept is there."""
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1", "cookie": cookies})
    client.get(path)
    number = 0
    for alias in connections:
        with CaptureQueriesContext(connections[alias]) as said:
            client.get(path)
        number += sum(not one["sql"].startswith(FRAME) for one in said.captured_queries)
    return number


def _jobs() -> dict[str, float]:
    """Seconds of each periodic job of figures, which the board may read from."""
    from django.utils import timezone

    from gongshi.notifications.schedule import jobs

    taken = {}
    for job in jobs():
        if job.name.startswith("figures.") and job.name != LATER:
            begun = time.perf_counter()
            job.run(timezone.now())
            taken[job.name] = round(time.perf_counter() - begun, 1)
    return taken


def _answers(side: Side) -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        name, seconds = line.split()
        try:
            yield {"answer": getattr(side, name)(float(seconds))}
        except Exception as error:  # told to whoever asked, who says it
            yield {"error": f"{type(error).__name__}: {error}"}


def main(cases: int, days: int, seed: int, *, workers: int, postgres: bool, folder: Path | None) -> None:
    """Fill, serve, answer."""
    database = POSTGRES if postgres else SQLITE
    conditions = Conditions(postgres=postgres, seconds=1, clients=CLIENTS, workers=workers, cases=cases)
    with _instance(folder and folder / f"{cases}-{days}-{seed}-{database}", postgres=postgres) as (
        place,
        before,
    ):
        written = world.noted(place.parent) if before else _written(cases, days, seed, place)
        if folder and not before:
            world.note_filled(place.parent, written)
        with world.served(place, workers=workers) as served:
            _say({"answer": {"database": served.engine, "filled_before": before, **written}})
            for answer in _answers(Side(served, conditions)):
                _say(answer)


@contextmanager
def _instance(folder: Path | None, *, postgres: bool) -> Iterator[tuple[Path, bool]]:
    """Its directory, and whether it is filled already."""
    if folder:
        with world.reused(folder, postgres=postgres) as found:
            yield found
    else:
        with world.instance(postgres=postgres) as directory:
            yield directory, False


def _written(cases: int, days: int, seed: int, directory: Path) -> dict[str, Any]:
    from django.utils import timezone

    load = Load(cases, days, seed, built_in(), timezone.now())
    begun = time.perf_counter()
    with bar(both(f"写入 {cases} 件", f"{cases} cases"), cases) as done:
        written = fill(load, directory, processes=_processes(cases), done=done)
    written["seconds"]["all"] = round(time.perf_counter() - begun, 1)
    written["seconds"]["jobs"] = _jobs()
    return written


def _processes(cases: int) -> int:
    return (os.cpu_count() or 1) if cases > 20_000 else 1


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    told = [int(one) for one in sys.argv[1:5]]
    main(
        *told[:3],
        workers=told[3],
        postgres=sys.argv[5] == POSTGRES,
        folder=Path(sys.argv[6]).resolve() if len(sys.argv) > 6 else None,
    )
