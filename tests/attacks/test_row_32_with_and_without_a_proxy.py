"""Rows 5, 29, 30, 32, 35 and 44 at the server alone and behind nginx, set up by the file that `gongshi init` writes."""

import io
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from gongshi.config.server import ServerOptions
from gongshi.safekeeping.receipts import new_receipt
from tests.attacks import http
from tests.attacks.here import served
from tests.attacks.http import request
from tests.attacks.proxy import in_front_of, in_tls, nginx_with, site
from tests.attacks.rules import answers_well
from tests.cast import Town, lin_files

pytestmark = pytest.mark.django_db(transaction=True)
BEHIND = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

Sender = Callable[[bytes], tuple[list[int], bytes]]


class Door:
    """Where clients connect: the server itself, or nginx in front of it, in TLS."""

    def __init__(self, port: int, folder: Path | None = None) -> None:
        self.port, self.folder = port, folder

    def connect(self, seconds: float = 8) -> socket.socket:
        """A connection."""
        plain = socket.create_connection(("127.0.0.1", self.port), seconds)
        return in_tls(plain) if self.folder else plain

    def send(self, data: bytes, *, seconds: float = 8) -> tuple[list[int], bytes]:
        """What comes back on a new connection."""
        return http.exchange(self.connect(seconds), data, seconds=seconds)


@pytest.fixture(params=["alone", "nginx"])
def door(request: pytest.FixtureRequest, town: Town, tmp_path: Path) -> Iterator[Door]:
    """The server that `gongshi serve` starts, alone or behind nginx; its proxy is believed only where there is one."""
    behind = request.param == "nginx"
    options = ServerOptions(trusted_proxies=int(behind), proxy_networks=("127.0.0.1/32",))
    with ExitStack() as stack:
        inner = stack.enter_context(served(options))
        port = stack.enter_context(in_front_of(inner, tmp_path)) if behind else inner
        found = Door(port, tmp_path if behind else None)
        yield found
        answers_well(found.send)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6", b"0\r\n\r\n"),
        ("Transfer-Encoding: chunked\x0b\r\nContent-Length: 5", b"0\r\n\r\n"),
        ("Transfer-Encoding: identity, chunked", b"0\r\n\r\n"),
        ("Transfer-Encoding: gzip", b"0\r\n\r\n"),
        ("Content-Length: 0\r\nContent-Length: 5", b"AAAAA"),
        ("Content-Length: +5", b"AAAAA"),
        ("Content-Length: -5", b""),
        ("Content-Length : 5", b"AAAAA"),
        ("Transfer-Encoding: chunked", b"5;a\nb\r\nAAAAA\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"-5\r\n\r\n"),
        ("X: a\x00b", b""),
    ],
)
def test_row_35_what_two_servers_could_read_in_two_ways_is_answered_once(
    door: Door, headers: str, body: bytes
) -> None:
    head = f"POST /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n\r\n".encode()
    statuses, got = door.send(head + body + BEHIND)
    assert statuses == [400]
    assert got.endswith((b"[closed]", b"[reset]"))
    assert door.send(request("GET", "/what-we-keep/"))[0] == [200]


@pytest.mark.parametrize("version", ["0.8", "2.0", "9.9"])
def test_row_35_a_version_that_nobody_speaks_is_a_fault_of_the_request(door: Door, version: str) -> None:
    statuses, got = door.send(f"GET /open/ HTTP/{version}\r\nHost: 127.0.0.1\r\n\r\n".encode() + BEHIND)
    assert statuses == [400]
    assert got.endswith((b"[closed]", b"[reset]"))
    assert b"nginx/" not in got


def test_row_35_a_body_that_is_also_a_request_is_only_a_body(door: Door) -> None:
    """Its length is said once and rightly: one answer for the form, and one for what really follows."""
    kind = "Content-Type: application/x-www-form-urlencoded"
    first = request("POST", "/open/", kind, f"Content-Length: {len(BEHIND)}", body=BEHIND, close=False)
    statuses, got = door.send(first + request("GET", "/what-we-keep/"))
    assert statuses == [403, 200]
    assert b"smuggled" not in got


def test_row_32_a_body_larger_than_any_form_is_refused_before_it_is_read(door: Door) -> None:
    began = time.monotonic()
    # nginx answers at once and lingers, so that the answer arrives although there is more to come.
    one = request("POST", "/file/", "Content-Length: 100000000", body=b"x" * 1000)
    statuses, _ = door.send(one, seconds=2)
    assert statuses == [413]
    assert time.monotonic() - began < 4


def test_row_32_a_header_without_end_is_cut_off(door: Door) -> None:
    statuses, got = door.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70_000)
    assert statuses in ([400], [431])
    assert got.endswith((b"[closed]", b"[reset]"))


def test_row_32_ten_thousand_fields_are_too_many(door: Door) -> None:
    body = "&".join(f"f{number}=x" for number in range(10_000)).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    statuses, _ = door.send(request("POST", "/file/", kind, f"Content-Length: {len(body)}", body=body))
    assert statuses in ([413], [403])


@pytest.mark.parametrize("start", ["header", "body"])
def test_row_32_five_hundred_slow_senders_hold_nobody_up(door: Door, start: str) -> None:
    """Behind nginx those who send a body are 90: of the hundred requests that it lets an address have in hand."""
    half = b"GET / HTTP/1.1\r\nHo"
    slow = (
        b"POST /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nx"
        if start == "body"
        else half
    )
    with ExitStack() as held:
        for _ in range(90 if door.folder and start == "body" else 500):
            held.enter_context(door.connect()).sendall(slow)
        took = []
        for _ in range(20):
            began = time.monotonic()
            assert door.send(request("GET", "/what-we-keep/"))[0] == [200]
            took.append(time.monotonic() - began)
        assert sorted(took)[18] < 1, "of twenty, nineteen are answered within a second"


