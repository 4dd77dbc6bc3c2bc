"""What is late is supervised by cause and decided once; and what 'on time' means."""

from datetime import date

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.models import Office
from gongshi.cases import engine
from gongshi.cases.actions import clocks
from gongshi.cases.actions.answers import AnswerIncomplete, NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.supervision import decide, open_cases_of
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Clock, History, Supervision
from gongshi.cases.queries import NotFound, cases_visible_to, supervisions_of
from gongshi.cases.reading import key_of, read_case
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.actions import destroy_wraps
from tests.casework import ANSWER, accepted, add_office, add_staff, answered, reopened, replayed
from tests.cast import NOW, Town, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
LATE = local("2026-03-10 00:05")
WILL_DO = NewAnswer("will_do", "看了。", date(2026, 3, 3), "会修。", "道路所", date(2026, 3, 20), "养护队")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise", "supervision").get(pk=case.pk)


def resident_of(case: Case) -> Resident:
    """Whoever filed the case."""
    return Resident(case.filing_id, case.filing.receipts.get().id)


def late_cases(town: Town, count: int = 1, **extra: object) -> list[Case]:
    cases = [accepted(town, matter(town, **extra))[1] for _ in range(count)]
    run_clocks(LATE)
    return [fresh(case) for case in cases]


def test_a_cause_is_office_category_neighbourhood_and_week(town: Town) -> None:
    """Both grids of one street, the same week: one cause. Another category, office or week: another."""
    for extra in ({"area": "east-grid"}, {"area": "west-grid"}):
        lin_files(town, matter(town, **extra))
    lin_files(town, matter(town, "noise"))
    lin_files(town, matter(town, "leak"))
    lin_files(town, matter(town), at=local("2026-03-09 09:00"))
    run_clocks(local("2026-03-20 00:05"))
    sizes = sorted(row.cases.count() for row in Supervision.objects.all())
    assert sizes == [1, 1, 1, 2]
    assert {row.supervisor for row in Supervision.objects.all()} == {town.offices["hall"]}


def test_late_again_after_a_decision_is_a_new_supervision(town: Town) -> None:
    (case,) = late_cases(town)
    qin = town.actor("qin")
    assert case.supervision is not None
    decide(
        case.supervision, "三天内答复。", answer_by=date(2026, 3, 13), actor=qin, at=local("2026-03-10 09:00")
    )
    first = Supervision.objects.get()
    assert (first.decision, first.answer_by, first.decided_by) == (
        "press",
        date(2026, 3, 13),
        town.staff["qin"],
    )
    pressed = History.objects.get(case=case, code="case.pressed")
    assert (pressed.by, pressed.params["date"], pressed.office_id) == (
        "supervisor",
        "2026-03-13",
        town.offices["hall"].id,
    )
    read = read_case(fresh(case), key_of(case.id), internal=False)
    assert read.events[-1].reason == "三天内答复。"
    replayed(case)
    # Another case of the same cause gets late after that.
    other = accepted(town, at=local("2026-03-04 09:00"))[1]
    run_clocks(local("2026-03-20 00:05"))
    assert fresh(other).supervision not in (None, first)
    assert Supervision.objects.filter(decided_at=None).count() == 1
    # The same case, answered with a promise that was broken, too.
    third = fresh(case)
    send_answer(third, "promise", WILL_DO, actor=town.actor("zhou"), at=local("2026-03-11 09:00"))
    run_clocks(local("2026-03-21 00:05"))
    assert fresh(case).supervision == Supervision.objects.get(decided_at=None)
    replayed(case)


def test_a_day_that_has_come_cannot_be_set(town: Town) -> None:
    (case,) = late_cases(town)
    assert case.supervision is not None
    with pytest.raises(RefusedError) as refusal:
        decide(case.supervision, "快。", answer_by=date(2026, 3, 10), actor=town.actor("qin"), at=LATE)
    assert refusal.value.code == "date_not_ahead"
    assert Supervision.objects.get().decided_at is None


