"""Text messages against a real HTTP gateway."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongshi.notifications.servers import gateway as read_url
from gongshi.notifications.transports import sms
from gongshi.notifications.transports.notices import (
    Notice,
    PermanentFailure,
    Result,
    Sent,
    TemporaryFailure,
)
from gongshi.safekeeping.ids import new_id
from tests.notifications.conftest import NOW, PHONE
from tests.notifications.servers import GatewayServer, dead_port


def notice(to: str = PHONE) -> Notice:
    return Notice(new_id(), to, "zh", "", "编号QH-4F7K-2M9P-3有新情况。", NOW)


def send(gateway: GatewayServer, one: Notice, scheme: str = "http", login: str = "") -> Result:
    url = f"{scheme}://{login}127.0.0.1:{gateway.port}/send?key=k1"
    return sms.SmsTransport(read_url(url)).send(one)


def of_server(code: str) -> TemporaryFailure:
    return TemporaryFailure(code, of_server=True)


def test_message_arrives_whole(gateway: GatewayServer) -> None:
    one = notice("138 0000 0000")
    assert send(gateway, one, login="wang:pass@") == Sent()
    ((path, headers, body),) = gateway.requests
    assert path == "/send?key=k1"
    assert body == {"to": PHONE, "text": one.text}
    assert headers["Idempotency-Key"] == str(one.id)
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == "Basic d2FuZzpwYXNz"


@pytest.mark.parametrize("to", ["138\r\nX: y", "13800000000,13900000000", "wang@example.org"])
def test_only_one_number_is_taken(to: str, gateway: GatewayServer) -> None:
    assert send(gateway, notice(to)) == PermanentFailure("bad_address")
    assert gateway.requests == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (202, Sent()),
        (400, PermanentFailure("http_400")),
        (422, PermanentFailure("http_422")),
        (401, of_server("http_401")),
        (404, of_server("http_404")),
        (429, of_server("http_429")),
        (500, of_server("http_500")),
        (503, of_server("http_503")),
    ],
)
def test_answers_become_codes(status: int, expected: Result, gateway: GatewayServer) -> None:
    gateway.status = status
    assert send(gateway, notice()) == expected


def test_row_24_redirect_is_not_followed(gateway: GatewayServer) -> None:
    elsewhere = GatewayServer()
    try:
        gateway.status = 307
        gateway.headers = {"Location": f"http://127.0.0.1:{elsewhere.port}/"}
        assert send(gateway, notice()) == of_server("http_307")
    finally:
        elsewhere.close()
    assert len(gateway.requests) == 1
    assert elsewhere.requests == []


def test_no_proxy_is_asked(gateway: GatewayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with dead_port() as port:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert send(gateway, notice()) == Sent()


def test_gateway_that_does_not_reply_in_time(gateway: GatewayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "TIMEOUT_SECONDS", 0.1)
    gateway.delay = 0.5
    assert send(gateway, notice()) == of_server("no_reply")


def test_gateway_that_is_not_there() -> None:
    with dead_port() as port:
        url = f"http://127.0.0.1:{port}/"
        assert sms.SmsTransport(read_url(url)).send(notice()) == of_server("unreachable")


@pytest.fixture
def secure(server_context: ssl.SSLContext) -> Iterator[GatewayServer]:
    """A gateway that speaks https."""
    server = GatewayServer(server_context)
    yield server
    server.close()


def test_https_with_a_trusted_certificate(
    secure: GatewayServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(secure, notice(), "https") == Sent()
    assert len(secure.requests) == 1


def test_https_with_a_strangers_certificate_sends_nothing(secure: GatewayServer) -> None:
    assert send(secure, notice(), "https") == of_server("not_secure")
    assert secure.requests == []
