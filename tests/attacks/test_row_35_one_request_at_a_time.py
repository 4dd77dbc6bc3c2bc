"""Rows 32 and 35: bodies without end, slow senders, and requests that two servers could read in two ways."""

import socket
import time
from contextlib import ExitStack

import pytest

from gongshi.config import server
from tests.attacks.http import request, send

BEHIND = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6", b"0\r\n\r\n"),
        ("Transfer-Encoding: chunked\x0b\r\nContent-Length: 5", b"0\r\n\r\n"),
        ("Transfer-Encoding: identity, chunked", b"0\r\n\r\n"),
        ("Content-Length: 0\r\nContent-Length: 5", b"AAAAA"),
        ("Content-Length: +5", b"AAAAA"),
        ("Content-Length: -5", b""),
        ("Content-Length : 5", b"AAAAA"),
        ("Transfer-Encoding: chunked", b"5;a\nb\r\nAAAAA\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"-5\r\n\r\n"),
        ("X: a\x00b", b""),
    ],
)
def test_row_35_an_ambiguous_length_closes_the_connection(port: int, headers: str, body: bytes) -> None:
    head = f"POST /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n\r\n".encode()
    statuses, got = send(port, head + body + BEHIND)
    assert statuses in ([400], [501])
    assert got.endswith((b"[closed]", b"[reset]"))


@pytest.mark.parametrize("version", ["1.0", "9.9", "2.0"])
def test_row_35_chunks_and_versions_that_do_not_belong_together(port: int, version: str) -> None:
    head = (
        f"POST /open/ HTTP/{version}\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    statuses, got = send(port, head.encode() + b"0\r\n\r\n" + BEHIND)
    assert statuses == [400]
    assert got.endswith((b"[closed]", b"[reset]"))


@pytest.mark.parametrize("path", ["/how-it-works/", "/nowhere/", "/?q=%00", "/file/map/town.svg", "/filing/"])
def test_row_35_an_answer_to_head_has_no_body(port: int, path: str) -> None:
    first = request("HEAD", path, close=False)
    statuses, got = send(port, first + request("HEAD", "/open/"))
    assert len(statuses) == 2
    assert b"<" not in got
    for answer in got.removesuffix(b"[closed]").split(b"\r\n\r\n"):
        assert not answer or answer.startswith(b"HTTP/1.1 ")


def test_row_32_a_body_larger_than_any_form_is_refused_before_it_is_read(port: int) -> None:
    before = time.monotonic()
    statuses, _ = send(port, request("POST", "/file/", "Content-Length: 100000000", body=b"x" * 1000))
    assert statuses == [413]
    assert time.monotonic() - before < 2


def test_row_32_chunks_without_end_are_cut_off(port: int) -> None:
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    head = request("POST", "/file/", "Transfer-Encoding: chunked")
    statuses, _ = send(port, head + chunk * (server.BODY_BYTES // 0x100000 + 2), seconds=20)
    assert statuses in ([413], [])


def test_row_32_a_header_without_end_is_cut_off(port: int) -> None:
    statuses, got = send(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70_000)
    assert statuses == [431]
    assert got.endswith((b"[closed]", b"[reset]"))


@pytest.mark.parametrize(
    "sent", [b"", b"POST /open/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nx"]
)
def test_row_32_forty_slow_senders_hold_nobody_up(port: int, sent: bytes) -> None:
    with ExitStack() as held:
        for _ in range(40):
            one = held.enter_context(socket.create_connection(("127.0.0.1", port), 5))
            one.sendall(sent or b"GET / HTTP/1.1\r\nHo")
        for _ in range(5):
            before = time.monotonic()
            statuses, _ = send(port, request("GET", "/what-we-keep/"), seconds=5)
            assert statuses == [200]
            assert time.monotonic() - before < 2


def test_row_32_slow_senders_are_let_go_in_time() -> None:
    assert server.SLOW_SECONDS <= 30
