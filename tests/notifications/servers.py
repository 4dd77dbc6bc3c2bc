"""A real SMTP server and a real HTTP gateway on the loopback, which can be told to misbehave."""

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ANYTHING_TAKEN = "250 OK"


@contextlib.contextmanager
def dead_port() -> Iterator[int]:
    """A port that refuses every connection; nobody else can get it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


class Mailbox:
    """What the SMTP server took, and how it answers. ``before_reply`` runs when a message is in, before the reply."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.senders: list[str] = []
        self.sessions: set[int] = set()
        self.to_recipient = ANYTHING_TAKEN
        self.to_data = ANYTHING_TAKEN
        self.before_reply: Callable[[], None] = lambda: None
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient == ANYTHING_TAKEN:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_data == ANYTHING_TAKEN:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.recipients.append(list(envelope.rcpt_tos))
            self.senders.append(envelope.mail_from or "")
            self.sessions.add(id(session))
        self.before_reply()
        return self.to_data

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


def mail_server(mailbox: Mailbox, **options: Any) -> Controller:
    """A started server for ``mailbox``; the caller stops it."""
    for _ in range(10):
        with dead_port() as port:
            mailbox.port = port
        controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
        try:
            controller.start()
        except OSError:
            continue  # another process was faster to take the port
        return controller
    raise AssertionError("no port to listen on")


def only_wang(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    """An authenticator that knows one user."""
    known = login.login == b"wang" and login.password == b"p@ss:w/rd"
    return AuthResult(success=known, handled=False)


class GatewayServer:
    """An HTTP gateway: keeps each request, answers ``status`` with ``headers`` after ``delay`` seconds."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.bodies: list[bytes] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b"{}"
        self.delay = 0.0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.bodies.append(body)
                gateway.requests.append((self.path, dict(self.headers), json.loads(body)))
                time.sleep(gateway.delay)
                self.send_response(gateway.status)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(gateway.body)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda request, address: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
