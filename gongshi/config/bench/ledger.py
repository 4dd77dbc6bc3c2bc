"""The public ledger: appends and proofs in memory, and what ledger and sealing cost the intake, side by side."""

import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

from gongshi.config.bench import intake, server, world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.bench.without import LEDGER, SEALING
from gongshi.rules.ledger import HASH_BYTES, Tree

ENTRIES = 1_000_000
PROOFS = 2_000
ROUNDS = 5
KINDS: dict[str, list[str]] = {"all": [], "without_ledger": [LEDGER], "without_both": [LEDGER, SEALING]}


def measure(conditions: Conditions) -> dict[str, Any]:
    """The figures as plain data. The intake runs in turns, so that whatever else the machine does hits all alike."""
    return {"entries": ENTRIES, **_in_memory(), **_beside_each_other(conditions)}


def _in_memory() -> dict[str, Any]:
    random = secrets.token_bytes(ENTRIES * HASH_BYTES)
    entries = [random[at : at + HASH_BYTES] for at in range(0, len(random), HASH_BYTES)]
    taken = []
    for _ in range(ROUNDS):
        tree, start = Tree(), time.perf_counter()
        tree.append(entries)
        taken.append(time.perf_counter() - start)
    places = [secrets.randbelow(ENTRIES - 1) + 1 for _ in range(PROOFS)]
    return {
        "appends_per_second": [round(ENTRIES / seconds) for seconds in taken],
        "inclusion_proof_ms": _times(tree.inclusion, places),
        "consistency_proof_ms": _times(tree.consistency, places),
    }


def _times(work: Callable[[int], object], places: list[int]) -> dict[str, float]:
    taken = []
    for place in places:
        start = time.perf_counter()
        work(place)
        taken.append((time.perf_counter() - start) * 1_000)
    taken.sort()
    return {"p50": round(statistics.median(taken), 4), "p99": round(taken[len(taken) * 99 // 100], 4)}


def _beside_each_other(conditions: Conditions) -> dict[str, Any]:
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    work: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with world.instance(postgres=conditions.postgres) as directory:
        server.make_table()
        for _ in range(ROUNDS):
            for kind, parts in KINDS.items():
                with world.served(directory, workers=conditions.workers, without=parts) as served:
                    found, cpu = intake.filings(served, conditions)
                    rates[kind].append(found.rate)
                    work[kind].append(cpu * 1_000 / max(len(found.latencies), 1))
                    engine = served.engine
    # The best round of each: whatever else the machine does only slows.
    best = {kind: max(found) for kind, found in rates.items()}
    least = {kind: min(found) for kind, found in work.items()}
    return {
        "database": engine,
        "clients": conditions.clients,
        "workers": conditions.workers,
        "filings_per_second": {kind: [round(rate, 1) for rate in found] for kind, found in rates.items()},
        "worker_cpu_ms_per_filing": {kind: [round(ms, 2) for ms in found] for kind, found in work.items()},
        "rate_with_all_to_without_ledger": round(best["all"] / best["without_ledger"], 3),
        "rate_with_all_to_without_both": round(best["all"] / best["without_both"], 3),
        "cpu_without_ledger_to_with_all": round(least["without_ledger"] / least["all"], 3),
        "cpu_without_both_to_with_all": round(least["without_both"] / least["all"], 3),
    }
