"""`gongshi serve` as processes: killed workers, reloading under load, stopping in order, one store of limits."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.browser.server import ROOT, free_port


class Served:
    """A server process, and what can be asked of it."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self.port = folder, free_port()
        (folder / "version").write_text("one")
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.serving", str(self.port), str(folder)],
                cwd=ROOT,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "gongshi.config.settings", **environ},
                stderr=log,
            )
        waits_for((folder / "ready").exists)

    def get(self, path: str) -> str:
        """The answer on a connection of its own."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            return self.ask(connection, path)

    @staticmethod
    def ask(connection: HTTPConnection, path: str) -> str:
        """The answer on this connection."""
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()

    def workers(self) -> set[int]:
        """The processes that answer."""
        own = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in own.read_text().split()}

    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text()

    def reload(self) -> None:
        """Ask for it; `ready` is there again when the new workers answer."""
        (self.folder / "ready").unlink()
        self.process.send_signal(signal.SIGHUP)


def waits_for(true: Callable[[], object], seconds: float = 60) -> None:
    """Until it is true; a test that waits longer has failed."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Two workers."""
    one = Served(tmp_path, STOP="3")
    yield one
    (tmp_path / "go").touch()
    one.process.kill()
    one.process.wait(30)
    waits_for(lambda: refuses(one.port))


def refuses(port: int) -> bool:
    """Whether nobody listens any more."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


class Askers:
    """Clients that ask all the time, half of them on connections that stay open, and count what fails."""

    def __init__(self, served: Served, count: int = 4) -> None:
        self.served, self.answered, self.failed = served, 0, list[str]()
        self._enough = Event()
        self._threads = [Thread(target=self._ask, args=(number % 2 == 0,)) for number in range(count)]

    def __enter__(self) -> "Askers":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for one in self._threads:
            one.join(60)

    def _ask(self, stays: bool) -> None:
        connection = HTTPConnection("127.0.0.1", self.served.port, timeout=20)
        while not self._enough.is_set():
            try:
                self.served.ask(connection, "/version")
                self.answered += 1
            except (OSError, HTTPException, AssertionError) as error:
                self.failed.append(repr(error))
                connection.close()
            if not stays:
                connection.close()
        connection.close()


def test_row_32_a_killed_worker_is_replaced_and_the_others_go_on(served: Served) -> None:
    before = served.workers()
    assert len(before) == 2
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    assert served.get("/version") == "one"
    waits_for(lambda: len(served.workers()) == 2 and killed not in served.workers())
    assert {int(served.get("/pid")) for _ in range(20)} <= served.workers()


def test_reloading_under_load_fails_no_request_and_brings_the_new_program(served: Served) -> None:
    before = served.workers()
    with Askers(served) as askers:
        waits_for(lambda: askers.answered > 50)
        (served.folder / "version").write_text("two")
        served.reload()
        waits_for((served.folder / "ready").exists)
        waits_for(lambda: not before & served.workers())
        reached = askers.answered
        waits_for(lambda: askers.answered > reached + 50)
    assert askers.failed == []
    assert served.get("/version") == "two"
    assert served.process.poll() is None
    assert len(served.workers()) == 2


def test_a_request_in_hand_is_finished_by_the_old_program(served: Served) -> None:
    answers: list[str] = []
    asking = Thread(target=lambda: answers.append(served.get("/hold")))
    asking.start()
    waits_for((served.folder / "held").exists)
    served.reload()
    waits_for((served.folder / "ready").exists)
    (served.folder / "go").touch()
    asking.join(30)
    assert answers == ["held"]


def test_a_program_that_would_not_start_leaves_the_old_one_running(served: Served) -> None:
    before = served.workers()
    (served.folder / "broken").touch()
    served.reload()
    waits_for(lambda: "not reloaded" in served.log())
    assert served.workers() == before
    assert served.get("/version") == "one"


def test_stopping_finishes_what_is_in_hand_and_takes_nothing_new(served: Served) -> None:
    answers: list[str] = []
    asking = Thread(target=lambda: answers.append(served.get("/hold")))
    asking.start()
    waits_for((served.folder / "held").exists)
    served.process.terminate()
    (served.folder / "go").touch()
    asking.join(30)
    assert answers == ["held"]
    assert served.process.wait(30) == 0
    assert refuses(served.port)


def asks_in_vain(served: Served) -> None:
    """A request that is never answered."""
    with pytest.raises((OSError, HTTPException)):
        served.get("/hold")


def test_stopping_has_an_end_whatever_is_in_hand(served: Served) -> None:
    Thread(target=asks_in_vain, args=(served,), daemon=True).start()
    waits_for((served.folder / "held").exists)
    began = time.monotonic()
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert time.monotonic() - began < 3 + 5 + 3


def test_a_second_signal_stops_at_once(served: Served) -> None:
    Thread(target=asks_in_vain, args=(served,), daemon=True).start()
    waits_for((served.folder / "held").exists)
    began = time.monotonic()
    served.process.send_signal(signal.SIGINT)
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(30)
    assert time.monotonic() - began < 2.5


def test_workers_do_not_outlive_their_parent(served: Served) -> None:
    workers = served.workers()
    served.process.kill()
    waits_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 20)
    assert refuses(served.port)


def test_row_04_all_workers_count_together(served: Served) -> None:
    """Three tries at once from one source, whichever worker answers; the first of another network is let in."""
    waits = [int(served.get("/guess")) for _ in range(12)]
    assert waits[:3] == [0, 0, 0]
    assert all(wait > 0 for wait in waits[3:])
