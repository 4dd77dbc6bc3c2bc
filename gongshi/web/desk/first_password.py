"""Setting a password of one's own with a code that an administrator handed over: on the first day, or after a loss."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongshi.accounts.actions import is_code_good, use_code
from gongshi.safekeeping.limits import attempt_at
from gongshi.web.desk.hashing import place_to_hash
from gongshi.web.desk.signin import own_password_field
from gongshi.web.limits import too_many
from gongshi.words import say

WRONG = say(
    "用户名或一次性的码不对，或这个码已经用过、过期了。请对照再看一遍，或请管理员另给一个。",
    "The user name or the one-time code is not right, or the code was used or is too old. Look again, or ask your "
    "administrator for another.",
)


class FirstPasswordForm(forms.Form):
    """User name, the code, and the new password twice."""

    login = forms.CharField(max_length=60, label=say("用户名", "User name"))
    code = forms.CharField(max_length=60, label=say("管理员给您的码", "The code that you were handed"))
    password1 = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["code"].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        own_password_field(self.fields["password1"], "新密码", "New password")
        own_password_field(self.fields["password2"], "再写一遍新密码", "The new password once more")
        self.fields["password1"].help_text = say(
            "至少12个字符，不要用常见的词和本地的名称。",
            "At least 12 characters; no common word, and no name that everybody here knows.",
        )
        for field in self.fields.values():
            field.error_messages["required"] = say("请填写。", "Please fill this in.")

    def clean_password1(self) -> str:
        """Long enough and not common."""
        password: str = self.cleaned_data["password1"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        """The same twice."""
        found = super().clean() or {}
        first, second = found.get("password1"), found.get("password2")
        if first and second and first != second:
            self.add_error("password2", say("两次写的不一样。", "This is not the same as above."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def first_password(request: HttpRequest) -> HttpResponse:
    """The form, and with a good code the new password; then one signs in. Guesses are slowed like passwords."""
    form = FirstPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed, at = form.cleaned_data, timezone.now()
        login = typed["login"].strip()
        attempt = attempt_at("signing_in", request.META, about=login)
        if attempt.wait:
            return too_many(request, attempt.wait)
        if is_code_good(login, typed["code"], at=at):
            try:
                with place_to_hash(request):
                    password = make_password(typed["password1"])
            except ImmediateHttpResponse as busy:
                attempt.take_back()
                response: HttpResponse = busy.response
                return response
            if use_code(login, typed["code"], password, at=at):
                attempt.take_back()
                messages.success(
                    request, say("密码设好了。请登录。", "Your password is set. Please sign in.")
                )
                return redirect("account_login")
        form.add_error(None, WRONG)
    return render(request, "account/first_password.html", {"form": form})
