"""Ways that stay open outside, as letters have them; and the letter of a time that ran out where nobody can press.

That one is written by the program alone, which has no key of a sealed case: so it is read from the history each time,
with the template that the case began with, and holds nothing that anybody typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from gongshi.accounts.queries import offices
from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.places.queries import calendar, the_place
from gongshi.routing.queries import categories
from gongshi.rules.deadlines import Counting, due_on
from gongshi.rules.letters import letter, written_day
from gongshi.rules.procedure import CaseState, Move, Procedure
from gongshi.words import in_language, pair

OVERDUE = "case.overdue"


def last_day(route: Mapping[str, Any], on: date) -> date | None:
    """Until when a route is open, counted from ``on``; None for one that never closes."""
    counting: Counting = "working" if route.get("counting") == "working" else "calendar"
    days = route.get("days")
    return due_on(start_on=on, days=days, counting=counting, calendar=calendar()) if days else None


def routes_in_words(codes: Iterable[str], on: date, language: str) -> str:
    """Ways by name, each with its last day counted from ``on`` and what it is for."""
    lines = []
    for route in filter(None, map(the_place().route, codes)):
        day, name = last_day(route, on), in_language(route["name"], language)
        if day:
            told = written_day(day, language)
            name += in_language(pair(f"（最晚{told}）", f" (by {told})"), language)
        lines.append(f"· {name}{'：' if language == 'zh' else ': '}{in_language(route['words'], language)}")
    return "\n".join(lines)


def way_out(procedure: Procedure, stage: str) -> Move | None:
    """The resident's way to the body outside from this stage, open or not."""
    return next((move for move in procedure.moves_from(stage) if move.effect == "leave"), None)


def since_when(case: Case, state: CaseState) -> date:
    """The day from which the time of the body outside counts: when the office was late, or when it decided."""
    rules = engine.procedure_of(case).clocks
    late = [
        clock.due_on
        for code, clock in state.clocks.items()
        if clock.expired_on and rules[code].waits_for == case.holder and not rules[code].lapse
    ]
    return max(late, default=None) or case.answered_on or case.opened_on


def overdue_letters(
    case: Case, events: Iterable[Any]
) -> Iterator[tuple[UUID, datetime, str, UUID, str, str, str]]:
    """The letters about times that ran out where nobody could press: id, when, kind, office, text, name, language."""
    for one in events:
        # Of what was told to all of a joint matter the letter is kept, and the step has nothing to write it from.
        written = overdue_letter(case, one.params) if one.code == OVERDUE and one.params else None
        if written:
            name, text = written
            key, office = uuid5(case.id, str(one.seq)), UUID(one.params["whose"])
            yield key, one.at, "letter", office, text, name, case.filing.language


def overdue_letter(case: Case, params: Mapping[str, Any], language: str = "") -> tuple[str, str] | None:
    """Name and text of the letter about a time that ran out where nobody can press, by what history holds of it.

    ``language``: another than that of whoever filed.
    """
    procedure = engine.procedure_of(case)
    template, out = procedure.late_letter, way_out(procedure, str(params["stage"]))
    if template is None or out is None:
        return None
    language, due = language or case.filing.language, date.fromisoformat(params["date"])
    has_it = offices().get(UUID(params["whose"]))
    number = "" if case.number == 1 else f"/{case.number}"
    made = letter(
        template,
        {
            "reference": f"{case.filing.reference}{number}",
            "matter": in_language(categories().everything[case.category_id].name, language),
            "filed_on": written_day(case.opened_on, language),
            "today": written_day(date.fromisoformat(params["on"]), language),
            "office": in_language(has_it.name, language) if has_it else "",
            "office_phone": has_it.phone if has_it else "",
            "clock": in_language(procedure.clocks[params["clock"]].name, language),
            "due": written_day(due, language),
            "pressed_times": str(params.get("times") or ""),
            "raised_after": str(params.get("raised") or ""),
            "outside": routes_in_words([out.outside], due, language),
            "routes": routes_in_words(procedure.stages[params["stage"]].routes, due, language),
        },
        language,
    )
    return in_language(template.name, language), made.text


def routes_of(case: Case) -> list[dict[str, Any]]:
    """Every other way that is open for this case's procedure, whatever its stage (promise 4)."""
    procedure = engine.procedure_of(case)
    codes = dict.fromkeys(code for stage in procedure.stages.values() for code in stage.routes)
    return [route for code in codes if (route := the_place().route(code))]
