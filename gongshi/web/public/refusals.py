"""What is answered when a request cannot be served: what happened, what to do, and that nothing was lost."""

import errno
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from gongshi.web.public.draft import read_draft
from gongshi.web.public.steps import PAGES, Outcome
from gongshi.web.to_programs import FEEDS, refusal_to_program
from gongshi.web.typed import words_of
from gongshi.words import say

FORBIDDEN, TOO_LARGE, AWAY, NO_ROOM = 403, 413, 503, 507
AGAIN_SECONDS = 60
TO_PROGRAMS = (
    "这里出了错，可能没有办成：请稍后用同一个 draft 或 key 再试",
    "something failed here: try again later, under the same draft or key",
)
SQLITE_AWAY = ("SQLITE_BUSY", "SQLITE_IOERR", "SQLITE_CANTOPEN")
AGAIN = say(
    "这一页打开太久，或者浏览器没有保存小记录（cookie），所以还没有送出。内容都在，请再按一次。选好的文件要重新选。",
    "This page was open too long, or the browser keeps no cookies, so nothing was sent yet. Everything is still here: "
    "press once more. Choose your files again.",
)
# Shorter ones are codes of choices, not something that somebody wrote.
SHORTEST, MOST = 13, 20


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form without its token: the form again, with what was typed and a fresh token; nothing was changed.

    Sent by a page of another site: only its words, to be copied.
    """
    match = request.resolver_match
    name = match.view_name if match else ""
    if request.path_info.startswith(FEEDS) or getattr(match and match.func, "takes_nothing_in", False):
        # There is no form to send again.
        return HttpResponseNotAllowed(("GET", "HEAD"))
    origin = request.headers.get("Origin", "")
    ours = origin == f"{request.scheme}://{request.get_host()}"
    if name in ("public:file", "public:send") and (ours or not origin):
        from gongshi.web.public.filing import show

        at = timezone.now()
        page = request.POST.get("page") or "check"
        draft = read_draft(request.POST if ours else without_draft(request.POST), at)
        shown = Outcome(page if page in PAGES else "check")
        return show(request, draft, shown, at, status=FORBIDDEN, notes=[AGAIN])
    if name == "public:open":
        from gongshi.web.public.opening import page as open_page

        reference = (request.POST.get("reference") or "")[:65]
        return open_page(request, reference=reference, again=True, status=FORBIDDEN)
    return render(
        request,
        "public/refusals/form.html",
        {"kept": words_of(request, shortest=SHORTEST)[:MOST]},
        status=FORBIDDEN,
    )


def without_draft(typed: QueryDict) -> QueryDict:
    """What was typed, for a draft with a receipt of its own.

    A page of somebody else's can send its own draft here: what the reader then filed in it would open with a receipt
    that the other one holds. A form that does not prove that it is ours keeps its words and nothing else.
    """
    kept = typed.copy()
    kept.pop("draft", None)
    return kept


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """400, or 413 where too much was sent."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _plain("too_large", TOO_LARGE)
    return _plain("bad_request", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return _plain("forbidden", FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404: the same whether there is nothing or it may not be known."""
    return _plain("not_found", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 507 where the disk is full, 503 where the database is away. Asks nothing of database or session.

    A program gets it in the shape of its door.
    """
    status = storage_status(sys.exc_info()[1])
    response = refusal_to_program(request, *TO_PROGRAMS, status or 500) or (
        _plain("unavailable", status) if status else _plain("server_error", 500)
    )
    if status is None:
        return response
    response.headers["Retry-After"] = str(AGAIN_SECONDS)
    return response


def storage_status(error: BaseException | None) -> int | None:
    """What to answer when something could not be stored: 507 without room, 503 without a database, None for others.

    Looks for the reason behind the error too, as Django wraps those of its databases.
    """
    seen: set[int] = set()
    away = False
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if _is_full(error):
            return NO_ROOM
        away = away or _is_away(error)
        error = error.__cause__ or error.__context__
    return AWAY if away else None


def _is_full(error: BaseException) -> bool:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "sqlstate", "") == "53100":
        return True
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _is_away(error: BaseException) -> bool:
    """SQLite cannot get at its file, or PostgreSQL is not there, starting, stopping, or out of connections."""
    if isinstance(error, InterfaceError):
        return True
    state = getattr(error, "sqlstate", "") or ""
    name = getattr(error, "sqlite_errorname", "") or ""
    broken = type(error).__name__ == "OperationalError" and hasattr(error, "sqlstate") and not state
    return broken or state.startswith(("08", "57P", "53")) or name.startswith(SQLITE_AWAY)


def _plain(name: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"public/refusals/{name}.html"), status=status)
