"""Whoever files a sealed matter names who must not see it: from the moment it is filed, those meet it nowhere."""

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment
from gongshi.cases import engine
from gongshi.cases.actions.filing import AboutOwnOffice, AlreadyFiled, file_filing
from gongshi.cases.actions.recusals import undo_recusal
from gongshi.cases.drafts import KeepOff, NewFiling
from gongshi.cases.models import Case, Filing, History, Recusal
from gongshi.cases.routes import NobodyAbove
from gongshi.cases.turns import turns_of
from gongshi.places.snapshots import forget
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import add_office, add_staff, ladder_town, replayed, sees
from tests.cast import NOW, Town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db
ALL = ["handler", "lead", "dispatcher", "supervisor"]


@pytest.fixture
def deep(town: Town) -> Town:
    """Four levels: a depot under Roads under the hall under the county."""
    add_office(town, "county", "hall")
    hall, county = town.offices["hall"], town.offices["county"]
    county.above, hall.above = None, county
    county.save()
    hall.save()
    add_office(town, "depot", "roads")
    for office in ("depot", "county"):
        add_staff(town, f"{office}-all", **{office: ALL})
    return town


def named(town: Town, *offices: str, role: str = "") -> tuple[KeepOff, ...]:
    return tuple(KeepOff(town.offices[office].id, role) for office in offices)


def quarrel(town: Town, *offices: str, role: str = "") -> Case:
    """A dispute, which the rules send to Roads."""
    filed, _ = lin_files(town, matter(town, "quarrel", keep_off=named(town, *offices, role=role)))
    case = case_of(filed)
    replayed(case)
    return case


def opens_for(town: Town, case: Case) -> set[str]:
    """The offices for which the case, or the contact that was left, is wrapped."""
    keys = {office.id: code for code, office in town.offices.items()}
    held = Wrap.objects.filter(subject__in=[case.id, case.filing_id])
    return {keys[wrap.recipient_id] for wrap in held if wrap.recipient_id in keys}


def test_nobody_named_changes_nothing(deep: Town) -> None:
    case = quarrel(deep)
    assert (case.office, case.recused) == (deep.offices["roads"], False)
    assert sees(deep, "zhou", case)


def test_a_named_office_and_all_beneath_it_meet_it_nowhere(deep: Town) -> None:
    case = quarrel(deep, "roads")
    assert case.office == deep.offices["hall"]
    assert case.route["rule"] == "above-kept"
    assert [sees(deep, name, case) for name in ("zhou", "he", "depot-all")] == [False] * 3
    assert sees(deep, "qin", case)
    assert opens_for(deep, case) == {"hall", "county"}
    row = Recusal.objects.get()
    assert (row.office, row.by, row.beneath) == (deep.offices["roads"], "resident", True)
    assert "case.office_recused" in History.objects.filter(case=case).values_list("code", flat=True)


def test_an_office_that_is_founded_beneath_it_later_is_kept_from_it_too(deep: Town) -> None:
    case = quarrel(deep, "roads")
    add_office(deep, "yard", "depot")
    add_staff(deep, "yard-all", yard=ALL, hall=["handler"])
    assert not sees(deep, "yard-all", case)
    undo_recusal(Recusal.objects.get().id, "查过了，没有关系。", actor=deep.actor("qin"), at=NOW)
    assert sees(deep, "yard-all", case)


def test_a_level_that_is_kept_from_it_is_passed_over(deep: Town) -> None:
    case = quarrel(deep, "hall")
    assert case.office == deep.offices["county"]
    assert [sees(deep, name, case) for name in ("zhou", "ma", "qin", "depot-all")] == [False] * 4
    assert opens_for(deep, case) == {"county"}


def test_beside_an_office_that_it_is_about(deep: Town) -> None:
    about = matter(deep, "conduct", subject=deep.offices["depot"].id, keep_off=named(deep, "roads"))
    case = case_of(lin_files(deep, about)[0])
    assert case.office == deep.offices["hall"]
    assert not sees(deep, "zhou", case)


@pytest.mark.parametrize("offices", [("county",), ("roads", "hall", "county")])
def test_where_nobody_is_left_nothing_is_filed(deep: Town, offices: tuple[str, ...]) -> None:
    with pytest.raises(NobodyAbove):
        quarrel(deep, *offices)
    assert (Filing.objects.count(), Wrap.objects.filter(recipient="receipt").count()) == (0, 0)


def test_a_level_with_nobody_in_it_is_passed_over(deep: Town) -> None:
    Appointment.objects.filter(office=deep.offices["hall"]).delete()
    forget()
    assert quarrel(deep, "roads").office == deep.offices["county"]


