"""Whose turn it is, at the desk: the picture names who must act, and a supervisor's own turns are on their list."""

import pytest

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from tests.cast import Town, case_of, lin_files, resident
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalated(town: Town, clock: Clock) -> Case:
    """Lin Yue's pothole, taken to the level above on the day it was filed."""
    filed, _ = lin_files(town, at=clock())
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
