"""Writes of routing that no pack brings: how suggestions compare with what people chose, and what offices corrected."""

from datetime import date

from django.db import transaction
from django.db.models import F

from gongshi.routing.models import CorrectionCount, SuggestionCount
from gongshi.routing.queries import CategoryNode
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed


def count_suggestion(first: CategoryNode, chosen: CategoryNode, *, place: int, sure: bool, on: date) -> bool:
    """One more of this pair in the month of ``on``; whether it was counted.

    ``place``: of the chosen one among the three, from 1; 0 if it was none of them. Nothing sealed and nothing about an
    office is counted: how many such matters there are is never a figure.
    """
    if any(is_sealed(node.kind) or is_about_an_office(node) for node in (first, chosen)):
        return False
    with transaction.atomic():
        row, _ = SuggestionCount.objects.get_or_create(
            month=on.replace(day=1), first_id=first.id, chosen_id=chosen.id, place=place, sure=sure
        )
        SuggestionCount.objects.filter(pk=row.pk).update(number=F("number") + 1)
    return True


def count_correction(was: CategoryNode, now: CategoryNode, *, on: date) -> None:
    """One more of this pair in the month of ``on``. For ordinary matters only: the caller's to see to."""
    row, _ = CorrectionCount.objects.get_or_create(month=on.replace(day=1), was_id=was.id, now_id=now.id)
    CorrectionCount.objects.filter(pk=row.pk).update(number=F("number") + 1)