def test_those_named_by_their_work_are_kept_from_it_wherever_they_go(deep: Town) -> None:
    add_staff(deep, "ding", roads=["dispatcher"])
    case = quarrel(deep, "roads", role="dispatcher")
    assert case.office == deep.offices["roads"]
    assert sees(deep, "zhou", case)
    assert not sees(deep, "ding", case)
    Appointment.objects.filter(staff=deep.staff["ding"]).delete()
    add_staff(deep, "ding", hall=ALL)
    assert not sees(deep, "ding", case)
    assert sees(deep, "qin", case)
    (entry,) = History.objects.filter(case=case, code="case.role_recused")
    assert entry.params == {"of": str(deep.offices["roads"].id), "role": "dispatcher"}


def test_when_they_are_all_who_could_go_on_the_level_above_has_it(deep: Town) -> None:
    assert quarrel(deep, "roads", role="handler").office == deep.offices["hall"]


def test_the_head_stands_for_all_under_them_and_is_kept_from_it_elsewhere(deep: Town) -> None:
    add_staff(deep, "he", county=ALL)
    case = quarrel(deep, "roads", role="lead")
    assert case.office == deep.offices["hall"]
    assert [sees(deep, name, case) for name in ("zhou", "he", "depot-all")] == [False] * 3


def test_a_role_that_nobody_holds_names_the_office(deep: Town) -> None:
    assert quarrel(deep, "roads", role="operator").office == deep.offices["hall"]


def test_whoever_answers_for_it_is_none_of_them(deep: Town) -> None:
    add_staff(deep, "a-first", hall=["lead"], roads=["lead"])
    assert quarrel(deep, "water").lead == deep.staff["a-first"]
    assert quarrel(deep, "roads").lead == deep.staff["qin"]


def test_a_retry_that_names_somebody_else_is_not_the_same_filing(deep: Town) -> None:
    receipt = new_receipt()
    one = matter(deep, "quarrel", keep_off=named(deep, "roads", "water"))
    turned = matter(deep, "quarrel", keep_off=named(deep, "water", "roads"))
    filed, _ = lin_files(deep, one, receipt=receipt)
    again, _ = lin_files(deep, turned, receipt=receipt)
    assert (again.created, again.filing) == (False, filed.filing)
    for other in (matter(deep, "quarrel"), matter(deep, "quarrel", keep_off=named(deep, "roads"))):
        with pytest.raises(AlreadyFiled):
            lin_files(deep, other, receipt=receipt)


def calls(town: Town, actor: StaffActor, *offices: str) -> None:
    one = matter(town, "quarrel", keep_off=named(town, *offices))
    file_filing(NewFiling((one,), "zh", "phone"), receipt=new_receipt(), actor=actor, at=NOW)


def test_a_grievance_is_forwarded_by_a_level_that_was_not_named(town: Town) -> None:
    ladder_town(town)
    for office, has_it, forwards in (("roads", "hall", "gu"), ("hall", "city", "gu")):
        filed, _ = lin_files(town, matter(town, "grievance", keep_off=named(town, office)))
        case = case_of(filed)
        assert case.office == town.offices[has_it]
        assert "forward" in {move.code for move in engine.moves_for(case, town.actor(forwards), NOW)}
        assert not sees(town, "zhou", case)
        assert turns_of(town.actor(forwards))
        assert sees(town, forwards, case)
    with pytest.raises(NobodyAbove):
        lin_files(town, matter(town, "grievance", keep_off=named(town, "city")))


def test_nor_is_one_filed_that_nobody_left_could_forward(town: Town) -> None:
    ladder_town(town)
    keep = (*named(town, "roads"), *named(town, "city", role="lead"))
    with pytest.raises(NobodyAbove):
        lin_files(town, matter(town, "grievance", keep_off=keep))


def test_nobody_takes_down_what_they_must_not_see(deep: Town) -> None:
    add_staff(deep, "fan", water=["operator"])
    fan = deep.actor("fan")
    for office in ("water", "hall"):
        with pytest.raises(AboutOwnOffice):
            calls(deep, fan, office)
    calls(deep, fan, "roads")
    assert Case.objects.get().office == deep.offices["hall"]


def test_the_matter_that_is_not_sealed_goes_where_it_always_goes(deep: Town) -> None:
    """What is filed with it is one's own to see, and its number tells of nothing before it."""
    sealed = matter(deep, "quarrel", keep_off=named(deep, "roads"))
    filed, _ = lin_files(deep, sealed, matter(deep))
    assert case_of(filed, 1).office == deep.offices["roads"]
    assert case_of(filed, 2).office == deep.offices["hall"]
    assert sees(deep, "zhou", case_of(filed, 1))
    assert not sees(deep, "zhou", case_of(filed, 2))
