"""Wanting the weekly mail or not, and queueing it once a week."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from gongshi.accounts.models import Staff
from gongshi.cases.digests import EFFECT, first_working_day
from gongshi.cases.models import DigestWish
from gongshi.cases.sealed import DIGEST_TO, seal_json
from gongshi.notifications.actions import rows_for
from gongshi.notifications.addresses import email_address
from gongshi.notifications.models import OutboxRow
from gongshi.places.queries import local_day
from gongshi.safekeeping.actions import destroy_spent_wraps, discard_wraps, save_wraps, wrap_for_instance
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.sealing import new_data_key


def keep_wish(staff: Staff, address: str, *, wanted: bool, language: str, at: datetime) -> None:
    """Keep where somebody's weekly mail goes and whether they want it; without an address, forget both.

    Raises AddressError.
    """
    old = DigestWish.objects.filter(staff=staff).first()
    if not address.strip():
        _forget(old)
        return
    value, key = email_address(address), new_data_key()
    row = DigestWish(id=new_id(), staff=staff, wanted=wanted, language=language)
    row.sent_to = seal_json(key, value, row=row.id, field=DIGEST_TO)
    row.queued_on = old.queued_on if old else None
    wraps = [wrap_for_instance(row.id, key, at=at)]
    save_wraps(wraps)
    try:
        with transaction.atomic():
            DigestWish.objects.filter(staff=staff).delete()
            row.save(force_insert=True)
    except BaseException:
        discard_wraps(wraps)
        raise
    if old:
        destroy_spent_wraps([old.id])


def _forget(row: DigestWish | None) -> None:
    if row is not None:
        DigestWish.objects.filter(pk=row.pk).delete()
        destroy_spent_wraps([row.id])


def queue_digests(at: datetime) -> int:
    """Queue this week's mail for everybody who wants it and has not had it, from its first working day on; how many."""
    today = local_day(at)
    if today < first_working_day(today):
        return 0
    monday = today - timedelta(days=today.weekday())
    lately = Q(queued_on=None) | Q(queued_on__lt=monday)
    done = 0
    for row in DigestWish.objects.filter(lately, wanted=True, staff__is_active=True):
        with transaction.atomic():
            if DigestWish.objects.filter(lately, pk=row.pk, wanted=True).update(queued_on=today):
                OutboxRow.objects.bulk_create(rows_for(row.id, "digest", ["email"], EFFECT, at))
                done += 1
    return done
