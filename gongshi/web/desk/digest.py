"""The switch for the weekly mail, on one's own account page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongshi.accounts.models import Staff
from gongshi.cases.actions.digests import keep_wish
from gongshi.cases.digests import wanted_by_default, wish_of
from gongshi.cases.reading import KeyMissing, read_digest_address
from gongshi.notifications.addresses import AddressError
from gongshi.words import language, say


class DigestForm(forms.Form):
    """Where the weekly mail goes, and whether it does."""

    sent_to = forms.CharField(
        label=say("工作邮箱", "Work e-mail"),
        help_text=say(
            "留空就不发，已存的也删掉。", "Left empty, nothing is sent and what was kept is deleted."
        ),
        required=False,
        max_length=254,
    )
    wanted = forms.BooleanField(
        label=say("每周第一个工作日发给我", "Send it on the first working day of the week"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "digest-%s", **kwargs})


def digest_form(staff: Staff) -> DigestForm:
    """The form with what was said before; for leads the switch stands on from the start."""
    wish = wish_of(staff)
    if wish is None:
        return DigestForm(initial={"wanted": wanted_by_default(staff)})
    try:
        address = read_digest_address(wish)
    except KeyMissing:
        address = ""
    return DigestForm(initial={"sent_to": address, "wanted": wish.wanted})


@login_required
@require_POST
def keep(request: Any) -> HttpResponse:
    """Keep what the form says."""
    form = DigestForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        keep_wish(
            request.user,
            given.get("sent_to", ""),
            wanted=given.get("wanted", False),
            language=language(),
            at=timezone.now(),
        )
    except AddressError:
        messages.error(
            request, say("这个邮箱不能用，没有改。", "That is no address to send to; nothing was changed.")
        )
    else:
        messages.success(request, say("已经记下。", "Kept."))
    return redirect("mfa_index")
