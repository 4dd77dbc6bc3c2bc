"""Documents of GeoReport v2, in the two formats of the standard."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

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
    found = asdict(row)
    if len(row.description) > LONGEST_DESCRIPTION:
        found["description"] = row.description[: LONGEST_DESCRIPTION - 1] + "…"
    return found


def taken(row: Taken, extension: str) -> bytes:
    """The answer to a request that was made, or to a question for its token."""
    found: dict[str, Any] = {}
    if row.service_request_id:
        found["service_request_id"] = row.service_request_id
    found["token"] = row.token
    if row.service_notice:
        found |= {"service_notice": row.service_notice, "account_id": None}
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
        return json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":")).encode()
    root = Element(name)
    _fill(root, content)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode()


def _plain(content: Any) -> Any:
    """What JSON can say of it."""
    if isinstance(content, Mapping):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [_plain(value) for value in content]
    return _moment(content) if isinstance(content, datetime) else content


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _fill(SubElement(element, key), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            _fill(SubElement(element, _ITEMS[element.tag]), value)
    elif content is not None:
        element.text = _said(content)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    return spoken(str(value))


def _moment(value: datetime) -> str:
    """As in 2026-11-05T00:00:00+08:00, to the second (W3C NOTE-datetime)."""
    return value.isoformat(timespec="seconds")
