"""Whether somebody has just shown once more that it is they: a stolen session alone changes no factor and no key."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from django.utils import timezone

SIGNED_IN_WITHIN = timedelta(minutes=10)


def just_signed_in(request: Any) -> bool:
    """Whether this session began within the last ten minutes."""
    began = request.session.started_at
    return began is not None and timezone.now() - began < SIGNED_IN_WITHIN


def is_proved(request: Any, *, first: bool) -> bool:
    """Whether a factor, or without one the password, was shown once more within the last five minutes.

    Having just signed in does where there is nothing yet to be lost (``first``), and for whoever has nothing to show
    here, because the office's own account signs them in.
    """
    if did_recently_reauthenticate(request):
        return True
    return (first or not get_reauthentication_flows(request.user)) and just_signed_in(request)


def address_to_prove(request: Any, then: str) -> str:
    """The page that asks for it, and leads to ``then``."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return f"{ways[0]['url']}?{urlencode({'next': then})}"
