"""Residents who file over HTTP: ``python -m tests.faults.client DIR PORT JOURNAL CLIENTS FIRST``.

Each sends its form until it is answered, as a resident would who presses once more, noting that it was taken in;
every fourth also reads the page that shows the reference, and notes that down. A filing without an answer is sent again
and never made anew: it must not become two.
Stops when its standard input closes, and prints what it was answered as JSON.
"""

import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.journal import Journal

FILED, OK, LOST, WRONG = 303, 200, 302, 422
READ_EVERY = 4
REFERENCE = re.compile(rb"[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z](?![0-9A-Z-])")
COOKIE = re.compile(rb"(?im)^set-cookie: ([^;\r\n]+)")
AGAIN_SECONDS = 0.05
WORDS = "桥东头路面塌了一个坑，晚上没有灯，电动车摔了两次，请来看看。" * 3


class Residents:
    """Everybody who files, on connections of their own."""

    def __init__(self, port: int, journal: Path, clients: int, first: int) -> None:
        self._port = port
        self._journal = Journal(journal)
        self._stop = threading.Event()
        self._answered: Counter[str] = Counter()
        self._numbers = count(first)
        self._reading = count()
        self._threads = [threading.Thread(target=self._one) for _ in range(clients)]
        self._places, self._categories = _town()

    def run(self) -> dict[str, int]:
        """File until standard input closes. Returns what was answered, and how often nothing was."""
        for thread in self._threads:
            thread.start()
        sys.stdin.read()
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return dict(self._answered)

    def _one(self) -> None:
        from gongshi.config.bench.clients import Connection, get

        host = f"127.0.0.1:{self._port}"
        connection = Connection(self._port)
        for request, receipt in self._requests(host):
            self._journal.sent(receipt)
            head = self._until(connection, request, FILED)[0]
            if not head:
                return
            self._journal.acknowledged(receipt)
            if next(self._reading) % READ_EVERY == 0:
                cookies = b"; ".join(COOKIE.findall(head)).decode()
                page = get("/filed/", host=host, cookies=cookies)
                self._read(receipt, self._until(connection, page, OK, LOST)[1])
            if self._stop.is_set():
                return

    def _read(self, receipt: str, body: bytes) -> None:
        """The page, or nothing: of a filing that was acknowledged and is gone, or at the end."""
        found = REFERENCE.search(body)
        if found:
            self._journal.shown(receipt, found[0].decode())

    def _until(self, connection: Any, request: bytes, *wanted: int) -> tuple[bytes, bytes]:
        """Head and body of an answer that is wanted; empty when there was none before the end."""
        while True:
            try:
                status, head, body = connection.send(request)
            except OSError:
                self._answered["none"] += 1
            else:
                self._answered[str(status)] += 1
                if status in wanted:
                    return head, body
                if status == WRONG:
                    raise AssertionError(f"the form was refused: {body.decode()[:4000]}")
            if self._stop.wait(AGAIN_SECONDS):
                return b"", b""

    def _requests(self, host: str) -> Iterator[tuple[bytes, str]]:
        from django.utils import timezone

        from gongshi.config.bench.clients import post
        from gongshi.web.public.draft import Matter, new_draft

        for number in self._numbers:
            place = self._places[number * 7 % len(self._places)]
            draft = new_draft(timezone.now())
            draft.door, draft.notify, draft.email = "broken", "email", f"resident{number}@example.org"
            draft.matters = [
                Matter(
                    category=self._categories[number * 13 % len(self._categories)],
                    area=place.area.code,
                    place=place.name,
                    lat=str(place.latitude or ""),
                    lon=str(place.longitude or ""),
                    text=f"{place.name}：{WORDS}（{number}）",
                    wish="请尽快修好。",
                )
            ]
            token = f"{number:032d}"
            fields = {**dict(draft.pairs()), "page": "check", "go": "send"}
            request = post("/file/send/", fields, host=host, cookies=f"csrftoken={token}", token=token)
            yield request, draft.receipt


def _town() -> tuple[list[Any], list[str]]:
    """Places and categories, read once: while the clients run, nothing but the server has the database open."""
    from django.db import connections

    from gongshi.places.queries import aliases
    from gongshi.routing.queries import leaves

    plain = [one for one in leaves() if one.kind == "request"]
    codes = [one.code for one in plain if not any(question["required"] for question in one.questions)]
    places = list(aliases())
    connections.close_all()
    return places, codes


if __name__ == "__main__":
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    residents = Residents(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    print("ready", flush=True)
    print(json.dumps(residents.run()), flush=True)
