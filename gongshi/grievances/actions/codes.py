"""The code with which others join, and who speaks: both in the hands of those who speak, five at the most.

A code stands in no address and on no page of anybody else; it is found by a keyed hash, and what it opens lies sealed
under it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.conversation import add_to_case, reply
from gongshi.cases.engine import moves_for
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for
from gongshi.cases.sealed import seal_json
from gongshi.cases.sent_again import is_there
from gongshi.cases.texts import checked_text
from gongshi.grievances.models import Collective, Member
from gongshi.grievances.queries import JOIN, SEAT, free_seats, member_of
from gongshi.grievances.reading import (
    CODES,
    KEY,
    VOICE,
    group_key_of,
    voice_by_code,
    voice_of,
)
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.group_codes import (
    code_hash,
    code_hashes,
    group_key,
    new_code,
    seal_for_group,
    seal_under_code,
    seal_under_receipt,
)
from gongshi.safekeeping.receipts import ReceiptError

NO_CODE = {"join_hash": None, "join_key": None, "codes": None}
NO_INVITATION = {"seat_hash": None, "seat_voice": None}


class NotSpeaking(LookupError):
    """Whoever asks does not speak for the collective."""


class SeatsTaken(LookupError):
    """Five speak already (信访工作条例 Art. 20), or whoever asks is one of them."""


def new_join_code(collective: Collective, case_key: bytes) -> None:
    """A new code to join with (unsaved); an earlier one opens nothing any more."""
    code, key = new_code(), group_key(case_key, collective.id)
    collective.join_hash = code_hash(JOIN, code)
    collective.join_key = seal_under_code(code, key, row=collective.id, field=KEY)
    collective.codes = seal_json(case_key, code, row=collective.id, field=CODES)


def renew_code(case: Case, *, actor: Resident) -> None:
    """Another code, for instance because the first one went too far. Raises NotFound, NotSpeaking."""
    with _speaking(case, actor) as (collective, voice):
        new_join_code(collective, key_for(collective.case_id, voice))
        _save(collective, *NO_CODE)


def close_joining(case: Case, *, actor: Resident) -> None:
    """From now on nobody can join. Those who are in it stay. Raises NotFound, NotSpeaking."""
    with _speaking(case, actor) as (collective, _):
        for name, value in NO_CODE.items():
            setattr(collective, name, value)
        _save(collective, *NO_CODE)


def invite(case: Case, *, actor: Resident) -> str:
    """A code with which one more member begins to speak, once. An earlier one dies. Raises NotSpeaking, SeatsTaken."""
    code = new_code()
    with _speaking(case, actor) as (collective, voice):
        if not free_seats(collective):
            raise SeatsTaken
        collective.seat_hash = code_hash(SEAT, code)
        secret = voice.receipt.encode()
        collective.seat_voice = seal_under_code(code, secret, row=collective.id, field=VOICE)
        _save(collective, *NO_INVITATION)
    return code


def take_seat(case: Case, code: str, *, actor: Resident) -> None:
    """Begin to speak, with an invitation. Raises NotFound for a code that opens nothing here, SeatsTaken."""
    with transaction.atomic():
        member, collective = locked(case, actor)
        if member.seat is not None:
            raise SeatsTaken
        if not _is_invitation(collective, code):
            raise NotFound
        seat(member, collective, voice_by_code(collective, code), actor)


def seat(member: Member, collective: Collective, voice: bytes, actor: Resident) -> None:
    """Seat a member who may speak from now on. In the transaction. Raises SeatsTaken."""
    free = free_seats(collective)
    if not free:
        raise SeatsTaken
    collective.vacant = None
    for name, value in NO_INVITATION.items():
        setattr(collective, name, value)
    _save(collective, "vacant", *NO_INVITATION)
    collective.offers.all().delete()
    member.seat = free[0]
    member.voice = seal_under_receipt(actor.receipt, voice, row=member.id, field=VOICE)
    member.save(update_fields=["seat", "voice"])


def step_down(case: Case, *, actor: Resident) -> None:
    """Speak no more, and stay. Where nobody speaks then, members may offer to. Raises NotFound, NotSpeaking."""
    with transaction.atomic():
        member, collective = locked(case, actor)
        if member.seat is None:
            raise NotSpeaking
        give_up_seat(member, collective, actor)
        member.seat, member.voice = None, None
        member.save(update_fields=["seat", "voice"])


def give_up_seat(member: Member, collective: Collective, actor: Resident) -> None:
    """Before a seat is left: the last voice is kept for whom the members consent to. In the transaction.

    Nobody joins meanwhile: whoever has the code could join again and again, and consent to themselves.
    """
    voice = voice_of(member, actor.receipt)
    others = collective.members.exclude(seat=None).exclude(pk=member.pk)
    if voice is not None and not others.exists():
        key = group_key_of(member, actor.receipt)
        collective.vacant = seal_for_group(key, voice.receipt.encode(), row=collective.id)
        for name, value in (NO_INVITATION | NO_CODE).items():
            setattr(collective, name, value)
        _save(collective, "vacant", *NO_INVITATION, *NO_CODE)


def speak(case: Case, text: str, *, actor: Resident, at: datetime, once: bytes | None = None) -> None:
    """Write to the office for all: the answer to its question, where it asked one; else something more.

    Nothing else is done for others: accepting an answer, going on, withdrawing is for each in their own case. ``once``:
    the key of the form (`sent_again`); a reply that comes again under it is no addition. Raises NotFound, NotSpeaking,
    TextRefused, RefusedError, Changed.
    """
    member = member_of(case)
    if member.filing_id != actor.filing_id:
        raise NotFound
    voice = voice_of(member, actor.receipt)
    if voice is None:
        raise NotSpeaking
    joint = member.collective.case
    if joint.closed_at is not None:
        raise RefusedError("not_here")
    if once and is_there(once, joint, checked_text(text), ()):
        return
    asked = next((move for move in moves_for(joint, voice, at) if move.effect == "reply"), None)
    if asked is not None:
        reply(joint, asked.code, text, actor=voice, at=at, once=once)
    else:
        add_to_case(joint, text, actor=voice, at=at, once=once)


def _is_invitation(collective: Collective, code: str) -> bool:
    try:
        return collective.seat_hash is not None and bytes(collective.seat_hash) in code_hashes(SEAT, code)
    except ReceiptError:
        return False


@contextmanager
def _speaking(case: Case, actor: Resident) -> Iterator[tuple[Collective, Resident]]:
    """What only those who speak may do, one of them at a time."""
    with transaction.atomic():
        member, collective = locked(case, actor)
        voice = voice_of(member, actor.receipt)
        if voice is None:
            raise NotSpeaking
        yield collective, voice


def locked(case: Case, actor: Resident) -> tuple[Member, Collective]:
    """The member, and the collective as it is now, which nobody else changes until the transaction is over."""
    if actor.filing_id != case.filing_id:
        raise NotFound
    member = member_of(case)
    collective = lock(member.collective_id)
    return Member.objects.select_related("collective__case__filing").get(pk=member.pk), collective


def lock(collective: UUID) -> Collective:
    """The collective as it is now; others who would change it or who is in it wait for the end of the transaction."""
    found = Collective.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "case__filing", "case__promise"
    )
    row = found.filter(pk=collective).first()
    if row is None:
        raise NotFound
    return row


def _save(collective: Collective, *names: str) -> None:
    collective.save(update_fields=list(names))
