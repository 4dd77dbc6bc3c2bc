"""Reception days at the desk: announced, changed, called off; on the day its list, a code at the door, and a filing."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.bulletin.actions.receptions import book, call_off
from gongshi.bulletin.models import Reception
from gongshi.cases.models import Claim, Filing
from tests.bulletin.days import DAY, REASON, announced_day, new_code
from tests.casework import add_staff
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
TYPED = {
    "receiver_zh": "道路所所长",
    "receiver_en": "Head of Roads",
    "place_zh": "一楼",
    "place_en": "Ground floor",
    "begins_at": "2026-03-05T09:00",
}
WHY = {"reason_zh": "有会。", "reason_en": "A meeting."}


def place(row: Reception) -> str:
    return f"/desk/receptions/{row.id}/"


def rows(answer: Any) -> list[str]:
    """The list of times, as it is read."""
    found = BeautifulSoup(answer.content, "html.parser").select("table tbody tr")
    return [" ".join(one.get_text(" ").split()) for one in found]


def test_announced_changed_and_called_off(sign_in: SignIn) -> None:
    he = sign_in("he")
    answer = he.post("/desk/receptions/new/", {**TYPED, "minutes": "15", "slots": "8"})
    row = Reception.objects.get()
    assert answer.headers["Location"] == place(row)
    assert (row.begins_at, row.minutes, row.slots, row.office.code) == (DAY, 15, 8, "roads")
    changed = {**TYPED, **WHY, "begins_at": "2026-03-05T10:00", "seen": "1", "act": "change"}
    assert he.post(place(row), changed).status_code == 302
    assert he.post(place(row), changed).status_code == 409
    assert "3月5日 10:00–12:00" in text(he.get("/desk/receptions/"))
    assert he.post(place(row), {"act": "off", "seen": "2", "reason_zh": "有会。"}).status_code == 422
    assert he.post(place(row), {**WHY, "act": "off", "seen": "2"}).status_code == 302
    page = text(he.get(place(row)))
    assert "取消了： 有会。" in page
    assert "改这一天" not in page


def test_what_is_wrong_is_said_beside_its_box(sign_in: SignIn) -> None:
    he = sign_in("he")
    wrong = {**TYPED, "receiver_en": "", "begins_at": "2026-03-02T10:00", "minutes": "15", "slots": "x"}
    refused = he.post("/desk/receptions/new/", wrong)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"slots"}
    refused = he.post("/desk/receptions/new/", {**wrong, "slots": "99"})
    assert set(refused.context["form"].errors) == {"receiver_en", "begins_at", "slots"}
    assert not Reception.objects.exists()


def test_before_the_day_the_page_is_the_same_and_on_it_the_list_is_there(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    row, he = announced_day(town), sign_in("he")
    before = text(he.get(place(row)))
    code = new_code()
    slot = book(row, [1, 2], code, at=NOW)
    assert text(he.get(place(row))) == before
    assert rows(he.get(place(row))) == []
    assert he.post(place(row), {"act": "check", "code": code}).status_code == 404
    clock.set("2026-03-05 08:00")
    he = sign_in("he")
    listed = rows(he.get(place(row)))
    assert len(listed) == 8
    assert [one[:5] for one in listed if "有人约了" in one] == [("09:15", "09:30")[slot.position - 1]]
    assert code not in text(he.get(place(row)))
    assert "对的：约的是09:" in text(he.post(place(row), {"act": "check", "code": code}))
    assert "今天没有这个码" in text(he.post(place(row), {"act": "check", "code": new_code()}))
    assert "今天没有这个码" in text(he.post(place(row), {"act": "check", "code": "\0"}))
    assert "form-off" not in he.get(place(row)).text
    off = he.post(place(row), {**WHY, "act": "off", "seen": "1"})
    assert (off.status_code, "当天不能再改期或取消" in text(off)) == (422, True)
    clock.set("2026-03-06 08:00")
    he = sign_in("he")
    assert rows(he.get(place(row))) == []
    assert he.post(place(row), {"act": "check", "code": code}).status_code == 404


def test_a_code_of_another_day_is_none_here(town: Town, sign_in: SignIn, clock: Clock) -> None:
    row, other, code = announced_day(town), announced_day(town, "ma"), new_code()
    book(other, range(8), code, at=NOW)
    clock.now = DAY
    assert "今天没有这个码" in text(sign_in("he").post(place(row), {"act": "check", "code": code}))


def test_codes_are_not_tried_out_at_the_door(town: Town, sign_in: SignIn, clock: Clock) -> None:
    row = announced_day(town)
    clock.now = DAY
    he = sign_in("he")
    told = [he.post(place(row), {"act": "check", "code": new_code()}).status_code for _ in range(4)]
    assert told == [200, 200, 200, 429]


def hidden(page: Any) -> dict[str, str]:
    found = BeautifulSoup(page.content, "html.parser").select("main input[type=hidden][name]")
    return {str(one["name"]): str(one.get("value") or "") for one in found}


def test_what_somebody_says_becomes_a_case_that_nothing_ties_to_the_booking(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    add_staff(town, "fan", roads=["operator"])
    row, code = announced_day(town), new_code()
    book(row, range(8), code, at=NOW)
    clock.now = DAY
    fan: Client = sign_in("fan")
    page = fan.get(place(row))
    assert "改这一天" not in text(page)
    door = BeautifulSoup(page.content, "html.parser").select_one('a[href*="channel="]')
    assert door is not None
    form = fan.get(str(door["href"]))
    checked = BeautifulSoup(form.content, "html.parser").select("input[type=radio][checked]")
    assert {(str(one["name"]), str(one["value"])) for one in checked} >= {
        ("channel", "walk_in"),
        ("way", "at_once"),
    }
    said = {"text-1": "老桥东头有一个坑。pothole", "channel": "walk_in", "way": "at_once", "go": "check"}
    back = fan.post("/desk/call/", {**hidden(form), **said})
    saved = fan.post("/desk/call/", {**hidden(back), "go": "save"})
    assert "认领" in text(saved)
    filing = Filing.objects.get()
    assert filing.channel == "walk_in"
    assert Claim.objects.get().way == "at_once"
    names = {field.name for field in Filing._meta.get_fields()} | {
        field.name for field in Claim._meta.get_fields()
    }
    assert not {name for name in names if "reception" in name or "booking" in name or "slot" in name}


def test_the_door_opens_only_with_a_channel_that_there_is(town: Town, sign_in: SignIn) -> None:
    add_staff(town, "fan", roads=["operator"])
    for asked, expected in (("?channel=web", "phone"), ("", "phone"), ("?channel=walk_in", "walk_in")):
        page = BeautifulSoup(sign_in("fan").get(f"/desk/call/{asked}").content, "html.parser")
        chosen = page.select_one("input[name=channel][checked]")
        assert chosen is not None
        assert chosen["value"] == expected


def test_other_offices_find_nothing_and_others_of_the_office_change_nothing(
    town: Town, sign_in: SignIn
) -> None:
    row = announced_day(town)
    for name, status in (("ma", 404), ("tang", 404), ("zhou", 200)):
        page = sign_in(name).get(place(row))
        assert (name, page.status_code) == (name, status)
        assert "改这一天" not in text(page)
        assert sign_in(name).post(place(row), {**WHY, "act": "off", "seen": "1"}).status_code == 404
        assert sign_in(name).post(place(row), {"act": "check", "code": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.called_off_at is None


def test_whoever_works_there_takes_down_what_a_visitor_says_on_that_day_alone(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    row = announced_day(town)
    assert sign_in("zhou").get("/desk/call/").status_code == 404
    clock.now = DAY
    zhou = sign_in("zhou")
    page = zhou.get(place(row))
    assert "登记他说的事" in text(page)
    assert rows(page) == [], "the list is not for everybody"
    assert sign_in("ma").get("/desk/call/").status_code == 404, "another office's day"
    assert zhou.get("/desk/call/status/").status_code == 404
    form = zhou.get("/desk/call/")
    channels = BeautifulSoup(form.content, "html.parser").select("input[name=channel]")
    assert [one["value"] for one in channels] == ["walk_in"]
    said = {"text-1": "老桥东头有一个坑。pothole", "channel": "phone", "way": "at_once", "go": "check"}
    back = zhou.post("/desk/call/", {**hidden(form), **said})
    assert "认领" in text(zhou.post("/desk/call/", {**hidden(back), "go": "save"}))
    assert Filing.objects.get().channel == "walk_in"
    clock.set("2026-03-06 09:00")
    assert sign_in("zhou").get("/desk/call/").status_code == 404


def test_nor_on_a_day_that_was_called_off(town: Town, sign_in: SignIn, clock: Clock) -> None:
    row = announced_day(town)
    call_off(row, REASON, seen=1, actor=town.actor("he"), at=NOW)
    clock.now = DAY
    assert sign_in("zhou").get("/desk/call/").status_code == 404
    assert "登记他说的事" not in text(sign_in("zhou").get(place(row)))


def test_pages_take_few_statements(town: Town, sign_in: SignIn, clock: Clock) -> None:
    row = announced_day(town)
    for _ in range(5):
        announced_day(town)
    clock.now = DAY
    he = sign_in("he")
    for path in ("/desk/receptions/", place(row), "/desk/receptions/new/"):
        he.get(path)
        with captured() as statements:
            he.get(path)
        assert len(statements) <= 10, path
