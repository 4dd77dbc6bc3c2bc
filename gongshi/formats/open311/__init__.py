"""Open311 GeoReport v2: what a server says, as XML and as JSON.

Source: GeoReport v2 of open311.org, with its JSON schemas. XML is ``text/xml`` with a declaration; JSON is the mapping
that the standard calls Spark: elements that hold elements of one kind are bare arrays, an empty element is null.
"""

from gongshi.formats.open311.documents import (
    FORMATS,
    definition,
    discovery,
    errors,
    media_type,
    requests,
    services,
    taken,
)
from gongshi.formats.open311.model import (
    LONGEST_DESCRIPTION,
    Attribute,
    Definition,
    Discovery,
    Fault,
    Request,
    Service,
    Taken,
    Value,
)

__all__ = [
    "FORMATS",
    "LONGEST_DESCRIPTION",
    "Attribute",
    "Definition",
    "Discovery",
    "Fault",
    "Request",
    "Service",
    "Taken",
    "Value",
    "definition",
    "discovery",
    "errors",
    "media_type",
    "requests",
    "services",
    "taken",
]
