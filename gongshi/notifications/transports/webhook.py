"""Webhooks: a signed message to an address that a stranger owns (Standard Webhooks 1.0.0).

The name is resolved once, every address that it has must be public, and the connection goes to one of exactly these;
the certificate is checked for the name. So a name that leads elsewhere a moment later changes nothing (DNS rebinding).
No redirect is followed, no proxy asked, no cookie kept, and of the answer only status and Retry-After are read. All of
it, from resolving to the answer, has one deadline, however slowly a server drips.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from gongshi.notifications.targets import Target, may_connect_to

DEADLINE_SECONDS = 10.0
MOST_ADDRESSES = 4
LONGEST_RETRY_AFTER = timedelta(days=1)
GONE = 410


class AddressRefused(OSError):
    """The name leads to an address that nothing is sent to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. ``code``: ``http_204``, or a word when there was no answer; never what a server said.

    ``taken``: a 2xx, and nothing else. ``gone``: the receiver says that it wants no more (410). ``after``: how long it
    asks to be left alone, at most a day.
    """

    code: str
    taken: bool = False
    gone: bool = False
    after: timedelta | None = None


def post(target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
    """One attempt. Raises nothing that a server can cause."""
    connection = _Connection(target, time.monotonic() + DEADLINE_SECONDS)
    try:
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        return _outcome(answer.status, answer.headers.get("Retry-After"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(_code(error))
    finally:
        connection.close()


class _Timed:
    """A socket whose every wait ends at the deadline of the whole attempt, not so many seconds after the last byte."""

    deadline = float("inf")

    def _wait(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)  # type: ignore[attr-defined]

    def recv_into(self, *given: Any, **named: Any) -> int:
        self._wait()
        return super().recv_into(*given, **named)  # type: ignore[misc, no-any-return]

    def send(self, *given: Any, **named: Any) -> int:
        self._wait()
        return super().send(*given, **named)  # type: ignore[misc, no-any-return]


class _Plain(_Timed, socket.socket):
    """Without TLS: to this machine, in tests."""

    def sendall(self, data: Any, *flags: int) -> None:
        self._wait()
        super().sendall(data, *flags)


class _Secure(_Timed, ssl.SSLSocket):
    """With TLS; what it sends goes through ``send`` piece by piece."""


class _Connection(http.client.HTTPConnection):
    """One request, to one of the addresses that were looked at."""

    def __init__(self, target: Target, deadline: float) -> None:
        super().__init__(target.host, target.port)
        # Whether the port stands in the Host header.
        self.default_port = 443 if target.secure else 80
        self._target, self._deadline = target, deadline

    def connect(self) -> None:
        addresses = _resolved(self._target.host, self._target.port, self._deadline)
        plain = _opened(addresses, self._target.port, self._deadline)
        self.sock = _secured(plain, self._target.host, self._deadline) if self._target.secure else plain

    def __enter__(self) -> Self:
        return self


def _resolved(host: str, port: int, deadline: float) -> list[str]:
    """The addresses of a name, each a public one. Raises AddressRefused, OSError, TimeoutError.

    One that may not be reached refuses them all: whoever mixes them is up to something, or their network is broken.
    """
    found: list[list[str]] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.append(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, ValueError) as error:
            failed.append(error)

    # The library's resolver knows no deadline, so it is left behind when it takes too long.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, deadline - time.monotonic()))
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    if not found[0] or not all(may_connect_to(one) for one in found[0]):
        raise AddressRefused
    return found[0][:MOST_ADDRESSES]


def _opened(addresses: list[str], port: int, deadline: float) -> _Plain:
    """A connection to the first of these addresses that takes one."""
    last: OSError = OSError()
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        one = _Plain(family, socket.SOCK_STREAM)
        one.deadline = deadline
        try:
            one._wait()
            one.connect((address, port))
        except OSError as error:
            one.close()
            last = error
        else:
            return one
    raise last


def _secured(plain: _Plain, host: str, deadline: float) -> ssl.SSLSocket:
    """TLS over the connection, with a certificate for the name that somebody trusts."""
    context = ssl.create_default_context()
    context.sslsocket_class = _Secure
    try:
        plain._wait()
        secure = context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    secure.deadline = deadline  # type: ignore[attr-defined]
    return secure


def _outcome(status: int, retry_after: str | None) -> Outcome:
    code = f"http_{status}"
    if 200 <= status < 300:
        return Outcome(code, taken=True)
    return Outcome(code, gone=status == GONE, after=_after(retry_after))


def _after(text: str | None) -> timedelta | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3); a date there is not obeyed, as clocks differ."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)


_CODES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (AddressRefused, "address_refused"),
    (socket.gaierror, "unknown_host"),
    (ssl.SSLError, "not_secure"),
    (TimeoutError, "no_reply"),
    ((ConnectionResetError, BrokenPipeError, http.client.HTTPException), "disconnected"),
    (OSError, "unreachable"),
)


def _code(error: Exception) -> str:
    """The word for what went wrong; the first that fits counts."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), "unexpected")
