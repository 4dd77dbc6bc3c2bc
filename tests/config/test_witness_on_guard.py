"""`gongshi witness` left running, a process of its own: through an outage, growth, and a rewritten past."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest

from tests.safekeeping.statements_made import House

ROOT = Path(__file__).resolve().parents[2]
TWO_SECONDS = "0.03"


class Site:
    """A house's ledger over HTTP: what ``answers`` holds by name, or 503 for everything while it is empty."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        site = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers = site.answers
                found = answers.get(urlsplit(self.path).path.removeprefix("/api/v1/ledger/"))
                self.send_response(200 if found else 404 if answers else 503)
                self.end_headers()
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, house: House, batch: int, before: Any = None) -> Any:
        """The house's ledger as it is now, with the path from an earlier head; returns the newest."""
        head = house.head(batch)
        keys = [{"id": name, "public": public, "current": True} for name, public in house.keys.items()]
        answers = {"keys": {"keys": keys}, "head": head.as_data()}
        if before:
            answers["consistency"] = house.consistency(before, head)
        self.answers = answers
        return head


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def guard(site: Site, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    environ = {
        name: value for name, value in os.environ.items() if "GONGSHI" not in name and "DJANGO" not in name
    }
    words = ["witness", f"http://127.0.0.1:{site.server.server_port}", "--every", TWO_SECONDS]
    process = subprocess.Popen(
        [sys.executable, "-m", "gongshi.config.cli", *words, "--dir", str(tmp_path)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ends = threading.Timer(60, process.kill)
    ends.start()
    yield process
    ends.cancel()
    process.kill()
    process.communicate()


def told(stream: IO[str] | None, words: str) -> str:
    """The next line with these words; fails when the process ends without one."""
    assert stream
    said = []
    for line in stream:
        said.append(line)
        if words in line:
            return line
    raise AssertionError(said)


def test_row_10_a_witness_on_guard(site: Site, guard: "subprocess.Popen[str]", tmp_path: Path) -> None:
    house = House(entries=[bytes([number]) * 32 for number in range(10)])
    told(guard.stderr, "连不上")
    first = site.show(house, 1)
    told(guard.stdout, "batch 1, 10 entries: the first head, taken on trust; signed")
    told(guard.stdout, "batch 1, nothing new")
    site.answers = {}
    told(guard.stderr, "连不上")
    house.entries += [b"\xaa" * 32] * 6
    second = site.show(house, 2, first)
    told(guard.stdout, "batch 2, 16 entries, continues; signed")
    assert guard.poll() is None
    rewritten = House(house.secret, [b"\xbb" * 32, *house.entries[1:], b"\xcc" * 32])
    site.show(rewritten, 3, second)
    told(guard.stderr, "THE LEDGER WAS REWRITTEN")
    assert guard.wait(30) == 1
    (evidence,) = tmp_path.glob("evidence-*.json")
    assert json.loads(evidence.read_text())["code"] == "other_past"
    assert len(list((tmp_path / "heads").glob("*.json"))) == 2
