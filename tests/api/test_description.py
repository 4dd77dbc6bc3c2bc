"""The OpenAPI description: compared with the one that programs were told, and tried with what nobody thought of."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from ninja import NinjaAPI
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gongshi.api.v1 import api
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from gongshi.words import pair
from tests.structure.source import ROOT

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).parent / "openapi.json"
DESCRIPTION = "/api/v1/openapi.json"
# For each of some eighty addresses.
EXAMPLES = 20


def described() -> dict[str, Any]:
    return json.loads(json.dumps(api.get_openapi_schema(), ensure_ascii=False))  # type: ignore[no-any-return]


def test_the_description_is_the_one_that_programs_know(client: Client) -> None:
    """A change that is meant: ``python -m tests.api.write_description`` writes the file anew."""
    assert client.get(DESCRIPTION).json() == described()
    assert described() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_it_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes half a second of a processor, and anybody may ask for it."""
    first = client.get(DESCRIPTION).content
    monkeypatch.setattr(NinjaAPI, "get_openapi_schema", None)
    assert client.get(DESCRIPTION).content == first


def test_every_address_is_documented_and_no_other() -> None:
    guide = (ROOT / "docs" / "guides" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(/api/v1/[^`]+)`", guide, re.MULTILINE)) == described()["paths"].keys()


@pytest.fixture
def place(db: None) -> None:
    """A place without offices and categories: what every instance has."""
    Place.objects.create(
        code="testtown",
        name=pair("试镇", "Testtown"),
        reference_prefix="TT",
        time_zone="Asia/Shanghai",
        latitude=30.5,
        longitude=120.5,
        calendar="plain",
        operator="hall",
    )
    forget()


@pytest.fixture
def application() -> Iterator[WSGIHandler]:
    """The WSGI application in this process, which leaves the test's connection open between requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


# As programs know it, which is what the program tells (the first test): each process that collects tests reads this.
schema = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_text(encoding="utf-8")))
schema.config.base_url = "http://testserver"


@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_nothing_that_fits_or_misses_the_description_breaks_it(
    case: schemathesis.Case, made: list[bytes], place: None, application: WSGIHandler
) -> None:
    response = case.call(app=application, base_url="http://testserver")
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    case.validate_response(response, checks=checks)
