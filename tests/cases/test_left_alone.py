"""Where nobody here stands above: nobody looks again at what they decided, nobody waits for whom nobody presses."""

from datetime import date, datetime, timedelta

import pytest

from gongshi.accounts.models import Office
from gongshi.cases import engine
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.moves import letter_before, make_move
from gongshi.cases.actions.recusals import recuse, undo_recusal
from gongshi.cases.actions.supervision import NOTHING, decide
from gongshi.cases.labels import history_words
from gongshi.cases.models import Case, Clock, History, Message, Recusal, Supervision
from gongshi.cases.reading import key_for, read_case
from gongshi.cases.recusing import Whom
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.rules.procedure import RefusedError
from tests.casework import ANSWER, accepted, add_staff, grievance, replayed, reviewed_at_the_top
from tests.cast import NOW, Town, case_of, resident
from tests.clock import local

pytestmark = pytest.mark.django_db

VAIN = "督办3次没有结果，这件事自动交给了我们"
MARCH, APRIL = local("2026-03-03 10:00"), local("2026-04-01 10:00")


def own(filed: Filed, at: object = APRIL) -> set[str]:
    return {move.code for move in engine.moves_for(case_of(filed), resident(filed), at)}


def letters(filed: Filed) -> list[object]:
    case = case_of(filed)
    return read_case(case, key_for(case.id, resident(filed)), internal=False).letters


def test_nobody_re_reviews_their_own_review(town: Town) -> None:
    filed, case = reviewed_at_the_top(town)
    assert (case.office.code, case.first_instance.code) == ("city", "hall")
    send_answer(case, "review_answer", ANSWER, actor=town.actor("gu"), at=APRIL)
    assert "ask_re_review" not in own(filed)
    with pytest.raises(RefusedError) as refusal:
        make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=APRIL)
    assert refusal.value.code == "nobody_above"
    # The review itself names who outside is next, and by when.
    sent = letters(filed)[-1]
    assert "省信访局" in sent.text
    assert "最晚2026年5月1日" in sent.text


def test_the_ladder_ends_with_a_letter_that_names_who_outside_is_next(town: Town) -> None:
    filed, case = reviewed_at_the_top(town)
    send_answer(case, "review_answer", ANSWER, actor=town.actor("gu"), at=APRIL)
    assert "leave" in own(filed)
    case = make_move(case_of(filed), "leave", actor=resident(filed), at=APRIL + timedelta(days=20))
    assert (case.stage, case.outcome, case.office.code) == ("outside", "outside", "city")
    sent = letters(filed)[-1]
    assert sent.name == "告知书：这里没有上一级可以再看"
    # Counted from the review, not from the day on which it was left.
    for part in ("省信访局", "最晚2026年5月1日", "法院", "市信访局"):
        assert part in sent.text, part
    assert Message.objects.get(kind="letter", case=case, office_id=town.offices["city"].id)
    assert {move.code for move in engine.moves_for(case, resident(filed), APRIL)} == {"withdraw"}
    replayed(case_of(filed))


