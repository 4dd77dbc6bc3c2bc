"""One filing's matters split and merged: keys, clocks, history, figures, and what the resident says of it."""

from datetime import date, timedelta

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import engine
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident, reply
from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.merging import cases_to_merge_into, keep_as_one, merge_cases
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.splitting import agree_to_split, categories_to_split_into, split_case
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Clock, History
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.undo_points import case_to_undo
from gongshi.cases.visiting import Visitor, own_case
from gongshi.figures.queries import office_tallies
from gongshi.notifications.models import OutboxRow
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.receipts import ReceiptError, new_receipt
from gongshi.safekeeping.sealing import SealError
from tests.cases.test_undo import picture_of
from tests.casework import ANSWER, replayed
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
LATER = local("2026-03-04 10:00")
WHY = "后半段讲的是漏水。"


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def split(town: Town, case: Case, category: str = "leak", who: str = "zhou") -> Case:
    wanted = town.categories[category].id
    return split_case(fresh(case), wanted, WHY, actor=town.actor(who), at=LATER)


def test_a_second_matter_has_office_clock_and_words_of_its_own(town: Town) -> None:
    filed, receipt = lin_files(town)
    case = case_of(filed)
    new = split(town, case)
    assert (new.number, new.office.code, new.kind) == (11, "water", "request")
    clock = Clock.objects.get(case=new, code="answer")
    assert (str(clock.started_on), str(new.opened_on)) == ("2026-03-02", "2026-03-02")
    read = open_content(fresh(new), town.actor("ma"), why="assignment", at=LATER)
    assert read.text == "老桥东头路面塌了一个坑，电动车摔了两次。"
    own = own_case(Visitor(filed.filing, filed.receipt_id, receipt), 11)
    assert (own.file.text, own.file.events[0].reason) == (read.text, WHY)
    assert History.objects.filter(case=case, code="case.split", params__other=11).exists()
    replayed(fresh(case))
    replayed(fresh(new))


def test_its_time_began_on_the_day_of_filing(town: Town) -> None:
    """Noticed after the promise's last day, it is late at once: that binds nobody but the office."""
    case = case_of(lin_files(town)[0])
    new = split_case(
        fresh(case), town.categories["leak"].id, WHY, actor=town.actor("zhou"), at=local("2026-03-12 09:00")
    )
    run_clocks(local("2026-03-12 09:01"))
    assert fresh(new).supervision is not None
    replayed(fresh(new))


def test_another_receipt_does_not_open_it(town: Town) -> None:
    filed, receipt = lin_files(town)
    other, theirs = lin_files(town, matter(town, "leak"))
    new = split(town, case_of(filed))
    for visitor in (
        Visitor(filed.filing, other.receipt_id, theirs),
        Visitor(filed.filing, filed.receipt_id, theirs),
        Visitor(filed.filing, filed.receipt_id, new_receipt()),
    ):
        with pytest.raises((LookupError, ReceiptError, SealError)):
            own_case(visitor, new.number)
    assert receipt


def test_who_may_split_and_into_what(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    sealed = case_of(lin_files(town, matter(town, "quarrel"))[0])
    for who in ("ma", "su"):
        with pytest.raises((NotFound, NotAllowed)):
            split(town, case, who=who)
    assert not {node.kind for node in categories_to_split_into()} & {"conduct", "dispute", "grievance"}
    for one, category, code in (
        (case, "quarrel", "category_unknown"),
        (case, "conduct", "category_unknown"),
        (sealed, "leak", "not_divisible"),
    ):
        with pytest.raises(RefusedError) as refused:
            split(town, one, category)
        assert refused.value.code == code


def test_a_number_tells_nothing_of_sealed_matters(town: Town) -> None:
    """With a dispute in the same filing, and without: the second matter has the same number."""
    alone = case_of(lin_files(town)[0])
    beside = case_of(lin_files(town, matter(town), matter(town, "quarrel"))[0])
    assert split(town, alone).number == split(town, beside).number == 11
    assert split(town, alone, "noise").number == 12


def test_the_resident_agrees_or_keeps_it_as_one(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "noise"))
    case = case_of(filed)
    new, other = split(town, case), split(town, case)
    agree_to_split(fresh(other), actor=resident(filed), at=LATER)
    one = keep_as_one(fresh(new), actor=resident(filed), at=LATER)
    ended = fresh(new)
    assert (one.number, ended.merged_into, ended.outcome, ended.due_on) == (1, 1, "merged", None)
    # The split-off matter was promised sooner than the first one: that day counts now.
    promised = Clock.objects.get(case=other, code="answer").due_on
    assert fresh(case).due_on <= promised
    stranger, _ = lin_files(town)
    with pytest.raises(NotFound):
        keep_as_one(fresh(other), actor=resident(stranger), at=LATER)
    with pytest.raises(NotFound):
        keep_as_one(fresh(case), actor=resident(filed), at=LATER)
    for each in (case, new, other):
        replayed(fresh(each))


def two(town: Town, *kinds: str) -> tuple[Case, Case]:
    """Two matters of one filing, both with Roads."""
    filed, _ = lin_files(town, *(matter(town, kind) for kind in kinds))
    return case_of(filed, 1), case_of(filed, 2)


def answer_due(case: Case) -> date:
    return Clock.objects.get(case=case, code="answer").due_on


def merged(town: Town, case: Case, into: Case) -> Case:
    return merge_cases(fresh(case), into.pk, "说的是同一个坑。", actor=town.actor("zhou"), at=LATER)


