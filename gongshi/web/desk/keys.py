"""The page of keys: one's own, the office's, who holds it; handing it over, renewing it."""

import logging
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts import keys
from gongshi.accounts.actions import end_sessions
from gongshi.accounts.queries import staff_in, staff_names
from gongshi.cases.queries import NotFound
from gongshi.safekeeping.keyrings import KeyClosed
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.pairs import PrivateHalf
from gongshi.web.desk import opened_keys
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.hashing import place_to_hash
from gongshi.web.desk.key_words import CLOSED, EVENTS, FAULTS
from gongshi.web.desk.proving import address_to_prove, is_proved
from gongshi.web.desk.signin import LONGEST_PASSWORD, leads_here
from gongshi.web.limits import too_many
from gongshi.words import Words, in_language, say

UNTAKEN = 422
AT_ONCE = 2_000
security = logging.getLogger("gongshi.security")


class PassphraseForm(forms.Form):
    """The passphrase that opens one's own key."""

    passphrase = forms.CharField(
        label=say("钥匙口令", "Key passphrase"),
        help_text=say(
            "用密码登录的，一般就是登录密码。", "If you sign in with a password, it is usually that."
        ),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": FAULTS["empty"]},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class NewPassphraseForm(forms.Form):
    """A passphrase for a new key, or a new one for the same key, twice."""

    passphrase = forms.CharField(
        label=say("新的钥匙口令", "New key passphrase"),
        help_text=say(
            "至少12个字符。写登录密码也行：以后一登录钥匙就开。",
            "At least 12 characters. Your sign-in password will do too: then signing in opens the key.",
        ),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": FAULTS["empty"]},
    )
    again = forms.CharField(
        label=say("再写一遍", "Once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": FAULTS["empty"]},
    )
    known = forms.BooleanField(
        label=say(
            "我知道：旧钥匙从此打不开任何东西，要请同事再交一次。",
            "I know: the old key opens nothing any more, and a colleague has to hand me the office's key again.",
        ),
        error_messages={"required": FAULTS["unsure"]},
    )

    def __init__(self, *args: Any, replacing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "new-%s", **kwargs})
        if not replacing:
            del self.fields["known"]

    def clean(self) -> dict[str, Any]:
        """Long enough, and the same twice."""
        found = super().clean() or self.cleaned_data
        first = found.get("passphrase", "")
        if first and len(first) < keys.SHORTEST_PASSPHRASE:
            self.add_error("passphrase", FAULTS["short"])
        elif len(first) > LONGEST_PASSWORD:
            self.add_error("passphrase", FAULTS["long"])
        elif "again" in found and first != found["again"]:
            self.add_error("again", FAULTS["unlike"])
        return found


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """The keys of whoever is signed in and of the office they act for."""
    return page(request)


def page(request: DeskRequest, *, status: int = 200, **sent: Any) -> HttpResponse:
    """The page; ``sent``: a form that came back ("opening", "making")."""
    if not keys.needs_key(request.actor):
        raise NotFound
    how = keys.how_locked(request.user.pk)
    half = opened_half(request)
    if half is not None and request.actor.office_id not in keys.public_keys().offices:
        opened_keys.settle([request.actor], half, at=timezone.now())
    context = {
        "own": "open" if half else "locked" if how else "none",
        "how": how,
        "opening": PassphraseForm(),
        "making": NewPassphraseForm(replacing=bool(how)),
        "changing": NewPassphraseForm(replacing=False, auto_id="change-%s"),
        "prove": _to_prove(request, first=not how),
        "next": _next(request),
        **_office(request, half),
        **sent,
        **desk(request),
    }
    return render(request, "desk/keys.html", context, status=status)


def opened_half(request: DeskRequest) -> PrivateHalf | None:
    """The private half of whoever is signed in, if it is open."""
    if request.actor.keys is None:
        return None
    try:
        return request.actor.keys.own()
    except KeyClosed:
        return None


