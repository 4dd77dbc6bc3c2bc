"""Receivers of public events: setting one up, whose secret is shown once, and everything that can be done with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst

from gongshi.accounts.rights import require
from gongshi.cases.queries import NotFound
from gongshi.notifications.targets import LONGEST
from gongshi.receivers import actions, queries
from gongshi.receivers.events import EVENTS
from gongshi.receivers.labels import CHANGES, WHY_OFF, outcome_words
from gongshi.receivers.models import Receiver
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.moves import UNTAKEN
from gongshi.words import in_language, say

INSIDE = say(
    "网址要指向公网上的服务器，写它的主机名；不能是内网、本机或别的内部地址。",
    "The address must be a server on the public internet, by its name; none on this machine or in an inner network.",
)
FAULTS: dict[str, tuple[str | None, Any]] = {
    "name": ("name", MISSING),
    "purpose": ("purpose", MISSING),
    "events": ("events", say("请至少选一种。", "Please choose at least one.")),
    "too_many": (None, say("接收方太多了，请先移除不用的。", "Too many receivers: remove those not in use.")),
    "scheme": ("url", say("网址要以 https:// 开头。", "The address begins with https://.")),
    "credentials": ("url", say("网址里不能有用户名和密码。", "No user name or password in the address.")),
    "port": ("url", say("不能用这个端口。", "This port cannot be used.")),
    "fragment": ("url", say("网址里不能有 #。", "No # in the address.")),
    "characters": (
        "url",
        say("网址里只能有英文字母、数字和符号。", "Only letters, digits and signs of ASCII in the address."),
    ),
    "long": ("url", say("网址太长。", "The address is too long.")),
    "host": ("url", INSIDE),
    "address": ("url", INSIDE),
}


class AboutForm(forms.Form):
    """What is said of a receiver, and what it is told."""

    name = forms.CharField(
        label=say("机构名称", "Name of the organisation"),
        help_text=say("会公开。写机构，不写个人。", "Will be public. An organisation, not a person."),
        max_length=actions.LONGEST_NAME,
        error_messages={"required": MISSING},
    )
    purpose = forms.CharField(
        label=say("用来做什么", "What it is for"),
        help_text=say(
            "会公开，一句话，如“社区大屏显示新公开的事项”",
            "Will be public; a sentence, as in “shows new cases on the screen of the hall”",
        ),
        max_length=actions.LONGEST_PURPOSE,
        error_messages={"required": MISSING},
    )
    events = forms.MultipleChoiceField(
        label=say("告诉它什么", "What it is told"),
        error_messages={"required": FAULTS["events"][1]},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, label_suffix="", auto_id="receiver-%s")
        choices = [(code, capfirst(in_language(words))) for code, words in EVENTS.items()]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]


class NewForm(AboutForm):
    """The same, and where it is."""

    url = forms.CharField(
        label=say("接收的网址", "Its address"),
        help_text=say(
            "https:// 开头；只公开主机名。以后不能改，换网址就新设一个。",
            "Begins with https://; only its host will be public. It cannot be changed: set up another instead.",
        ),
        max_length=LONGEST,
        error_messages={"required": MISSING},
        widget=forms.URLInput,
    )
    field_order = ["name", "purpose", "url", "events"]


@staff_page("GET", "POST")
def listed(request: DeskRequest) -> HttpResponse:
    """Who is told; POST sets another one up."""
    require(request.actor, queries.RIGHT)
    if request.method != "POST":
        return _list(request, NewForm())
    form = NewForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            row, secret = actions.add_receiver(
                given["name"],
                given["purpose"],
                given["url"],
                given["events"],
                actor=request.actor,
                at=timezone.now(),
            )
        except actions.ReceiverRefused as refused:
            form.add_error(*FAULTS[refused.code])
        else:
            return _list(request, NewForm(), secret=secret, made=row)
    return _list(request, form, status=UNTAKEN)


def _list(request: DeskRequest, form: NewForm, *, status: int = 200, **told: Any) -> HttpResponse:
    context = {"form": form, "receivers": queries.receivers(), **told, **desk(request)}
    return _unkept(render(request, "desk/settings/receivers.html", context, status=status))


@staff_page("GET", "POST")
def one(request: DeskRequest, receiver: UUID) -> HttpResponse:
    """One receiver; by POST ``act`` "change", "test", "pause", "resume", "renew" or "remove"."""
    row = _receiver(request, receiver)
    if request.method != "POST":
        return _one(request, row, _about(row))
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound
    return act(request, row)


def _receiver(request: DeskRequest, key: UUID) -> Receiver:
    try:
        return queries.receiver_for(request.actor, key)
    except queries.ReceiverNotFound as wrong:
        raise NotFound from wrong


def _about(row: Receiver) -> AboutForm:
    return AboutForm(initial={"name": row.name, "purpose": row.purpose, "events": row.events})


def _change(request: DeskRequest, row: Receiver) -> HttpResponse:
    form = AboutForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_receiver(
                row,
                given["name"],
                given["purpose"],
                given["events"],
                actor=request.actor,
                at=timezone.now(),
            )
        except actions.ReceiverRefused as refused:
            form.add_error(*FAULTS[refused.code])
        else:
            return _back(request, row, say("改好了。", "Changed."))
    return _one(request, queries.receiver_for(request.actor, row.pk), form, status=UNTAKEN)


def _test(request: DeskRequest, row: Receiver) -> HttpResponse:
    outcome = actions.try_out(row, actor=request.actor, at=timezone.now())
    row.refresh_from_db()
    words = outcome_words(outcome.code)
    return _one(request, row, _about(row), tried=words, tried_well=outcome.taken)


def _pause(request: DeskRequest, row: Receiver) -> HttpResponse:
    actions.pause(row, actor=request.actor, at=timezone.now())
    return _back(
        request,
        row,
        say("已暂停。停着的时候发生的以后不补发。", "Paused. What happens meanwhile is not sent later."),
    )


def _resume(request: DeskRequest, row: Receiver) -> HttpResponse:
    actions.resume(row, actor=request.actor, at=timezone.now())
    return _back(request, row, say("已恢复，从现在起告诉它。", "It is told again, from now on."))


def _renew(request: DeskRequest, row: Receiver) -> HttpResponse:
    secret = actions.renew_secret(row, actor=request.actor, at=timezone.now())
    return _one(request, row, _about(row), secret=secret)


def _remove(request: DeskRequest, row: Receiver) -> HttpResponse:
    actions.remove(row, actor=request.actor, at=timezone.now())
    messages.success(
        request,
        say("已移除，网址和密钥已销毁。", "Removed. Its address and its secret are destroyed."),
    )
    return redirect("desk:settings_receivers")


_ACTS: dict[str, Callable[[DeskRequest, Receiver], HttpResponse]] = {
    "change": _change,
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "renew": _renew,
    "remove": _remove,
}


def _back(request: DeskRequest, row: Receiver, words: Any) -> HttpResponse:
    messages.success(request, words)
    return redirect("desk:settings_receiver", row.pk)


def _one(
    request: DeskRequest, row: Receiver, form: AboutForm, *, status: int = 200, **told: Any
) -> HttpResponse:
    context = {
        "form": form,
        "receiver": row,
        "why_off": WHY_OFF.get(row.off_why),
        "last": outcome_words(row.last_code) if row.last_code else None,
        "waiting": queries.waiting_for(row),
        "changes": [(entry, CHANGES[entry.code]) for entry in queries.history_of(row)],
        **told,
        **desk(request),
    }
    return _unkept(render(request, "desk/settings/receiver.html", context, status=status))


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
