"""Break-glass: two people of two offices, an hour, every look told, never over a recusal, and nothing to be guessed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import actors_for
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import worklists
from gongshi.cases.actions import glass as glass_actions
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.glass import (
    MOST_A_DAY,
    TooManyAsked,
    approve,
    ask,
    end,
    find_asked,
    reason_of,
    refuse,
    tell_ends,
)
from gongshi.cases.actions.looks import BREAK_GLASS, open_contact, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.changing import Changed
from gongshi.cases.glass import asked_by, case_through_glass, open_through, opened_for, waiting_for
from gongshi.cases.models import BreakGlass, Case, History, JointOffice, Look
from gongshi.cases.queries import NotFound, case_by_reference, cases_visible_to
from gongshi.cases.recusing import Whom
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.models import Leaf
from tests.casework import accepted, add_office, add_staff, replayed
from tests.cast import NOW, Town, lin_files, matter, resident

pytestmark = pytest.mark.django_db
WHY = "桥面塌陷，要查上游是不是同一条管线。"
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def wide(town: Town) -> Town:
    """Beside Roads and Water there are Parks, with a supervisor who sees nothing of theirs."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    return town


def asks(town: Town, case: Case, who: str = "pan", at: datetime = NOW) -> BreakGlass:
    """Ask for the case, and let the worker find it."""
    ask(case.filing.reference, case.number, WHY, actor=town.actor(who), at=at)
    find_asked(at)
    return BreakGlass.objects.latest("asked_at")


def opens(town: Town, case: Case, by: str = "he", at: datetime = NOW) -> BreakGlass:
    row = asks(town, case, at=at)
    approve(row.id, actor=town.actor(by), at=at)
    row.refresh_from_db()
    return row


def looks_in(case: Case, who: StaffActor, at: datetime) -> str:
    return open_content(case, who, why=BREAK_GLASS, at=at).text


def codes(case: Case) -> list[str]:
    rows = History.objects.filter(case=case, code__startswith="case.glass").order_by("seq")
    return [row.code for row in rows]


def test_it_opens_for_an_hour_and_not_a_second_longer(wide: Town) -> None:
    _, case = accepted(wide)
    pan = wide.actor("pan")
    with pytest.raises(NotFound):
        looks_in(case, pan, NOW)
    opens(wide, case)
    hour = NOW + timedelta(minutes=60)
    assert "老桥东头" in looks_in(case, pan, hour - timedelta(seconds=1))
    with pytest.raises(NotFound):
        looks_in(case, pan, hour)
    with pytest.raises(NotFound):
        case_through_glass(pan, case.filing.reference, 1, hour)
    (look,) = Look.objects.all()
    assert (look.why, look.office_id, look.role) == ("break_glass", wide.offices["parks"].id, "supervisor")


def test_it_opens_nothing_but_reading(wide: Town) -> None:
    """In no list, count or queue, no move, no contact, and not by the case's own page."""
    _, case = accepted(wide)
    opens(wide, case)
    pan = wide.actor("pan")
    assert not cases_visible_to(pan).exists()
    assert worklists.queue(pan, worklists.Wanted(), at=NOW, page=1) == ([], False)
    with pytest.raises(NotFound):
        case_by_reference(pan, case.filing.reference, 1)
    with pytest.raises(NotFound):
        open_contact(case, pan, why=BREAK_GLASS, at=NOW)
    with pytest.raises(NotFound):
        open_content(case, pan, why="supervision", at=NOW)
    case.refresh_from_db()
    with pytest.raises(RefusedError):
        make_move(case, "press", actor=pan, at=NOW, params={"reason": "快办"})


def test_each_step_stands_in_history_and_ledger(wide: Town) -> None:
    _, case = accepted(wide)
    before = Leaf.objects.count()
    row = opens(wide, case)
    assert tell_ends(NOW + timedelta(minutes=59)) == 0
    assert tell_ends(NOW + timedelta(minutes=60)) == 1
    assert tell_ends(NOW + timedelta(minutes=61)) == 0
    assert codes(case) == ["case.glass_asked", "case.glass_opened", "case.glass_closed"]
    assert Leaf.objects.count() == before + 3
    row.refresh_from_db()
    assert row.ended_at == row.until == NOW + timedelta(minutes=60)
    asked = History.objects.get(code="case.glass_asked")
    assert (asked.by, asked.office_id) == ("outside", wide.offices["parks"].id)


