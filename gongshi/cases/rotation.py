"""What still needs an old version of the instance key, so that it must stay in the key file."""

from datetime import datetime, timedelta
from uuid import UUID

from gongshi.cases.models import BreakGlass, Filing, HeldMail, MailMark, Receipt, Upload
from gongshi.safekeeping.tokens import DRAFT_AGE


def still_needing(until: datetime, now: datetime) -> dict[str, int]:
    """How much was hashed with a version that was in use until ``until``, by what it is. All 0: nothing needs it.

    "receipts" can be searched with it alone: what was never stored cannot be hashed anew. "imports": keys of imported
    rows, by which a second import knows them. "drafts": forms that were begun then and may still be sent. "requests":
    to break glass, that wait until a worker has looked for their case. "mail": marks by which an answer finds its
    filing, and addresses that an answer goes to.
    """
    asked = BreakGlass.objects.filter(case=None, asked_at__lt=until).exclude(asked_reason=None)
    return {
        "receipts": Receipt.objects.filter(revoked_at=None, created_at__lt=until).count(),
        "imports": Filing.objects.filter(source__isnull=False, id__lt=_first_id_at(until)).count(),
        "drafts": int(now < until + DRAFT_AGE) + Upload.objects.filter(at__lt=until).count(),
        "requests": asked.count(),
        "mail": MailMark.objects.filter(at__lt=until).count() + HeldMail.objects.filter(at__lt=until).count(),
    }


def _first_id_at(at: datetime) -> UUID:
    """The lowest UUIDv7 (RFC 9562) of that millisecond: filings made before it have lower ones."""
    milliseconds = int((at - datetime.fromtimestamp(0, at.tzinfo)) / timedelta(milliseconds=1))
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x8 << 60)
