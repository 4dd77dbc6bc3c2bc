"""Cases of different filings that go together: nothing of either is merged, and nobody loses a step or a day."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import companions
from gongshi.cases.actions.answers import Verdict, give_verdict
from gongshi.cases.actions.companions import (
    answer_for_all,
    go_apart,
    go_with,
    make_move_for_all,
    take_on_all,
    undo_for_all,
)
from gongshi.cases.actions.conversation import add_to_case, ask_resident, write_note
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.filing import AlreadyFiled, Filed
from gongshi.cases.companions import band_of, bands_of, can_be_joined, companion_of, companions_of
from gongshi.cases.models import Answer, Case, Clock, Companion, History, PublicCase, Receipt, Supervision
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_of, read_case
from gongshi.cases.worklists import Wanted, counts, queue
from gongshi.notifications.models import OutboxRow
from gongshi.rules.procedure import RefusedError
from tests.cases.test_public_search import shown
from tests.casework import ANSWER, ANSWERED, accepted, replayed
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
LATER = local("2026-03-03 10:00")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def tie(town: Town, case: Case, lead: Case, who: str = "zhou") -> Case:
    return go_with(fresh(case), lead.id, actor=town.actor(who), at=LATER)


def listed(town: Town, at: object = LATER) -> set[UUID]:
    rows, _ = queue(town.actor("zhou"), Wanted(), at=at, page=1)  # type: ignore[arg-type]
    assert counts(town.actor("zhou"), at=at).total == len(rows)  # type: ignore[arg-type]
    return {row.id for row in rows}


def two(town: Town) -> tuple[Case, Case]:
    """Two filings of one hole, both taken on."""
    return fresh(accepted(town)[1]), fresh(accepted(town)[1])


def test_what_is_tied_stays_as_it_was_and_the_queue_shows_the_lead(town: Town) -> None:
    lead, case = two(town)
    clocks = list(Clock.objects.order_by("id").values())
    tie(town, case, lead)
    assert list(Clock.objects.order_by("id").values()) == clocks
    assert listed(town) == {lead.id}
    (row,), _ = queue(town.actor("zhou"), Wanted(), at=LATER, page=1)
    assert row.gathers  # type: ignore[attr-defined]
    now = fresh(case)
    assert (now.stage, now.due_at, now.seq) == (case.stage, case.due_at, case.seq + 1)
    assert fresh(lead).seq == lead.seq  # how many go with it is not told by its own history
    assert OutboxRow.objects.filter(case=case.id, template="moved").exists()
    for one in (lead, case):
        replayed(fresh(one))


def test_one_answer_reaches_all_and_each_judges_its_own(town: Town) -> None:
    lead, case = two(town)
    filed, _ = lin_files(town)  # not taken on yet
    third = case_of(filed)
    for one in (case, third):
        tie(town, one, lead)
    kept = answer_for_all(fresh(lead), "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)
    assert kept == {case.id: "", third.id: ""}
    for one in (lead, case, third):
        assert fresh(one).holder == "resident"
        assert Answer.objects.filter(case=one).count() == 1
        assert OutboxRow.objects.filter(case=one.id, template="answered").exists()
        replayed(fresh(one))
    give_verdict(fresh(third), "reopen", Verdict(False, None, "还在。"), actor=resident(filed), at=ANSWERED)
    assert (fresh(third).holder, fresh(lead).holder) == ("office", "resident")
    rows, _ = queue(town.actor("zhou"), Wanted(turn="office"), at=ANSWERED, page=1)
    assert [row.id for row in rows] == [third.id]


def test_nobody_reads_the_number_of_another(town: Town) -> None:
    lead, case = (case_of(lin_files(town)[0]) for _ in range(2))
    tie(town, case, lead)
    given = {"office": town.offices["water"].id, "reason": f"{lead.filing.reference} 是水务的。"}
    zhou, ma = town.actor("zhou"), town.actor("ma")
    make_move_for_all(fresh(lead), "hand_over", actor=zhou, at=LATER, params=given)
    make_move_for_all(fresh(lead), "accept", actor=ma, at=LATER)
    named = replace(ANSWER, decided=f"不行就按重启，编号 {lead.filing.reference}。")
    assert answer_for_all(fresh(lead), "answer", named, actor=ma, at=ANSWERED) == {case.id: ""}
    for one, other in ((lead, case), (case, lead)):
        read = read_case(fresh(one), key_of(one.id), internal=False)
        reasons = " ".join(event.reason for event in read.events)
        for said in (reasons, read.answers[0].parts["decided"]):
            assert one.filing.reference in said
            assert other.filing.reference not in said
        assert f"{one.filing.reference} 是水务的。" in reasons


def test_an_answer_to_all_is_undone_for_all(town: Town) -> None:
    lead, case = two(town)
    tie(town, case, lead)
    answer_for_all(fresh(lead), "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)
    soon = ANSWERED + timedelta(seconds=60)
    assert undo_for_all(fresh(lead), actor=town.actor("zhou"), at=soon) == {case.id: ""}
    for one in (lead, case):
        assert fresh(one).holder == "office"
        replayed(fresh(one))


def test_handed_on_and_accepted_together_but_asked_alone(town: Town) -> None:
    lead, case = (case_of(lin_files(town)[0]) for _ in range(2))
    tie(town, case, lead)
    make_move_for_all(fresh(lead), "accept", actor=town.actor("zhou"), at=LATER)
    assert fresh(case).stage == fresh(lead).stage != case.stage
    ask_resident(fresh(lead), "ask", "哪一盏？", actor=town.actor("zhou"), at=LATER)
    assert not fresh(case).paused
    assert listed(town) == {lead.id, case.id}  # its own time runs on, so it stands beside
    given = {"office": town.offices["water"].id, "reason": "是水务的。"}
    other, more = two(town)
    tie(town, more, other)
    make_move_for_all(fresh(other), "hand_over", actor=town.actor("zhou"), at=LATER, params=given)
    assert fresh(more).office_id == fresh(other).office_id == town.offices["water"].id


def test_whoever_joined_after_it_was_taken_on_is_taken_on_by_one_press(town: Town) -> None:
    lead, taken_on = two(town)
    late = [case_of(lin_files(town)[0]) for _ in range(2)]
    for one in (taken_on, *late):
        tie(town, one, lead)
    assert listed(town) == {
        lead.id,
        *(one.id for one in late),
    }  # they are due to be taken on before its answer
    for who in ("ma", "su"):
        with pytest.raises((NotFound, NotAllowed)):
            take_on_all(fresh(lead), actor=town.actor(who), at=LATER)
    assert take_on_all(fresh(lead), actor=town.actor("zhou"), at=LATER) == {one.id: "" for one in late}
    assert {fresh(one).stage for one in late} == {fresh(lead).stage}
    assert listed(town) == {lead.id}
    assert take_on_all(fresh(lead), actor=town.actor("zhou"), at=LATER) == {}
    for one in late:
        replayed(fresh(one))


def test_whoever_is_due_first_or_whose_lead_is_gone_is_seen(town: Town) -> None:
    lead, case = two(town)
    tie(town, case, lead)
    Case.objects.filter(pk=case.pk).update(due_at=lead.due_at - timedelta(days=1))  # type: ignore[operator]
    assert listed(town) == {lead.id, case.id}
    Case.objects.filter(pk=case.pk).update(due_at=case.due_at)
    assert listed(town) == {lead.id}
    withdraw(fresh(lead), erase=True, actor=filer(lead), at=LATER)
    assert listed(town) == {case.id}
    later = LATER + timedelta(days=20)
    assert erase_due(later, 10)
    assert not Companion.objects.exists()
    assert fresh(case).closed_at is None


def test_whoever_replied_or_is_asked_about_from_above_is_seen(town: Town) -> None:
    lead, case = two(town)
    tie(town, case, lead)
    assert listed(town) == {lead.id}
    add_to_case(fresh(case), "又深了。", actor=filer(case), at=LATER)
    assert listed(town) == {lead.id, case.id}
    write_note(fresh(case), "读过。", actor=town.actor("zhou"), at=LATER)
    assert listed(town) == {lead.id}
    asked = {"office": case.office, "category": case.category, "opened_at": LATER}
    Case.objects.filter(pk=case.pk).update(supervision=Supervision.objects.create(cause="x", **asked))
    assert listed(town) == {lead.id, case.id}


def filer(case: Case) -> Resident:
    return Resident(case.filing_id, Receipt.objects.get(filing=case.filing_id).id)


def test_no_chains_and_whose_they_are(town: Town) -> None:
    lead, case = two(town)
    third = fresh(accepted(town)[1])
    tie(town, third, case)
    assert tie(town, case, lead).id == lead.id
    assert {row.lead_id for row in Companion.objects.all()} == {lead.id}
    fourth = fresh(accepted(town)[1])
    assert tie(town, fourth, case).id == lead.id  # through a companion to its lead
    sealed = case_of(lin_files(town, matter(town, "quarrel"))[0])
    for one, into, code in ((lead, case, "not_together"), (sealed, lead, "not_divisible")):
        with pytest.raises(RefusedError) as refused:
            tie(town, one, into)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        tie(town, fresh(accepted(town)[1]), sealed)
    for who in ("ma", "su"):
        with pytest.raises((NotFound, NotAllowed)):
            tie(town, fresh(accepted(town)[1]), lead, who)


def test_parted_by_either_and_both_histories_kept(town: Town) -> None:
    lead, case = two(town)
    tie(town, case, lead)
    go_apart(fresh(case), actor=town.actor("zhou"), at=LATER)
    assert listed(town) == {lead.id, case.id}
    tie(town, case, lead)
    other = case_of(lin_files(town)[0])
    with pytest.raises(NotFound):
        go_apart(fresh(case), actor=filer(other), at=LATER)
    go_apart(fresh(case), actor=filer(case), at=LATER)
    with pytest.raises(NotFound):
        go_apart(fresh(case), actor=filer(case), at=LATER)
    codes = list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))
    assert codes[-4:] == ["case.went_with", "case.went_apart"] * 2
    replayed(fresh(case))


def joined(town: Town, public: UUID, category: str = "pothole") -> Case:
    return fresh(case_of(lin_files(town, matter(town, category, joins=public))[0]))


def test_whoever_joins_has_a_filing_of_their_own_beside_the_published_case(town: Town) -> None:
    _, public = shown(town)
    case = joined(town, public.id)
    bond = companion_of(case)
    assert bond is not None
    assert (bond.lead_id, bond.by) == (public.case_id, "resident")
    assert case.office_id == public.case.office_id
    entry = History.objects.get(case=case, code="case.went_with")
    assert entry.params == {"public": str(public.id)}
    assert [one.id for one in companions_of(fresh(public.case))] == [case.id]
    assert PublicCase.objects.count() == 1  # no second pin
    replayed(case)


def test_it_goes_to_the_office_that_has_the_lead(town: Town) -> None:
    _, public = shown(town)
    given = {"office": town.offices["water"].id, "reason": "是水务的。"}
    make_move_for_all(fresh(public.case), "hand_over", actor=town.actor("zhou"), at=LATER, params=given)
    case = joined(town, public.id)
    assert case.office.code == "water"
    assert case.route["rule"] == "with-published"


@pytest.mark.parametrize("why", ["unknown", "closed", "sealed", "recused"])
def test_it_is_filed_alone_where_it_cannot_go_along(town: Town, why: str) -> None:
    _, public = shown(town)
    wanted, category = public.id, "pothole"
    if why == "unknown":
        wanted = uuid4()
    elif why == "closed":
        PublicCase.objects.update(state="closed")
    elif why == "sealed":
        category = "quarrel"
    else:
        Case.objects.filter(pk=public.case_id).update(recused=True)
    case = joined(town, wanted, category)
    assert companion_of(case) is None
    assert not History.objects.filter(case=case, code="case.went_with").exists()
    assert can_be_joined(PublicCase.objects.select_related("case").get(pk=public.id)) is (
        why in ("unknown", "sealed")
    )


def test_a_case_whose_filer_was_asked_something_is_joined_as_any_other(town: Town) -> None:
    _, public = shown(town)
    ask_resident(fresh(public.case), "ask", "哪一头？", actor=town.actor("zhou"), at=LATER)
    case = joined(town, public.id)
    assert companion_of(case) is not None
    assert case.id in listed(town)  # its own time runs


def test_the_same_receipt_is_the_same_filing_but_not_with_another_to_join(town: Town) -> None:
    _, public = shown(town)
    filed, receipt = lin_files(town, matter(town, joins=public.id))

    def again(joins: UUID | None) -> Filed:
        return lin_files(town, matter(town, joins=joins), receipt=receipt)[0]

    assert again(public.id).filing.id == filed.filing.id
    with pytest.raises(AlreadyFiled):
        again(None)
    assert Companion.objects.count() == 1


def test_how_many_is_told_in_bands(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _, public = shown(town)
    assert bands_of([public.id]) == {}
    assert band_of(public.case) is None
    for _ in range(5):
        joined(town, public.id)
    found = bands_of([public.id, uuid4()])
    assert found == {public.id: band_of(public.case)}
    assert found[public.id].low in (0, 10)
    counted: list[tuple[int, bytes]] = []
    monkeypatch.setattr(companions, "band", lambda n, secret: counted.append((n, secret)))
    _, other = shown(town)
    joined(town, other.id)
    bands_of([public.id])
    band_of(public.case)
    bands_of([other.id])
    mine, again, theirs = counted
    assert (mine[0], theirs[0]) == (6, 2)
    # Each matter has edges of its own, and they stay.
    assert mine == again != theirs
    assert mine[1] != theirs[1]
