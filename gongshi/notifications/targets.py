"""A strict reader of the address that a receiver gives for its webhook.

Who types it is an administrator, but who owns the name behind it is a stranger. So it is read narrowly, and what the
name leads to is asked again at each sending, by `gongshi.rules.reachable`. No error repeats the address: its path may
hold a token.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from gongshi.rules.reachable import is_reachable

LONGEST = 500
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]{{1,62}}[a-z0-9]")
# Names that are no place on the internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476, and what clouds use).
_NOWHERE = re.compile(
    r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa|arpa|onion|test|invalid|alt)$"
)
THIS_MACHINE = "127.0.0.1"


class TargetRefused(ValueError):
    """An address that nothing is sent to.

    ``code``: "characters", "long", "scheme", "credentials", "port", "fragment", "host" (no name on the internet), or
    "address" (digits that no public network has).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """Where webhooks are posted. ``path`` is path and query, and may hold a token."""

    host: str
    port: int
    secure: bool
    path: str = field(repr=False)


def target(url: str) -> Target:
    """Read ``https://host[:port][/path][?query]``. Raises TargetRefused.

    Ports are those of ``settings.WEBHOOK_PORTS``. ``settings.WEBHOOK_TO_THIS_MACHINE``, which no file and no variable
    sets, lets tests name 127.0.0.1, by http too.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise TargetRefused("characters")
    if len(url) > LONGEST:
        raise TargetRefused("long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TargetRefused("host") from error
    here = settings.WEBHOOK_TO_THIS_MACHINE and parts.hostname == THIS_MACHINE
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise TargetRefused("scheme")
    if "@" in parts.netloc:
        raise TargetRefused("credentials")
    if "#" in url:
        raise TargetRefused("fragment")
    host = parts.hostname or ""
    if not here:
        _check(host)
    if port is None:
        port = 443
    if not here and port not in settings.WEBHOOK_PORTS:
        raise TargetRefused("port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, parts.scheme == "https", path)


def _check(host: str) -> None:
    """Pass for a name on the internet and for a public address in its usual digits."""
    digits = ":" in host or re.fullmatch(r"[0-9.]+", host)
    if digits and not is_reachable(host):
        raise TargetRefused("address")
    if not digits and (len(host) > 253 or not _NAME.fullmatch(host) or _NOWHERE.search(host)):
        raise TargetRefused("host")


def may_connect_to(address: str) -> bool:
    """Whether a connection may go to this IP address."""
    return is_reachable(address) or (settings.WEBHOOK_TO_THIS_MACHINE and address == THIS_MACHINE)