def test_the_earlier_day_counts_and_stays_through_a_pause(town: Town) -> None:
    case, into = two(town, "pothole", "noise")
    sooner, later = answer_due(case), answer_due(into)
    assert sooner < later
    merged(town, case, into)
    assert answer_due(into) == sooner
    make_move(fresh(into), "accept", actor=town.actor("zhou"), at=LATER)
    asked = fresh(into)
    ask_resident(asked, "ask", "哪一头？", actor=town.actor("zhou"), at=LATER)
    reply(fresh(into), "reply", "东头。", actor=resident_of(into), at=LATER + timedelta(days=1))
    waited = Clock.objects.get(case=into, code="answer")
    assert waited.paused_days == 1
    assert sooner < waited.due_on < later
    for each in (case, into):
        replayed(fresh(each))


def resident_of(case: Case) -> Resident:
    return Resident(case.filing_id, case.filing.receipts.get().id)


def test_the_other_way_no_day_moves(town: Town) -> None:
    case, into = two(town, "noise", "pothole")
    due = answer_due(into)
    merged(town, case, into)
    assert answer_due(into) == due


def test_a_merged_matter_is_over_counts_once_and_can_be_taken_away(town: Town) -> None:
    case, into = two(town, "noise", "pothole")
    merged(town, case, into)
    ended = fresh(case)
    assert engine.moves_for(ended, town.actor("zhou"), LATER) == []
    who = resident_of(case)
    assert {move.effect for move in engine.moves_for(ended, who, LATER)} == {"withdraw"}
    with pytest.raises(RefusedError):
        make_move(ended, "accept", actor=town.actor("zhou"), at=LATER)
    (row,) = office_tallies(date(2026, 3, 1), date(2026, 4, 1), on=date(2026, 3, 5))
    assert (row.tally.cases, row.tally.without_promise) == (1, 0)
    # Whoever withdraws the matter that goes on withdraws what was merged into it, and has both back.
    withdraw(fresh(into), erase=False, actor=who, at=LATER)
    assert {fresh(one).outcome for one in (case, into)} == {"withdrawn"}
    with pytest.raises(Erased):
        open_content(fresh(case), town.actor("zhou"), why="assignment", at=LATER)
    keep_after_all(fresh(into), actor=who, at=LATER)
    assert (fresh(case).outcome, fresh(into).outcome) == ("merged", "")
    for each in (case, into):
        replayed(fresh(each))


def test_a_merge_is_undone_from_either_side(town: Town) -> None:
    for side in (0, 1):
        pair = two(town, "pothole", "noise")
        before = [(one.due_on, one.stage, one.outcome) for one in pair]
        merged(town, *pair)
        undo_last(fresh(pair[side]), actor=town.actor("zhou"), at=LATER + timedelta(seconds=60))
        assert [(one.due_on, one.stage, one.outcome) for one in map(fresh, pair)] == before
        assert not Clock.objects.filter(case__in=pair, stopped_on__isnull=False).exists()
        for each in pair:
            replayed(fresh(each))


def test_what_cannot_be_merged(town: Town) -> None:
    case, into = two(town, "pothole", "noise")
    sealed_too = case_of(lin_files(town, matter(town), matter(town, "quarrel"))[0])
    elsewhere = case_of(lin_files(town)[0])
    zhou = town.actor("zhou")
    assert cases_to_merge_into(sealed_too, zhou) == []
    with pytest.raises(NotFound):
        merged(town, case, elsewhere)
    make_move(fresh(into), "accept", actor=zhou, at=LATER)
    send_answer(fresh(into), "answer", ANSWER, actor=zhou, at=LATER)
    with pytest.raises(RefusedError) as refused:
        merged(town, case, into)
    assert refused.value.code == "not_mergeable"
    assert fresh(case).merged_into is None


def test_a_split_is_undone_from_either_side(town: Town) -> None:
    """Nobody is told, the first matter is as it was, the second ends in it and is not one of the figures'."""
    for side in (0, 1):
        filed, receipt = lin_files(town, contact=Contact(email="lin@example.org", notify="email"))
        first = case_of(filed)
        OutboxRow.objects.all().delete()
        before = picture_of(fresh(first))
        second = split(town, first)
        assert OutboxRow.objects.count() == 1
        who = town.actor("he")
        undone = case_to_undo(who, first.filing.reference, (first, second)[side].number)
        undo_last(undone, actor=who, at=LATER + timedelta(seconds=60))
        assert OutboxRow.objects.get().state == "dropped"
        assert picture_of(fresh(first)) == before
        ended = fresh(second)
        assert (ended.outcome, ended.merged_into, ended.due_on, ended.paused) == ("merged", 1, None, False)
        own = own_case(Visitor(filed.filing, filed.receipt_id, receipt), 11)
        assert [event.code for event in own.file.events][-1] == "case.merged"
        for each in (first, second):
            replayed(fresh(each))
        assert split(town, first).number == 12


def test_a_split_that_went_on_is_not_undone(town: Town) -> None:
    first = case_of(lin_files(town)[0])
    second = split(town, first)
    make_move(fresh(second), "accept", actor=town.actor("ma"), at=LATER + timedelta(seconds=10))
    at, who = LATER + timedelta(seconds=60), town.actor("zhou")
    with pytest.raises(RefusedError, match=r"undo.not.last"):
        undo_last(fresh(first), actor=who, at=at)
    other = split(town, first, "noise")
    with pytest.raises(RefusedError, match=r"undo.over"):
        undo_last(fresh(other), actor=town.actor("ma"), at=at)
    with pytest.raises(RefusedError, match=r"undo.over"):
        undo_last(fresh(other), actor=who, at=LATER + timedelta(seconds=121))
    assert fresh(other).merged_into is None
    undo_last(fresh(other), actor=who, at=at)
    assert fresh(other).merged_into == 1