def test_whoever_reads_or_approved_ends_it(wide: Town) -> None:
    _, case = accepted(wide)
    row = opens(wide, case)
    for name in ("ma", "qin", "zhou"):
        with pytest.raises(NotFound):
            end(row.id, actor=wide.actor(name), at=LATER)
    end(row.id, actor=wide.actor("pan"), at=LATER)
    with pytest.raises(NotFound):
        looks_in(case, wide.actor("pan"), LATER)
    again = opens(wide, case, at=LATER)
    end(again.id, actor=wide.actor("he"), at=LATER)
    with pytest.raises(NotFound):
        looks_in(case, wide.actor("pan"), LATER)


def test_the_reason_is_sealed_and_read_by_whoever_approves(wide: Town) -> None:
    _, case = accepted(wide)
    ask(case.filing.reference, 1, WHY, actor=wide.actor("pan"), at=NOW)
    row = BreakGlass.objects.get()
    assert WHY.encode() not in bytes(row.asked_reason or b"")
    find_asked(NOW)
    row.refresh_from_db()
    assert row.asked_reason is None
    assert WHY.encode() not in bytes(row.reason or b"")
    assert reason_of(row, wide.actor("he")) == WHY


# Who may ask


@pytest.mark.parametrize("name", ["zhou", "he", "ma", "tang", "su"])
def test_only_supervisors_ask(wide: Town, name: str) -> None:
    _, case = accepted(wide)
    with pytest.raises(NotAllowed):
        ask(case.filing.reference, 1, WHY, actor=wide.actor(name), at=NOW)
    assert not BreakGlass.objects.exists()


def nobodys(town: Town) -> str:
    return "TT-0000-0000-0"


def about_parks(town: Town) -> str:
    subject = town.offices["parks"].id
    return lin_files(town, matter(town, "conduct", subject=subject))[0].filing.reference


def recused(town: Town) -> str:
    """Pan was kept from it by whoever filed, after a look."""
    filed, case = accepted(town)
    row = opens(town, case)
    looks_in(case, town.actor("pan"), NOW)
    end(row.id, actor=town.actor("pan"), at=NOW)
    case.refresh_from_db()
    whom = Whom.all_of(town.offices["parks"].id)
    recuse(case, whom, "他是当事人。", actor=resident(filed), at=NOW)
    return str(filed.filing.reference)


def withdrawn(town: Town) -> str:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=NOW)
    return str(filed.filing.reference)


@pytest.mark.parametrize("which", [nobodys, about_parks, recused, withdrawn], ids=lambda one: one.__name__)
def test_what_is_not_there_to_be_asked_for_is_never_found(wide: Town, which: Callable[[Town], str]) -> None:
    """A subject's office, a recused one and a made-up reference get one answer, and nobody is shown the request."""
    reference = which(wide)
    told = History.objects.count()
    BreakGlass.objects.all().delete()
    ask(reference, 1, WHY, actor=wide.actor("pan"), at=LATER)
    assert find_asked(LATER) == 0
    for name in ("qin", "he", "ma"):
        assert waiting_for(wide.actor(name), LATER) == []
    assert History.objects.count() == told
    (row,) = asked_by(wide.actor("pan"), LATER)
    assert (row.case, row.asked_reason) == (None, None)
    # After a day it is gone, and so is every other from whoever asked.
    day = LATER + timedelta(hours=24)
    assert not asked_by(wide.actor("pan"), day).exists()
    find_asked(day)
    assert not BreakGlass.objects.exists()


def test_what_is_theirs_to_see_anyway_is_not_opened_twice(wide: Town) -> None:
    _, case = accepted(wide)
    ask(case.filing.reference, 1, WHY, actor=wide.actor("qin"), at=NOW)
    assert find_asked(NOW) == 0


def test_asking_twice_is_one_request_for_those_who_approve(wide: Town) -> None:
    _, case = accepted(wide)
    asks(wide, case)
    asks(wide, case, at=LATER)
    assert len(waiting_for(wide.actor("he"), LATER)) == 1
    assert asked_by(wide.actor("pan"), LATER).count() == 2


