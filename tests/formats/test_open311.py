"""Documents of GeoReport v2: valid by its own schemas where they are at hand, and the same said in XML and in JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from gongshi.formats import open311
from gongshi.formats.open311 import Attribute, Definition, Discovery, Fault, Request, Service, Taken, Value
from gongshi.formats.open311.model import DATATYPES
from tests.real.packs import DATA

SCHEMAS = DATA / "standards" / "open311"
EAST = timezone(timedelta(hours=8))
SERVICE = Service("pothole", "路面坑洼", "5个工作日内答复。", True, "batch", "坑, pothole", "道路")
REQUEST = Request(
    service_request_id="7",
    status="closed",
    status_notes=None,
    service_name="路面坑洼",
    service_code="pothole",
    description="<b>坑</b> & 水\n第二行",
    agency_responsible="道路所",
    service_notice=None,
    requested_datetime=datetime(2026, 3, 2, tzinfo=EAST),
    updated_datetime=datetime(2026, 3, 5, tzinfo=EAST),
    expected_datetime=None,
    address="老桥, 江街",
    address_id="river-street",
    zipcode=None,
    lat=30.25,
    long=120.75,
    media_url=None,
)
DEFINITION = Definition(
    "pothole",
    tuple(
        Attribute(
            True, f"a{n}", kind, n % 2 == 0, None, n, "问", (Value("yes", "是"),) if "list" in kind else ()
        )
        for n, kind in enumerate(DATATYPES, start=1)
    ),
)


# Which schema an answer has to fit: a file, or a definition in the file that describes the calls.
SCHEMA = {
    "services": "services.json",
    "service-definition": "service-definition.json",
    "requests": "requests.json",
    "taken": "RequestResponse",
    "token": "TokenResponse",
}
WITHOUT_SCHEMA = {"errors", "discovery"}
"""The standard gives none for these: they are held to its text."""


def validated(name: str, content: Any) -> None:
    """Valid by the standard's own schema; skips where they are not at hand."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"the standard's schemas are not at hand ({SCHEMAS})")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    files = {path.name: json.loads(path.read_text()) for path in Path(SCHEMAS).glob("*.json")}
    calls = files.pop("swagger.json")["definitions"]
    registry: Registry[Any] = Registry().with_resources(
        [(one, Resource.from_contents({"$schema": dialect, **content})) for one, content in files.items()]
    )
    wanted = SCHEMA[name]
    rule = {"$ref": wanted} if wanted in files else {"type": "array", "items": calls[wanted]}
    Draft202012Validator(
        {"$schema": dialect, **rule}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    ).validate(content)


def fits(name: str, content: Any) -> None:
    """As the standard's text has it, and valid by its schema where there is one and it is at hand."""
    if name == "errors":
        assert content
        assert all(
            {"code": int, "description": str} == {key: type(one[key]) for key in one} for one in content
        )
    elif name == "discovery":
        assert {"changeset", "contact", "key_service", "endpoints"} == content.keys()
        for one in content["endpoints"]:
            assert {"specification", "url", "changeset", "type", "formats"} == one.keys()
            assert set(one["formats"]) == {"text/xml", "application/json"}
    elif name in ("taken", "token"):
        (one,) = content
        assert one.keys() <= {"service_request_id", "token", "service_notice", "account_id"}
        # The schemas demand none of these. The text: an id or a token, never both; a token comes back with its id.
        assert one.keys() >= {"token"}
        assert name == "token" or "service_request_id" not in one
    if name not in WITHOUT_SCHEMA and SCHEMAS.is_dir():
        validated(name, content)


def told(element: Element) -> Any:
    """What an XML document says, as the standard's mapping to JSON has it, but for the kinds of values."""
    children = list(element)
    if not children:
        return element.text
    if len({child.tag for child in children}) == 1 and element.tag in {
        f"{children[0].tag}s",
        "service_requests",
    }:
        return [told(child) for child in children]
    return {child.tag: told(child) for child in children}


def as_text(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: as_text(value) for key, value in content.items()}
    if isinstance(content, list):
        return [as_text(value) for value in content]
    # An empty element and one without a value are one and the same in XML.
    return (
        str(content).lower() if isinstance(content, bool) else None if content in (None, "") else str(content)
    )