def test_row_32_the_proxy_waits_no_longer_than_the_program() -> None:
    from importlib.resources import files

    text = (files("gongshi.config.founding") / "deploy" / "nginx.conf.txt").read_text(encoding="utf-8")
    for setting in ("client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout"):
        found = re.search(rf"^\s*{setting} (\d+)s;", text, re.MULTILINE)
        assert found, setting
        assert int(found[1]) <= 30
    assert re.search(r"^\s*limit_conn gongshi_each \d+;", text, re.MULTILINE)


def guesses(door: Door, *headers: str) -> int:
    """The status of one wrong receipt, brought as a browser brings it."""
    client = Client()
    page = client.get("/open/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "reference": "TT-0000-0000-0", "receipt": new_receipt()}
    body = urlencode(fields).encode()
    told = (
        f"Origin: {'https' if door.folder else 'http'}://127.0.0.1",
        f"Cookie: csrftoken={client.cookies['csrftoken'].value}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
    )
    statuses, got = door.send(request("POST", "/open/", *told, body=body))
    assert ("对不上" if statuses == [403] else "没有被锁") in got.decode()
    return statuses[0]


def test_row_05_forged_addresses_are_one_source(door: Door) -> None:
    """What a browser says of where it comes from is taken away, by the proxy and by the program."""
    forged = [f"X-Forwarded-For: 10.0.{number}.1" for number in range(6)]
    forged[1] += ", 10.9.9.9"
    answers = [
        guesses(door, each, f"Forwarded: for={each[-8:]}", f"X-Real-IP: {each[-8:]}") for each in forged
    ]
    assert answers == [403] * 3 + [429] * 3


@pytest.mark.parametrize(
    "lines",
    [
        "GET /open/ HTTP/1.1\r\nHost: evil.example",
        "GET /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example",
        "GET http://evil.example/open/ HTTP/1.1\r\nHost: evil.example",
        "GET /open/ HTTP/1.1\r\nHost: 127.0.0.1@evil.example",
    ],
)
def test_row_29_only_our_own_host_is_answered(door: Door, lines: str) -> None:
    statuses, got = door.send(f"{lines}\r\nConnection: close\r\n\r\n".encode())
    assert statuses == [400]
    assert b"evil.example" not in got


def test_row_29_a_host_in_another_header_is_not_read(door: Door) -> None:
    statuses, got = door.send(
        request("GET", "/open/", "X-Forwarded-Host: evil.example", "X-Host: evil.example")
    )
    assert statuses == [200]
    assert b"evil.example" not in got


def test_row_30_public_pages_are_the_same_whatever_the_headers(door: Door) -> None:
    odd = (
        "Accept-Language: en",
        "X-Forwarded-Proto: ftp",
        "X-Original-URL: /filing/",
        "Cookie: sessionid=x",
        "Range: bytes=0-9",
    )
    pages = [
        door.send(request("GET", "/published/", *headers))[1].partition(b"\r\n\r\n") for headers in ((), odd)
    ]
    assert pages[0][2] == pages[1][2]
    for head, _, _ in pages:
        assert b"public, max-age=60" in head
        assert b"Set-Cookie" not in head
    _, private = door.send(request("GET", "/filing/x.css"))
    assert b"no-store" in private


def asks_with_secrets(send: Sender, town: Town) -> tuple[str, ...]:
    """Requests that carry a receipt and a reference wherever a log could pick them up; what no log may hold."""
    filed, receipt = lin_files(town)
    for path in (f"/filing/?{receipt}", f"/{filed.filing.reference}/", "/open/"):
        send(request("GET", path, f"X-Forwarded-For: {receipt}", f"User-Agent: {receipt}"))
    body = f"receipt={receipt}".encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    send(request("POST", "/open/", kind, f"Content-Length: {len(body)}", body=body))
    send(b"GET /" + receipt.encode() + b" HTTP/9.9\r\n\r\n")
    return receipt, filed.filing.reference, "127.0.0.1"


def found_in(log: str, secrets: tuple[str, ...]) -> list[str]:
    return [secret for secret in secrets if secret in log]


def test_row_44_no_log_names_anybody(door: Door, town: Town, log: io.StringIO) -> None:
    """The program's own, and the proxy's where there is one."""
    secrets = asks_with_secrets(door.send, town)
    assert found_in(log.getvalue(), secrets) == []
    assert "refused 403" in log.getvalue(), "it was listened to"
    for file in door.folder.glob("*.log") if door.folder else ():
        assert found_in(file.read_text(errors="replace"), secrets) == [], file.name


def test_row_44_a_proxy_that_logs_requests_would_be_found_out(town: Town, tmp_path: Path) -> None:
    """With nginx's usual log in place of the one that `gongshi init` switches off."""
    with served(ServerOptions(trusted_proxies=1, proxy_networks=("127.0.0.1/32",))) as inner:
        text = site(tmp_path, inner).replace("access_log off;", f"access_log {tmp_path}/access.log;")
        with nginx_with(text, tmp_path) as (outer, _):
            secrets = asks_with_secrets(Door(outer, tmp_path).send, town)
            assert found_in((tmp_path / "access.log").read_text(), secrets) == list(secrets)
