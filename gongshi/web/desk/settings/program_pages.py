"""Keys for programs of other organisations: issuing one, whose secret is shown once, and taking one back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts import program_keys as keys
from gongshi.accounts.rights import require
from gongshi.cases.queries import NotFound
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.moves import UNTAKEN
from gongshi.words import say

USUAL = 200
FAULTS: dict[str, tuple[str | None, Any]] = {
    "holder": (
        "holder",
        say("写机构的名字，用看得见的字。", "Its name, in characters that can be seen."),
    ),
    "website": ("website", say("网址要以 https:// 开头。", "The address of a site begins with https://.")),
    "per_day": ("per_day", say("一天1到100000件。", "From 1 to 100,000 a day.")),
    "too_many": (None, say("钥匙太多了，请先收回不用的。", "Too many keys: take back those not in use.")),
}


class ProgramKeyForm(forms.Form):
    """Who will hold the key, and how much it is good for."""

    holder = forms.CharField(
        label=say("机构名称", "Name of the organisation"),
        help_text=say("会公开。写机构，不写个人。", "Will be public. An organisation, not a person."),
        max_length=keys.LONGEST_HOLDER,
        error_messages={"required": MISSING},
    )
    website = forms.CharField(
        label=say("机构的网址", "Its website"),
        help_text=say("会公开，如 https://example.org", "Will be public, as in https://example.org"),
        max_length=keys.LONGEST_WEBSITE,
        error_messages={"required": MISSING},
        widget=forms.URLInput,
    )
    per_day = forms.IntegerField(
        label=say("一天最多几件", "Filings a day at most"),
        initial=USUAL,
        error_messages={"required": MISSING, "invalid": FAULTS["per_day"][1]},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="program-%s")


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """Who holds a key; by POST ``act`` "issue" or "revoke"."""
    require(request.actor, keys.RIGHT)
    if request.method != "POST":
        return _page(request, ProgramKeyForm())
    if request.POST.get("act") == "revoke":
        return _revoke(request)
    form, secret = ProgramKeyForm(request.POST), ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            _, secret = keys.issue_program_key(
                given["holder"], given["website"], given["per_day"], actor=request.actor, at=timezone.now()
            )
        except keys.KeyRefused as refused:
            form.add_error(*FAULTS[refused.code])
    if not secret:
        return _page(request, form, status=UNTAKEN)
    return _page(request, ProgramKeyForm(), secret=secret, holder=form.cleaned_data["holder"])


def _revoke(request: DeskRequest) -> HttpResponse:
    try:
        done = keys.revoke_program_key(
            UUID(request.POST.get("key", "")), actor=request.actor, at=timezone.now()
        )
    except ValueError as wrong:
        raise NotFound from wrong
    if done:
        messages.success(
            request,
            say(
                "钥匙已收回，从现在起不能用。已经收到的来件照常办。",
                "The key is taken back and good for nothing now. What came in with it goes on as before.",
            ),
        )
    return redirect("desk:settings_programs")


def _page(request: DeskRequest, form: ProgramKeyForm, *, status: int = 200, **told: str) -> HttpResponse:
    context = {"form": form, "keys": keys.program_keys(), **told, **desk(request)}
    response = render(request, "desk/settings/programs.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