CASES: list[tuple[str, Any, Any]] = [
    ("services", open311.services, [SERVICE, replace(SERVICE, service_code="x", metadata=False)]),
    ("service-definition", open311.definition, DEFINITION),
    ("requests", open311.requests, [REQUEST, replace(REQUEST, lat=None, long=None, address=None)]),
]


@pytest.mark.parametrize(("name", "write", "content"), CASES, ids=[case[0] for case in CASES])
def test_json_is_valid_by_the_standards_own_schemas(name: str, write: Any, content: Any) -> None:
    found = json.loads(write(content, "json"))
    validated(name, found)
    broken = json.loads(json.dumps(found).replace("service_code", "code_of_service"))
    with pytest.raises(Exception, match="service_code"):
        validated(name, broken)


@pytest.mark.parametrize(("name", "write", "content"), CASES, ids=[case[0] for case in CASES])
def test_xml_says_what_json_says(name: str, write: Any, content: Any) -> None:
    xml = write(content, "xml")
    assert xml.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    assert told(fromstring(xml)) == as_text(json.loads(write(content, "json")))


def test_a_document_is_written_byte_for_byte_as_a_tree_would_be() -> None:
    odd = replace(
        REQUEST, description="a < b & c > d \"e\" 'f'\r\n\t]]>", status_notes="", lat=-0.0, address="\x00"
    )
    for xml in (
        open311.requests([REQUEST, odd], "xml"),
        open311.requests([], "xml"),
        open311.definition(DEFINITION, "xml"),
        open311.errors([Fault(400, "")], "xml"),
    ):
        head, _, rest = xml.partition(b"\n")
        assert head == b'<?xml version="1.0" encoding="utf-8"?>'
        # A reader of XML makes a line's end of \r.
        again = fromstring(xml.replace(b"\r", b"&#13;"))
        assert tostring(again, encoding="unicode").encode() == rest


def test_lists_are_bare_arrays_also_of_one_and_of_none() -> None:
    assert len(json.loads(open311.requests([REQUEST], "json"))) == 1
    assert json.loads(open311.requests([], "json")) == []
    assert fromstring(open311.requests([], "xml")).tag == "service_requests"
    assert json.loads(open311.errors([Fault(404, "没有")], "json")) == [{"code": 404, "description": "没有"}]
    assert [child.tag for child in fromstring(open311.errors([Fault(400, "a"), Fault(400, "b")], "xml"))] == [
        "error",
        "error",
    ]


def test_moments_have_their_zone_to_the_second() -> None:
    (found,) = json.loads(open311.requests([REQUEST], "json"))
    assert found["requested_datetime"] == "2026-03-02T00:00:00+08:00"


def test_a_description_has_4000_characters_at_most() -> None:
    (found,) = json.loads(open311.requests([replace(REQUEST, description="坑" * 5_000)], "json"))
    assert (len(found["description"]), found["description"][-2:]) == (4_000, "坑…")


def test_what_xml_cannot_hold_is_replaced() -> None:
    xml = open311.requests([replace(REQUEST, description="a\x00\x08b\ud800")], "xml")
    assert fromstring(xml)[0].findtext("description") == "a\ufffd\ufffdb\ufffd"


def test_a_token_stands_where_the_id_would() -> None:
    (new,) = json.loads(open311.taken(Taken("t", None, "收到"), "json"))
    assert new == {"token": "t", "service_notice": "收到"}
    assert json.loads(open311.taken(Taken("t"), "json")) == [{"token": "t"}]
    assert json.loads(open311.taken(Taken("t", "7"), "json")) == [{"service_request_id": "7", "token": "t"}]


def test_discovery_names_one_endpoint_with_both_formats() -> None:
    one = Discovery(datetime(2026, 1, 1, tzinfo=UTC), "c", "k", "https://qinghe.example/open311/v2", False)
    found = json.loads(open311.discovery(one, "json"))
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert found["endpoints"][0]["type"] == "production"
    assert [f.text for f in fromstring(open311.discovery(one, "xml")).iter("format")] == [
        "text/xml",
        "application/json",
    ]
