"""Years of cases into an entered instance, in several processes: rows as their tables take them, then the ledger."""

import gc
import random
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gongshi.config.bench.load.shape import Shape

AT_ONCE = 2_000
AHEAD = 3
"""So many chunks are under way for each process: the ledger takes them in order."""


@dataclass(frozen=True)
class Load:
    """What is written: so many cases, filed over so many ``days`` up to yesterday. The same seed chooses the same.

    ``until``: the last day of filing instead of yesterday. Keys, salts and what is sealed are drawn anew, as
    everywhere.
    """

    cases: int
    days: int
    seed: int
    shape: Shape
    now: datetime
    until: date | None = None


def fill(load: Load, directory: Path, *, processes: int, done: Callable[[int], None]) -> dict[str, Any]:
    """Write the load into the entered, empty instance at ``directory``; seconds by part, and what is there then.

    ``done`` is told how many more cases there are. With one process everything happens in this one.
    """
    from gongshi.cases.actions.clocks import run_clocks
    from gongshi.cases.models import Case, PublicCase
    from gongshi.cases.public_tally import mend
    from gongshi.config.bench import past_the_doors
    from gongshi.places.snapshots import forget

    forget()
    begun = time.perf_counter()
    past_the_doors.without_checks(index=False)
    ledger = _Ledger(load)
    for number, leaves in _written(load, directory, processes):
        ledger.take(leaves)
        done(number)
    ledger.close()
    written = time.perf_counter()
    past_the_doors.with_checks()
    _index()
    past_the_doors.settle()
    settled = time.perf_counter()
    run_clocks(load.now)
    mend()
    return {
        "seconds": {
            "rows": round(written - begun, 1),
            "indexes_and_statistics": round(settled - written, 1),
            "clocks": round(time.perf_counter() - settled, 1),
        },
        "cases": Case.objects.count(),
        "open": Case.objects.filter(closed_at=None).count(),
        "published": PublicCase.objects.count(),
        "ledger_entries": ledger.size,
    }


def _index() -> None:
    from gongshi.cases.public_index import lay

    lay("default")


def _written(load: Load, directory: Path, processes: int) -> Iterator[tuple[int, list[bytes]]]:
    """(cases, leaves) of each chunk, in order, once it is written."""
    chunks = list(range(0, load.cases, AT_ONCE))
    if processes == 1:
        writer = _Writer(load)
        yield from map(writer.write, chunks)
        return
    from django.db import connections

    connections.close_all()
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(directory, load)
    ) as pool:
        waiting = [pool.submit(_write, start) for start in chunks[: processes * AHEAD]]
        for later in chunks[processes * AHEAD :]:
            yield waiting.pop(0).result()
            waiting.append(pool.submit(_write, later))
        for one in waiting:
            yield one.result()


_writers: list["_Writer"] = []


def _begin(directory: Path, load: Load) -> None:
    from gongshi.config.instance import enter

    enter(directory)
    from gongshi.config.bench import past_the_doors

    past_the_doors.without_checks(index=True)
    _writers.append(_Writer(load))


def _write(start: int) -> tuple[int, list[bytes]]:
    return _writers[0].write(start)


class _Writer:
    """Writes chunks, each in a transaction of its own; the keys' wraps before it, in theirs."""

    def __init__(self, load: Load) -> None:
        from gongshi.config.bench.load.rows import Maker

        self._load = load
        self._days = days_of(load)
        self._maker = Maker(load.shape, seed=load.seed, now=load.now)

    def write(self, start: int) -> tuple[int, list[bytes]]:
        """The cases of one chunk, durably; how many, and the leaves of all that happened to them."""
        from gongshi.safekeeping.keys import holding_instance_keys

        # Thousands of rows that go all at once: looking through them for rings again and again is much of the work.
        gc.disable()
        try:
            with holding_instance_keys():
                return self._write(start)
        finally:
            gc.enable()

    def _write(self, start: int) -> tuple[int, list[bytes]]:
        from django.db import transaction

        from gongshi.config.bench.load.batches import Batch
        from gongshi.safekeeping.actions import save_wraps
        from gongshi.safekeeping.bulk import insert_all
        from gongshi.safekeeping.models import Wrap

        batch, last = Batch(), []  # type: ignore[var-annotated]
        chance = random.Random(f"{self._load.seed}/{start}")  # noqa: S311 the same draw every time
        numbers = range(start, min(start + AT_ONCE, self._load.cases))
        for number in numbers:
            self._maker.make(number, self._days(number), chance, last, batch)
        save_wraps(batch.rows.pop(Wrap))  # type: ignore[arg-type]
        with transaction.atomic():
            for rows in batch.rows.values():
                insert_all(rows)
        return len(numbers), batch.leaves


def days_of(load: Load) -> Callable[[int], date]:
    """On which day the number-th case was filed: by the month's and the weekday's share, earlier numbers earlier."""
    from gongshi.places.queries import local_day

    last = load.until or local_day(load.now) - timedelta(days=1)
    days = [last - timedelta(days=back) for back in reversed(range(load.days))]
    sums = list(
        accumulate(load.shape.months[day.month - 1] * load.shape.weekdays[day.weekday()] for day in days)
    )
    return lambda number: days[min(bisect_right(sums, sums[-1] * number / load.cases), len(days) - 1)]


class _Ledger:
    """The public ledger over the load: full batches, at instants that lie behind us, the last one padded."""

    def __init__(self, load: Load) -> None:
        from gongshi.safekeeping.models import Head
        from gongshi.safekeeping.sequencing import interval, interval_start

        self._last = Head.objects.order_by("-batch").first()
        self._waiting: list[bytes] = []
        self._interval = interval()
        # More batches than there can be: one is full of the leaves of a few thousand cases.
        first = interval_start(load.now) - self._interval * (load.cases // AT_ONCE + 10)
        self._closes = max(first, self._last.at + self._interval) if self._last else first

    @property
    def size(self) -> int:
        """Entries so far."""
        return self._last.size if self._last else 0

    def take(self, leaves: Sequence[bytes]) -> None:
        """Leaves that come next."""
        from gongshi.safekeeping.sequencing import LARGEST

        self._waiting += leaves
        while len(self._waiting) >= LARGEST:
            self._grow(LARGEST)

    def close(self) -> None:
        """What is left; the size is noted where a restore cannot reach it."""
        from gongshi.safekeeping.sequencing import remember

        if self._waiting:
            self._grow(len(self._waiting))
        remember()

    def _grow(self, number: int) -> None:
        from django.db import transaction

        from gongshi.safekeeping.sequencing import grow

        taken, self._waiting = self._waiting[:number], self._waiting[number:]
        with transaction.atomic():
            self._last = grow(self._last, taken, self._closes.astimezone(UTC))
        self._closes += self._interval
