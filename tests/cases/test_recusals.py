"""Whoever was recused from a case, or works for an office that was, meets it nowhere; the work goes on without them."""

from uuid import UUID

import pytest

from gongshi.accounts.models import Office
from gongshi.accounts.queries import actors_for
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import engine, worklists
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.handlers import handlers_for, name_handler
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import consents_to_review, give_consent, open_copy, publish
from gongshi.cases.actions.recusals import NobodyLeft, recuse, recuse_self, undo_recusal
from gongshi.cases.changing import Changed
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, History, JointOffice, Recusal
from gongshi.cases.queries import NotFound, case_by_reference
from gongshi.cases.reading import key_of, read_case
from gongshi.cases.recusing import Whom, may_be_recused
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.models import Leaf
from tests.casework import ANSWER, accepted, add_office, add_staff, grievance, replayed, sees
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
WHY = "当事人是我的表弟。"


@pytest.fixture
def deep(town: Town) -> Town:
    """The county over the hall over Roads and Water, with somebody who supervises and works in each upper office."""
    county = add_office(town, "county", "hall")
    hall = town.offices["hall"]
    county.above, hall.above = None, county
    county.save()
    hall.save()
    add_staff(town, "cao", county=["supervisor", "handler", "lead"])
    return town


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise", "supervision").get(pk=case.pk)


def staff(town: Town, name: str, office: str = "roads") -> Whom:
    return Whom("staff", town.staff[name].id, town.offices[office].id)


def office(town: Town, code: str) -> Whom:
    return Whom.all_of(town.offices[code].id)


def test_who_steps_back_no_longer_meets_it(town: Town) -> None:
    _, case = accepted(town)
    assert sees(town, "zhou", case)
    recuse_self(case, WHY, actor=town.actor("zhou"), at=NOW)
    assert not sees(town, "zhou", fresh(case))
    zhou = town.actor("zhou")
    with pytest.raises(NotFound):
        case_by_reference(zhou, case.filing.reference, 1)
    with pytest.raises(NotFound):
        open_content(case, zhou, why="assignment", at=NOW)
    for name in ("he", "qin"):
        assert sees(town, name, fresh(case))
    replayed(fresh(case))


def test_a_page_that_stood_open_takes_nothing_more_in(town: Town) -> None:
    """Whoever still holds the case as it was when they were recused cannot act on it."""
    _, case = accepted(town)
    recuse_self(fresh(case), WHY, actor=town.actor("zhou"), at=NOW)
    with pytest.raises((Changed, RefusedError)):
        send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    assert fresh(case).stage == "handling"


def test_the_case_waits_for_a_new_handler_whom_lead_or_supervisor_names(town: Town) -> None:
    _, case = accepted(town)
    recuse_self(case, WHY, actor=town.actor("zhou"), at=NOW)
    case = fresh(case)
    assert (case.handler, case.lead, case.office) == (None, town.staff["he"], town.offices["roads"])
    assert handlers_for(case) == [town.staff["he"].id]
    with pytest.raises(NotFound):
        name_handler(case, town.staff["zhou"].id, actor=town.actor("he"), at=NOW)
    with pytest.raises(NotFound):
        name_handler(case, town.staff["ma"].id, actor=town.actor("he"), at=NOW)
    name_handler(case, town.staff["he"].id, actor=town.actor("qin"), at=NOW)
    assert fresh(case).handler == town.staff["he"]
    with pytest.raises(NotAllowed):
        name_handler(case, town.staff["he"].id, actor=town.actor("tang"), at=NOW)


def test_the_last_one_who_steps_back_hands_it_up(town: Town) -> None:
    _, case = accepted(town)
    for name in ("zhou", "he"):
        recuse_self(fresh(case), WHY, actor=town.actor(name), at=NOW)
    case = fresh(case)
    assert case.office == town.offices["hall"]
    assert case.handler is None
    assert [row.code for row in History.objects.filter(case=case).order_by("seq")][-3:] == [
        "case.staff_recused",
        "case.staff_recused",
        "case.handed_up",
    ]
    assert OutboxRow.objects.filter(case=case.id, template="moved").exists()
    replayed(case)
    assert not sees(town, "he", case)
    send_answer(case, "answer", ANSWER, actor=town.actor("qin"), at=local("2026-03-04 16:00"))


