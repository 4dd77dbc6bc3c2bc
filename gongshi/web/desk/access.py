"""The one door to the desk's pages: a signed-in member of staff, acting for one office.

What somebody may not do answers exactly like what does not exist: both are 404.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.keys import needs_key
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actors_for, has_second_factor, offices
from gongshi.accounts.rights import NotAllowed, may, needs_second_factor
from gongshi.bulletin.disruptions import may_announce, overdue
from gongshi.bulletin.queries import may_see_pages, pages_to_review
from gongshi.bulletin.receptions import may_see_receptions
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased, KeyClosed, KeyMissing
from gongshi.cases.waiting import waiting_beside
from gongshi.revisions.progress import is_untouched
from gongshi.web.desk.opened_keys import keyring_of
from gongshi.web.typed import words_of

security = logging.getLogger("gongshi.security")
OFFICE_KEY = "desk_office"
# In the session of whoever signed in with the office's own account, which asked for a second factor itself.
OFFICE_FACTOR = "desk_office_factor"
# The head of a page for somebody who has no pages of the desk, or not yet.
NO_PAGES = {
    "desk_pages": dict.fromkeys(
        (
            "queue",
            "board",
            "publication",
            "pages",
            "notices",
            "receptions",
            "keys",
            "glass",
            "call",
            "letters",
            "sample",
            "rights",
            "settings",
            "setup",
        ),
        False,
    )
}


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in. ``actor`` acts for the office that they chose."""

    actor: StaffActor
    actors: list[StaffActor]
    has_factor: bool
    user: Staff


View = Callable[..., HttpResponseBase]


def staff_page(*methods: str) -> Callable[[View], View]:
    """A page for staff, by the given methods: GET (which includes HEAD), POST.

    Whoever is not signed in, or was disabled since, is sent to the sign-in page; whoever holds no role is told so, and
    whoever lacks the second factor that their role needs is sent to set one up.
    """
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]

    def door(view: View) -> View:
        @require_http_methods(allowed)
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if turned_away := _turned_away(request):
                return turned_away
            try:
                return view(request, *args, **kwargs)
            except (NotFound, NotAllowed) as hidden:
                if request.method == "POST":
                    return kept_text(request)
                raise Http404 from hidden
            except KeyClosed as why:
                from gongshi.web.desk.keys import closed

                return closed(request, why, words_of(request))
            except (Erased, KeyMissing) as gone:
                kept = {"texts": words_of(request), **desk(request)}
                if isinstance(gone, Erased):
                    return render(request, "desk/erased.html", kept, status=410)
                security.error("a case has no key and no record of an erasure: the wraps store is not whole")
                return render(request, "desk/key_missing.html", kept, status=503)

        return guarded

    return door


def _turned_away(request: Any) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if not take_part(request):
        return render(request, "desk/no_role.html", status=403)
    return redirect("mfa_index") if second_factor_missing(request) else None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; it leads back to the page that was asked for, if that can be asked for again."""
    target = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("desk:queue")
    return redirect_to_login(target, reverse(settings.LOGIN_URL))


def take_part(request: DeskRequest) -> bool:
    """Find out for which office somebody acts: the one they chose, as long as they hold a role there."""
    request.actors = actors_for(request.user)
    # Read with whoever is signed in; not with somebody who signs in by this very request.
    factor = getattr(request.user, "factor", None)
    request.has_factor = has_second_factor(request.user) if factor is None else factor
    if not request.actors:
        return False
    chosen = request.session.get(OFFICE_KEY, "")
    actor = next((one for one in request.actors if str(one.office_id) == chosen), request.actors[0])
    request.actor = replace(actor, keys=keyring_of(request))
    return True


def second_factor_missing(request: DeskRequest) -> bool:
    """Whether somebody has yet to set up what their role needs; never in the demo, whose sign-ins everybody knows.

    Setting one up ends all other sessions, and signing in asks for it from then on: no session is older than it.
    """
    if settings.DEMO or not any(needs_second_factor(actor) for actor in request.actors):
        return False
    return not request.session.get(OFFICE_FACTOR) and not request.has_factor


def choose_office(request: DeskRequest, office: UUID) -> None:
    """Act for ``office`` from now on. Raises NotFound without a role there."""
    if office not in {actor.office_id for actor in request.actors}:
        raise NotFound
    request.session[OFFICE_KEY] = str(office)


def kept_text(request: HttpRequest) -> HttpResponse:
    """The refusal of what was sent to a page that is not there, or is no longer: nothing that was typed is lost.

    It says the same of a case that never was and of one that somebody may not see.
    """
    return render(request, "desk/gone.html", {"texts": words_of(request), **desk(request)}, status=404)


def desk(request: Any) -> dict[str, Any]:
    """What the head of every desk page shows: the office, and the pages that this person has."""
    actor: StaffActor = request.actor
    at = timezone.now()
    waiting = waiting_beside(actor, at)
    return {
        "desk_office": offices()[actor.office_id].name,
        "desk_offices": len(request.actors) > 1,
        "desk_counts": {
            "glass": waiting.glass,
            "pages": pages_to_review(actor, at=at),
            "notices": overdue(actor, at=at),
            "letters": waiting.letters,
        },
        "desk_pages": {
            "queue": may(actor, "case.list"),
            "board": may(actor, "board.read"),
            "publication": may(actor, "case.review_publication"),
            "pages": may_see_pages(actor),
            "notices": may_announce(actor),
            "receptions": may_see_receptions(actor),
            "keys": needs_key(actor),
            "glass": may(actor, "glass.ask") or may(actor, "glass.approve"),
            "call": may(actor, "call.take"),
            "letters": may(actor, "letter.print"),
            "sample": may(actor, "sample.check") or may(actor, "sample.read"),
            "settings": may(actor, "settings.change"),
            # Only until somebody has begun: then it is one of the settings' pages.
            "setup": may(actor, "settings.change") and is_untouched(),
        },
    }