def _office(request: DeskRequest, half: PrivateHalf | None) -> dict[str, Any]:
    """The office's key: who holds it, who is to get it, what happened to it."""
    found = keys.office_key(request.actor.office_id)
    if found is None:
        return {"office_key": None}
    mine = request.user.pk in found.holders
    without = keys.colleagues_without(request.actor, found.holders)
    ready = keys.ready_to_hold(without)
    return {
        "office_key": found,
        "mine": mine,
        "may_hand": mine and half is not None,
        "holders": [staff for staff in staff_in(request.actor.office_id) if staff.pk in found.holders],
        "without": [{"staff": staff, "ready": staff.pk in ready} for staff in without],
        "leavers": found.leavers,
        "leavers_named": say("、", ", ").__str__().join(_named(e.to_staff) for e in found.leavers),
        "events": [
            {
                "at": event.at,
                "text": EVENTS[
                    "own_first" if event.code == "own_made" and event.version == 1 else event.code
                ],
                "by": _name(event.by_staff),
                "detail": _name(event.to_staff),
            }
            for event in found.events
        ],
    }


def _name(staff: UUID | None) -> Words | str:
    return staff_names().get(staff, "") if staff else ""


def _named(staff: UUID | None) -> str:
    name = staff_names().get(staff) if staff else None
    return in_language(name) if name else ""


def _next(request: DeskRequest) -> str:
    """Where to go once the key is open: an address of ours, or nowhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if leads_here(wanted) else ""


def _to_prove(request: DeskRequest, *, first: bool) -> str:
    """Where to show once more that it is they; "" once that is done."""
    if is_proved(request, first=first):
        return ""
    wanted = _next(request)
    then = reverse("desk:keys") + (f"?{urlencode({'next': wanted})}" if wanted else "")
    return address_to_prove(request, then)


@staff_page("POST")
def unlock(request: DeskRequest) -> HttpResponse:
    """Open one's own key with its passphrase, and go back to what was closed."""
    form = PassphraseForm(request.POST)
    if not form.is_valid():
        return page(request, opening=form, status=UNTAKEN)
    attempt = attempt_at("signing_in", request.META, about=f"key {request.user.pk}")
    if attempt.wait:
        return too_many(request, attempt.wait)
    try:
        with place_to_hash(request):
            half = keys.open_own(request.user.pk, form.cleaned_data["passphrase"])
    except ImmediateHttpResponse as busy:  # no passphrase was tried
        attempt.take_back()
        return busy.response  # type: ignore[no-any-return]
    except KeyClosed:
        return redirect("desk:keys")
    except keys.WrongPassphrase:
        form.add_error("passphrase", FAULTS["wrong"])
        return page(request, opening=form, status=UNTAKEN)
    attempt.take_back()
    opened_keys.keep_open(request, half)
    opened_keys.settle(request.actors, half, at=timezone.now())
    return redirect(_next(request) or reverse("desk:keys"))


@staff_page("POST")
def make(request: DeskRequest) -> HttpResponse:
    """A key of one's own: the first, or in place of one whose passphrase is lost.

    Whoever has no more than a session shows first that it is they, with nothing of what was typed: what the old key
    opens would be lost, and colleagues would hand the office's key to a stranger.
    """
    if not keys.needs_key(request.actor):
        raise NotFound
    how = keys.how_locked(request.user.pk)
    if prove := _to_prove(request, first=not how):
        return redirect(prove)
    form = NewPassphraseForm(request.POST, replacing=bool(how))
    if not form.is_valid():
        return page(request, making=form, status=UNTAKEN)
    passphrase = form.cleaned_data["passphrase"]
    at = timezone.now()
    try:
        with place_to_hash(request):
            half = keys.make_own(request.user.pk, passphrase, _how(request, passphrase), at=at)
    except ImmediateHttpResponse as busy:
        return busy.response  # type: ignore[no-any-return]
    except keys.PairTaken:
        return redirect("desk:keys")
    opened_keys.keep_open(request, half)
    opened_keys.settle(request.actors, half, at=at)
    _changed(request, "key_replaced" if how else "key_made")
    messages.success(request, say("您的钥匙做好了。", "Your key is made."))
    return redirect(_next(request) or reverse("desk:keys"))


