"""What an office answered is public once the resident agreed and somebody took out what tells who anybody is."""

from dataclasses import replace
from uuid import UUID

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.moves import Changed
from gongshi.cases.actions.public_answers import (
    agree_to_answers,
    answers_to_review,
    open_answer,
    publish_answer,
    refuse_answer,
)
from gongshi.cases.actions.publication import (
    CopyRefused,
    consents_to_review,
    publish,
    take_back_consent,
)
from gongshi.cases.actions.undoing import forget_undo, undo_last
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, History, Look, PublicCase
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_of, read_case
from gongshi.notifications.models import OutboxRow
from gongshi.rules.redaction import MARK
from tests.casework import ACCEPTED, ANSWER, ANSWERED, accepted, replayed
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
COPY = PublicCopy("桥头塌了个坑", "老桥东头塌了个坑。", answers=True)
NAMING = replace(ANSWER, decided="已补好，李强师傅补的。")
SAID = "3月3日到现场看了，坑深十厘米。\n\n已补好，李强师傅补的。\n\n公路法 第四十三条"
MASKED = SAID.replace("李强", MARK)
LATER = local("2026-03-04 17:00")


def published(town: Town, copy: PublicCopy = COPY) -> Case:
    """Agreed to, taken on, reviewed and shown."""
    filed, _ = accepted(town, matter(town, public=copy))
    (consent,) = consents_to_review(town.actor("su"))
    publish(consent.id, copy, actor=town.actor("su"), at=ACCEPTED)
    return case_of(filed)


def answered(town: Town, copy: PublicCopy = COPY) -> Case:
    """That, and answered."""
    case = send_answer(published(town, copy), "answer", NAMING, actor=town.actor("zhou"), at=ANSWERED)
    forget_undo(LATER)
    return case


def waiting(town: Town) -> UUID:
    (consent,) = answers_to_review(town.actor("su"))
    return consent.id


def shown() -> str:
    return PublicCase.objects.get().answer


def test_an_answer_waits_for_review_and_is_then_shown_and_found(town: Town) -> None:
    case = answered(town)
    assert shown() == ""
    _, number, text = open_answer(waiting(town), town.actor("su"), at=LATER)
    assert (number, text) == (1, SAID)
    assert list(Look.objects.filter(why="publication").values_list("what", "role")) == [
        ("answer", "reviewer")
    ]
    before = PublicCase.objects.get()
    publish_answer(waiting(town), 1, MASKED, actor=town.actor("su"), at=LATER)
    after = PublicCase.objects.get()
    assert (after.answer, after.id, after.number) == (MASKED, before.id, before.number)
    assert set(after.tokens.split()) > set(before.tokens.split())
    assert not answers_to_review(town.actor("su"))
    assert told(case) == 1
    assert History.objects.filter(case=case).latest("seq").code == "case.answer_published"
    assert (str(before.changed_on), str(after.changed_on)) == ("2026-03-04", "2026-03-04")
    replayed(fresh(case))


def told(case: Case) -> int:
    """How often whoever filed it was sent word that something of it was reviewed."""
    return OutboxRow.objects.filter(case=case.id, template="reviewed", channel="email").count()


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def test_review_can_only_take_away(town: Town) -> None:
    answered(town)
    for text in (SAID + "另外。", SAID.replace("李强", "王五"), "道路所 0000-1"):
        with pytest.raises(CopyRefused):
            publish_answer(waiting(town), 1, text, actor=town.actor("su"), at=LATER)
    assert shown() == ""


def test_nothing_of_an_answer_is_shown_unless_it_was_agreed_to(town: Town) -> None:
    case = answered(town, replace(COPY, answers=False))
    assert not answers_to_review(town.actor("su"))
    agree_to_answers(case, actor=resident_of(case), at=LATER)
    agree_to_answers(fresh(case), actor=resident_of(case), at=LATER)
    assert History.objects.filter(case=case, code="case.answers_agreed").count() == 1
    publish_answer(waiting(town), 1, MASKED, actor=town.actor("su"), at=LATER)
    assert shown() == MASKED


