"""What an office answered, beside the public copy of a case: once its filer agreed, after a review that takes away.

The resident agrees that answers may be shown, at once or later; each answer waits until somebody has read it, with
names and numbers masked. Only the last one is ever shown.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.rights import require, role_shown
from gongshi.cases.actions.looks import write_look
from gongshi.cases.actions.public_state import last_answer, refresh_answer, show_answer
from gongshi.cases.actions.publication import CopyRefused, may_publish
from gongshi.cases.changing import Changed, advance, append, changing
from gongshi.cases.models import Answer, Case, Consent
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for, read_answer
from gongshi.cases.record import Record
from gongshi.cases.sight import not_hidden_from
from gongshi.cases.texts import checked_text, plain_lines
from gongshi.rules.redaction import is_reduction

PARTS = ("found", "decided", "by_whom", "law")
"""Of an answer, in this order. Whom to call is for the resident; numbers would be masked."""


def agree_to_answers(case: Case, *, actor: Resident, at: datetime) -> None:
    """What the office answers may be shown beside the copy that was agreed to. Doing it twice does no harm.

    Raises NotFound where no consent stands.
    """
    if actor.filing_id != case.filing_id:
        raise NotFound
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        standing = Consent.objects.filter(case=case, revoked_at=None)
        if not standing.exists():
            raise NotFound
        if standing.filter(answers=False).update(answers=True):
            if standing.exclude(reviewed_at=None).filter(refused="").exists():
                refresh_answer(case, at)
            record.event(case, "case.answers_agreed")
        record.store()


def answers_to_review(actor: StaffActor) -> list[Consent]:
    """Consents of cases whose last answer waits for review, those agreed to longest first. Metadata only."""
    require(actor, "case.review_publication")
    return list(_to_review(actor).select_related("case__filing").order_by("given_at")[:200])


def open_answer(consent_id: UUID, actor: StaffActor, *, at: datetime) -> tuple[Consent, int, str]:
    """The consent, the answer's number and what could be shown of it, with the committed look. Raises NotFound."""
    require(actor, "case.review_publication")
    consent, answer = _waiting(consent_id, actor)
    key = key_for(consent.case_id, actor)
    with transaction.atomic():
        role = role_shown(actor)
        write_look(consent.case, actor, why="publication", what="answer", role=role, at=at)
        text = _said(answer, key)
    return consent, answer.number, text


def publish_answer(consent_id: UUID, number: int, text: str, *, actor: StaffActor, at: datetime) -> None:
    """Show the reviewed answer.

    Raises CopyRefused where something was added or changed, Changed where it is another answer by now or the case
    moved meanwhile, NotFound where nothing waits any more.
    """
    require(actor, "case.review_publication")
    consent, answer = _waiting(consent_id, actor)
    shown = plain_lines(text)
    if answer.number != number:
        raise Changed
    if not is_reduction(_said(answer, key_for(consent.case_id, actor)), shown):
        raise CopyRefused("text")
    record = Record(actor=actor, at=at)
    with changing(consent.case):
        advance(consent.case)
        _settle(consent, number)
        show_answer(consent.case, shown, at)
        record.event(consent.case, "case.answer_published", by="office")
        record.notice(consent.case, "reviewed", consent.case.filing.notify)
        record.store()


def refuse_answer(consent_id: UUID, number: int, reason: str, *, actor: StaffActor, at: datetime) -> None:
    """Do not show it, and say why; the resident reads the reason. Raises as `publish_answer`, and TextRefused."""
    require(actor, "case.review_publication")
    consent, answer = _waiting(consent_id, actor)
    if answer.number != number:
        raise Changed
    case, why = consent.case, checked_text(reason, 1_000)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        _settle(consent, number)
        record.event(case, "case.answer_kept_back", by="office", reason=why, key=key)
        record.notice(case, "reviewed", case.filing.notify)
        record.store()


def _settle(consent: Consent, number: int) -> None:
    waiting = Consent.objects.filter(pk=consent.pk, revoked_at=None, answer_waits=True)
    if not waiting.update(answer_seen=number, answer_waits=False):
        raise NotFound


def _to_review(actor: StaffActor) -> "QuerySet[Consent]":
    """Not before its writer can take the answer back no longer (`undo_points`)."""
    known = not_hidden_from(actor, "case__")
    return Consent.objects.filter(known, answer_waits=True, revoked_at=None, case__undo_point=None)


def _waiting(consent_id: UUID, actor: StaffActor) -> tuple[Consent, Answer]:
    consent = _to_review(actor).filter(pk=consent_id).select_related("case__filing").first()
    answer = last_answer(consent.case) if consent else None
    if consent is None or answer is None or not may_publish(consent.case):
        raise NotFound
    return consent, answer


def _said(answer: Answer, key: bytes) -> str:
    parts = read_answer(answer, key).parts
    return "\n\n".join(said for name in PARTS if (said := plain_lines(parts.get(name, "")).strip()))
