"""Sign-in of staff through allauth. Accounts come from the pack or the settings pages; nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail addresses: staff sign in with the name that their office gave them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody makes an account for themselves."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """User names are given, never made up."""
