"""Outages and works for everybody: the list, one notice, and the one question whether to be told when it is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.bulletin.actions.telling import NothingToTell, subscribe, unsubscribe
from gongshi.bulletin.disruptions import (
    Known,
    changes_shown,
    disruption_shown,
    is_overdue,
    shown_now,
    state_of,
    tells,
)
from gongshi.bulletin.models import DisruptionRevision
from gongshi.bulletin.queries import PageNotFound
from gongshi.cases.intake.choices import way
from gongshi.cases.intake.draft import as_uuid
from gongshi.cases.intake.faults import WORDS
from gongshi.notifications.addresses import AddressError
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import areas
from gongshi.routing.queries import CategoryNode, categories
from gongshi.web.limits import too_many, wait_for
from gongshi.web.public.boxes import Box
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import language, say

UNTAKEN = 422
LONGEST_CONTACT = 300
GROUPS = (
    ("running", say("正在停的", "Out now")),
    ("planned", say("计划中的", "Planned")),
    ("over", say("最近恢复的", "Over since a few days")),
)


@dataclass(frozen=True)
class Shown:
    """One notice ready to be shown."""

    known: Known
    state: str
    overdue: bool
    tells: bool

    @property
    def code(self) -> str:
        """What its address names."""
        return self.known.row.code

    @property
    def office(self) -> OfficeNode | None:
        """Whose notice it is."""
        return offices().get(self.known.row.office_id)

    @property
    def places(self) -> list[str]:
        """The areas that it names, the way down to each; none: everywhere."""
        nodes = [node for key in self.known.areas if (node := areas().get(key))]
        return sorted(way(node) for node in nodes)

    @property
    def kinds(self) -> list[CategoryNode]:
        """The categories that it is about, in the place's order."""
        return [node for node in categories().values() if node.id in self.known.categories]


def shown_at(known: Known, at: datetime) -> Shown:
    """A notice as it is at a moment."""
    return Shown(known, state_of(known.row, at), is_overdue(known.row, at), tells(known.row, at))


def running(at: datetime) -> list[Shown]:
    """What is out right now."""
    return [shown_at(one, at) for one in shown_now(at, "running")]


@for_everybody
def listed(request: HttpRequest) -> HttpResponse:
    """What is out, what will be, and what is over since a few days."""
    at = timezone.now()
    groups = [
        (name, found)
        for state, name in GROUPS
        if (found := [shown_at(one, at) for one in shown_now(at, state)])
    ]
    return render(request, "openly/disruptions.html", {"groups": groups})


@for_everybody
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One notice, with every change of when it is expected to be over."""
    at = timezone.now()
    shown = _shown(code, at)
    changes = list(_told(changes_shown(shown.known.row)))
    return render(request, "openly/disruption.html", {"one": shown, "changes": changes})


def _shown(code: str, at: datetime) -> Shown:
    try:
        return shown_at(disruption_shown(code, at), at)
    except PageNotFound as error:
        raise Http404 from error


def _told(rows: list[DisruptionRevision]) -> Iterator[dict[str, Any]]:
    """What each revision told residents; ``moved``: the expected end, to or from nothing known too."""
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else None
        moved = row.change == "changed" and before and before.expected_until != row.expected_until
        yield {"row": row, "before": before, "moved": moved, "at": max(row.at, row.shown_from)}


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """Leave one address or number for one message about one notice, or take it back."""
    at = timezone.now()
    shown = _shown(code, at)
    context: dict[str, Any] = {"one": shown, "box": contact_box(code)}
    if request.method != "POST":
        return render(request, "public/tell.html", context)
    if key := as_uuid(request.POST.get("stop") or ""):
        unsubscribe(key)
        return render(request, "public/tell.html", {**context, "stopped": True})
    if wait := wait_for("telling", request):
        return too_many(request, wait)
    typed = request.POST.get(f"tell-{code}") or ""
    told = take_in(shown, typed, at)
    if isinstance(told, UUID):
        return render(request, "public/tell.html", {**context, "told": told})
    context["box"] = contact_box(code, typed, told)
    return render(request, "public/tell.html", context, status=UNTAKEN)


def take_in(shown: Shown, typed: str, at: datetime) -> UUID | Any:
    """Keep a contact for one notice: the key that takes it back, or the words for why it cannot be taken."""
    try:
        return subscribe(shown.known.row, typed[:LONGEST_CONTACT], language=language(), at=at)
    except NothingToTell:
        return say(
            "这件事已经结束或撤下，或者要通知的人已满。请看通知本身。",
            "It is over or was withdrawn, or very many asked already. Please look at the notice itself.",
        )
    except AddressError as error:
        if error.code == "not_connected":
            return say("这里发不了这一种消息，请换一种。", "Nothing is sent that way here: try the other.")
        return WORDS["email" if "@" in typed or "\uff20" in typed else "phone"]


def contact_box(code: str, typed: str = "", wrong: Any = None) -> Box:
    """Where the one address or number is typed."""
    channels = connected_channels()
    both = say("邮箱或手机号码", "E-mail address or phone number")
    only = say("邮箱", "E-mail address") if "email" in channels else say("手机号码", "Phone number")
    return Box(
        f"tell-{code}",
        both if len(channels) > 1 else only,
        value=typed[:LONGEST_CONTACT],
        hint=say(
            "只发一条，发完就删。加密保存，谁也看不到名单；不是来件，没有编号。",
            "One message, then it is deleted. Kept encrypted, on a list that nobody can see; it is no filing.",
        ),
        wrong=(wrong,) if wrong else (),
        optional=False,
        private=True,
        complete="email" if channels == ["email"] else "tel" if channels == ["sms"] else "",
    )
