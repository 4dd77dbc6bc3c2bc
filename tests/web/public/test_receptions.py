"""Reception days for everybody: nothing on a page tells what is booked, and one network never takes them all."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.accounts.models import StaffSession
from gongshi.bulletin.actions.receptions import book, call_off, change_reception
from gongshi.bulletin.models import Reception, ReceptionSheet
from gongshi.bulletin.receptions import booked_with
from gongshi.rules.receptions import bookable
from gongshi.safekeeping.booking_codes import FREE, HELD, opened_sheet
from gongshi.safekeeping.limits import forget as forget_tries
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.web.public.visits import COOKIE
from tests.bulletin.days import DAY, REASON, announced_day, day, new_code
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.statements import captured
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture(autouse=True)
def untried() -> Iterator[None]:
    """Nobody has tried anything."""
    forget_tries()
    yield
    forget_tries()


@pytest.fixture
def row(town: Town) -> Reception:
    """The head of Roads receives on Thursday from nine to eleven."""
    return announced_day(town)


def place(row: Reception) -> str:
    return f"/receptions/{row.id}/"


def taken(row: Reception) -> int:
    marks = opened_sheet(row.id, ReceptionSheet.objects.get(reception=row).marks)
    return sum(mark not in (FREE, HELD) for mark in marks)


def bare(page: Any) -> str:
    """A page without what differs each time: its tokens and the day's own key."""
    text = re.sub(r'name="(csrfmiddlewaretoken|form)" value="[^"]*"', "", page.content.decode())
    return re.sub(r"receptions/[0-9a-f-]{36}", "", text)


def test_booked_without_a_name_looked_up_and_given_back(walker: Walker, row: Reception) -> None:
    walker.get("/receptions/")
    for words in ("接访日", "道路所", "道路所所长", "3月5日 09:00–11:00", "共8个时段，2个留给没有预约的人"):
        assert words in walker.text
    walker.get(place(row)).press("约一个时间", {"hour": "10"})
    assert re.search(r"3月5日 10:(00|15|30)–10:(15|30|45)", walker.text)
    code = CODE.search(walker.text)
    assert code is not None
    assert taken(row) == 1
    again = Walker().get("/receptions/code/").press("看", {"code": code[0].lower()})
    assert "3月5日 10:" in again.text
    assert "道路所一楼" in again.text
    again.press("取消")
    assert "已经取消" in again.text
    assert taken(row) == 0
    assert Walker().get("/receptions/code/").press("看", {"code": code[0]}).status == 403


def test_nothing_of_the_visit_is_kept(walker: Walker, row: Reception) -> None:
    with captured() as statements:
        walker.get(place(row)).press("约一个时间")
    assert not StaffSession.objects.exists()
    assert COOKIE not in walker.client.cookies
    assert "sessionid" not in walker.client.cookies
    written = [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) == 1
    assert "bulletin_receptionsheet" in written[0]


def test_pages_are_the_same_whatever_is_booked(walker: Walker, town: Town, row: Reception) -> None:
    full = announced_day(town)
    for _ in bookable(full.slots):
        book(full, range(8), new_code(), at=NOW)
    assert bare(walker.get(place(row)).response) == bare(walker.get(place(full)).response)
    cards = walker.get("/receptions/").page.select("article.card")
    assert len({re.sub(r"/receptions/[0-9a-f-]{36}/", "", str(one)) for one in cards}) == 1


def test_a_form_sent_again_has_the_same_code(walker: Walker, row: Reception) -> None:
    form = walker.get(place(row)).form()
    data = {**walker.fields(form), "hour": ["any"]}
    pages = [walker.client.post(place(row), data).content.decode() for _ in range(2)]
    codes = [CODE.search(page) for page in pages]
    assert codes[0] is not None
    assert codes[1] is not None
    assert codes[0][0] == codes[1][0]
    assert taken(row) == 1


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"hour": "7"}, 422, "请选一个"),
        ({"hour": "\0"}, 422, "请选一个"),
        ({"form": "forged"}, 403, "这一页打开太久了"),
    ],
)
def test_what_cannot_be_booked_is_said(
    walker: Walker, row: Reception, typed: dict[str, str], status: int, words: str
) -> None:
    form = walker.get(place(row)).form()
    answer = walker.client.post(place(row), {**walker.fields(form), "hour": "any", **typed})
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert taken(row) == 0


