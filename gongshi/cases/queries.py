"""Every read of filings and cases, and who may see them.

What somebody may not see answers exactly like what does not exist: both are `NotFound`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.cover import stood_in_for
from gongshi.accounts.rights import may, require
from gongshi.cases.models import (
    Attachment,
    Case,
    Clock,
    Companion,
    Filing,
    JointOffice,
    Look,
    Receipt,
    Supervision,
)
from gongshi.cases.sight import Eyes, eyes_of, not_hidden, not_hidden_from
from gongshi.cases.turns import Turns, turns_by, turns_known, with_turns
from gongshi.places.gathering import beside, fill, gathered
from gongshi.places.prepared import Later, Prepared
from gongshi.places.queries import local_day
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.rules.references import normalise
from gongshi.safekeeping.queries import without_wraps
from gongshi.safekeeping.receipts import ReceiptError, dummy_hash, receipt_hashes


class NotFound(LookupError):
    """There is no such thing, or the asker may not know of it."""


# Most urgent first. What has no time running (the resident is waited for) comes last, on every database.
MOST_URGENT = (F("due_at").asc(nulls_last=True), "id")


@dataclass(frozen=True)
class QueueFilter:
    """What a queue page asks for. ``stage`` is a stage's code, ``turn`` a holder ("office", "resident" ...).

    ``clock``: "", "late", "soon" (whoever owes it has been warned), "paused", or "waiting" (no time runs).
    """

    stage: str = ""
    category: UUID | None = None
    area: UUID | None = None
    kind: str = ""
    clock: str = ""
    mine: bool = False
    turn: str = ""


def cases_visible_to(actor: StaffActor) -> QuerySet[Case]:
    """Cases whose existence this member of staff may know of.

    Their own office's, those they were asked to join, and for supervisors those of the offices below; of all these
    none that is hidden from them (`sight`).
    """
    return visible(eyes_of(actor))


def visible(eyes: Eyes) -> QuerySet[Case]:
    """The same by what decides it."""
    if not eyes.may_list:
        return Case.objects.none()
    joint = JointOffice.objects.filter(case=OuterRef("pk"), office=eyes.office, until_on=None)
    mine = Q(office=eyes.office) | Q(Exists(joint))
    if eyes.below is not None:
        mine |= Q(office__in=eyes.below)
    return Case.objects.filter(mine).filter(not_hidden(eyes))


def queue(actor: StaffActor, wanted: QueueFilter, *, at: datetime) -> QuerySet[Case]:
    """Open cases of the actor's own office, most urgent first: metadata only, nothing is unsealed.

    A supervisor's own turns are among them, in the order of the time that the supervisor has (``counts_at``).
    """
    return queue_of(seat_of(actor, at), wanted)


@dataclass(frozen=True)
class Seat:
    """All that decides what stands in somebody's queue at a moment, as plain values (`sight.Eyes`).

    ``people``: they themselves, and for whom they stand in on ``day``.
    """

    eyes: Eyes
    turns: Turns | None
    people: tuple[UUID, ...]
    at: datetime
    day: date


def seat_of(actor: StaffActor, at: datetime) -> Seat:
    """The actor's own. At most one statement, for a supervisor."""
    on = local_day(at)
    return Seat(eyes_of(actor), turns_known(actor), _people(actor, on), at, on)


def _people(actor: StaffActor, on: date) -> tuple[UUID, ...]:
    return (actor.staff_id, *sorted(stood_in_for(actor, on=on) - {actor.staff_id}))


def queue_of(seat: Seat, wanted: QueueFilter) -> QuerySet[Case]:
    """The same by what decides it."""
    if not seat.eyes.may_list:
        return Case.objects.none()
    own = Q(office=seat.eyes.office)
    found = Case.objects.filter(not_hidden(seat.eyes), closed_at=None)
    if seat.turns:
        turns = turns_by(seat.turns)
        found = with_turns(found.filter(own | turns), turns)
    else:
        found = found.filter(own)
    return _narrowed(found, wanted, seat).order_by(F(due_name(found)).asc(nulls_last=True), "id")


def due_name(cases: QuerySet[Case]) -> str:
    """Where these cases hold the time that counts for whoever asked."""
    return "counts_at" if "counts_at" in cases.query.annotations else "due_at"


def joint_queue(actor: StaffActor, wanted: QueueFilter, *, at: datetime) -> QuerySet[Case]:
    """Open cases of other offices that the actor's office was asked to join, in the same order."""
    return joint_queue_of(seat_of(actor, at), wanted)


def joint_queue_of(seat: Seat, wanted: QueueFilter) -> QuerySet[Case]:
    """The same by what decides it."""
    eyes = seat.eyes
    if not eyes.may_list:
        return Case.objects.none()
    asked = JointOffice.objects.filter(office=eyes.office, until_on=None).values("case_id")
    # Whoever was asked may know of it (`cases_visible_to`).
    joined = Case.objects.filter(not_hidden(eyes), ~Q(office=eyes.office), id__in=asked, closed_at=None)
    return _narrowed(joined, wanted, seat).order_by(*MOST_URGENT)


def _narrowed(cases: QuerySet[Case], wanted: QueueFilter, seat: Seat) -> QuerySet[Case]:
    simple = {
        "stage": wanted.stage,
        "category": wanted.category,
        "area": wanted.area,
        "kind": wanted.kind,
        "holder": wanted.turn,
    }
    cases = cases.filter(**{name: value for name, value in simple.items() if value})
    if wanted.mine:
        cases = cases.filter(mine(seat))
    due = due_name(cases)
    if wanted.clock == "late":
        cases = cases.filter(**{f"{due}__lte": seat.at})
    elif wanted.clock == "soon":
        warned = Clock.objects.filter(case=OuterRef("pk"), stopped_on=None, paused_on=None, expired_on=None)
        cases = cases.filter(Exists(warned.filter(warn_on__lte=seat.day)), **{f"{due}__gt": seat.at})
    elif wanted.clock == "paused":
        cases = cases.filter(paused=True)
    elif wanted.clock == "waiting":
        cases = cases.filter(**{due: None})
    return cases


