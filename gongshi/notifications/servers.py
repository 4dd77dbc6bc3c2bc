"""Strict readers for the addresses of servers: ``smtp_url`` and ``sms_url`` for messages, ``imap_url`` for letters.

Addresses and telephone numbers leave this machine encrypted, or stay in the operator's own network. No error repeats
the setting, since a password or a token may stand in it.
"""

import base64
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
IMAP_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
HTTP_PORTS = {"http": 80, "https": 443}
_SECURITY = {"": "none", "+starttls": "starttls", "s": "tls"}


class ServerSettingError(ValueError):
    """A setting that names a server cannot be used. The message says which and why, without its value."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail goes. ``security`` is "none", "starttls" (demanded, never optional) or "tls"."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MailStore:
    """Where letters come in: a server as `MailServer`, and the folder that is read."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folder: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where text messages go. ``target`` is path and query, ``authorization`` a header's value or ""."""

    host: str
    port: int
    secure: bool
    target: str = field(repr=False)
    authorization: str = field(repr=False)


def mail_server(url: str) -> MailServer:
    """Read ``smtp://``, ``smtp+starttls://`` or ``smtps://`` with ``[user:password@]host[:port]``.

    Plain ``smtp://`` is for a server on this machine or in its own network, and takes no password elsewhere.
    Raises ServerSettingError.
    """
    parts = _split("smtp_url", url, SMTP_PORTS)
    if parts.path not in ("", "/") or parts.query:
        raise ServerSettingError("smtp_url: nothing may follow host and port")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ServerSettingError("smtp_url: give user and password, or neither")
    host = parts.hostname or ""
    if parts.scheme == "smtp" and not is_near(host):
        raise ServerSettingError("smtp_url: a server elsewhere needs smtps:// or smtp+starttls://")
    security = _SECURITY[parts.scheme.removeprefix("smtp")]
    return MailServer(host, parts.port or SMTP_PORTS[parts.scheme], security, user, password)


def mail_store(url: str) -> MailStore:
    """Read ``imap://``, ``imap+starttls://`` or ``imaps://`` with ``user:password@host[:port][/folder]``.

    Plain ``imap://`` is for a server on this machine or in its own network. Raises ServerSettingError.
    """
    parts = _split("imap_url", url, IMAP_PORTS)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user or not password or parts.query:
        raise ServerSettingError("imap_url: expected user:password@host[:port][/folder]")
    host = parts.hostname or ""
    if parts.scheme == "imap" and not is_near(host):
        raise ServerSettingError("imap_url: a server elsewhere needs imaps:// or imap+starttls://")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    security = _SECURITY[parts.scheme.removeprefix("imap")]
    return MailStore(host, parts.port or IMAP_PORTS[parts.scheme], security, user, password, folder)


def gateway(url: str) -> Gateway:
    """Read ``https://[user:password@]host[:port]/path[?query]``; ``http://`` only for a server nearby.

    Raises ServerSettingError.
    """
    parts = _split("sms_url", url, HTTP_PORTS)
    host = parts.hostname or ""
    if parts.scheme == "http" and not is_near(host):
        raise ServerSettingError("sms_url: a gateway elsewhere needs https://")
    authorization = ""
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        authorization = "Basic " + base64.b64encode(login).decode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = parts.port or HTTP_PORTS[parts.scheme]
    return Gateway(host, port, parts.scheme == "https", target, authorization)


def _split(setting: str, url: str, ports: dict[str, int]) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ServerSettingError(
            f"{setting}: spaces, control characters and letters beyond ASCII are not allowed"
        )
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ServerSettingError(f"{setting}: host or port cannot be read") from error
    if parts.scheme not in ports:
        raise ServerSettingError(f"{setting}: expected {', '.join(f'{scheme}://' for scheme in ports)}")
    if not parts.hostname or not port_is_right or parts.fragment:
        raise ServerSettingError(f"{setting}: expected {parts.scheme}://[user:password@]host[:port]")
    return parts


def is_near(host: str) -> bool:
    """Whether ``host`` is this machine or in its own network: a private address, or a name without a dot."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
