"""Letters: each step owed in writing sends one, whole, sealed, kept as it was sent; and who answers for a case."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gongshi.accounts.models import Appointment, Office
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.handlers import name_lead
from gongshi.cases.actions.moves import letter_before, make_move
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.copies import copy_of, own_matters
from gongshi.cases.leads import has_lead, lacks_lead, lead_since
from gongshi.cases.letters import LetterIncomplete
from gongshi.cases.models import Case, Clock, History, Message
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import ReadMessage
from gongshi.cases.visiting import OwnCase, Visitor, own_case
from gongshi.formats.proof.file import read_proof
from gongshi.places.snapshots import forget
from gongshi.routing.models import ProcedureVersion
from gongshi.rules.procedure import RefusedError
from tests.casework import ANSWER, add_staff, answered, grievance, replayed
from tests.cast import NOW, Town, case_of, resident
from tests.clock import local

pytestmark = pytest.mark.django_db

ACCEPTED = local("2026-03-03 10:00")
APRIL = local("2026-04-01 10:00")
REFUSED = {"reason": "这是劳动争议，要先仲裁。"}


def visitor_of(filed: Any) -> Visitor:
    who = resident(filed)
    return Visitor(case_of(filed).filing, who.receipt_id, who.receipt)


def own(filed: Any) -> OwnCase:
    return own_case(visitor_of(filed), 1)


def letters(filed: Any) -> list[ReadMessage]:
    return own(filed).file.letters


def accept(town: Town, case: Case, at: datetime = ACCEPTED) -> Case:
    return make_move(case, "accept", actor=town.actor("zhou"), at=at)


def lacking(error: pytest.ExceptionInfo[LetterIncomplete]) -> dict[str, str]:
    return {one.part: one.basis["zh"] for one in error.value.lacking}


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def test_every_step_of_the_ladder_sends_its_letter(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    params = {"reason": "要重新丈量。"}
    with pytest.raises(RefusedError) as refused:
        make_move(case_of(filed), "extend", actor=town.actor("zhou"), at=APRIL, params=params)
    assert refused.value.code == "head_only"
    make_move(case_of(filed), "extend", actor=town.actor("he"), at=APRIL, params=params)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    at = local("2026-04-03 10:00")
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=at)
    make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=local("2026-04-06 10:00"))
    at = local("2026-04-07 10:00")
    send_answer(case_of(filed), "final_answer", ANSWER, actor=town.actor("gu"), at=at)
    names = ["登记转送告知书", "受理告知书", "延长办理期限告知书", "信访事项处理意见书"]
    names += ["信访事项复查意见书", "信访事项复核意见书"]
    sent = letters(filed)
    assert [one.name for one in sent] == names
    registered, accepted_, extended, opinion, review, final = (one.text for one in sent)
    # The days are the clocks' own: forwarded on 2 March, accepted on the 3rd, 60 days and 30 more.
    assert "转送给道路所" in registered
    assert "2026年3月17日以前" in registered
    assert "最晚答复：2026年5月4日" in accepted_
    assert "包案责任人：he" in accepted_
    due = Clock.objects.get(case=case, code="handling").due_on
    assert f"新的最后一天：{due.year}年{due.month}月{due.day}日" in extended
    for words in (
        "请尽快补好。",
        "坑深十厘米",
        "公路法 第四十三条",
        "镇政府复查",
        "行政复议（最晚2026年6月1日）",
    ):
        assert words in opinion
    assert "2026年5月1日以前请求镇政府复查" in opinion
    assert "请求市信访局复核" in review
    assert "信访的程序到这里结束" in final
    assert "· 法院" in final
    replayed(case_of(filed))


def test_a_refusal_names_where_it_belongs_or_is_not_sent(town: Town) -> None:
    filed, case = grievance(town)
    with pytest.raises(LetterIncomplete) as error:
        make_move(case, "decline", actor=town.actor("zhou"), at=ACCEPTED, params=REFUSED)
    assert lacking(error) == {"right_body": "清禾县服务承诺 第13条（书面告知）"}
    assert case_of(filed).stage == "forwarded"
    written = {"right_body": ["reconsideration"]}
    make_move(case, "decline", actor=town.actor("zhou"), at=ACCEPTED, params=REFUSED, written=written)
    told = letters(filed)[-1].text
    assert "这件事该走的路：\n· 行政复议（最晚2026年5月4日）" in told
    assert "可以在2026年4月2日以前请求镇政府复查" in told
    assert "要先仲裁" in told


def test_where_nobody_is_above_letters_name_who_outside_reviews(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    refused, second = grievance(town)
    Office.objects.update(above=None)
    forget()
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    written = {"right_body": ["court"]}
    make_move(second, "decline", actor=town.actor("zhou"), at=ACCEPTED, params=REFUSED, written=written)
    for told in (letters(filed)[-1], letters(refused)[-1]):
        assert told.name in ("信访事项处理意见书", "不予受理告知书")
        assert "一下就行" not in told.text
        assert "这里没有上一级可以复查，可以请求：· 省信访局（最晚2026年" in told.text
        assert "还一直可以走的其他路：\n· 行政复议" in told.text


@pytest.mark.parametrize("rung", ["opinion", "reviewed", "final"])
def test_without_a_lead_officer_no_rung_answers(town: Town, rung: str) -> None:
    filed, case = grievance(town)
    accept(town, case)
    steps = [
        ("answer", "zhou", "ask_review"),
        ("review_answer", "qin", "ask_re_review"),
        ("final_answer", "gu", ""),
    ]
    for move, who, then in steps[: ["opinion", "reviewed", "final"].index(rung)]:
        send_answer(case_of(filed), move, ANSWER, actor=town.actor(who), at=APRIL)
        make_move(case_of(filed), then, actor=resident(filed), at=APRIL)
    move, who, _ = steps[["opinion", "reviewed", "final"].index(rung)]
    lead = case_of(filed).lead_id
    Case.objects.update(lead=None)
    with pytest.raises(LetterIncomplete) as error:
        send_answer(case_of(filed), move, ANSWER, actor=town.actor(who), at=APRIL)
    assert lacking(error) == {"lead": "清禾县服务承诺 第12条（包案）"}
    Case.objects.update(lead=lead)
    send_answer(case_of(filed), move, ANSWER, actor=town.actor(who), at=APRIL)
    assert "包案责任人：" in letters(filed)[-1].text


def test_without_a_lead_officer_it_cannot_be_accepted_until_one_is_named(town: Town) -> None:
    Appointment.objects.filter(staff=town.staff["he"], role="lead").delete()
    forget()
    filed, case = grievance(town)
    assert lacks_lead(case)
    assert not Case.objects.filter(has_lead(), pk=case.pk).exists()
    with pytest.raises(LetterIncomplete) as error:
        accept(town, case)
    assert set(lacking(error)) == {"lead"}
    name_lead(case, town.staff["zhou"].id, "由周经办。", actor=town.actor("qin"), at=ACCEPTED)
    accept(town, case_of(filed))
    assert "包案责任人：zhou" in letters(filed)[-1].text
    assert Case.objects.filter(has_lead(), pk=case.pk).exists()
    assert not lacks_lead(case_of(filed))


def test_an_answer_without_its_basis_in_law_is_not_sent(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    bare = NewAnswer(ANSWER.decision, ANSWER.found, ANSWER.found_on, ANSWER.decided, ANSWER.call)
    with pytest.raises(LetterIncomplete) as error:
        send_answer(case_of(filed), "answer", bare, actor=town.actor("zhou"), at=APRIL)
    assert lacking(error) == {"law": "清禾县服务承诺 第13条（书面告知）"}
    assert own(filed).file.answers == []


def test_what_is_looked_at_first_is_what_goes_out(town: Town) -> None:
    filed, case = grievance(town)
    zhou = town.actor("zhou")
    seen = letter_before(case, "accept", {}, {}, content=None, actor=zhou, at=ACCEPTED)
    assert seen is not None
    assert not Message.objects.filter(case=case, kind="letter").count() > 1
    accept(town, case)
    assert letters(filed)[-1].text == seen.text


def test_it_is_written_in_the_language_of_whoever_filed(town: Town) -> None:
    filed, case = grievance(town)
    case.filing.language = "en"
    case.filing.save()
    accept(town, case_of(filed))
    sent = letters(filed)[-1]
    assert (sent.language, sent.name) == ("en", "Notice of acceptance")
    assert "You are answered by 4 May 2026 at the latest." in sent.text


def test_a_letter_that_is_undone_is_none(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    undo_last(fresh(case), actor=town.actor("zhou"), at=ACCEPTED + timedelta(seconds=60))
    assert [one.name for one in letters(filed)] == ["登记转送告知书"]
    accept(town, case_of(filed), at=local("2026-03-04 10:00"))
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    undo_last(fresh(case), actor=town.actor("zhou"), at=APRIL + timedelta(seconds=60))
    assert [one.name for one in letters(filed)] == ["登记转送告知书", "受理告知书"]
    replayed(fresh(case))


def test_it_is_sealed_committed_to_in_the_copy_and_erased(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    row = Message.objects.filter(case=case, kind="letter").order_by("at").last()
    assert row is not None
    assert "包案责任人".encode() not in bytes(row.content)
    visitor = visitor_of(filed)
    [proven] = [
        one.words
        for one in read_proof(proof_of(visitor, APRIL)[1]).entries
        if one.entry.get("code") == "case.accepted"
    ]
    assert proven is not None
    assert "最晚答复" in str(proven)
    [matter] = copy_of(visitor, own_matters(visitor), at=APRIL)["cases"]
    assert [one["name"] for one in matter["letters"]] == ["登记转送告知书", "受理告知书"]
    withdraw(case_of(filed), erase=True, actor=resident(filed), at=APRIL)
    erase_due(APRIL + timedelta(days=20), 10)
    assert not Message.objects.filter(case=case).exists()


def test_a_procedure_without_letters_sends_none(town: Town) -> None:
    filed, _ = answered(town)
    assert letters(filed) == []
    zhou = town.actor("zhou")
    assert letter_before(case_of(filed), "answer", {}, {}, content=None, actor=zhou, at=APRIL) is None


def test_letters_are_those_of_the_version_that_the_case_began_with(town: Town) -> None:
    filed, case = grievance(town)
    old = ProcedureVersion.objects.get(code="grievance")
    old.current = False
    old.save()
    text = old.text.replace("受理告知书", "改过的信")
    ProcedureVersion.objects.create(code="grievance", version=2, text=text, loaded_at=NOW)
    forget()
    accept(town, case)
    assert letters(filed)[-1].name == "受理告知书"


def test_another_lead_is_named_with_a_reason_that_the_resident_reads(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    at = local("2026-03-10 10:00")
    assert lead_since(case_of(filed), own(filed).file.events) == NOW
    name_lead(case_of(filed), town.staff["zhou"].id, "何调走了。", actor=town.actor("he"), at=at)
    entry = own(filed).file.events[-1]
    assert (entry.code, entry.reason) == ("case.lead_named", "何调走了。")
    assert entry.params["from"] == str(town.staff["he"].id)
    assert lead_since(case_of(filed), own(filed).file.events) == at
    undo_last(fresh(case), actor=town.actor("he"), at=at + timedelta(seconds=30))
    assert case_of(filed).lead_id == town.staff["he"].id
    replayed(fresh(case))


def test_only_somebody_of_the_office_and_by_whoever_may(town: Town) -> None:
    filed, case = grievance(town)
    for who, by in (("ma", "he"), ("he", "he")):
        with pytest.raises(NotFound):
            name_lead(case, town.staff[who].id, "换人。", actor=town.actor(by), at=ACCEPTED)
    with pytest.raises(NotFound):
        name_lead(case, town.staff["zhou"].id, "换人。", actor=town.actor("ma"), at=ACCEPTED)
    assert not History.objects.filter(case=case, code="case.lead_named").exists()
    assert case_of(filed).lead_id == town.staff["he"].id


def test_each_rung_has_its_own_lead_since_it_came_there(town: Town) -> None:
    filed, case = grievance(town)
    accept(town, case)
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=APRIL)
    asked = local("2026-04-02 10:00")
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=asked)
    assert case_of(filed).lead_id == town.staff["qin"].id
    assert lead_since(case_of(filed), own(filed).file.events) == asked


def test_a_lead_who_left_is_none(town: Town) -> None:
    filed, case = grievance(town)
    add_staff(town, "fei", roads=["handler"])
    Appointment.objects.filter(staff=town.staff["he"]).update(valid_to=NOW.date())
    forget()
    assert lacks_lead(case_of(filed))
    assert not Case.objects.filter(has_lead(), pk=case.pk).exists()
