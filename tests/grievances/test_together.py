"""Many bring one grievance: joining, reading, speaking, leaving, and the answer that reaches all."""

from datetime import date, timedelta

import pytest

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.erasure import erase_closed, erase_due, withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Filing, Message, Recusal
from gongshi.cases.queries import NotFound, case_by_reference, cases_visible_to
from gongshi.cases.recusing import Whom
from gongshi.cases.replaying import replayed
from gongshi.cases.retention import case_kept_until
from gongshi.cases.visiting import own_case
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.codes import (
    NotSpeaking,
    SeatsTaken,
    close_joining,
    invite,
    renew_code,
    speak,
    step_down,
    take_seat,
)
from gongshi.grievances.actions.joining import join_collective, read_invitation
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.models import Collective, JointWord, Member
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import add_staff, ladder_town
from tests.cast import NOW, Town, lin_files, matter
from tests.grievances.many import (
    SECRET,
    TEXT,
    Somebody,
    answers,
    begins,
    code_of,
    complains,
    joins,
    joint_of,
)

pytestmark = pytest.mark.django_db


def whole() -> None:
    """Every case's history still comes to what stands in its columns."""
    assert all(one.agrees for one in replayed("default"))


def test_the_office_works_on_the_joint_case_and_no_longer_knows_of_the_first(town: Town) -> None:
    lin, collective = begins(town)
    joint, qin = joint_of(collective), town.actor("qin")
    assert list(cases_visible_to(qin)) == [joint]
    with pytest.raises(NotFound):
        case_by_reference(qin, lin.filing.reference, 1)
    with pytest.raises(NotFound):
        open_content(lin.case, qin, why="assignment", at=NOW)
    assert open_content(joint, qin, why="assignment", at=NOW).text == TEXT
    assert (joint.stage, joint.due_on) == ("received", joint.due_on)
    assert joint.due_on is not None
    whole()


def test_a_code_shows_the_text_and_joining_makes_a_filing_of_ones_own(town: Town) -> None:
    lin, _ = begins(town)
    code = code_of(lin)
    assert read_invitation(code.lower().replace("-", " ")).text == TEXT
    chen = joins(code)
    assert chen.filing.reference != lin.filing.reference
    assert own_case(chen.visitor, 1).file.text == TEXT
    assert chen.case.outcome == "joined"
    read = chen.reads()
    assert (read.text, read.seat, read.spoken, read.answers) == (TEXT, None, None, [])
    assert read.case.stage == "received"
    # No office knows of it, and the joint case is the only one that there is to them.
    assert cases_visible_to(town.actor("qin")).count() == 1
    whole()


def test_the_same_form_again_is_the_same_filing(town: Town) -> None:
    lin, _ = begins(town)
    code, receipt = code_of(lin), new_receipt()
    twice = [
        join_collective(code, receipt=receipt, language="zh", contact=Contact(), at=NOW, text=TEXT)
        for _ in range(2)
    ]
    assert [one.created for one in twice] == [True, False]
    assert twice[0].filing == twice[1].filing
    assert Member.objects.count() == 2


@pytest.mark.parametrize("code", ["", "x", "7G2K-M4QX-0V9T-3NRB", "a\x00b", "GG00-4068-SXHX-3WEP-F8MA-27C1"])
def test_whatever_is_no_code_opens_nothing(town: Town, code: str) -> None:
    begins(town)
    with pytest.raises(NotFound):
        read_invitation(code)


def test_a_renewed_or_closed_code_opens_nothing_and_those_inside_stay(town: Town) -> None:
    lin, _ = begins(town)
    first = code_of(lin)
    chen = joins(first)
    renew_code(lin.case, actor=lin.actor)
    second = code_of(lin)
    assert second != first
    with pytest.raises(NotFound):
        read_invitation(first)
    joins(second)
    close_joining(lin.case, actor=lin.actor)
    assert code_of(lin) == ""
    with pytest.raises(NotFound):
        read_invitation(second)
    assert chen.reads().text == TEXT
    for act in (renew_code, close_joining, invite):
        with pytest.raises(NotSpeaking):
            act(chen.case, actor=chen.actor)


def test_nobody_joins_once_there_is_an_answer(town: Town) -> None:
    lin, collective = begins(town)
    code = code_of(lin)
    answers(town, collective)
    with pytest.raises(NotFound):
        read_invitation(code)


def test_at_most_five_speak_and_a_seat_is_free_again(town: Town) -> None:
    lin, _ = begins(town)
    code = code_of(lin)
    others = [joins(code) for _ in range(5)]
    for one in others[:4]:
        take_seat(one.case, invite(lin.case, actor=lin.actor), actor=one.actor)
    with pytest.raises(SeatsTaken):
        invite(lin.case, actor=lin.actor)
    step_down(others[0].case, actor=others[0].actor)
    invitation = invite(others[1].case, actor=others[1].actor)
    with pytest.raises(NotFound):
        take_seat(others[4].case, code, actor=others[4].actor)
    take_seat(others[4].case, invitation, actor=others[4].actor)
    with pytest.raises(NotFound):
        take_seat(others[0].case, invitation, actor=others[0].actor)
    assert sorted(Member.objects.exclude(seat=None).values_list("seat", flat=True)) == [1, 2, 3, 4, 5]