def test_where_somebody_is_above_nobody_is_sent_away(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    assert "leave" not in own(filed)
    with pytest.raises(RefusedError) as refusal:
        make_move(case_of(filed), "leave", actor=resident(filed), at=APRIL)
    assert refusal.value.code == "somebody_above"


def test_the_topmost_office_does_not_review_its_own_answer_or_refusal(town: Town) -> None:
    filed, case = grievance(town)
    given = {"office": town.offices["city"].id, "reason": "由市里定。"}
    make_move(case, "object", actor=town.actor("zhou"), at=NOW, params={"reason": "不归我们。"})
    make_move(case_of(filed), "forward", actor=town.actor("gu"), at=NOW, params=given)
    found = letter_before(
        case_of(filed),
        "decline",
        {"reason": "应由法院定。"},
        {"right_body": ["court"]},
        content=None,
        actor=town.actor("gu"),
        at=MARCH,
    )
    assert found is not None
    assert found.lacking == ()
    assert "省信访局" in found.text
    make_move(case_of(filed), "accept", actor=town.actor("gu"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("gu"), at=APRIL)
    assert own(filed) & {"ask_review", "reopen", "leave"} == {"leave"}


def test_late_where_nobody_can_press_the_resident_is_told_and_may_leave(town: Town) -> None:
    filed, case = reviewed_at_the_top(town)
    late = local("2026-05-10 00:05")
    assert "leave" not in own(filed, local("2026-04-20 10:00"))
    run_clocks(late)
    case = case_of(filed)
    assert (case.stage, case.supervision, case.office.code) == ("review", None, "city")
    assert not Supervision.objects.filter(supervisor=None).exists()
    entry = History.objects.get(case=case, code="case.overdue")
    assert entry.params["clock"] == "review"
    sent = letters(filed)[-1]
    due = Clock.objects.get(case=case, code="review").due_on
    assert due == date(2026, 5, 1)
    for part in ("逾期", "市信访局", "2026年5月1日", "省信访局", "最晚2026年6月1日", "法院"):
        assert part in sent.name + sent.text, part
    # It can still be answered, and the resident need not wait for that.
    assert "review_answer" in {m.code for m in engine.moves_for(case, town.actor("gu"), late)}
    replayed(case)
    case = make_move(case, "leave", actor=resident(filed), at=late + timedelta(hours=9))
    assert (case.outcome, case.due_at) == ("outside", None)
    assert letters(filed)[-1].name.startswith("告知书")
    replayed(case_of(filed))


def test_the_topmost_office_is_not_pressed_by_itself_and_raised_to_nobody(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "object", actor=town.actor("zhou"), at=NOW, params={"reason": "不归我们。"})
    given = {"office": town.offices["city"].id, "reason": "由市里定。"}
    make_move(case_of(filed), "forward", actor=town.actor("gu"), at=NOW, params=given)
    make_move(case_of(filed), "accept", actor=town.actor("gu"), at=MARCH)
    day = local("2026-05-01 00:05")
    while day < local("2026-08-01 00:05"):
        day += timedelta(days=7)
        run_clocks(day)
    case = case_of(filed)
    assert (case.stage, case.office.code, case.counts.get("press")) == ("handling", "city", None)
    assert History.objects.filter(case=case, code="case.overdue").count() == 1
    assert "leave" in own(filed, day)
    replayed(case)


def test_late_forwarding_is_pressed_by_the_level_above_whoever_forwards(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "object", actor=town.actor("zhou"), at=NOW, params={"reason": "不归我们。"})
    run_clocks(local("2026-04-01 00:05"))
    case = Case.objects.select_related("supervision").get(pk=case.pk)
    assert case.supervision is not None
    assert case.supervision.supervisor == town.offices["city"]
    assert case.counts["press_forwarding"] == 1
    at = local("2026-04-01 09:00")
    assert "press_forwarding" in {move.code for move in engine.moves_for(case, town.actor("gu"), at)}
    # The hall has to forward it, and does not press itself.
    assert "press_forwarding" not in {move.code for move in engine.moves_for(case, town.actor("qin"), at)}
    while case_of(filed).stage == "registered" and at < local("2026-07-01 00:05"):
        at += timedelta(days=7)
        run_clocks(at)
    case = case_of(filed)
    assert (case.stage, case.office.code) == ("raised_again", "city")
    replayed(case)
    run_clocks(at + timedelta(days=40))
    assert "督办3次没有结果，这件事才自动交给了它" in letters(filed)[-1].text, (
        "late again, and nobody presses"
    )
    at += timedelta(days=41)
    send_answer(case_of(filed), "answer_raised_again", ANSWER, actor=town.actor("gu"), at=at)
    assert VAIN in letters(filed)[-1].text


def test_a_review_that_never_comes_is_pressed_and_then_made_by_the_next_level(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    case = make_move(case_of(filed), "ask_review", actor=resident(filed), at=APRIL)
    at = local("2026-05-01 00:05")
    while case_of(filed).stage == "review" and at < local("2026-09-01 00:05"):
        at += timedelta(days=7)
        run_clocks(at)
        assert own(filed, at) & {"leave"} == set()
    case = case_of(filed)
    assert (case.stage, case.office.code) == ("re_review", "city")
    told = [
        history_words(entry.code, entry.params)["zh"]
        for entry in History.objects.filter(case=case, code__in=("case.pressed", "case.escalated")).order_by(
            "seq"
        )
    ]
    assert told[-4:] == ["第1次督办", "第2次督办", "第3次督办", "督办3次没有结果，自动交给再往上的一级办"]
    send_answer(case, "final_answer", ANSWER, actor=town.actor("gu"), at=at)
    first, last = (letters(filed)[which].text for which in (-2, -1))
    assert (VAIN in first, VAIN in last) == (False, True)
    replayed(case_of(filed))


def test_leaving_waits_until_the_office_that_is_late_was_pressed_in_vain(town: Town) -> None:
    """The five days to object are over on the tenth; nobody is late with anything before the eighteenth."""
    filed, _ = grievance(town)
    run_clocks(local("2026-03-12 00:05"))
    assert "leave" not in own(filed, local("2026-03-12 09:00"))
    Office.objects.filter(code="roads").update(above=None)
    forget()
    assert "leave" not in own(filed, local("2026-03-12 09:00"))


def test_a_recused_level_is_passed_over_and_nobody_decides_twice_when_it_comes_back(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=MARCH)
    hall = Whom("office", town.offices["hall"].id, town.offices["hall"].id)
    recuse(case_of(filed), hall, "他们参与了这件事。", actor=resident(filed), at=MARCH)
    case = make_move(case_of(filed), "ask_review", actor=resident(filed), at=MARCH)
    assert case.office.code == "city"
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("gu"), at=APRIL)
    assert own(filed) & {"ask_re_review", "leave"} == {"leave"}
    undo_recusal(
        Recusal.objects.get(case=case, undone_at=None).id, "查过了。", actor=town.actor("gu"), at=APRIL
    )
    assert own(filed) & {"ask_re_review", "leave"} == {"leave"}


def test_a_level_recused_after_its_review_leaves_the_re_review_to_the_next(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=MARCH)
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=MARCH)
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=APRIL)
    assert engine.decided_by(case_of(filed)) == {town.offices["roads"].id, town.offices["hall"].id}
    hall = Whom("office", town.offices["hall"].id, town.offices["hall"].id)
    recuse(case_of(filed), hall, "他们参与了这件事。", actor=resident(filed), at=APRIL)
    case = make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=APRIL)
    assert (case.stage, case.office.code) == ("re_review", "city")
    assert "final_answer" in {m.code for m in engine.moves_for(case, town.actor("gu"), APRIL)}


