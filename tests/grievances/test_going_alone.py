"""Leaving a joint matter: all or nothing, and without being told whom it is kept from."""

from datetime import timedelta

import pytest

from gongshi.cases.actions import erasure
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.glass import approve, ask, find_asked
from gongshi.cases.actions.looks import BREAK_GLASS, open_content
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.changing import Changed
from gongshi.cases.drafts import KeepOff
from gongshi.cases.models import BreakGlass, History, JointOffice, Recusal
from gongshi.cases.queries import NotFound
from gongshi.cases.recusing import Whom, may_be_recused, recusals_told
from gongshi.cases.sight import kept_from
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.models import Member
from gongshi.safekeeping.models import Wrap
from tests.casework import add_office, add_staff, ladder_town
from tests.cast import NOW, Town
from tests.grievances.many import TEXT, at_home, begins, code_of, complains, joins

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def test_a_withdrawal_that_fails_hands_nothing_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    # Water helps with the joint case since: it would help with theirs.
    JointOffice.objects.create(case=collective.case, office=town.offices["water"], since_on=NOW.date())
    case, before = chen.case, set(Wrap.objects.values_list("id", flat=True))

    def faster(*_args: object, **_named: object) -> None:
        raise Changed

    monkeypatch.setattr(erasure, "make_move", faster)
    with pytest.raises(Changed):
        withdraw(case, erase=False, actor=chen.actor, at=NOW)
    assert set(Wrap.objects.values_list("id", flat=True)) == before
    assert case.outcome == chen.case.outcome == "joined"
    assert Member.objects.filter(case=case).exists()
    monkeypatch.undo()
    assert withdraw(case, erase=False, actor=chen.actor, at=NOW).outcome == "withdrawn"
    assert Wrap.objects.filter(subject=case.id, recipient_id=town.offices["water"].id).exists()


def test_glass_that_was_broken_for_the_first_case_closes_when_it_becomes_joint(
    town: Town, django_capture_on_commit_callbacks
) -> None:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    lin, pan = complains(town), town.actor("pan")
    ask(lin.filing.reference, 1, "要合起来看。", actor=pan, at=NOW)
    assert find_asked(NOW) == 1
    approve(BreakGlass.objects.get().id, actor=town.actor("qin"), at=NOW)
    assert open_content(lin.case, pan, why=BREAK_GLASS, at=NOW).text
    with django_capture_on_commit_callbacks(execute=True):
        begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    with pytest.raises(NotFound):
        open_content(lin.case, pan, why=BREAK_GLASS, at=NOW)
    assert BreakGlass.objects.get().ended_at == NOW
    assert not Wrap.objects.filter(recipient="glass").exists()
    assert list(History.objects.filter(case=lin.case, code="case.glass_closed").values_list("by")) == [
        ("system",)
    ]


def test_whoever_goes_alone_is_not_told_whom_it_was_kept_from_nor_when(town: Town) -> None:
    """An office that got hold of the code learns nothing of its having been named."""
    ladder_town(town)
    city, told = town.offices["city"], {}
    for name, named in (("named", True), ("nobody", False)):
        lin = complains(town)
        if named:
            recuse(lin.case, Whom.all_of(city.id), "亲戚。", actor=lin.actor, at=NOW)
        begin(lin.case, TEXT, actor=lin.actor, at=NOW)
        spy = joins(code_of(lin))
        case = go_alone(spy.case, actor=spy.actor, at=LATER)
        assert (city.id in kept_from(case).offices) == named
        assert set(Recusal.objects.filter(case=case).values_list("at", flat=True)) == (
            {LATER} if named else set()
        )
        shown = at_home(spy).form("#form-recuse").get_text()
        told[name] = may_be_recused(case, spy.actor), shown
    assert told["named"] == told["nobody"]
    assert "市信访局" in told["named"][1]


def test_whom_it_was_kept_from_can_be_named_anew_and_nobody_beneath_is_let_in(town: Town) -> None:
    depot, roads = add_office(town, "depot", "water"), town.offices["water"]
    lin = complains(town, keep_off=(KeepOff(roads.id),))
    begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    chen = joins(code_of(lin))
    case = go_alone(chen.case, actor=chen.actor, at=NOW)
    JointOffice.objects.create(case=case, office=roads, since_on=NOW.date())
    recuse(case, Whom.all_of(roads.id), "亲戚。", actor=chen.actor, at=LATER)
    [named] = recusals_told(case)
    assert (named.office_id, named.beneath, named.at) == (roads.id, False, LATER)
    assert {roads.id, depot.id} <= kept_from(case).offices
