"""Taking over by program what staff typed in: reference and claim code, once, for a receipt that nobody has seen."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from gongshi.api.filing import receipt_of
from gongshi.api.own.reading import OPENING, TRIED_TOO_FAST
from gongshi.api.problems import Refusal
from gongshi.api.visits import VisitOut, begun
from gongshi.cases.actions.claims import claim_filing
from gongshi.cases.queries import NotFound
from gongshi.cases.visiting import Visitor
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as CODE_LENGTH

router = Router(tags=["own filing"])


class ClaimIn(Schema):
    """``draft``: of ``/drafts`` with ``form`` "claim": it holds the receipt that will be made, in every retry."""

    draft: str = Field(max_length=400)
    reference: str
    code: str


class ClaimedOut(Schema):
    """``receipt``: the secret that opens it from now on. The code, and an earlier receipt, open nothing any more."""

    reference: str
    receipt: str
    visit: VisitOut


@router.post("/claims", response={200: ClaimedOut, **OPENING}, url_name="claims")
def claims(request: HttpRequest, typed: ClaimIn) -> dict[str, Any]:
    """Reference and claim code become a receipt. Whatever is wrong with them, the refusal is one and the same.

    The limit is that of the page: the right code opens during the wait, too.
    """
    at = timezone.now()
    receipt = receipt_of(typed.draft, at, form="claim")
    attempt = attempt_at("claiming", request.META)
    try:
        filing, row = claim_filing(
            typed.reference[: REFERENCE_LENGTH + 1], typed.code[: CODE_LENGTH + 1], receipt=receipt, at=at
        )
    except NotFound:
        if attempt.wait:
            raise Refusal(*TRIED_TOO_FAST, 429, wait=attempt.wait) from None
        raise Refusal("编号和认领码不相符", "reference and claim code do not go together", 403) from None
    attempt.take_back()
    visit = begun(Visitor(filing, row.id, receipt), at)
    return {"reference": filing.reference, "receipt": receipt, "visit": visit}
