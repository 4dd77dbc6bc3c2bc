"""What `gongshi figures --json` prints: stable names, told in docs/figures.md."""

from datetime import date
from typing import Any

from gongshi.figures import board
from gongshi.figures.metrics import APART, COUNTS, SHARES, Share, Tally, share_of, together
from gongshi.figures.queries import OfficeTally, office_tallies
from gongshi.places.queries import the_place

_PLAIN = tuple(name for name in COUNTS if name not in APART)


def report(
    since: date | None, until: date | None, *, on: date, office: str | None = None, public: bool = False
) -> dict[str, Any]:
    """The figures of the cases filed from ``since`` up to before ``until``, as of the local day ``on``, fit for JSON.

    office: the code of one office, for its figures alone; it must exist. public: with small counts withheld (null),
    as the board shows them; otherwise as they are, for the operator.
    """
    place = the_place()
    head: dict[str, Any] = {
        "place": place.code,
        "as_of": on.isoformat(),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "threshold": place.threshold,
        "suppressed": public,
        "office": office,
    }
    if public:
        total, rows = board.shown(since, until, on=on)
        offices = [{"office": row.code, "name": row.name, **_shown(row)} for row in rows]
        overall = _shown(total)
        empty = _shown(board.shown(on, on, on=on)[0]) if office else {}
    else:
        found = office_tallies(since, until, on=on)
        offices = [_office(row) for row in found]
        overall, empty = _plain(together(row.tally for row in found)), _plain(Tally())
    if office is None:
        return {**head, **overall, "offices": offices}
    return {**head, **empty, **next((row for row in offices if row["office"] == office), {})}


def _office(row: OfficeTally) -> dict[str, Any]:
    return {"office": row.code, "name": row.name, **_plain(row.tally)}


def _plain(tally: Tally) -> dict[str, Any]:
    numbers = tally.numbers()
    return {
        "filed": tally.filed,
        **{name: numbers[name] for name in _PLAIN},
        "median_days_to_answer": tally.median_days,
        "shares": {name: _share(share_of(numbers[part], numbers[of])) for name, (part, of) in SHARES.items()},
        "apart": {name: numbers[name] for name in APART},
    }


def _shown(row: board.Row) -> dict[str, Any]:
    """Without the number of all filed: it would give away a part that is withheld."""
    return {
        **{name: row.counts[name].value for name in _PLAIN},
        "median_days_to_answer": row.median_days.value,
        "shares": {name: _share(share.value) for name, share in row.shares.items()},
        "apart": {name: row.counts[name].value for name in APART},
    }


def _share(share: Share | None) -> dict[str, float | int] | None:
    if share is None:
        return None
    return {
        "count": share.count,
        "of": share.of,
        "share": round(share.share, 6),
        "low": round(share.low, 6),
        "high": round(share.high, 6),
    }
