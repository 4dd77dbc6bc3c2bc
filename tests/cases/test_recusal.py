"""A complaint never reaches those it is about (信访工作条例 Art. 30 ¶3), by whatever way they come."""

from uuid import UUID

import pytest

from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import actors_for
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import write_note
from gongshi.cases.actions.filing import SubjectMissing
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.supervision import decide
from gongshi.cases.models import Case, Filing, JointOffice, Supervision
from gongshi.cases.queries import (
    NotFound,
    QueueFilter,
    case_by_reference,
    queue,
    supervisions_of,
)
from gongshi.cases.routes import NobodyAbove
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.ids import new_id
from tests.casework import add_office, add_staff, sees
from tests.cast import NOW, Town, case_of, lin_files, matter
from tests.clock import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def deep(town: Town) -> Town:
    """Four levels: a depot under Roads under the hall under the county, with somebody of each role in each."""
    add_office(town, "county", "hall")
    hall, county = town.offices["hall"], town.offices["county"]
    county.above, hall.above = None, county
    county.save()
    hall.save()
    add_office(town, "depot", "roads")
    for office in ("depot", "roads", "hall", "county"):
        add_staff(town, f"{office}-all", **{office: ["handler", "lead", "dispatcher", "supervisor"]})
    forget()
    return town


def about(town: Town, office: str) -> Case:
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices[office].id))
    return case_of(filed)


def test_the_office_and_all_beneath_it_meet_it_nowhere(deep: Town) -> None:
    case = about(deep, "roads")
    assert case.office == deep.offices["hall"]
    assert not sees(deep, "roads-all", case)
    assert not sees(deep, "depot-all", case)
    assert sees(deep, "hall-all", case)
    assert sees(deep, "county-all", case)
    assert not sees(deep, "ma", case)


def test_nor_when_it_is_late_and_supervised(deep: Town) -> None:
    """The superior of the depot is Roads, and a matter about the depot is Roads' to answer: Roads is late with it."""
    case = about(deep, "depot")
    assert case.office == deep.offices["roads"]
    run_clocks(local("2026-03-12 00:05"))
    case.refresh_from_db()
    assert case.supervision is not None
    assert case.supervision.supervisor == deep.offices["hall"]
    assert not sees(deep, "depot-all", case)
    assert sees(deep, "hall-all", case)


def test_nor_when_they_were_asked_to_join(deep: Town) -> None:
    case = about(deep, "roads")
    for office in ("roads", "depot"):
        JointOffice.objects.create(
            id=new_id(), case=case, office=deep.offices[office], since_on=case.opened_on
        )
    assert not sees(deep, "roads-all", case)
    assert not sees(deep, "depot-all", case)


@pytest.mark.parametrize("where", ["roads", "depot"])
def test_nor_as_somebody_who_also_works_for_the_level_above(deep: Town, where: str) -> None:
    """Who holds a role in both offices is barred in both."""
    case = about(deep, "roads")
    add_staff(deep, "both", hall=["handler", "supervisor"], **{where: ["handler"]})
    assert not sees(deep, "both", case)
    hall = next(a for a in actors_for(deep.staff["both"]) if a.office_id == deep.offices["hall"].id)
    with pytest.raises(NotFound):
        case_by_reference(hall, case.filing.reference, 1)
    with pytest.raises(NotFound):
        open_content(case, hall, why="assignment", at=NOW)
    with pytest.raises(NotFound):
        write_note(case, "我看看。", actor=hall, at=NOW)
    with pytest.raises(RefusedError, match="not allowed"):
        make_move(case, "accept", actor=hall, at=NOW)
    # Another case of the hall's is theirs as ever.
    other = about(deep, "water")
    assert sees(deep, "both", other)


def test_a_role_that_has_ended_bars_nobody(deep: Town) -> None:
    add_staff(deep, "moved", hall=["handler"], roads=["handler"])
    Appointment.objects.filter(staff=deep.staff["moved"], office=deep.offices["roads"]).update(
        valid_to=NOW.date()
    )
    forget()
    assert sees(deep, "moved", about(deep, "roads"))


def test_the_lead_above_is_not_named_when_the_matter_is_about_their_other_office(deep: Town) -> None:
    add_staff(deep, "a-first", hall=["lead"], roads=["lead"])
    assert about(deep, "water").lead == deep.staff["a-first"]
    assert about(deep, "roads").lead == deep.staff["hall-all"]


def test_a_matter_about_the_topmost_office_is_refused_and_leaves_nothing(deep: Town) -> None:
    with pytest.raises(NobodyAbove):
        about(deep, "county")
    assert (Filing.objects.count(), OutboxRow.objects.count()) == (0, 0)


