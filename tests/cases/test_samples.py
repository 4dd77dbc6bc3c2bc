"""The sample's copies: who may check and read them, what is shown, each opening a look, and that all of it goes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongshi.accounts.rights import NotAllowed
from gongshi.cases import jobs
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.publication import CopyRefused
from gongshi.cases.actions.samples import (
    NoSeat,
    finish_reading,
    keep_copy,
    lay_out,
    open_to_check,
    open_to_read,
    say_of_copy,
    take_seat,
)
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample, Case, Look, SampledAnswer, SampleReading
from gongshi.cases.queries import NotFound
from gongshi.cases.samples import copies_to_check, copies_to_read, open_sample
from gongshi.figures.periods import Quarter
from gongshi.figures.samples import closes_on
from gongshi.places.snapshots import forget
from tests.casework import ANSWER, accepted, add_staff, answered
from tests.cast import Town, resident
from tests.clock import local
from tests.figures.samples import ENDED, add_readers, all_checked, all_read

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 1)
SAID = dict.fromkeys(SAMPLE_QUESTIONS, "yes")


def drawn(*cases: Case) -> list[SampledAnswer]:
    """A sample of these cases' answers."""
    answers = [(case.id, case.office_id) for case in cases]
    lay_out("2026-Q1", answers, size=len(cases), batch=1, closes_on=closes_on(QUARTER), at=ENDED)
    return list(SampledAnswer.objects.order_by("id"))


@pytest.fixture
def ready(town: Town) -> SampledAnswer:
    """One answer of Roads, checked by Reviewer Su; Wen and Tan may read."""
    add_readers(town, "wen", "tan", "yan")
    [row] = drawn(answered(town)[1])
    all_checked(town)
    return SampledAnswer.objects.get(pk=row.pk)


def looks() -> list[tuple[str, str, str]]:
    return list(Look.objects.order_by("at", "id").values_list("role", "why", "what"))


def test_whoever_checks_is_of_another_office(town: Town) -> None:
    """Roads' answer: its own lead never; Water's lead, the hall's reviewer and its lead."""
    [row] = drawn(answered(town)[1])
    for name, may_check in (("he", False), ("ma", True), ("su", True), ("qin", True)):
        assert (row in copies_to_check(town.actor(name))) == may_check, name
    for name in ("zhou", "tang"):
        with pytest.raises((NotAllowed, NotFound)):
            open_to_check(row.id, town.actor(name), at=ENDED)
    add_staff(town, "su", roads=["handler"])
    assert row not in copies_to_check(town.actor("su"))
    with pytest.raises(NotFound):
        open_to_check(row.id, town.actor("he"), at=ENDED)
    assert Look.objects.count() == 0


def test_it_is_masked_before_anybody_sees_it_and_opened_with_a_look(town: Town) -> None:
    add_staff(town, "zhang.min", roads=["handler"])
    words = NewAnswer(
        "done",
        "周先生家（幸福路12号）门口的坑看了。",
        ANSWER.found_on,
        "zhang.min 已补好。",
        "打 0000-1 或 13800000000",
    )
    case = send_answer(
        accepted(town)[1], "answer", words, actor=town.actor("zhou"), at=local("2026-03-04 16:00")
    )
    [row] = drawn(case)
    _, copy = open_to_check(row.id, town.actor("su"), at=ENDED)
    assert copy["found"] == "▇先生家（幸福路▇）门口的坑看了。"
    assert copy["decided"] == "▇ 已补好。"
    assert copy["call"] == "打 0000-1 或 ▇"
    assert [route["name"]["en"] for route in copy["routes"]]
    assert copy.keys() <= {"found", "decided", "call", "routes", "decision", "found_on", "language"}
    assert looks() == [("reviewer", "sample_check", "answer")]
    open_to_check(row.id, town.actor("qin"), at=ENDED)
    # Qin is a supervisor too, and looks as a lead.
    assert looks()[1] == ("lead", "sample_check", "answer")


def test_a_check_only_takes_away(town: Town) -> None:
    [row] = drawn(answered(town)[1])
    su = town.actor("su")
    _, copy = open_to_check(row.id, su, at=ENDED)
    for part, words in (("found", copy["found"] + "好"), ("decided", "没有补"), ("call", "")):
        with pytest.raises(CopyRefused) as refused:
            keep_copy(row.id, {**copy, part: words}, actor=su, at=ENDED)
        assert refused.value.part == part
    keep_copy(row.id, {**copy, "found": "▇坑深十厘米。", "by_whom": "加的"}, actor=su, at=ENDED)
    with pytest.raises(NotFound):
        keep_copy(row.id, copy, actor=town.actor("qin"), at=ENDED)
    add_readers(town)
    take_seat(actor=town.actor("wen"))
    found = open_to_read(row.id, town.actor("wen"), at=ENDED)
    assert found.copy["found"] == "▇坑深十厘米。"
    assert "by_whom" not in found.copy


