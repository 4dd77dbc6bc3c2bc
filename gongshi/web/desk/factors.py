"""Second factors through allauth: how their secrets are kept, what the forms check beyond it, and in which words.

An app's code is good once, on every worker: the step that it belongs to is written down with a conditional UPDATE. A
passkey answers for this server's own address (``base_url``) and for no other name under the same domain.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from gongshi.places.queries import NoPlace, the_place
from gongshi.safekeeping.factors import open_factor, seal_factor
from gongshi.safekeeping.limits import attempt_of
from gongshi.words import in_language, pair, say

LONGEST_CODE = 40
LONGEST_NAME = 60
LONGEST_CREDENTIAL = 20_000
security = logging.getLogger("gongshi.security")

WRONG = say(
    "验证没有通过。请用验证器里最新的六位码，或换一种方式。",
    "This did not pass. Use the newest six digits of your app, or another way.",
)

TOO_MANY = say("试的次数太多。请过几分钟再来。", "Too many tries. Please come back in a few minutes.")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets sealed under a subkey of the instance; names that say which desk a code is for."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG,
        "cannot_generate_recovery_codes": say(
            "请先设好验证器或通行密钥，才有恢复码。",
            "Set up an app or a passkey first; recovery codes come with it.",
        ),
    }

    def encrypt(self, text: str) -> str:
        """An app's seed, or that of the recovery codes, as the database keeps it."""
        return seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The same, opened to check a code."""
        return open_factor(encrypted_text)

    def is_mfa_enabled(self, user: Any, types: Iterable[str] | None = None) -> bool:
        """Whether somebody has a factor, of these types. While a page is only read, all are read once: the library asks
        for each type apart, and again.
        """
        request = self.request
        reads = request is not None and request.method in ("GET", "HEAD")
        if not reads or getattr(request, "user", None) != user or user.is_anonymous:
            return bool(super().is_mfa_enabled(user, types))
        held = getattr(request, "factors_held", None)
        if held is None:
            rows = Authenticator.objects.filter(user_id=user.pk)
            held = request.factors_held = set(rows.values_list("type", flat=True))
        return bool(held if types is None else held & set(types))

    def get_totp_label(self, user: Any) -> str:
        """The user name."""
        return str(user.username)

    def get_totp_issuer(self) -> str:
        """The place, as the app shows it."""
        return self._get_site_name()

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """A passkey's name until its owner gives another: 通行密钥 1."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return in_language(pair(f"通行密钥 {number}", f"Passkey {number}"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are for the host of ``base_url``, whatever name a request came by."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": self._get_site_name()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """What the browser's list of passkeys shows."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": str(user.username), "display_name": in_language(user.name)}

    def _get_site_name(self) -> str:
        try:
            return in_language(the_place().name) + " · " + in_language(pair("公事", "Gongshi"))
        except NoPlace:
            return in_language(pair("公事", "Gongshi"))