def test_what_fails_by_the_form_uses_up_nothing(walker: Walker, row: Reception) -> None:
    """Empty and forged forms are no bookings, nor is one that is sent again."""
    form = walker.fields(walker.get(place(row)).form())
    burst = POLICIES["booking"].source.burst
    for typed in ({}, {"form": "forged", "hour": "any"}, {**form, "hour": "7"}):
        told = [walker.client.post(place(row), typed).status_code for _ in range(burst)]
        assert 429 not in told
    told = [walker.client.post(place(row), {**form, "hour": "any"}).status_code for _ in range(burst + 3)]
    assert set(told) == {200}
    assert grab(row, "127.0.0.1") == burst - 1


def test_where_nothing_is_left_one_may_come_all_the_same(walker: Walker, row: Reception) -> None:
    for _ in range(3):
        book(row, [0, 1, 2], new_code(), at=NOW)
    walker.get(place(row)).press("约一个时间", {"hour": "9"})
    assert (walker.status, "有时段留给没有预约的人" in walker.text) == (409, True)
    walker.press("约一个时间", {"hour": "any"})
    assert "10:" in walker.text
    assert walker.status == 200


def grab(row: Reception, source: str) -> int:
    """Book as often as this network may; how many times it got."""
    client, got = Client(REMOTE_ADDR=source), 0
    for _ in range(30):
        page = client.get(place(row)).content.decode()
        token = re.search(r'name="form" value="([^"]*)"', page)
        assert token is not None
        answer = client.post(place(row), {"form": token[1], "hour": "any"})
        if answer.status_code == 429:
            break
        got += answer.status_code == 200
    return got


def test_one_network_never_takes_a_whole_day_and_many_leave_a_quarter(town: Town, clock: Clock) -> None:
    row = announced_day(town, slots=20, minutes=10)
    burst = POLICIES["booking"].source.burst
    assert burst < len(bookable(20)) / 2
    assert grab(row, "203.0.113.7") == burst
    assert grab(row, "203.0.113.200") == 0, "the same network"
    assert grab(row, "198.51.100.9") == burst, "another is not made to wait"
    for third in range(1, 5):
        grab(row, f"192.0.{third}.1")
    assert taken(row) == 15, "a quarter stays for whoever comes"
    walker = Walker()
    clock.now = DAY
    assert "直接来" in walker.get(place(row)).text


def test_codes_are_not_guessed(walker: Walker, row: Reception) -> None:
    book(row, range(8), new_code(), at=NOW)
    walker.get("/receptions/code/")
    told = [walker.press("看", {"code": new_code()}).status for _ in range(5)]
    assert told == [403, 403, 403, 429, 429]
    right = new_code()
    book(row, range(8), right, at=NOW)
    assert walker.press("看", {"code": right}).status == 200


def test_a_moved_and_a_called_off_day_say_so(walker: Walker, town: Town, row: Reception) -> None:
    code, he = new_code(), town.actor("he")
    book(row, [4], code, at=NOW)
    later = day(begins_at=DAY + timedelta(days=1), reason=REASON)
    change_reception(row, later, seen=1, actor=he, at=NOW)
    for page in (walker.get("/receptions/"), walker.get("/receptions/code/").press("看", {"code": code})):
        assert "改期了，原定3月5日 09:00。" in page.text
        assert "所长要去开会。" in page.text
    assert "3月6日 10:00–10:15" in walker.text
    call_off(row, REASON, seen=2, actor=he, at=NOW)
    assert "取消了： 所长要去开会。" in walker.get("/receptions/").text
    assert "这次接访取消了" in walker.get("/receptions/code/").press("看", {"code": code}).text
    assert "约一个时间" not in walker.get(place(row)).text


def test_the_day_after_it_is_gone(walker: Walker, row: Reception, clock: Clock) -> None:
    code = new_code()
    book(row, [4], code, at=NOW)
    clock.set("2026-03-06 00:00")
    assert walker.get(place(row)).status == 404
    assert "还没有公布接访日" in walker.get("/receptions/").text
    assert walker.get("/receptions/code/").press("看", {"code": code}).status == 403
    assert ReceptionSheet.objects.count() == 1
    assert booked_with(code, NOW) is not None


def test_in_english(walker: Walker, row: Reception) -> None:
    assert "Head of Roads" in walker.get("/en/receptions/").text
    walker.get("/en" + place(row)).press("Book a time")
    assert "it is shown only now" in walker.text
    assert "Book without a name" not in walker.text


def test_the_list_costs_the_same_for_many(walker: Walker, town: Town, row: Reception) -> None:
    counts = []
    for _ in range(2):
        walker.get("/receptions/")
        with captured() as statements:
            walker.get("/receptions/")
        counts.append(len(statements))
        for _ in range(4):
            announced_day(town)
    assert counts[0] == counts[1] <= 2
    del row
