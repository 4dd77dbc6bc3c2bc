"""How good answers are: three shares of one released row, never one of them alone."""

from dataclasses import dataclass

from gongshi.figures.metrics import Share, share_of
from gongshi.figures.released.answers import AnswerCounts


@dataclass(frozen=True)
class Said:
    """What residents said: ``yes`` of those who said yes or no, ``silent`` of all; None where there is nothing."""

    yes: Share | None
    silent: Share | None


@dataclass(frozen=True)
class ThreeShares:
    """Three that are only ever told together: an answer can name every point and promise what is never done."""

    in_all_parts: Said
    promises_kept: Said
    reopened: Share | None


def three_shares(counts: AnswerCounts) -> ThreeShares:
    """All three. A share of nothing is None, and no reason to leave out the others."""
    return ThreeShares(
        _said(counts.all_parts, counts.some_parts, counts.cases),
        _said(counts.kept, counts.not_kept, counts.promised),
        share_of(counts.reopened, counts.cases),
    )


def shares_by_name(counts: AnswerCounts) -> dict[str, Share]:
    """The same under the names of docs/figures.md, as files hold them."""
    three = three_shares(counts)
    told = {
        "in_all_parts.yes": three.in_all_parts.yes,
        "in_all_parts.silent": three.in_all_parts.silent,
        "promises_kept.yes": three.promises_kept.yes,
        "promises_kept.silent": three.promises_kept.silent,
        "reopened_within_60_days": three.reopened,
    }
    return {name: share for name, share in told.items() if share}


def _said(yes: int, no: int, of: int) -> Said:
    return Said(share_of(yes, yes + no), share_of(of - yes - no, of))
