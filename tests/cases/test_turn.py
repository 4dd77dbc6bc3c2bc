"""Whose turn it is: the office that must act is named, not always the one that owes the answer."""

import pytest

from gongshi.cases import engine
from gongshi.cases.actions.moves import make_move
from tests.cast import NOW, Town, case_of, lin_files, matter, resident

pytestmark = pytest.mark.django_db


def test_the_office_then_the_supervisor_then_nobody(town: Town) -> None:
    filed, _ = lin_files(town)
    case = case_of(filed)
    assert engine.whose_turn(case) == town.offices["roads"].id
    make_move(case, "escalate", actor=resident(filed), at=NOW)
    assert engine.whose_turn(case) == town.offices["hall"].id
    make_move(case, "withdraw", actor=resident(filed), at=NOW)
    assert engine.whose_turn(case) is None


def test_about_an_office_it_is_the_level_above(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    assert engine.whose_turn(case_of(filed)) == town.offices["hall"].id
