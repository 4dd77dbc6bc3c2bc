"""Filing: one final POST with its CSRF token, one matter, no photo, a contact; everything on, durably committed."""

import secrets
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from gongshi.config.bench import clients, server, world
from gongshi.config.bench.conditions import Conditions

WORDS = "桥东头路面塌了一个坑，晚上没有灯，电动车摔了两次，请来看看。"
FILED = 303
INSERTED = 204
# Filings of each client before the clock starts: on many connections at once, so that every worker has its share.
WARM = 6


def measure(conditions: Conditions) -> dict[str, Any]:
    """The rate of filings beside that of one-row inserts through the same server, in the same run."""
    with world.instance(postgres=conditions.postgres) as directory:
        server.make_table()
        with world.served(directory, workers=conditions.workers) as served:
            baseline = _inserts(served, conditions)
            warm(served, conditions)
            found, cpu = filings(served, conditions)
            stored = _stored()
            # Those that warmed up are stored too, and are not among the measured ones.
            if stored < len(found.latencies):
                raise RuntimeError("fewer filings are stored than were acknowledged")
            return {
                "database": served.engine,
                "clients": conditions.clients,
                "workers": conditions.workers,
                "one_row_insert": baseline.as_data(),
                "filing": found.as_data(),
                "worker_cpu_ms_per_filing": round(cpu * 1_000 / max(len(found.latencies), 1), 2),
                "filing_to_insert": round(found.rate / baseline.rate, 3) if baseline.rate else None,
                "stored": stored,
                "worker_memory_mb": served.worker_memory(),
            }


def _inserts(served: world.World, conditions: Conditions) -> clients.Measured:
    request = f"POST {server.INSERT} HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: 0\r\n\r\n".encode()

    def requests(_number: int) -> Iterator[bytes]:
        while True:
            yield request

    seconds = min(conditions.seconds, 5.0)
    return clients.run(served.port, requests, clients=conditions.clients, seconds=seconds, expect=INSERTED)


def filings(served: world.World, conditions: Conditions) -> tuple[clients.Measured, float]:
    """The measured filings and the workers' processor seconds. Requests are prepared before the clock starts."""
    wanted = int(conditions.seconds * 1_000)
    prepared = [_request(served, number) for number in range(wanted)]

    def requests(number: int) -> Iterator[bytes]:
        for position in count(number, conditions.clients):
            if position >= len(prepared):
                return
            yield prepared[position]

    connections = clients.spread(
        served.port,
        clients.get(server.WORKER, host=served.host),
        clients=conditions.clients,
        workers=conditions.workers,
    )
    before = served.worker_seconds()
    measured = clients.run(
        served.port,
        requests,
        clients=conditions.clients,
        seconds=conditions.seconds,
        expect=FILED,
        connections=connections,
    )
    for one in connections:
        one.close()
    return measured, served.worker_seconds() - before


def warm(served: world.World, conditions: Conditions) -> None:
    """File a little first, so that no worker reads its copy of the place while it is measured."""
    prepared = [_request(served, number) for number in range(WARM * conditions.clients)]

    def some(requests: list[bytes]) -> None:
        one = clients.Connection(served.port)
        for request in requests:
            status, _, body = one.send(request)
            if status != FILED:
                raise RuntimeError(f"a filing was answered {status}: {body[:200]!r}")

    with ThreadPoolExecutor(conditions.clients) as pool:
        list(pool.map(some, (prepared[number :: conditions.clients] for number in range(conditions.clients))))


def _request(served: world.World, number: int) -> bytes:
    from django.utils import timezone

    from gongshi.cases.intake.draft import Matter, new_draft
    from gongshi.places.queries import aliases, areas
    from gongshi.routing.queries import leaves

    places = aliases()
    place = places[number * 7 % len(places)]
    plain = [
        leaf for leaf in leaves() if leaf.kind == "request" and not any(q["required"] for q in leaf.questions)
    ]
    draft = new_draft(timezone.now())
    draft.door = "broken"
    draft.email, draft.notify = f"resident{number}@example.org", "email"
    draft.matters = [
        Matter(
            category=plain[number * 13 % len(plain)].code,
            area=areas()[place.area_id].code,
            place=place.name,
            lat=str(place.latitude or ""),
            lon=str(place.longitude or ""),
            text=f"{place.name}：{WORDS * 5}（{number}）",
            wish="请尽快修好。",
        )
    ]
    token = csrf_token()
    fields = {**dict(draft.pairs()), "page": "check", "go": "send"}
    return clients.post("/file/send/", fields, host=served.host, cookies=f"csrftoken={token}", token=token)


def csrf_token() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(32))


def _stored() -> int:
    from django.db import connection

    from gongshi.cases.models import Filing

    connection.close()
    return Filing.objects.count()
