"""What `gongshi figures --json` prints: stable names, told in docs/figures.md."""

from datetime import date
from typing import Any

from gongshi.accounts.queries import offices
from gongshi.figures.metrics import APART, COUNTS, SHARES, Tally, share_of, together
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import Group, quality_board
from gongshi.figures.queries import OfficeTally, category_names, office_tallies
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.samples import SampleShown
from gongshi.figures.shown.answers import Said, ThreeShares
from gongshi.figures.told import line_told, sample_told, share_told
from gongshi.places.queries import areas, the_place
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE

_PLAIN = tuple(name for name in COUNTS if name not in APART)


def report(
    since: date | None,
    until: date | None,
    *,
    on: date,
    office: str | None = None,
    public: bool = False,
    quarter: Quarter | None = None,
) -> dict[str, Any]:
    """The figures of the cases filed from ``since`` up to before ``until``, as of the local day ``on``, fit for JSON.

    office: the code of one office, for its figures alone; it must exist. public: what the board shows of the month that
    these days are, or of the newest one, as it was released (null: withheld); otherwise the counts as they are, for the
    operator. quarter: the one that ``quality`` is about, or the newest there is; what is withheld of it is withheld
    from the operator too. Raises LookupError for a quarter without figures, `NotReleased` for days that are no released
    month.
    """
    place = the_place()
    tables = _released(since, until) if public else None
    if tables:
        since, until = tables.month.first, tables.month.after.first
    head: dict[str, Any] = {
        "place": place.code,
        "as_of": (tables.as_of if tables else on).isoformat(),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "threshold": tables.threshold if tables else place.threshold,
        "suppressed": public,
        "office": office,
        "quality": _quality(quarter, office),
    }
    return {**head, **(_told(tables, office) if tables else _counted(since, until, on, office))}


def _counted(since: date | None, until: date | None, on: date, office: str | None) -> dict[str, Any]:
    """The counts as they are, of all and by office; or of one office alone."""
    found = office_tallies(since, until, on=on)
    if office is None:
        return {**_plain(together(row.tally for row in found)), "offices": [_office(row) for row in found]}
    return {**_plain(Tally()), **next((_office(row) for row in found if row.code == office), {})}


def _told(tables: Tables, office: str | None) -> dict[str, Any]:
    """A month as it was released, by office, category and area; or of one office alone."""
    names: dict[str, dict[str, Any]] = {
        OFFICE: {node.code: dict(node.name) for node in offices().everything.values()},
        CATEGORY: dict(category_names().values()),
        AREA: {node.code: dict(node.name) for node in areas().everything.values()},
    }
    head = {"definition": tables.definition}
    if office is not None:
        line = tables.line(OFFICE, office=office) or Line(OFFICE, office, "", "", dict.fromkeys(NAMES, 0))
        return {**head, "office": office, "name": names[OFFICE].get(office), **_shown(line, tables)}
    total = tables.line(ALL) or Line(ALL, "", "", "", dict.fromkeys(NAMES, 0))
    lists = {
        plural: [
            {table: code, "name": names[table].get(code), **_shown(line, tables)}
            for line in tables.of(table)
            for code in [getattr(line, table)]
        ]
        for plural, table in (("offices", OFFICE), ("categories", CATEGORY), ("areas", AREA))
    }
    return {**head, **_shown(total, tables), **lists}


class NotReleased(LookupError):
    """The days asked for are no month that was released."""


def _released(since: date | None, until: date | None) -> Tables:
    month = Month.of(since) if since else None
    if until is not None and month is None:
        month = Month.of(until).before
    if month and (since or month.first, until or month.after.first) != (month.first, month.after.first):
        raise NotReleased
    months = released_months()
    if not months or (month and month not in months):
        raise NotReleased
    return released(month or months[0])


def _office(row: OfficeTally) -> dict[str, Any]:
    return {"office": row.code, "name": row.name, **_plain(row.tally)}


def _plain(tally: Tally) -> dict[str, Any]:
    numbers = tally.numbers()
    return {
        "filed": tally.filed,
        **{name: numbers[name] for name in _PLAIN},
        "median_days_to_answer": tally.median_days,
        "shares": {
            name: share_told(share_of(numbers[part], numbers[of])) for name, (part, of) in SHARES.items()
        },
        "apart": {name: numbers[name] for name in APART},
    }


def _shown(line: Line, tables: Tables) -> dict[str, Any]:
    """Without the number of all filed: it would give away a part that is withheld."""
    told = line_told(line, tables)
    counts = told.pop("counts")
    return {
        **{name: n for name, n in counts.items() if name not in APART},
        "median_days_to_answer": told.pop("median_days"),
        "apart": {name: counts[name] for name in APART},
        **told,
    }


def _quality(quarter: Quarter | None, office: str | None) -> dict[str, Any] | None:
    """How good answers are, by office and by category; None while there is no quarter to tell of."""
    found = quality_board(quarter)
    if found is None:
        return None
    groups = [_group("office", one) for one in found.offices if office in (None, one.code)]
    told: dict[str, Any] = {
        "quarter": str(found.quarter),
        "as_of": found.on.isoformat(),
        "threshold": found.threshold,
        "counts_from": found.counts_from,
        "offices": groups,
        "sample": found.sample and _sample(found.sample, office),
    }
    if office is None:
        told["categories"] = [_group("category", one) for one in found.categories]
    return told


def _group(what: str, group: Group) -> dict[str, Any]:
    shares = group.shares and _three(group.shares)
    withheld = [*group.shares.withheld] if group.shares else []
    told = {what: group.code, "name": group.name, "cases": group.cases.value}
    return {**told, "shares": shares, "withheld": withheld}


def _three(shares: ThreeShares) -> dict[str, Any]:
    return {
        "in_all_parts": _said(shares.in_all_parts),
        "promises_kept": _said(shares.promises_kept),
        "reopened_within_60_days": share_told(shares.reopened),
    }


def _sample(sample: SampleShown, office: str | None) -> dict[str, Any]:
    told = sample_told(sample)
    if office is not None and "offices" in told:
        told["offices"] = [one for one in told["offices"] if one["office"] == office]
    return told


def _said(said: Said) -> dict[str, Any]:
    return {"yes": share_told(said.yes), "silent": share_told(said.silent)}
