"""A resident at their own filing: everything opens with their receipt, and nothing of their reading is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.publication import may_publish
from gongshi.cases.actions.uploads import read_file
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.glass import glass_of
from gongshi.cases.models import Attachment, BreakGlass, Case, Clock, Consent, Filing, Look, PublicCase
from gongshi.cases.queries import NotFound, attachment_of, case_of, cases_of, filing_of_visit, running_clocks
from gongshi.cases.reading import (
    CaseFile,
    read_case,
    read_contact,
    read_copy,
    read_name,
    read_openings,
    read_reason,
    resident_key,
)
from gongshi.safekeeping.tokens import TokenError, open_visit


@dataclass(frozen=True)
class OwnCase:
    """One matter as whoever filed it reads it. ``copy`` is what they agreed to show; None without.

    ``glass``: requests to break glass, each with its reason; "" for a sealed one that waits or that lapsed.
    """

    case: Case
    file: CaseFile
    looks: list[Look]
    clocks: list[Clock]
    consent: Consent | None
    copy: PublicCopy | None
    public_id: UUID | None
    may_publish: bool
    glass: list[tuple[BreakGlass, str]]


@dataclass(frozen=True)
class Visitor:
    """The filing that a receipt opened, and the receipt."""

    filing: Filing
    receipt_id: UUID
    receipt: str


def visitor_by(token: str, at: datetime) -> Visitor | None:
    """Whose filing a token of a visit has open; None for an old or a made one, or after the receipt was revoked."""
    try:
        visit = open_visit(token, at=at)
        filing = filing_of_visit(visit.filing_id, visit.receipt_id)
    except (TokenError, NotFound):
        return None
    return Visitor(filing, visit.receipt_id, visit.receipt)


def resident(visitor: Visitor) -> Resident:
    """The visitor as the one who acts."""
    return Resident(visitor.filing.id, visitor.receipt_id, visitor.receipt)


def own_cases(visitor: Visitor) -> list[tuple[Case, list[Clock]]]:
    """The filing's matters in order with their clocks. Metadata only."""
    return [(case, running_clocks(case)) for case in cases_of(visitor.filing)]


def own_case(visitor: Visitor, number: int) -> OwnCase:
    """One matter in the clear. Raises NotFound for a number that the filing does not have, Erased without a key."""
    case = case_of(visitor.filing, number)
    key = _key(visitor, case.id)
    consent = Consent.objects.filter(case=case, revoked_at=None).order_by("-given_at").first()
    file = read_case(case, key, internal=False, looks=True)
    return OwnCase(
        case=case,
        file=file,
        looks=file.looks,
        clocks=running_clocks(case),
        consent=consent,
        copy=read_copy(consent, key) if consent else None,
        public_id=PublicCase.objects.filter(case=case).values_list("id", flat=True).first(),
        may_publish=may_publish(case),
        glass=[(row, read_reason(row, key)) for row in glass_of(case)],
    )


def own_openings(visitor: Visitor, case: Case) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """What opens the commitments to words in a matter's history. Raises Erased."""
    return read_openings(case, _key(visitor, case.id))


def own_contact(visitor: Visitor) -> dict[str, str]:
    """The contact left with the filing, to be shown to whoever holds the receipt."""
    return read_contact(visitor.filing, _key(visitor, visitor.filing.id)) if visitor.filing.contact else {}


def own_consents(visitor: Visitor, case: Case) -> list[dict[str, Any]]:
    """Every copy of a matter that its filer agreed to show, with what became of each, oldest first."""
    key = _key(visitor, case.id)
    rows = Consent.objects.filter(case=case).order_by("given_at")
    kept = ("given_at", "revoked_at", "reviewed_at", "refused", "answers")
    copies = [(row, read_copy(row, key)) for row in rows]
    return [
        {"title": copy.title, "text": copy.text, **{name: getattr(row, name) for name in kept}}
        for row, copy in copies
    ]


def own_file(visitor: Visitor, number: int, attachment_id: UUID) -> tuple[Attachment, str, Iterator[bytes]]:
    """A file of one of the filing's matters: its row, its name and its bytes. Raises NotFound, Erased."""
    case = case_of(visitor.filing, number)
    attachment = attachment_of(case, attachment_id)
    key = _key(visitor, case.id)
    return attachment, read_name(attachment, key), read_file(attachment, key)


def own_files(visitor: Visitor, case: Case) -> Callable[[UUID], Iterator[bytes]]:
    """What gives the bytes of each file of one matter by its id, with one look for the key and one for the rows.

    Raises Erased; what it gives raises FileNotFoundError, SealError.
    """
    key = _key(visitor, case.id)
    rows = {row.id: row for row in Attachment.objects.filter(case=case)}

    def content(attachment_id: UUID) -> Iterator[bytes]:
        if attachment_id not in rows:
            raise FileNotFoundError(str(attachment_id))
        return read_file(rows[attachment_id], key)

    return content


def _key(visitor: Visitor, subject: UUID) -> bytes:
    return resident_key(subject, visitor.receipt_id, visitor.receipt)
