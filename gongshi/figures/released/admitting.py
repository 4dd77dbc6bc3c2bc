"""Copies that residents agreed to show after figures that count them were out: let go to review, or kept back.

Why, and by what rule: docs/rules/disclosure.md#agreed-to-afterwards.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from gongshi.cases.actions.held_copies import held_consents, keep_back, let_go, was_kept_back, was_known
from gongshi.cases.models import Case, Consent
from gongshi.figures.metrics import AnswerTally
from gongshi.figures.models import CountedMonth, CountedQuarter, ReleasedMonth, ReleasedQuarter
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.beside import Told
from gongshi.figures.released.kept import (
    KeptMonth,
    KeptQuarter,
    keep_known,
    keep_quarter,
    kept_month,
    kept_quarter,
)
from gongshi.figures.released.late import month_holds, quarter_holds
from gongshi.figures.released.late_facts import (
    UnknownError,
    counted_in_month,
    counted_in_quarter,
    first_answer,
)
from gongshi.figures.released.quarters import months_of, released_quarter
from gongshi.figures.released.queries import released
from gongshi.places.queries import local_day
from gongshi.safekeeping.hashing import lasting_hash

TRIES = 4
"""How often at most figures are withheld anew in one go; what is not decided then waits for the next."""
ONE_IN = 10
"""So many late copies are kept back by a draw: that one is kept back tells nothing for certain of what is withheld."""
DRAWN = "late copies"
KEPT = timedelta(days=365)
"""So long true counts are kept. Afterwards nothing of their month or quarter is let go."""


def are_out(case: Case) -> bool:
    """Whether a month or a quarter was released that counts this case, or may."""
    if ReleasedMonth.objects.filter(first_on=Month.of(case.opened_on).first).exists():
        return True
    answer = first_answer(case)
    return (
        answer is not None
        and ReleasedQuarter.objects.filter(first_on=_quarter(answer.sent_at).first).exists()
    )


def decide_held(at: datetime) -> int:
    """Decide on copies that wait, those of one month together; how many were decided. One at a time does this."""
    decided, budget, waiting = 0, _Budget(TRIES), list[Consent]()
    for consent in held_consents():
        if was_kept_back(consent.case) or drawn(consent.case):
            decided += keep_back(consent, at=at)
        else:
            waiting.append(consent)
    waiting.sort(key=lambda one: (one.case.opened_on, one.given_at, one.pk))
    for month, those in groupby(waiting, key=lambda one: Month.of(one.case.opened_on)):
        figures = _Figures.of(month)
        for consents, fit in _decided(figures, [*those], budget):
            if fit is None:
                decided += sum(keep_back(one, at=at) for one in consents)
            else:
                figures = fit
                decided += _let_go(figures, consents)
    return decided


def drawn(case: Case) -> bool:
    """Whether a copy of this case is kept back whatever it would tell. Drawn once, by a key, and never stored."""
    return int.from_bytes(lasting_hash(DRAWN, case.id.bytes)[:8], "big") % ONE_IN == 0


def forget_counted(at: datetime) -> int:
    """True counts that were kept long enough are gone; how many."""
    gone = [table.objects.filter(at__lt=at - KEPT).delete()[0] for table in (CountedMonth, CountedQuarter)]
    return sum(gone)


def _let_go(figures: "_Figures", consents: Sequence[Consent]) -> int:
    # Known first, then public: both or neither.
    with transaction.atomic():
        figures.keep()
        return sum(let_go(one) for one in consents)


@dataclass
class _Budget:
    tries: int

    def spend(self) -> bool:
        self.tries -= 1
        return self.tries >= 0


def _decided(
    figures: "_Figures", consents: Sequence[Consent], budget: _Budget
) -> Iterator[tuple[Sequence[Consent], "_Figures | None"]]:
    """Those that fit together, with the figures beside which they are known then; and each that does not, with None."""
    waiting = [consents]
    while waiting and budget.spend():
        these = waiting.pop()
        fit = figures.beside([one.case for one in these])
        if fit is None and len(these) > 1:
            half = len(these) // 2
            # The earlier ones first: they are at the end.
            waiting += [these[half:], these[:half]]
            continue
        figures = fit or figures
        yield these, fit


@dataclass(frozen=True)
class _Figures:
    """What was released of a month and of quarters, and what is known beside it. ``kept``: None where nothing is."""

    month: Month
    is_out: bool
    kept: KeptMonth | None
    quarters: dict[Quarter, KeptQuarter] = field(default_factory=dict)

    @classmethod
    def of(cls, month: Month) -> "_Figures":
        return cls(month, ReleasedMonth.objects.filter(first_on=month.first).exists(), kept_month(month))

    def beside(self, cases: Sequence[Case]) -> "_Figures | None":
        """The same with these cases known; None where figures do not hold beside them, or where nobody can tell."""
        try:
            return self._in_month(cases)._in_quarters(cases)
        except UnknownError:
            return None

    def _in_month(self, cases: Sequence[Case]) -> "_Figures":
        if not self.is_out:
            return self
        if self.kept is None:
            raise UnknownError
        known = {cell: Counter(counts) for cell, counts in self.kept.known.items()}
        for case in cases:
            if not was_known(case, self.kept.at) and (counted := counted_in_month(case, self.kept.at)):
                cell, facts = counted
                known.setdefault(cell, Counter()).update(facts)
        kept = self.kept
        if known != kept.known and not month_holds(released(self.month), kept.counted, known, kept.local):
            raise UnknownError
        return replace(self, kept=self.kept._replace(known=known))

    def _in_quarters(self, cases: Sequence[Case]) -> "_Figures":
        quarters, changed = dict(self.quarters), dict[Quarter, dict[Told, AnswerTally]]()
        for case in cases:
            answer = first_answer(case)
            if answer is None or not _is_out(quarter := _quarter(answer.sent_at)):
                continue
            kept = quarters.get(quarter) or kept_quarter(quarter)
            if kept is None:
                raise UnknownError
            quarters[quarter] = kept
            if not was_known(case, kept.at):
                tallies = changed.setdefault(quarter, dict(kept.tallies))
                _move(tallies, *counted_in_quarter(case, answer, kept.at))
        for quarter, tallies in changed.items():
            if not quarter_holds(released_quarter(quarter), tallies, months_of(quarter)):
                raise UnknownError
            quarters[quarter] = quarters[quarter]._replace(tallies=tallies)
        return replace(self, quarters=quarters)

    def keep(self) -> None:
        """From now on it is known beside them."""
        if self.kept:
            keep_known(self.month, self.kept.known)
        for quarter, kept in self.quarters.items():
            keep_quarter(quarter, kept)


def _move(tallies: dict[Told, AnswerTally], told: Told, tally: AnswerTally) -> None:
    """From those that nobody agreed to show to those that are known."""
    for which, sign in ((told, -1), (told._replace(agreed=True), 1)):
        counts = {
            name: sign * count + getattr(tallies.get(which), name, 0) for name, count in vars(tally).items()
        }
        tallies[which] = AnswerTally(**counts)


def _quarter(at: datetime) -> Quarter:
    return Quarter.of(local_day(at))


def _is_out(quarter: Quarter) -> bool:
    return ReleasedQuarter.objects.filter(first_on=quarter.first).exists()
