"""What of a case's state is public: kept up with every move, for cases that have a public copy."""

from datetime import datetime
from uuid import UUID

from gongshi.cases import engine
from gongshi.cases.models import Answer, Case, Consent, PublicCase
from gongshi.cases.public_gone import note_gone
from gongshi.cases.public_index import describe
from gongshi.cases.public_tally import common_of, count, unpublish
from gongshi.places.queries import areas

STEPS_UP = 1
FOLLOWS = ("state", "answered_on", "office_id", "category_id")
"""What of a published case follows the case."""


def public_area(area: UUID | None) -> UUID | None:
    """The area that the public reads: one level above the smallest, so that it never names a few houses."""
    node = areas().everything.get(area) if area else None
    if node is None:
        return None
    return node.path[min(STEPS_UP, len(node.path) - 1)]


def public_state(case: Case) -> str:
    """What the public reads of the case's stage: "open", "answered" or "closed"."""
    if case.closed_at is not None:
        return "closed"
    return "answered" if case.answered_at is not None and case.holder == "resident" else "open"


def refresh_public(case: Case, at: datetime) -> None:
    """Bring the public row, if there is one, up to the case's state. Inside the caller's transaction."""
    public = PublicCase.objects.filter(case=case).first()
    # Most cases have no public copy: for them this is all.
    if public is None:
        return
    was = common_of(public)
    before = {name: getattr(public, name) for name in FOLLOWS}
    public.state = public_state(case)
    public.answered_on, public.office_id, public.category_id = (
        case.answered_on,
        case.office_id,
        case.category_id,
    )
    changed = {name for name, value in before.items() if getattr(public, name) != value}
    if "category_id" in changed:
        describe(public)
        changed |= {"tokens", "indexed"}
    if changed:
        public.changed_on = engine.today(at)
        public.save(update_fields=[*changed, "changed_on"])
    if (common := common_of(public)) != was:
        count([(was, -1), (common, 1)])
    refresh_answer(case, at)


def refresh_answer(case: Case, at: datetime) -> None:
    """What a published case shows of answers is the last one or none; whether that one waits for review.

    Inside the caller's transaction. One that was taken back, or that a later one follows, is shown no longer.
    """
    consent = Consent.objects.filter(case=case, revoked_at=None, answers=True).first()
    if consent is None:
        return
    last = last_answer(case)
    number = last.number if last else 0
    if consent.answer_seen != number:
        show_answer(case, "", at)
    # A number that was taken back is given again: what comes under it then was seen by nobody.
    seen = consent.answer_seen if consent.answer_seen <= number else 0
    Consent.objects.filter(pk=consent.pk).update(answer_seen=seen, answer_waits=number > seen)


def last_answer(case: Case) -> Answer | None:
    """The case's last answer that counts."""
    return Answer.objects.filter(case=case, undone_at=None).order_by("-number").first()


def show_answer(case: Case, text: str, at: datetime) -> None:
    """The public row says this of the answer, and is found by it. Inside the caller's transaction."""
    for public in PublicCase.objects.filter(case=case).exclude(answer=text):
        if public.answer:
            note_gone(public)
        public.answer, public.changed_on = text, engine.today(at)
        describe(public)
        public.save(update_fields=["answer", "changed_on", "tokens", "indexed"])


def is_agreed(case: Case) -> bool:
    """Whether a consent to show a copy of the case stands."""
    return Consent.objects.filter(case=case, revoked_at=None).exists()


def take_down(case: Case, at: datetime) -> bool:
    """No consent stands and nothing of the case is public any more; whether there was a consent. In a transaction."""
    unpublish(case)
    return Consent.objects.filter(case=case, revoked_at=None).update(revoked_at=at, answer_waits=False) > 0
