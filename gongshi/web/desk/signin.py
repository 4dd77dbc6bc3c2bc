"""Sign-in of staff through allauth. Accounts come from the pack or the settings pages; nobody signs up."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.account.views import LoginView, PasswordChangeView
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gongshi.accounts.actions import end_sessions
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actors_for, has_second_factor, sign_ins
from gongshi.accounts.rights import ROLES, may
from gongshi.revisions.progress import is_untouched
from gongshi.safekeeping.limits import attempt_at
from gongshi.web.desk import opened_keys
from gongshi.web.desk.access import NO_PAGES, OFFICE_FACTOR
from gongshi.web.desk.factors import passkeys_work
from gongshi.web.desk.hashing import place_to_hash
from gongshi.web.desk.proving import just_signed_in
from gongshi.web.limits import too_many
from gongshi.words import say

LONGEST_PASSWORD = 1_024
security = logging.getLogger("gongshi.security")


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail addresses: staff sign in with the name that their office gave them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": say(
            "用户名或密码不对。请再看一遍，或找本单位的管理员。",
            "The user name or the password is not right. Look again, or ask your office's administrator.",
        ),
        "enter_current_password": say("现在的密码不对。", "This is not your present password."),
        "incorrect_password": say("密码不对。", "This is not your password."),
        "incorrect_code": say("验证没有通过，请再试一次。", "This did not pass. Please try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody makes an account for themselves."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Pages of ours alone, by their path: no host is named, not even our own."""
        return leads_here(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The queue; for an administrator of a place that nobody has begun to set up, the guided set-up."""
        user = request.user
        actors = actors_for(user) if isinstance(user, Staff) else []
        administers = any(may(actor, "settings.change") for actor in actors)
        page = "desk:setup" if administers and is_untouched() else settings.LOGIN_REDIRECT_URL
        return reverse(page)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """User names are given, never made up."""

    def get_client_ip(self, request: HttpRequest) -> str:  # noqa: ARG002
        """allauth is not told: limits are `gongshi.safekeeping.limits`."""
        return ""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries are counted in `authenticate`, by source and account."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Where a password is proved: signing in, again before a change, and before the password itself changes.

        At most two are hashed at once; a disabled account answers like a wrong password. Wrong ones slow down where
        they come from. Nobody is locked out: from elsewhere the right one is let in at once.
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

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002
        """A disabled account's passkey answers like one that is not known."""
        self.add_message(request, messages.ERROR, message=str(self.error_messages["incorrect_code"]))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Factors change only after they, or the password, were proved again; the first one right after signing in."""
        request = context.request
        if app == "allauth.mfa" and just_signed_in(request) and not has_second_factor(request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A factor where there is one: a password alone does not change it. With neither: sign in again."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [one for one in methods if one["id"].startswith("mfa_")]
        again = {"id": "sign_in_again", "description": "", "url": reverse("account_sign_in_again")}
        return factors or methods or [again]

    def get_login_stages(self) -> list[str]:
        """The library's steps, with our second one, which may take the word of the office's own account."""
        ours = "gongshi.web.desk.office_door.SecondStage"
        stages: list[str] = super().get_login_stages()
        return [ours if stage.endswith("mfa.stages.AuthenticateStage") else stage for stage in stages]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signed in; the session notes that the office's own account had asked for a second factor."""
        super().login(request, user)
        if getattr(request, "office_second_factor", False):
            request.session[OFFICE_FACTOR] = True

    def send_notification_mail(self, template_prefix: str, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """No mail: a line in the security log that says what changed, and of nobody whose."""
        security.info("account changed: %s", template_prefix.rpartition("/")[2])


def leads_here(url: str) -> bool:
    """Whether an address that came with a request is a path on this host, and nothing else."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def own_password_field(field: Any, zh: str, en: str) -> None:
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
        own_password_field(self.fields["password"], "密码", "Password")
        self.fields["password"].error_messages["required"] = say("请填写密码。", "Enter your password.")


class StaffAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something about the account changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        own_password_field(self.fields["password"], "密码", "Password")
        self.fields["password"].error_messages["required"] = say("请填写密码。", "Enter your password.")


class StaffPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The present password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        own_password_field(self.fields["oldpassword"], "现在的密码", "Present password")
        own_password_field(self.fields["password1"], "新密码", "New password")
        own_password_field(self.fields["password2"], "再写一遍新密码", "The new password once more")
        self.fields["password1"].help_text = say(
            "至少12个字符，不要用常见的词和本地的名称。",
            "At least 12 characters; no common word, and no name that everybody here knows.",
        )
        for field in self.fields.values():
            field.error_messages["required"] = say("请填写。", "Please fill this in.")

    def clean_oldpassword(self) -> str:
        """The present password, proved like at the door: in turn, and wrong ones are counted."""
        old = str(self.cleaned_data.get("oldpassword", ""))
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, old):
            raise adapter.validation_error("enter_current_password")
        return old


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in the demo it lists who can sign in."""

    form_class = StaffLoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and the demo's sign-ins."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["passkeys_work"] = passkeys_work()
        context["office_account"] = settings.OFFICE_ACCOUNT if settings.SOCIALACCOUNT_PROVIDERS else None
        context["after"] = context.get("redirect_field_value") or reverse("desk:queue")
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

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever has no password (signed in by the office's own account) finds no page to change it."""
        if not request.user.has_usable_password():  # type: ignore[union-attr]
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """The new password, which from now on locks one's key too where the old one did; other sessions end."""
        staff, typed = self.request.user, form.cleaned_data
        with place_to_hash(self.request):
            answer: HttpResponse = super().form_valid(form)
            opened_keys.password_changed(self.request, staff, typed["oldpassword"], typed["password1"])
        end_sessions(staff, but=self.request.session.session_key)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives; the desk's pages are not in the head of this one."""
        return {**super().get_context_data(**kwargs), **NO_PAGES}

    def get_default_success_url(self) -> str:
        """Back to the account."""
        return reverse("mfa_index")