def test_those_who_speak_answer_the_office_and_the_others_do_not_read_it(town: Town) -> None:
    lin, collective = begins(town)
    chen, qin = joins(code_of(lin)), town.actor("qin")
    make_move(joint_of(collective), "accept", actor=qin, at=NOW)
    ask_resident(joint_of(collective), "ask", "哪一段路？", actor=qin, at=NOW)
    assert joint_of(collective).holder == "resident"
    speak(lin.case, "桥头那一段。", actor=lin.actor, at=NOW)
    assert joint_of(collective).holder == "above"
    speak(lin.case, "还有河边。", actor=lin.actor, at=NOW)
    spoken = lin.reads().spoken
    assert spoken is not None
    assert [one.text for one in spoken.messages] == ["哪一段路？", "桥头那一段。", "还有河边。"]
    with pytest.raises(NotSpeaking):
        speak(chen.case, "我也说一句。", actor=chen.actor, at=NOW)
    assert chen.reads().spoken is None
    assert {one.case_id for one in Message.objects.all()} == {collective.case_id}
    whole()


def test_the_answer_reaches_all_and_each_goes_on_alone(town: Town) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    answers(town, collective)
    for one in (lin, chen):
        [read] = one.reads().answers
        assert (read.parts["decided"], read.decision) == ("四月底开通。", "explained")
    case = go_alone(chen.case, actor=chen.actor, at=NOW)
    joint = joint_of(collective)
    assert (case.stage, case.office_id, case.due_on, case.answered_on) == (
        joint.stage,
        joint.office_id,
        joint.due_on,
        joint.answered_on,
    )
    [sent] = own_case(chen.visitor, 1).file.answers
    assert sent.parts["decided"] == "四月底开通。"
    make_move(chen.case, "confirm", actor=chen.actor, at=NOW)
    # Nobody settles for anybody else.
    assert joint_of(collective).stage == joint.stage
    assert lin.reads().case.stage == joint.stage
    reopened = go_alone(lin.case, actor=lin.actor, at=NOW)
    make_move(reopened, "reopen", actor=lin.actor, at=NOW, params={"reason": "没有答到。"})
    assert open_content(reopened, town.actor("qin"), why="assignment", at=NOW).text == SECRET
    whole()


def test_why_an_office_takes_a_step_reaches_all_and_goes_along(town: Town) -> None:
    lin, collective = begins(town)
    chen, qin = joins(code_of(lin)), town.actor("qin")
    make_move(joint_of(collective), "accept", actor=qin, at=NOW)
    then, left = NOW + timedelta(days=1), NOW + timedelta(days=5)
    make_move(joint_of(collective), "extend", actor=qin, at=then, params={"reason": "等鉴定。"})
    reasons = [(one.code, one.reason) for one in chen.reads().told]
    assert reasons == [("case.accepted", ""), ("case.extended", "等鉴定。")]
    go_alone(chen.case, actor=chen.actor, at=left)
    [told] = [entry for entry in own_case(chen.visitor, 1).file.events if entry.reason]
    assert (told.reason, told.at, told.office) == ("等鉴定。", then, qin.office_id)
    whole()


def test_what_was_undone_reaches_nobody(town: Town) -> None:
    lin, collective = begins(town)
    qin = town.actor("qin")
    case = answers(town, collective)
    undo_last(case, actor=qin, at=NOW)
    assert lin.reads().answers == []
    assert joint_of(collective).stage == "checking"


def test_leaving_leaves_no_trace_and_the_others_stay(town: Town) -> None:
    lin, collective = begins(town)
    chen, wu = joins(code_of(lin)), joins(code_of(lin))
    case = withdraw(chen.case, erase=True, actor=chen.actor, at=NOW)
    assert (case.outcome, case.merged_into) == ("withdrawn", None)
    assert set(Member.objects.values_list("case", flat=True)) == {lin.case.id, wu.case.id}
    assert joint_of(collective).closed_at is None
    whole()


def test_whoever_leaves_last_takes_the_joint_case_along(town: Town) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    go_alone(lin.case, actor=lin.actor, at=NOW)
    go_alone(chen.case, actor=chen.actor, at=NOW)
    joint = joint_of(collective)
    assert (joint.outcome, joint.erase_on is not None) == ("withdrawn", True)
    assert Collective.objects.count() == 1
    assert not Member.objects.exists()
    assert Case.objects.exclude(pk=joint.pk).filter(closed_at=None).count() == 2
    assert Filing.objects.count() == 3
    whole()


