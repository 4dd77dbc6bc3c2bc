"""A visit to one's own filing, by program: reference and receipt for a token that ends by itself. No cookie, no row."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from ninja.security import HttpBearer

from gongshi.cases.visiting import Visitor, visitor_by
from gongshi.safekeeping.tokens import VISIT_AGE, TokenError, receipt_from_draft, visit_token


class VisitOut(Schema):
    """``token``: for ``Authorization: Bearer``, until ``until``. It stands for the receipt: keep it as secret."""

    token: str
    until: datetime


def begun(visitor: Visitor, at: datetime) -> dict[str, Any]:
    """A visit from now on."""
    token = visit_token(visitor.filing.id, visitor.receipt_id, visitor.receipt, at=at)
    return {"token": token, "until": at + VISIT_AGE}


class ByToken(HttpBearer):
    """Whoever brings a token in its header. The library would write down in its log what it cannot read."""

    def __call__(self, request: HttpRequest) -> Any:
        """What the token stands for; None is answered with the one refusal."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip()) if scheme.lower() == "bearer" else None


class ByVisit(ByToken):
    """Whoever brings the token of a visit."""

    def authenticate(self, request: HttpRequest, token: str) -> Visitor | None:  # noqa: ARG002
        """The visitor with this token."""
        return visitor_by(token, timezone.now()) if token else None


class ByDraft(ByToken):
    """Whoever brings the token of a draft that was not filed yet, for what goes with it."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:  # noqa: ARG002
        """The receipt that its filing will have."""
        try:
            return receipt_from_draft(token, at=timezone.now())
        except TokenError:
            return None
