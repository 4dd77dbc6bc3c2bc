"""When must they answer me? The page, its calendar file, and that nothing of a visit is kept."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from gongshi.places.snapshots import forget
from gongshi.routing.models import Promise
from gongshi.rules.limiting import Rate
from gongshi.safekeeping.limits import forget as forget_tries
from gongshi.safekeeping.limits.policies import HOUR, POLICIES, Policy
from tests.cast import Town
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
WHEN, FILE = "/when/", "/when/deadlines.ics"
ASKED = {"what": "service-request/pothole", "on": "2026-02-12"}


def answer(client: Client, address: str = WHEN, **fields: str) -> BeautifulSoup:
    response = client.post(address, {**ASKED, **fields})
    return BeautifulSoup(response.content, "html.parser")


@contextmanager
def nothing_kept() -> Iterator[None]:
    """No table has a row more or less afterwards."""

    def counted() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = counted()
    yield
    assert counted() == before


def test_one_asks_without_scripts_and_gets_every_last_day(walker: Walker) -> None:
    walker.get("/")
    assert walker.page.select_one(f'main a[href="{WHEN}"]')
    assert walker.page.select_one(f'footer a[href="{WHEN}"]')
    walker.get(WHEN)
    assert walker.page.select_one("#result") is None
    assert walker.page.select_one('input[name="on"]')["value"] == "2026-03-02"
    walker.press("算出期限", ASKED)
    page = walker.page
    days = [one.get_text() for one in page.select(".deadlines strong")]
    assert days[:2] == ["2月16日 周一", "2月19日 周四"]
    assert page.select_one(".drawing svg.timeline title")
    told = page.select_one("#result").get_text()
    for words in ("承办单位", "自动督办", "您的权利", "若延期", "发生时才开始算"):
        assert words in told
    assert page.select_one('option[value="service-request/pothole"][selected]')
    english = answer(Client(), "/en/when/")
    assert [one.get_text() for one in english.select(".deadlines strong")][:2] == ["Mon 16 Feb", "Thu 19 Feb"]
    assert not re.search("[\u4e00-\u9fff]", english.select_one(".drawing").get_text())


def test_every_deadline_names_its_basis(town: Town, client: Client) -> None:
    page = answer(client)
    rows = page.select(".deadlines tbody tr")
    assert len(rows) >= 6
    assert all(row.select_one("th .basis").get_text(strip=True) for row in rows)


def test_every_procedure_and_category_can_be_asked_about(town: Town, client: Client) -> None:
    page = BeautifulSoup(client.get(WHEN).content, "html.parser")
    values = [one["value"] for one in page.select("option") if one["value"]]
    assert len(values) == len(set(values)) >= 4
    for value in values:
        assert answer(client, what=value).select_one("#result svg"), value


def test_a_promise_counts_and_its_absence_is_said(town: Town, client: Client) -> None:
    Promise.objects.all().delete()
    forget()
    assert "没有承诺天数，这是内部目标" in answer(client).get_text()


def test_days_of_a_year_without_a_notice_are_provisional(town: Town, client: Client) -> None:
    assert "暂定" not in answer(client).select_one("#result").get_text()
    late = answer(client, on="2026-12-28").select_one("#result").get_text()
    assert "放假安排还没有公布" in late
    assert "（暂定）" in late


@pytest.mark.parametrize("address", [WHEN, FILE])
@pytest.mark.parametrize(
    "fields",
    [
        {"what": ""},
        {"what": "no-such"},
        {"what": "service-request/no-such"},
        {"what": "question/pothole"},
        {"what": "<b>\x00" + "x" * 9_000},
        {"on": ""},
        {"on": "2026-02-30"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"on": "yesterday\x00"},
    ],
)
def test_what_cannot_be_worked_out_is_said_beside_its_box(
    town: Town, client: Client, address: str, fields: dict[str, str]
) -> None:
    response = client.post(address, {**ASKED, **fields})
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    (name,) = fields
    assert [one["href"] for one in page.select(".errors a")] == [f"#id_{name}"]
    assert page.select_one(f"#id_{name}_error")
    assert page.select_one("#result") is None


def test_the_calendar_file_holds_the_same_days(town: Town, client: Client) -> None:
    page = answer(client)
    form = page.select_one(f'form[action="{FILE}"]')
    fields = {one["name"]: one["value"] for one in form.select("input[name]")}
    response = client.post(FILE, fields)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert 'filename="deadlines.ics"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    events = Calendar.from_ical(response.content).walk("VEVENT")
    days = {f"{one['DTSTART'].dt.month}月{one['DTSTART'].dt.day}日" for one in events}
    assert days == {one.get_text().split()[0] for one in page.select(".deadlines strong")}
    assert all(str(one["SUMMARY"]).startswith("最后一天：") for one in events)
    assert all("依据：" in str(one["DESCRIPTION"]) for one in events)
    again = Calendar.from_ical(client.post(FILE, fields).content).walk("VEVENT")
    assert [one["UID"] for one in again] == [one["UID"] for one in events]
    assert client.get(FILE).status_code == 405


def test_nothing_of_a_visit_is_kept(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    with nothing_kept(), caplog.at_level(logging.DEBUG, logger="gongshi"):
        response = client.post(WHEN, ASKED)
        client.post(FILE, ASKED)
        client.post(WHEN, {"what": "secret", "on": "2026-02-12"})
    assert set(client.cookies) <= {"csrftoken"}
    assert "2026-02-12" not in caplog.text
    assert "pothole" not in caplog.text
    assert "no-store" in response["Cache-Control"]
    page = BeautifulSoup(response.content, "html.parser")
    for one in page.select("[href], [action], [src]"):
        assert "2026-02-12" not in str(one.get("href") or one.get("action") or one.get("src"))
    assert all(form["method"] == "post" for form in page.select("main form"))


def test_what_is_asked_in_the_address_is_not_looked_at(town: Town, client: Client) -> None:
    page = BeautifulSoup(client.get(WHEN, ASKED).content, "html.parser")
    assert page.select_one("#result") is None


def test_the_page_asks_the_database_for_nothing_once_the_place_is_known(town: Town, client: Client) -> None:
    answer(client)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer(client)
    assert len(asked) <= 2


def test_a_neighbourhood_that_asks_very_often_waits_and_nothing_of_it_is_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page and file count together; what fails by the form does not."""
    forget_tries()
    assert POLICIES["reckoning"].source.burst >= 30
    here, elsewhere = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="198.51.100.9")
    # Few at once and none for an hour, so that a slow machine sees the same.
    burst = 6
    monkeypatch.setitem(POLICIES, "reckoning", Policy(Rate(burst, HOUR)))
    wrong = {here.post(WHEN, {**ASKED, "on": "gestern"}).status_code for _ in range(burst + 2)}
    assert wrong == {422}
    with nothing_kept():
        told = [here.post((WHEN, FILE)[n % 2], ASKED).status_code for n in range(burst + 2)]
    assert told == [200] * burst + [429] * 2
    waits = here.post(WHEN, ASKED)
    assert waits.headers["Retry-After"]
    assert 'name="what" value="service-request/pothole"' in waits.content.decode()
    assert here.get(WHEN).status_code == 200, "looking at the form is free"
    assert elsewhere.post(WHEN, ASKED).status_code == 200
    forget_tries()
