"""`gongshi witness` on guard: through outages and growth, before a rewritten past and before a house that says nothing.

Left running as a process of its own where the command is tried; else look by look, at times that the test chooses.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from gongshi.config.commands.witness import command, now
from gongshi.config.witness.asking import Site as Asked
from gongshi.config.witness.asking import Unreachable
from gongshi.config.witness.folder import Damaged, Folder
from gongshi.config.witness.looking import Patience, Rewritten, Seen, Stopped, Unproved, look
from gongshi.formats.proof.statements import Head, parsed_instant
from tests.safekeeping.statements_made import CLOSED, House

ROOT = Path(__file__).resolve().parents[2]
TWO_SECONDS = "0.03"


class Site:
    """A house's ledger over HTTP: what ``answers`` holds by name, or 503 for everything while it is empty.

    An answer that is a number is a status; bytes go out as they are.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        site = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers = site.answers
                found = answers.get(urlsplit(self.path).path.removeprefix("/api/v1/ledger/"))
                self.send_response(
                    found if isinstance(found, int) else 200 if found else 404 if answers else 503
                )
                self.end_headers()
                self.wfile.write(found if isinstance(found, bytes) else json.dumps(found).encode())

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def show(self, house: House, batch: int, before: Any = None) -> Any:
        """The house's ledger as it is now, with the path from an earlier head; returns the newest.

        ``before`` may also be what is answered instead of a path.
        """
        head = house.head(batch)
        keys = [{"id": name, "public": public, "current": True} for name, public in house.keys.items()]
        answers = {"keys": {"keys": keys}, "head": head.as_data()}
        if before:
            answers["consistency"] = house.consistency(before, head) if isinstance(before, Head) else before
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
    words = ["witness", site.url, "--every", TWO_SECONDS]
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


def a_house(closed: str = CLOSED) -> House:
    """Ten entries."""
    return House(entries=[bytes([number]) * 32 for number in range(10)], closed=closed)


def rewritten_by(house: House) -> House:
    """The same house with another first entry, and one more."""
    return House(house.secret, [b"\xbb" * 32, *house.entries[1:], b"\xcc" * 32], closed=house.closed)


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
    house = a_house(closed=now())
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
    rewritten = rewritten_by(house)
    site.show(rewritten, 3, second)
    told(guard.stderr, "THE LEDGER WAS REWRITTEN")
    assert guard.wait(30) == 1
    (evidence,) = tmp_path.glob("evidence-*.json")
    assert json.loads(evidence.read_text())["code"] == "other_past"
    assert len(list((tmp_path / "heads").glob("*.json"))) == 2


