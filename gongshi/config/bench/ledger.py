"""The public ledger: appends and proofs in memory, and what ledger and sealing cost the intake, side by side."""

import secrets
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from gongshi.config.bench import clients, intake, world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.bench.without import LEDGER, SEALING
from gongshi.rules.ledger import HASH_BYTES, Tree

ENTRIES = 1_000_000
PROOFS = 2_000
ROUNDS = 5
# Each of the three servers has this many turns, of so many seconds at least.
TURNS, SHORTEST = 60, 0.5
KINDS: dict[str, list[str]] = {"all": [], "without_ledger": [LEDGER], "without_both": [LEDGER, SEALING]}
OTHERS = ("without_ledger", "without_both")


def measure(conditions: Conditions) -> dict[str, Any]:
    """The figures as plain data. The intake runs in short turns: what else the machine does hits all alike."""
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
    taken: dict[str, list[clients.Measured]] = {kind: [] for kind in KINDS}
    spent = dict.fromkeys(KINDS, 0.0)
    turn = replace(conditions, seconds=max(conditions.seconds / TURNS, SHORTEST))
    with world.instance(postgres=conditions.postgres) as directory, ExitStack() as stack:
        served = {
            kind: stack.enter_context(world.served(directory, workers=conditions.workers, without=parts))
            for kind, parts in KINDS.items()
        }
        for one in served.values():
            intake.warm(one, conditions)
        for number in range(TURNS):
            order = list(KINDS)
            for kind in order[number % len(order) :] + order[: number % len(order)]:
                found, cpu = intake.filings(served[kind], turn)
                taken[kind].append(found)
                spent[kind] += cpu
        engine = served["all"].engine
    filed = {kind: sum(len(one.latencies) for one in found) for kind, found in taken.items()}
    rates = {kind: filed[kind] / sum(one.seconds for one in found) for kind, found in taken.items()}
    work = {kind: spent[kind] * 1_000 / max(filed[kind], 1) for kind in KINDS}
    return {
        "database": engine,
        "clients": conditions.clients,
        "workers": conditions.workers,
        "turns": TURNS,
        "filings": filed,
        "filings_per_second": {kind: round(rate, 1) for kind, rate in rates.items()},
        "worker_cpu_ms_per_filing": {kind: round(ms, 2) for kind, ms in work.items()},
        **{f"rate_with_all_to_{kind}": round(rates["all"] / rates[kind], 3) for kind in OTHERS},
        **{f"quartiles_of_turns_to_{kind}": _quartiles(taken["all"], taken[kind]) for kind in OTHERS},
        **{f"cpu_{kind}_to_with_all": round(work[kind] / work["all"], 3) for kind in OTHERS},
    }


def _quartiles(one: list[clients.Measured], other: list[clients.Measured]) -> list[float]:
    ratios = [a.rate / b.rate for a, b in zip(one, other, strict=True) if b.rate]
    return [round(each, 3) for each in statistics.quantiles(ratios)]
