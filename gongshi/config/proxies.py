"""Whose word is believed about where a request comes from: our own proxies', and nobody else's.

A header that anybody can write (``X-Forwarded-For`` and its kin) is taken from a peer in ``proxy_networks`` alone, and
from its list only the entries that our own proxies appended. From everybody else such headers are removed before the
application sees them, so that no part of the program can be misled by one.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from waitress.proxy_headers import proxy_headers_middleware

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
BELIEVED = {"x-forwarded-for", "x-forwarded-proto"}
logger = logging.getLogger("gongshi.security")


def behind(application: Application, *, proxies: int, networks: Sequence[str]) -> Application:
    """The application behind ``proxies`` of our own, which connect from ``networks``; 0: none stands in front."""
    silent: Application = proxy_headers_middleware(application, trusted_proxy=None, clear_untrusted=True)
    if not proxies:
        return _told_once(silent)
    told: Application = proxy_headers_middleware(
        application,
        trusted_proxy="*",  # which peers that is, is decided below
        trusted_proxy_count=proxies,
        trusted_proxy_headers=BELIEVED,
        clear_untrusted=True,
    )
    ours = [ip_network(text, strict=False) for text in networks]

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = ip_address(environ["REMOTE_ADDR"])
        chosen = told if any(peer in network for network in ours) else silent
        return chosen(environ, start_response)

    return answer


def _told_once(application: Application) -> Application:
    """Says once that a proxy on this machine is not believed: everybody would share the limits of one source."""
    said: list[bool] = []

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not said and "HTTP_X_FORWARDED_FOR" in environ and ip_address(environ["REMOTE_ADDR"]).is_loopback:
            said.append(True)
            logger.warning("a proxy on this machine is not believed: set trusted_proxies")
        return application(environ, start_response)

    return answer
