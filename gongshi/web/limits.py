"""What is answered to whoever tries too often: how long to wait, that nothing was lost, and the form to send again."""

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from gongshi.safekeeping.limits import attempt_at
from gongshi.web.typed import fields_of
from gongshi.words import say

TOO_MANY = 429
DESK = ("desk:", "account_", "mfa_")

Answer = TypeVar("Answer", bound=HttpResponseBase)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """The page that says when to come back (``wait`` seconds), with a button that sends the same form again."""
    match = request.resolver_match
    name = match.view_name if match else ""
    context: dict[str, Any] = {
        "base": "base/desk.html" if name.startswith(DESK) else "base/public.html",
        "when": within(wait),
        "kept": fields_of(request),
        "files_lost": bool(request.FILES),
        "sent": request.method == "POST",
    }
    return later(render(request, "429.html", context, status=TOO_MANY), wait)


def later(response: Answer, wait: int) -> Answer:
    """A page of one's own, as the answer that it comes too soon."""
    response.status_code = TOO_MANY
    response.headers["Retry-After"] = str(wait)
    return response


def within(wait: int) -> Any:
    """How long to wait in words, as in "40秒" and "2分钟"."""
    if wait <= 90:
        return say("{n}秒", "{n} seconds").format(n=wait)
    return say("{n}分钟", "{n} minutes").format(n=-(-wait // 60))


def wait_for(name: str, request: HttpRequest) -> int:
    """Count one try of this request at ``name``; seconds to wait, 0: it may go on."""
    return attempt_at(name, request.META).wait


def handler429(request: HttpRequest) -> HttpResponse:
    """Where a library counts for itself: the same page."""
    return too_many(request, 60)
