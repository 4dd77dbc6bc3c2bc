"""waitress's connections, stricter: requests that can be read in one way only, sent in a bounded time, closed in order.

waitress reads a request to its end in its own loop before a thread takes it up, so that slow senders hold no thread.
What it lacks is here. Its time limit starts again with every byte, so that a byte every ten seconds lasts for ever;
when its connections are used up, nobody else is let in; and when it stops, it drops what it has not answered.
"""

import logging
import re
import socket
import time
from collections import defaultdict
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest, Error

SLOW_SECONDS = 30
"""A request's header may take so long in all; a body, and whoever reads an answer, must keep up `SLOWEST` in each."""
SLOWEST = 2_000
"""Bytes a second. Any telephone line sends more."""
CONNECTIONS = 1_000
"""Open connections of a worker; beyond them, those are let go that wait longest, of the source that has most."""
LONGEST_LINE, LONGEST_TRAILER = 1_024, 8_192
"""Bytes of the line that begins a chunk, and of the fields after the last one."""
_CODINGS = re.compile(rb"^transfer-encoding:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
GRACE_SECONDS = 5
"""How long a connection that asks for nothing stays open when the worker stops, in case a request is on its way."""

security = logging.getLogger("gongshi.security")
WORDS = {
    400: "这个请求读不懂。 / This request cannot be understood.",
    408: "送得太慢，没有收完。请再试一次。 / It came too slowly and was not received. Please try again.",
    413: "太大了，没有收下。 / It is too large and was not received.",
    431: "地址或请求头太长。 / The address or a header is too long.",
    500: "服务器出错了。 / The server failed.",
}


class TooSlow(Error):  # type: ignore[misc]
    """The request did not come to its end in time."""

    code = 408
    reason = "Request Timeout"


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Two lengths for one body, or chunks in a version that has none, are how requests are smuggled (RFC 9112 6.1)."""

    def parse_header(self, header_plus: bytes) -> None:
        """As waitress reads it, or ParsingError: 400, and the connection is closed.

        Of transfer codings waitress speaks chunked alone. Another leaves the length of the body in the dark.
        """
        try:
            super().parse_header(header_plus)
        except (TransferEncodingNotImplemented, ValueError) as error:
            # A length of more digits than Python reads is a ValueError.
            raise ParsingError("Length of the body is not known") from error
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("Version is not supported")
        both = self.chunked and "CONTENT_LENGTH" in self.headers
        codings = b",".join(_CODINGS.findall(header_plus)).strip(b" \t\r").lower()
        if both or "TRANSFER_ENCODING" in self.headers or codings not in (b"", b"chunked"):
            raise ParsingError("Length of the body is ambiguous")
        if self.proxy_netloc and str(self.proxy_netloc).lower() != self.headers.get("HOST", "").lower():
            raise ParsingError("Two hosts")
        if not self.chunked and not self.content_length:
            # There is nothing to go on with: waitress would wait for it until it is too late.
            self.expect_continue = False

    def received(self, data: bytes) -> int:
        """As waitress does it, but for lines of chunks and trailers without end, which it would keep and read anew."""
        consumed = int(super().received(data))
        body = self.body_rcv if self.chunked else None
        # Not its truth: of an empty one that is false.
        if body is not None and (
            len(body.control_line) > LONGEST_LINE or len(body.trailer) > LONGEST_TRAILER
        ):
            self.error, self.completed = BadRequest("Chunks cannot be read"), True
        return consumed


class Answer(WSGITask):  # type: ignore[misc]
    """An answer of the application. The last one on a connection of a worker that is stopping says so."""

    def build_response_header(self) -> bytes:
        """With ``Connection: close`` while the worker stops, so that the next request goes to another."""
        if self.channel.server.stopping:
            self.request.headers["CONNECTION"] = "close"
        return bytes(super().build_response_header())


class Refusal(ErrorTask):  # type: ignore[misc]
    """What could not be read as a request: one line in both languages, and nothing about this server."""

    def execute(self) -> None:
        """Answer, and close the connection."""
        error = self.request.error
        security.info("refused %s -", error.code)
        body = (WORDS.get(error.code, WORDS[400]) + "\n").encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("X-Frame-Options", "DENY"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, with a clock for the request that is coming in and one for the answer that is going out."""

    request: Any = None
    parser_class = Parser
    task_class = Answer
    error_task_class = Refusal

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.since = time.monotonic()  # of the request that is coming in, or of being idle
        self.came = 0  # of its body, until then
        self.sending_since = 0.0
        self.sent = 0  # since then

    def received(self, data: bytes) -> bool:
        """As waitress does it; the clock starts with the first byte of each request."""
        before = self.request
        if before is None:
            self.since, self.came = time.monotonic(), 0
        taken = bool(super().received(data))
        if self.request is not before:
            self.since, self.came = time.monotonic(), 0
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:
        """As waitress does it, counted."""
        count = int(super().send(data, do_close))
        self.sent += count
        return count

    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer is on its way out."""
        return bool(self.requests or self.total_outbufs_len or self.close_when_flushed)

    def is_waiting(self) -> bool:
        """Whether nothing was asked that is not answered, not even in part."""
        return not self.is_busy() and self.request is None

    def keep_time(self, now: float) -> None:
        """Refuse a request that takes too long to come; let go a reader that takes too long to read."""
        if not self.total_outbufs_len:
            self.sending_since = 0.0
        elif not self.sending_since or self.sent >= SLOWEST * SLOW_SECONDS:
            self.sending_since, self.sent = now, 0
        elif now - self.sending_since > SLOW_SECONDS:
            self.will_close = True
        if self.is_busy():
            self.since = now
        elif now - self.since <= SLOW_SECONDS:
            return
        elif self.request is None:
            self.will_close = True
        elif self.request.body_bytes_received - self.came >= SLOWEST * SLOW_SECONDS:
            self.since, self.came = now, self.request.body_bytes_received
        else:
            self._refuse_slow()

    def _refuse_slow(self) -> None:
        with self.requests_lock:
            late, self.request = self.request, None
            if late is None or self.requests:
                return
            late.error, late.completed = TooSlow("slow"), True
            late.headers.setdefault("CONNECTION", "close")
            self.requests.append(late)
        self.server.add_task(self)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """waitress on one socket: never deaf because of slow connections, and stopped without dropping anything."""

    channel_class = Channel
    stopping = False

    def handle_accept(self) -> None:
        """Take a connection; with too many open, let some go."""
        super().handle_accept()
        if len(self.active_channels) > CONNECTIONS:
            self.shed(CONNECTIONS // 20)

    def shed(self, count: int) -> None:
        """Let ``count`` connections go that are not being answered: of the source that has most, the oldest first.

        They are closed in the next turn of the loop: a number that is free now could name another connection at once.
        """
        of_source: dict[str, list[Channel]] = defaultdict(list)
        for channel in self.active_channels.values():
            if not channel.is_busy() and not channel.will_close:
                of_source[channel.addr[0]].append(channel)
        for _ in range(count):
            most = max(of_source.values(), key=len, default=[])
            if not most:
                return
            oldest = min(most, key=lambda channel: channel.since)
            most.remove(oldest)
            oldest.will_close = True

    def maintenance(self, now: float) -> None:  # noqa: ARG002 (waitress's clock can be set; this one only goes forward)
        """Once a second: every connection's clock."""
        for channel in list(self.active_channels.values()):
            channel.keep_time(time.monotonic())

    def serve(self, until: Any, *, seconds: float) -> None:
        """Answer until ``until()`` is true, then finish what is in hand, for ``seconds`` at most."""
        while not until():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        self.stopping = True
        wasyncore.dispatcher.close(self)  # other workers go on with the same socket
        begun = time.monotonic()
        while self.active_channels and time.monotonic() - begun < seconds:
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)
            self._let_go(begun)
        self.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)

    def _let_go(self, begun: float) -> None:
        now = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.keep_time(now)
            if channel.is_waiting() and now - max(begun, channel.since) > GRACE_SECONDS:
                channel.will_close = True


def raise_file_limit() -> None:
    """As many open files as the system lets this user have: connections are files."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 8 * CONNECTIONS)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def server_on(listener: socket.socket, application: Any, **limits: Any) -> Server:
    """A server on this socket; ``limits`` are waitress's adjustments."""
    from waitress.adjustments import Adjustments
    from waitress.task import ThreadedTaskDispatcher

    adjustments = Adjustments(sockets=[listener], **limits)
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(adjustments.threads)
    about = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Server(
        application,
        {},
        True,
        listener,
        dispatcher=threads,
        adj=adjustments,
        sockinfo=about,
        bind_socket=False,
    )
