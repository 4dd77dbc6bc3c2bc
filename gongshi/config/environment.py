"""Strict readers for an instance's settings.

An instance is a directory. Its settings are ``gongshi.toml`` in it; an environment variable ``GONGSHI_<KEY>`` wins over
the file. A key that nobody reads is refused: a mistyped setting must never be silently without effect.
"""

import os
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Any


class SettingsError(Exception):
    """A setting is missing, unknown or unusable. The message says which and what to do."""


KNOWN = {
    "host_names": "list of host names that this server answers to",
    "base_url": "address residents use, as in https://gongshi.example",
    "database": "database URL; empty for the SQLite file in the instance directory",
    "wraps_database": "database URL of the wraps store; empty for the SQLite file in wraps/",
    "replica_of": "address of the main server, where this one only shows what is public; empty: this is the main one",
    "debug": "true only on a developer's machine",
    "language": "language of addresses without a prefix: zh or en",
    "time_zone": "the place's time zone, as in Asia/Shanghai",
    "secure": "true when residents reach this server over https",
    "hsts_subdomains": "true when every name below this one is reached over https too, and browsers shall insist on it",
    "trusted_proxies": "number of proxies in front whose X-Forwarded-For is believed",
    "undo_seconds": "how long a step of staff can be undone, and its notice is held back, in seconds; 0: not at all",
    "ledger_minutes": "minutes between two batches of the public ledger",
    "proxy_networks": "list of networks that those proxies have, as in 127.0.0.1/32",
    "busy_networks": "list of networks that many people file from (service halls, call centres): not slowed down",
    "smtp_url": "smtps://user:password@host:port (or smtp+starttls://), or empty to write messages to files",
    "sms_url": "https:// address of the SMS gateway, or empty to write messages to files",
    "webhook_ports": "list of ports that webhooks may be sent to, as in 443, 8443",
    "mail_from": "address that messages come from",
    "imap_url": "imaps://user:password@host:port/folder whose mail is filed (or imap+starttls://); empty: none is",
    "mail_address": "address that people write to, whose mail lands in that folder",
    "metrics_token": "who sends it may read /metrics; empty: nobody may",
    "log_format": "lines for people, or json: one object a line",
    "log_requests": "true logs the name, status and time of answers; residents' own pages only when they fail",
    "oidc_server": "https:// address of the OpenID Connect provider that staff may sign in with; empty: none",
    "oidc_client_id": "what that provider knows this desk by",
    "oidc_client_secret": "the secret that goes with it",
    "oidc_name": "what the sign-in page calls it, as in 市统一认证",
    "oidc_claim": "the claim that holds the user name here",
    "oidc_second_factor": "list of amr or acr values that stand for a second factor at the provider",
    "demo": "true shows the demo's sign-ins on the sign-in page",
}


class Environment:
    """Settings of one instance directory, file first, environment over it."""

    def __init__(self, directory: Path, environ: dict[str, str] | None = None) -> None:
        self.directory = directory
        self._environ = dict(os.environ) if environ is None else environ
        self._file = self._read_file(directory / "gongshi.toml")

    @staticmethod
    def _read_file(path: Path) -> dict[str, Any]:
        if not path.is_file():
            return {}
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path.name}: {error}") from error
        for key in values:
            if key not in KNOWN:
                raise SettingsError(f"{path.name}: unknown key {key!r}; known keys: {', '.join(KNOWN)}")
        return values

    def _raw(self, key: str) -> Any:
        if key not in KNOWN:
            raise SettingsError(f"setting {key!r} is read but not described in KNOWN")
        return self._environ.get(f"GONGSHI_{key.upper()}", self._file.get(key))

    def text(self, key: str, default: str) -> str:
        """A text value, or ``default``."""
        value = self._raw(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise SettingsError(f"{key}: expected text, got {value!r}")
        return value

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(key, default)
        if value not in choices:
            raise SettingsError(f"{key}: expected {' or '.join(choices)}, got {value!r}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """``true`` or ``false``; nothing else is guessed at."""
        value = self._raw(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        raise SettingsError(f"{key}: expected true or false, got {value!r}")

    def whole(self, key: str, default: int) -> int:
        """A whole number from 0."""
        value = self._raw(key)
        if value is None:
            return default
        try:
            number = int(value)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"{key}: expected a whole number, got {value!r}") from error
        if number < 0:
            raise SettingsError(f"{key}: expected a number from 0, got {number}")
        return number

    def names(self, key: str, default: list[str]) -> list[str]:
        """A list of texts; in the environment separated by commas."""
        value = self._raw(key)
        if value is None:
            return default
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise SettingsError(f"{key}: expected a list of texts, got {value!r}")
        return [item.strip() for item in items if item.strip()]

    def networks(self, key: str, default: list[str]) -> list[str]:
        """A list of networks or addresses, as in ``192.0.2.0/24`` or ``2001:db8::/32``."""
        found = self.names(key, default)
        for text in found:
            try:
                ip_network(text, strict=False)
            except ValueError as error:
                raise SettingsError(f"{key}: expected networks as in 192.0.2.0/24, got {text!r}") from error
        return found


def webhook_ports(env: Environment) -> frozenset[int]:
    """The ports that webhooks may be sent to; 443 alone, unless more are set."""
    found = env.names("webhook_ports", ["443"])
    if not all(one.isascii() and one.isdigit() and 0 < int(one) < 65_536 for one in found):
        raise SettingsError(f"webhook_ports: expected ports as in 443, 8443, got {found!r}")
    return frozenset(int(one) for one in found)


def ledger_minutes(env: Environment) -> int:
    """Minutes between two batches of the public ledger: a divisor of a day, so that batches fall on the clock."""
    minutes = env.whole("ledger_minutes", 10)
    if minutes == 0 or 24 * 60 % minutes:
        raise SettingsError(f"ledger_minutes: expected a number that divides a day of 1440, got {minutes}")
    return minutes
