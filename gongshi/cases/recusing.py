"""Who may be kept from a case by whom, and whose recusal may be undone: nothing here writes."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Literal
from uuid import UUID

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.queries import acting_in, offices, offices_held
from gongshi.accounts.rights import may
from gongshi.cases.models import Case, Recusal
from gongshi.cases.models.recusals import BY_OTHERS
from gongshi.cases.naming import EARLIER_MATTER
from gongshi.cases.sight import Kept, is_hidden_from, kept_by, kept_from


@dataclass(frozen=True)
class Whom:
    """Somebody to be kept from a case: an office (``id`` and ``office`` are the same), or a member of its staff."""

    kind: Literal["office", "staff"]
    id: UUID
    office: UUID

    @classmethod
    def all_of(cls, office: UUID) -> "Whom":
        """An office as a whole."""
        return cls("office", office, office)

    @property
    def code(self) -> str:
        """How a form names them."""
        return f"{self.kind}:{self.id}"

    def as_columns(self) -> dict[str, UUID]:
        """For the row of a recusal."""
        return {f"{self.kind}_id": self.id}


def may_be_recused(case: Case, actor: StaffActor | Resident) -> list[Whom]:
    """Whom this actor, who may see the case, may keep from it; [] for nobody.

    Whoever filed: the offices that their page shows as having it, having had it, having looked or standing over it, and
    the officer who is named there. A superior: of those offices the ones below theirs, and staff of these and of their
    own office.
    """
    if isinstance(actor, Resident):
        if actor.filing_id != case.filing_id:
            return []
        # An office that is missing in the list would tell of whom they are not told.
        kept = kept_by(row for row in recusals_told(case) if row.named_as != EARLIER_MATTER)
        named = [Whom("staff", case.lead_id, case.office_id)] if case.lead_id else []
        return [*map(Whom.all_of, _left(case, kept)), *named]
    if not may(actor, "recusal.order"):
        return []
    kept = kept_from(case)
    below = [office for office in _left(case, kept) if actor.office_id in offices()[office].supervisors]
    people = [
        Whom("staff", one.staff_id, one.office_id)
        for office in (*below, actor.office_id)
        for one in acting_in(office)
        if one.staff_id != actor.staff_id and not is_hidden_from(case, one, kept)
    ]
    return [*map(Whom.all_of, below), *people]


def _left(case: Case, kept: Kept) -> list[UUID]:
    return [office for office in offices_met(case) if office not in kept.offices]


def offices_met(case: Case) -> list[UUID]:
    """Current offices that have the case, had it, helped, looked or stand over it: each once, the nearest first.

    No statement for a case that was read with its looks (`reading.read_case`).
    """
    history = sorted(case.history.all(), key=attrgetter("seq"))
    given = [UUID(row.params["office"]) for row in history if row.params.get("office")]
    acted = [row.office_id for row in history if row.office_id]
    joint = [row.office_id for row in case.joint_offices.all()]
    looked = sorted({row.office_id for row in case.looks.all() if row.office_id})
    over = offices()[case.office_id].supervisors
    met = dict.fromkeys([case.office_id, *joint, *given, *acted, *looked, *over])
    return [office for office in met if office in offices()]


def recusals_of(case: Case) -> list[Recusal]:
    """Those that stand, oldest first."""
    standing = (row for row in case.recusals.all() if row.undone_at is None) if case.recused else ()
    return sorted(standing, key=attrgetter("at", "id"))


def recusals_told(case: Case) -> list[Recusal]:
    """Those of which whoever filed the case is told: all but what held for others' joint case before."""
    return [row for row in recusals_of(case) if row.by != BY_OTHERS]


def may_undo(recusal: Recusal, actor: StaffActor) -> bool:
    """Whether the actor is a superior of whoever was recused. That they may see the case is asked for apart."""
    if not may(actor, "recusal.undo") or recusal.staff_id == actor.staff_id:
        return False
    theirs = offices_held(recusal.staff_id) if recusal.staff_id else {recusal.office_id}
    return any(actor.office_id in offices()[office].supervisors for office in theirs if office)
