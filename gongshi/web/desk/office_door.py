"""The way to the office's own account and back: what a worker needs of it before anybody goes there.

All else of it, and the library that asks other servers, is loaded for the first who does (`office_account`): five
megabytes that a worker of an office without such accounts is spared.
"""

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse


class SecondStage(AuthenticateStage):  # type: ignore[misc]
    """The second step, unless the provider asked for one and the settings take its word."""

    def _should_handle(self, request: Any) -> bool:
        if getattr(request, "office_second_factor", False):
            return False
        return bool(super()._should_handle(request))


def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """`office_account.leave`: to the provider."""
    from gongshi.web.desk import office_account

    return office_account.leave(request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """`office_account.back`: from the provider."""
    from gongshi.web.desk import office_account

    return office_account.back(request, provider_id)
