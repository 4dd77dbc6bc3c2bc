"""Withdrawing and erasing: from any state, by whoever filed, with two weeks to think, whatever breaks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import jobs, record
from gongshi.cases.actions import erasure
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, write_note
from gongshi.cases.actions.erasure import DAYS_TO_THINK, keep_after_all, keep_all, withdraw, withdraw_all
from gongshi.cases.actions.looks import open_contact, open_content
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.models import (
    Answer,
    Attachment,
    Case,
    Clock,
    Consent,
    Filing,
    History,
    Look,
    Message,
    PublicCase,
    Receipt,
)
from gongshi.cases.queries import NotFound, cases_of, filing_by_receipt, filing_of_visit
from gongshi.cases.queries import case_of as own_case
from gongshi.cases.reading import Erased
from gongshi.cases.retention import case_kept_until
from gongshi.notifications.models import OutboxRow
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.actions import destroy_wraps
from gongshi.safekeeping.models import Leaf, Tombstone, Unlinked, Wrap
from tests.casework import ANSWER, accepted, answered, picture, replayed
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db(databases=["default", "wraps"])
WITHDRAWN_AT = local("2026-03-05 10:00")
LAST_DAY = local("2026-03-19 23:59")
GONE_AT = local("2026-03-20 00:05")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise", "supervision").get(pk=case.pk)


def left_of(case: Case) -> dict[str, int]:
    """How many rows of what was written on a case there are."""
    tables: list[Any] = [Answer, Attachment, Consent, History, Look, Message, PublicCase]
    return {table.__name__: table.objects.filter(case=case).count() for table in tables}


def in_every_state(town: Town) -> dict[str, Any]:
    """A filing in each state that people come to: what filed it, and the case."""
    zhou = town.actor("zhou")
    filed, _ = lin_files(town)
    found = {"received": (filed, case_of(filed))}
    found["handling"] = accepted(town)
    filed, case = accepted(town)
    found["waiting"] = filed, ask_resident(case, "ask", "哪一根？", actor=zhou, at=local("2026-03-02 11:00"))
    found["answered"] = answered(town)
    filed, case = answered(town)
    said = Verdict(True, True, "好")
    found["confirmed"] = (
        filed,
        give_verdict(case, "confirm", said, actor=resident(filed), at=local("2026-03-04 18:00")),
    )
    return found


def test_from_any_state_and_back_again(town: Town) -> None:
    for state, (filed, stood) in in_every_state(town).items():
        before = fresh(stood)
        withdraw(fresh(stood), erase=True, actor=resident(filed), at=WITHDRAWN_AT)
        gone = fresh(stood)
        assert (gone.outcome, gone.erase_on) == ("withdrawn", date(2026, 3, 20)), state
        back = keep_after_all(gone, actor=resident(filed), at=local("2026-03-06 10:00"))
        case = fresh(stood)
        assert (case.stage, case.erase_on, case.erased_at) == (before.stage, None, None), state
        assert back.stage == before.stage
        assert (case.closed_at is None) == (before.closed_at is None), state
        assert (case.office_id, case.handler_id, case.on_time) == (
            before.office_id,
            before.handler_id,
            before.on_time,
        )
        replayed(case)
        assert jobs.erase(GONE_AT + timedelta(days=60)) == 0, state


def test_the_office_has_the_days_it_had_left(town: Town) -> None:
    """Filed on Monday 2 March, five working days: due on the 9th (the 6th is a holiday, Saturday the 7th is worked)."""
    filed, case = accepted(town)
    assert case.due_on == date(2026, 3, 9)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    assert fresh(case).due_on is None
    keep_after_all(fresh(case), actor=resident(filed), at=local("2026-03-17 10:00"))
    # From the 5th: two working days were left (7 and 9 March).
    assert fresh(case).due_on == date(2026, 3, 19)
    [entry] = History.objects.filter(case=case, code="case.restored")
    assert entry.by == "resident"


def test_what_was_late_is_supervised_again(town: Town) -> None:
    filed, case = accepted(town)
    jobs.tick_clocks(local("2026-03-12 00:10"))
    assert fresh(case).supervision is not None
    withdraw(fresh(case), erase=False, actor=resident(filed), at=local("2026-03-12 09:00"))
    assert fresh(case).supervision is None
    keep_after_all(fresh(case), actor=resident(filed), at=local("2026-03-16 09:00"))
    case = fresh(case)
    assert case.supervision is not None
    assert case.due_on == date(2026, 3, 9)


def test_until_the_last_day_nothing_is_gone(town: Town) -> None:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    assert DAYS_TO_THINK == 14
    assert jobs.erase(LAST_DAY) == 0
    assert fresh(case).content
    assert jobs.erase(GONE_AT) == 1
    assert not fresh(case).content
    with pytest.raises(NotFound):
        keep_after_all(fresh(case), actor=resident(filed), at=GONE_AT)


def test_row_41_everything_that_was_written_is_gone_and_the_figures_row_stays(town: Town) -> None:
    filed, secret = lin_files(town)
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=local("2026-03-02 10:00"))
    add_to_case(case, "还有一处", [("a.png", picture())], actor=resident(filed), at=local("2026-03-02 11:00"))
    write_note(case, "记一下", actor=town.actor("zhou"), at=local("2026-03-02 12:00"))
    open_content(case, town.actor("zhou"), why="assignment", at=local("2026-03-02 12:30"))
    case = send_answer(fresh(case), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    other, _ = lin_files(town)
    kept_wraps = Wrap.objects.filter(subject__in=[other.filing.id, case_of(other).id]).count()
    kept = left_of(case_of(other))
    entries = History.objects.filter(case=case).count() + Look.objects.filter(case=case).count()
    leaves = Leaf.objects.count()
    withdraw(fresh(case), erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    before, clocks = fresh(case), Clock.objects.filter(case=case).count()

    assert jobs.erase(GONE_AT) == 1
    case = fresh(case)
    assert left_of(case) == {**dict.fromkeys(left_of(case), 0), "History": 1}
    assert History.objects.get(case=case).code == "case.erased"
    assert bytes(case.content) == b""
    assert not case.route
    assert (case.erased_at, case.erase_on) == (GONE_AT, None)
    assert not Wrap.objects.filter(subject__in=[case.id, filed.filing.id]).exists()
    assert set(Tombstone.objects.values_list("subject", flat=True)) == {case.id, filed.filing.id}
    filing = Filing.objects.get(pk=filed.filing.id)
    assert (filing.contact, filing.notify, filing.body_digest) == (None, "", None)
    assert not OutboxRow.objects.filter(case=case.id).exists()
    for column in (
        "office_id",
        "category_id",
        "area_id",
        "opened_on",
        "answered_on",
        "on_time",
        "closed_on",
        "outcome",
    ):
        assert getattr(case, column) == getattr(before, column), column
    assert Clock.objects.filter(case=case).count() == clocks
    # The ledger keeps every commitment, and gets three: of the withdrawal, of the erasure, and of how many it unlinked.
    assert Leaf.objects.count() == leaves + 3
    assert Unlinked.objects.count() == entries + 1
    # Nobody else's.
    assert left_of(case_of(other)) == kept
    assert Wrap.objects.filter(subject__in=[other.filing.id, case_of(other).id]).count() == kept_wraps
    with pytest.raises(NotFound):
        filing_by_receipt(filed.filing.reference, secret)
    with pytest.raises(NotFound):
        filing_of_visit(filed.filing.id, filed.receipt_id)


def test_one_matter_of_several(town: Town) -> None:
    """The others go on; the receipt opens them; the erased one is as if it had never been."""
    filed, secret = lin_files(town, matter(town), matter(town, "leak"))
    withdraw(case_of(filed, 1), erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    assert jobs.erase(GONE_AT) == 1
    filing, _ = filing_by_receipt(filed.filing.reference, secret)
    assert filing.contact is not None
    assert [case.number for case in cases_of(filing)] == [2]
    with pytest.raises(NotFound):
        own_case(filing, 1)
    withdraw_all(filing, erase=True, actor=resident(filed), at=GONE_AT)
    assert jobs.erase(GONE_AT + timedelta(days=15)) == 1
    assert not Receipt.objects.filter(filing=filing).exists()


def test_the_whole_filing_and_back(town: Town) -> None:
    filed, _ = lin_files(town, matter(town), matter(town, "leak"), matter(town, "noise"))
    withdraw(case_of(filed, 2), erase=False, actor=resident(filed), at=WITHDRAWN_AT)
    withdraw_all(filed.filing, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    assert {case.erase_on for case in Case.objects.all()} == {date(2026, 3, 20)}
    keep_all(filed.filing, actor=resident(filed), at=local("2026-03-19 20:00"))
    assert {(case.stage, case.erase_on) for case in Case.objects.all()} == {("received", None)}
    assert jobs.erase(GONE_AT) == 0


def test_keeping_what_was_written_without_going_on(town: Town) -> None:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    keep_after_all(fresh(case), actor=resident(filed), at=WITHDRAWN_AT, work=False)
    assert (fresh(case).outcome, fresh(case).erase_on) == ("withdrawn", None)
    withdraw(fresh(case), erase=True, actor=resident(filed), at=local("2026-03-10 09:00"))
    assert fresh(case).erase_on == date(2026, 3, 25)


def test_the_day_is_not_put_off_by_asking_again(town: Town) -> None:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    withdraw(fresh(case), erase=True, actor=resident(filed), at=local("2026-03-15 09:00"))
    assert fresh(case).erase_on == date(2026, 3, 20)


def test_staff_never_erase_and_a_neighbour_does_not(town: Town) -> None:
    filed, case = accepted(town)
    bo, _ = lin_files(town)
    for name in town.staff:
        for act in (withdraw, keep_after_all):
            extra = {"erase": True} if act is withdraw else {}
            with pytest.raises(NotAllowed):
                act(fresh(case), actor=town.actor(name), at=WITHDRAWN_AT, **extra)
    with pytest.raises(NotFound):
        withdraw(fresh(case), erase=True, actor=resident(bo), at=WITHDRAWN_AT)
    withdraw(fresh(case), erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    with pytest.raises(NotFound):
        keep_after_all(fresh(case), actor=resident(bo), at=WITHDRAWN_AT)
    with pytest.raises(NotAllowed):
        keep_after_all(fresh(case), actor=town.actor("he"), at=WITHDRAWN_AT)


def test_staff_cannot_tell_what_was_erased_from_what_was_withdrawn(town: Town) -> None:
    """Neither is shown any more, and both answer alike."""
    zhou = town.actor("zhou")
    outcomes = []
    for erase in (False, True):
        filed, case = accepted(town)
        withdraw(case, erase=erase, actor=resident(filed), at=WITHDRAWN_AT)
        jobs.erase(GONE_AT)
        found = []
        for act in (
            lambda case: open_content(case, zhou, why="assignment", at=GONE_AT),
            lambda case: open_contact(case, zhou, why="contact", at=GONE_AT),
            lambda case: write_note(case, "记", actor=zhou, at=GONE_AT),
        ):
            with pytest.raises(Erased) as raised:
                act(fresh(case))
            found.append(raised.type)
        outcomes.append(
            (found, [event.code for event in History.objects.filter(case=case, code__contains="erase")])
        )
    assert outcomes[0][0] == outcomes[1][0]
    assert Look.objects.count() == 0


def test_history_does_not_say_that_it_is_to_be_erased(town: Town) -> None:
    told = []
    for erase in (False, True):
        filed, case = accepted(town)
        withdraw(case, erase=erase, actor=resident(filed), at=WITHDRAWN_AT)
        told.append(
            [
                # Commitments to words are salted: no two are alike.
                (e.seq, e.code, e.by, {k: v for k, v in e.params.items() if k != "words"})
                for e in History.objects.filter(case=case).order_by("seq")
            ]
        )
    assert told[0] == told[1]


def test_nothing_moves_what_is_being_erased(town: Town) -> None:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    stale = fresh(case)
    Case.objects.filter(pk=case.pk).update(erased_at=GONE_AT)
    with pytest.raises(Changed):
        make_move(stale, "restore", actor=resident(filed), at=GONE_AT)
    with pytest.raises(Changed):
        add_to_case(stale, "还有", actor=resident(filed), at=GONE_AT)
    assert fresh(case).outcome == "withdrawn"


STEPS = ("destroy_wraps", "destroy_files", "unlink_leaves", "delete_for", "_erase_filing")


class Crash(BaseException):
    """The worker is killed here."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_erasure_that_breaks_off_is_finished(
    town: Town, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed, secret = lin_files(town)
    case = case_of(filed)
    add_to_case(case, "还有一处", [("a.png", picture())], actor=resident(filed), at=local("2026-03-02 11:00"))
    withdraw(fresh(case), erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    module = record if step == "unlink_leaves" else erasure
    real = getattr(module, step)

    def breaking(*args: Any, **more: Any) -> Any:
        if after:
            real(*args, **more)
        raise Crash

    monkeypatch.setattr(module, step, breaking)
    with pytest.raises(Crash):
        erasure.erase_due(GONE_AT, 10)
    monkeypatch.undo()
    assert jobs.erase(GONE_AT + timedelta(minutes=20)) == 1
    assert left_of(case) == {**dict.fromkeys(left_of(case), 0), "History": 1}
    assert fresh(case).erase_on is None
    assert not Wrap.objects.filter(subject__in=[case.id, filed.filing.id]).exists()
    with pytest.raises(NotFound):
        filing_by_receipt(filed.filing.reference, secret)
    assert jobs.erase(GONE_AT + timedelta(minutes=40)) == 0


def test_what_a_restore_brings_back_is_erased_again(town: Town) -> None:
    """Rows of a backup from before the erasure, beside a wraps store that knows better."""
    filed, case = accepted(town)
    other, _ = lin_files(town)
    destroy_wraps([case.id, filed.filing.id], at=WITHDRAWN_AT)
    assert jobs.erase_what_is_erased_elsewhere(GONE_AT) == 1
    assert left_of(case)["History"] == 1
    assert not bytes(fresh(case).content)
    assert Filing.objects.get(pk=filed.filing.pk).erased_at is not None
    assert fresh(case_of(other)).erased_at is None
    assert jobs.erase_what_is_erased_elsewhere(GONE_AT) == 0


def test_what_came_withdrawn_from_elsewhere_can_be_kept_only(town: Town) -> None:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=WITHDRAWN_AT)
    Case.objects.filter(pk=case.pk).update(withdrawn_from=None)
    keep_after_all(fresh(case), actor=resident(filed), at=WITHDRAWN_AT)
    assert (fresh(case).outcome, fresh(case).erase_on) == ("withdrawn", None)
    other, open_case = accepted(town)
    with pytest.raises(RefusedError):
        keep_after_all(open_case, actor=resident(other), at=WITHDRAWN_AT)


