"""Whose turn it is, at the desk: the picture names who must act, and a supervisor's own turns are on their list."""

import re
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from tests.cast import Town, case_of, lin_files, resident
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalated(town: Town, clock: Clock) -> Case:
    """Lin Yue's pothole, taken to the level above on the day after it was filed."""
    filed, _ = lin_files(town, at=clock() - timedelta(days=1))
    return make_move(case_of(filed), "escalate", actor=resident(filed), at=clock())


@pytest.fixture
def disputed(town: Town, clock: Clock) -> Case:
    """Lin Yue's pothole, handed over twice and then referred to the supervisor."""
    case = case_of(lin_files(town, at=clock())[0])
    for giver, taker in (("zhou", "water"), ("ma", "roads")):
        given = {"office": town.offices[taker].id, "reason": f"该{taker}办"}
        case = make_move(case, "hand_over", actor=town.actor(giver), at=clock(), params=given)
    return make_move(case, "refer", actor=town.actor("zhou"), at=clock(), params={"reason": "都说不归自己"})


@pytest.mark.parametrize("name", ["escalated", "disputed"])
def test_the_picture_names_the_supervisor(sign_in: SignIn, name: str, request: pytest.FixtureRequest) -> None:
    case = request.getfixturevalue(name)
    for who in ("zhou", "qin"):
        page = text(sign_in(who).get(address(case)))
        assert "由镇政府办理" in page, who
        assert "由道路所办理" not in page, who


def test_whoever_looks_into_it_now_is_named_beside_the_office(sign_in: SignIn, escalated: Case) -> None:
    for who in ("zhou", "qin"):
        page = text(sign_in(who).get(address(escalated))).partition("谁负责")[2]
        assert page.index("单位 道路所 现在过问 镇政府"), who


def test_history_says_which_time_limit_an_office_was_reminded_of(
    town: Town, sign_in: SignIn, fresh: Case, clock: Clock
) -> None:
    for number in range(3, 10):
        clock.set(f"2026-03-{number:02d} 00:05")
        run_clocks(clock())
    history = text(sign_in("zhou").get(address(fresh))).partition("经过")[2]
    assert "临近期限，已提醒承办单位 · 受理 · 3月4日到期" in history
    assert "临近期限，已提醒承办单位 · 答复 · 3月9日到期" in history
    english = text(sign_in("zhou").get(address(fresh, english=True)))
    assert "the office was reminded · Acceptance · due 4 March" in english


def test_only_what_is_taken_above_is_with_somebody_else(sign_in: SignIn, fresh: Case) -> None:
    assert "现在过问" not in text(sign_in("zhou").get(address(fresh)))


FIRST_RULE = "这类事由roads负责"


def why_here(page: str) -> str:
    return page.partition("为什么到这里")[2].partition("来件")[0].strip()


def test_why_it_came_here_is_the_last_hand_over(
    town: Town, sign_in: SignIn, fresh: Case, clock: Clock
) -> None:
    assert FIRST_RULE in why_here(text(sign_in("zhou").get(address(fresh))))
    clock.advance(days=1)
    params = {"office": town.offices["water"].id, "reason": "坑是水管漏出来的"}
    make_move(fresh, "hand_over", actor=town.actor("zhou"), at=clock(), params=params)
    assert why_here(text(sign_in("ma").get(address(fresh)))) == "坑是水管漏出来的 转来 · 道路所 · 3月3日"
    unopened = why_here(text(sign_in("qin").get(address(fresh))))
    assert unopened == "转来 · 道路所 · 3月3日"


def test_why_it_came_here_after_a_superior_took_it_over(
    town: Town, sign_in: SignIn, escalated: Case, clock: Clock
) -> None:
    params = {"reason": "拖得太久，由我们办"}
    make_move(escalated, "take_over", actor=town.actor("qin"), at=clock(), params=params)
    said = why_here(text(sign_in("qin").get(address(escalated))))
    assert said == "拖得太久，由我们办 上级接手 · 镇政府 · 3月2日"


