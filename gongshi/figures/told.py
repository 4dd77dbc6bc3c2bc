"""A released line with every number beside it, as plain values: what the API and the command tell."""

from typing import Any

from gongshi.figures.metrics import Share
from gongshi.figures.released.readings import READ
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.samples import SampleShown
from gongshi.figures.shown import (
    SHARES,
    adjusted_of,
    curve_of,
    groups_of,
    median_cell,
    shares_of,
    why_no_share,
    why_not_adjusted,
)
from gongshi.rules.disclosure import OFFICE


def line_told(line: Line, tables: Tables) -> dict[str, Any]:
    """``counts`` (None: withheld), ``shares``, ``median_days``, ``curve``, ``adjusted``; ``why`` of what is None."""
    told, median = shares_of(line, tables.threshold), median_cell(line)
    why = {name: why_no_share(line, name, tables.threshold) for name in SHARES if name not in told}
    adjusted = _adjusted(tables, line.office) if line.table == OFFICE else None
    if line.table == OFFICE and adjusted is None:
        why["adjusted"] = why_not_adjusted(tables, line.office)
    if median.value is None:
        why["median_days"] = median.why
    return {
        "counts": dict(line.counts),
        "shares": {name: share_told(told.get(name)) for name in SHARES},
        "median_days": median.value,
        "curve": [_rounded(one._asdict()) for one in curve_of(line)],
        "adjusted": adjusted,
        "why": why,
    }


def share_told(share: Share | None) -> dict[str, Any] | None:
    """``count``, ``of``, ``share``, ``low`` and ``high``."""
    names = ("count", "of", "share", "low", "high")
    return _rounded({name: getattr(share, name) for name in names}) if share else None


def sample_told(sample: SampleShown) -> dict[str, Any]:
    """``state``, ``size``, ``batch``, ``closes_on``; ``read``, ``questions`` and ``offices`` once they were read."""
    one = sample.released
    told = {"state": one.state, "size": one.size, "batch": one.batch, "closes_on": one.closes_on.isoformat()}
    if one.as_of is None:
        return told
    told |= {"as_of": one.as_of.isoformat(), "threshold": one.threshold}
    if one.state != READ:
        return told
    return {
        **told,
        "read": one.read,
        "questions": [
            {
                "code": each.code,
                **{name: share_told(getattr(each, name)) for name in ("yes", "cannot_tell", "alike")},
                "kappa": each.kappa and _rounded(each.kappa._asdict()),
            }
            for each in sample.questions
        ],
        "offices": [
            {
                "office": each.code,
                "name": each.name,
                "read": each.read,
                "questions": [{"code": q.code, "yes": share_told(q.yes)} for q in each.questions],
            }
            for each in sample.offices
        ],
        "withheld": one.withheld,
    }


def _adjusted(tables: Tables, office: str) -> dict[str, Any] | None:
    found = adjusted_of(tables, office)
    if found is None:
        return None
    group = next(number for number, codes in enumerate(groups_of(tables), start=1) if office in codes)
    return _rounded({**found.compared._asdict(), "coverage": found.coverage, "group": group})


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """As many digits as the open data have."""
    return {name: round(n, 6) if isinstance(n, float) else n for name, n in values.items()}
