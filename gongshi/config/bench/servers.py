"""The server beside the alternatives, in one run: slow senders, a killed worker, a reload under load, memory, speed.

granian and gunicorn are measured where they are installed; the program needs neither. docs/decisions/0003 tells what
came out.
"""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any

from gongshi.config.bench import clients, world
from gongshi.config.bench.conditions import Conditions

PAGE = "/what-we-keep/"
THREADS = 4
PATIENCE = 10.0
SLOWLORIS, SLOW, DRIP_SECONDS = 500, 40, 35
TURNS = 5
APPLICATION = "gongshi.config.wsgi:application"


def commands(directory: Path, port: int, workers: int) -> dict[str, list[str]]:
    """How each server is started: as many workers of as many threads, on the same instance."""
    python, at = sys.executable, f"127.0.0.1:{port}"
    own = ["serve", "--dir", str(directory), "--port", str(port), "--workers", str(workers)]
    gunicorn = [
        "-b",
        at,
        "-w",
        str(workers),
        "-k",
        "gthread",
        "--threads",
        str(THREADS),
        "--log-level",
        "critical",
    ]
    granian = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    granian += ["--blocking-threads", str(THREADS), "--respawn-failed-workers", "--log-level", "critical"]
    found = {"gongshi serve": [python, "-m", "gongshi.config.cli", *own, "--threads", str(THREADS)]}
    if importlib.util.find_spec("gunicorn"):
        found["gunicorn gthread"] = [python, "-m", "gunicorn", *gunicorn, APPLICATION]
    if importlib.util.find_spec("granian"):
        found["granian wsgi"] = [python, "-m", "granian", *granian, APPLICATION]
    return found


def measure(conditions: Conditions) -> dict[str, object]:
    """Speed in turns, all servers up at once, so that whatever else the machine does meets each; then one by one."""
    told: dict[str, dict[str, Any]] = {}
    with world.instance(postgres=conditions.postgres) as directory:
        names = list(commands(directory, 1, conditions.workers))
        with contextlib.ExitStack() as stack:
            all_of_them = {n: stack.enter_context(_running(n, directory, conditions.workers)) for n in names}
            speeds = _in_turns(all_of_them, conditions)
        for name in names:
            with _running(name, directory, conditions.workers) as server:
                told[name] = {"speed": speeds[name], **_measured(server, conditions.seconds)}
    return {"page": PAGE, "threads": THREADS, "servers": told}


def _in_turns(servers: "dict[str, _Server]", conditions: Conditions) -> dict[str, dict[str, float]]:
    """Requests a second in each of `TURNS` turns: the middle one, and its ratio to ours in the same turn.

    Processor time for a request says more on a machine that does other things as well.
    """
    rates: dict[str, list[float]] = {name: [] for name in servers}
    costs: dict[str, list[float]] = {name: [] for name in servers}
    for turn in range(TURNS + 1):
        for name, server in servers.items():
            pages = _Pages(clients.get(PAGE, host=f"127.0.0.1:{server.port}"))
            before = server.processor_seconds()
            got = clients.run(
                server.port, pages, clients=conditions.clients, seconds=conditions.seconds / TURNS, expect=200
            )
            if turn:  # the first one only warms up
                rates[name].append(got.rate)
                spent = server.processor_seconds() - before
                costs[name].append(1_000 * spent / max(len(got.latencies), 1))
    ours = next(iter(rates.values()))
    return {
        name: {
            "per_second": round(median(found), 1),
            "processor_ms": round(median(costs[name]), 2),
            "of_ours": round(median(each / own for each, own in zip(found, ours, strict=True)), 2),
        }
        for name, found in rates.items()
    }


@dataclass(frozen=True)
class _Pages:
    request: bytes

    def __call__(self, _client: int) -> Iterator[bytes]:
        while True:
            yield self.request


def _measured(server: "_Server", seconds: float) -> dict[str, Any]:
    with _Users(server.port):
        time.sleep(seconds)
    return {
        "memory_mb": [server.memory(pid) for pid in server.workers()],
        "40 slow bodies and 40 slow headers": _under_slow(server, seconds),
        "500 slowloris": _under_slowloris(server),
        "a worker killed": _killed(server, seconds),
        "reload": _reloaded(server),
    }


