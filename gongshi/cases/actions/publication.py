"""Publishing: consent to an exact copy, review that can only take away, and taking back.

`PublicCase` is written here and, for its state, in `public_state`; nowhere else.
"""

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.rights import require, role_shown
from gongshi.cases import engine
from gongshi.cases.actions.looks import write_look
from gongshi.cases.actions.public_state import public_area, public_state, refresh_answer, take_down
from gongshi.cases.beside_figures import figures_are_out
from gongshi.cases.changing import advance, append, changing
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, PublicCase
from gongshi.cases.public_index import place_in_index
from gongshi.cases.public_tally import common_of, count, unpublish
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for, read_copy, read_point
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_json
from gongshi.cases.sight import not_hidden_from
from gongshi.cases.texts import checked_text, plain_lines
from gongshi.places.queries import the_place
from gongshi.routing.queries import categories
from gongshi.rules.geometry import snap
from gongshi.rules.ladder import is_sealed
from gongshi.rules.redaction import is_reduction
from gongshi.safekeeping.ids import new_id

TITLE_LENGTH = 120


class CopyRefused(ValueError):
    """A reviewed copy that is not the consented one with parts taken away. ``part``: "title" or "text"."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class _TakenBackAlready(Exception):
    """Somebody with the same receipt took it back at the same moment: nothing is left to write."""


def may_publish(case: Case) -> bool:
    """Whether this case may ever be public: its category allows it, it is not about an office, and it is not sealed."""
    return categories()[case.category_id].public and case.subject_id is None and not is_sealed(case.kind)


def give_consent(case: Case, copy: PublicCopy, *, actor: Resident, at: datetime) -> Consent:
    """Agree to show exactly this copy in public.

    An earlier consent is replaced, and what it showed is gone at once: nobody agreed to both. Where figures that count
    this case are out, it is held before it is reviewed (`held_copies`). Raises NotFound (also once it was withdrawn),
    TextRefused.
    """
    if actor.filing_id != case.filing_id or not may_publish(case):
        raise NotFound
    consent = consent_row(case, copy, key_for(case.id, actor), at=at)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        if case.outcome == "withdrawn":
            raise NotFound
        take_down(case, at)
        consent.held = figures_are_out(case)
        consent.save(force_insert=True)
        record.event(case, "case.publication_agreed")
        record.store()
    return consent


def consent_row(case: Case, copy: PublicCopy, key: bytes, *, at: datetime) -> Consent:
    """A consent to this copy, sealed and unsaved. Raises TextRefused."""
    words = {"title": checked_text(copy.title, TITLE_LENGTH), "text": checked_text(copy.text)}
    left = {"left": list(copy.left)} if copy.left else {}
    consent = Consent(id=new_id(), case=case, given_at=at, answers=copy.answers)
    consent.copy = seal_json(key, {**words, **left}, row=consent.id, field="copy")
    return consent


def take_back_consent(case: Case, *, actor: Resident, at: datetime) -> None:
    """Take the consent back: the public copy is gone when this returns, whatever happened to the case meanwhile.

    Doing it twice does no harm.
    """
    if actor.filing_id != case.filing_id:
        raise NotFound
    if not Consent.objects.filter(case=case, revoked_at=None).exists():
        return
    record = Record(actor=actor, at=at)
    with contextlib.suppress(_TakenBackAlready), changing(case):
        append(case)
        if not take_down(case, at):
            raise _TakenBackAlready
        record.event(case, "case.publication_taken_back")
        record.store()


def consents_to_review(actor: StaffActor) -> list[Consent]:
    """Consents that nobody has reviewed yet, oldest first. Metadata only."""
    require(actor, "case.review_publication")
    waiting = _to_review(actor).select_related("case__filing")
    return list(waiting.order_by("given_at")[:200])


def open_copy(consent_id: UUID, actor: StaffActor, *, at: datetime) -> tuple[Consent, PublicCopy]:
    """The copy to be reviewed, together with the committed look. Raises NotFound, NotAllowed."""
    require(actor, "case.review_publication")
    consent = _waiting(consent_id, actor)
    key = key_for(consent.case_id, actor)
    with transaction.atomic():
        role = role_shown(actor)
        write_look(consent.case, actor, why="publication", what="copy", role=role, at=at)
        copy = read_copy(consent, key)
    return consent, copy


def publish(consent_id: UUID, reviewed: PublicCopy, *, actor: StaffActor, at: datetime) -> PublicCase:
    """Show the reviewed copy.

    Raises CopyRefused when something was added or changed, NotFound when it was taken back, Changed when the case moved
    meanwhile.
    """
    require(actor, "case.review_publication")
    consent = _waiting(consent_id, actor)
    case = consent.case
    key = key_for(case.id, actor)
    agreed = read_copy(consent, key)
    shown = PublicCopy(plain_lines(reviewed.title), plain_lines(reviewed.text))
    for part in ("title", "text"):
        if not is_reduction(plain_lines(getattr(agreed, part)), getattr(shown, part)):
            raise CopyRefused(part)
    point = read_point(case, key)
    record = Record(actor=actor, at=at)
    with changing(case):
        advance(case)
        if not Consent.objects.filter(pk=consent.pk, revoked_at=None, reviewed_at=None).update(
            reviewed_at=at
        ):
            raise NotFound
        public = _public_row(case, shown, point, at)
        unpublish(case)
        place_in_index(public)
        public.save(force_insert=True)
        count([(common_of(public), 1)])
        refresh_answer(case, at)
        record.event(case, "case.published", by="office")
        record.notice(case, "published", case.filing.notify)
        record.store()
    return public


def refuse_publication(consent_id: UUID, reason: str, *, actor: StaffActor, at: datetime) -> None:
    """Do not show it, and say why; the resident reads the reason."""
    require(actor, "case.review_publication")
    consent = _waiting(consent_id, actor)
    case, text = consent.case, checked_text(reason, 1_000)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        waiting = Consent.objects.filter(pk=consent.pk, revoked_at=None, reviewed_at=None)
        if not waiting.update(reviewed_at=at, refused="refused"):
            raise NotFound
        record.event(case, "case.publication_refused", by="office", reason=text, key=key)
        record.notice(case, "reviewed", case.filing.notify)
        record.store()


def _to_review(actor: StaffActor) -> QuerySet[Consent]:
    """Consents that nobody has reviewed yet, of cases that are not hidden from the reviewer.

    Not those that wait for figures (`held_copies`).
    """
    known = not_hidden_from(actor, "case__")
    return Consent.objects.filter(known, revoked_at=None, reviewed_at=None, held=False)


def _waiting(consent_id: UUID, actor: StaffActor) -> Consent:
    found = _to_review(actor).filter(pk=consent_id).select_related("case__filing").first()
    if found is None or not may_publish(found.case):
        raise NotFound
    return found


def _public_row(case: Case, copy: PublicCopy, point: tuple[float, float] | None, at: datetime) -> PublicCase:
    latitude, longitude = snap(*point, the_place().snap_metres) if point else (None, None)
    return PublicCase(
        case=case,
        language=case.filing.language,
        title=copy.title,
        text=copy.text,
        state=public_state(case),
        category_id=case.category_id,
        area_id=public_area(case.area_id),
        office_id=case.office_id,
        latitude=latitude,
        longitude=longitude,
        filed_on=case.opened_on,
        answered_on=case.answered_on,
        published_on=engine.today(at),
    )
