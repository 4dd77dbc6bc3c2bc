"""What a reader of notices and answer pages can say by program: tell me when it is over; this answered it.

A contact is sealed, told to nobody and deleted with its one message, as on the page (docs/guides/outages.md).
"""

from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from gongshi.api.bulletin import Code
from gongshi.api.filing import receipt_of
from gongshi.api.own.doing import TOO_FAST, fault
from gongshi.api.problems import Problem, Refusal, in_both
from gongshi.bulletin.actions.pages import count_answered
from gongshi.bulletin.actions.telling import NothingToTell, subscribe, unsubscribe
from gongshi.bulletin.disruptions import disruption_shown
from gongshi.bulletin.queries import PageNotFound, page_shown
from gongshi.cases.intake.faults import WORDS
from gongshi.notifications.addresses import AddressError
from gongshi.safekeeping.limits import attempt_at

router = Router(tags=["bulletin"])
LONGEST_CONTACT = 300
SAID = dict.fromkeys((400, 404, 413, 415, 422, 429), Problem)
NOTHING = (
    "这件事已经结束或撤下，或者要通知的人已满。请看通知本身。",
    "it is over or was withdrawn, or very many asked already: look at the notice itself",
)
NOT_CONNECTED = ("这里发不了这一种消息，请换一种", "nothing is sent that way here: try the other")


class TellIn(Schema):
    """``draft``: of ``/drafts`` with ``form`` "telling"; the same contact again under it is kept once.

    ``contact``: one e-mail address or telephone number; ``language``: of the one message.
    """

    draft: str = Field(max_length=400)
    contact: str = Field(max_length=LONGEST_CONTACT)
    language: Literal["zh", "en"]


class TellOut(Schema):
    """``key``: takes it back, and nothing else does: nobody can see the list."""

    key: UUID


class StopIn(Schema):
    """The key that leaving the contact gave."""

    key: UUID


class StopOut(Schema):
    """Nothing will be sent under that key, whatever there was."""

    stopped: bool


class AnsweredIn(Schema):
    """Nothing."""


class AnsweredOut(Schema):
    """Said. Whether it was counted is not: who says it very often is counted no more."""

    said: bool


@router.post("/notices/{code}/telling", response={200: TellOut, 409: Problem, **SAID}, url_name="telling")
def telling(request: HttpRequest, code: Code, typed: TellIn) -> dict[str, UUID]:
    """Leave one address or number for one message when this notice is over. It is no filing, and has no number."""
    at = timezone.now()
    once = receipt_of(typed.draft, at, form="telling")
    try:
        known = disruption_shown(code, at)
    except PageNotFound:
        raise Http404 from None
    if wait := attempt_at("telling", request.META).wait:
        raise Refusal(*TOO_FAST, 429, wait=wait)
    try:
        return {"key": subscribe(known.row, typed.contact, language=typed.language, at=at, once=once)}
    except NothingToTell:
        raise Refusal(*NOTHING, 409) from None
    except AddressError as error:
        if error.code == "not_connected":
            raise fault("contact", "not_connected", *NOT_CONNECTED) from None
        kind = "email" if "@" in typed.contact or "\uff20" in typed.contact else "phone"
        raise fault("contact", kind, *in_both(WORDS[kind]).values()) from None


@router.post("/notices/telling/stopping", response={200: StopOut, **SAID}, url_name="telling_stopping")
def telling_stopping(request: HttpRequest, typed: StopIn) -> dict[str, bool]:  # noqa: ARG001
    """Take it back: what was left is deleted. A key of nothing is answered alike."""
    unsubscribe(typed.key)
    return {"stopped": True}


@router.post("/answers/{code}/answered", response={200: AnsweredOut, **SAID}, url_name="answered")
def answered(request: HttpRequest, code: Code, nothing: AnsweredIn) -> dict[str, Any]:  # noqa: ARG001
    """Say that a page answered, so that nothing need be filed. A number by month is all that is kept of it."""
    try:
        shown = page_shown(code)
    except PageNotFound:
        raise Http404 from None
    if not attempt_at("answered", request.META).wait:
        count_answered(shown.page, at=timezone.now())
    return {"said": True}
