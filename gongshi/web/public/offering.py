"""Which category is offered for a matter that has none: one when the model is sure, three when not, and all below.

Asked only of what somebody wrote before they went on, never while they type. What was offered travels in the form, so
that the difference from what they choose can be counted when it is sent.
"""

from datetime import date
from typing import Any

from gongshi.cases.intake.choices import categories_behind, leaf
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.routing.actions import count_suggestion
from gongshi.routing.queries import CategoryNode
from gongshi.routing.suggesting import SURE, UNSURE, WORDS, Opinion, opinion

SHOWN = 3


def offer(matter: Matter, door: str) -> Opinion:
    """What fits the matter's words, noted in the matter."""
    found = opinion(f"{matter.text}\n{matter.wish}", door)
    matter.offered = " ".join([found.how, *(node.code for node in found.nodes)])
    return found


def all_others(door: str, offered: Opinion) -> list[tuple[Any, list[CategoryNode]]]:
    """Every category that could be chosen instead of those that are offered, by group."""
    shown = {node.id for node in offered.nodes}
    left = [
        (group.name if group else "", [node for node in nodes if node.id not in shown])
        for group, nodes in categories_behind(door)
    ]
    return [(name, nodes) for name, nodes in left if nodes]


def _offered(matter: Matter) -> tuple[str, list[str]]:
    how, *codes = matter.offered.split() or [""]
    return how, codes


def is_offered(matter: Matter) -> bool:
    """Whether its category was chosen from what was offered."""
    return _offered(matter)[0] in (SURE, UNSURE, WORDS)


def take_unseen(draft: Draft) -> bool:
    """Note categories that were chosen without having been offered, so where they go was not shown yet; if any were."""
    found = False
    for matter in draft.matters:
        how, codes = _offered(matter)
        if how and leaf(matter.category) and matter.category not in codes:
            matter.offered = " ".join([how, *codes, matter.category])
            found = True
    return found


def choose_again(draft: Draft, number: str) -> None:
    """Take back the category of a matter that was offered some."""
    for at, matter in enumerate(draft.matters, start=1):
        if str(at) == number and is_offered(matter):
            matter.category = matter.subject = ""


def count_offers(draft: Draft, on: date) -> None:
    """Count, for each matter that was offered categories by the model, which one was chosen."""
    for matter in draft.matters:
        how, codes = _offered(matter)
        first, chosen = leaf(codes[0]) if codes else None, leaf(matter.category)
        if how in (SURE, UNSURE) and first and chosen:
            shown = codes[:SHOWN]
            place = shown.index(chosen.code) + 1 if chosen.code in shown else 0
            count_suggestion(first, chosen, place=place, sure=how == SURE, on=on)