def test_a_matter_about_an_office_must_say_which(deep: Town) -> None:
    """Without it the rules would choose an office, and it might be that very one."""
    with pytest.raises(SubjectMissing):
        lin_files(deep, matter(deep, "conduct"))
    assert not Filing.objects.exists()


def test_it_names_no_neighbours(deep: Town) -> None:
    filed, _ = lin_files(
        deep, matter(deep, "conduct", subject=deep.offices["roads"].id, point=(30.5, 120.5001))
    )
    assert case_of(filed).route["near"] == []


def test_nobody_is_told_of_it_not_even_whoever_filed(deep: Town) -> None:
    """A message says that there is something to read, to whoever else reads that mailbox or holds that phone."""
    case = about(deep, "roads")
    make_move(case, "accept", actor=deep.actor("hall-all"), at=NOW)
    assert case.filing.notify == ""
    assert not OutboxRow.objects.exists()


def test_each_matter_about_an_office_is_decided_by_itself(deep: Town) -> None:
    """One supervisor may be barred from one of them, and complaints about an office are never counted together."""
    first, second = about(deep, "roads"), about(deep, "water")
    run_clocks(local("2026-03-12 00:05"))
    assert Supervision.objects.count() == 2
    add_staff(deep, "county-and-roads", county=["supervisor"], roads=["handler"])
    actor = next(
        a for a in actors_for(deep.staff["county-and-roads"]) if a.office_id == deep.offices["county"].id
    )
    for case in (first, second):
        case.refresh_from_db()
    at = local("2026-03-12 09:00")
    assert list(queue(actor, QueueFilter(), at=at)) == [second]
    assert list(supervisions_of(actor)) == [], "on no list of causes, which names the office"
    for case in (first, second):
        assert case.supervision is not None
        with pytest.raises(NotFound):
            decide(case.supervision, "快办。", answer_by=None, actor=actor, at=at)
    assert not Supervision.objects.exclude(decided_at=None).exists()


# A procedure in which a matter about an office may be handed on at all: the pack's own leaves no such move.


@pytest.fixture
def passing_on(deep: Town) -> Town:
    """The conduct procedure with moves that hand the case to other offices."""
    from gongshi.routing.models import ProcedureVersion

    row = ProcedureVersion.objects.get(code="conduct")
    row.text += """
[[moves]]
code = "invite_office"
name = { zh = "请别的单位一起办", en = "Bring in another office" }
from = ["checking"]
by = ["above"]
effect = "invite_office"
needs = ["office", "reason"]
basis = { zh = "试", en = "test" }
"""
    row.save()
    forget()
    return deep


def test_it_is_never_handed_to_them_however_their_office_is_written(passing_on: Town) -> None:
    town = passing_on
    case = make_move(about(town, "roads"), "accept", actor=town.actor("hall-all"), at=NOW)
    for code in ("roads", "depot"):
        office = town.offices[code].id
        for written in (office, str(office), str(office).upper(), office.hex, f"{{{office}}}", office.urn):
            with pytest.raises(RefusedError) as refusal:
                make_move(
                    case,
                    "invite_office",
                    actor=town.actor("hall-all"),
                    at=NOW,
                    params={"office": written, "reason": "一起看"},
                )
            assert refusal.value.code == "office_recused", written
    assert not JointOffice.objects.exists()
    water = {"office": town.offices["water"].id, "reason": "一起看"}
    make_move(case, "invite_office", actor=town.actor("hall-all"), at=NOW, params=water)
    assert sees(town, "ma", case)


@pytest.mark.parametrize("office", [UUID("00000000-0000-7000-8000-000000000000"), "no-office", "", "../x"])
def test_an_office_that_does_not_exist_is_refused(town: Town, office: object) -> None:
    case = case_of(lin_files(town)[0])
    with pytest.raises(RefusedError) as refusal:
        make_move(
            case, "hand_over", actor=town.actor("zhou"), at=NOW, params={"office": office, "reason": "归你"}
        )
    assert refusal.value.code in ("office_unknown", "needs_missing")


def test_an_office_cannot_hand_a_case_to_itself(town: Town) -> None:
    """It would start the time for acceptance afresh."""
    case = case_of(lin_files(town)[0])
    params = {"office": town.offices["roads"].id, "reason": "还是我们"}
    with pytest.raises(RefusedError) as refusal:
        make_move(case, "hand_over", actor=town.actor("zhou"), at=NOW, params=params)
    assert refusal.value.code == "office_same"
