"""What of a case's state is public: kept up with every move, for cases that have a public copy."""

from uuid import UUID

from gongshi.cases.models import Case, PublicCase
from gongshi.places.queries import areas

STEPS_UP = 1


def public_area(area: UUID | None) -> UUID | None:
    """The area that the public reads: one level above the smallest, so that it never names a few houses."""
    node = areas().everything.get(area) if area else None
    if node is None:
        return None
    return node.path[min(STEPS_UP, len(node.path) - 1)]


def public_state(case: Case) -> str:
    """What the public reads of the case's stage: "open", "answered" or "closed"."""
    if case.closed_at is not None:
        return "closed"
    return "answered" if case.answered_at is not None and case.holder == "resident" else "open"


def refresh_public(case: Case) -> None:
    """Bring the public row, if there is one, up to the case's state. Inside the caller's transaction."""
    PublicCase.objects.filter(case=case).update(
        state=public_state(case), answered_on=case.answered_on, office_id=case.office_id
    )
