"""A hearing at the residents' door: the notice, "I cannot come", the record, a remark, and all of it on paper."""

import pytest

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.hearings import end_hearing
from gongshi.cases.models import History, Message
from tests.cast import Town, case_of, resident
from tests.clock import Clock
from tests.hearings import HEARD, MINUTES, OUTCOME, called
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db


def test_notice_cannot_come_record_and_remark(town: Town, walker: Walker, clock: Clock) -> None:
    filed, case = called(town)
    clock.set("2026-04-08 10:00")
    walker.get("/open/").press(
        "打开", {"reference": filed.filing.reference, "receipt": resident(filed).receipt}
    )
    for words in ("听证", "地点：市信访局201室", "您可以带任何人来", "听证用的时间不算"):
        assert words in walker.text
    walker.press("告诉他们", {"text": "那天要上班。"}, form="#form-away form")
    assert "那天要上班。" in walker.text
    walker.press("告诉他们", form="#form-away form")
    assert History.objects.filter(code="case.hearing_away").count() == 2
    paper = walker.get("/filing/1/hearing/print/").text
    for words in (filed.filing.reference, "市信访局201室", "那天要上班。"):
        assert words in paper
    end_hearing(case_of(filed), "end_hearing", MINUTES, OUTCOME, actor=town.actor("gu"), at=HEARD)
    clock.set("2026-04-21 10:00")
    del case
    walker = Walker()
    walker.get("/open/").press(
        "打开", {"reference": filed.filing.reference, "receipt": resident(filed).receipt}
    )
    assert MINUTES in walker.text
    walker.press("写在记录旁边", {"text": " "}, form="#form-remark form")
    assert walker.status == 422
    walker.press("写在记录旁边", {"text": "我没有说过“可以”。"}, form="#form-remark form")
    assert "您对记录的意见" in walker.text
    assert Message.objects.filter(kind="remark").count() == 1


def test_where_its_time_ran_out_that_is_said(town: Town, walker: Walker, clock: Clock) -> None:
    filed, _ = called(town)
    for day in ("2026-04-21 10:00", "2026-05-06 10:00"):
        clock.set(day)
        run_clocks(clock())
    walker.get("/open/").press(
        "打开", {"reference": filed.filing.reference, "receipt": resident(filed).receipt}
    )
    assert "时限一天也没有延长" in walker.text
    page = walker.client.post("/filing/1/hearing/", {"form": "away", "csrfmiddlewaretoken": "x"})
    assert page.status_code == 403


def test_without_a_hearing_there_is_no_paper(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    assert walker.get("/filing/1/hearing/print/").status == 404
    assert "听证" not in walker.get("/filing/").text
