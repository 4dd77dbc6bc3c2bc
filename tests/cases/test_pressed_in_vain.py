"""Whoever is pressed three times in vain loses the case to the next level; at the last one the resident may leave."""

from datetime import timedelta

import pytest

from gongshi.accounts.models import Office
from gongshi.cases import engine
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.moves import make_move
from gongshi.cases.labels import history_words
from gongshi.cases.models import Clock, History, Supervision
from gongshi.cases.reading import key_for, read_case
from gongshi.places.snapshots import forget
from gongshi.words import pair
from tests.casework import add_staff, replayed
from tests.cast import Town, case_of, resident
from tests.clock import local
from tests.hearings import in_re_review

pytestmark = pytest.mark.django_db


def with_a_province(town: Town) -> None:
    """Somebody over the city, who can press it and re-reviews nothing."""
    town.offices["province"] = Office.objects.create(
        code="province", name=pair("省信访局", "Province"), phone="0000-8"
    )
    Office.objects.filter(code="city").update(above=town.offices["province"])
    add_staff(town, "shen", province=["supervisor"])
    forget()


def test_the_third_press_at_the_last_level_opens_the_way_outside_and_leads_no_further(town: Town) -> None:
    filed, case = in_re_review(town)
    with_a_province(town)
    lin, gu, shen = resident(filed), town.actor("gu"), town.actor("shen")
    at = local("2026-05-07 00:05")  # the time of the re-review ended on the sixth
    run_clocks(at - timedelta(days=1))
    assert case_of(filed).counts.get("press_last") is None
    pressed = []
    while case_of(filed).counts.get("press_last", 0) < 3:
        run_clocks(at)
        now = case_of(filed)
        pressed.append(now.counts["press_last"])
        may_leave = "leave" in {one.code for one in engine.moves_for(now, lin, at)}
        assert may_leave is (pressed[-1] == 3), pressed
        assert (now.stage, now.office.code) == ("re_review", "city")
        assert Supervision.objects.get(pk=now.supervision_id).supervisor == town.offices["province"]
        assert Clock.objects.filter(case=case, code="pressed_last", stopped_on=None, expired_on=None).exists()
        at += timedelta(days=7)
    assert sorted(set(pressed)) == [1, 2, 3]
    assert "press_last" not in {one.code for one in engine.moves_for(case_of(filed), shen, at)}
    for _ in range(4):
        run_clocks(at)
        at += timedelta(days=7)
    now = case_of(filed)
    assert (now.stage, now.office.code, now.counts["press_last"]) == ("re_review", "city", 3)
    assert "final_answer" in {one.code for one in engine.moves_for(now, gu, at)}, "it still has to be done"
    told = [
        history_words(one.code, one.params)
        for one in History.objects.filter(case=case, code="case.pressed").order_by("seq")
    ]
    assert [one["zh"][:4] for one in told] == ["第1次督", "第2次督", "第3次督"]
    assert ("可以到外面去" in told[-1]["zh"], "go on outside" in told[-1]["en"]) == (True, True)
    left = make_move(now, "leave", actor=lin, at=at)
    sent = read_case(left, key_for(case.id, lin), internal=False).letters[-1]
    assert "该办的单位已经督办3次，没有结果" in sent.text
    assert "上一级可以再督办" not in sent.text, "somebody is above"
    replayed(case_of(filed))
