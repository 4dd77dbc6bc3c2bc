"""One attempt against real servers on the loopback, and against names that lead elsewhere."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from gongshi.notifications.targets import TargetRefused, target
from gongshi.notifications.transports import webhook
from gongshi.notifications.transports.webhook import Outcome
from tests.certificates import self_signed
from tests.notifications.servers import GatewayServer, dead_port

PUBLIC = "93.184.216.34"


@pytest.fixture
def here(settings: Settings) -> None:
    """This machine may be named."""
    settings.WEBHOOK_TO_THIS_MACHINE = True


@pytest.fixture
def server(here: None) -> Iterator[GatewayServer]:
    """A receiver that speaks plainly."""
    found = GatewayServer()
    yield found
    found.close()


def post(port: int, scheme: str = "http", path: str = "/hook?t=1") -> Outcome:
    return webhook.post(target(f"{scheme}://127.0.0.1:{port}{path}"), {"webhook-id": "one"}, b'{"a":1}')


def leading_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Make every name lead to these addresses, one answer after the other; which names were asked for."""
    asked, waiting = [], list(answers)

    def resolve(host: str, port: int, **_named: Any) -> list[Any]:
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(0, 0, 0, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def connecting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no connection be made; where they would have gone."""
    tried: list[str] = []

    def connect(_self: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(webhook._Plain, "connect", connect)
    return tried


def test_it_arrives_whole(server: GatewayServer) -> None:
    assert post(server.port) == Outcome("http_200", taken=True)
    ((path, headers, body),) = server.requests
    assert (path, headers["webhook-id"], body) == ("/hook?t=1", "one", {"a": 1})
    assert "Cookie" not in headers
    assert headers["Host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (204, Outcome("http_204", taken=True)),
        (400, Outcome("http_400")),
        (410, Outcome("http_410", gone=True)),
        (503, Outcome("http_503")),
    ],
)
def test_answers_become_codes(server: GatewayServer, status: int, expected: Outcome) -> None:
    server.status = status
    assert post(server.port) == expected


@pytest.mark.parametrize(
    ("asked", "obeyed"),
    [
        ("120", timedelta(minutes=2)),
        ("99999999999999", timedelta(days=1)),
        ("-5", None),
        ("Sun, 06 Nov", None),
    ],
)
def test_retry_after_is_obeyed_within_bounds(
    server: GatewayServer, asked: str, obeyed: timedelta | None
) -> None:
    server.status, server.headers = 429, {"Retry-After": asked}
    assert post(server.port) == Outcome("http_429", after=obeyed)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_row_24_no_redirect_is_followed(server: GatewayServer, status: int) -> None:
    elsewhere = GatewayServer()
    try:
        server.status, server.headers = status, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}
        assert post(server.port) == Outcome(f"http_{status}")
    finally:
        elsewhere.close()
    assert (len(server.requests), elsewhere.requests) == (1, [])


def test_no_proxy_is_asked(server: GatewayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with dead_port() as port:
        for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert post(server.port).taken


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://app.example.org/",
            "ftp://app.example.org/",
            "file:///etc/passwd",
            "gopher://app.example.org/",
        ),
        *("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/"),
        *(
            "https://10.0.0.1/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://127.1/",
        ),
        *("https://localhost/", "https://db/", "https://printer.local/", "https://metadata.google.internal/"),
        *("https://app.example.org:22/", "https://app.example.org:8443/", "https://app.example.org:0/"),
        *("https://me:pass@app.example.org/", "https://@app.example.org/", "https://app.example.org/#x"),
        *(
            "https://app.example.org\\@127.0.0.1/",
            "https://app.example.org/ HTTP/1.1",
            "https://app.example.org/\r\nX: y",
        ),
        *("https://例子.example.org/", "https://app.example.org./", "https:///hook", "https://[::1", ""),
        "https://app.example.org/" + "a" * 500,
    ],
)
def test_row_24_addresses_that_are_never_taken(url: str) -> None:
    with pytest.raises(TargetRefused):
        target(url)


def test_row_24_this_machine_is_for_tests_alone(settings: Settings) -> None:
    assert settings.WEBHOOK_TO_THIS_MACHINE is False
    with pytest.raises(TargetRefused, match="scheme"):
        target("http://127.0.0.1:8000/")


def test_more_ports_are_for_the_operator_to_allow(settings: Settings) -> None:
    settings.WEBHOOK_PORTS = {443, 8443}
    assert target("https://app.example.org:8443/x?y=1").path == "/x?y=1"


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.7", "64:ff9b::a00:7"]
)
def test_row_24_a_name_that_leads_inside_gets_no_packet(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    tried = connecting(monkeypatch)
    for addresses in ([inside], [PUBLIC, inside]):
        leading_to(monkeypatch, addresses)
        assert webhook.post(target("https://app.example.org/"), {}, b"") == Outcome("address_refused")
    assert tried == []


def test_row_24_a_name_is_asked_once_and_that_answer_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = connecting(monkeypatch)
    asked = leading_to(monkeypatch, [PUBLIC], ["127.0.0.1"])
    to = target("https://app.example.org/")
    assert webhook.post(to, {}, b"") == Outcome("unreachable")
    assert (asked, tried) == (["app.example.org"], [PUBLIC])
    assert webhook.post(to, {}, b"") == Outcome("address_refused")
    assert tried == [PUBLIC]


def test_a_name_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_given: Any, **_named: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert webhook.post(target("https://app.example.org/"), {}, b"") == Outcome("unknown_host")


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def hang(*_given: Any, **_named: Any) -> list[Any]:
        done.wait(5)
        return []

    monkeypatch.setattr(webhook, "DEADLINE_SECONDS", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert webhook.post(target("https://app.example.org/"), {}, b"") == Outcome("no_reply")
    done.set()


@pytest.fixture
def dripping(here: None) -> Iterator[Callable[[bytes], int]]:
    """A server that sends the same bytes again and again, a little apart; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(piece: bytes) -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                while not over.wait(0.02):
                    connection.sendall(piece)
            except OSError:
                return

    def start(piece: bytes) -> int:
        thread = threading.Thread(target=serve, args=(piece,))
        thread.start()
        threads.append(thread)
        return int(listening.getsockname()[1])

    threads: list[threading.Thread] = []
    yield start
    over.set()
    listening.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "piece"),
    [("http", b""), ("http", b"H"), ("http", b"HTTP/1.1 100 Continue\r\n\r\n"), ("https", b"")],
)
def test_a_server_that_drips_or_says_nothing_is_let_go_at_the_deadline(
    dripping: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch, scheme: str, piece: bytes
) -> None:
    monkeypatch.setattr(webhook, "DEADLINE_SECONDS", 0.3)
    started = time.monotonic()
    assert post(dripping(piece), scheme) == Outcome("no_reply")
    assert time.monotonic() - started < 3


def test_a_body_without_end_is_not_read(dripping: Callable[[bytes], int]) -> None:
    assert post(dripping(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000)).taken


def test_https_asks_for_a_certificate_of_the_name(
    tmp_path: Path, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "app.example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = GatewayServer(context)
    leading_to(monkeypatch, ["127.0.0.1"])
    try:
        monkeypatch.setattr(webhook, "DEADLINE_SECONDS", 5)
        for name, trusted, expected in (
            ("app.example.org", True, Outcome("http_200", taken=True)),
            ("other.example.org", True, Outcome("not_secure")),
            ("app.example.org", False, Outcome("not_secure")),
        ):
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate if trusted else tmp_path / "none.pem"))
            to = webhook.Target(name, server.port, True, "/")
            assert webhook.post(to, {}, b"{}") == expected
    finally:
        server.close()
    assert [headers["Host"] for _, headers, _ in server.requests] == [f"app.example.org:{server.port}"]
