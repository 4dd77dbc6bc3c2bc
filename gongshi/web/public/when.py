"""When must they answer me? A procedure and a day in, every deadline out: as a picture, a table and a calendar file.

For everybody, and nothing of a visit is kept: what is chosen comes as a form, so that it stands in no address, no log
and no history of a browser, and it is written nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongshi.cases.engine import promise_of
from gongshi.cases.intake.faults import Problem
from gongshi.cases.reckoning import day_typed, differing, procedures_in_use
from gongshi.places.queries import calendar, local_day, the_place
from gongshi.routing.queries import CategoryNode
from gongshi.rules.procedure import Procedure, Promise
from gongshi.rules.timeline import Timeline, timeline
from gongshi.web.limits import too_many, wait_for
from gongshi.web.public.boxes import Box, Choice, wrong_with
from gongshi.web.public.drawings import timeline_drawing
from gongshi.web.public.when_words import counted, deadline_entries, rows_beside, rows_of
from gongshi.words import in_language, language, say

UNTAKEN = 422
MOST_TYPED = 200
BETWEEN = "/"
LABELS = {"what": say("什么事", "What it is about"), "on": say("哪天交的", "The day it was handed in")}
WORDS = {
    "what": say("请选一项。", "Choose one."),
    "on": say(
        "请填一个日期：2000年以后，最晚两年以后。", "Give a day: from 2000 on, at most two years ahead."
    ),
}


@dataclass(frozen=True)
class Chosen:
    """What somebody asked for; ``what`` and ``on`` as typed."""

    what: str
    on: str
    procedure: Procedure | None = None
    promise: Promise | None = None
    category: CategoryNode | None = None
    day: date | None = None

    @property
    def timeline(self) -> Timeline | None:
        """Every deadline; None where something is not chosen yet."""
        if self.procedure is None or self.day is None:
            return None
        return timeline(self.procedure, filed_on=self.day, calendar=calendar(), promise=self.promise)


@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest) -> HttpResponse:
    """The two questions and, once they are answered, every deadline."""
    today = local_day(timezone.now())
    if request.method != "POST":
        return _page(request, Chosen("", today.isoformat()), today)
    chosen = _chosen(request, today)
    if wait := _wait_for(chosen, request):
        return too_many(request, wait)
    return _page(request, chosen, today, list(_problems(chosen)))


@require_POST
def when_file(request: HttpRequest) -> HttpResponse:
    """The same days as a file for a calendar program."""
    # Rarely asked for, and the library behind it is large.
    from gongshi.formats.icalendar_file import calendar_file

    at = timezone.now()
    today = local_day(at)
    chosen = _chosen(request, today)
    if wait := _wait_for(chosen, request):
        return too_many(request, wait)
    found = chosen.timeline
    if found is None:
        return _page(request, chosen, today, list(_problems(chosen)))
    name = f"{in_language(found.procedure.name)} · {in_language(the_place().name)}"
    body = calendar_file(deadline_entries(found), name=name, language=language(), at=at)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response


def _wait_for(chosen: Chosen, request: HttpRequest) -> int:
    """Count one answer of this request's neighbourhood, without anything of it kept: seconds to wait, 0: none.

    What fails by the form asks for none and is not counted.
    """
    return 0 if any(_problems(chosen)) else wait_for("reckoning", request)


def _page(
    request: HttpRequest, chosen: Chosen, today: date, problems: list[Problem] | None = None
) -> HttpResponse:
    found = chosen.timeline if not problems else None
    context: dict[str, Any] = {
        "what_box": _what_box(chosen, problems or []),
        "day_box": _day_box(chosen, problems or []),
        "found": [
            {"text": one.text, "label": one.label, "target": f"id_{one.name}"} for one in problems or ()
        ],
        "chosen": chosen,
        "timeline": found,
    }
    if found is not None:
        context |= {
            "picture": timeline_drawing(found, calendar(), language()),
            "way": rows_of(found, found.way, today),
            "passed": rows_of(found, found.passed, today),
            "beside": rows_beside(found),
            "routes": [
                route
                for code in found.procedure.stages[found.ends_in].routes
                if (route := the_place().route(code))
            ],
        }
    return render(request, "public/when.html", context, status=UNTAKEN if problems else 200)


def _chosen(request: HttpRequest, today: date) -> Chosen:
    what = (request.POST.get("what") or "")[:MOST_TYPED]
    on = (request.POST.get("on") or "").strip()[:MOST_TYPED]
    code, _, category = what.partition(BETWEEN)
    procedure = next((one for one in procedures_in_use() if one.code == code), None)
    node = next((one for one in differing(procedure) if one.code == category), None) if procedure else None
    if procedure is not None and category and node is None:
        procedure = None
    promise = promise_of(node) if node else None
    return Chosen(what, on, procedure, promise, node, day_typed(on, today))


def _problems(chosen: Chosen) -> Iterator[Problem]:
    for name, right in (("what", chosen.procedure), ("on", chosen.day)):
        if right is None:
            yield Problem("when", name, WORDS[name], LABELS[name])


def _what_box(chosen: Chosen, problems: list[Problem]) -> Box:
    groups = []
    for procedure in procedures_in_use():
        nodes = differing(procedure)
        choices = [
            Choice(f"{procedure.code}{BETWEEN}{node.code}", f"{in_language(node.name)} · {counted(node)}")
            for node in nodes
        ]
        groups.append((procedure.name, tuple(choices or [Choice(procedure.code, procedure.name)])))
    return Box(
        "what",
        LABELS["what"],
        kind="list",
        value=chosen.what,
        hint=say(
            "有承诺天数的，写在后面。", "Where a number of days is promised, it stands behind the name."
        ),
        wrong=wrong_with(problems, "what"),
        optional=False,
        groups=tuple(groups),
    )


def _day_box(chosen: Chosen, problems: list[Problem]) -> Box:
    return Box(
        "on",
        LABELS["on"],
        kind="day",
        value=chosen.on,
        hint=say(
            "收到的当天不算，从第二天数起。", "That day itself is not counted: counting begins on the next."
        ),
        wrong=wrong_with(problems, "on"),
        optional=False,
    )
