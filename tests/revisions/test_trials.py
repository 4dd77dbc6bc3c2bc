"""What another routing list would have done with the last cases, and what nobody learns from it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actor_for
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.models import Case, Recusal
from gongshi.formats.pack import Pack
from gongshi.formats.pack import Promise as PromiseData
from gongshi.revisions.queries import in_force
from gongshi.revisions.trials import Trial, trial
from tests.packs.test_loading import case_of, filed
from tests.revisions.conftest import MARCH

pytestmark = pytest.mark.django_db


def to_hall(pack: Pack) -> Pack:
    """Every rule sends to the hall."""
    return replace(
        pack, rules=tuple(replace(one, office="hall", among=(), reason=one.reason) for one in pack.rules[-1:])
    )


def tried(actor: StaffActor) -> Trial:
    pack = in_force().pack
    return trial(pack, to_hall(pack), actor)


def test_who_would_have_gone_elsewhere(ada: StaffActor) -> None:
    east, west = case_of(filed("pothole")), case_of(filed("pothole", "west"))
    filed("lamp", None)
    found = tried(ada)
    assert (found.looked_at, found.elsewhere) == (3, 2)
    assert {(one.reference, one.area, one.before.office, one.after.office) for one in found.turns} == {
        (east.filing.reference, "east", "east-office", "hall"),
        (west.filing.reference, "west", "west-office", "hall"),
    }


def test_another_promise_is_told_as_well(ada: StaffActor) -> None:
    filed("pothole")
    filed("lamp")
    pack = in_force().pack
    other = tuple(
        replace(one, promise=PromiseData(2, "working")) if one.code == "pothole" else one
        for one in pack.categories
    )
    (turn,) = trial(pack, replace(pack, categories=other), ada).turns
    assert (turn.before.promise, turn.after.promise) == ((5, "working"), (2, "working"))


def test_only_the_last_hundred(ada: StaffActor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongshi.revisions.trials.MOST", 2)
    for _ in range(3):
        filed("pothole")
    assert tried(ada).looked_at == 2


@pytest.mark.parametrize("hidden", ["sealed", "about", "recused", "erased"])
def test_with_a_hidden_case_it_is_as_without(ada: StaffActor, hidden: str) -> None:
    filed("pothole")
    without = tried(ada)
    case = case_of(filed("pothole"))
    if hidden == "sealed":
        Case.objects.filter(pk=case.pk).update(kind="conduct")
    if hidden == "about":
        Case.objects.filter(pk=case.pk).update(subject=case.office)
    if hidden == "recused":
        Case.objects.filter(pk=case.pk).update(recused=True)
        Recusal.objects.create(id=uuid4(), case=case, staff_id=ada.staff_id, by="superior", at=MARCH)
    if hidden == "erased":
        Case.objects.filter(pk=case.pk).update(erased_at=MARCH)
    assert tried(ada) == without


def test_nobody_else_tries_out(ada: StaffActor) -> None:
    bo = actor_for(Staff.objects.get(username="bo"))
    assert bo is not None
    with pytest.raises(NotAllowed):
        tried(bo)
