"""What one case was counted as when its figures were released, as far as its public copy tells it."""

from collections import Counter
from datetime import datetime

from django.db.models import Q

from gongshi.cases import models as cases
from gongshi.figures.metrics import REOPENED_WITHIN, AnswerTally
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.queries import counted, filed, first_answers, office_names
from gongshi.figures.released.beside import Told
from gongshi.figures.released.columns import WITHIN
from gongshi.figures.released.counting import Names
from gongshi.places.queries import local_day
from gongshi.rules.disclosure import Cell

_ELSEWHERE = ("case.category_corrected", "case.taken_over", "case.merged", "case.claimed")


class UnknownError(LookupError):
    """Where a case was counted cannot be told any more: it has another office or category since, or is apart."""


def first_answer(case: cases.Case) -> cases.Answer | None:
    """The answer that its quarter counts, None where there is none that figures are about."""
    answer = cases.Answer.objects.filter(case=case, number=1, undone_at=None).first()
    if answer is None:
        return None
    quarter = Quarter.of(local_day(answer.sent_at))
    return answer if first_answers(quarter.first, quarter.after.first).filter(pk=answer.pk).exists() else None


def counted_in_month(case: cases.Case, at: datetime) -> tuple[Cell, Counter[str]] | None:
    """Where the month counted it, and what its public copy tells of that, as of ``at``; None where it did not.

    Raises UnknownError.
    """
    month = Month.of(case.opened_on)
    if _began_after(case, at):
        return None
    _check_stayed(case, at)
    if not filed(month.first, month.after.first).filter(counted(), pk=case.pk).exists():
        return None
    return Names().cell((case.office_id, case.category_id, case.area_id)), _facts(case, at)


def counted_in_quarter(case: cases.Case, answer: cases.Answer, at: datetime) -> tuple[Told, AnswerTally]:
    """Where the quarter counted it, and what a published case tells of that. Raises UnknownError."""
    _check_stayed(case, answer.sent_at + REOPENED_WITHIN)
    reopened = cases.History.objects.filter(
        case=case, code="case.reopened", at__lte=answer.sent_at + REOPENED_WITHIN
    )
    promised = cases.Answer.objects.filter(case=case, undone_at=None, by_on__lt=local_day(at))
    office, category = (
        office_names([answer.office_id])[answer.office_id][0],
        Names().categories[case.category_id],
    )
    told = Told(office, category[0], Month.of(case.opened_on), agreed=False)
    return told, AnswerTally(cases=1, promised=int(promised.exists()), reopened=int(reopened.exists()))


def _began_after(case: cases.Case, at: datetime) -> bool:
    """Whether it was split off another matter later: it has that one's day, and was not counted then."""
    first = cases.History.objects.filter(case=case).order_by("seq").first()
    return first is not None and first.at > at


def _check_stayed(case: cases.Case, at: datetime) -> None:
    if case.outcome == "forwarded" and case.closed_at and case.closed_at > at:
        raise UnknownError
    since = cases.History.objects.filter(case=case, at__gt=at)
    if since.filter(Q(code__in=_ELSEWHERE) | Q(params__has_key="office")).exists():
        raise UnknownError


def _facts(case: cases.Case, at: datetime) -> Counter[str]:
    facts = Counter(cases=1)
    said = {"confirmed": "confirmed", "unconfirmed": "not_confirmed", "withdrawn": "withdrawn"}.get(
        case.outcome
    )
    if said and case.closed_at and case.closed_at <= at:
        facts[said] = 1
    # An answer that was taken back later stood then; one that was taken back is told to nobody.
    sent = cases.Answer.objects.filter(case=case, undone_at=None, sent_at__lte=at)
    last = sent.order_by("-number").first()
    if last is None:
        return facts
    facts.update({"answered": 1, "due": 1, "asked": 1})
    facts.update({"promised": 1} if sent.filter(by_on__lt=local_day(at)).exists() else {})
    reopened = cases.History.objects.filter(case=case, code="case.reopened", at__lte=at)
    if reopened.exists():
        facts["reopened"] = 1
    if not reopened.filter(at__gt=last.sent_at).exists():
        days = max((local_day(last.sent_at) - case.opened_on).days, 0)
        facts.update({f"within_{upto}": 1 for upto in WITHIN if days <= upto})
    return facts
