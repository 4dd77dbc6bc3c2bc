"""Every write of receivers: set up, changed, paused, renewed, removed, tried out; and switched off by the program."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment, Role
from gongshi.accounts.rights import require
from gongshi.cases.models import DigestWish
from gongshi.formats.signed_events import body_of, headers_of, secret_of
from gongshi.notifications.actions import rows_for
from gongshi.notifications.models import OutboxRow
from gongshi.notifications.targets import Target, TargetRefused, target
from gongshi.notifications.transports import webhook
from gongshi.notifications.transports.webhook import Outcome
from gongshi.receivers.events import EVENTS, TEST
from gongshi.receivers.models import Delivery, Receiver, ReceiverChange, ReceiverSecret
from gongshi.receivers.queries import RIGHT, keys_of, url_of
from gongshi.rules.retrying import is_given_up
from gongshi.safekeeping.configured import is_current, open_configured, seal_configured
from gongshi.safekeeping.ids import new_id

OFF_EFFECT = "receivers.off"
LONGEST_NAME, LONGEST_PURPOSE = 120, 200
MOST_RECEIVERS = 20
SECRET_BYTES = 32
BOTH_GOOD = timedelta(days=1)


class ReceiverRefused(ValueError):
    """A receiver cannot be set up or changed so. ``code``: "name", "purpose", "events", "too_many", or of its address
    as in `TargetRefused`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add_receiver(
    name: str, purpose: str, url: str, events: Collection[str], *, actor: StaffActor, at: datetime
) -> tuple[Receiver, str]:
    """A new receiver and its secret, which is shown once. Raises ReceiverRefused, NotAllowed."""
    require(actor, RIGHT)
    row = Receiver(id=new_id(), made_at=at)
    _describe(row, name, purpose, events)
    try:
        to = target(url.strip())
    except TargetRefused as refused:
        raise ReceiverRefused(refused.code) from refused
    if Receiver.objects.filter(removed_at=None).count() >= MOST_RECEIVERS:
        raise ReceiverRefused("too_many")
    row.host = _host(to)
    row.url = seal_configured(url.strip(), row=row.id, field="url")
    with transaction.atomic():
        row.save(force_insert=True)
        secret = _new_secret(row, at)
        _note(row, "made", actor, at)
    return row, secret


def change_receiver(
    row: Receiver, name: str, purpose: str, events: Collection[str], *, actor: StaffActor, at: datetime
) -> None:
    """What is said of a receiver, and what it is told from now on. Raises ReceiverRefused, NotAllowed."""
    require(actor, RIGHT)
    _describe(row, name, purpose, events)
    with transaction.atomic():
        row.save(update_fields=["name", "purpose", "events"])
        _note(row, "changed", actor, at)


def pause(row: Receiver, *, actor: StaffActor, at: datetime) -> None:
    """Tell it nothing; what waits is dropped. Raises NotAllowed."""
    require(actor, RIGHT)
    with transaction.atomic():
        if Receiver.objects.filter(pk=row.pk, paused_at=None).update(paused_at=at):
            Delivery.objects.filter(receiver=row).delete()
            _note(row, "paused", actor, at)


def resume(row: Receiver, *, actor: StaffActor, at: datetime) -> None:
    """Tell it again, from now on; also after the program switched it off. Raises NotAllowed."""
    require(actor, RIGHT)
    fresh = {"paused_at": None, "off_at": None, "off_why": "", "failing_since": None}
    with transaction.atomic():
        if Receiver.objects.filter(pk=row.pk).exclude(paused_at=None, off_at=None).update(**fresh):
            _note(row, "resumed", actor, at)


def renew_secret(row: Receiver, *, actor: StaffActor, at: datetime) -> str:
    """A new secret, shown once; the one before signs beside it for a day. Raises NotAllowed."""
    require(actor, RIGHT)
    with transaction.atomic():
        # Whatever came before the last one is over at once: two are good, never three.
        row.secrets.exclude(good_until=None).delete()
        row.secrets.filter(good_until=None).update(good_until=at + BOTH_GOOD)
        secret = _new_secret(row, at)
        _note(row, "secret_renewed", actor, at)
    return secret


def remove(row: Receiver, *, actor: StaffActor, at: datetime) -> None:
    """Never again: address and secrets are destroyed, its name stays public as a former one. Raises NotAllowed."""
    require(actor, RIGHT)
    with transaction.atomic():
        if Receiver.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at, url=b""):
            Delivery.objects.filter(receiver=row).delete()
            row.secrets.all().delete()
            _note(row, "removed", actor, at)