def mine(seat: Seat) -> Q:
    """Cases that a member of staff works on or answers for, and those of colleagues for whom they stand in now."""
    return Q(handler__in=seat.people) | Q(lead__in=seat.people)


def supervisions_of(actor: StaffActor) -> QuerySet[Supervision]:
    """Causes that wait for this office's decision, as far as the actor may know of one of their cases.

    Without sealed kinds: each of those is a cause of its own, on its supervisor's list of work (`turns.turns_of`).
    """
    if not may(actor, "case.supervise"):
        return Supervision.objects.none()
    visible = cases_visible_to(actor).exclude(kind__in=SEALED_KINDS)
    known = visible.filter(supervision=OuterRef("pk"), closed_at=None)
    waiting = Supervision.objects.filter(Exists(known), supervisor=actor.office_id, decided_at=None)
    return waiting.order_by("opened_at", "id")


def is_filed(receipt: str) -> bool:
    """Whether the draft with this receipt was filed already. One statement."""
    return Receipt.objects.filter(hash__in=receipt_hashes(receipt)).exists()


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
        Receipt.objects.filter(_opening(), hash__in=hashes, filing__reference=wanted)
        .select_related("filing")
        .first()
    )
    if row is None:
        raise NotFound
    return row.filing, row


def _opening() -> Q:
    """Receipts that still open something: not revoked, of a filing of which something is left."""
    left = Case.objects.filter(filing=OuterRef("filing"), erased_at=None)
    return Q(Exists(left), revoked_at=None)


def filing_of_visit(filing_id: UUID, receipt_id: UUID) -> Filing:
    """The filing of a resident's visit, as long as its receipt still holds."""
    row = Receipt.objects.filter(_opening(), id=receipt_id, filing_id=filing_id)
    found = row.select_related("filing").first()
    if found is None:
        raise NotFound
    return found.filing


def cases_of(filing: Filing) -> list[Case]:
    """The filing's matters in order, without those that were erased."""
    cases = Case.objects.filter(filing=filing, erased_at=None).select_related("filing", "promise", "lead")
    return gathered(cases.order_by("number"), "clocks")


def case_of(filing: Filing, number: int) -> Case:
    """One matter of a filing; always looked up through its filing."""
    wanted = Case.objects.filter(filing=filing, number=number, erased_at=None)
    found = gathered(wanted.select_related("filing", "promise", "lead"), "clocks")
    if not found:
        raise NotFound
    return found[0]


def case_by_reference(actor: StaffActor, reference: str, number: int) -> Case:
    """A case that this member of staff may see, with its clocks, joint offices, recusals, and the case it goes with.

    ``gathers``: whether others go with it.

    Raises NotFound alike for hidden and for missing ones.
    """
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    rows: list[Case] = _named(eyes_of(actor), Later(wanted), Later(number))
    found = fill(rows, *WITH_CASE)
    if not found:
        raise NotFound
    return found[0]


def _by_name(eyes: Eyes, reference: str, number: int) -> QuerySet[Case]:
    rows = visible(eyes).filter(filing__reference=reference, number=number)
    rows = rows.select_related("filing", "supervision", "promise", "undo_point", "bond__lead__filing")
    gathers = Exists(Companion.objects.filter(lead=OuterRef("pk")))
    return beside(rows.annotate(gathers=gathers), *WITH_CASE)


WITH_CASE = ("clocks", "joint_offices", "recusals")
_named = Prepared(_by_name)


def attachment_of(case: Case, attachment: UUID) -> Attachment:
    """A file, always looked up through its case."""
    found = Attachment.objects.filter(case=case, id=attachment).first()
    if found is None:
        raise NotFound
    return found


def running_clocks(case: Case) -> list[Clock]:
    """The clocks that stand behind a case, latest run of each, in the order they began."""
    rows = sorted(case.clocks.all(), key=attrgetter("run", "started_on", "id"))
    latest = {row.code: row for row in rows}
    return list(latest.values())


def subjects_without_key() -> int:
    """How many filings and cases have no key in any wrap though nothing says that they were erased.

    Two statements for each thousand; looked at twice, as erasing goes from one database to the other.
    """
    return sum(_without_key(table) for table in (Filing, Case))


def _without_key(table: type[Filing] | type[Case]) -> int:
    kept = table._default_manager.filter(erased_at=None).order_by("id")
    count, chunk = 0, list(kept.values_list("id", flat=True)[:1_000])
    while chunk:
        if missing := without_wraps(chunk):
            count += kept.filter(id__in=missing).count()
        chunk = list(kept.filter(id__gt=chunk[-1]).values_list("id", flat=True)[:1_000])
    return count


def looks_of(case: Case) -> list[Look]:
    """Every disclosure of this case's content to staff, newest first."""
    return list(Look.objects.filter(case=case).order_by("-at", "-id"))


def cases_to_try(actor: StaffActor, most: int) -> list[Case]:
    """The last cases that were filed, on which other routing is tried out, newest first: what a queue shows of them.

    None of a sealed kind, none about an office, none that was erased, and none that is hidden from the actor.
    """
    require(actor, "settings.change")
    rows = Case.objects.filter(not_hidden_from(actor), subject=None, erased_at=None).exclude(
        kind__in=SEALED_KINDS
    )
    rows = rows.select_related("filing", "category", "area").order_by("-opened_at", "-id")
    return list(rows.defer("content", "filing__contact")[:most])
