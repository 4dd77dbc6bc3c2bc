"""How categories are suggested here: the model's card, how suggestions and choices differ, the way back."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.cases.engine import today
from gongshi.routing.own_model import go_back, model_before, own_model
from gongshi.routing.queries import Difference, category_by_code, corrected, suggested_and_chosen
from gongshi.rules.intervals import wilson
from gongshi.rules.suggestion import Model
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.words import say

RIGHT = "settings.change"
MONTHS = 6
LEAST = 5
"""How often a pair was counted before it is told."""
PAIRS = 10


@staff_page("GET", "POST")
def suggester(request: DeskRequest) -> HttpResponse:
    """The page; POST goes back to the model from before, and that can be undone in the same way."""
    require(request.actor, RIGHT)
    if request.method == "POST":
        go_back()
        return redirect("desk:settings_suggester")
    model, before = own_model(), model_before()
    counted = suggested_and_chosen(_begin(today(timezone.now())), least=LEAST)
    context = {
        "card": _card(model) if model else None,
        "before": _card(before) if before else None,
        "months": MONTHS,
        "shown": counted.shown,
        "shares": _shares(counted),
        "pairs": counted.pairs[:PAIRS],
        "corrected": corrected(_begin(today(timezone.now())), least=LEAST)[:PAIRS],
        "least": LEAST,
        **desk(request),
    }
    return render(request, "desk/settings/suggester.html", context)


def _begin(day: date) -> date:
    months = day.year * 12 + day.month - 1 - (MONTHS - 1)
    return date(months // 12, months % 12 + 1, 1)


def _card(model: Model) -> dict[str, Any]:
    """What the model says of itself, as it can be shown. One that was made elsewhere says less."""
    about: dict[str, Any] = dict(model.about)
    unseen = about.get("unseen")
    labels = about.get("labels")
    return {
        "made_on": _day(about.get("made_on")),
        "given": about.get("given"),
        "published": about.get("published"),
        "held": about.get("held_out"),
        "ngrams": model.size,
        "sure_from": round(model.sure_from * 100),
        "unseen": {name: round(100 * unseen[name]) for name in ("accuracy", "sure", "right_when_sure")}
        if isinstance(unseen, dict)
        else None,
        "labels": [
            (node.name if (node := category_by_code(code)) else code, number)
            for code, number in (labels.items() if isinstance(labels, dict) else ())
        ],
    }


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _shares(counted: Difference) -> list[dict[str, Any]]:
    """The share right of the first suggestion and of the three, in hundredths, each with its interval of 95 %."""
    found = []
    for name, right in (
        (say("第一个就选了", "The first was chosen"), counted.first),
        (say("在三个里选了", "One of the three was chosen"), counted.three),
    ):
        interval = wilson(right, counted.shown)
        found.append(
            {
                "name": name,
                "share": round(100 * right / counted.shown) if counted.shown else None,
                "low": round(100 * interval.low),
                "high": round(100 * interval.high),
            }
        )
    return found
