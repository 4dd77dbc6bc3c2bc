"""Sign-in of staff through allauth. Accounts come from the pack or the settings pages; nobody signs up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.views import LoginView, PasswordChangeView
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.accounts.queries import sign_ins
from gongshi.accounts.rights import ROLES
from gongshi.safekeeping.limits import attempt_at
from gongshi.web.desk import opened_keys
from gongshi.web.limits import too_many
from gongshi.words import say

LONGEST_PASSWORD = 1_024
AT_ONCE, WAITING, WAIT_SECONDS = 2, 1, 3
# A password is hashed slowly on purpose: two at a time leave the processor to everybody else. Whoever waits holds one
# of the server's few threads (four in each worker, unless told otherwise), so one waits and all others come back later.
_hashing = threading.BoundedSemaphore(AT_ONCE)
_at_the_door = threading.BoundedSemaphore(AT_ONCE + WAITING)


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail addresses: staff sign in with the name that their office gave them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": say(
            "用户名或密码不对。请再看一遍，或找本单位的管理员。",
            "The user name or the password is not right. Look again, or ask your office's administrator.",
        ),
        "too_many_login_attempts": say(
            "试的次数太多。请过五分钟再来。", "Too many tries. Please come back in five minutes."
        ),
        "enter_current_password": say("现在的密码不对。", "This is not your present password."),
        "rate_limited": say("太快了，请稍等一分钟。", "Too fast. Please wait a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody makes an account for themselves."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """User names are given, never made up."""

    def get_client_ip(self, request: HttpRequest) -> str:  # noqa: ARG002
        """allauth is not told: limits are `gongshi.safekeeping.limits`."""
        return ""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries are counted in `authenticate`, by source and account."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """At most two passwords are hashed at once; a disabled account answers like a wrong password.

        Wrong ones slow down where they come from. Nobody is locked out: from elsewhere the right one is let in at once.
        """
        attempt = attempt_at("signing_in", request.META, about=str(credentials.get("username", "")))
        if attempt.wait:
            raise ImmediateHttpResponse(too_many(request, attempt.wait))
        try:
            user = self._in_turn(request, credentials)
        except ImmediateHttpResponse:  # too busy: no password was tried
            attempt.take_back()
            raise
        if user is not None:
            attempt.take_back()
        return user

    def _in_turn(self, request: HttpRequest, credentials: dict[str, Any]) -> Any:
        with place_to_hash(request):
            user = super().authenticate(request, **credentials)
            if user is None or not user.is_active:
                return None
            opened_keys.password_proved(request, user, credentials["password"])
            return user


@contextmanager
def place_to_hash(request: HttpRequest) -> Iterator[None]:
    """One of the few places for slow hashing. Raises ImmediateHttpResponse (`busy`) where none comes free in time."""
    if not _at_the_door.acquire(blocking=False):
        raise ImmediateHttpResponse(busy(request))
    try:
        if not _hashing.acquire(timeout=WAIT_SECONDS):
            raise ImmediateHttpResponse(busy(request))
        try:
            yield
        finally:
            _hashing.release()
    finally:
        _at_the_door.release()


def busy(request: HttpRequest) -> HttpResponse:
    """Many sign in at this moment: try again, with how long to wait."""
    response = render(request, "account/busy.html", status=503)
    response["Retry-After"] = "30"
    return response


def _password(field: Any, zh: str, en: str) -> None:
    """Own words and the length that is hashed at most."""
    field.label = say(zh, en)
    field.widget.attrs.pop("placeholder", None)
    field.help_text = ""
    field.max_length = LONGEST_PASSWORD
    field.validators.append(_short_enough)


def _short_enough(value: str) -> None:
    if len(value) > LONGEST_PASSWORD:
        raise forms.ValidationError(say("密码最多1024个字符。", "A password has at most 1,024 characters."))


class StaffLoginForm(LoginForm):  # type: ignore[misc]
    """User name and password; both are cut off in length before anything is hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        name = self.fields["login"]
        name.label = say("用户名", "User name")
        name.widget.attrs.pop("placeholder", None)
        name.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        name.error_messages["required"] = say("请填写用户名。", "Enter your user name.")
        _password(self.fields["password"], "密码", "Password")
        self.fields["password"].error_messages["required"] = say("请填写密码。", "Enter your password.")


class StaffPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The present password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        _password(self.fields["oldpassword"], "现在的密码", "Present password")
        _password(self.fields["password1"], "新密码", "New password")
        _password(self.fields["password2"], "再写一遍新密码", "The new password once more")
        self.fields["password1"].help_text = say(
            "至少12个字符，不要用常见的词。", "At least 12 characters, and no common word."
        )
        for field in self.fields.values():
            field.error_messages["required"] = say("请填写。", "Please fill this in.")


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in the demo it lists who can sign in."""

    form_class = StaffLoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and the demo's sign-ins."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO and settings.DEMO_PASSWORD:
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_staff"] = [
                {
                    "username": one.username,
                    "name": one.name,
                    "title": one.title,
                    "office": one.office,
                    "role_words": [ROLES[role] for role in one.roles],
                }
                for one in sign_ins()
            ]
        return context


class PasswordChange(PasswordChangeView):  # type: ignore[misc]
    """Change one's own password; every other session of the same person ends."""

    form_class = StaffPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        """The new password, which from now on locks one's key too where the old one did."""
        staff, typed = self.request.user, form.cleaned_data
        with place_to_hash(self.request):
            answer: HttpResponse = super().form_valid(form)
            opened_keys.password_changed(self.request, staff, typed["oldpassword"], typed["password1"])
        return answer

    def get_default_success_url(self) -> str:
        """Back to work."""
        return reverse("desk:queue")