def try_out(row: Receiver, *, actor: StaffActor, at: datetime) -> Outcome:
    """Post a test now, whether it rests or not, and say how that went. Raises NotAllowed.

    No transaction is open while the receiver is spoken to. It switches nothing on or off.
    """
    require(actor, RIGHT)
    body = body_of(TEST, at, {})
    try:
        to = target(url_of(row))
    except TargetRefused:
        return Outcome("address_refused")
    outcome = webhook.post(to, headers_of(str(new_id()), at, body, keys_of(row, at)), body)
    Receiver.objects.filter(pk=row.pk).update(last_at=at, last_code=outcome.code)
    return outcome


def ended(delivery: UUID, outcome: Outcome, at: datetime) -> list[UUID]:
    """Write down how an attempt ended, and switch a receiver off that is gone or fails for days.

    What else waits for the receiver, when the attempt failed.
    """
    one = Delivery.objects.select_related("receiver").filter(pk=delivery).first()
    if one is None:
        return []
    mine = Receiver.objects.filter(pk=one.receiver_id)
    last = {"last_at": at, "last_code": outcome.code}
    if outcome.taken:
        mine.update(taken=F("taken") + 1, failing_since=None, **last)
        one.delete()
        return []
    mine.update(failed=F("failed") + 1, failing_since=Coalesce(F("failing_since"), at), **last)
    row = mine.get()
    if outcome.gone or is_given_up(row.failing_since, at):
        _switch_off(row, "gone" if outcome.gone else "failing", at)
    return list(Delivery.objects.filter(receiver=row).exclude(pk=delivery).values_list("id", flat=True))


def sweep(before: datetime) -> int:
    """Delete deliveries that were made before ``before``; how many."""
    return Delivery.objects.filter(at__lt=before).delete()[0]


def reseal_receivers() -> int:
    """Seal addresses and secrets under the current key version; how many were not. Safe to run twice."""
    done = 0
    for row in Receiver.objects.filter(removed_at=None):
        if not is_current(row.url):
            sealed = seal_configured(url_of(row), row=row.id, field="url")
            done += Receiver.objects.filter(pk=row.pk, removed_at=None).update(url=sealed)
    for one in ReceiverSecret.objects.all():
        if not is_current(one.sealed):
            text = open_configured(one.sealed, row=one.id, field="secret")
            sealed = seal_configured(text, row=one.id, field="secret")
            done += ReceiverSecret.objects.filter(pk=one.pk).update(sealed=sealed)
    return done


def _switch_off(row: Receiver, why: str, at: datetime) -> None:
    with transaction.atomic():
        if not Receiver.objects.filter(pk=row.pk, off_at=None).update(off_at=at, off_why=why):
            return
        Delivery.objects.filter(receiver=row).delete()
        _note(row, "switched_off", None, at)
        told = Appointment.objects.filter(
            role=Role.ADMINISTRATOR, valid_to=None, staff__is_active=True
        ).values("staff")
        for wish in DigestWish.objects.filter(staff__in=told, wanted=True):
            OutboxRow.objects.bulk_create(rows_for(wish.id, "receiver_off", ["email"], OFF_EFFECT, at))


def _describe(row: Receiver, name: str, purpose: str, events: Collection[str]) -> None:
    row.name, row.purpose = name.strip(), purpose.strip()
    row.events = [one for one in EVENTS if one in events]
    if not row.name or len(row.name) > LONGEST_NAME or not row.name.isprintable():
        raise ReceiverRefused("name")
    if not row.purpose or len(row.purpose) > LONGEST_PURPOSE or not row.purpose.isprintable():
        raise ReceiverRefused("purpose")
    if not row.events:
        raise ReceiverRefused("events")


def _host(to: Target) -> str:
    host = f"[{to.host}]" if ":" in to.host else to.host
    return host if to.port == 443 else f"{host}:{to.port}"


def _new_secret(row: Receiver, at: datetime) -> str:
    secret, key = secret_of(secrets.token_bytes(SECRET_BYTES)), new_id()
    sealed = seal_configured(secret, row=key, field="secret")
    ReceiverSecret.objects.create(id=key, receiver=row, sealed=sealed, made_at=at)
    return secret


def _note(row: Receiver, code: str, actor: StaffActor | None, at: datetime) -> None:
    what = {"name": row.name, "purpose": row.purpose, "host": row.host, "events": row.events}
    ReceiverChange.objects.create(
        receiver=row, code=code, at=at, by_id=actor.staff_id if actor else None, what=what
    )
