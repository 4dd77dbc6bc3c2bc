"""For whom the keys of cases and filings are wrapped: everybody's ordinary ones, and the sealed kinds.

A sealed case has no wrap that the key file opens. It is wrapped for its receipt, for the offices on its ladder that
have a key (`rules.ladder`), and for the recovery key. So is the contact of a filing that holds such a case.
"""

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.accounts.keys import public_keys
from gongshi.accounts.queries import offices
from gongshi.cases.glass import with_waiting_words
from gongshi.cases.models import Case, JointOffice
from gongshi.cases.sight import Kept, kept_from
from gongshi.rules.ladder import SEALED_KINDS, is_sealed, key_offices
from gongshi.safekeeping.actions import complete_wraps, keep_office_wraps, wrap_for_instance, wrap_for_receipt
from gongshi.safekeeping.key_actions import wrap_for_pair
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.pairs import PublicHalf
from gongshi.safekeeping.queries import wraps_of


def offices_above() -> Mapping[UUID, UUID | None]:
    """The next office up of each, retired ones among them."""
    return {node.id: node.above for node in offices().everything.values()}


def ladder_of(case: Case) -> tuple[UUID, ...]:
    """The offices whose keys are to open this case as it is now, asked or not. One statement."""
    joint = JointOffice.objects.filter(case_id=case.pk, until_on=None).values_list("office_id", flat=True)
    return ladder(case, joint)


def ladder(case: Case, joint: Iterable[UUID] = (), kept: Kept | None = None) -> tuple[UUID, ...]:
    """The same, with the offices asked to help given; ``kept``: who is kept from a case that is not stored yet."""
    return key_offices(
        case.office_id,
        subject=case.subject_id,
        above=offices_above(),
        joint=joint,
        recused=(kept_from(case) if kept is None else kept).offices,
    )


def key_offices_of(office: UUID) -> tuple[UUID, ...]:
    """The ladder of a matter that comes in at ``office`` and is about none."""
    return key_offices(office, subject=None, above=offices_above())


def wraps_of_new(
    subject: UUID,
    key: bytes,
    *,
    sealed_for: Iterable[UUID] | None,
    receipt: str | None,
    receipt_id: UUID | None,
    at: datetime,
) -> list[Wrap]:
    """Unsaved wraps of a new key. ``sealed_for``: the offices of a sealed one; None for an ordinary one.

    Raises ReceiptError for a text that is no receipt.
    """
    if sealed_for is None:
        wraps = [wrap_for_instance(subject, key, at=at)]
    else:
        wraps = [wrap_for_pair(subject, key, half, at=at) for half in public_keys().of(sealed_for)]
    if receipt is not None and receipt_id is not None:
        wraps.append(wrap_for_receipt(subject, key, receipt=receipt, receipt_id=receipt_id, at=at))
    return wraps


def complete(case: Case, subject: UUID, key: bytes, *, at: datetime) -> None:
    """Wrap a key that was just opened for offices on the ladder that had none before. Ordinary cases need nothing.

    ``subject``: the case, or its filing where that is sealed with it.
    """
    if is_sealed(case.kind):
        added = _missing(subject, key, ladder_of(case), at)
        # A colleague who opens the same at this moment writes the same wraps.
        with contextlib.suppress(IntegrityError):
            complete_wraps(added)


def _missing(subject: UUID, key: bytes, wanted: Iterable[UUID], at: datetime) -> list[Wrap]:
    return [wrap_for_pair(subject, key, half, at=at) for half in lacking(wraps_of([subject]), wanted)]


def lacking(there: Iterable[Wrap], wanted: Iterable[UUID]) -> list[PublicHalf]:
    """The keys of offices that should open something and for which it is not wrapped, or for an older key only.

    Older: filed by a worker that had not heard of a new key yet, or not brought over since.
    """
    versions = {(wrap.recipient, wrap.recipient_id): wrap.key_version for wrap in there}
    return [
        half
        for half in public_keys().of(wanted)
        if versions.get((half.holder.kind, half.holder.id), 0) < half.holder.version
    ]


def hand_on(case: Case, keys: Mapping[UUID, bytes], *, at: datetime) -> list[Wrap]:
    """After a sealed case went to other offices: who has it now can open it, who lost it cannot. In a transaction.

    ``keys``: those of the case, its filing and requests for it, as far as the actor opened them. What is returned was
    saved, and is to be discarded if the transaction fails; wraps of offices that lost the case are destroyed once it is
    committed.
    """
    if not is_sealed(case.kind):
        return []
    wanted = ladder_of(case)
    added = complete_wraps(
        wrap for subject, key in keys.items() for wrap in _missing(subject, key, wanted, at)
    )
    transaction.on_commit(lambda: drop_others(case))
    return added


def drop_others(case: Case) -> int:
    """Destroy a sealed case's wraps for offices that are not on its ladder; how many.

    Likewise those of its filing, and of why somebody asks to break glass on it.
    """
    wanted = ladder_of(case)
    dropped = sum(keep_office_wraps(one, wanted) for one in (case.id, *with_waiting_words(case)))
    siblings = Case.objects.filter(filing_id=case.filing_id, kind__in=SEALED_KINDS)
    return dropped + keep_office_wraps(case.filing_id, {one for each in siblings for one in ladder_of(each)})
