"""Clients for benchmarks: a few connections to 127.0.0.1, kept open, and prepared requests sent through them."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

# For each client, until every worker has its share of them.
TRIES = 200


@dataclass
class Measured:
    """What clients saw: seconds per request, and statuses other than the expected one."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    unexpected: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Requests a second that came back as expected."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """A latency in milliseconds, as in ``percentile(0.99)``."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1_000 if ordered else 0.0

    def as_data(self) -> dict[str, object]:
        """For printing."""
        return {
            "requests": len(self.latencies),
            "per_second": round(self.rate, 1),
            "p50_ms": round(self.percentile(0.5), 1),
            "p99_ms": round(self.percentile(0.99), 1),
            "unexpected": self.unexpected,
        }


def post(path: str, fields: dict[str, str], *, host: str, cookies: str, token: str) -> bytes:
    """A prepared form POST as bytes on the wire."""
    body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, *, host: str, cookies: str = "") -> bytes:
    """A prepared GET as bytes on the wire."""
    cookie = f"Cookie: {cookies}\r\n" if cookies else ""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n".encode()


class Connection:
    """One HTTP/1.1 connection that is opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer to one prepared request."""
        for attempt in (1, 2):
            connection = self._opened()
            try:
                connection.sendall(request)
                return self._read(connection)
            except (ConnectionError, TimeoutError):
                self._socket = None
                if attempt == 2:
                    raise
        raise ConnectionError

    def close(self) -> None:
        """Close it; what is sent afterwards opens it again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _read(self, connection: socket.socket) -> tuple[int, bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65_536)
            if not part:
                raise ConnectionError("closed")
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        while len(body) < length:
            part = connection.recv(65_536)
            if not part:
                raise ConnectionError("closed")
            body += part
        if b"connection: close" in lower:
            self.close()
        return int(head.split(b" ", 2)[1]), head, body


def spread(port: int, ask: bytes, *, clients: int, workers: int) -> list[Connection]:
    """As many connections for each worker, as near as it goes. ``ask`` is answered with the worker's own name.

    Workers share one listening socket, and whoever wakes first takes a connection: left to chance, one of two often
    has six of eight, and two servers that are compared differ by more than what is to be compared.
    """
    most = -(-clients // workers)
    held: dict[bytes, list[Connection]] = {}
    for _ in range(clients * TRIES):
        connection = Connection(port)
        _, _, worker = connection.send(ask)
        mine = held.setdefault(worker, [])
        if len(mine) < most:
            mine.append(connection)
        else:
            connection.close()
        if sum(map(len, held.values())) >= clients:
            return [each for one in held.values() for each in one]
    raise RuntimeError(f"the server's {workers} workers do not take {clients} connections evenly")


def run(
    port: int,
    requests: Callable[[int], Iterator[bytes]],
    *,
    clients: int,
    seconds: float,
    expect: int,
    connections: Sequence[Connection] = (),
) -> Measured:
    """Send requests from ``clients`` connections at once for ``seconds``; ``requests(n)`` gives client n's own.

    ``connections``: one for each client, opened before (`spread`).
    """
    measured = Measured()
    lock = threading.Lock()
    start = time.perf_counter()

    def client(number: int) -> None:
        connection = connections[number] if connections else Connection(port)
        own: list[float] = []
        wrong: dict[int, int] = {}
        for request in requests(number):
            before = time.perf_counter()
            if before - start > seconds:
                break
            status, _, _ = connection.send(request)
            if status == expect:
                own.append(time.perf_counter() - before)
            else:
                wrong[status] = wrong.get(status, 0) + 1
        with lock:
            measured.latencies += own
            for status, count in wrong.items():
                measured.unexpected[status] = measured.unexpected.get(status, 0) + count

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - start
    return measured
