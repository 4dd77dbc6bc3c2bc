"""What is known to be out already, shown to whoever is about to report it. It never stands in their way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from gongshi.bulletin.actions.telling import unsubscribe
from gongshi.bulletin.disruptions import disruption_shown, known_about
from gongshi.bulletin.queries import PageNotFound
from gongshi.cases.intake.choices import chosen_area
from gongshi.cases.intake.draft import Draft, Matter, as_uuid
from gongshi.cases.intake.faults import Problem
from gongshi.routing.queries import CategoryNode
from gongshi.rules.ladder import is_sealed
from gongshi.web.limits import wait_for, within
from gongshi.web.public.boxes import Box, wrong_with
from gongshi.web.public.disruptions import Shown, contact_box, shown_at, take_in
from gongshi.web.public.steps import Outcome
from gongshi.words import say

TOO_OFTEN = say(
    "刚才从您这一片网络留的太多，请过{when}再试。不影响反映。",
    "Very many were left from your part of the network just now. Try again in {when}; reporting goes on as usual.",
)


@dataclass(frozen=True)
class KnownHere:
    """One notice beside a matter. ``told``: the key that takes back what was just left with it."""

    shown: Shown
    box: Box
    told: UUID | None


def known_beside(
    draft: Draft, kinds: dict[int, list[CategoryNode]], outcome: Outcome, at: datetime
) -> dict[int, list[KnownHere]]:
    """The notices that fit each matter, by its number; each notice once, beside the first. ``kinds``: by number."""
    found: dict[int, list[KnownHere]] = {}
    listed: set[str] = set()
    for number, matter in enumerate(draft.matters, start=1):
        for one in _fitting(draft.whole(matter), kinds.get(number, []), at):
            if one.code not in listed:
                listed.add(one.code)
                wrong = next(iter(wrong_with(outcome.problems, f"tell-{one.code}")), None)
                typed = outcome.typed if wrong else ""
                box = contact_box(one.code, typed, wrong)
                found.setdefault(number, []).append(KnownHere(one, box, outcome.told.get(one.code)))
    return found


def _fitting(whole: Matter, kinds: list[CategoryNode], at: datetime) -> list[Shown]:
    node = chosen_area(whole)
    path = node.path if node else ()
    found = {
        one.row.code: shown_at(one, at)
        for kind in kinds
        if not is_sealed(kind.kind)
        for one in known_about(kind.path, path, at=at)
    }
    return list(found.values())


def tell_of(outcome: Outcome, request: HttpRequest, at: datetime) -> Outcome:
    """Keep the contact that was typed beside a notice, or take one back; the form stays where it is."""
    if key := as_uuid(request.POST.get("untell") or ""):
        unsubscribe(key)
        return outcome
    code = request.POST.get("tell") or ""
    try:
        shown = shown_at(disruption_shown(code, at), at)
    except PageNotFound:
        return outcome
    typed = request.POST.get(f"tell-{code}") or ""
    wait = wait_for("telling", request)
    told: Any = TOO_OFTEN.format(when=within(wait)) if wait else take_in(shown, typed, at)
    if isinstance(told, UUID):
        outcome.told[code] = told
    else:
        outcome.typed = typed
        outcome.problems.append(Problem(outcome.page, f"tell-{code}", told, contact_box(code).label))
    return outcome