def passkeys_work() -> bool:
    """Whether browsers offer passkeys at this server's address: a name, and https unless it is localhost."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    named = not host.replace(".", "").isdigit() and ":" not in host
    return named and (parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"))


def take_step(factor: Any, code: str) -> bool:
    """Use up the step of the clock that an app's code belongs to; False where it, or a later one, was used.

    Two workers that are shown the same code at the same time: the UPDATE of one of them finds another last use.
    """
    step = _step_of(decrypt(factor.data["secret"]), code)
    if step is None or step <= factor.data.get("step", 0):
        return False
    seen = Authenticator.objects.filter(pk=factor.pk, last_used_at=factor.last_used_at)
    if factor.last_used_at is None:
        seen = Authenticator.objects.filter(pk=factor.pk, last_used_at__isnull=True)
    factor.data = {**factor.data, "step": step}
    factor.last_used_at = timezone.now()
    return bool(seen.update(data=factor.data, last_used_at=factor.last_used_at))


def _step_of(secret: str, code: str) -> int | None:
    """The step that the code is for; a bare number of six digits, whatever stood between them."""
    digits = "".join(one for one in code if one.isascii() and one.isdigit())
    steps = totp.yield_hotp_counters_from_time()
    return next(
        (one for one in steps if totp.format_hotp_value(totp.hotp_value(secret, one)) == digits), None
    )


def _code_field(form: forms.Form, zh: str, en: str) -> None:
    form.label_suffix = ""
    field = form.fields["code"]
    field.label = say(zh, en)
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "one-time-code", "spellcheck": "false"})
    field.error_messages["required"] = say("请填写。", "Please fill this in.")
    assert isinstance(field, forms.CharField)
    field.max_length = LONGEST_CODE
    field.validators.append(_short_enough)


def _short_enough(value: str) -> None:
    if len(value) > LONGEST_CODE:
        raise ValidationError(WRONG)


class _Once:
    """A form in which an app's code passes once."""

    authenticator: Any
    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, "验证码或恢复码", "Code from your app, or a recovery code")  # type: ignore[arg-type]

    def clean_code(self) -> str:
        """The account's tries, then allauth's check, then that the code's step is not used up."""
        attempt = attempt_of("second_step", self.user.pk.bytes)
        if attempt.wait:
            raise ValidationError(TOO_MANY)
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not take_step(self.authenticator, code):
            raise ValidationError(WRONG)
        attempt.take_back()
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The same before factors are changed."""


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, "验证器显示的六位码", "The six digits that your app shows")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CredentialField(forms.JSONField):
    """A passkey's answer as the browser gives it. What is nested too deep, or a number too long, is none either."""

    def to_python(self, value: Any) -> Any:
        """The answer as data."""
        if len(str(value)) > LONGEST_CREDENTIAL:
            raise ValidationError(WRONG)
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise ValidationError(WRONG) from error


class _Here:
    """A form that takes a passkey's answer: for this address alone, and whatever is not one is refused in words."""

    cleaned_data: dict[str, Any]
    parse: Callable[[Any], Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        messages = {"required": WRONG, "invalid": WRONG}
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput, error_messages=messages)  # type: ignore[attr-defined]

    def _checked(self, credential: Any, check: Callable[[], Any]) -> Any:
        try:
            if type(self).parse(credential).response.client_data.origin != _origin():
                raise ValidationError(WRONG)
            return check()
        except ValidationError:
            raise
        except Exception as error:
            # The libraries answer a malformed or forged credential with errors of a dozen kinds.
            security.info("passkey refused: %s", type(error).__name__)
            raise ValidationError(WRONG) from error


def _origin() -> str:
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


class PasskeyForm(_Here, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and what its owner calls it."""

    parse = staticmethod(webauthn.parse_registration_response)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        name = self.fields["name"]
        name.label = say("给它起个名字", "A name for it")
        name.help_text = say(
            "只有您自己看得到，方便分清几个密钥。", "You alone see it: to tell your passkeys apart."
        )
        name.widget.attrs["maxlength"] = LONGEST_NAME
        alone = self.fields["passwordless"]
        alone.label = say("以后只用它就能登录，不用密码", "Let me sign in with it alone, without a password")
        alone.help_text = say(
            "密钥要用指纹、面容或PIN核对是您本人。",
            "The passkey then checks that it is you: finger, face or PIN.",
        )
        alone.initial = True

    def clean_name(self) -> str:
        """At most 60 characters are kept."""
        name: str = super().clean_name()
        return name[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        """allauth's check of the new credential."""
        if not self.cleaned_data.get("credential"):
            return self.cleaned_data
        found: dict[str, Any] = self._checked(self.cleaned_data["credential"], super().clean)
        return found


class _Answer(_Here):
    parse = staticmethod(webauthn.parse_authentication_response)

    def clean_credential(self) -> Any:
        """The authenticator that answered."""
        return self._checked(self.cleaned_data["credential"], super().clean_credential)  # type: ignore[misc]


class PasskeyStepForm(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""


class PasskeySignInForm(_Answer, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class PasskeyAgainForm(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before factors are changed."""
