"""Reads ``[[retention]]`` of pack.toml: how long matters of a kind are kept after their end, and why."""

from gongshi.formats.pack.faults import pair
from gongshi.formats.pack.model import KINDS, LEAST_MONTHS, MOST_MONTHS, Retention
from gongshi.formats.pack.tables import Table


def read_retention(top: Table) -> tuple[Retention, ...]:
    """One for each kind that is named; a kind that is named twice is a fault."""
    found: dict[str, Retention] = {}
    for table in top.tables("retention"):
        one = Retention(
            kind=table.choice("kind", KINDS),
            months=table.integer("months", LEAST_MONTHS, MOST_MONTHS),
            basis=table.words("basis"),
        )
        table.close()
        if one.kind in found:
            what = pair(f"“{one.kind}”写了两次。", f'"{one.kind}" is there twice.')
            table.fault("kind", what, pair("只留一个。", "Keep one."))
        found.setdefault(one.kind, one)
    return tuple(found.values())
