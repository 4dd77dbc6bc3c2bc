"""Keys with which programs of other organisations file for residents: who holds one, and how much it is good for.

A key opens nothing and reads nothing: it says who answers for a program that sends filings in. Whoever holds one is
named in public, so that a resident can see through whose hands their words went.
"""

import secrets
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import ProgramKey
from gongshi.accounts.rights import require
from gongshi.rules.limiting import Rate
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.limits.attempts import Attempt, attempt_of

RIGHT = "settings.change"
LONGEST_HOLDER, LONGEST_WEBSITE = 120, 200
MOST_PER_DAY = 100_000
MOST_KEYS = 200
_DAY = 24 * 60 * 60 * 1_000
_PURPOSE = "program keys"


class KeyRefused(ValueError):
    """A key cannot be issued. ``code``: "holder" or "website" is none, "per_day" is out of range, "too_many"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def issue_program_key(
    holder: str, website: str, per_day: int, *, actor: StaffActor, at: datetime
) -> tuple[ProgramKey, str]:
    """A new key and its secret, which is shown once. Raises KeyRefused, NotAllowed."""
    require(actor, RIGHT)
    holder, website = holder.strip(), website.strip()
    if not holder or len(holder) > LONGEST_HOLDER or not holder.isprintable():
        raise KeyRefused("holder")
    if not _is_website(website):
        raise KeyRefused("website")
    if not 1 <= per_day <= MOST_PER_DAY:
        raise KeyRefused("per_day")
    if ProgramKey.objects.filter(revoked_at=None).count() >= MOST_KEYS:
        raise KeyRefused("too_many")
    secret = secrets.token_urlsafe(24)
    row = ProgramKey.objects.create(
        holder=holder,
        website=website,
        hash=keyed_hash(_PURPOSE, secret.encode()),
        per_day=per_day,
        issued_at=at,
        issued_by_id=actor.staff_id,
    )
    return row, secret


def _is_website(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("https", "http")
        and "." in (parts.hostname or "")
        and "@" not in parts.netloc
        and len(text) <= LONGEST_WEBSITE
        and text.isprintable()
    )


def revoke_program_key(key: UUID, *, actor: StaffActor, at: datetime) -> bool:
    """The key is good for nothing from now on; whether it was until now. Raises NotAllowed."""
    require(actor, RIGHT)
    good = ProgramKey.objects.filter(pk=key, revoked_at=None)
    return good.update(revoked_at=at, revoked_by_id=actor.staff_id) == 1


def program_keys() -> list[ProgramKey]:
    """The keys that are good, by holder: for everybody to read."""
    return list(ProgramKey.objects.filter(revoked_at=None).order_by("holder", "id"))


def former_program_keys() -> list[ProgramKey]:
    """Keys that were taken back, the newest first: who filed here earlier is public, too."""
    return list(ProgramKey.objects.exclude(revoked_at=None).order_by("-revoked_at", "id")[:MOST_KEYS])


def program_key(secret: str) -> ProgramKey | None:
    """The good key with this secret, or None."""
    hashes = keyed_hashes(_PURPOSE, secret.encode("utf-8", "replace"))
    return ProgramKey.objects.filter(hash__in=hashes, revoked_at=None).first() if secret else None


def use_of(key: ProgramKey) -> Attempt:
    """Count one filing by a key: as many at once as it is good for a day, then one after another."""
    return attempt_of("program", key.id.bytes, rate=Rate(key.per_day, max(1, _DAY // key.per_day)))