def test_a_decision_that_pressed_nothing_says_so(town: Town) -> None:
    """The resident took it to the level above in the same minute: nobody is pressed, and no day was set."""
    filed, case = accepted(town)
    run_clocks(local("2026-03-10 00:05"))
    late = Case.objects.select_related("filing", "promise", "supervision").get(pk=case.pk)
    assert late.supervision is not None
    make_move(late, "escalate", actor=resident(filed), at=local("2026-03-10 08:00"))
    day, at = date(2026, 3, 20), local("2026-03-10 09:00")
    done = decide(late.supervision, "快。", answer_by=day, actor=town.actor("qin"), at=at)
    assert (done.pressed, done.passed_over) == (0, 1)
    kept = Supervision.objects.get(pk=late.supervision.pk)
    assert (kept.decision, kept.answer_by, kept.decided_by) == (NOTHING, None, town.staff["qin"])
    assert not History.objects.filter(case=case, code="case.pressed").exists()


def test_an_ordinary_matter_of_the_topmost_office_is_told_to_be_late_and_waits_for_no_decision(
    town: Town,
) -> None:
    filed, case = accepted(town)
    Office.objects.update(above=None)
    forget()
    run_clocks(local("2026-03-10 00:05"))
    assert case_of(filed).supervision_id is None
    assert History.objects.filter(case=case, code="case.overdue").count() == 1
    assert OutboxRow.objects.filter(case=case.id, template="late").count() == 1
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-11 10:00"))
    assert case_of(filed).on_time is False
    replayed(case_of(filed))


def _lead_recused(filed: Filed, at: datetime) -> None:
    """Somebody is recused, and no level above is passed over by that."""
    lead = Whom("staff", case_of(filed).lead_id, case_of(filed).office_id)
    recuse(case_of(filed), lead, "他是当事人的亲戚。", actor=resident(filed), at=at)


def _accepted_on_order(town: Town) -> Filed:
    """Refused by Roads, upheld by the hall, and the city orders it to be accepted; Roads answers."""
    add_staff(town, "zz.lu", roads=["lead", "handler"])
    filed, _ = grievance(town)
    _lead_recused(filed, NOW)
    words, ways = {"reason": "应由法院定。"}, {"right_body": ["court"]}
    make_move(case_of(filed), "decline", actor=town.actor("zhou"), at=MARCH, params=words, written=ways)
    make_move(case_of(filed), "ask_review_refusal", actor=resident(filed), at=MARCH)
    qin, gu = town.actor("qin"), town.actor("gu")
    make_move(case_of(filed), "uphold_refusal", actor=qin, at=MARCH, params=words, written=ways)
    make_move(case_of(filed), "ask_re_review_refusal", actor=resident(filed), at=MARCH)
    order = {"reason": "属于信访事项。"}
    make_move(case_of(filed), "order_acceptance_again", actor=gu, at=MARCH, params=order)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    return filed


def test_who_decided_about_acceptance_has_not_decided_the_matter(town: Town) -> None:
    filed = _accepted_on_order(town)
    assert own(filed) & {"ask_review", "leave"} == {"ask_review"}
    assert town.offices["hall"].name["zh"] in letters(filed)[-1].text
    case = make_move(case_of(filed), "ask_review", actor=resident(filed), at=APRIL)
    assert case.office.code == "hall"


def test_a_new_answer_after_reopening_can_be_reviewed_by_whoever_reviewed_the_last(town: Town) -> None:
    """The city re-reviewed Roads' answer; what the hall answered since is another question, and no third one is."""
    filed, _ = grievance(town)
    make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=MARCH)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=MARCH)
    _lead_recused(filed, MARCH)
    for ask, answer, who in (
        ("ask_review", "review_answer", "qin"),
        ("ask_re_review", "final_answer", "gu"),
        ("reopen", "answer_raised", "qin"),
    ):
        words = {"reason": "没有照办。"} if ask == "reopen" else {}
        make_move(case_of(filed), ask, actor=resident(filed), at=APRIL, params=words)
        send_answer(case_of(filed), answer, ANSWER, actor=town.actor(who), at=APRIL)
    assert own(filed) & {"ask_review", "leave"} == {"ask_review"}
    assert "市信访局" in letters(filed)[-1].text
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=APRIL)
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("gu"), at=APRIL)
    assert own(filed) & {"ask_re_review", "leave"} == {"leave"}
