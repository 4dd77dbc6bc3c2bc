"""A receipt or code that was lost: a new code goes to the contact that was left, or onto paper for the six digits."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.queries import office_by_code
from gongshi.accounts.rights import require
from gongshi.cases.actions.claims import reissue
from gongshi.cases.by_phone import AskedTooOften
from gongshi.cases.changing import Changed
from gongshi.cases.claiming import MESSAGES, HandingRefused
from gongshi.cases.drafts import Handing
from gongshi.cases.queries import NotFound
from gongshi.notifications.transports import connected_channels
from gongshi.rules.references import MAX_TYPED
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.call_form import WAYS, desk_choices
from gongshi.web.desk.forms import MISSING
from gongshi.web.limits import later, within
from gongshi.words import in_language, say

PAPER = ("letter", "pick_up")
REFUSED = {
    "no_contact": say("登记时没有留这种联系方式。", "No contact of this kind was left."),
    "no_office": say("请选在哪里取。", "Choose where to pick it up."),
    "handles_it": say(
        "这个单位自己在办，不能在那里取。请选别处。",
        "That office handles it, so it cannot be fetched there. Choose another one.",
    ),
    "paper_only": say("这样不能补发。", "It cannot be sent again in this way."),
}
NOT_TOGETHER = say(
    "编号和六位数对不上，或者这一份不能补发。",
    "They do not belong together, or none can be sent for this one.",
)


class LostForm(forms.Form):
    """Which filing, and how the new code goes out."""

    reference = forms.CharField(
        label=say("编号", "Reference"), max_length=MAX_TYPED, error_messages={"required": MISSING}
    )
    way = forms.ChoiceField(
        label=say("怎样交给他", "How it gets there"),
        help_text=say(
            "只发到登记时留的联系方式，您看不到，也改不了。",
            "Only to the contact that was left, which you neither see nor change.",
        ),
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    code = forms.CharField(
        label=say("电话查询码（寄信、取信要报）", "Six digits, for a letter"), required=False, max_length=12
    )
    desk = forms.ChoiceField(label=say("在哪里取信", "Where to pick it up"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="lost-%s")
        channels = connected_channels()
        ways = [(code, WAYS[code]) for code in (*MESSAGES, *PAPER) if code in channels or code in PAPER]
        listed = [(choice.value, in_language(choice.name)) for choice in desk_choices()]
        for name, choices in (("way", ways), ("desk", [("", say("不取", "Nowhere")), *listed])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


@staff_page("GET", "POST")
def lost(request: DeskRequest) -> HttpResponse:
    """The form. A message is answered alike whether there is such a filing: its reference alone proves nothing."""
    require(request.actor, "call.take")
    form = LostForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    typed, by_message = form.cleaned_data, form.cleaned_data["way"] in MESSAGES
    named = office_by_code(typed["desk"]) if typed["way"] == "pick_up" and typed["desk"] else None
    office = named.id if named else request.actor.office_id if typed["way"] == "letter" else None
    handing = Handing(typed["way"], None if by_message else office)
    try:
        reissue(typed["reference"], typed["code"], handing, actor=request.actor, at=timezone.now())
    except AskedTooOften as often:
        return later(_page(request, form, wait=within(often.wait)), often.wait)
    except (NotFound, HandingRefused, Changed) as refused:
        if not by_message:
            why = REFUSED[refused.code] if isinstance(refused, HandingRefused) else NOT_TOGETHER
            form.add_error("desk" if named else "code", why)
            return _page(request, form, status=403)
    return _page(request, LostForm(), sent=True, by_message=by_message)


def _page(request: DeskRequest, form: LostForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "desk/call_lost.html", {"form": form, **more, **desk(request)}, status=status)
