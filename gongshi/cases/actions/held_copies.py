"""Copies that wait until it is known that nobody's small count can be worked out with them: let go, or kept back.

Whose figures, and how it is known: `gongshi.figures.released.admitting`.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from gongshi.accounts.actors import System
from gongshi.cases.changing import Changed, append, changing
from gongshi.cases.models import Case, Consent, History
from gongshi.cases.record import Record

KEPT_BACK = "figures"
"""In `Consent.refused`: not shown, for figures that are out already."""


def held_consents() -> QuerySet[Consent]:
    """Consents that wait for this, oldest first."""
    return (
        Consent.objects.filter(held=True, revoked_at=None)
        .select_related("case__filing")
        .order_by("given_at", "pk")
    )


def was_known(case: Case, at: datetime) -> bool:
    """Whether at this moment it was agreed to show the case, or it had been shown; or a copy was let go since."""
    standing = Q(given_at__lte=at) & (Q(revoked_at=None) | Q(revoked_at__gt=at))
    let_go_since = Q(given_at__gt=at, held=False) & ~Q(refused=KEPT_BACK)
    if Consent.objects.filter(standing | let_go_since, case=case).exists():
        return True
    return History.objects.filter(case=case, code="case.published", at__lte=at).exists()


def was_kept_back(case: Case) -> bool:
    """Whether a copy of this case was kept back before: whoever asks again hears the same."""
    return Consent.objects.filter(case=case, refused=KEPT_BACK).exists()


def let_go(consent: Consent) -> bool:
    """It goes to whoever reviews copies; whether it still waited. In the caller's transaction."""
    return Consent.objects.filter(pk=consent.pk, held=True, revoked_at=None).update(held=False) > 0


def keep_back(consent: Consent, *, at: datetime) -> bool:
    """It is not shown, and its filer reads why; whether it still waited."""
    case, record = consent.case, Record(actor=System(), at=at)
    try:
        with changing(case):
            append(case)
            waits = Consent.objects.filter(pk=consent.pk, held=True, revoked_at=None)
            if not waits.update(held=False, reviewed_at=at, refused=KEPT_BACK):
                raise Changed
            record.event(case, "case.publication_kept_back")
            record.notice(case, "reviewed", case.filing.notify)
            record.store()
    except Changed:
        return False
    return True
