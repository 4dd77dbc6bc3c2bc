"""A million cases beside ten thousand and beside nearly none: filings, pages, the board, dumps; in turns, in one run.

Each is an instance of its own, filled by `bench.load`, behind the real server; what is compared is measured in turns,
so that whatever else the machine does meets all of them. In a folder that is kept (``--filled``) they are filled once
and measured again and again, each time with the filings of the runs before.
"""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from statistics import median
from typing import Any

from gongshi.config.bench.conditions import Conditions
from gongshi.config.bench.load.side import POSTGRES, SQLITE

NEARLY_EMPTY, SMALL = 100, 10_000
DAYS = 3 * 365
SEED = 311
TURNS = 4


class _Side:
    def __init__(self, cases: int, conditions: Conditions) -> None:
        told = [cases, DAYS, SEED, conditions.workers, POSTGRES if conditions.postgres else SQLITE]
        told += [conditions.filled] if conditions.filled else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gongshi.config.bench.load.side", *map(str, told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.written = self._answer()

    def ask(self, what: str, seconds: float = 0.0) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(f"{what} {seconds}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("one of the instances that are measured has ended; its message stands above")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise RuntimeError(told["error"])
        found: dict[str, Any] = told["answer"]
        return found

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self._process.terminate()


def measure(conditions: Conditions) -> dict[str, Any]:
    """The figures of each side, and how the largest compares with the others. About a quarter of an hour."""
    begun = time.monotonic()
    sizes = sorted({NEARLY_EMPTY, min(SMALL, conditions.cases), conditions.cases})
    with ExitStack() as stack:
        sides: dict[int, _Side] = {}
        for size in sizes:
            sides[size] = _Side(size, conditions)
            stack.callback(sides[size].end)
            _told(begun, f"{size}: {sides[size].written['seconds']}")
        loaded = _in_turns(sides, "filings", conditions.seconds / TURNS, begun)
        alone = _in_turns(sides, "alone", conditions.seconds / TURNS, begun)
        rest = {}
        for size, side in sides.items():
            rest[size] = {what: side.ask(what) for what in ("pages", "dump", "memory")}
            _told(begun, f"{size}: pages, dump, memory")
    return {
        "minutes": round((time.monotonic() - begun) / 60, 1),
        "conditions": {
            "turns": TURNS,
            "seconds": conditions.seconds,
            "workers": conditions.workers,
            "days": DAYS,
        },
        "filing": {
            f"cost_to_that_at_{size}": _ratio(alone[sizes[-1]], alone[size], "p50_ms") for size in sizes[:-1]
        }
        | {
            f"processor_to_that_at_{size}": _ratio(alone[sizes[-1]], alone[size], "processor_ms")
            for size in sizes[:-1]
        },
        "dump": _between(sizes, {size: found["dump"] for size, found in rest.items()}),
        "sides": {
            str(size): {
                "written": side.written,
                "filings_with_the_board_read": _middle(loaded[size]),
                "filings_alone": _middle(alone[size]),
                **rest[size],
            }
            for size, side in sides.items()
        },
    }


def _in_turns(
    sides: dict[int, _Side], what: str, seconds: float, begun: float
) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {size: [] for size in sides}
    for turn in range(TURNS):
        for size in sorted(sides, reverse=bool(turn % 2)):
            found[size].append(sides[size].ask(what, max(seconds, 0.5)))
    _told(begun, what)
    return found


def _middle(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Of each number the middle one of all turns; counts added up."""
    added = ("requests", "board_pages", "board_failed")
    numbers = [name for name, value in turns[0].items() if isinstance(value, int | float)]
    unexpected: dict[str, int] = {}
    for turn in turns:
        for status, number in turn["unexpected"].items():
            unexpected[status] = unexpected.get(status, 0) + number
    return {
        name: sum(turn[name] for turn in turns)
        if name in added
        else round(median(turn[name] for turn in turns), 2)
        for name in numbers
    } | {"unexpected": unexpected}


def _between(sizes: list[int], dumps: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Rows a second between the smallest and the largest dump, so that the start of the program does not count."""
    few, many = dumps[sizes[0]], dumps[sizes[-1]]
    rows, seconds = many["rows_published"] - few["rows_published"], many["seconds"] - few["seconds"]
    return {"rows_per_second": round(rows / seconds) if rows and seconds > 0 else None}


def _ratio(one: list[dict[str, Any]], other: list[dict[str, Any]], name: str) -> float | None:
    """The middle one of the turns' own ratios."""
    ratios = [a[name] / b[name] for a, b in zip(one, other, strict=True) if b[name]]
    return round(median(ratios), 3) if ratios else None


def _told(begun: float, what: str) -> None:
    """How far it is, beside the figures."""
    print(f"{time.monotonic() - begun:6.0f} s  {what}", file=sys.stderr, flush=True)
