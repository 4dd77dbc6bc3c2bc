"""Documents of GeoReport v2, in the two formats of the standard."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from typing import Any

from gongshi.formats.open311.model import (
    LONGEST_DESCRIPTION,
    Definition,
    Discovery,
    Fault,
    Request,
    Service,
    Taken,
)
from gongshi.formats.spoken import spoken

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# What an element holds many of, by its own name.
_ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def media_type(extension: str) -> str:
    """The content type of a format of `FORMATS`."""
    return FORMATS[extension]


def services(rows: Iterable[Service], extension: str) -> bytes:
    """The list of services."""
    return _document("services", [asdict(row) for row in rows], extension)


def definition(one: Definition, extension: str) -> bytes:
    """What a service asks. Of attributes to choose from the values follow."""
    attributes = [asdict(attribute) for attribute in one.attributes]
    for attribute in attributes:
        attribute["values"] = list(attribute["values"])
        if not attribute["values"]:
            del attribute["values"]
    content = {"service_code": one.service_code, "attributes": attributes}
    return _document("service_definition", content, extension)


def requests(rows: Iterable[Request], extension: str) -> bytes:
    """Published requests. A longer description than the standard's 4,000 characters ends with "…"."""
    return _document("service_requests", [_request(row) for row in rows], extension)


def _request(row: Request) -> dict[str, Any]:
    # Flat, and there may be 1,000: `asdict` would copy each value of each.
    found = dict(vars(row))
    if len(row.description) > LONGEST_DESCRIPTION:
        found["description"] = row.description[: LONGEST_DESCRIPTION - 1] + "…"
    return found


def taken(row: Taken, extension: str) -> bytes:
    """The answer to a request that was made, or to a question for its token.

    Without ``account_id``: nobody has an account, and null, as the text's example has it, its schema does not allow.
    """
    found: dict[str, Any] = {}
    if row.service_request_id:
        found["service_request_id"] = row.service_request_id
    found["token"] = row.token
    if row.service_notice:
        found["service_notice"] = row.service_notice
    return _document("service_requests", [found], extension)


def errors(rows: Iterable[Fault], extension: str) -> bytes:
    """What was wrong."""
    return _document("errors", [asdict(row) for row in rows], extension)


def discovery(one: Discovery, extension: str) -> bytes:
    """Service discovery: one endpoint with both formats."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": one.url,
        "changeset": one.changeset,
        "type": "test" if one.test else "production",
        "formats": [*dict.fromkeys(kind.partition(";")[0] for kind in FORMATS.values())],
    }
    content = {
        "changeset": one.changeset,
        "contact": one.contact,
        "key_service": one.key_service,
        "endpoints": [endpoint],
    }
    return _document("discovery", content, extension)


def _document(name: str, content: Any, extension: str) -> bytes:
    if extension == "json":
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_moment).encode()
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
    _write(parts, name, content)
    return "".join(parts).encode()


def _write(parts: list[str], name: str, content: Any) -> None:
    """An element at the end of ``parts``: `ElementTree` would build a tree of 17,000 for 1,000 requests first."""
    if isinstance(content, Mapping):
        inside: Iterable[tuple[str, Any]] = content.items()
    elif isinstance(content, Sequence) and not isinstance(content, str):
        inside = ((_ITEMS[name], value) for value in content)
    else:
        text = "" if content is None else escape(_said(content), quote=False)
        parts.append(f"<{name}>{text}</{name}>" if text else f"<{name} />")
        return
    start = len(parts)
    parts.append(f"<{name}>")
    for tag, value in inside:
        _write(parts, tag, value)
    if len(parts) == start + 1:
        parts[start] = f"<{name} />"
    else:
        parts.append(f"</{name}>")


def _said(value: Any) -> str:
    if isinstance(value, str):
        return spoken(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _moment(value) if isinstance(value, datetime) else str(value)


def _moment(value: datetime) -> str:
    """As in 2026-11-05T00:00:00+08:00, to the second (W3C NOTE-datetime)."""
    return value.isoformat(timespec="seconds")
