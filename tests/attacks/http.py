"""Plain sockets, so that a request can be as wrong as it likes."""

import re
import socket
import time


def send(port: int, data: bytes, *, seconds: float = 4) -> tuple[list[int], bytes]:
    """What comes back on a new connection to a port of this machine (`exchange`)."""
    return exchange(socket.create_connection(("127.0.0.1", port), seconds), data, seconds=seconds)


def exchange(connection: socket.socket, data: bytes, *, seconds: float) -> tuple[list[int], bytes]:
    """The statuses of every answer on one connection, and everything that came until it was closed or quiet."""
    got = b""
    with connection as one:
        ends = time.monotonic() + seconds
        try:
            one.sendall(data)
            while time.monotonic() < ends:
                part = one.recv(65_536)
                if not part:
                    got += b"[closed]"
                    break
                got += part
        except TimeoutError:
            got += b"[open]"
        except OSError:
            got += b"[reset]"
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)], got


def request(method: str, path: str, *headers: str, body: bytes = b"", close: bool = True) -> bytes:
    """A whole request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + body
