"""Asks a house's public ledger over HTTP: reading only, no redirects to elsewhere, bounded in time and size."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS = 30
LARGEST = 2_000_000
LEDGER = "/api/v1/ledger/"


class Unreachable(Exception):
    """The house did not answer, or not with what its API promises. The message, one line, says what came instead."""


class NotThere(Exception):
    """The house answered that there is no such thing."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nothing is followed: the witness watches the address that it was given."""
        return


class Site:
    """The public ledger at an address. ValueError for an address that is no web address."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(url)
        self.url = url.rstrip("/")
        self._opener = build_opener(_NoRedirects())

    def ask(self, name: str, query: Mapping[str, object] | None = None) -> Any:
        """The answer to ``/api/v1/ledger/NAME`` as JSON's plain data. Raises Unreachable, NotThere."""
        address = f"{self.url}{LEDGER}{name}" + (f"?{urlencode(query)}" if query else "")
        request = Request(address, headers={"Accept": "application/json"})  # noqa: S310  the scheme was checked
        try:
            with self._opener.open(request, timeout=SECONDS) as response:
                content = response.read(LARGEST + 1)
        except HTTPError as error:
            error.close()
            if error.code == 404:
                raise NotThere(name) from error
            base, there, _ = error.headers.get("Location", "").partition(LEDGER)
            if 300 <= error.code < 400 and there and base:
                raise Unreachable(
                    f"转到了 {base}，请用这个网址 / it redirects to {base}: use that"
                ) from error
            raise Unreachable(f"{address}: {error.code}") from error
        except (URLError, OSError) as error:
            raise Unreachable(f"{address}: {error}") from error
        try:
            if len(content) > LARGEST:
                raise ValueError("too large")
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Unreachable(f"{address}: no JSON") from error
