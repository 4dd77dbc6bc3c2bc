"""A public copy of one's own matter by program: see exactly what it would be, agree to that, take it back."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongshi.api.form.reading import Mark
from gongshi.api.own.doing import CHANGES, Number, alone, by_visit, changed, counted, opened, visitor_of
from gongshi.api.own.shapes import OwnOut
from gongshi.cases.actions.own_choices import agree_to_copy, may_agree
from gongshi.cases.actions.publication import take_back_consent
from gongshi.cases.changing import Changed
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.intake.consenting import proposed
from gongshi.cases.intake.draft import MOST_LEFT
from gongshi.cases.visiting import own_case, resident

router = Router(tags=["own filing"])


class LeftIn(Schema):
    """``left``: marked words that would stay in the copy."""

    left: list[str] = Field([], max_length=MOST_LEFT)


class OwnMark(Mark):
    """Words that would tell who somebody is; ``left``: they stay in."""

    left: bool


class CopyOut(Schema):
    """The exact copy, and everything that is marked in what was written."""

    title: str
    text: str
    marks: list[OwnMark]


class PublishIn(LeftIn):
    """``agree``: to exactly this ``title`` and ``text``, with ``left`` as they were made; false takes it back.

    ``answers``: what the office answers may be shown beside it, once it was reviewed; the same lines, sent again with
    it, add it.
    """

    agree: bool
    answers: bool = False
    title: str = ""
    text: str = ""


@router.post(
    "/filing/matters/{number}/public-copy",
    response={200: CopyOut, **CHANGES},
    auth=by_visit,
    url_name="own_public_copy",
)
def own_public_copy(request: HttpRequest, number: Number, chosen: LeftIn) -> dict[str, Any]:
    """What would be public, to the letter, with these words left in. Nothing is agreed to yet."""
    counted(request)
    visitor = visitor_of(request)

    def read() -> dict[str, Any]:
        own = own_case(visitor, alone(visitor, number).number)
        if not own.may_publish or not may_agree(own):
            raise Http404
        found = proposed(own.file.text, chosen.left)
        return {"title": found["copy"].title, "text": found["copy"].text, "marks": found["marks"]}

    return dict(opened(read))


@router.post(
    "/filing/matters/{number}/publication",
    response={200: OwnOut, **CHANGES},
    auth=by_visit,
    url_name="own_publication",
)
def own_publication(request: HttpRequest, number: Number, said: PublishIn) -> dict[str, Any]:
    """Agree to the exact copy, which is reviewed before it is shown, or take that back, at once and from any stage."""
    visitor = visitor_of(request)

    def action(at: datetime) -> None:
        case = alone(visitor, number)
        if not said.agree:
            take_back_consent(case, actor=resident(visitor), at=at)
            return
        if not said.text:
            raise Changed
        seen = PublicCopy(said.title, said.text)
        agree_to_copy(visitor, case, said.left, at=at, seen=seen, answers=said.answers)

    return changed(request, action)