def test_nothing_is_left_of_who_left_and_erased(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin), contact=Contact(phone="0571 2"))
    withdraw(chen.case, erase=True, actor=chen.actor, at=NOW)
    assert erase_due(NOW + timedelta(days=16), 10) == 1
    assert list(Member.objects.values_list("case", flat=True)) == [lin.case.id]
    assert chen.case.erased_at is not None
    filing = Filing.objects.get(pk=chen.filing.id)
    assert (filing.contact, filing.erased_at is not None) == (None, True)


def test_when_the_joint_case_was_kept_long_enough_its_words_go(town: Town) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    answers(town, collective)
    run_clocks(NOW + timedelta(days=60))
    joint = joint_of(collective)
    assert joint.outcome == "unconfirmed"
    # What had not been answered yet is still to be gone on with by each alone, long after.
    go_alone(chen.case, actor=chen.actor, at=NOW + timedelta(days=61))
    later = NOW + timedelta(days=62)
    make_move(chen.case, "reopen", actor=chen.actor, at=later, params={"reason": "还是不通。"})
    # Those who still follow it go with it.
    assert erase_closed("conduct", date(2027, 3, 1), NOW + timedelta(days=400), 10) == 1
    assert lin.case.erased_at is not None
    assert erase_due(NOW + timedelta(days=400), 10) == 1
    assert (bytes(lin.case.content), lin.case.erase_on) == (b"", None)
    assert not Collective.objects.exists()
    assert not JointWord.objects.exists()
    assert not Member.objects.exists()
    assert chen.case.stage == "checking"
    whole()


def test_who_follows_is_kept_as_long_as_the_joint_case_and_speaks_on(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin))
    assert [case_kept_until(one.case) for one in (lin, chen)] == [None, None]
    assert erase_closed("conduct", date(2029, 3, 1), NOW + timedelta(days=1_100), 10) == 0
    take_seat(chen.case, invite(lin.case, actor=lin.actor), actor=chen.actor)
    assert chen.reads().text == TEXT


def test_who_was_kept_from_it_is_kept_from_it_by_every_way(town: Town) -> None:
    """A recusal from the first case holds for the joint one, and from there for whoever goes on alone."""
    add_staff(town, "lu", hall=["supervisor", "handler"])
    lin = complains(town)
    lu = town.actor("lu")
    recuse(lin.case, Whom("staff", lu.staff_id, lu.office_id), "亲戚。", actor=town.actor("qin"), at=NOW)
    collective = begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    chen = joins(code_of(lin))
    go_alone(chen.case, actor=chen.actor, at=NOW)
    assert cases_visible_to(town.actor("qin")).count() == 2
    assert not cases_visible_to(lu).exists()
    with pytest.raises(NotFound):
        open_content(joint_of(collective), lu, why="assignment", at=NOW)
    assert {row.by for row in Recusal.objects.filter(case=chen.case)} == {"others"}


@pytest.mark.parametrize("code", ["pothole", "how-to"])
def test_only_sealed_kinds_become_joint(town: Town, code: str) -> None:
    filed, receipt = lin_files(town, matter(town, code))
    lin = Somebody(filed.filing, filed.receipt_id, receipt)
    with pytest.raises(RefusedError):
        begin(lin.case, TEXT, actor=lin.actor, at=NOW)


def test_a_statutory_grievance_is_declined_for_all_and_reviewed_for_one(town: Town) -> None:
    """The ladder's own procedure: registered, forwarded, declined with a reason; one of them asks for a review."""
    ladder_town(town)
    filed, receipt = lin_files(town, matter(town, "grievance"))
    lin = Somebody(filed.filing, filed.receipt_id, receipt)
    collective = begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    chen = joins(code_of(lin))
    roads = {"office": town.offices["roads"].id, "reason": "由道路所办。"}
    make_move(joint_of(collective), "forward", actor=town.actor("qin"), at=NOW, params=roads)
    make_move(
        joint_of(collective),
        "decline",
        actor=town.actor("zhou"),
        at=NOW,
        params={"reason": "属于诉讼。"},
        written={"right_body": ["court"]},
    )
    told = chen.reads().told
    assert [one.reason for one in told] == ["由道路所办。", "属于诉讼。"]
    assert [one.letter["name"] for one in told if one.letter] == ["登记转送告知书", "不予受理告知书"]
    later = NOW + timedelta(days=3)
    case = go_alone(chen.case, actor=chen.actor, at=later)
    case = make_move(case, "ask_review_refusal", actor=chen.actor, at=later)
    assert (case.stage, case.office_id) == ("review_refusal", town.offices["hall"].id)
    read = open_content(case, town.actor("qin"), why="assignment", at=later)
    assert (read.text, "属于诉讼。" in [entry.reason for entry in read.events]) == (TEXT, True)
    assert [(one.name, one.at, one.office) for one in read.letters] == [
        ("登记转送告知书", NOW, town.offices["hall"].id),
        ("不予受理告知书", NOW, town.offices["roads"].id),
    ]
    assert joint_of(collective).stage == "declined"
    whole()