@pytest.mark.parametrize("ending", ["refused", "ended", "over"])
def test_what_was_asked_meanwhile_does_not_come_back(wide: Town, ending: str) -> None:
    """Three requests for one case, one of them after the worker last looked: one is decided, and that is all."""
    _, case = accepted(wide)
    row, pan = asks(wide, case), wide.actor("pan")
    asks(wide, case, at=LATER)
    ask(case.filing.reference, 1, WHY, actor=pan, at=LATER)
    done = NOW + timedelta(minutes=2)
    if ending == "refused":
        refuse(row.id, actor=wide.actor("he"), at=done)
    else:
        approve(row.id, actor=wide.actor("he"), at=NOW)
        ask(case.filing.reference, 1, WHY, actor=pan, at=NOW + timedelta(minutes=1))
        if ending == "ended":
            end(row.id, actor=wide.actor("he"), at=done)
        else:
            done = NOW + timedelta(minutes=60)
    listed = list(asked_by(pan, done).values_list("id", "reference", "number", "asked_at"))
    for at in (done, done + timedelta(minutes=1)):
        assert find_asked(at) == 0
    assert waiting_for(wide.actor("he"), done) == []
    assert codes(case).count("case.glass_asked") == 1
    assert list(asked_by(pan, done).values_list("id", "reference", "number", "asked_at")) == listed
    assert len(listed) == (3 if ending == "refused" else 4)
    # Whoever asks once more says once more why, and is heard.
    again = asks(wide, case, at=done)
    assert waiting_for(wide.actor("he"), done) == [again]
    find_asked(done + timedelta(hours=24))
    assert BreakGlass.objects.filter(case=None).count() == 0


def test_a_stranger_who_asks_for_the_same_case_is_heard_beside(wide: Town) -> None:
    _, case = accepted(wide)
    add_staff(wide, "pei", parks=["supervisor"])
    row = asks(wide, case)
    other = asks(wide, case, "pei", at=LATER)
    assert waiting_for(wide.actor("he"), LATER) == [row, other]


def test_nobody_asks_all_day(wide: Town) -> None:
    pan = wide.actor("pan")
    for _ in range(MOST_A_DAY):
        ask("TT-0000-0000-0", 1, WHY, actor=pan, at=NOW)
    with pytest.raises(TooManyAsked):
        ask("TT-0000-0000-0", 1, WHY, actor=pan, at=NOW + timedelta(hours=23))
    ask("TT-0000-0000-0", 1, WHY, actor=pan, at=NOW + timedelta(hours=24))


# Who may approve


def test_a_second_person_of_another_office_who_sees_it(wide: Town) -> None:
    """Leads and supervisors who see it; not its handlers, nobody who does not see it, nobody of the asker's office."""
    add_staff(wide, "pei", parks=["lead", "supervisor"])
    _, case = accepted(wide)
    row = asks(wide, case)
    for name in ("pan", "pei", "ma", "zhou", "tang", "su"):
        assert waiting_for(wide.actor(name), NOW) == []
        with pytest.raises((NotFound, NotAllowed)):
            approve(row.id, actor=wide.actor(name), at=NOW)
    for name in ("he", "qin"):
        assert waiting_for(wide.actor(name), NOW) == [row]


def test_nobody_approves_their_own_request_by_another_office_of_theirs(wide: Town) -> None:
    add_staff(wide, "two", parks=["supervisor"])
    _, case = accepted(wide)
    parks = wide.actor("two")
    ask(case.filing.reference, 1, WHY, actor=parks, at=NOW)
    find_asked(NOW)
    row = BreakGlass.objects.get()
    add_staff(wide, "two", roads=["lead"])
    roads = next(a for a in actors_for(wide.staff["two"]) if a.office_id == wide.offices["roads"].id)
    with pytest.raises(NotFound):
        approve(row.id, actor=roads, at=NOW)
    # Nor does a colleague in Roads, where the asker works as well.
    with pytest.raises(NotFound):
        approve(row.id, actor=wide.actor("he"), at=NOW)
    approve(row.id, actor=wide.actor("qin"), at=NOW)


def test_the_database_knows_no_approval_without_a_second_person(wide: Town) -> None:
    _, case = accepted(wide)
    row = asks(wide, case)
    with pytest.raises(IntegrityError):
        BreakGlass.objects.filter(pk=row.pk).update(approved_at=NOW, until=NOW)


def test_it_is_decided_once(wide: Town) -> None:
    _, case = accepted(wide)
    row = asks(wide, case)
    refuse(row.id, actor=wide.actor("he"), at=NOW)
    with pytest.raises((NotFound, Changed)):
        approve(row.id, actor=wide.actor("qin"), at=NOW)
    assert codes(case) == ["case.glass_asked", "case.glass_refused"]
    assert not opened_for(wide.actor("pan"), NOW).exists()


