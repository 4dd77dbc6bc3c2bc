"""Joining what others bring together, by program: the code, the text that it shows, and a filing of one's own.

The code travels in bodies alone, and wrong ones are counted with those of the page: it is no second door for guessing.
What is answered names no office: whoever joins learns the joint text, and nothing else (decision 0023).
"""

import json
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from gongshi.api.filing import receipt_of
from gongshi.api.own.doing import TOO_FAST
from gongshi.api.own.reading import OPENING, TRIED_TOO_FAST
from gongshi.api.problems import Problem, Refusal, in_both
from gongshi.api.visits import VisitOut, begun
from gongshi.cases.actions.filing import Filed
from gongshi.cases.drafts import Contact
from gongshi.cases.intake.contacts import contact_typed
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound
from gongshi.cases.visiting import Visitor
from gongshi.grievances.actions.joining import Invited, join_collective, joined_earlier, read_invitation
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as CODE_LENGTH

router = Router(tags=["own filing"])
WRONG_CODE = (
    "共同码不对，或者已经作废、已经有了答复",
    "the code is wrong or no longer good, or there is an answer already",
)
OTHER_TEXT = ("请先看共同的话，再原样送回", "read the joint text first, and send back exactly that")


class CodeIn(Schema):
    """A join code, as somebody handed it on."""

    code: str


class InvitedOut(Schema):
    """All that a code shows. Show it whole before somebody joins."""

    text: str


class JoinerIn(Schema):
    """How whoever joins may be reached; every part is optional."""

    name: str = ""
    email: str = ""
    phone: str = ""


class JoinIn(CodeIn):
    """``draft``: of ``/drafts`` with ``form`` "join"; ``text``: exactly as it was read and agreed to."""

    draft: str = Field(max_length=400)
    text: str
    language: Literal["zh", "en"]
    contact: JoinerIn = JoinerIn()


class JoinedOut(Schema):
    """A filing of one's own. ``receipt``: the secret that opens it. ``created``: false where it was there already."""

    reference: str
    receipt: str
    created: bool
    visit: VisitOut
    proof: dict[str, Any]


@router.post("/joining/reading", response={200: InvitedOut, **OPENING}, url_name="joining_reading")
def joining_reading(request: HttpRequest, typed: CodeIn) -> dict[str, str]:
    """The joint text that a code opens. Whatever is wrong with a code, the refusal is one and the same.

    The limit is that of the page: the right code opens during the wait, too.
    """
    return {"text": _invited(request, typed.code).text}


@router.post(
    "/joining", response={200: JoinedOut, 201: JoinedOut, **OPENING, 409: Problem}, url_name="joining"
)
def joining(request: HttpRequest, typed: JoinIn) -> Status[dict[str, Any]]:
    """Join: a filing of one's own, with a receipt of one's own. The same draft again gives the same receipt.

    That holds though the code has died meanwhile: a lost reply loses nothing.
    """
    at = timezone.now()
    receipt = receipt_of(typed.draft, at, form="join")
    filed = joined_earlier(receipt) or _joined(request, typed, receipt, at)
    return Status(201 if filed.created else 200, _out(filed, receipt, at))


def _joined(request: HttpRequest, typed: JoinIn, receipt: str, at: datetime) -> Filed:
    invited = _invited(request, typed.code)
    contact = _contact(typed.contact)
    if typed.text != invited.text:
        raise Refusal(*OTHER_TEXT, 409)
    if wait := attempt_at("filing", request.META).wait:
        raise Refusal(*TOO_FAST, 429, wait=wait)
    try:
        return join_collective(
            typed.code[: CODE_LENGTH + 1],
            receipt=receipt,
            language=typed.language,
            contact=contact,
            at=at,
            text=typed.text,
        )
    except NotFound:
        # It was good a moment ago: closed, renewed or answered since.
        raise Refusal(*WRONG_CODE, 403) from None


def _invited(request: HttpRequest, code: str) -> Invited:
    attempt = attempt_at("joining", request.META)
    try:
        invited = read_invitation(code[: CODE_LENGTH + 1])
    except NotFound:
        if attempt.wait:
            raise Refusal(*TRIED_TOO_FAST, 429, wait=attempt.wait) from None
        raise Refusal(*WRONG_CODE, 403) from None
    attempt.take_back()
    return invited


def _contact(typed: JoinerIn) -> Contact:
    contact, wrong = contact_typed(typed.dict())
    if wrong:
        found = [
            {"where": f"contact.{name}", "code": code, **in_both(words)}
            for name, (code, words) in wrong.items()
        ]
        raise Refusal("请改好再送", "put this right and send it again", 422, errors=found)
    return contact


def _out(filed: Filed, receipt: str, at: datetime) -> dict[str, Any]:
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    return {
        "reference": filed.filing.reference,
        "receipt": receipt,
        "created": filed.created,
        "visit": begun(visitor, at),
        "proof": json.loads(proof_of(visitor, at)[1]),
    }
