"""Small things that tests of the desk share."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gongshi.cases.models import Case
from gongshi.safekeeping.models import KeyPair, KeyWrap, LockedKey, Owner
from gongshi.safekeeping.open_keys import put_away
from gongshi.web.desk.opened_keys import KEPT, cookie_name
from tests.cast import Town

SignIn = Callable[..., Client]
ANSWER = {
    "decision": "done",
    "found": "3月2日到现场看了，坑深十厘米。",
    "found_on": "2026-03-02",
    "decided": "已经补好，不会再塌。",
    "call": "道路所 0000-1",
}


def signed_in(town: Town, name: str, *, keys: bool = True) -> Client:
    """A client of somebody by user name, their key open as after signing in with a password."""
    client = Client()
    client.force_login(town.staff[name])
    half = town.own.get(town.staff[name].pk)
    if keys and half:
        session = client.session
        session[KEPT], client.cookies[cookie_name()] = put_away(half)
        session.save()
    return client


def without_key(town: Town, name: str) -> None:
    """As before this person ever signed in."""
    own = [row.id for row in KeyPair.objects.filter(owner=Owner.STAFF, owner_id=town.staff[name].pk)]
    KeyWrap.objects.filter(for_pair__in=own).delete()
    LockedKey.objects.filter(pair__in=own).delete()
    KeyPair.objects.filter(id__in=own).delete()
    town.own.pop(town.staff[name].pk, None)


def address(case: Case, *more: str, english: bool = False) -> str:
    """The address of a case's page."""
    tail = "".join(f"{part}/" for part in more)
    return f"{'/en' if english else ''}/desk/cases/{case.filing.reference}/{case.number}/{tail}"


def move(client: Client, case: Case, code: str, **data: Any) -> Any:
    """Post a move as the case's page does."""
    return client.post(address(case, "moves", code), {"seen": case.seq, **data})


def text(answer: HttpResponse) -> str:
    """What a person reads of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
