"""The Open311 door: what it serves, what it takes, and what it refuses in the standard's own shape."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from jsonschema import ValidationError

from gongshi.accounts.program_keys import issue_program_key, program_keys, revoke_program_key
from gongshi.api.open311 import reading
from gongshi.api.open311.filing import _day
from gongshi.api.open311.urls import urlpatterns
from gongshi.cases.models import Case, Claim, Filing, History, PublicCase
from gongshi.cases.reading import key_of, read_case, read_contact, read_filed
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.safekeeping.limits.policies import POLICIES
from tests.cast import LOADED, Town, build_town, lin_files
from tests.clock import Clock
from tests.formats.test_open311 import SCHEMA, SCHEMAS, WITHOUT_SCHEMA, as_text, fits, told
from tests.published import published_cases

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 20)
Ask = Callable[..., Any]


@pytest.fixture
def town(db: None, clock: Clock, settings: Any) -> Town:
    clock.set("2026-04-20 09:00")
    settings.DEMO = True  # both channels reach people
    forget()
    return build_town()


@pytest.fixture
def ask(client: Client, town: Town) -> Ask:
    """``ask("requests", status="open")`` is the JSON of /open311/v2/requests.json, held to the standard's schema."""

    def get(address: str, expected: int = 200, **query: Any) -> Any:
        response = client.get(f"/open311/v2/{address}.json", query)
        assert response.status_code == expected, response.content
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        found = response.json()
        fits(kind_of(address) if expected == 200 else "errors", found)
        return found

    return get


@pytest.fixture
def key(town: Town) -> str:
    """The key of an app."""
    boss = town.actor("qin")
    admin = type(boss)(boss.staff_id, boss.office_id, frozenset({"administrator"}))
    return issue_program_key("河边应用", "https://app.example", 3, actor=admin, at=LOADED)[1]


@pytest.fixture
def send(client: Client, town: Town, key: str) -> Ask:
    """``send(lat=...)``: a whole request with these changes; None leaves a part out."""

    def post(expected: int = 200, extension: str = "json", **changed: Any) -> Any:
        whole = {
            "api_key": key,
            "service_code": "pothole",
            "lat": "30.25",
            "long": "120.75",
            "description": "老桥东头有个坑。",
            "email": "lin@qinghe.example",
            **changed,
        }
        said = {name: value for name, value in whole.items() if value is not None}
        # As the standard has it: form-encoded, not in parts.
        response = client.post(
            f"/open311/v2/requests.{extension}",
            urlencode(said, doseq=True),
            "application/x-www-form-urlencoded",
        )
        assert response.status_code == expected, response.content
        kind = "taken" if expected == 200 else "errors"
        if extension == "json":
            fits(kind, response.json())
            return response.json()
        found = fromstring(response.content)
        assert found.tag == {"taken": "service_requests", "errors": "errors"}[kind]
        if kind == "taken":
            fits(kind, told(found))  # words alone: nothing in it is a number
        return found

    return post


def kind_of(address: str) -> str:
    """Which answer stands at an address: a name in `SCHEMA` or `WITHOUT_SCHEMA`."""
    first, _, one = address.partition("/")
    return {"services": "service-definition" if one else "services", "tokens": "token"}.get(first, first)


def shown(town: Town, n: int = 1, **told: Any) -> list[PublicCase]:
    """Published cases, filed a day apart, the newest yesterday."""
    rows = published_cases(town, n, **{"published_on": TODAY, **told})
    for k, row in enumerate(rows, start=1):
        row.filed_on = told.get("filed_on", TODAY - timedelta(days=k))
        row.save()
    return rows


def test_services_are_the_categories_that_may_pass_through_other_hands(ask: Ask, town: Town) -> None:
    found = ask("services")
    codes = {one["service_code"] for one in found}
    assert "pothole" in codes
    assert not codes & {"conduct", "streets"}  # about offices; a group
    assert {one["type"] for one in found} == {"batch"}