def test_the_resident_keeps_an_office_from_it_and_the_level_above_goes_on(town: Town) -> None:
    filed, case = accepted(town)
    recuse(case, office(town, "roads"), "他们队里有亲戚。", actor=resident(filed), at=NOW)
    case = fresh(case)
    assert case.office == town.offices["hall"]
    for name in ("zhou", "he"):
        assert not sees(town, name, case)
    assert sees(town, "qin", case)
    text = read_case(case, key_of(case.id), internal=False).events
    assert [one.reason for one in text if one.code == "case.office_recused"] == ["他们队里有亲戚。"]
    params = {"office": town.offices["roads"].id, "reason": "归你"}
    with pytest.raises(RefusedError) as refused:
        make_move(case, "hand_over", actor=town.actor("qin"), at=NOW, params=params)
    assert refused.value.code == "office_recused"


def test_nobody_of_a_recused_office_meets_it_by_another_office_of_theirs(town: Town) -> None:
    add_staff(town, "both", roads=["reviewer"], hall=["handler", "supervisor"])
    filed, case = accepted(town)
    assert sees(town, "both", case)
    recuse(case, office(town, "roads"), WHY, actor=resident(filed), at=NOW)
    assert not sees(town, "both", fresh(case))


def test_it_is_refused_where_nobody_would_be_left(town: Town) -> None:
    """Above the hall there is nothing here: a matter with the hall cannot lose it."""
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    case = case_of(filed)
    before = History.objects.count(), Leaf.objects.count()
    with pytest.raises(NobodyLeft):
        recuse(case, office(town, "hall"), WHY, actor=resident(filed), at=NOW)
    assert not Recusal.objects.exists()
    assert (History.objects.count(), Leaf.objects.count()) == before
    assert not fresh(case).recused
    assert case.office == town.offices["hall"]


def test_the_last_level_that_could_review_is_not_taken_away(town: Town) -> None:
    filed, case = grievance(town)
    recuse(case, office(town, "hall"), WHY, actor=resident(filed), at=NOW)
    before = History.objects.count(), Leaf.objects.count(), Recusal.objects.count()
    with pytest.raises(NobodyLeft):
        recuse(fresh(case), office(town, "city"), WHY, actor=resident(filed), at=NOW)
    assert (History.objects.count(), Leaf.objects.count(), Recusal.objects.count()) == before
    assert engine.office_for_holder(fresh(case), "above") == town.offices["city"].id
    # Somebody of the office can still be kept from it, and so they can where no level ever was.
    recuse(fresh(case), staff(town, "he"), WHY, actor=resident(filed), at=NOW)
    alone, second = grievance(town)
    Office.objects.update(above=None)
    forget()
    recuse(second, staff(town, "he"), WHY, actor=resident(alone), at=NOW)
    assert fresh(second).recused


def test_a_matter_about_an_office_goes_past_a_recused_level(deep: Town) -> None:
    filed, _ = lin_files(deep, matter(deep, "conduct", subject=deep.offices["roads"].id))
    case = make_move(case_of(filed), "accept", actor=deep.actor("qin"), at=NOW)
    recuse(case, office(deep, "hall"), WHY, actor=resident(filed), at=NOW)
    case = fresh(case)
    assert case.office == deep.offices["county"]
    assert not sees(deep, "qin", case)
    send_answer(case, "answer", ANSWER, actor=deep.actor("cao"), at=local("2026-03-04 16:00"))
    assert fresh(case).office == deep.offices["county"]
    replayed(fresh(case))


def test_a_matter_about_an_office_goes_past_a_level_where_all_stepped_back(deep: Town) -> None:
    """Qin works alone at the hall, and Tang dispatches there: once both are out, the county has every move."""
    filed, _ = lin_files(deep, matter(deep, "conduct", subject=deep.offices["roads"].id))
    for name in ("qin", "tang"):
        recuse_self(fresh(case_of(filed)), WHY, actor=deep.actor(name), at=NOW)
    case = fresh(case_of(filed))
    assert case.office == deep.offices["county"]
    assert "accept" in [move.code for move in engine.moves_for(case, deep.actor("cao"), NOW)]


