"""Signing in with the office's own account: OpenID Connect through allauth, and nothing else of it.

The provider says who somebody is; whether they work here is ours to say. A configured claim names an existing user
name at the first sign-in; from then on the provider's subject id, the one thing that is stored, is what counts. No
account is made, none is joined to another, no token and no claim is kept.
"""

import logging
from contextlib import suppress
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from gongshi.accounts.models import Staff
from gongshi.web.limits import too_many, wait_for
from gongshi.words import say

security = logging.getLogger("gongshi.security")
# With a public key; what a shared secret or nobody signed is no proof of where it comes from.
SIGNED_WITH = frozenset(
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
)
LEEWAY_SECONDS = 60
# Not as an app of Django's, which would load the library in every process.
registry.register(OpenIDConnectProvider)
BROKEN = (AttributeError, ImproperlyConfigured, KeyError, TypeError, ValueError)

NOT_HERE = say(
    "用单位账号没有登录成：这个账号在这里没有对应的工作人员。请找本单位的管理员。",
    "Your office's account did not sign you in: nobody here belongs to it. Ask your administrator.",
)
FAILED = say(
    "用单位账号没有登录成。可以再试一次，或用密码登录。",
    "Your office's account did not sign you in. Try again, or use your password.",
)


class Provider(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's answer: checked, looked at, and not kept."""

    def complete_login(self, request: Any, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who signed in. What the provider said of them stays in this request.

        Raises OAuth2Error for an answer that is not whole.
        """
        try:
            login = super().complete_login(request, app, token, **kwargs)
        except (jwt.PyJWTError, *BROKEN) as error:
            raise OAuth2Error("the provider's answer is not whole") from error
        request.office_claims = login.account.extra_data
        login.account.extra_data, login.email_addresses = {}, []
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """The token's claims, its signature checked although it came straight from the provider.

        A token names its key unless the provider has but one (OpenID Connect Core 10.1): without a name each is tried.
        """
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        named = jwt.get_unverified_header(id_token).get("kid")
        for key in jwt.PyJWKSet.from_dict(answer.json()).keys:
            if named not in (None, key.key_id) or key.algorithm_name not in SIGNED_WITH:
                continue
            with suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    id_token,
                    key,
                    algorithms=[key.algorithm_name],
                    audience=app.client_id,
                    issuer=self.openid_config["issuer"],
                    leeway=LEEWAY_SECONDS,
                    options={"require": ["iss", "sub", "aud", "exp", "iat"]},
                )
        raise OAuth2Error("no key of the provider's fits the token")


class OfficeAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whom the provider's word lets in."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The settings' provider alone: a row in the database makes none."""
        apps = super().list_apps(request, provider=provider, client_id=client_id)
        return [app for app in apps if app.pk is None]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Nobody makes an account for themselves."""
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Find the member of staff, or refuse; note whether the provider asked for a second factor."""
        claims = getattr(request, "office_claims", {})
        token, told = claims.get("id_token") or {}, claims.get("userinfo") or {}
        same = bool(token.get("sub")) and str(token["sub"]) == str(told.get("sub", token["sub"]))
        if not same or sociallogin.state.get("process") != "login":
            raise refused(request, FAILED, "answer")
        if not sociallogin.is_existing:
            _join(request, sociallogin, str({**told, **token}.get(settings.OFFICE_ACCOUNT.claim, "")))
        if not sociallogin.user.is_active:
            raise refused(request, NOT_HERE, "nobody")
        request.office_second_factor = _had_second_factor(token)

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Given up at the provider, or gone wrong on the way: back to the sign-in page."""
        raise refused(request, FAILED, "answer")


def _join(request: HttpRequest, sociallogin: Any, name: str) -> None:
    """The first time: the claim's name is an account of ours that belongs to no other subject yet."""
    staff = Staff.objects.filter(username=name.strip(), is_active=True).first() if name.strip() else None
    account = sociallogin.account
    taken = staff is not None and SocialAccount.objects.filter(user=staff).exists()
    if staff is None or taken:
        raise refused(request, NOT_HERE, "taken" if taken else "nobody")
    account.user = sociallogin.user = staff
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:  # the same sign-in twice at once
        raise refused(request, FAILED, "answer") from error
    security.info("account changed: office_account_joined")


def _had_second_factor(token: dict[str, Any]) -> bool:
    """Whether the provider says so in ``amr`` or ``acr`` (OpenID Connect Core 2) in words that the settings name."""
    methods = token.get("amr")
    said = {str(one) for one in methods} if isinstance(methods, list) else set()
    return bool((said | {str(token.get("acr", ""))}) & set(settings.OFFICE_ACCOUNT.second_factor))


def refused(request: HttpRequest, words: Any, why: str) -> ImmediateHttpResponse:
    """Back to the sign-in page with a sentence; one line in the security log that names nobody."""
    security.info("office account refused: %s", why)
    messages.error(request, str(words))
    return ImmediateHttpResponse(redirect("account_login"))


@require_GET
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider. Of the address only the way back is taken: a link cannot add to what is asked there."""
    if wait := wait_for("beginning", request):
        return too_many(request, wait)
    only = QueryDict(mutable=True)
    if "next" in request.GET:
        only["next"] = request.GET["next"]
    request.GET = only  # type: ignore[assignment]
    try:
        response: HttpResponse = OAuth2LoginView.adapter_view(Provider(request, provider_id))(request)
    except SocialApp.DoesNotExist as nobody:
        raise Http404 from nobody
    except (OSError, *BROKEN):
        # The provider does not answer, or not as one: the errors of the library's connection are OSErrors.
        failed: HttpResponse = refused(request, FAILED, "provider").response
        return failed
    return response


@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider."""
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(Provider(request, provider_id))(request)
    except SocialApp.DoesNotExist as nobody:
        raise Http404 from nobody
    return response
