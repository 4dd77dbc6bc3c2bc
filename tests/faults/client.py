"""Residents who file over HTTP: ``python -m tests.faults.client DIR PORT JOURNAL CLIENTS FIRST``.

Each sends its form until it is answered, as a resident would who presses once more, noting that it was taken in; then
they read the page that shows the reference, and note that down. A filing without an answer is sent again and never made
anew: it must not become two. Of eight one is a sealed matter about an office, one has a photo, one has two matters.
Stops when its standard input closes, and prints what it was answered as JSON.
"""

import json
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.journal import Journal

FILED, OK, LOST, WRONG = 303, 200, 302, 422
EVERY = 8
SEALED, PHOTO, TWO = 1, 3, 5
REFERENCE = re.compile(rb"[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z](?![0-9A-Z-])")
KEPT_FILE = re.compile(rb'name="file-1" value="([0-9a-f-]{36})"')
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
        self._threads = [threading.Thread(target=self._one) for _ in range(clients)]
        self._town, self._photo = _town(), _photo()
        self._host = f"127.0.0.1:{port}"

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
        from gongshi.config.bench.clients import Connection, get, post

        connection = Connection(self._port)
        while not self._stop.is_set():
            number = next(self._numbers)
            draft, cookie = (
                self._draft(number),
                {"cookies": f"csrftoken={number:032d}", "token": f"{number:032d}"},
            )
            if number % EVERY == PHOTO and not self._upload(connection, draft, **cookie):
                return
            fields = {**dict(draft.pairs()), "page": "check", "go": "send"}
            request = post("/file/send/", fields, host=self._host, **cookie)
            files = sum(len(matter.files) for matter in draft.matters)
            self._journal.sent(draft.receipt, len(draft.matters), files)
            head = self._until(connection, request, FILED)[0]
            if not head:
                return
            self._journal.acknowledged(draft.receipt)
            cookies = b"; ".join(COOKIE.findall(head)).decode()
            page = get("/filed/", host=self._host, cookies=cookies)
            self._read(draft.receipt, self._until(connection, page, OK, LOST)[1])

    def _upload(self, connection: Any, draft: Any, *, cookies: str, token: str) -> bool:
        """Choose a photo for the first matter, as the form does; whether it was taken in before the end."""
        fields = {**dict(draft.pairs()), "page": "text", "go": "upload", "csrfmiddlewaretoken": token}
        request = _with_file("/file/", fields, self._photo, host=self._host, cookies=cookies)
        body = self._until(connection, request, OK)[1]
        draft.first.files = [found.decode() for found in KEPT_FILE.findall(body)]
        assert draft.first.files or not body, body.decode()[:4000]
        return bool(body)

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

    def _draft(self, number: int) -> Any:
        from django.utils import timezone

        from gongshi.cases.intake.draft import Matter, new_draft

        town, kind = self._town, number % EVERY
        place, area, latitude, longitude = town.places[number * 7 % len(town.places)]
        draft = new_draft(timezone.now())
        draft.door, draft.notify, draft.email = "broken", "email", f"resident{number}@example.org"
        matter = Matter(text=f"{place}：{WORDS}（{number}）", wish="请尽快修好。")
        matter.category = town.categories[number * 13 % len(town.categories)]
        matter.area, matter.place = area, place
        matter.lat, matter.lon = str(latitude or ""), str(longitude or "")
        draft.matters = [matter]
        if kind == SEALED:
            draft.door, draft.notify, matter.category = "office", "", town.conduct
            matter.subject = town.offices[number % len(town.offices)]
        if kind == TWO:
            other = town.categories[number * 17 % len(town.categories)]
            draft.matters.append(Matter(category=other, text=f"还有一处：{WORDS}（{number}）"))
        return draft


@dataclass(frozen=True)
class _Town:
    """What can be named in a form: places, categories without a question that must be answered, offices."""

    places: list[tuple[str, str, float | None, float | None]]
    categories: list[str]
    conduct: str
    offices: list[str]


def _town() -> _Town:
    """Read once: while the clients run, nothing but the server has the database open."""
    from django.db import connections

    from gongshi.accounts.queries import offices
    from gongshi.places.queries import aliases
    from gongshi.routing.queries import leaves

    free = [one for one in leaves() if not any(question["required"] for question in one.questions)]
    found = _Town(
        [(one.name, one.area.code, one.latitude, one.longitude) for one in aliases()],
        [one.code for one in free if one.kind == "request"],
        next(one.code for one in free if one.kind == "conduct"),
        [one.code for one in offices().values() if one.above],
    )
    connections.close_all()
    return found


def _photo() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(buffer, "PNG")
    return buffer.getvalue()


def _with_file(path: str, fields: dict[str, str], photo: bytes, *, host: str, cookies: str) -> bytes:
    """A form POST with a photo for the first matter as bytes on the wire."""
    edge = "the-edge-of-a-part"
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'name="files-1"; filename="hole.png"\r\nContent-Type: image/png\r\n\r\n' + photo)
    body = b"".join(
        f"--{edge}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts
    )
    body += f"--{edge}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    residents = Residents(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    print("ready", flush=True)
    print(json.dumps(residents.run()), flush=True)
