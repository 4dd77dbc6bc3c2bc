"""A call outlives the browser: sealed on the server under a secret in a cookie, offered again for a day."""

import base64
import binascii
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from gongshi.cases.actions.call_drafts import (
    CALLS_KEPT,
    MOST_KEPT,
    call_kept,
    calls_kept,
    drop_call,
    keep_call,
)
from gongshi.cases.queries import NotFound
from gongshi.safekeeping.sealing import DATA_KEY_BYTES, new_data_key
from gongshi.web.desk.access import DeskRequest
from gongshi.web.desk.call_form import TOLD, Call, problems, read_call

BARRED = ("own", "own_kept")
NAME = re.compile("[0-9a-f]{12}")


def cookie_name() -> str:
    """With the browser's own guard against cookies from elsewhere, where the server is reached over https."""
    return "__Host-call" if settings.SESSION_COOKIE_SECURE else "call"


def _key(request: DeskRequest) -> bytes | None:
    try:
        key = base64.urlsafe_b64decode(request.COOKIES.get(cookie_name(), ""))
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == DATA_KEY_BYTES else None


def offered(request: DeskRequest, at: datetime) -> list[Any]:
    """Calls that were begun in this browser and not saved, to be taken up again."""
    return calls_kept(_key(request), request.actor, at)


def taken_up(request: DeskRequest, name: str, at: datetime, doors: tuple[str, ...]) -> Call:
    """One of them. Raises NotFound."""
    if not NAME.fullmatch(name):
        raise NotFound
    data = QueryDict(mutable=True)
    for field, text in call_kept(name, key=_key(request), actor=request.actor, at=at):
        data.appendlist(field, text)
    return read_call(data, at, doors)


def given_up(request: DeskRequest, name: str) -> None:
    """One of them is thrown away."""
    if NAME.fullmatch(name):
        drop_call(name, request.actor)


def kept(request: DeskRequest, taken: Call, at: datetime) -> bytes | None:
    """Keep a call as it is now; the key. None where nothing is: an empty form, or what nobody here may take down."""
    draft = taken.draft
    barred = {TOLD[code] for code in BARRED}
    if any(one.text in barred for one in problems(taken, request.actor, at)):
        drop_call(draft.kept_as, request.actor)
        return None
    written = any(not matter.is_empty for matter in draft.matters)
    key = _key(request) or new_data_key()
    if not (written and keep_call(draft.kept_as, taken.pairs(), key=key, actor=request.actor, at=at)):
        return None
    return key


def with_key(response: HttpResponse, key: bytes | None) -> HttpResponse:
    """An answer that leaves the key with the browser for as long as the call is kept."""
    if key is not None:
        response.set_cookie(
            cookie_name(),
            base64.urlsafe_b64encode(key).decode(),
            max_age=CALLS_KEPT,
            httponly=True,
            samesite="Strict",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def kept_quietly(request: DeskRequest, taken: Call, at: datetime) -> HttpResponse:
    """What the form's scripts send while somebody types: the line under it."""
    key = kept(request, taken, at)
    told = {"saved_at": at if key else None, "most": MOST_KEPT}
    return with_key(render(request, "desk/call_kept.html", told), key)