def closed(town: Town, category: str = "how-to", **more: Any) -> Case:
    """A question that was answered and confirmed on Wednesday 4 March 2026; kept for 12 months."""
    filed, _ = lin_files(town, matter(town, category), **more)
    case = send_answer(
        case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00")
    )
    said = Verdict(True, True, "好")
    return give_verdict(case, "confirm", said, actor=resident(filed), at=local("2026-03-04 18:00"))


def test_what_was_closed_long_ago_is_erased_and_no_day_earlier(town: Town) -> None:
    case = closed(town)
    assert case_kept_until(fresh(case)) == date(2027, 3, 4)
    open_one, _ = lin_files(town)
    assert jobs.retain(local("2027-03-04 23:59")) == 0
    assert jobs.retain(local("2027-03-05 00:01")) == 1
    assert not fresh(case).content
    assert fresh(case).outcome == "confirmed"
    assert not Receipt.objects.filter(filing=case.filing_id).exists()
    assert fresh(case_of(open_one)).content
    assert jobs.retain(local("2027-03-05 01:01")) == 0


def test_the_places_own_schedule_counts(town: Town) -> None:
    basis = {"zh": "承诺", "en": "promise"}
    place = Place.objects.get()
    place.settings["retention"] = [{"kind": "question", "months": 6, "basis": basis}]
    place.save()
    forget()
    case = closed(town)
    assert case_kept_until(fresh(case)) == date(2026, 9, 4)
    assert jobs.retain(local("2026-09-05 00:01")) == 1


def test_what_was_reopened_counts_anew(town: Town) -> None:
    case = closed(town)
    who = resident_of(case)
    give_verdict(fresh(case), "reopen", Verdict(False, None, "又"), actor=who, at=local("2027-03-01 09:00"))
    assert jobs.retain(local("2027-03-10 00:01")) == 0
    assert case_kept_until(fresh(case)) is None


def test_an_archive_that_was_brought_in_is_not_erased_the_same_night(town: Town) -> None:
    """Keys tell when a row was made, by the real clock: the test's instants lie around it."""
    case = closed(town)
    Filing.objects.filter(pk=case.filing_id).update(source=b"s" * 32)
    Case.objects.filter(pk=case.pk).update(closed_on=date(2011, 3, 4))
    made = datetime.fromtimestamp(int.from_bytes(case.id.bytes[:6], "big") / 1000, UTC)
    assert jobs.retain(made + timedelta(days=300)) == 0
    assert jobs.retain(made + timedelta(days=370)) == 1


def resident_of(case: Case) -> Resident:
    receipt = Receipt.objects.get(filing=case.filing_id)
    return Resident(receipt.filing_id, receipt.id)
