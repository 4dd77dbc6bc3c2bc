"""What is kept for how long: the place's schedule, and the program's own for what is no matter's content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongshi.cases import following
from gongshi.cases.models import Case
from gongshi.places.queries import the_place
from gongshi.rules.procedure import KINDS
from gongshi.rules.retention import DEFAULT_MONTHS, kept_until
from gongshi.words import pair

DEFAULT_BASIS = pair("没有另作规定：程序的默认期限", "Nothing else was laid down: the program's own time")


@dataclass(frozen=True)
class Kept:
    """How long matters of a kind are kept after their end, in months, and why."""

    kind: str
    months: int
    basis: Mapping[str, str]


def kept_for(kind: str) -> Kept:
    """What this place says of a kind; the default where it says nothing."""
    said = the_place().retention.get(kind)
    if said:
        return Kept(kind, said["months"], said["basis"])
    return Kept(kind, DEFAULT_MONTHS[kind], DEFAULT_BASIS)


def schedule() -> list[Kept]:
    """The whole schedule, kind by kind."""
    return [kept_for(kind) for kind in KINDS]


def case_kept_until(case: Case) -> date | None:
    """The last day on which a closed case is kept; None while it is open, or a joint one goes on in its place."""
    if case.closed_on is None or case.outcome == following.OUTCOME:
        return None
    return kept_until(case.closed_on, kept_for(case.kind).months)
