"""Whose word is believed about where a request comes from."""

import logging
from typing import Any

import pytest

from gongshi.config.proxies import behind

OURS = ("192.0.2.0/28", "2001:db8::/64")


def seen(peer: str, *, proxies: int = 1, networks: tuple[str, ...] = OURS, **headers: str) -> dict[str, Any]:
    """What the application is told of a request from ``peer``."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        told.update(environ)
        return []

    environ = {
        "REMOTE_ADDR": peer,
        "REMOTE_HOST": peer,
        "wsgi.url_scheme": "http",
        "SERVER_PORT": "80",
        **headers,
    }
    list(behind(application, proxies=proxies, networks=networks)(environ, lambda *_: None))
    return told


@pytest.mark.parametrize("peer", ["192.0.2.3", "2001:db8::7"])
def test_row_05_our_own_proxy_is_believed(peer: str) -> None:
    told = seen(peer, HTTP_X_FORWARDED_FOR="198.51.100.4", HTTP_X_FORWARDED_PROTO="https")
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("198.51.100.4", "https")


@pytest.mark.parametrize("peer", ["192.0.2.16", "203.0.113.9", "127.0.0.1", "2001:db8:0:1::7"])
def test_row_05_from_everybody_else_the_same_headers_are_removed(peer: str) -> None:
    told = seen(
        peer,
        HTTP_X_FORWARDED_FOR="198.51.100.4",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_FORWARDED="for=198.51.100.4",
    )
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == (peer, "http")
    assert not [name for name in told if "FORWARDED" in name]


def test_row_05_of_a_list_only_what_our_proxies_added_counts() -> None:
    forged = "10.0.0.1, 10.0.0.2, 198.51.100.4"
    assert seen("192.0.2.3", HTTP_X_FORWARDED_FOR=forged)["REMOTE_ADDR"] == "198.51.100.4"
    assert seen("192.0.2.3", proxies=2, HTTP_X_FORWARDED_FOR=forged)["REMOTE_ADDR"] == "10.0.0.2"


def test_a_proxy_that_nobody_told_of_is_mentioned_once(caplog: pytest.LogCaptureFixture) -> None:
    application = behind(lambda *_: [], proxies=0, networks=())
    with caplog.at_level(logging.WARNING):
        for peer in ("198.51.100.4", "127.0.0.1", "127.0.0.1"):
            list(application({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "10.0.0.1"}, None))
    assert [one.getMessage() for one in caplog.records] == [
        "a proxy on this machine is not believed: set trusted_proxies"
    ]