def test_all_is_in_the_language_that_was_asked_for(client: Client, town: Town) -> None:
    town.categories["pothole"].keywords = ["坑洼", "pothole"]
    town.categories["pothole"].save()
    forget()
    said = {}
    for locale, header in {"zh": "zh-hans", "en": "en", "": "zh-hans"}.items():
        response = client.get("/open311/v2/services.json", {"locale": locale})
        assert response.headers["Content-Language"] == header
        (said[locale],) = (one for one in response.json() if one["service_code"] == "pothole")
    assert said[""] == said["zh"]
    assert [said[each]["keywords"] for each in ("zh", "en")] == ["坑洼", "pothole"]
    assert said["zh"]["service_name"] != said["en"]["service_name"]
    # Whoever writes by a program reads first that they have to be reached.
    assert "email or phone is required" in said["en"]["description"]
    assert "须填居民的 email 或 phone" in said["zh"]["description"]
    wrong = client.get("/open311/v2/services/none.json", {"locale": "en"})
    assert wrong.headers["Content-Language"] == "zh-hans, en"  # faults are in both


def test_pages_of_other_sites_may_read_what_is_the_same_for_everybody(client: Client, town: Town) -> None:
    assert town.areas
    for path, status in {
        "/open311/v2/requests.json": 200,
        "/api/v1/place": 200,
        "/open311/v2/requests.json?page=0": 400,
        "/open311/v2/elsewhere": 404,
        "/api/v1/cases/none": 422,
        "/api/v1/elsewhere": 404,
        "/api/v1/place?a=%00": 400,
        "/feeds/elsewhere.atom": 404,
        "/open-data/2026-03/cases.csv": 404,
    }.items():
        found = client.get(path)
        assert found.status_code == status, path
        for headers in (found.headers, client.head(path).headers):
            assert headers["Access-Control-Allow-Origin"] == "*", path
            assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.options("/api/v1/cases").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.post("/open311/v2/requests.json").headers
    for path in ("/", "/published/", "/open/", "/api/v1/filing", "/api/v1/filing/copy"):
        assert "Access-Control-Allow-Origin" not in client.get(path).headers, path


def test_a_service_asks_what_its_category_asks(ask: Ask, send: Ask, town: Town) -> None:
    town.categories["pothole"].questions = [
        {
            "code": "hurt",
            "name": {"zh": "有人受伤吗？", "en": "Is anybody hurt?"},
            "type": "choice",
            "required": True,
            "choices": [{"code": "yes", "name": {"zh": "是", "en": "Yes"}}],
        },
        {"code": "seen", "name": {"zh": "哪天", "en": "When"}, "type": "date"},
        {
            "code": "times",
            "name": {"zh": "什么时候", "en": "At what times"},
            "type": "choices",
            "choices": [
                {"code": "day", "name": {"zh": "白天", "en": "By day"}},
                {"code": "night", "name": {"zh": "夜里", "en": "At night"}},
            ],
        },
        {"code": "more", "name": {"zh": "还有什么", "en": "What else"}, "type": "long_text"},
    ]
    town.categories["pothole"].save()
    forget()
    found = ask("services/pothole", locale="en")
    assert [one["datatype"] for one in found["attributes"]] == [
        "singlevaluelist",
        "datetime",
        "multivaluelist",
        "text",
    ]
    assert found["attributes"][0]["values"] == [{"key": "yes", "name": "Yes"}]
    answers = {"attribute[hurt]": "yes", "attribute[more]": "一\n二"}
    several = "attribute[times][]"
    # The day is that of the place, eight hours ahead.
    send(**answers, **{several: ["day", "night"], "attribute[seen]": "2026-03-01T23:30:00Z"})
    case = Case.objects.get(filing__channel="open311")
    assert read_case(case, key_of(case.id), internal=False).answers_to_questions == {
        "hurt": "yes",
        "seen": "2026-03-02",
        "times": "day night",
        "more": "一\n二",
    }
    for wrong in ({several: ["day", "dusk"]}, {"attribute[hurt]": ["yes", "yes"]}):
        assert "attribute[" in send(400, **{**answers, **wrong})[0]["description"]
    assert ask("services/nothing", 404)[0]["code"] == 404
    assert ask("services/conduct", 404)