def test_row_10_a_house_that_gives_no_proof_does_not_silence_the_guard(
    site: Site, guard: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    house = a_house(closed=now())
    site.show(house, 1)
    told(guard.stdout, "batch 1, 10 entries: the first head")
    site.show(rewritten_by(house), 2, 500)
    told(guard.stderr, "look 1 of 3; evidence is kept")
    told(guard.stderr, "look 2 of 3; evidence is kept")
    told(guard.stderr, "THE LEDGER WAS REWRITTEN: no proof leads")
    assert guard.wait(30) == 1


def later(minutes: int) -> str:
    """So long after the house closed its batch, as statements write it."""
    return f"{parsed_instant(CLOSED) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


class Guard:
    """A witness that looks when the test says so; a new process each time, as by `--once`."""

    def __init__(self, site: Site, path: Path) -> None:
        self.site, self.path = Asked(site.url), path

    def look(self, minutes: int) -> Seen:
        """One look, so long after the house closed its batch."""
        return look(self.site, Folder(self.path), later(minutes), Patience(looks=3))

    def evidence(self) -> list[Any]:
        """What was kept of the house's answers, oldest first."""
        return [json.loads(file.read_text()) for file in sorted(self.path.glob("evidence-*.json"))]


@pytest.fixture
def looks(site: Site, tmp_path: Path) -> Guard:
    """A witness that has seen batch 1 of `a_house`."""
    site.show(a_house(), 1)
    guard = Guard(site, tmp_path)
    guard.look(0)
    return guard


@pytest.mark.parametrize("instead", [500, 429, 302, b"<html>", b"[" * 100_000, {"first": 7}, b"{}"])
def test_row_10_a_signed_head_without_a_path_is_evidence_at_once_and_an_alarm_at_the_third_look(
    site: Site, looks: Guard, instead: Any
) -> None:
    head = site.show(rewritten_by(a_house()), 2, instead)
    for number in (1, 2):
        with pytest.raises(Unproved) as unproved:
            looks.look(10 * number)
        assert (unproved.value.looks, len(looks.evidence())) == (number, number)
        assert looks.evidence()[-1]["head"] == head.as_data()
    for number in (3, 4):
        with pytest.raises(Rewritten) as noticed:
            looks.look(10 * number)
        assert noticed.value.code == "no_proof"


def test_an_error_that_passes_is_forgotten_with_the_next_path(site: Site, looks: Guard) -> None:
    house = a_house()
    first = house.head(1)
    for batch in (2, 3, 4, 5):
        house.entries.append(bytes([batch]) * 32)
        site.show(house, batch, 502)
        with pytest.raises(Unproved) as unproved:
            looks.look(20 * batch)
        assert unproved.value.looks == 1
        second = site.show(house, batch, first)
        site.answers["consistency"] = house.consistency(first, second)
        assert looks.look(20 * batch + 10).file
        first = second


def test_row_10_an_unproved_head_is_held_to_like_a_kept_one(site: Site, looks: Guard) -> None:
    """Two ledgers, one shown with an error and one with its path: each head that was signed counts."""
    house = a_house()
    site.show(rewritten_by(house), 2, 500)
    with pytest.raises(Unproved):
        looks.look(10)
    site.show(house, 1)
    with pytest.raises(Rewritten, match="shorter"):
        looks.look(20)
    first = house.head(1)
    house.entries.append(b"\xaa" * 32)
    site.show(house, 2, first)
    with pytest.raises(Rewritten, match="other_head"):
        looks.look(30)
    house.entries.append(b"\xaa" * 32)
    site.show(house, 3, first)
    with pytest.raises(Rewritten, match="other_past"):
        looks.look(40)


def test_row_10_a_house_whose_heads_stay_away_is_told_and_after_a_day_an_alarm(
    site: Site, looks: Guard
) -> None:
    assert looks.look(70).age == timedelta(minutes=70)
    assert looks.look(25 * 60).age == timedelta(hours=25)
    with pytest.raises(Stopped, match="old"):
        looks.look(25 * 60 + 1)
    assert looks.evidence()[-1]["code"] == "old"
    house = a_house(closed=later(9 * 24 * 60))
    house.entries.append(b"\xaa" * 32)
    site.show(house, 2, a_house().head(1))
    assert looks.look(25 * 60 + 10).file, "the house writes a time of next week on it"
    with pytest.raises(Stopped, match="old"):
        looks.look(2 * 25 * 60 + 11)


@pytest.mark.parametrize("answers", [{}, {"keys": 500}, {"head": 7}])
def test_row_10_a_house_that_shows_nothing_at_all_is_an_alarm_after_a_day(
    site: Site, looks: Guard, answers: dict[str, Any]
) -> None:
    """And not sooner, however long the witness itself was away."""
    site.answers = answers
    days = 5 * 24 * 60
    for minutes in (days, days + 24 * 60, days + 25 * 60):
        with pytest.raises(Unreachable):
            looks.look(minutes)
    with pytest.raises(Stopped, match="silent"):
        looks.look(days + 25 * 60 + 1)
    house = a_house(closed=later(days + 26 * 60))
    house.entries.append(b"\xaa" * 32)
    site.show(house, 2, a_house().head(1))
    looks.look(days + 26 * 60)
    site.answers = answers
    with pytest.raises(Unreachable):
        looks.look(2 * days)


@pytest.mark.parametrize("text", ["[]", "{", '{"away_since": 7, "unproved": [], "looks": 0}'])
def test_doubts_that_the_witness_did_not_write_are_told(looks: Guard, text: str) -> None:
    (looks.path / "doubts.json").write_text(text)
    with pytest.raises(Damaged):
        looks.look(10)


def test_the_command_says_how_late_a_head_is(site: Site, tmp_path: Path) -> None:
    def said(closed: timedelta, *options: str) -> tuple[int, str]:
        house = a_house(closed=f"{datetime.now(UTC) - closed:%Y-%m-%dT%H:%M:%SZ}")
        site.show(house, 1)
        folder = str(tmp_path / str(closed.total_seconds()))
        done = CliRunner().invoke(command, [site.url, "--once", "--dir", folder, *options])
        return done.exit_code, done.stderr

    assert said(timedelta(minutes=50)) == (0, "")
    assert "no new head for 50 minutes" in said(timedelta(minutes=50), "--late", "30")[1]
    status, told = said(timedelta(minutes=70))
    assert (status, "no new head for 70 minutes" in told) == (0, True)
    status, told = said(timedelta(hours=26))
    assert (status, "THE LEDGER HAS STOPPED" in told) == (1, True)