@dataclass
class _Server:
    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """The processes that answer."""
        own = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(pid) for pid in own.read_text().split()]
        return [pid for pid in pids if self.memory(pid)["resident"] > 30 and not _is_helper(pid)]

    def processor_seconds(self) -> float:
        """What its workers have used so far."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def memory(pid: int) -> dict[str, float]:
        """MB: resident, and its share of what it has in common with others."""
        found = {"Rss": 0.0, "Pss": 0.0}
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name in found:
                    found[name] = round(int(rest.split()[0]) / 1024, 1)
        return {"resident": found["Rss"], "share": found["Pss"]}


def _is_helper(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return True
    return b"resource_tracker" in words or b"--check" in words


@contextlib.contextmanager
def _running(name: str, directory: Path, workers: int) -> Iterator[_Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {
        **os.environ,
        "GONGSHI_DIR": str(directory),
        "DJANGO_SETTINGS_MODULE": "gongshi.config.settings",
    }
    environ["GONGSHI_HOST_NAMES"] = "127.0.0.1"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(commands(directory, port, workers)[name], env=environ, **quiet)  # type: ignore[call-overload]
    server = _Server(port, process)
    try:
        _until(lambda: _answers(port), 120)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", PAGE)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def _until(true: Callable[[], bool], seconds: float) -> float:
    """Seconds until it was true; `seconds` if it never was."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if true():
            return round(time.monotonic() - began, 1)
        time.sleep(0.1)
    return seconds


@dataclass
class _Users:
    """People who open a page, four at a time, every other on a connection that stays open; and what they met."""

    port: int
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "_Users":
        self._threads = [threading.Thread(target=self._ask, args=(n % 2 == 0,)) for n in range(4)]
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for one in self._threads:
            one.join()

    def _ask(self, stays: bool) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while not self._enough.is_set():
            began = time.monotonic()
            try:
                connection.request("GET", PAGE)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise HTTPException(str(answer.status))
                self.seconds.append(time.monotonic() - began)
            except (OSError, HTTPException) as error:
                self.failed.append(type(error).__name__)
                connection.close()
            if not stays:
                connection.close()
            time.sleep(0.02)

    def as_data(self) -> dict[str, object]:
        """For printing."""
        ordered = sorted(self.seconds) or [PATIENCE]
        return {
            "answered": len(self.seconds),
            "failed": len(self.failed),
            "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1_000, 1),
            "worst_ms": round(ordered[-1] * 1_000, 1),
        }


@contextlib.contextmanager
def _dripping(port: int, start: bytes, count: int, every: float) -> Iterator[list[socket.socket]]:
    """So many connections that send ``start`` and then a byte now and then."""
    held = []
    enough = threading.Event()
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port), PATIENCE)
        one.sendall(start)
        one.setblocking(False)
        held.append(one)

    def drip() -> None:
        while not enough.wait(every):
            for one in held:
                with contextlib.suppress(OSError):
                    one.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield held
    finally:
        enough.set()
        thread.join()
        for one in held:
            one.close()


def _under_slow(server: _Server, seconds: float) -> dict[str, object]:
    body = b"POST /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nx"
    header = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    with (
        _dripping(server.port, body, SLOW, 1),
        _dripping(server.port, header, SLOW, 1),
        _Users(server.port) as users,
    ):
        time.sleep(seconds)
    return users.as_data()


def _under_slowloris(server: _Server) -> dict[str, object]:
    header = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    try:
        with _dripping(server.port, header, SLOWLORIS, 2) as held, _Users(server.port) as users:
            time.sleep(DRIP_SECONDS)
            open_yet = sum(map(_is_open, held))
    except OSError as error:
        return {"failed_to_connect": type(error).__name__}
    return {**users.as_data(), f"still_open_after_{DRIP_SECONDS}_s": open_yet}


def _is_open(one: socket.socket) -> bool:
    try:
        while one.recv(10_000):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _killed(server: _Server, seconds: float) -> dict[str, object]:
    before = server.workers()
    with _Users(server.port) as users:
        time.sleep(1)
        os.kill(before[0], signal.SIGKILL)
        back = _until(lambda: len(set(server.workers()) - {before[0]}) >= len(before), 20)
        time.sleep(max(0, seconds - back))
    return {**users.as_data(), "all_workers_again_after_s": back if back < 20 else None}


def _reloaded(server: _Server) -> dict[str, object]:
    before = set(server.workers())
    with _Users(server.port) as users:
        time.sleep(1)
        server.process.send_signal(signal.SIGHUP)
        new = _until(lambda: server.process.poll() is not None or not before & set(server.workers()), 60)
        time.sleep(1)
    return {**users.as_data(), "all_workers_new_after_s": new if new < 60 else None}
