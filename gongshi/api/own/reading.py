"""One's own filing: opened with reference and receipt, and read. Nothing of the reading is stored."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from gongshi.api.own.doing import REFUSALS, by_visit, opened, read, visitor_of
from gongshi.api.own.shapes import OwnOut
from gongshi.api.problems import Problem, Refusal
from gongshi.api.visits import VisitOut, begun
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound, filing_by_receipt
from gongshi.cases.visiting import Visitor
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as RECEIPT_LENGTH
from gongshi.safekeeping.receipts import normalise_receipt

router = Router(tags=["own filing"])
OPENING = dict.fromkeys((400, 403, 413, 415, 422, 429), Problem)
TRIED_TOO_FAST = ("试得太快，请稍等", "too fast: please wait")


class OpeningIn(Schema):
    """Reference and receipt, as they were written down."""

    reference: str
    receipt: str


@router.post("/visits", response={200: VisitOut, **OPENING}, url_name="visits")
def visits(request: HttpRequest, typed: OpeningIn) -> dict[str, Any]:
    """Reference and receipt begin a visit. Whatever is wrong with them, the refusal is one and the same.

    The limit is that of the page: wrong ones slow down whoever brings them, the right one opens during the wait, too.
    """
    attempt = attempt_at("opening", request.META)
    try:
        filing, row = filing_by_receipt(
            typed.reference[: REFERENCE_LENGTH + 1], typed.receipt[: RECEIPT_LENGTH + 1]
        )
    except NotFound:
        if attempt.wait:
            raise Refusal(*TRIED_TOO_FAST, 429, wait=attempt.wait) from None
        raise Refusal("编号和回执不相符", "reference and receipt do not go together", 403) from None
    attempt.take_back()
    return begun(Visitor(filing, row.id, normalise_receipt(typed.receipt)), timezone.now())


@router.get("/filing", response={200: OwnOut, **REFUSALS}, auth=by_visit, url_name="own_filing")
def own_filing(request: HttpRequest) -> dict[str, Any]:
    """Read it: what was written, stages, clocks, answers, letters, history, who looked. It is not stored."""
    return dict(opened(lambda: read(visitor_of(request), timezone.now())))


@router.get("/filing/proof", response={200: dict[str, Any], **REFUSALS}, auth=by_visit, url_name="own_proof")
def own_proof(request: HttpRequest) -> Any:
    """The dated, signed proof, as it stands now; `gongshi verify` checks it without a network."""
    return opened(lambda: json.loads(proof_of(visitor_of(request), timezone.now())[1]))