def test_a_request_lapses_after_a_day(wide: Town) -> None:
    _, case = accepted(wide)
    row = asks(wide, case)
    with pytest.raises(NotFound):
        approve(row.id, actor=wide.actor("he"), at=NOW + timedelta(hours=24))


# What ends it


def test_a_recusal_ends_it_at_once_and_before_it_is_approved(wide: Town) -> None:
    filed, case = accepted(wide)
    opens(wide, case)
    case.refresh_from_db()
    recuse(case, Whom.all_of(wide.offices["parks"].id), "他是当事人。", actor=resident(filed), at=NOW)
    with pytest.raises(NotFound):
        looks_in(case, wide.actor("pan"), NOW)
    assert not opened_for(wide.actor("pan"), NOW).exists()


@pytest.mark.parametrize("kind", ["office", "staff", "elsewhere"])
def test_row_03_a_recusal_ends_what_is_open_and_says_when(wide: Town, kind: str) -> None:
    """For whoever it is hidden from now, by their office, by name or by another office of theirs; for nobody else."""
    filed, case = accepted(wide)
    row = opens(wide, case)
    parks, pan = wide.offices["parks"].id, wide.staff["pan"]
    add_office(wide, "trees", "hall")
    add_staff(wide, "tan", trees=["supervisor"])
    other = asks(wide, case, "tan", at=LATER)
    approve(other.id, actor=wide.actor("he"), at=LATER)
    whom = Whom.all_of(parks)
    if kind == "staff":
        whom = Whom("staff", pan.pk, parks)
    if kind == "elsewhere":
        whom = Whom.all_of(wide.offices["water"].id)
        Appointment.objects.create(staff=pan, office=wide.offices["water"], role="handler")
        forget()
        JointOffice.objects.create(case=case, office=wide.offices["water"], since_on=NOW.date())
    case.refresh_from_db()
    done = NOW + timedelta(minutes=5)
    by = resident(filed) if kind != "staff" else wide.actor("qin")
    recuse(case, whom, "他是当事人。", actor=by, at=done)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.ended_at, other.ended_at) == (done, None)
    assert codes(case).count("case.glass_closed") == 1
    closed = History.objects.get(code="case.glass_closed")
    assert (closed.at, closed.params["staff"]) == (done, str(pan.pk))
    assert open_through(wide.actor("he"), done).get() == other
    # What was told is not told again at the full time, nor does it come back when the recusal is undone.
    assert tell_ends(NOW + timedelta(hours=2)) == 1
    assert codes(case).count("case.glass_closed") == 2
    case.refresh_from_db()
    replayed(case)


def test_a_request_of_somebody_recused_meanwhile_is_not_approved(wide: Town) -> None:
    filed, case = accepted(wide)
    row = asks(wide, case)
    case.refresh_from_db()
    recuse(case, Whom.all_of(wide.offices["parks"].id), "他是当事人。", actor=resident(filed), at=NOW)
    assert waiting_for(wide.actor("he"), NOW) == []
    with pytest.raises(NotFound):
        approve(row.id, actor=wide.actor("he"), at=NOW)


def test_row_03_a_recusal_while_somebody_approves_opens_nothing(
    wide: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pan is kept from it between the approver's look at the request and the approval."""
    filed, case = accepted(wide)
    row = asks(wide, case)
    looked = glass_actions._to_decide

    def and_then(*given: Any) -> Any:
        found = looked(*given)
        case.refresh_from_db()
        recuse(case, Whom.all_of(wide.offices["parks"].id), "他是当事人。", actor=resident(filed), at=NOW)
        return found

    monkeypatch.setattr(glass_actions, "_to_decide", and_then)
    with pytest.raises(Changed):
        approve(row.id, actor=wide.actor("he"), at=NOW)
    row.refresh_from_db()
    assert row.approved_at is None


def test_losing_the_role_ends_it(wide: Town) -> None:
    _, case = accepted(wide)
    opens(wide, case)
    Appointment.objects.filter(staff=wide.staff["pan"]).update(role="handler")
    forget()
    with pytest.raises(NotFound):
        looks_in(case, wide.actor("pan"), NOW)


def test_an_erased_case_leaves_no_request(wide: Town) -> None:
    filed, case = accepted(wide)
    opens(wide, case)
    case.refresh_from_db()
    withdraw(case, erase=True, actor=resident(filed), at=NOW)
    erase_due(NOW + timedelta(days=20), 10)
    assert not BreakGlass.objects.exists()
