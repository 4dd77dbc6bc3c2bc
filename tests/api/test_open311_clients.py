"""Two programs that others wrote, unchanged, against a running server: georeport and civicbot, both from PyPI."""

from datetime import timedelta
from typing import Any

import civicbot.http
import pytest
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint
from django.test import override_settings
from django.utils import timezone
from georeport import GeoReport

from gongshi.accounts.program_keys import issue_program_key
from gongshi.cases.models import Case, Filing, PublicCase
from gongshi.places.queries import local_day
from gongshi.places.snapshots import forget
from tests.cast import LOADED, Town, build_town, case_of, lin_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(live_server: Any) -> Any:
    forget()
    with override_settings(DEMO=True):
        yield build_town()


def shown(town: Town) -> PublicCase:
    case = case_of(lin_files(town)[0])
    today = local_day(timezone.now())
    return PublicCase.objects.create(
        case=case,
        language="zh",
        title="坑",
        text="老桥东头有个坑。",
        state="open",
        filed_on=today - timedelta(days=1),
        published_on=today,
        latitude=30.25,
        longitude=120.75,
        category=town.categories["pothole"],
        area=town.areas["river-street"],
        office=town.offices["roads"],
    )


def a_key(town: Town) -> str:
    boss = town.actor("qin")
    admin = type(boss)(boss.staff_id, boss.office_id, frozenset({"administrator"}))
    return issue_program_key("河边应用", "https://app.example", 50, actor=admin, at=LOADED)[1]


def test_georeport_and_civicbot_read_and_file(
    live_server: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = shown(town)
    base = f"{live_server.url}/open311/v2"
    for extension in ("json", "xml"):
        client = GeoReport(base, output_format=extension)
        services = client.get_service_list()
        assert "pothole" in {one["service_code"] for one in services}
        assert client.get_service_definition("pothole")["service_code"] == "pothole"
        found = client.get_service_requests(status="open", service_code="pothole")
        one = found[0] if extension == "json" else found  # xmltodict: one element alone is no list
        assert one["service_request_id"] == str(row.pk)
        assert client.get_service_request(str(row.pk))["description"].endswith("老桥东头有个坑。")

    # It waits half a second between calls to one host, out of politeness.
    monkeypatch.setattr(civicbot.http.time, "sleep", lambda _seconds: None)
    city = Open311Client(Endpoint("here", "Here", base, write=True))
    assert {one["service_code"] for one in city.list_services()} == {one["service_code"] for one in services}
    assert city.get_request(str(row.pk))["status"] == "open"  # type: ignore[index]
    sent = city.create_request(
        "pothole",
        dry_run=False,
        confirm="SEND",
        api_key=a_key(town),
        validate_remote=True,
        lat=30.25,
        lng=120.75,
        description="路上有个大坑。",
        email="lin@qinghe.example",
        device_id="imei",
    )
    (answer,) = sent.response
    case = Case.objects.get(filing=Filing.objects.get(channel="open311"))
    assert case.category.code == "pothole"
    assert city.get_token(answer["token"]) == [{"token": answer["token"]}]
