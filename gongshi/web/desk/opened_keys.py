"""The key of whoever is signed in: opened where a password was proved, kept for this session alone.

The session holds the private half sealed; the secret that opens it lies in a cookie of its own, which the browser sends
to pages of ours only and never on a way that began elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gongshi.accounts import keys
from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actors_for
from gongshi.safekeeping.keyrings import KeyClosed, Keyring
from gongshi.safekeeping.open_keys import put_away, taken_out
from gongshi.safekeeping.pairs import PrivateHalf

KEPT = "desk_key"


def cookie_name() -> str:
    """With the browser's own guard against cookies from elsewhere, where the server is reached over https."""
    return "__Host-desk_key" if settings.SESSION_COOKIE_SECURE else "desk_key"


def keep_open(request: Any, half: PrivateHalf) -> None:
    """From this answer on the key is open in this session."""
    request.session[KEPT], request.new_key_cookie = put_away(half)
    request.opened_half = half


def close(request: Any) -> None:
    """The key is closed; nothing of it is left in the session."""
    request.session.pop(KEPT, None)
    request.opened_half = None


def keyring_of(request: Any) -> Keyring:
    """The keys of whoever is signed in. Nothing is read before one is needed."""

    def own() -> PrivateHalf:
        half: PrivateHalf | None = getattr(request, "opened_half", None) or taken_out(
            request.session.get(KEPT), request.COOKIES.get(cookie_name()), staff=request.user.pk
        )
        if half is not None:
            return half
        raise KeyClosed("locked" if keys.how_locked(request.user.pk) else "no_key")

    return Keyring(own)


def password_proved(request: HttpRequest, staff: Staff, password: str) -> None:
    """Open somebody's key with the password that they signed in with; make one, and their office's, at the first time.

    It costs one more hash: call it where one of the few places for hashing is held. A key under a passphrase of its
    own, or under a password that was replaced from outside, stays closed; the page of keys asks for it.
    """
    actors = [actor for actor in actors_for(staff) if keys.needs_key(actor)]
    if not actors:
        return
    how = keys.how_locked(staff.pk)
    if how == keys.PASSPHRASE:
        return
    at = timezone.now()
    try:
        half = (
            keys.open_own(staff.pk, password)
            if how
            else keys.make_own(staff.pk, password, keys.PASSWORD, at=at)
        )
    except (keys.WrongPassphrase, keys.PairTaken):
        return
    keep_open(request, half)
    settle(actors, half, at=at)


def settle(actors: list[StaffActor], half: PrivateHalf, *, at: datetime) -> None:
    """What follows when somebody's key is open: their offices have one, and it can be recovered."""
    for actor in actors:
        if keys.needs_key(actor):
            holding = replace(actor, keys=Keyring(lambda: half))
            if not keys.ensure_office_key(holding, at=at):
                keys.complete_recovery(holding, at=at)


def password_changed(request: Any, staff: Staff, old: str, new: str) -> None:
    """Lock somebody's key by their new password, if the old one locked it."""
    if keys.how_locked(staff.pk) != keys.PASSWORD:
        return
    try:
        half = keys.open_own(staff.pk, old)
    except (keys.WrongPassphrase, KeyClosed):
        return
    keys.lock_anew(half, new, keys.PASSWORD)
    keep_open(request, half)


def key_cookie(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the cookie goes out where a key was opened, and is taken back where the session has none any more."""

    def answer(request: Any) -> HttpResponse:
        response = get_response(request)
        name, secret = cookie_name(), getattr(request, "new_key_cookie", "")
        if secret:
            response.set_cookie(
                name, secret, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
            )
        elif name in request.COOKIES and _session_was_read(request) and KEPT not in request.session:
            response.delete_cookie(name, samesite="Strict")
        return response

    return answer


def _session_was_read(request: Any) -> bool:
    """Pages for residents never touch the session, and must not because of this cookie."""
    session = getattr(request, "session", None)
    return session is not None and bool(session.accessed)
