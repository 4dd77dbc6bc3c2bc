"""What `gongshi figures --json` prints: stable names, told in docs/figures.md."""

from datetime import date
from typing import Any

from gongshi.figures.board import Board, Row
from gongshi.figures.board import board as board_of
from gongshi.figures.metrics import APART, COUNTS, SHARES, Share, Tally, share_of, together
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import Group, quality_board
from gongshi.figures.queries import OfficeTally, office_tallies
from gongshi.figures.samples import OfficeRead, Question, SampleShown
from gongshi.figures.shown.answers import Said, ThreeShares
from gongshi.places.queries import the_place

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
    board = _released(since, until) if public else None
    if board:
        since, until = board.month.first, board.month.after.first
    head: dict[str, Any] = {
        "place": place.code,
        "as_of": (board.on if board else on).isoformat(),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "threshold": place.threshold,
        "suppressed": public,
        "office": office,
        "quality": _quality(quarter, office),
    }
    if board:
        offices = [{"office": row.code, "name": row.name, **_shown(row)} for row in board.offices]
        overall, empty = _shown(board.total), _plain(Tally())
    else:
        found = office_tallies(since, until, on=on)
        offices = [_office(row) for row in found]
        overall, empty = _plain(together(row.tally for row in found)), _plain(Tally())
    if office is None:
        return {**head, **overall, "offices": offices}
    return {**head, **empty, **next((row for row in offices if row["office"] == office), {})}


class NotReleased(LookupError):
    """The days asked for are no month that was released."""


def _released(since: date | None, until: date | None) -> Board:
    month = Month.of(since) if since else None
    if until is not None and month is None:
        month = Month.of(until).before
    if month and (since or month.first, until or month.after.first) != (month.first, month.after.first):
        raise NotReleased
    try:
        found = board_of(month)
    except LookupError as error:
        raise NotReleased from error
    if found is None:
        raise NotReleased
    return found


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


def _shown(row: Row) -> dict[str, Any]:
    """Without the number of all filed: it would give away a part that is withheld."""
    return {
        **{name: row.counts[name].value for name in _PLAIN},
        "median_days_to_answer": row.median_days.value,
        "shares": {name: _share(share.value) for name, share in row.shares.items()},
        "apart": {name: row.counts[name].value for name in APART},
    }


def _quality(quarter: Quarter | None, office: str | None) -> dict[str, Any] | None:
    """How good answers are, by office and by category; None while there is no quarter to tell of."""
    found = quality_board(quarter)
    if found is None:
        return None
    offices = [_group("office", one) for one in found.offices if office in (None, one.code)]
    told: dict[str, Any] = {
        "quarter": str(found.quarter),
        "as_of": found.on.isoformat(),
        "threshold": found.threshold,
        "offices": offices,
        "sample": found.sample and _sample(found.sample, office),
    }
    if office is None:
        told["categories"] = [_group("category", one) for one in found.categories]
    return told


def _group(what: str, group: Group) -> dict[str, Any]:
    shares = group.shares and _three(group.shares)
    return {what: group.code, "name": group.name, "cases": group.cases.value, "shares": shares}


def _three(shares: ThreeShares) -> dict[str, Any]:
    return {
        "in_all_parts": _said(shares.in_all_parts),
        "promises_kept": _said(shares.promises_kept),
        "reopened_within_60_days": _share(shares.reopened),
    }


def _sample(sample: SampleShown, office: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "state": sample.state,
        "size": sample.size,
        "batch": sample.batch,
        "closes_on": sample.closes_on.isoformat(),
    }
    if sample.state != "read":
        return told
    offices = [_office_read(one) for one in sample.offices if office in (None, one.code)]
    return {
        **told,
        "read": sample.read,
        "questions": [_question(one) for one in sample.questions],
        "offices": offices,
        "withheld": sample.withheld,
    }


def _office_read(one: OfficeRead) -> dict[str, Any]:
    questions = [_question(each) for each in one.questions]
    return {"office": one.code, "name": one.name, "read": one.read, "questions": questions}


def _question(one: Question) -> dict[str, Any]:
    kappa = one.kappa and {name: round(number, 6) for name, number in one.kappa._asdict().items()}
    return {
        "code": one.code,
        "yes": _share(one.yes),
        "cannot_tell": _share(one.cannot_tell),
        "alike": _share(one.alike),
        "kappa": kappa,
    }


def _said(said: Said) -> dict[str, Any]:
    return {"yes": _share(said.yes), "silent": _share(said.silent)}


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
