"""A resident's visit to their filing: a sealed cookie in their own browser, and no row anywhere."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.cases.reading import KeyMissing
from gongshi.cases.visiting import Visitor, visitor_by
from gongshi.safekeeping.tokens import visit_token

COOKIE = "gongshi_visit"
NEW = "gongshi_new"
security = logging.getLogger("gongshi.security")

Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]


def named(cookie: str) -> str:
    """The cookie's name, behind https with the browser's own guard: for this host alone, never from elsewhere."""
    return f"__Host-{cookie}" if settings.SECURE else cookie


def begin(response: Answer, visitor: Visitor, *, new: bool = False) -> Answer:
    """Give the browser the visit; ``new``: the receipt may still be shown. Both end with the browser."""
    token = visit_token(visitor.filing.id, visitor.receipt_id, visitor.receipt)
    _set(response, COOKIE, token)
    if new:
        _set(response, NEW, str(visitor.filing.id))
    return response


def end(response: Answer) -> Answer:
    """Take the visit from the browser."""
    for name in (COOKIE, NEW):
        response.delete_cookie(named(name), samesite="Lax")
    return response


def forget_receipt(response: Answer) -> Answer:
    """From now on the receipt is not shown any more."""
    response.delete_cookie(named(NEW), samesite="Lax")
    return response


def _set(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(named(name), value, httponly=True, samesite="Lax", secure=settings.SECURE)


def visitor_of(request: HttpRequest, at: datetime) -> Visitor | None:
    """Whose filing this browser has open; None without a visit, with an old one, or after the receipt was revoked."""
    token = request.COOKIES.get(named(COOKIE))
    return visitor_by(token, at) if token else None


def may_see_receipt(request: HttpRequest, visitor: Visitor) -> bool:
    """Whether the filing was made a moment ago in this browser and its receipt has not been put away."""
    return request.COOKIES.get(named(NEW)) == str(visitor.filing.id)


def with_visit(view: Callable[..., HttpResponseBase]) -> View:
    """A view for whoever has a filing open: it gets the visitor and the time. Others are asked for their receipt.

    What they had typed stays: a form that comes back after the visit ran out shows its words on that page.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = timezone.now()
        visitor = visitor_of(request, at)
        if visitor is None:
            if request.method == "POST":
                from gongshi.web.public.opening import ask_again

                return ask_again(request)
            return redirect("public:open")
        try:
            response = view(request, visitor, at, *args, **kwargs)
        except KeyMissing:
            security.error("a filing has no key and no record of an erasure: the wraps store is not whole")
            return render(request, "public/filing/key_missing.html", {"filing": visitor.filing}, status=503)
        if named(COOKIE) not in response.cookies and request.method == "GET" and response.status_code == 200:
            begin(response, visitor)
        return response

    return answer
