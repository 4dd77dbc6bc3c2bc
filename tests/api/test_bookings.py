"""Reception days and outages by program: booked without a name, told once, and no faster than on the pages."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from gongshi.bulletin.actions.receptions import call_off
from gongshi.bulletin.models import Disruption, PageMonth, Reception, ReceptionSheet, Subscription
from gongshi.safekeeping.limits import forget as forget_tries
from gongshi.safekeeping.limits.policies import POLICIES
from tests.api.programs import Program
from tests.bulletin.days import REASON, announced_day, fill, left_of
from tests.bulletin.outages import announced
from tests.bulletin.pages import show
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.statements import captured
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db


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


def form(program: Program, kind: str = "booking") -> str:
    return str(program.post("drafts", {"form": kind})["draft"])


def place(row: Reception) -> str:
    return f"receptions/{row.id}/bookings"


def test_booked_without_a_name_looked_up_and_given_back(program: Program, row: Reception) -> None:
    before, shown = left_of(row), program.client.get("/api/v1/receptions").content
    wanted = {"draft": form(program), "hour": 10}
    booked = program.post(place(row), wanted)
    assert booked["begins_at"].startswith("2026-03-05T10:")
    assert booked["reception"]["id"] == str(row.id)
    assert program.post(place(row), wanted) == booked
    assert len(left_of(row)) == len(before) - 1
    assert program.client.get("/api/v1/receptions").content == shown
    code = {"code": booked.pop("code").lower()}
    assert program.post("bookings/reading", code) == booked
    assert program.post("bookings/giving-back", code) == {**booked, "given_back": True}
    assert program.post("bookings/reading", code, 403) == program.post(
        "bookings/giving-back", {"code": ""}, 403
    )


def test_what_cannot_be_booked(program: Program, row: Reception, town: Town, clock: Clock) -> None:
    program.post(place(row), {"draft": form(program), "hour": 7}, 422)
    program.post(place(row), {"draft": form(program, "join")}, 422)
    program.post("receptions/00000000-0000-7000-8000-000000000000/bookings", {"draft": form(program)}, 404)
    codes = fill(row)
    hour, day = (program.post(place(row), {"draft": form(program), "hour": one}, 409) for one in (10, None))
    assert hour["title"] != day["title"]
    call_off(row, REASON, seen=1, actor=town.actor("he", keys=False), at=NOW)
    program.post(place(row), {"draft": form(program)}, 409)
    told = program.post("bookings/reading", {"code": codes[0]})["reception"]
    assert (told["called_off"], told["reason"]) == (True, REASON)


def test_bookings_and_wrong_codes_are_counted_with_those_of_the_page(
    program: Program, row: Reception, client: Client
) -> None:
    most = POLICIES["booking"].source.burst
    drafts = [form(program) for _ in range(most)]
    for draft in drafts:
        program.post(place(row), {"draft": draft})
    code = program.post(place(row), {"draft": drafts[0]})["code"]
    assert program.post(place(row), {"draft": form(program)}, 429)["status"] == 429
    page = Walker().get(f"/receptions/{row.id}/").press("约一个时间")
    assert page.status == 429
    for _ in range(POLICIES["booked"].source.burst):
        program.post("bookings/reading", {"code": "7G2K-M4QX"}, 403)
    assert client.post("/receptions/code/", {"code": "7G2K-M4QX"}).status_code == 429
    program.post("bookings/giving-back", {"code": "7G2K-M4QX"}, 429)
    program.post("bookings/reading", {"code": code})


def test_nothing_of_the_visit_is_kept(program: Program, row: Reception) -> None:
    draft = form(program)
    with captured() as statements:
        program.post(place(row), {"draft": draft})
    written = [one for one in statements if not one.lstrip().startswith("SELECT")]
    assert all(ReceptionSheet._meta.db_table in one for one in written if "SAVEPOINT" not in one)
    assert written


@pytest.fixture
def outage(town: Town, channels: None) -> Disruption:
    """No water in the east, in a town that sends mail."""
    return announced(town)


@pytest.fixture
def channels(settings: Settings) -> None:
    """Mail and text messages go out."""
    settings.SMTP_URL, settings.SMS_URL = "smtp://127.0.0.1:1", "http://127.0.0.1:1/"


def test_told_once_and_taken_back_by_its_key_alone(program: Program, outage: Disruption) -> None:
    assert [one["tells"] for one in program.client.get("/api/v1/notices").json()["items"]] == [True]
    address, draft = f"notices/{outage.code}/telling", form(program, "telling")
    sent = {"draft": draft, "contact": "chen@example.org", "language": "zh"}
    key = program.post(address, sent)["key"]
    assert program.post(address, sent)["key"] == key
    other = program.post(address, {**sent, "draft": form(program, "telling")})["key"]
    assert {str(one) for one in Subscription.objects.values_list("id", flat=True)} == {key, other}
    assert UUID(key).version == 4
    wrong = program.post(address, {**sent, "contact": "chen@"}, 422)["errors"]
    assert [(one["where"], one["code"]) for one in wrong] == [("contact", "email")]
    program.post("notices/nowhere/telling", sent, 404)
    for taken_back in (key, key):
        assert program.post("notices/telling/stopping", {"key": taken_back}) == {"stopped": True}
    assert [str(one) for one in Subscription.objects.values_list("id", flat=True)] == [other]


def test_whoever_leaves_very_many_waits_at_either_door(
    program: Program, outage: Disruption, client: Client
) -> None:
    sent = {"draft": form(program, "telling"), "contact": "nobody", "language": "zh"}
    for _ in range(POLICIES["telling"].source.burst):
        program.post(f"notices/{outage.code}/telling", sent, 422)
    program.post(f"notices/{outage.code}/telling", sent, 429)
    assert client.post(f"/notices/{outage.code}/tell/", {f"tell-{outage.code}": "x"}).status_code == 429


def test_that_a_page_answered_is_counted_and_no_more_beyond_the_limit(program: Program, town: Town) -> None:
    page = show(town)
    for _ in range(POLICIES["answered"].source.burst + 3):
        assert program.post(f"answers/{page.code}/answered", {}) == {"said": True}
    assert PageMonth.objects.get().answered == POLICIES["answered"].source.burst
    program.post("answers/no-such-page/answered", {}, 404)
