"""Speaking for what is followed together, by program: words, the codes, seats, offers; and offices kept from one's own.

The actions are those of the page, and so are the numbers in which wrong invitations are counted.
"""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongshi.accounts.actors import Resident
from gongshi.api.own.doing import Number, by_visit, fault, words_of
from gongshi.api.own.joint import DONE, jointly
from gongshi.api.own.reading import TRIED_TOO_FAST
from gongshi.api.own.steps import once_in
from gongshi.api.problems import Problem, Refusal
from gongshi.cases.intake.choices import office_called
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.grievances.actions.codes import close_joining, invite, renew_code, speak, step_down, take_seat
from gongshi.grievances.actions.keeping import TooManyNamed, keep_off, let_see
from gongshi.grievances.actions.offers import (
    begin_to_speak,
    consent_to,
    offer_to_speak,
    take_back_consent,
    take_back_offer,
)
from gongshi.grievances.queries import offices_named
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as CODE_LENGTH

router = Router(tags=["own filing"])
NO_INVITATION = (
    "这个代表码不对，或者已经用过。请代表再给您一个。",
    "this invitation is wrong, or was used: ask a representative for another one",
)
OFFERS = {"offer": offer_to_speak, "take_back": take_back_offer}
CONSENTS = {"consent": consent_to, "take_back_consent": take_back_consent}


class SpeakIn(Schema):
    """Words to the office for all. ``key``: the ``words_key``; the same under it is added once."""

    words: str = ""
    key: str = ""


class CodesIn(Schema):
    """ "renew": another join code, the old one dies; "close": nobody else can join; "invite": a code to speak, once."""

    do: Literal["renew", "close", "invite"]


class SeatIn(Schema):
    """ "take": begin to speak, with an invitation as ``code``; "leave": speak no more, and stay."""

    do: Literal["take", "leave"]
    code: str = ""


class OfferIn(Schema):
    """While nobody speaks: "offer", "take_back"; "consent", "take_back_consent" to another's ``mark``; "begin"."""

    do: Literal["offer", "take_back", "consent", "take_back_consent", "begin"]
    mark: str = Field("", max_length=40)


class NamedIn(Schema):
    """An office that must not see one's own matter, once it goes on alone; ``named`` false: it may after all."""

    office: str
    named: bool = True


@router.post("/filing/matters/{number}/joint/words", response=DONE, auth=by_visit, url_name="own_joint_words")
def own_joint_words(request: HttpRequest, number: Number, said: SpeakIn) -> dict[str, Any]:
    """Write to the office for all: the reply to its question where it waits for one, else something more."""
    words = words_of(said.words)

    def act(case: Case, who: Resident, at: datetime) -> None:
        speak(case, words, actor=who, at=at, once=once_in(said.key, at))

    return jointly(request, number, act)


@router.post("/filing/matters/{number}/joint/codes", response=DONE, auth=by_visit, url_name="own_joint_codes")
def own_joint_codes(request: HttpRequest, number: Number, chosen: CodesIn) -> dict[str, Any]:
    """See to the code with which others join, or invite a member to speak: ``invitation`` is told this once."""

    def act(case: Case, who: Resident, at: datetime) -> str | None:  # noqa: ARG001
        if chosen.do == "invite":
            return invite(case, actor=who)
        (renew_code if chosen.do == "renew" else close_joining)(case, actor=who)
        return None

    return jointly(request, number, act)


@router.post(
    "/filing/matters/{number}/joint/seat",
    response={**DONE, 403: Problem},
    auth=by_visit,
    url_name="own_joint_seat",
)
def own_joint_seat(request: HttpRequest, number: Number, chosen: SeatIn) -> dict[str, Any]:
    """Begin or cease to speak. Wrong invitations are guesses, counted as on the page and with those to join."""

    def act(case: Case, who: Resident, at: datetime) -> None:  # noqa: ARG001
        if chosen.do == "leave":
            step_down(case, actor=who)
            return
        attempt = attempt_at("joining", request.META)
        try:
            take_seat(case, chosen.code[: CODE_LENGTH + 1], actor=who)
        except NotFound:
            if attempt.wait:
                raise Refusal(*TRIED_TOO_FAST, 429, wait=attempt.wait) from None
            raise Refusal(*NO_INVITATION, 403) from None
        attempt.take_back()

    return jointly(request, number, act)


@router.post(
    "/filing/matters/{number}/joint/offers", response=DONE, auth=by_visit, url_name="own_joint_offers"
)
def own_joint_offers(request: HttpRequest, number: Number, chosen: OfferIn) -> dict[str, Any]:
    """Offer to speak while nobody does, and consent to those one knows. No answer says who did, or how many."""

    def act(case: Case, who: Resident, at: datetime) -> None:
        if chosen.do in OFFERS:
            OFFERS[chosen.do](case, actor=who, at=at)
        elif chosen.do == "begin":
            begin_to_speak(case, actor=who, at=at)
        else:
            try:
                CONSENTS[chosen.do](case, chosen.mark, actor=who, at=at)
            except NotFound:
                why = ("没有这个标记，或者已经过期", "there is no such mark, or it has lapsed")
                raise fault("mark", "unknown", *why) from None

    return jointly(request, number, act)


@router.post(
    "/filing/matters/{number}/joint/offices", response=DONE, auth=by_visit, url_name="own_joint_offices"
)
def own_joint_offices(request: HttpRequest, number: Number, chosen: NamedIn) -> dict[str, Any]:
    """Name an office for one's own matter, or no more: nobody sees that one now, and those named never do."""

    def act(case: Case, who: Resident, at: datetime) -> None:
        office = office_called(chosen.office)
        if office is None:
            raise fault("office", "unknown", "请选是哪个单位", "there is no such office")
        if not chosen.named:
            for key, named in offices_named(case).items():
                if named.id == office.id:
                    let_see(case, key, actor=who, at=at)
            return
        try:
            keep_off(case, office.id, actor=who, at=at)
        except TooManyNamed:
            why = ("已经点了很多单位，先去掉一个", "many offices are named already: take one off first")
            raise fault("office", "too_many", *why) from None

    return jointly(request, number, act)
