"""When nobody speaks for a joint matter any more: members offer to, and those whom more than half consent to begin.

No row says who offered or who consented: each is marked by what only the member's receipt gives, so that an offer can
be taken back and nobody counts twice (docs/rules/collective.md).
"""

import secrets
from datetime import datetime

from django.db import transaction

from gongshi.accounts.actors import Resident
from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.grievances.actions.codes import SeatsTaken, locked, seat
from gongshi.grievances.models import Backing, Collective, Member, Offer
from gongshi.grievances.queries import is_enough, offer_marked, standing_offers
from gongshi.grievances.reading import group_key_of, vacant_voice
from gongshi.rules import crockford
from gongshi.safekeeping.group_codes import consent_mark
from gongshi.safekeeping.ids import new_id

MARK_BYTES, MARK_LENGTH = 5, 4


class NotEnough(LookupError):
    """Not more than half consent yet."""


def offer_to_speak(case: Case, *, actor: Resident, at: datetime) -> str:
    """Offer it; the mark that one tells those who know one. Twice is once. Raises NotFound where somebody speaks."""
    with transaction.atomic():
        _, collective = _vacant(case, actor, at)
        maker = consent_mark(actor.receipt, collective.id)
        there = collective.offers.filter(maker=maker).first()
        if there is not None:
            return there.mark
        row = Offer(id=new_id(), collective=collective, mark=_new_mark(collective), made_on=engine.today(at))
        row.maker = maker
        row.save(force_insert=True)
        _back(row, actor)
        return row.mark


def take_back_offer(case: Case, *, actor: Resident, at: datetime) -> None:
    """Offer it no more. Raises NotFound."""
    with transaction.atomic():
        _, collective = _vacant(case, actor, at)
        collective.offers.filter(maker=consent_mark(actor.receipt, collective.id)).delete()


def consent_to(case: Case, mark: str, *, actor: Resident, at: datetime) -> None:
    """Consent that whoever offered under ``mark`` speaks for all. Twice is once. Raises NotFound."""
    with transaction.atomic():
        _, collective = _vacant(case, actor, at)
        _back(offer_marked(collective, mark), actor)


def take_back_consent(case: Case, mark: str, *, actor: Resident, at: datetime) -> None:
    """Consent no more. Raises NotFound."""
    with transaction.atomic():
        _, collective = _vacant(case, actor, at)
        row = offer_marked(collective, mark)
        row.backings.filter(token=consent_mark(actor.receipt, row.id)).delete()


def begin_to_speak(case: Case, *, actor: Resident, at: datetime) -> None:
    """Begin, with the consent of more than half. They then invite others, as whoever began it did.

    Raises NotFound without an offer that stands, NotEnough, SeatsTaken.
    """
    with transaction.atomic():
        member, collective = _vacant(case, actor, at)
        row = collective.offers.filter(maker=consent_mark(actor.receipt, collective.id)).first()
        if row is None:
            raise NotFound
        if not is_enough(row):
            raise NotEnough
        seat(member, collective, vacant_voice(collective, group_key_of(member, actor.receipt)), actor)


def forget_consents(collective: Collective, actor: Resident) -> None:
    """Nothing is left of what somebody who leaves offered or consented to. In the transaction."""
    collective.offers.filter(maker=consent_mark(actor.receipt, collective.id)).delete()
    tokens = [consent_mark(actor.receipt, row) for row in collective.offers.values_list("id", flat=True)]
    Backing.objects.filter(token__in=tokens).delete()


def _vacant(case: Case, actor: Resident, at: datetime) -> tuple[Member, Collective]:
    """The member, and the collective nobody speaks for, without offers that lapsed. Raises NotFound, SeatsTaken."""
    member, collective = locked(case, actor)
    if member.seat is not None:
        raise SeatsTaken
    if collective.vacant is None:
        raise NotFound
    stands = standing_offers(collective, engine.today(at)).values_list("id", flat=True)
    collective.offers.exclude(id__in=list(stands)).delete()
    return member, collective


def _back(row: Offer, actor: Resident) -> None:
    token = consent_mark(actor.receipt, row.id)
    Backing.objects.get_or_create(offer=row, token=token, defaults={"id": new_id()})


def _new_mark(collective: Collective) -> str:
    taken = set(collective.offers.values_list("mark", flat=True))
    while (mark := crockford.encode(secrets.token_bytes(MARK_BYTES))[:MARK_LENGTH]) in taken:
        pass
    return mark
