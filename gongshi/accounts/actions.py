"""Every write of sign-ins: sessions that end, codes that are handed over, factors that are lost."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet

from gongshi.accounts.models import OneTimeCode, Staff, StaffSession
from gongshi.rules import crockford
from gongshi.safekeeping.factors import is_current_factor, open_factor, seal_factor
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.sessions import row_of_session

CODE_LASTS = timedelta(hours=24)
CODE_BYTES = 10
_CODES = "one-time codes"
security = logging.getLogger("gongshi.security")


def end_session(staff: Staff, row: str) -> bool:
    """End one session of one's own; False where there is none by that name, or it is another's."""
    gone, _ = StaffSession.objects.filter(staff=staff, session_key=row).delete()
    return gone > 0


def end_sessions(staff: Staff, *, but: str | None = None) -> int:
    """End every session of somebody, except the one with the key ``but``; how many ended. They are dead at once."""
    rows = StaffSession.objects.filter(staff=staff)
    if but is not None:
        rows = rows.exclude(session_key=row_of_session(but))
    return rows.delete()[0]


def sweep_sessions(at: datetime) -> int:
    """Rows of sessions that are over; how many were removed."""
    return StaffSession.objects.filter(expire_date__lte=at).delete()[0]


def hand_code(staff: Staff, *, at: datetime, reset_factors: bool = False) -> str:
    """A code with which somebody sets a password of their own within a day; the old password and sessions end now.

    ``reset_factors``: apps, passkeys, recovery codes and the office's own account are gone too. The administrator hands
    the code over in person and never learns the password. Logged without saying whose.
    """
    code = crockford.encode(secrets.token_bytes(CODE_BYTES))
    values = {"digest": keyed_hash(_CODES, _named(staff.username, code)), "expires_at": at + CODE_LASTS}
    with transaction.atomic():
        OneTimeCode.objects.update_or_create(staff=staff, defaults=values)
        staff.set_unusable_password()
        staff.save(update_fields=["password"])
        if reset_factors:
            Authenticator.objects.filter(user=staff).delete()
            SocialAccount.objects.filter(user=staff).delete()
        end_sessions(staff)
    security.info("account changed: %s", "factors_reset" if reset_factors else "code_handed_over")
    return crockford.grouped(code)


def use_code(login: str, typed: str, password: str, *, at: datetime) -> bool:
    """Set the password (hashed already) with a code that was handed over; the code is used up.

    False for a wrong, old or used one, and for a name that nobody has: all take the same steps.
    """
    code = crockford.symbols(crockford.typed(typed))
    with transaction.atomic():
        found = _codes(login, code, at)
        staff = Staff.objects.filter(pk__in=found.values("staff"))
        changed = staff.update(password=password)
        # Two at once: one of them finds nothing to delete, and changes nothing.
        if not changed or not found.delete()[0]:
            transaction.set_rollback(True)
            return False
    security.info("account changed: code_used")
    return True


def is_code_good(login: str, typed: str, *, at: datetime) -> bool:
    """Whether `use_code` would take it now."""
    return _codes(login, crockford.symbols(crockford.typed(typed)), at).exists()


def reseal_factors() -> int:
    """Seal the secrets of factors under the current key version; how many were not. Safe to run twice."""
    done = 0
    secret = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for key in list(secret.values_list("pk", flat=True)):
        with transaction.atomic():
            # Locked: a recovery code that is used meanwhile stays used.
            factor = secret.select_for_update().filter(pk=key).first()
            done += factor is not None and _reseal(factor)
    return done


def _reseal(factor: Any) -> bool:
    name = "secret" if factor.type == Authenticator.Type.TOTP else "seed"
    if is_current_factor(factor.data[name]):
        return False
    factor.data = {**factor.data, name: seal_factor(open_factor(factor.data[name]))}
    factor.save(update_fields=["data"])
    return True


def _codes(login: str, code: str, at: datetime) -> QuerySet[OneTimeCode]:
    digests = keyed_hashes(_CODES, _named(login, code))
    return OneTimeCode.objects.filter(
        staff__username=login, staff__is_active=True, digest__in=digests, expires_at__gt=at
    )


def _named(login: str, code: str) -> bytes:
    return f"{login}\0{code}".encode("utf-8", "replace")
