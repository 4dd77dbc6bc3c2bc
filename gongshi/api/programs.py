"""Whose programs have to do with this site: who files for residents, and who is told what became public."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from gongshi.accounts.program_keys import former_program_keys, program_keys
from gongshi.api.caching import keep
from gongshi.api.problems import Problem
from gongshi.places.queries import local_day
from gongshi.receivers.queries import former_receivers, receivers

router = Router(tags=["programs"])
LISTED = dict.fromkeys((400, 429), Problem)


class ProgramOut(Schema):
    """The holder of a key with which a program files for residents. ``until``: when it was taken back."""

    holder: str
    website: str
    since: date
    until: date | None


class ProgramsOut(Schema):
    """Those that may file now, by holder; then those that formerly might, the newest first."""

    items: list[ProgramOut]
    next: None


class ReceiverOut(Schema):
    """A program that is told of public events. ``host``: of its address. ``listens``: it is not at rest."""

    id: UUID
    name: str
    purpose: str
    host: str
    events: list[str]
    listens: bool
    since: date
    until: date | None


class ReceiversOut(Schema):
    """Those that are set up, by name; then those that were removed, the newest first."""

    items: list[ReceiverOut]
    next: None


@router.get("/programs", response={200: ProgramsOut, **LISTED}, url_name="programs")
def programs(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """Through whose programs residents file (Open311)."""
    keep(response, forever=False)
    rows = [
        {"holder": one.holder, "website": one.website, **_days(one.issued_at, one.revoked_at)}
        for one in (*program_keys(), *former_program_keys())
    ]
    return {"items": rows, "next": None}


@router.get("/receivers", response={200: ReceiversOut, **LISTED}, url_name="receivers")
def receiver_list(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """Whose programs are told what became public (webhooks)."""
    keep(response, forever=False)
    names = ("id", "name", "purpose", "host", "events", "listens")
    rows = [
        {**{name: getattr(one, name) for name in names}, **_days(one.made_at, one.removed_at)}
        for one in (*receivers(), *former_receivers())
    ]
    return {"items": rows, "next": None}


def _days(since: datetime, until: datetime | None) -> dict[str, date | None]:
    """As on the page: days, no times."""
    return {"since": local_day(since), "until": local_day(until) if until else None}
