"""The demo's notices of outages and works, told from today: one that runs and one that is planned."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from gongshi.accounts.queries import actor_for, office_by_code, staff_in
from gongshi.accounts.rights import may
from gongshi.bulletin.actions.disruptions import announce
from gongshi.bulletin.drafts import DisruptionDraft
from gongshi.places.queries import area_by_code, the_place
from gongshi.routing.queries import category_by_code

HOUR = timedelta(hours=1)


def announce_all(file: Path, now: datetime) -> int:
    """Announce every notice of a file as its office does; how many. Raises LookupError for a code that is not here."""
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for one in told:
        _announce(one, now)
    return len(told)


def _announce(told: Mapping[str, Any], now: datetime) -> None:
    office = _found(office_by_code(told["office"]), told["office"])
    actors = (actor_for(staff, office.id) for staff in staff_in(office.id))
    actor = next(one for one in actors if one and may(one, "disruption.announce"))
    begins, until = _times(told, now)
    draft = DisruptionDraft(
        title=told["title"],
        text=told["text"],
        begins_at=begins,
        expected_until=until,
        categories=tuple(_found(category_by_code(code), code).id for code in told["categories"]),
        areas=tuple(_found(area_by_code(code), code).id for code in told["areas"]),
    )
    announce(draft, actor=actor, at=min(begins, now))


def _times(told: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """From when until when, on full hours of the place's clock."""
    here = now.astimezone(the_place().zone)
    if "in_days" in told:
        begins = datetime.combine(
            here.date() + timedelta(days=told["in_days"]), time.fromisoformat(told["at"]), here.tzinfo
        )
        return begins, begins + told["for_hours"] * HOUR
    hour = here.replace(minute=0, second=0, microsecond=0)
    return hour - told["began_hours_ago"] * HOUR, hour + told["over_in_hours"] * HOUR


def _found(node: Any, code: str) -> Any:
    if node is None:
        raise LookupError(code)
    return node
