"""Connections of the server: slow senders, slow readers, too many, and what is said to them. Times are shortened."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from typing import Any

import pytest

from gongshi.config import connections
from gongshi.config.server import ServerOptions, listen, make_server

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
ASK = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def program(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Says how much came; ``/much`` answers with more than any buffer of the system's holds."""
    said = (
        b"x" * 40_000_000
        if environ["PATH_INFO"] == "/much"
        else str(len(environ["wsgi.input"].read())).encode()
    )
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server whose half minute is a second, with room for forty connections."""
    monkeypatch.setattr(connections, "SLOW_SECONDS", 1.0)
    monkeypatch.setattr(connections, "CONNECTIONS", 40)
    listener = listen("127.0.0.1", 0)
    server = make_server(listener, ServerOptions(threads=2), program)
    stop: list[int] = []
    thread = Thread(target=lambda: server.serve(lambda: bool(stop), seconds=1), daemon=True)
    thread.start()
    yield int(listener.getsockname()[1])
    stop.append(1)
    with suppress(OSError):  # it may have seen that it is to stop, and be closed already
        server.pull_trigger()
    thread.join(15)


def connected(port: int, source: str = "127.0.0.1") -> socket.socket:
    """A connection from one of this machine's own addresses."""
    return socket.create_connection(("127.0.0.1", port), 10, (source, 0))


def everything(one: socket.socket) -> bytes:
    """What comes until the connection ends."""
    got = b""
    while True:
        try:
            part = one.recv(65_536)
        except ConnectionResetError:
            return got
        if not part:
            return got
        got += part


def drip(one: socket.socket, data: bytes, seconds: float, every: float = 0.1) -> float:
    """Send a byte at a time until the other side ends the connection; how long that took."""
    began = time.monotonic()
    one.setblocking(False)
    for byte in data:
        try:
            one.send(bytes([byte]))
            if one.recv(10_000):
                break
        except BlockingIOError:
            pass
        except ConnectionError:
            break
        assert time.monotonic() - began < seconds, "the sender was never let go"
        time.sleep(every)
    return time.monotonic() - began


@pytest.mark.parametrize(
    "start", [b"", HEAD, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_row_32_a_byte_now_and_then_does_not_last_for_ever(port: int, start: bytes) -> None:
    """Never idle, never done: the time from the first byte counts, not the time since the last."""
    with connected(port) as one:
        one.sendall(start)
        took = drip(one, (b"1\r\nx\r\n" if b"chunked" in start else b"GET /" + b"x" * 90) * 20, 6)
    assert 0.8 < took < 4


def test_row_32_a_slow_sender_is_told_in_both_languages(port: int) -> None:
    with connected(port) as one:
        one.sendall(b"GET / HTT")
        said = everything(one).decode()
    assert said.startswith("HTTP/1.0 408 ")
    assert "送得太慢" in said
    assert "too slowly" in said
    for header in (
        "Connection: close",
        "Content-Security-Policy: default-src 'none'",
        "Cache-Control: no-store",
        "Referrer-Policy: same-origin",
        "X-Frame-Options: DENY",
    ):
        assert header in said
    assert "waitress" not in said


def test_a_body_that_keeps_coming_may_take_its_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo over a poor line: longer than the half minute, but never slower than the slowest line."""
    monkeypatch.setattr(connections, "SLOWEST", 10_000)
    began = time.monotonic()
    with connected(port) as one:
        one.sendall(HEAD)
        for _ in range(20):
            one.sendall(b"x" * 5_000)
            time.sleep(0.15)
        assert everything_ends(one, b"100000")
    assert time.monotonic() - began > 2.5


def everything_ends(one: socket.socket, end: bytes) -> bool:
    """Whether the answer ends so."""
    got = b""
    while not got.endswith(end):
        part = one.recv(10_000)
        if not part:
            return False
        got += part
    return True


def test_a_reader_that_does_not_read_holds_no_thread_and_is_let_go(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of them at a server of two threads; others are answered meanwhile."""
    monkeypatch.setattr(connections, "SLOW_SECONDS", 3.0)
    with ExitStack() as held:
        slow = [held.enter_context(connected(port)) for _ in range(3)]
        for one in slow:
            one.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(5):
            with connected(port) as other:
                other.sendall(ASK)
                assert everything(other).endswith(b"\r\n0")
        time.sleep(8)
        assert all(len(everything(one)) < 40_000_000 for one in slow)


def test_an_idle_connection_is_let_go(port: int) -> None:
    began = time.monotonic()
    with connected(port) as one:
        assert everything(one) == b""
    assert time.monotonic() - began < 4


def held(port: int, count: int, source: str, stack: ExitStack) -> list[socket.socket]:
    """So many connections that send half a line."""
    made = [stack.enter_context(connected(port, source)) for _ in range(count)]
    for one in made:
        one.sendall(b"GET / HT")
    return made


def is_open(one: socket.socket) -> bool:
    """Whether the server has not ended it."""
    one.setblocking(False)
    try:
        return bool(one.recv(1_000))
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, port: int) -> int:
    """The same server, which lets nobody go for being slow."""
    monkeypatch.setattr(connections, "SLOW_SECONDS", 60.0)
    return port


def test_row_32_more_slow_senders_than_connections_keep_nobody_out(patient: int) -> None:
    with ExitStack() as stack:
        held(patient, 200, "127.0.0.1", stack)
        for _ in range(10):
            began = time.monotonic()
            with connected(patient) as other:
                other.sendall(ASK)
                assert everything(other).endswith(b"\r\n0")
            assert time.monotonic() - began < 1


def test_row_32_the_source_that_has_most_makes_room(patient: int) -> None:
    """Two people with a form half sent stay, though they were there first; the one with a hundred gives way."""
    with ExitStack() as stack:
        honest = held(patient, 2, "127.0.0.2", stack)
        crowd = held(patient, 100, "127.0.0.1", stack)
        with connected(patient) as other:
            other.sendall(ASK)
            assert everything(other)
        waits(lambda: sum(map(is_open, crowd)) <= 40)
        assert all(map(is_open, honest))
        for one in honest:
            one.setblocking(True)
            one.sendall(ASK[len(b"GET / HT") :])
            assert everything(one).endswith(b"\r\n0")


def waits(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)
