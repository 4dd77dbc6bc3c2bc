"""Joining: with a code that somebody handed on, a filing of one's own, and a receipt of one's own."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from gongshi.accounts.actors import System
from gongshi.cases import engine
from gongshi.cases.actions.filing import ATTEMPTS, Filed
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Filing, Receipt
from gongshi.cases.queries import NotFound
from gongshi.grievances.actions.codes import lock
from gongshi.grievances.actions.rows import NewRows, enter, put_aside, rows_like
from gongshi.grievances.models import Collective, Member
from gongshi.grievances.queries import collective_by_code
from gongshi.grievances.reading import KEY, group_key_by_code, read_text
from gongshi.rules.procedure import join
from gongshi.safekeeping.actions import discard_wraps, save_wraps
from gongshi.safekeeping.group_codes import seal_under_receipt
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.receipts import receipt_hashes


@dataclass(frozen=True)
class Invited:
    """What a join code shows: the joint text, and nothing else."""

    text: str


def read_invitation(code: str) -> Invited:
    """What whoever brings a code may read. Raises NotFound alike for every code that opens nothing."""
    collective = collective_by_code(code)
    return Invited(read_text(collective, group_key_by_code(collective, code)))


def join_collective(
    code: str, *, receipt: str, language: str, contact: Contact, at: datetime, text: str
) -> Filed:
    """File for the joint text, with a receipt and a contact of one's own; the same receipt again is the same filing.

    ``text``: what whoever joins has read and agreed to. Raises NotFound where the code opens nothing, or another text.
    """
    if earlier := joined_earlier(receipt):
        return earlier
    collective = collective_by_code(code)
    key = group_key_by_code(collective, code)
    if read_text(collective, key) != text:
        raise NotFound
    for _attempt in range(ATTEMPTS):
        rows = _rows(collective, text, receipt=receipt, language=language, contact=contact, at=at)
        member = Member(id=new_id(), collective=collective, filing=rows.filing, case=rows.case)
        member.group_key = seal_under_receipt(receipt, key, row=member.id, field=KEY)
        save_wraps(rows.wraps)
        try:
            with transaction.atomic():
                _enter(collective, rows, member)
        except IntegrityError:
            # The receipt, sent twice at once, or a reference that is taken by chance.
            discard_wraps(rows.wraps)
            if earlier := joined_earlier(receipt):
                return earlier
        except BaseException:
            discard_wraps(rows.wraps)
            raise
        else:
            return Filed(rows.filing, rows.receipt.id, created=True)
    raise RuntimeError(f"no free reference was found in {ATTEMPTS} draws")


def _rows(
    collective: Collective, text: str, *, receipt: str, language: str, contact: Contact, at: datetime
) -> NewRows:
    rows, opened = rows_like(
        collective.case,
        text,
        receipt=receipt,
        role="filer",
        language=language,
        contact=contact,
        actor=System("web"),
        at=at,
    )
    enter(rows, join(opened, by="resident", on=engine.today(at)))
    put_aside(rows.case, at)
    return rows


def _enter(collective: Collective, rows: NewRows, member: Member) -> None:
    """In the transaction: unless it was closed, renewed or answered meanwhile."""
    now = lock(collective.id)
    same = bytes(now.join_hash or b"") == bytes(collective.join_hash or b"")
    if not same or now.case.answered_at or now.case.closed_at:
        raise NotFound
    rows.insert()
    member.since = now.case.seq
    member.save(force_insert=True)


def joined_earlier(receipt: str) -> Filed | None:
    """The filing that this receipt opens already: a form that was sent twice; None for none."""
    row = Receipt.objects.filter(hash__in=receipt_hashes(receipt), revoked_at=None).first()
    if row is None:
        return None
    return Filed(Filing.objects.get(pk=row.filing_id), row.id, created=False)