def test_what_was_answered_meanwhile_is_left_alone(town: Town) -> None:
    first, second, third = late_cases(town, 3)
    supervision = first.supervision
    assert supervision is not None
    send_answer(first, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-10 08:00"))
    done = decide(supervision, "快。", answer_by=None, actor=town.actor("qin"), at=LATE)
    assert (done.pressed, done.passed_over) == (2, 0)
    assert fresh(first).supervision is None
    for case in (first, second, third):
        replayed(case)
    assert set(History.objects.filter(code="case.pressed").values_list("case", flat=True)) == {
        second.id,
        third.id,
    }


def test_a_case_that_cannot_be_pressed_now_is_passed_over(town: Town) -> None:
    """The resident has taken it to the level above: there the supervisor gives an instruction instead."""
    first, second = late_cases(town, 2)
    make_move(first, "escalate", actor=resident_of(first), at=local("2026-03-10 08:00"))
    assert second.supervision is not None
    done = decide(second.supervision, "快。", answer_by=None, actor=town.actor("qin"), at=LATE)
    assert (done.pressed, done.passed_over) == (1, 1)
    replayed(first)


def test_pressing_reaches_the_office_that_has_it_now(town: Town) -> None:
    (case,) = late_cases(town)
    supervision = case.supervision
    params = {"office": town.offices["water"].id, "reason": "是水管的事"}
    make_move(case, "hand_over", actor=town.actor("zhou"), at=local("2026-03-10 08:00"), params=params)
    assert supervision is not None
    done = decide(supervision, "水务所今天办。", answer_by=None, actor=town.actor("qin"), at=LATE)
    assert done.pressed == 1
    assert History.objects.filter(case=case, code="case.pressed").count() == 1
    assert fresh(case).office == town.offices["water"]
    replayed(case)


def test_withdrawing_ends_supervision_and_every_clock(town: Town) -> None:
    first, second = late_cases(town, 2)
    make_move(first, "withdraw", actor=resident_of(first), at=local("2026-03-10 08:00"))
    gone = fresh(first)
    assert (gone.supervision, gone.due_at, gone.outcome) == (None, None, "withdrawn")
    assert not Clock.objects.filter(case=gone, stopped_on=None).exists()
    assert second.supervision is not None
    assert open_cases_of(second.supervision, town.actor("qin")) == [second]
    entries = History.objects.filter(case=gone).count()
    run_clocks(local("2026-06-01 00:05"))
    assert History.objects.filter(case=gone).count() == entries
    replayed(gone)


def test_a_cause_of_which_nothing_is_left_waits_for_nobody(town: Town) -> None:
    (case,) = late_cases(town)
    qin, supervision = town.actor("qin"), case.supervision
    assert supervision is not None
    assert supervisions_of(qin).count() == 1
    make_move(case, "withdraw", actor=resident_of(case), at=local("2026-03-10 08:00"))
    assert not supervisions_of(town.actor("qin")).exists()
    assert not supervisions_of(town.actor("zhou")).exists()
    # Whoever was about to decide it is told, and not that it never was there.
    with pytest.raises(Changed):
        decide(supervision, "快。", answer_by=None, actor=qin, at=LATE)


def test_only_the_supervisor_of_that_office_decides(town: Town) -> None:
    (case,) = late_cases(town)
    assert case.supervision is not None
    add_office(town, "other-hall", "hall")
    add_staff(town, "stranger", **{"other-hall": ["supervisor"]})
    with pytest.raises(NotFound):
        decide(case.supervision, "快。", answer_by=None, actor=town.actor("stranger"), at=LATE)


def test_one_stuck_case_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = accepted(town)[1], accepted(town)[1]
    real = clocks.run_clocks_of

    def refusing(case: Case, *rest: object) -> int:
        if case.id == stuck.id:
            raise RefusedError("limit_reached")
        return real(case, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(clocks, "run_clocks_of", refusing)
    assert run_clocks(LATE) == 1
    assert (fresh(stuck).supervision is None, fresh(other).supervision is None) == (True, False)


def test_clocks_need_no_key(town: Town) -> None:
    """Cases that only their resident can open have no wrap for the instance, and are late like any other."""
    first, second = accepted(town)[1], accepted(town)[1]
    destroy_wraps([first.id, first.filing_id], at=NOW)
    assert run_clocks(LATE) == 2
    for case in (first, second):
        assert fresh(case).supervision is not None
        replayed(case)


# On time


def test_late_stays_late_whatever_comes_after(town: Town) -> None:
    filed, case = accepted(town)
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-10 09:00"))
    assert case.on_time is False
    verdict = Verdict(False, None, "没修。")
    give_verdict(case, "reopen", verdict, actor=resident(filed), at=local("2026-03-11 09:00"))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-11 10:00"))
    assert fresh(case).on_time is False
    replayed(case)


def test_a_second_answer_can_make_it_late(town: Town) -> None:
    _, case = reopened(town)
    assert case.on_time is True
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-30 09:00"))
    assert fresh(case).on_time is False


def test_without_a_promise_nothing_is_on_time_or_late(town: Town) -> None:
    for at in ("2026-03-04 16:00", "2026-04-30 16:00"):
        _, case = accepted(town, matter(town, "noise"))
        send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local(at))
        assert fresh(case).on_time is None


def test_a_promised_day_counts_for_the_answer_and_its_report_changes_nothing(town: Town) -> None:
    _, case = accepted(town)
    send_answer(case, "promise", WILL_DO, actor=town.actor("zhou"), at=local("2026-03-04 09:00"))
    assert case.on_time is True
    send_answer(case, "report_done", ANSWER, actor=town.actor("zhou"), at=local("2026-03-25 09:00"))
    assert fresh(case).on_time is True
    assert fresh(case).answers.count() == 2
    replayed(case)


def test_a_promised_day_needs_the_move_that_brings_it_back(town: Town) -> None:
    _, case = accepted(town)
    for move, answer in (("answer", WILL_DO), ("promise", ANSWER)):
        with pytest.raises(AnswerIncomplete) as refusal:
            send_answer(case, move, answer, actor=town.actor("zhou"), at=local("2026-03-04 09:00"))
        assert refusal.value.missing["decision"] == "other_move"
    assert not fresh(case).answers.exists()


# The level above


@pytest.fixture
def three_levels(town: Town) -> Town:
    """A county over the hall, with a supervisor of its own."""
    add_office(town, "county", "hall")
    Office.objects.filter(code="county").update(above=None)
    Office.objects.filter(code="hall").update(above=town.offices["county"])
    add_staff(town, "county-head", county=["supervisor", "handler", "lead"])
    forget()
    return town


@pytest.mark.parametrize("who", ["qin", "county-head"])
def test_any_level_above_may_direct_or_take_over(three_levels: Town, who: str) -> None:
    town = three_levels
    filed, case = accepted(town)
    make_move(case, "escalate", actor=resident(filed), at=local("2026-03-03 09:00"))
    assert (case.office, case.lead, case.handler) == (
        town.offices["roads"],
        town.staff["he"],
        town.staff["zhou"],
    )
    make_move(
        case, "direct", actor=town.actor(who), at=local("2026-03-03 10:00"), params={"instruction": "办"}
    )
    assert (case.office, case.handler) == (town.offices["roads"], town.staff["zhou"])
    make_move(case, "escalate", actor=resident(filed), at=local("2026-03-03 11:00"))
    make_move(
        case, "take_over", actor=town.actor(who), at=local("2026-03-03 12:00"), params={"reason": "直接办"}
    )
    now = fresh(case)
    office = town.offices["hall" if who == "qin" else "county"]
    assert (now.office, now.lead, now.handler, now.holder) == (office, town.staff[who], None, "office")
    assert cases_visible_to(town.actor(who)).filter(pk=case.pk).exists()
    assert not cases_visible_to(town.actor("zhou")).filter(pk=case.pk).exists()
    with pytest.raises(RefusedError):
        send_answer(fresh(case), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 09:00"))
    send_answer(now, "answer", ANSWER, actor=town.actor(who), at=local("2026-03-04 09:00"))
    replayed(case)


def test_where_nobody_is_above_there_is_no_way_up(town: Town) -> None:
    """A case that went to a level that does not exist would lie there for good. Withdrawing is still open."""
    filed, case = accepted(town)
    make_move(case, "escalate", actor=resident(filed), at=NOW)
    make_move(case, "take_over", actor=town.actor("qin"), at=NOW, params={"reason": "直接办"})
    codes = [move.code for move in engine.moves_for(case, resident(filed), NOW)]
    assert "escalate" not in codes
    assert "withdraw" in codes
    with pytest.raises(RefusedError) as refusal:
        make_move(case, "escalate", actor=resident(filed), at=NOW)
    assert refusal.value.code == "nobody_above"
    replayed(case)


def test_a_case_of_an_office_that_is_no_more_can_still_be_ended(town: Town) -> None:
    filed, case = answered(town)
    Office.objects.filter(code="roads").update(valid_to=date(2026, 3, 4))
    forget()
    assert cases_visible_to(town.actor("qin")).filter(pk=case.pk).exists()
    run_clocks(local("2026-04-20 00:05"))
    assert fresh(case).outcome == "unconfirmed"
    make_move(fresh(case), "withdraw", actor=resident(filed), at=local("2026-04-21 09:00"))
    replayed(case)


def test_every_notice_goes_to_whoever_asked_for_one(town: Town) -> None:
    _, told = accepted(town)
    _, silent = accepted(town, contact=Contact(name="林", phone="13800000000"))
    run_clocks(LATE)
    assert set(OutboxRow.objects.values_list("case", flat=True)) == {told.id}
    assert sorted(OutboxRow.objects.values_list("template", flat=True)) == ["accepted", "filed", "late"]
    assert fresh(silent).supervision is not None