@pytest.mark.parametrize("extension", ["json", "xml"])
def test_every_answer_fits_the_standard(client: Client, send: Ask, town: Town, extension: str) -> None:
    """By its schemas; discovery and errors have none, and are held to its text. XML says what the valid JSON says."""
    if not SCHEMAS.is_dir():
        pytest.skip(
            f"the standard's schemas are not at hand ({SCHEMAS}): held to its text alone, in the other tests"
        )
    town.categories["pothole"].questions = [
        {"code": "seen", "name": {"zh": "哪天", "en": "When"}, "type": "date"}
    ]
    town.categories["pothole"].save()
    forget()
    taken = send(extension=extension)[0]
    token = taken["token"] if extension == "json" else taken.findtext("token")
    rows = shown(town, 2)
    answers = {
        "open311_discovery": ("discovery", "discovery"),
        "open311_services": ("services", "v2/services"),
        "open311_service": ("service-definition", "v2/services/pothole"),
        "open311_requests": ("requests", "v2/requests"),
        "open311_request": ("requests", f"v2/requests/{rows[0].pk}"),
        "open311_token": ("token", f"v2/tokens/{token}"),
        "open311_root": ("errors", "v2/services/none"),
        "open311_nowhere": ("errors", "v2/elsewhere"),
    }
    assert answers.keys() == {one.name for one in urlpatterns}
    assert {kind for kind, _ in answers.values()} | {"taken"} == SCHEMA.keys() | WITHOUT_SCHEMA
    for kind, address in answers.values():
        found = client.get(f"/open311/{address}.json").json()
        fits(kind, found)
        if extension == "xml":
            assert told(fromstring(client.get(f"/open311/{address}.xml").content)) == as_text(found)
    for kind, wrong in (("services", {}), ("requests", {"status": "late"}), ("taken", {"token": 7})):
        with pytest.raises(ValidationError):
            fits(kind, [wrong])


def test_requests_are_published_cases_and_no_others(ask: Ask, town: Town) -> None:
    (row,) = shown(town)
    lin_files(town)
    found = ask("requests")
    (one,) = found
    assert one["service_request_id"] == str(row.pk)
    assert one["requested_datetime"] == "2026-04-19T00:00:00+08:00"  # the day alone
    assert (one["lat"], one["long"], one["status"]) == (30.25, 120.75, "open")
    assert one["address"] == "river-street区, town区"
    assert ask(f"requests/{row.pk}") == found
    assert ask(f"requests/{row.case_id}", 404)
    assert ask("requests/anything", 404)


def test_every_parameter_narrows(ask: Ask, town: Town) -> None:
    first, second, _ = shown(town, 3)
    PublicCase.objects.filter(pk=second.pk).update(state="answered", category=town.categories["leak"])
    ids = lambda **query: [one["service_request_id"] for one in ask("requests", **query)]  # noqa: E731
    assert len(ids()) == 3
    assert ids(status="closed") == [str(second.pk)]
    assert len(ids(status="open,closed")) == 3
    assert ids(service_code="leak,noise") == [str(second.pk)]
    assert ids(service_code="unknown") == []
    assert ids(service_request_id=f"{first.pk},{second.pk},x", status="open") == [
        str(first.pk),
        str(second.pk),
    ]
    assert ids(start_date="2026-04-19T00:00:00+08:00") == [str(first.pk)]
    assert ids(end_date="2026-04-18T23:59:59Z", start_date="2026-04-18T18:00:00Z") == [
        str(first.pk)
    ]  # there: the 19th
    assert ids(page_size=2) == ids()[:2]
    assert ids(page_size=2, page=2) == ids()[2:]
    assert ids(status="", service_code="") == ids()


