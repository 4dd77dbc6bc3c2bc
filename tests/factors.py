"""Second factors of the cast: an authenticator app each, whose codes a test can read off."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from gongshi.accounts.models import Staff
from gongshi.safekeeping.factors import seal_factor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP_SECONDS = 30


def give_factors(*staff: Staff) -> None:
    """An app for each, all with the same secret."""
    Authenticator.objects.bulk_create(
        Authenticator(user=one, type=Authenticator.Type.TOTP, data={"secret": seal_factor(SECRET)})
        for one in staff
    )


def take_factors(staff: Staff) -> None:
    """Nothing left: as on the first day."""
    Authenticator.objects.filter(user=staff).delete()


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS + steps)))


def unused_code(staff: Staff) -> str:
    """What the app shows, as if it had not been used yet: a test does not wait half a minute for the next one."""
    for factor in Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP):
        factor.data.pop("step", None)
        factor.save(update_fields=["data"])
    code = code_now()
    cache.delete(f"allauth.mfa.totp.used?user={staff.pk}&code={code}")
    return code


def second_step(client: Client, name: str) -> None:
    """The second step of a sign-in whose password was right."""
    client.post("/desk/login/code/", {"code": unused_code(Staff.objects.get(username=name))})


def prove(client: Client, staff: Staff, then: str = "") -> str:
    """Show the app's code once more, as a change of factors and keys asks; where that leads."""
    code = unused_code(staff)
    answer = client.post("/desk/account/again/code/", {"code": code, "next": then})
    assert answer.status_code == 302
    return answer.headers["Location"]