@staff_page("POST")
def change(request: DeskRequest) -> HttpResponse:
    """Another passphrase for the same key, while it is open."""
    form = NewPassphraseForm(request.POST, replacing=False)
    half = opened_half(request)
    if half is None:
        raise KeyClosed("locked")
    if prove := _to_prove(request, first=False):
        return redirect(prove)
    if not form.is_valid():
        return page(request, changing=form, status=UNTAKEN)
    passphrase = form.cleaned_data["passphrase"]
    try:
        with place_to_hash(request):
            keys.lock_anew(half, passphrase, _how(request, passphrase))
    except ImmediateHttpResponse as busy:
        return busy.response  # type: ignore[no-any-return]
    _changed(request, "key_passphrase_changed")
    messages.success(request, say("口令换好了。", "The passphrase is changed."))
    return redirect("desk:keys")


def _changed(request: DeskRequest, what: str) -> None:
    """The other sessions of the same person end, and the security log has a line that names nobody."""
    end_sessions(request.user, but=request.session.session_key)
    security.info("account changed: %s", what)


def _how(request: DeskRequest, passphrase: str) -> str:
    """Whether signing in will open a key with this passphrase. Slow: it tries the password."""
    return keys.PASSWORD if request.user.check_password(passphrase) else keys.PASSPHRASE


@staff_page("POST")
def hand(request: DeskRequest, staff: UUID) -> HttpResponse:
    """Hand the office's key to a colleague."""
    try:
        keys.hand_key(request.actor, staff, at=timezone.now())
    except KeyClosed as closed:
        if closed.code != "no_key" or opened_half(request) is None:
            raise
        messages.warning(
            request,
            say(
                "这位同事还没有自己的钥匙，请他先登录一次。",
                "They have no key of their own yet: they sign in first.",
            ),
        )
        return redirect("desk:keys")
    messages.success(
        request, say("钥匙交出去了，已经记下。", "The key is handed over, and that is written down.")
    )
    return redirect("desk:keys")


@staff_page("POST")
def renew(request: DeskRequest) -> HttpResponse:
    """A new key for the office; what is there is sealed anew next."""
    try:
        keys.renew_office_key(request.actor, at=timezone.now())
    except keys.PairTaken:
        messages.warning(request, say("同事刚刚换过。", "A colleague has just done it."))
    else:
        messages.success(
            request,
            say("单位的钥匙换好了，新的事项都用它。", "The office's key is renewed; new cases use it."),
        )
    return redirect("desk:keys")


@staff_page("POST")
def seal_anew(request: DeskRequest) -> HttpResponse:
    """Bring a batch of older cases over to the office's present key. Stopping in between loses nothing."""
    if keys.rewrap_some(request.actor, most=AT_ONCE, at=timezone.now()):
        messages.info(request, say("又换好了一批，还没有换完。", "One more batch is done; some are left."))
    else:
        messages.success(
            request, say("全部换好了，旧钥匙已经销毁。", "All are done; the old key is destroyed.")
        )
    return redirect("desk:keys")


def _back(request: Any) -> str:
    """The page to go on with once the key is open: the same, or the case's where a form was sent."""
    if request.method in ("GET", "HEAD"):
        return str(request.get_full_path())
    wanted = request.resolver_match.kwargs
    return reverse("desk:case", args=[wanted["reference"], wanted["number"]]) if "reference" in wanted else ""


def closed(request: Any, why: KeyClosed, texts: list[str]) -> HttpResponse:
    """The refusal of what stays closed, in plain words, with what was typed. Never an error of the server."""
    title, text = CLOSED[why.code]
    found = keys.office_key(request.actor.office_id)
    holders = [one for one in staff_in(request.actor.office_id) if found and one.pk in found.holders]
    context = {
        "code": why.code,
        "title": title,
        "text": text,
        "texts": texts,
        "opening": PassphraseForm(),
        "holders": holders if why.code == "not_handed" else [],
        "next": _back(request),
        **desk(request),
    }
    return render(request, "desk/no_key.html", context, status=403)