def test_no_answer_has_more_than_a_thousand(ask: Ask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.MOST == 1_000
    monkeypatch.setattr(reading, "MOST", 2)
    rows = shown(town, 5)
    assert len(ask("requests")) == len(ask("requests", page_size=5)) == 2
    assert len(ask("requests", page_size=5, page=3)) == 1
    assert len(ask("requests", service_request_id=",".join(str(row.pk) for row in rows))) == 2


@pytest.mark.parametrize("extension", ["json", "xml"])
def test_what_is_too_large_is_refused_in_the_standards_shape(
    send: Ask, settings: Any, extension: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    (error,) = send(400, extension)
    assert (error["code"] if extension == "json" else int(error.findtext("code"))) == 400
    assert not Filing.objects.exists()


def test_a_range_spans_90_days(ask: Ask, town: Town) -> None:
    shown(town, 1, filed_on=TODAY - timedelta(days=91))
    shown(town, 1, filed_on=TODAY - timedelta(days=90))
    assert len(ask("requests")) == 1
    assert len(ask("requests", start_date="2026-01-19", end_date="2026-04-19")) == 2
    assert len(ask("requests", end_date="2026-01-19")) == 1
    ask("requests", 400, start_date="2026-01-01", end_date="2026-04-19")
    ask("requests", 400, start_date="2026-04-19", end_date="2026-04-18")


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2026-04-19T00:00:00"},
        {"start_date": "yesterday"},
        {"status": "late"},
        {"page": "0"},
        {"page_size": "x"},
    ],
)
def test_a_parameter_that_cannot_be_is_a_400(ask: Ask, query: dict[str, str]) -> None:
    (fault,) = ask("requests", 400, **query)
    assert fault["code"] == 400
    assert next(iter(query)) in fault["description"]


def test_all_faults_of_a_question_come_at_once(ask: Ask, town: Town) -> None:
    wrong = {"status": "bogus", "page": "0", "page_size": "x", "start_date": "yesterday", "end_date": "1"}
    found = " ".join(fault["description"] for fault in ask("requests", 400, **wrong))
    assert [name for name in wrong if f"{name} " not in found] == []
    assert ask("requests", **wrong, service_request_id="x") == []  # an id overrides all else


