"""One's own account: second factors, password, sessions. allauth's views with our forms, pages and doors.

Whoever has a factor proves it again before factors change; whoever has none may set up the first right after signing
in. Every change ends the person's other sessions, and is one line in the security log that names nobody.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongshi.accounts.actions import end_session, end_sessions
from gongshi.accounts.queries import sessions_of
from gongshi.accounts.rights import may
from gongshi.web.context import zone
from gongshi.web.desk.access import NO_PAGES, desk, second_factor_missing, take_part
from gongshi.web.desk.digest import digest_form
from gongshi.web.desk.factors import (
    AppForm,
    CodeAgainForm,
    CodeForm,
    PasskeyAgainForm,
    PasskeyForm,
    PasskeySignInForm,
    PasskeyStepForm,
    passkeys_work,
    take_step,
)
from gongshi.web.desk.signin import StaffAgainForm
from gongshi.web.limits import too_many, wait_for
from gongshi.web.templatetags.gongshi import day
from gongshi.words import say

HOME = reverse_lazy("mfa_index")
# The rights by which somebody reads what residents wrote.
READING = ("case.read", "case.review_publication")


def head(request: Any) -> dict[str, Any]:
    """What the page's head shows: the desk's pages only to whoever may open them."""
    if not request.user.is_authenticated or not take_part(request) or second_factor_missing(request):
        return NO_PAGES
    return desk(request)


class _Headed:
    """A view whose page has the desk's head."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and the head."""
        return {**super().get_context_data(**kwargs), **head(self.request)}  # type: ignore[misc]


class Account(_Headed, IndexView):  # type: ignore[misc]
    """Everything about one's own sign-in on one page."""

    template_name = "account/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What there is, what is missing, and where one is signed in."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        request: Any = self.request
        key = str(request.session.session_key)
        listed = sessions_of(request.user, at=timezone.now(), here=key)
        return {
            **context,
            "missing": take_part(request) and second_factor_missing(request),
            "reads": any(may(actor, right) for actor in request.actors for right in READING),
            "demo": settings.DEMO,
            "digest": digest_form(request.user) if self._works(request) else None,
            "passkeys_work": passkeys_work(),
            "sessions": [
                {**vars(one), "day": day(one.used_at), "hour": one.used_at.astimezone(zone()).hour}
                for one in listed
            ],
        }

    @staticmethod
    def _works(request: Any) -> bool:
        """Whether there is a queue whose numbers could be sent."""
        return any(may(actor, "case.list") for actor in request.actors)


class _Changes:
    """A view that changes factors: the person's other sessions end with it."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """allauth's change, then the end of every other session."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        end_sessions(self.request.user, but=self.request.session.session_key)  # type: ignore[arg-type]
        return response

    def proved(self, factor: Any) -> None:
        """Setting up a factor proves it: its owner need not show it again at once, to read the recovery codes."""
        record_authentication(
            self.request, self.request.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True
        )


class AddApp(_Headed, _Changes, ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app: a picture to scan, or its text to type, and the first code."""

    form_class = AppForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and the secret in groups to be typed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        """The app counts from now on; this code is used up."""
        response = super().form_valid(form)
        factor = Authenticator.objects.get(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)
        take_step(factor, form.cleaned_data["code"])
        self.proved(factor)
        return response


class RemoveApp(_Headed, _Changes, DeactivateTOTPView):  # type: ignore[misc]
    """Take the app away, after asking once more."""

    success_url = HOME


class AddPasskey(_Headed, _Changes, AddWebAuthnView):  # type: ignore[misc]
    """Set up a passkey. The browser makes it, so this page needs scripts, and says so."""

    form_class = PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives; its view leaves out the arguments."""
        return {**super().get_context_data(**kwargs), **kwargs}

    def form_valid(self, form: Any) -> HttpResponse:
        """The passkey counts from now on."""
        response = super().form_valid(form)
        found = Authenticator.objects.filter(user_id=self.request.user.pk, type=Authenticator.Type.WEBAUTHN)
        self.proved(found.latest("pk"))
        return response


class RemovePasskey(_Headed, _Changes, RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away, after asking once more. Another's is not there."""

    success_url = HOME


class RecoveryCodes(_Headed, ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes, shown once."""


class NewRecoveryCodes(_Headed, _Changes, GenerateRecoveryCodesView):  # type: ignore[misc]
    """New codes; the old ones are good for nothing from then on."""


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """The second step of signing in."""

    form_class = CodeForm
    webauthn_form_class = PasskeyStepForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and which ways this person has."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        return {**context, "types": list(types)}


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone: it checks who holds it, so it is both steps at once."""

    form_class = PasskeySignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Counted by source, before a session is begun for it."""
        if wait := wait_for("beginning", request):
            return too_many(request, wait)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class _Again(_Headed):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The other ways, by their addresses alone: the words are ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        ways = {way["id"]: way["url"] for way in context.get("reauthentication_alternatives", [])}
        return {
            **context,
            "next": self.request.GET.get("next", ""),
            "code_url": ways.get("mfa_reauthenticate"),
            "passkey_url": ways.get("mfa_reauthenticate:webauthn"),
        }


class PasswordAgain(_Again, ReauthenticateView):  # type: ignore[misc]
    """The password once more, for whoever has no factor yet."""

    form_class = StaffAgainForm


class CodeAgain(_Again, CodeReauthenticateView):  # type: ignore[misc]
    """A code once more."""

    form_class = CodeAgainForm


class PasskeyAgain(_Again, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more."""

    form_class = PasskeyAgainForm

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002
        """Back to the page that asks."""
        messages.error(
            self.request, say("验证没有通过，请再试一次。", "This did not pass. Please try again.")
        )
        return redirect(self.request.get_full_path())


@login_required
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For whoever can prove nothing here (signed in by the office's own account): sign out and in again."""
    return render(request, "account/sign_in_again.html", head(request))


@login_required
@require_POST
def end(request: Any) -> HttpResponse:
    """End one of one's own sessions, or all but this one. Another's answers like one that is not there."""
    row = request.POST.get("session", "")
    if row == "others":
        end_sessions(request.user, but=request.session.session_key)
        messages.success(request, say("别处的登录都已结束。", "You are signed out everywhere else."))
    elif end_session(request.user, row):
        messages.success(request, say("这次登录已结束。", "That session has ended."))
    else:
        raise Http404
    return redirect(HOME)


class SignOut(LogoutView):  # type: ignore[misc]
    """Sign out, or give up a sign-in that is half done."""

    def get_redirect_url(self) -> str:
        """Home; whoever was only half in, back to the sign-in page."""
        if self.request.POST.get("again"):
            return reverse("account_login")
        url: str = super().get_redirect_url()
        return url
