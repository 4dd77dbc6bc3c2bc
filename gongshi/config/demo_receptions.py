"""The demo's reception days, some days from today; a few times of each are booked, which nobody sees before the day."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path

from gongshi.accounts.queries import actor_for, office_by_code, staff_in
from gongshi.accounts.rights import may
from gongshi.bulletin.actions.receptions import ReceptionDraft, announce_reception, book
from gongshi.places.queries import the_place
from gongshi.rules.receptions import bookable
from gongshi.safekeeping.booking_codes import booking_code_of
from gongshi.safekeeping.receipts import new_receipt

BOOKED = 3


def announce_receptions(file: Path, now: datetime) -> int:
    """Announce every day of a file as its office does; how many. Raises LookupError for an office that is not here."""
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for one in told:
        office = office_by_code(one["office"])
        if office is None:
            raise LookupError(one["office"])
        actors = (actor_for(staff, office.id) for staff in staff_in(office.id))
        actor = next(known for known in actors if known and may(known, "reception.arrange"))
        here = now.astimezone(the_place().zone)
        on = here.date() + timedelta(days=one["in_days"])
        row = announce_reception(
            ReceptionDraft(
                receiver=one["receiver"],
                place=one["place"],
                begins_at=datetime.combine(on, time.fromisoformat(one["at"]), here.tzinfo),
                minutes=one["minutes"],
                slots=one["slots"],
            ),
            actor=actor,
            at=now,
        )
        for _ in range(BOOKED):
            book(row, bookable(row.slots), booking_code_of(new_receipt()), at=now)
    return len(told)
