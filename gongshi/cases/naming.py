"""Whom somebody names, when they file, as those who must not learn of it: the recusals that it comes to.

Sources: 信访工作条例 (2022) Art. 28 (recusal), Art. 30 ¶3 (an accusation never reaches those accused). Who heads an
office directs all who work there and beneath, so naming its head keeps the office from it, too.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import holders_of, subjects_barred
from gongshi.cases.drafts import KeepOff
from gongshi.cases.models import Recusal
from gongshi.cases.sight import kept_by

HEAD = "lead"
# What somebody in an office can be named by, the head first.
NAMED_ROLES = (HEAD, "handler", "dispatcher", "operator")
EARLIER_MATTER = "earlier_matter"
MOST_NAMED = 10


def recusals_named(keep_off: Iterable[KeepOff], apart: Iterable[UUID] = ()) -> list[Recusal]:
    """Everybody who is kept from a new matter as it is filed: rows without a case and a day, each of them once.

    ``apart``: staff who dealt with an earlier matter.
    """
    rows = [row for one in keep_off for row in _named(one)]
    rows += [Recusal(staff_id=one, named_as=EARLIER_MATTER) for one in apart]
    found: dict[UUID | None, Recusal] = {}
    for row in rows:
        row.by = "resident"
        found.setdefault(row.office_id or row.staff_id, row)
    return list(found.values())


def _named(one: KeepOff) -> Iterator[Recusal]:
    people = holders_of(one.office, one.role) if one.role else []
    # A role that nobody holds names nobody: then the office is kept from it.
    if one.role in ("", HEAD) or not people:
        yield Recusal(office_id=one.office, beneath=True, named_as=one.role)
    for staff in people:
        yield Recusal(staff_id=staff, named_as=one.role, named_in_id=one.office)


def is_named(actor: StaffActor, keep_off: Iterable[KeepOff], apart: Iterable[UUID] = ()) -> bool:
    """Whether the actor, an office of theirs or one above it is among those who must not learn of a matter."""
    kept = kept_by(recusals_named(keep_off, apart))
    barred = subjects_barred(actor.staff_id, actor.office_id)
    return actor.staff_id in kept.staff or not kept.offices.isdisjoint(barred)
