"""Who is signed in, as ``AUTHENTICATION_BACKENDS`` names it: read together with their roles."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from gongshi.accounts.queries import staff_signed_in


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """The library's checks of passwords; whoever is signed in comes with what every page of the desk asks of them."""

    def get_user(self, user_id: UUID) -> Any:
        """Whoever a session belongs to; None for somebody who is disabled or not known."""
        staff = staff_signed_in(user_id)
        return staff if staff is not None and self.user_can_authenticate(staff) else None
