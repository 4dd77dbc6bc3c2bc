"""From a checked draft to plain values for the action that takes a filing in."""

from typing import Any

from gongshi.cases.drafts import Contact, NewMatter, PublicCopy
from gongshi.cases.intake.choices import area_id, leaf, office_called, point_of
from gongshi.cases.intake.consenting import copy_of
from gongshi.cases.intake.draft import COPY, COPY_AND_ANSWER, Draft, Matter, as_uuid
from gongshi.cases.intake.kept_off import keep_off
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.notifications.addresses import email_address, phone_number
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.words import in_language, pair

ME_TOO = pair("我也遇到了同样的事。", "I have met with the same.")


def matter_of(draft: Draft, typed: Matter) -> NewMatter:
    """One of the draft's matters, with what it takes over from the first."""
    matter = draft.whole(typed)
    category = leaf(matter.category)
    assert category is not None
    subject = office_called(matter.subject) if is_about_an_office(category) else None
    text = text_of(matter)
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
        public=_copy(matter, text) if _agreed(matter, category.public, subject) else None,
        uploads=tuple(matter.files),
        joins=as_uuid(typed.joins) if typed.is_joining else None,
    )


def _agreed(matter: Matter, may_be_public: bool, subject: object) -> bool:
    # What goes with a published case adds nothing to what is public.
    if matter.is_joining or subject is not None:
        return False
    return matter.public in (COPY, COPY_AND_ANSWER) and may_be_public and not is_tip_off(matter)


def _copy(matter: Matter, text: str) -> PublicCopy:
    return copy_of(text, matter.left, answers=matter.public == COPY_AND_ANSWER)


def text_of(matter: Matter) -> str:
    """What is handed in as its words: whoever goes with a published case may leave them out."""
    typed = matter.text.strip()
    return in_language(ME_TOO) if matter.is_joining and not typed else typed


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