@pytest.mark.parametrize("written", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_beyond_the_calendar_is_no_day(town: Town, written: str) -> None:
    """It is left as it was written, and is no answer to a question for a day."""
    assert _day(written) == written


def test_days_at_the_ends_of_the_calendar_are_days(ask: Ask, town: Town) -> None:
    for name, day in (
        ("end_date", "0001-01-01"),
        ("end_date", "0001-02-01T00:00:00Z"),
        ("start_date", "9999-12-31"),
        ("start_date", "0001-01-01"),
    ):
        assert ask("requests", **{name: day}) == [], day


@pytest.mark.parametrize("extension", ["json", "xml"])
def test_what_cannot_be_read_is_a_fault_in_the_format_that_was_asked_for(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    address = f"/open311/v2/requests.{extension}"
    reader = Client(raise_request_exception=False)
    monkeypatch.setattr("gongshi.api.open311.reading._states", lambda _asked: 1 // 0)
    for answer, status in (
        (client.get(f"{address}?service_code=%ff"), 400),
        (client.get(f"{address}?x=%00"), 400),
        (client.post(address, b"x", content_type="multipart/form-data"), 400),
        (client.post(address, b"x=1", content_type="application/x-www-form-urlencoded; charset=utf-16"), 400),
        (reader.get(address), 500),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            status,
            "application/json; charset=utf-8" if extension == "json" else "text/xml; charset=utf-8",
        )
        told = (
            answer.json()[0]["code"]
            if extension == "json"
            else fromstring(answer.content)[0].findtext("code")
        )
        assert str(told) == str(status)
        if answer.request["REQUEST_METHOD"] == "GET":
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_another_jurisdiction_is_a_404(ask: Ask, town: Town) -> None:
    assert ask("services", jurisdiction_id="testtown") == ask("services", jurisdiction_id="testserver")
    assert "jurisdiction_id" in ask("services", 404, jurisdiction_id="city.gov")[0]["description"]


def test_xml_has_its_content_type_and_errors_too(client: Client, town: Town) -> None:
    response = client.get("/open311/v2/services.xml")
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert fromstring(response.content)[0].tag == "service"
    missing = client.get("/open311/v2/elsewhere")
    assert missing.status_code == 404
    assert fromstring(missing.content)[0].findtext("code") == "404"
    assert client.get("/open311/v2/elsewhere.json").json()[0]["code"] == 404
    assert client.delete("/open311/v2/services.json").status_code == 400
    assert client.get("/open311/discovery.json").json()["endpoints"][0]["url"].endswith("/open311/v2")


def test_a_request_is_filed_and_its_code_goes_to_the_resident_alone(send: Ask, ask: Ask, town: Town) -> None:
    (answer,) = send(
        device_id="imei-77",
        account_id="account zq",
        media_url="https://pictures.example/1.jpg",
        first_name="林",
    )
    filing = Filing.objects.get(channel="open311")
    case = Case.objects.get(filing=filing)
    claim = Claim.objects.get(filing=filing)
    assert (case.area.code, case.category.code, claim.way) == ("east-grid", "pothole", "email")  # type: ignore[union-attr]
    assert OutboxRow.objects.filter(case=case.id, template="claim", channel="email").count() == 1
    assert "service_request_id" not in answer
    assert "media_url" in answer["service_notice"]
    assert ask(f"tokens/{answer['token']}") == [{"token": answer["token"]}]
    (row,) = shown(town)
    PublicCase.objects.filter(pk=row.pk).update(case=case)
    assert ask(f"tokens/{answer['token']}")[0]["service_request_id"] == str(row.pk)
    assert ask("tokens/" + "A" * 76, 404)


def test_nothing_that_tells_devices_apart_is_kept(send: Ask, town: Town) -> None:
    send(device_id="imei-77", account_id="account zq", media_url="https://pictures.example/1.jpg")
    filing = Filing.objects.get(channel="open311")
    case = Case.objects.get(filing=filing)
    sealed = [read_filed(case, key_of(case.id)), read_contact(filing, key_of(filing.id))]
    plain = [list(model.objects.values()) for model in (Filing, Case, OutboxRow, History)]
    kept = json.dumps([sealed, plain], ensure_ascii=False, default=str)
    assert "坑" in kept
    assert "lin@qinghe.example" in kept
    assert not [word for word in ("imei-77", "account zq", "pictures.example") if word in kept]


def test_without_a_good_key_nothing_is_filed(send: Ask, town: Town, key: str) -> None:
    for wrong in (None, "guess"):
        assert send(403, api_key=wrong)[0]["code"] == 403
    boss = town.actor("qin")
    admin = type(boss)(boss.staff_id, boss.office_id, frozenset({"administrator"}))
    revoke_program_key(program_keys()[0].id, actor=admin, at=LOADED)
    send(403)
    assert not Filing.objects.exists()


def test_a_key_is_good_for_so_many_a_day(send: Ask, town: Town) -> None:
    for _ in range(3):
        send()
    assert "api_key" in send(429)[0]["description"]
    assert Filing.objects.count() == 3
    assert POLICIES["program"].source.burst > 3


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"service_code": None}, "service_code"),
        ({"description": None}, "description"),
        ({"description": "坑" * 4_001}, "description"),
        ({"lat": None}, "lat"),
        ({"lat": None, "long": None}, "address_string"),
        ({"lat": "north"}, "lat"),
        ({"lat": "10", "long": "10"}, "outside"),
        ({"lat": None, "long": None, "address_id": "moon"}, "address_id"),
        ({"email": None}, "email or phone is missing"),
        ({"email": "nobody"}, "email"),
        ({"email": None, "phone": "12"}, "phone"),
        ({"attribute[extra]": "1"}, "attribute[extra]"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_filed(send: Ask, changed: dict[str, Any], named: str) -> None:
    faults = send(400, **changed)
    assert any(named in fault["description"] for fault in faults)
    assert not Filing.objects.exists()


def test_all_faults_come_at_once_and_in_xml(send: Ask, town: Town) -> None:
    assert len(send(400, "xml", description="", email=None, lat="x")) == 3
    assert send(404, service_code="conduct")[0]["code"] == 404


def test_a_complaint_about_an_office_goes_the_residents_own_way(send: Ask, town: Town) -> None:
    town.categories["conduct"].keywords = ["冷冰冰"]
    town.categories["conduct"].save()
    forget()
    for words in ("柜台的人冷冰冰。", "城管局王强收钱不办事", "The inspector took a bribe."):
        assert "testserver" in send(400, description=words)[0]["description"]
    assert not Filing.objects.exists()


def test_a_place_in_words_is_enough(send: Ask, town: Town) -> None:
    send(lat=None, long=None, address_string="老桥东头")
    send(lat=None, long=None, address_id="west-grid", email=None, phone="13800000000")
    assert set(Case.objects.values_list("area__code", flat=True)) == {None, "west-grid"}
    assert set(Claim.objects.values_list("way", flat=True)) == {"email", "sms"}
