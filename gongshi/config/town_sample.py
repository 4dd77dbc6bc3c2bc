"""The demo town's sample of answers: checked but for a few, read by one of the two readers, begun by the other.

A town of two months has no whole quarter. So the quarter that runs is drawn early, which a real place never does.
"""

from datetime import datetime

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment, Role
from gongshi.accounts.queries import actor_for
from gongshi.cases.actions.samples import (
    keep_copy,
    open_to_check,
    open_to_read,
    say_of_copy,
    take_seat,
)
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.samples import copies_to_check, copies_to_read, open_sample
from gongshi.figures.periods import Quarter
from gongshi.figures.samples import draw
from gongshi.places.queries import local_day
from gongshi.safekeeping.heads import latest_head
from gongshi.safekeeping.sequencing import sequence

LEFT_TO_CHECK = 3
BEGUN = 12


def read_sample(now: datetime) -> int:
    """Draw it, check it, read it; how many answers. 0 without two readers, a checker, or enough answers."""
    readers, checkers = _holding(Role.READER), _holding(Role.REVIEWER)
    if len(readers) < 2 or not checkers:
        return 0
    sequence(now)
    head, quarter = latest_head(), Quarter.of(local_day(now))
    if head is None:
        return 0
    drawn = draw(quarter.before, now) or draw(quarter, now, begun=head.at)
    sample = open_sample()
    if sample is None:
        return 0
    for row in list(copies_to_check(checkers[0]))[:-LEFT_TO_CHECK]:
        _, copy = open_to_check(row.id, checkers[0], at=now)
        keep_copy(row.id, copy, actor=checkers[0], at=now)
    for nth, reader in enumerate(readers[:2]):
        take_seat(actor=reader)
        sample.refresh_from_db()
        rows = list(copies_to_read(reader, sample))
        for number, row in enumerate(rows if nth else rows[:BEGUN]):
            opened = open_to_read(row.id, reader, at=now)
            said = _said(number + 3 * nth, promised=bool(opened.copy.get("by_on")))
            say_of_copy(row.id, said, actor=reader, at=now)
    return drawn


def _said(number: int, *, promised: bool) -> dict[str, str]:
    """What an invented reader says of the ``number``-th copy: mostly yes, and not always the same as the other."""
    said = {
        code: "no" if (number + 2 * place) % 7 == 0 else "yes" for place, code in enumerate(SAMPLE_QUESTIONS)
    }
    return said if promised else {**said, "who_when": "cannot_tell"}


def _holding(role: Role) -> list[StaffActor]:
    rows = Appointment.objects.filter(role=role, valid_to=None, staff__is_active=True).select_related("staff")
    found = (actor_for(row.staff, row.office_id) for row in rows.order_by("staff__username"))
    return [actor for actor in found if actor is not None]
