"""How good answers are: three shares of one released row, never one of them alone."""

from dataclasses import dataclass

from gongshi.figures.metrics import Share, share_of
from gongshi.figures.released.answers import AnswerCounts


@dataclass(frozen=True)
class Said:
    """What residents said: ``yes`` of those who said yes or no, ``silent`` of all.

    None where there is nothing to be a share of, or where both are ``withheld`` because a count of them is.
    """

    yes: Share | None
    silent: Share | None
    withheld: bool = False


@dataclass(frozen=True)
class ThreeShares:
    """Three that are only ever told together: an answer can name every point and promise what is never done."""

    in_all_parts: Said
    promises_kept: Said
    reopened: Share | None
    reopened_withheld: bool = False

    @property
    def withheld(self) -> tuple[str, ...]:
        """Which of the three, by their names in docs/figures.md."""
        which = {
            "in_all_parts": self.in_all_parts.withheld,
            "promises_kept": self.promises_kept.withheld,
            "reopened_within_60_days": self.reopened_withheld,
        }
        return tuple(name for name, is_withheld in which.items() if is_withheld)


def three_shares(counts: AnswerCounts) -> ThreeShares:
    """All three. One that is None, as of nothing or withheld, is no reason to leave out the others."""
    return ThreeShares(
        _said(counts.all_parts, counts.some_parts, counts.cases),
        _said(counts.kept, counts.not_kept, counts.promised),
        None if counts.reopened is None else share_of(counts.reopened, counts.cases),
        counts.reopened is None,
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


def _said(yes: int | None, no: int | None, of: int | None) -> Said:
    if yes is None or no is None or of is None:
        return Said(None, None, withheld=True)
    return Said(share_of(yes, yes + no), share_of(of - yes - no, of))
