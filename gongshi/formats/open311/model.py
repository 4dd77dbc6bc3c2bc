"""The things that a server speaks of. Names of fields are the standard's own, as they stand on the wire."""

from dataclasses import dataclass
from datetime import datetime

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LONGEST_DESCRIPTION = 4_000
"""Characters of a description."""


@dataclass(frozen=True)
class Service:
    """One type of request that can be made. ``metadata``: it has a definition with attributes."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


@dataclass(frozen=True)
class Value:
    """One of the answers to choose from."""

    key: str
    name: str


@dataclass(frozen=True)
class Attribute:
    """One further question of a service. ``datatype`` is one of `DATATYPES`; ``order`` counts from 1."""

    variable: bool
    code: str
    datatype: str
    required: bool
    datatype_description: str | None
    order: int
    description: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A service's further questions."""

    service_code: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Request:
    """One published request. ``status`` is "open" or "closed"; datetimes are aware; ``lat`` and ``long`` in WGS84."""

    service_request_id: str
    status: str
    status_notes: str | None
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str | None
    requested_datetime: datetime
    updated_datetime: datetime | None
    expected_datetime: datetime | None
    address: str | None
    address_id: str | None
    zipcode: str | None
    lat: float | None
    long: float | None
    media_url: str | None


@dataclass(frozen=True)
class Taken:
    """What is said of a request by its token: its id once there is one that everybody may know."""

    token: str
    service_request_id: str | None = None
    service_notice: str | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what was asked, in words for whoever asked."""

    code: int
    description: str


@dataclass(frozen=True)
class Discovery:
    """Where the doors are. ``changeset``: since when they are as they are."""

    changeset: datetime
    contact: str
    key_service: str
    url: str
    test: bool
