"""Hearings that tests call, and the way of a grievance up to where one can be called."""

from datetime import date, datetime
from typing import Any

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.hearings import Call, call_hearing
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from tests.casework import ANSWER, grievance
from tests.cast import Town, case_of, resident
from tests.clock import local

ASKED = local("2026-04-06 10:00")
CALLED = local("2026-04-07 10:00")
HEARD = local("2026-04-20 16:00")
MINUTES, OUTCOME = "双方到场，各说了半小时。", "再看一次现场。"


def in_re_review(town: Town) -> tuple[Filed, Case]:
    """Answered by Roads, reviewed by the hall, taken to the city on 6 April."""
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-04-01 10:00"))
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    reviewed = local("2026-04-03 10:00")
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=reviewed)
    return filed, make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=ASKED)


def call(**changed: Any) -> Call:
    """On 20 April at half past nine, in the city's room; except for what is ``changed``."""
    told: dict[str, Any] = {
        "on": date(2026, 4, 20),
        "time": "9:30",
        "place": "市信访局201室",
        "about": "坑是谁挖的",
        "invited": "道路所所长",
    }
    return Call(**{**told, **changed})


def called(town: Town, at: datetime = CALLED, **changed: Any) -> tuple[Filed, Case]:
    """The same, called by Officer Gu of the city."""
    filed, case = in_re_review(town)
    return filed, call_hearing(case, "hold_hearing", call(**changed), actor=town.actor("gu"), at=at)
