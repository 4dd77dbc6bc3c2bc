"""Rows 26, 32 and 35 at the server itself; what is tried behind a proxy, too, stands in the file of row 32."""

import socket
from contextlib import suppress

import pytest

from gongshi.config import server
from tests.attacks.http import request, send

BEHIND = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("version", ["1.0", "9.9", "2.0"])
def test_row_35_chunks_and_versions_that_do_not_belong_together(port: int, version: str) -> None:
    head = (
        f"POST /open/ HTTP/{version}\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    statuses, got = send(port, head.encode() + b"0\r\n\r\n" + BEHIND)
    assert statuses == [400]
    assert got.endswith((b"[closed]", b"[reset]"))


@pytest.mark.parametrize(
    "start",
    [
        request("POST", "/open/", f"Content-Length: {'9' * 4_400}", close=False),
        request("POST", "/open/", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", close=False),
        request("POST", "/open/", "Transfer-Encoding: chunked, chunked", close=False),
        request("POST", "http://evil.example/open/", "Transfer-Encoding: chunked", close=False),
    ],
    ids=["more digits than are read", "chunked twice", "chunked twice in one line", "two hosts"],
)
def test_row_35_what_nobody_sends_is_answered_400_and_closed(port: int, start: bytes) -> None:
    statuses, got = send(port, start + b"0\r\n\r\n" + BEHIND)
    assert statuses == [400]
    assert got.endswith((b"[closed]", b"[reset]"))


@pytest.mark.parametrize("start", [b"f", b"0\r\nX: ", b"1;x="], ids=["line", "trailer", "extension"])
def test_row_32_a_line_between_chunks_without_end_is_cut_off(port: int, start: bytes) -> None:
    """waitress would keep it, and read all of it anew with every piece that comes."""
    begun = request("POST", "/file/", "Transfer-Encoding: chunked", close=False)
    sent = 0
    with socket.create_connection(("127.0.0.1", port), 20) as one:
        one.sendall(begun + start)
        with suppress(ConnectionError):
            while sent < 2_000_000:
                one.sendall(b"f" * 10_000)
                sent += 10_000
        with suppress(ConnectionError):
            assert one.recv(100).startswith(b"HTTP/1.1 400 ")
            return
    # The answer was lost with what still came; it was cut off all the same.
    assert sent < 2_000_000


@pytest.mark.parametrize("path", ["/how-it-works/", "/nowhere/", "/?q=%00", "/file/map/town.svg", "/filing/"])
def test_row_35_an_answer_to_head_has_no_body(port: int, path: str) -> None:
    first = request("HEAD", path, close=False)
    statuses, got = send(port, first + request("HEAD", "/open/"))
    assert len(statuses) == 2
    assert b"<" not in got
    for answer in got.removesuffix(b"[closed]").split(b"\r\n\r\n"):
        assert not answer or answer.startswith(b"HTTP/1.1 ")


def test_row_32_chunks_without_end_are_cut_off(port: int) -> None:
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    head = request("POST", "/file/", "Transfer-Encoding: chunked")
    wanted, sent = 2 * server.BODY_BYTES, 0
    with socket.create_connection(("127.0.0.1", port), 20) as one, suppress(ConnectionError):
        one.sendall(head)
        while sent < wanted:
            one.sendall(chunk)
            sent += len(chunk)
    assert server.BODY_BYTES // 2 < sent < wanted


@pytest.mark.parametrize("length", [(), ("Content-Length: 0",)])
def test_row_32_who_expects_to_go_on_with_nothing_is_answered_at_once(
    port: int, length: tuple[str, ...]
) -> None:
    """`Expect: 100-continue` with nothing behind it: there is no body whose end could be waited for."""
    one = request("GET", "/healthz", "Expect: 100-continue", *length)
    statuses, got = send(port, one, seconds=5)
    assert statuses == [200]
    assert got.endswith(b"[closed]")


def test_row_32_who_waits_to_send_a_body_is_told_to_go_on(port: int) -> None:
    head = request("POST", "/open/", "Expect: 100-continue", "Content-Length: 3")
    statuses, got = send(port, head + b"a=b", seconds=5)
    assert statuses[0] == 100
    assert len(statuses) == 2
    assert got.endswith(b"[closed]")


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, b"GET / HTTP/3.0\r\nHost: x\r\n\r\n"),
        (413, request("POST", "/open/", "Content-Length: 999999999")),
        (431, request("GET", "/", "X: " + "x" * 300_000)),
    ],
)
def test_row_26_what_the_server_itself_refuses_carries_the_headers_too(
    port: int, status: int, asked: bytes
) -> None:
    statuses, got = send(port, asked)
    assert statuses == [status]
    text = got.decode().lower()
    for header in (
        "x-frame-options: deny",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: same-origin",
        "cache-control: no-store",
    ):
        assert f"{header}\r\n" in text, header