def test_a_recused_supervisor_is_passed_over(deep: Town) -> None:
    """Roads keeps the case; what the hall would decide, the county decides, and sees on its own list."""
    filed, case = accepted(deep)
    recuse(case, office(deep, "hall"), WHY, actor=resident(filed), at=NOW)
    case = make_move(fresh(case), "escalate", actor=resident(filed), at=NOW)
    assert case.office == deep.offices["roads"]
    assert engine.whose_turn(case) == deep.offices["county"].id
    listed, _ = worklists.queue(deep.actor("cao"), worklists.Wanted(), at=NOW, page=1)
    assert listed == [case]
    assert worklists.queue(deep.actor("qin"), worklists.Wanted(), at=NOW, page=1)[0] == []
    make_move(case, "direct", actor=deep.actor("cao"), at=NOW, params={"instruction": "三天内补好。"})


def test_late_cases_of_one_cause_are_counted_without_hidden_ones(deep: Town) -> None:
    """Two late cases wait for one decision of the hall; one is then hidden from Qin, who counts one."""
    first, second = (case_of(lin_files(deep)[0]) for _ in range(2))
    run_clocks(local("2026-03-12 00:05"))
    (cause,) = worklists.causes(deep.actor("qin"))
    assert cause.cases == 2
    cao = deep.actor("cao")
    recuse(fresh(first), staff(deep, "qin", "hall"), WHY, actor=cao, at=local("2026-03-12 09:00"))
    (cause,) = worklists.causes(deep.actor("qin"))
    assert cause.cases == 1
    assert worklists.board_counts(deep.actor("qin"), at=local("2026-03-12 09:00"))["late"] == 1
    assert fresh(first).supervision_id != fresh(second).supervision_id
    assert [one.cases for one in worklists.causes(cao)] == [1]


def test_no_number_tells_of_it(town: Town) -> None:
    _, case = accepted(town)
    at = local("2026-03-03 09:00")
    recuse_self(case, WHY, actor=town.actor("he"), at=NOW)
    assert worklists.counts(town.actor("he"), at=at).total == 0
    assert worklists.counts(town.actor("zhou"), at=at).total == 1
    add_staff(town, "sun", hall=["supervisor"])
    recuse(fresh(case), staff(town, "sun", "hall"), WHY, actor=town.actor("qin"), at=NOW)
    late = local("2026-03-20 09:00")
    assert worklists.board_counts(town.actor("sun"), at=late)["late"] == 0
    assert all(not (load.late or load.soon) for load in worklists.loads(town.actor("sun"), at=late)[0])
    assert worklists.board_counts(town.actor("qin"), at=late)["late"] == 1


def test_a_recused_office_that_helped_helps_no_more(town: Town) -> None:
    filed, case = accepted(town)
    params = {"office": town.offices["water"].id, "reason": "看管子"}
    case = make_move(case, "invite_office", actor=town.actor("zhou"), at=NOW, params=params)
    assert sees(town, "ma", case)
    recuse(case, office(town, "water"), WHY, actor=resident(filed), at=NOW)
    assert not sees(town, "ma", fresh(case))
    assert JointOffice.objects.get(case=case).until_on is not None
    assert fresh(case).office == town.offices["roads"]


def test_a_recused_reviewer_reads_no_copy(town: Town) -> None:
    filed, case = accepted(town)
    consent = give_consent(case, PublicCopy("坑", "路上有坑。"), actor=resident(filed), at=NOW)
    su = town.actor("su")
    assert consents_to_review(su) == [consent]
    # Named as somebody of the hall, whose supervisor may keep its staff from a case.
    recuse(fresh(case), staff(town, "su", "hall"), WHY, actor=town.actor("qin"), at=NOW)
    assert consents_to_review(su) == []
    for act in (lambda: open_copy(consent.id, su, at=NOW), lambda: _publish(consent.id, su)):
        with pytest.raises(NotFound):
            act()


def _publish(consent: UUID, su) -> None:
    publish(consent, PublicCopy("坑", "路上有坑。"), actor=su, at=NOW)


# Who may recuse whom, and who may undo it