def test_the_picture_names_the_office_in_its_own_turn(sign_in: SignIn, fresh: Case) -> None:
    assert "由道路所办理" in text(sign_in("zhou").get(address(fresh)))


def test_stages_are_named_for_staff(town: Town, sign_in: SignIn, escalated: Case) -> None:
    for who in ("zhou", "qin"):
        case_page = text(sign_in(who).get(address(escalated)))
        assert "居民已请上级过问" in case_page, who
        assert "已答复，等居民确认" in case_page, who
        for addressed in ("请您看看", "您已请上级", "您已确认", "您的意见"):
            assert addressed not in case_page, (who, addressed)
    assert "居民已请上级过问" in text(sign_in("zhou").get("/desk/"))
    assert "The resident asked the level above" in text(sign_in("zhou").get("/en/desk/"))


def clocks(page: Any) -> dict[str, str]:
    """What the clock of each row says, in words."""
    return {
        row.reference: " ".join(re.sub(r"<[^>]+>", " ", row.clock).split()) for row in page.context["rows"]
    }


def test_a_supervisors_own_turns_are_in_their_queue(
    sign_in: SignIn, escalated: Case, disputed: Case, town: Town, clock: Clock
) -> None:
    lin_files(town, at=clock())  # the office's turn: not on the supervisor's list
    dispatch, escalation, answer = "3月4日前", "3月9日前", "3月7日前"
    page = sign_in("qin").get("/desk/")
    said = clocks(page)
    assert list(said) == [disputed.filing.reference, escalated.filing.reference]
    assert dispatch in said[disputed.filing.reference]
    assert escalation in said[escalated.filing.reference]
    assert answer in clocks(sign_in("zhou").get("/desk/"))[escalated.filing.reference]
    for name in ("ma", "tang"):
        assert clocks(sign_in(name).get("/desk/")) == {}, name


def test_ones_own_turns_are_counted_when_they_are_due(
    sign_in: SignIn, escalated: Case, disputed: Case, clock: Clock
) -> None:
    def listed(show: str) -> list[str]:
        return [row.reference for row in sign_in("qin").get(f"/desk/?show={show}").context["rows"]]

    counted = sign_in("qin").get("/desk/").context["counted"]
    assert (counted.total, counted.late, counted.soon) == (2, 0, 0)
    clock.set("2026-03-03 09:00")
    counted = sign_in("qin").get("/desk/").context["counted"]
    assert (counted.late, counted.soon) == (0, 1)
    assert listed("soon") == [disputed.filing.reference]
    clock.set("2026-03-09 09:00")  # the office's own time ended on the 7th; the supervisor still has today
    counted = sign_in("qin").get("/desk/").context["counted"]
    assert (counted.late, counted.soon) == (1, 1)
    assert listed("late") == [disputed.filing.reference]
    clock.set("2026-03-10 09:00")
    assert listed("late") == [disputed.filing.reference, escalated.filing.reference]


def test_the_board_shows_the_supervisors_clock(sign_in: SignIn, escalated: Case, disputed: Case) -> None:
    client = sign_in("qin")
    assert "3月9日前" in clocks(client.get("/desk/board/?list=escalated"))[escalated.filing.reference]
    assert "3月4日前" in clocks(client.get("/desk/board/?list=handed_about"))[disputed.filing.reference]
    assert "3月9日前" in text(client.get(address(escalated))).partition("看您现在可以")[0]


def test_about_ones_own_office_it_is_on_no_list(sign_in: SignIn, town: Town, escalated: Case) -> None:
    Case.objects.filter(pk=escalated.pk).update(subject=town.offices["hall"])
    assert sign_in("qin").get("/desk/").context["rows"] == []


def test_statements_of_a_supervisors_queue(
    town: Town, sign_in: SignIn, clock: Clock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        filed, _receipt = lin_files(town, at=clock())
        make_move(case_of(filed), "escalate", actor=resident(filed), at=clock())
    client = sign_in("qin")
    client.get("/desk/")
    with django_assert_max_num_queries(10):
        page = client.get("/desk/")
    assert len(page.context["rows"]) == 8