def resident_of(case: Case) -> Resident:
    return Resident(case.filing_id, case.filing.receipts.get().id)


def test_whoever_did_not_agree_to_the_copy_cannot_agree_to_answers(town: Town) -> None:
    filed, case = accepted(town)
    with pytest.raises(NotFound):
        agree_to_answers(case, actor=resident(filed), at=LATER)
    other, _ = lin_files(town, matter(town, "leak"))
    with pytest.raises(NotFound):
        agree_to_answers(published(town), actor=resident(other), at=LATER)
    for name in ("zhou", "qin"):
        with pytest.raises(NotAllowed):
            answers_to_review(town.actor(name))


def test_only_the_last_answer_is_shown(town: Town) -> None:
    case = answered(town)
    publish_answer(waiting(town), 1, MASKED, actor=town.actor("su"), at=LATER)
    give_verdict(
        fresh(case),
        "reopen",
        Verdict(False, None, "又塌了"),
        actor=resident_of(case),
        at=local("2026-03-05 09:00"),
    )
    assert shown() == MASKED
    send_answer(fresh(case), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-06 09:00"))
    forget_undo(local("2026-03-06 10:00"))
    assert shown() == ""
    with pytest.raises(Changed):
        publish_answer(waiting(town), 1, MASKED, actor=town.actor("su"), at=local("2026-03-06 10:00"))
    text = SAID.replace("，李强师傅补的", "")
    publish_answer(waiting(town), 2, text, actor=town.actor("su"), at=local("2026-03-06 10:00"))
    assert shown() == text


def test_an_answer_that_was_taken_back_waits_no_longer(town: Town) -> None:
    """It is not read at all while its writer can still take it back."""
    zhou = town.actor("zhou")
    case = send_answer(published(town), "answer", NAMING, actor=zhou, at=ANSWERED)
    assert Consent.objects.get().answer_waits
    assert not answers_to_review(town.actor("su"))
    undo_last(fresh(case), actor=zhou, at=ANSWERED)
    forget_undo(LATER)
    assert not Consent.objects.get().answer_waits
    assert not answers_to_review(town.actor("su"))
    send_answer(fresh(case), "answer", ANSWER, actor=zhou, at=LATER)
    forget_undo(local("2026-03-04 18:00"))
    assert waiting(town)


def test_a_refusal_gives_its_reason(town: Town) -> None:
    case = answered(town)
    refuse_answer(waiting(town), 1, "处处写着名字。", actor=town.actor("su"), at=LATER)
    assert not answers_to_review(town.actor("su"))
    assert shown() == ""
    read = read_case(fresh(case), key_of(case.id), internal=False)
    assert (read.events[-1].code, read.events[-1].reason) == ("case.answer_kept_back", "处处写着名字。")
    assert told(case) == 1
    replayed(fresh(case))


def test_taking_back_takes_the_answer_too_shown_or_waiting(town: Town) -> None:
    case = answered(town)
    consent = waiting(town)
    take_back_consent(fresh(case), actor=resident_of(case), at=LATER)
    assert not PublicCase.objects.exists()
    assert not Consent.objects.filter(answer_waits=True).exists()
    with pytest.raises(NotFound):
        publish_answer(consent, 1, MASKED, actor=town.actor("su"), at=LATER)


def test_what_was_answered_before_the_copy_is_shown_waits_from_then_on(town: Town) -> None:
    filed, case = accepted(town, matter(town, public=COPY))
    send_answer(case, "answer", NAMING, actor=town.actor("zhou"), at=ANSWERED)
    forget_undo(LATER)
    assert not answers_to_review(town.actor("su"))
    (consent,) = consents_to_review(town.actor("su"))
    publish(consent.id, COPY, actor=town.actor("su"), at=LATER)
    add_to_case(case_of(filed), "谢谢。", actor=resident(filed), at=LATER)
    assert waiting(town) == consent.id
