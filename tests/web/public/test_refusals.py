"""Refusals say what happened and what to do, and keep what was typed."""

import errno
import json

import psycopg
import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory, override_settings

from gongshi.cases.models import Filing, History
from gongshi.web.public import refusals
from tests.cast import PROCEDURES, Town, lin_files
from tests.web.public.walker import TEXT, Walker, files_a_report, to_text_page

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_comes_back_with_everything_and_a_fresh_one(
    town: Town, walker: Walker
) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT, "wish-1": "修好"})
    walker.client.cookies.clear()
    walker.press("go=send")
    assert walker.status == 403
    assert "内容都在" in walker.text
    assert TEXT in walker.text
    assert Filing.objects.count() == 0
    walker.press("go=send")
    assert walker.status == 200
    assert Filing.objects.count() == 1


def test_the_words_of_step_three_come_back_too(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    walker.client.cookies.clear()
    walker.press("go=next", {"text-1": TEXT, "email": "lin@example.org"})
    assert walker.status == 403
    assert TEXT in walker.form().get_text()
    assert walker.fields(walker.form())["email"] == ["lin@example.org"]


def test_a_case_form_without_its_token_shows_the_words_to_copy(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    before = History.objects.count()
    response = walker.client.post("/filing/1/add/", {"text": "这一句写了很久，不能丢掉。"})
    assert response.status_code == 403
    assert "这一句写了很久，不能丢掉。" in response.content.decode()
    assert History.objects.count() == before


def test_opening_without_a_token_keeps_the_reference(town: Town) -> None:
    filed, receipt = lin_files(town)
    client = Client(enforce_csrf_checks=True)
    response = client.post("/open/", {"reference": filed.filing.reference, "receipt": receipt})
    assert response.status_code == 403
    assert filed.filing.reference in response.content.decode()
    assert receipt not in response.content.decode()
    assert "gongshi_visit" not in client.cookies


@pytest.mark.parametrize(("prefix", "words"), [("", "没有这一页"), ("/en", "There is no such page")])
def test_a_missing_page_says_so_in_the_language_of_its_address(town: Town, prefix: str, words: str) -> None:
    response = Client().get(f"{prefix}/no/such/page/")
    assert response.status_code == 404
    assert words in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=50)
def test_too_many_fields_are_too_large(town: Town) -> None:
    response = Client().post("/file/", {f"x{number}": "1" for number in range(60)})
    assert response.status_code == 413
    assert "太大" in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_much_text_is_too_large(town: Town) -> None:
    assert Client().post("/file/", {"text-1": "a" * 5000}).status_code == 413


def test_a_failure_of_ours_says_so_without_asking_anything(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = refusals.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "按两次也只算一份" in response.content.decode()
    assert b"Traceback" not in response.content


@pytest.mark.parametrize(("error", "status"), [(ValueError(), 500), (OSError(errno.ENOSPC, "full"), 507)])
def test_a_program_is_told_of_a_failure_in_its_own_shape(error: BaseException, status: int) -> None:
    try:
        raise error
    except BaseException:
        response = refusals.server_error(RequestFactory().get("/api/v1/filing"))
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(response.content)["status"] == status


ODD: list[dict[str, object]] = [
    {},
    {"page": "check", "go": "send"},
    {"page": "x" * 1000, "go": "y" * 1000, "matters": "10" * 500},
    {"matters": "-1", "page": "text"},
    {"matters": "²", "page": "text"},
    {"matters": "10", "page": "text", "go": "drop:9999999999999999999999"},
    {"page": "text", "go": "drop:²", "matters": "3"},
    {"page": "text", "go": "unfile:not-a-uuid"},
    {"page": "where", "area": "no-such-area"},
    {"page": "where", "spot": "no-such-spot", "place-1": "老桥"},
    {"page": "where", "map.x": "nan", "map.y": "1"},
    {"page": "where", "map.x": "99999999999", "map.y": "-5"},
    {"page": "what", "press": "no-such-door"},
    {"page": "kind", "door": "broken", "category-1": "streets"},
    {"page": "kind", "door": "office", "subject-1": "no-such-office", "category-1": "conduct"},
    {"page": "text", "q-1-" + "z" * 500: "1", "file-1": "x" * 500, "notify": "pigeon"},
    {"door": "broken", "category-1": "pothole", "text-1": "好", "lat-1": "NaN", "lon-1": "inf"},
    {"door": "broken", "category-1": "pothole", "text-1": "好", "lat-1": "1e400", "lon-1": "0"},
    {"door": "broken", "category-1": "pothole", "text-1": "好", "area-1": "' OR 1=1--"},
    {"door": "broken", "category-1": "conduct", "text-1": "好"},
]


def test_bytes_that_are_no_text_are_refused(town: Town) -> None:
    sent = "door=broken&category-1=pothole&text-1=%ED%A0%80%FF"
    response = Client().post("/file/send/", sent, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert Filing.objects.count() == 0


@pytest.mark.parametrize("address", ["/file/", "/file/send/", "/en/file/send/"])
def test_whatever_is_sent_is_answered_and_nothing_broken_is_filed(town: Town, address: str) -> None:
    for data in ODD:
        response = Client().post(address, data)
        assert response.status_code in (200, 422), data
    assert Filing.objects.count() == 0


@pytest.mark.parametrize(
    "address", ["/", "/how-it-works/", "/what-we-keep/", "/file/about-persons/", "/open/", "/file/"]
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_for_everybody_is_whole_in_both_languages(town: Town, prefix: str, address: str) -> None:
    response = Client().get(prefix + address)
    assert response.status_code == 200
    page = response.content.decode()
    assert 'lang="en"' in page if prefix else 'lang="zh-Hans"' in page
    assert "112" in page


def test_who_runs_the_server_stands_where_it_matters(town: Town) -> None:
    for address in ("/", "/file/", "/how-it-works/", "/what-we-keep/"):
        assert "镇政府" in Client().get(address).content.decode(), address


def test_each_procedure_in_force_is_drawn_and_told(town: Town) -> None:
    page = Client().get("/how-it-works/").content.decode()
    assert page.count('class="procedure"') == len(list(PROCEDURES.glob("*.toml")))
    assert "等您补充" in page


def test_no_page_of_ours_keeps_a_session(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    assert "sessionid" not in walker.client.cookies


class Full(Exception):
    sqlite_errorname = "SQLITE_FULL"


class Busy(Exception):
    sqlite_errorname = "SQLITE_BUSY"


class State(Exception):
    def __init__(self, state: str | None) -> None:
        self.sqlstate = state


def wrapped(reason: BaseException) -> BaseException:
    """As Django raises what a database raised."""
    error = DatabaseError()
    error.__cause__ = reason
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "no room"), 507),
        (wrapped(Full()), 507),
        (wrapped(State("53100")), 507),
        (wrapped(Busy()), 503),
        (wrapped(State("57P03")), 503),
        (wrapped(psycopg.OperationalError()), 503),
        (wrapped(State("23505")), 500),
        (OSError(errno.ENOENT, "no file"), 500),
        (ValueError(), 500),
    ],
)
def test_without_room_or_database_it_is_said_that_nothing_was_taken_in(
    error: BaseException, status: int
) -> None:
    try:
        raise error
    except BaseException:
        response = refusals.server_error(RequestFactory().get("/"))
    assert response.status_code == status
    assert ("没有编号" in response.content.decode()) == (status != 500)
    assert response.headers.get("Retry-After") == (None if status == 500 else "60")
