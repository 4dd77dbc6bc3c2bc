"""What days can be reckoned for before anything is filed: procedures in use, categories that make a difference, a day.

Shared by the page /when/ and the API; reckoning itself is `gongshi.rules.timeline`. docs/rules/timelines.md.
"""

from datetime import date, timedelta

from gongshi.routing.queries import CategoryNode, current_procedures, leaves, procedure_versions
from gongshi.rules.procedure import Procedure

EARLIEST = date(2000, 1, 1)
FURTHEST = timedelta(days=731)


def procedures_in_use() -> list[Procedure]:
    """The procedures in force that something can be filed under; requests first."""
    used = {node.procedure for node in leaves()}
    versions = procedure_versions()
    found = [versions[key].procedure for code, key in current_procedures().items() if code in used]
    return sorted(found, key=lambda one: (one.kind != "request", one.code))


def differing(procedure: Procedure) -> list[CategoryNode]:
    """The categories that make a difference: those of a procedure with a clock of promised days."""
    if all(clock.days != "promise" for clock in procedure.clocks.values()):
        return []
    return [node for node in leaves() if node.procedure == procedure.code]


def is_reckonable(day: date, today: date) -> bool:
    """Whether days are reckoned from this one: from 2000 on, at most two years ahead."""
    return EARLIEST <= day <= today + FURTHEST


def day_typed(typed: str, today: date) -> date | None:
    """The day that somebody typed as YYYY-MM-DD; None for anything else, and for one that is too far."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if is_reckonable(day, today) else None