def test_two_readers_and_no_third(town: Town, ready: SampledAnswer) -> None:
    wen, tan, yan = (town.actor(name) for name in ("wen", "tan", "yan"))
    with pytest.raises(NotFound):
        open_to_read(ready.id, wen, at=ENDED)
    take_seat(actor=wen)
    take_seat(actor=wen)
    sample = AnswerSample.objects.get()
    assert (sample.first_id, sample.second_id) == (wen.staff_id, None)
    take_seat(actor=tan)
    with pytest.raises(NoSeat):
        take_seat(actor=yan)
    with pytest.raises(NotFound):
        open_to_read(ready.id, yan, at=ENDED)
    with pytest.raises(NotFound):
        say_of_copy(ready.id, SAID, actor=yan, at=ENDED)
    with pytest.raises(NotAllowed):
        take_seat(actor=town.actor("su"))


def test_each_alone(town: Town, ready: SampledAnswer) -> None:
    wen, tan = town.actor("wen"), town.actor("tan")
    for actor in (wen, tan):
        take_seat(actor=actor)
    assert say_of_copy(ready.id, {"found": "no"}, actor=wen, at=ENDED) is None
    assert open_to_read(ready.id, tan, at=ENDED).said == {}
    assert open_to_read(ready.id, wen, at=ENDED).said == {"found": "no"}
    say_of_copy(ready.id, SAID, actor=wen, at=ENDED)
    assert SampleReading.objects.get().said == SAID
    for wrong in ({"found": "perhaps"}, {"other": "yes"}):
        with pytest.raises(ValueError, match="no such"):
            say_of_copy(ready.id, wrong, actor=wen, at=ENDED)
    assert looks()[1:] == [("reader", "sample_read", "answer")] * 2


def test_a_reader_holds_no_other_role_and_sees_no_case(town: Town, ready: SampledAnswer) -> None:
    wen = town.actor("wen")
    take_seat(actor=wen)
    add_staff(town, "wen", water=["handler"])
    acting = replace(town.actor("wen"), roles=frozenset({"reader"}), office_id=wen.office_id)
    with pytest.raises(NotFound):
        open_to_read(ready.id, acting, at=ENDED)
    with pytest.raises(NotFound):
        take_seat(actor=acting)


def test_done_is_done_and_not_before(town: Town, ready: SampledAnswer) -> None:
    unchecked = SampledAnswer.objects.create(
        sample=ready.sample, case=answered(town)[1], office=town.offices["roads"]
    )
    wen = town.actor("wen")
    all_read(town, "wen")
    with pytest.raises(NotFound):
        open_to_read(unchecked.id, wen, at=ENDED)
    with pytest.raises(NotFound):
        finish_reading(actor=wen, at=ENDED)
    all_checked(town)
    with pytest.raises(NotFound):
        finish_reading(actor=wen, at=ENDED)
    assert say_of_copy(ready.id, SAID, actor=wen, at=ENDED) == unchecked.id
    say_of_copy(unchecked.id, SAID, actor=wen, at=ENDED)
    finish_reading(actor=wen, at=ENDED)
    with pytest.raises(NotFound):
        say_of_copy(ready.id, {"found": "no"}, actor=wen, at=ENDED)
    with pytest.raises(NotFound):
        open_to_read(ready.id, wen, at=ENDED)
    assert SampleReading.objects.get(sampled=ready).said == SAID


def test_whoever_must_not_know_of_a_case_meets_no_copy_of_it(town: Town) -> None:
    _, case = answered(town)
    add_readers(town)
    [row] = drawn(case)
    all_checked(town)
    for name in ("wen", "tan"):
        take_seat(actor=town.actor(name))
    Case.objects.filter(pk=case.pk).update(subject=town.offices["hall"])
    forget()
    sample = AnswerSample.objects.get()
    assert not copies_to_read(town.actor("wen"), sample)
    SampledAnswer.objects.update(checked_at=None, copy=None)
    assert not copies_to_check(town.actor("su"))
    with pytest.raises(NotFound):
        open_to_check(row.id, town.actor("ma"), at=ENDED)


@pytest.mark.django_db(databases=["default", "wraps"])
def test_a_withdrawal_takes_the_copy_and_what_was_said_of_it(town: Town) -> None:
    filed, case = answered(town)
    add_readers(town)
    [row] = drawn(case)
    all_checked(town)
    all_read(town, "wen")
    assert SampleReading.objects.count() == 1
    withdraw(Case.objects.get(pk=case.pk), erase=True, actor=resident(filed), at=ENDED)
    assert (SampledAnswer.objects.count(), SampleReading.objects.count()) == (0, 0)
    with pytest.raises(NotFound):
        open_to_read(row.id, town.actor("wen"), at=ENDED)
    with pytest.raises(NotFound):
        say_of_copy(row.id, SAID, actor=town.actor("wen"), at=ENDED)
    assert jobs.erase(ENDED + timedelta(days=15)) == 1
    assert open_sample() is not None


@pytest.mark.django_db(databases=["default", "wraps"])
def test_an_erasure_by_the_schedule_takes_it_too(town: Town) -> None:
    _, case = answered(town)
    drawn(case)
    all_checked(town)
    Case.objects.filter(pk=case.pk).update(erased_at=ENDED, erase_on=ENDED.date())
    assert jobs.erase(ENDED + timedelta(days=1)) == 1
    assert SampledAnswer.objects.count() == 0
