"""Every read of filings and cases, and who may see them.

What somebody may not see answers exactly like what does not exist: both are `NotFound`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role
from gongshi.accounts.queries import offices, offices_below
from gongshi.accounts.rights import may
from gongshi.cases.models import Attachment, Case, Clock, Filing, JointOffice, Receipt
from gongshi.rules.references import normalise
from gongshi.safekeeping.receipts import ReceiptError, dummy_hash, receipt_hashes


class NotFound(LookupError):
    """There is no such thing, or the asker may not know of it."""


QUEUE_ORDERS = {"due": ("due_at", "id"), "newest": ("-opened_at", "-id")}


@dataclass(frozen=True)
class QueueFilter:
    """What a queue page asks for. ``clock`` is "", "late", "soon" or "paused"; ``stage`` a stage's code."""

    stage: str = ""
    category: UUID | None = None
    area: UUID | None = None
    kind: str = ""
    clock: str = ""
    mine: bool = False
    turn: str = ""


def cases_visible_to(actor: StaffActor) -> QuerySet[Case]:
    """Cases whose existence this member of staff may know of.

    Their own office's, those they were asked to join, and for supervisors those of the offices below. Never a case
    about their own office (信访工作条例 Art. 30 ¶3), nor one about an office above them.
    """
    if not may(actor, "case.list"):
        return Case.objects.none()
    node = offices()[actor.office_id]
    joint = JointOffice.objects.filter(case=OuterRef("pk"), office=actor.office_id, until_on=None)
    mine = Q(office=actor.office_id) | Q(Exists(joint))
    if Role.SUPERVISOR in actor.roles:
        mine |= Q(office__in=offices_below(actor.office_id))
    return Case.objects.filter(mine).exclude(subject__in=[node.id, *node.supervisors])


def queue(actor: StaffActor, wanted: QueueFilter, *, at: datetime) -> QuerySet[Case]:
    """Open cases of the actor's own office, most urgent first: metadata only, nothing is unsealed."""
    cases = Case.objects.filter(closed_at=None, office=actor.office_id)
    if not may(actor, "case.list"):
        return Case.objects.none()
    node = offices()[actor.office_id]
    cases = cases.exclude(subject__in=[node.id, *node.supervisors]) if _conduct_possible(node.id) else cases
    simple = {
        "stage": wanted.stage,
        "category": wanted.category,
        "area": wanted.area,
        "kind": wanted.kind,
        "holder": wanted.turn,
    }
    cases = cases.filter(**{name: value for name, value in simple.items() if value})
    if wanted.mine:
        cases = cases.filter(Q(handler=actor.staff_id) | Q(lead=actor.staff_id))
    if wanted.clock == "late":
        cases = cases.filter(due_at__lte=at)
    elif wanted.clock == "paused":
        cases = cases.filter(paused=True)
    return cases.order_by("due_at", "id")


def _conduct_possible(office: UUID) -> bool:
    return bool(offices_below(office)) or offices()[office].above is None


def filing_by_receipt(reference: str, receipt: str) -> tuple[Filing, Receipt]:
    """The filing that this reference and receipt open together.

    Raises NotFound, after the same work, for an unknown reference, a wrong or revoked receipt and an erased filing.
    """
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    try:
        hashes = receipt_hashes(receipt)
    except ReceiptError:
        hashes = [dummy_hash()]
    row = (
        Receipt.objects.filter(hash__in=hashes, revoked_at=None, filing__reference=wanted)
        .select_related("filing")
        .first()
    )
    if row is None:
        raise NotFound
    return row.filing, row


def filing_of_visit(filing_id: UUID, receipt_id: UUID) -> Filing:
    """The filing of a resident's visit, as long as its receipt still holds."""
    row = Receipt.objects.filter(id=receipt_id, filing_id=filing_id, revoked_at=None)
    found = row.select_related("filing").first()
    if found is None:
        raise NotFound
    return found.filing


def cases_of(filing: Filing) -> list[Case]:
    """The filing's matters in order."""
    return list(Case.objects.filter(filing=filing).select_related("procedure", "filing").order_by("number"))


def case_of(filing: Filing, number: int) -> Case:
    """One matter of a filing; always looked up through its filing."""
    found = Case.objects.filter(filing=filing, number=number).select_related("filing").first()
    if found is None:
        raise NotFound
    return found


def case_by_reference(actor: StaffActor, reference: str, number: int) -> Case:
    """A case that this member of staff may see. Raises NotFound alike for hidden and for missing ones."""
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    found = (
        cases_visible_to(actor)
        .filter(filing__reference=wanted, number=number)
        .select_related("filing", "supervision")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def attachment_of(case: Case, attachment: UUID) -> Attachment:
    """A file, always looked up through its case."""
    found = Attachment.objects.filter(case=case, id=attachment).first()
    if found is None:
        raise NotFound
    return found


def running_clocks(case: Case) -> list[Clock]:
    """The clocks that stand behind a case, latest run of each, in the order they began."""
    rows = Clock.objects.filter(case=case).order_by("run", "started_on", "id")
    latest = {row.code: row for row in rows}
    return list(latest.values())
