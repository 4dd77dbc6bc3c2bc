"""From a checked draft to the filing: plain values for the action that takes it in."""

from datetime import datetime
from typing import Any

from gongshi.accounts.actors import System
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.drafts import Contact, NewFiling, NewMatter
from gongshi.notifications.addresses import email_address, phone_number
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.web.public.asking import owner_of, pages_seen
from gongshi.web.public.choices import area_id, leaf, office_called, point_of
from gongshi.web.public.consenting import copy_of
from gongshi.web.public.draft import Draft, Matter
from gongshi.web.public.keeping_off import keep_off
from gongshi.web.public.tip_offs import is_tip_off
from gongshi.words import language


def hand_in(draft: Draft, at: datetime) -> Filed:
    """File the draft; the same draft again is the same filing. For drafts without problems.

    Raises AlreadyFiled when this draft was filed with other words, NobodyAbove for a matter that nobody here may take.
    """
    new = NewFiling(
        matters=tuple(matter_of(draft, matter) for matter in draft.matters),
        language=language(),
        channel="web",
        contact=contact_of(draft),
        earlier=draft.earlier.strip(),
    )
    return file_filing(new, receipt=draft.receipt, actor=System("web"), at=at)


def matter_of(draft: Draft, typed: Matter) -> NewMatter:
    """One of the draft's matters, with what it takes over from the first."""
    matter = draft.whole(typed)
    category = leaf(matter.category)
    assert category is not None
    subject = office_called(matter.subject) if is_about_an_office(category) else None
    text = matter.text.strip()
    return NewMatter(
        category=category.id,
        text=text,
        wish=matter.wish.strip(),
        area=area_id(matter),
        point=point_of(matter),
        place=matter.place.strip(),
        answers=_answers(category.questions, matter.answers),
        subject=subject.id if subject else None,
        keep_off=keep_off(draft) if is_sealed(category.kind) else (),
        public=copy_of(text, matter.left) if _agreed(matter, category.public, subject) else None,
        uploads=tuple(matter.files),
        pages=pages_seen(matter),
        owner=owner_of(matter),
    )


def _agreed(matter: Matter, may_be_public: bool, subject: object) -> bool:
    return matter.public == "yes" and may_be_public and subject is None and not is_tip_off(matter)


def _answers(questions: list[dict[str, Any]], given: dict[str, str]) -> dict[str, str]:
    found = {question["code"]: given.get(question["code"], "").strip() for question in questions}
    return {code: answer for code, answer in found.items() if answer}


def contact_of(draft: Draft) -> Contact:
    """What was left of how to reach somebody."""
    other = draft.for_somebody.strip()
    return Contact(
        name=draft.name.strip(),
        email=email_address(draft.email) if draft.email.strip() else "",
        phone=phone_number(draft.phone.strip()) if draft.phone.strip() else "",
        notify=draft.notify,
        for_somebody=other,
        who_is_told=draft.who_is_told if other else "",
        who_holds_receipt=draft.who_holds_receipt if other else "",
    )
