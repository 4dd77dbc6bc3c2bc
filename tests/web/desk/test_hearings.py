"""A hearing at the desk: called and ended as moves with their words, moved, recorded; all on the case's page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.hearings import is_called
from gongshi.cases.models import Case, Message
from tests.cast import Town, case_of
from tests.clock import Clock, local
from tests.hearings import called, in_re_review
from tests.statements import captured
from tests.web.desk.helpers import SignIn, address, move, text

pytestmark = pytest.mark.django_db
CALL = {
    "date": "2026-04-20",
    "time": "9:30",
    "place": "市信访局201室",
    "about": "坑是谁挖的",
    "invited": "道路所所长",
}
RECORD = {"minutes": "双方到场。", "outcome": "再看一次现场。"}


def fields(page: Any, form: str) -> dict[str, str]:
    """What stands in a form of the page."""
    found = BeautifulSoup(page.content, "html.parser").select(f"#form-{form} :is(textarea, input)[name]")
    kept = {str(one["name"]): str(one.get("value") or one.get_text()).strip() for one in found}
    return {name: value for name, value in kept.items() if name != "csrfmiddlewaretoken"}


def post(client: Client, case: Case, which: str, **typed: str) -> Any:
    return client.post(address(case, "hearing"), {**typed, "form": which})


def test_called_moved_and_ended_on_the_cases_page(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, case = in_re_review(town)
    clock.set("2026-04-07 10:00")
    gu = sign_in("gu")
    assert set(CALL) <= set(fields(gu.get(address(case)), "hold_hearing"))
    short = move(gu, case, "hold_hearing", **{**CALL, "date": "2026-04-10"})
    assert (short.status_code, "至少要有七天" in text(short)) == (422, True)
    assert "坑是谁挖的" in text(short)
    assert move(gu, case, "hold_hearing", **{**CALL, "place": ""}).status_code == 422
    assert move(gu, case, "hold_hearing", act="send", **CALL).status_code == 302
    case = case_of(filed)
    assert is_called(case)
    page = gu.get(address(case))
    assert "地点：市信访局201室" in text(page)
    assert not fields(page, "end_hearing"), "there is nothing to record before its day"
    assert "<dt>听证的日子</dt><dd>4月20日</dd>" in page.content.decode()
    kept = fields(page, "hearing-move")
    assert {**kept, **CALL} == {**kept}, "the form begins with the notice as it is"
    wrong = post(gu, case, "hearing-move", **{**kept, "date": "2026-06-20"})
    assert (wrong.status_code, "时限不等听证" in text(wrong)) == (422, True)
    moved = post(gu, case, "hearing-move", **{**kept, "date": "2026-04-28"})
    assert moved.status_code == 302
    assert post(gu, case, "hearing-move", **{**kept, "date": "2026-04-29"}).status_code == 409
    case = case_of(filed)
    gu = sign_in("gu")
    early = move(gu, case, "end_hearing", act="send", **RECORD)
    assert (early.status_code, "还没有到，不能先写记录" in text(early)) == (409, True)
    clock.set("2026-04-28 16:00")
    gu = sign_in("gu")
    assert fields(gu.get(address(case)), "end_hearing")
    assert move(gu, case, "end_hearing").status_code == 422
    assert move(gu, case, "end_hearing", act="send", **RECORD).status_code == 302
    case = case_of(filed)
    assert case.stage == "re_review"
    page = gu.get(address(case))
    assert "结果：再看一次现场。" in text(page)
    assert not fields(page, "hearing-move")
    assert not fields(page, "hearing-record")


def test_the_record_is_asked_for_where_the_time_ran_out(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, _ = called(town)
    for day in ("2026-04-21 10:00", "2026-05-06 10:00"):
        clock.set(day)
        run_clocks(clock())
    case, gu = case_of(filed), sign_in("gu")
    kept = fields(gu.get(address(case)), "hearing-record")
    assert post(gu, case, "hearing-record", **kept).status_code == 422
    assert post(gu, case, "hearing-record", **{**kept, **RECORD}).status_code == 302
    assert Message.objects.filter(case=case, kind="record").count() == 1
    assert not fields(gu.get(address(case)), "hearing-record")


def test_forms_that_there_are_not_and_people_whose_it_is_not(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    _, case = called(town)
    clock.set("2026-04-08 10:00")
    assert post(sign_in("gu"), case, "hearing-x").status_code == 404
    for name in ("zhou", "qin", "ma"):
        assert post(sign_in(name), case, "hearing-move", seen=str(case.seq), **CALL).status_code in (404, 409)
    assert Message.objects.filter(kind="hearing").count() == 1


def test_the_page_takes_no_more_statements(town: Town, sign_in: SignIn, clock: Clock) -> None:
    _, case = in_re_review(town)
    filed, heard = called(town)
    clock.set("2026-04-08 10:00")
    gu, counts = sign_in("gu"), []
    for one in (case, heard):
        gu.get(address(one))
        with captured() as statements:
            gu.get(address(one))
        counts.append(len(statements))
    assert counts[1] <= counts[0]
    assert local("2026-04-08 10:00") == clock()
    del filed
