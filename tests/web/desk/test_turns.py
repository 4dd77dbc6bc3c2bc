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


def test_the_picture_names_the_office_in_its_own_turn(sign_in: SignIn, fresh: Case) -> None:
    assert "由道路所办理" in text(sign_in("zhou").get(address(fresh)))