def test_a_superior_names_those_below_and_staff_beside_them(town: Town) -> None:
    filed, case = accepted(town)
    qin = town.actor("qin")
    named = {one.code for one in may_be_recused(case, qin)}
    assert office(town, "roads").code in named
    assert {staff(town, name).code for name in ("zhou", "he")} <= named
    assert office(town, "hall").code not in named
    assert staff(town, "qin", "hall").code not in named
    assert office(town, "water").code not in named
    for name in ("zhou", "he", "tang", "ma"):
        assert may_be_recused(case, town.actor(name)) == []
        with pytest.raises(NotFound):
            recuse(case, office(town, "roads"), WHY, actor=town.actor(name), at=NOW)
    stranger, _ = lin_files(town)
    assert may_be_recused(case, resident(stranger)) == []
    shown = {one.code for one in may_be_recused(case, resident(filed))}
    assert shown == {office(town, "roads").code, office(town, "hall").code, staff(town, "he").code}


def test_only_a_superior_undoes_it(deep: Town) -> None:
    filed, case = accepted(deep)
    recuse_self(case, WHY, actor=deep.actor("zhou"), at=NOW)
    row = Recusal.objects.get()
    for name in ("zhou", "he", "tang", "ma"):
        with pytest.raises(NotFound):
            undo_recusal(row.id, "已查明", actor=deep.actor(name), at=NOW)
    undo_recusal(row.id, "同名，不是一个人。", actor=deep.actor("qin"), at=NOW)
    assert sees(deep, "zhou", fresh(case))
    assert not fresh(case).recused
    replayed(fresh(case))
    # Qin was recused by whoever filed: Qin cannot undo it, nor can anybody of Qin's own level; the county can.
    recuse(fresh(case), office(deep, "hall"), WHY, actor=resident(filed), at=NOW)
    row = Recusal.objects.get(undone_at=None)
    add_staff(deep, "sun", hall=["supervisor"])
    for name in ("qin", "sun"):
        with pytest.raises(NotFound):
            undo_recusal(row.id, "不要紧", actor=deep.actor(name), at=NOW)
    undo_recusal(row.id, "核实过了。", actor=deep.actor("cao"), at=NOW)
    assert sees(deep, "qin", fresh(case))


def test_each_recusal_is_told_and_committed(town: Town) -> None:
    filed, case = accepted(town)
    leaves = Leaf.objects.count()
    recuse(case, staff(town, "he"), WHY, actor=resident(filed), at=NOW)
    assert Leaf.objects.count() == leaves + 1
    entry = History.objects.get(code="case.staff_recused")
    he, roads = str(town.staff["he"].id), str(town.offices["roads"].id)
    assert entry.params == {"staff": he, "office": roads, "lead_from": he}
    assert entry.by == "resident"
    assert WHY.encode() not in bytes(Recusal.objects.get().reason or b"")
    assert fresh(case).lead is None


def test_twice_is_once(town: Town) -> None:
    filed, case = accepted(town)
    recuse(case, staff(town, "he"), WHY, actor=resident(filed), at=NOW)
    with pytest.raises(NotFound):
        recuse(fresh(case), staff(town, "he"), WHY, actor=resident(filed), at=NOW)
    assert Recusal.objects.count() == 1


def test_somebody_with_roles_in_several_offices_is_barred_in_each(town: Town) -> None:
    add_staff(town, "both", roads=["handler"], hall=["supervisor"])
    _, case = accepted(town)
    roads = next(a for a in actors_for(town.staff["both"]) if a.office_id == town.offices["roads"].id)
    recuse_self(case, WHY, actor=roads, at=NOW)
    assert not sees(town, "both", fresh(case))


def test_joining_afterwards_opens_nothing(town: Town) -> None:
    filed, case = accepted(town)
    params = {"office": town.offices["water"].id, "reason": "看管子"}
    case = make_move(case, "invite_office", actor=town.actor("zhou"), at=NOW, params=params)
    recuse(case, office(town, "water"), WHY, actor=resident(filed), at=NOW)
    JointOffice.objects.update(until_on=None)
    assert not sees(town, "ma", fresh(case))


def test_an_erased_case_stays_hidden_and_its_reason_is_gone(town: Town) -> None:
    filed, case = accepted(town)
    recuse_self(case, WHY, actor=town.actor("zhou"), at=NOW)
    withdraw(fresh(case), erase=True, actor=resident(filed), at=NOW)
    assert erase_due(local("2026-04-01 09:00"), 10) == 1
    assert not sees(town, "zhou", fresh(case))
    assert Recusal.objects.get().reason is None
