"""Answering together: cases of one cause, one text with places filled in, and each resident's own letter.

The way: causes, then the cause's cases as metadata with a box each, then their words beside one form, then every letter
as it will be read, then what became of each. All of it stands in the form; nothing is kept between the steps.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.bulletin.prepared import offered as prepared_by
from gongshi.cases import engine, labels, one_cause
from gongshi.cases.actions.answers import NewAnswer, decisions, move_for
from gongshi.cases.actions.looks import open_together
from gongshi.cases.actions.together import Addressee, answer_together, letter_for, undo_together, unfilled
from gongshi.cases.letters import open_routes
from gongshi.cases.models import Case
from gongshi.cases.one_cause import Cause, accepting, answering
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import CaseWords
from gongshi.cases.undo_points import cases_to_undo
from gongshi.cases.worklists import COUNTED
from gongshi.places.queries import area_by_code, areas
from gongshi.routing.queries import categories, category_by_code
from gongshi.rules.templates import PLACEHOLDERS
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.answers import start
from gongshi.web.desk.filling import begun_for_many, choices_for_many, values_of
from gongshi.web.desk.forms import AnswerForm
from gongshi.web.desk.moves import UNTAKEN
from gongshi.words import in_language, language, say

NOWHERE = "-"


@dataclass
class Line:
    """One case of the batch. ``name`` is its name in the form: reference, number and how far its history went."""

    case: Case
    name: str
    chosen: bool
    changed: bool
    words: CaseWords | None = None
    letter: dict[str, Any] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The matter's public name."""
        return shown.reference_of(self.case)

    @property
    def url(self) -> str:
        """The case's own page."""
        return shown.address(self.case)


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """The causes; with ``category``, ``area`` and ``week`` one of them; by POST the steps of answering it."""
    require(request.actor, "case.work")
    at = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    if "category" not in asked:
        return _causes(request, at)
    cause = _cause(asked)
    if request.method != "POST":
        return _choice(request, cause, at)
    lines = _lines(request, at)
    if not any(line.chosen for line in lines):
        return _choice(request, cause, at, nothing=True)
    return _step(request, cause, lines, at)


def address(cause: Cause) -> str:
    """The query that names a cause."""
    area = areas().everything[cause.area].code if cause.area else NOWHERE
    category = categories().everything[cause.category].code
    return urlencode({"category": category, "area": area, "week": cause.week.isoformat()})


def _cause(asked: QueryDict) -> Cause:
    category, area = category_by_code(asked.get("category", "")), area_by_code(asked.get("area", ""))
    try:
        week = date.fromisoformat(asked.get("week", ""))
    except ValueError:
        raise NotFound from None
    nowhere = asked.get("area", NOWHERE) == NOWHERE
    if category is None or (area is None and not nowhere) or not 2 <= week.year < date.max.year:
        raise NotFound
    return Cause(category.id, area.id if area else None, one_cause.monday(week))


def _named(cause: Cause) -> dict[str, Any]:
    """A cause in words, and the fields that carry it through the steps."""
    node = categories().everything[cause.category]
    return {
        "category": in_language(node.name),
        "area": shown.area_words(cause.area),
        "from_on": cause.week,
        "until_on": cause.week + timedelta(days=6),
        "query": address(cause),
        "fields": [tuple(pair.split("=", 1)) for pair in address(cause).split("&")],
    }


def _causes(request: DeskRequest, at: datetime) -> HttpResponse:
    found, more = one_cause.groups(request.actor, at=at)
    rows = [{**_named(group.cause), "cases": group.cases, "oldest_due": group.oldest_due} for group in found]
    context = {"rows": rows, "more": more, "looked_at": COUNTED, **desk(request)}
    return render(request, "desk/together.html", context)


def _choice(request: DeskRequest, cause: Cause, at: datetime, *, nothing: bool = False) -> HttpResponse:
    """The cause's cases as metadata, all chosen but those with more to read. With ``nothing``: none was."""
    cases, more = one_cause.cases_of(request.actor, cause, at=at)
    lines = [Line(case, _name(case), chosen=not _has_more(case), changed=False) for case in cases]
    rows = shown.rows(cases, at)
    context = {
        "cause": _named(cause),
        "lines": list(zip(lines, rows, strict=True)),
        "most": one_cause.MOST if more else 0,
        "nothing": nothing,
        "texts": [text for name, text in request.POST.items() if name in AnswerForm.base_fields and text],
        **desk(request),
    }
    return render(request, "desk/together_choice.html", context, status=UNTAKEN if nothing else 200)


def _name(case: Case) -> str:
    return f"{case.filing.reference}/{case.number}/{case.seq}"


def _has_more(case: Case) -> bool:
    return bool(getattr(case, "more", False))


def _lines(request: DeskRequest, at: datetime) -> list[Line]:
    """The cases that the form names (``of``), those among them that are chosen (``case``). At most `one_cause.MOST`."""
    named: dict[tuple[str, int], str] = {}
    for name in dict.fromkeys([*request.POST.getlist("of"), *request.POST.getlist("case")]):
        if place := one_cause.place_of(name):
            named[place] = name
    chosen = set(request.POST.getlist("case"))
    found = one_cause.cases_named(request.actor, list(named)[: one_cause.MOST], at=at)
    return [
        Line(case, name, chosen=name in chosen and name == _name(case), changed=name != _name(case))
        for place, name in named.items()
        if (case := found.get(place)) and answering(case.procedure_id, case.stage)
    ]


def _step(request: DeskRequest, cause: Cause, lines: list[Line], at: datetime) -> HttpResponse:
    opened = open_together([line.case for line in lines], request.actor, at=at)
    lines = [replace(line, words=opened[line.case.id]) for line in lines if line.case.id in opened]
    if not any(line.chosen for line in lines):
        return _choice(request, cause, at, nothing=True)
    act = request.POST.get("act", "")
    offered = _offered(lines)
    if act == "open":
        return _page(request, cause, lines, AnswerForm(offered, initial=start(request)))
    if act == "template":
        return _page(request, cause, lines, _begun(request, lines, offered))
    form = AnswerForm(offered, request.POST)
    chosen = [line for line in lines if line.chosen]
    latest = max(line.case.opened_on for line in chosen)
    whole = form.find_faults(on=engine.today(at), opened_on=latest, to_be_filled=True)
    complete = whole and _fillable(form, chosen)
    if act == "edit" or not complete:
        return _page(request, cause, lines, form, status=200 if complete else UNTAKEN)
    if act == "send":
        return _send(request, cause, chosen, form.answer(), at)
    for line in chosen:
        line.letter = _letter(line, form.answer(), at)
    return _page(request, cause, lines, form, letters=[line for line in lines if line.letter])


def _begun(request: DeskRequest, lines: list[Line], offered: list[str]) -> AnswerForm:
    """The form with what was typed, and the words of the chosen template after it."""
    typed = {name: request.POST.get(name) for name in AnswerForm.base_fields}
    code = request.POST.get("template", "")
    row = next((one for one in prepared_by(request.actor) if one.prepared.code == code), None)
    added = begun_for_many(typed, row, _language(lines)) if row else {}
    return AnswerForm(offered, initial={**typed, **added})


def _language(lines: list[Line]) -> str:
    """The language in which most of the chosen cases were filed."""
    filed = [line.case.filing.language for line in lines if line.chosen]
    return max(filed, key=filed.count)


def _offered(lines: list[Line]) -> list[str]:
    """What all of the chosen cases can be told."""
    each = [decisions(answering(line.case.procedure_id, line.case.stage)) for line in lines if line.chosen]
    return [code for code in each[0] if all(code in one for one in each)] if each else []


def _promised_already(lines: list[Line]) -> list[str]:
    """Of the chosen cases those that cannot be told "will do", while others can."""
    chosen = [line for line in lines if line.chosen]
    without = [
        line.reference
        for line in chosen
        if "will_do" not in decisions(answering(line.case.procedure_id, line.case.stage))
    ]
    return without if len(without) < len(chosen) else []


def _fillable(form: AnswerForm, chosen: list[Line]) -> bool:
    """Whether every placeholder is filled for every case; where not is said at the form."""
    lacking: dict[str, list[str]] = {}
    for line in chosen:
        for name in unfilled(letter_for(form.answer(), _values(line))):
            lacking.setdefault(name, []).append(line.reference)
    for name, references in lacking.items():
        text = say(
            "{name}：这些事项没有可填的内容，请去掉勾选或改写：{cases}",
            "{name}: nothing to fill in for these; leave them out or write it otherwise: {cases}",
        )
        where = ", ".join(references[:5]) + (" …" if len(references) > 5 else "")
        form.add_error(None, str(text).format(name=f"{{{name}}}", cases=where))
    return not lacking


def _values(line: Line) -> dict[str, str]:
    return values_of(line.case, line.words.place if line.words else "")


def _letter(line: Line, answer: NewAnswer, at: datetime) -> dict[str, Any]:
    """One resident's letter as it will go out."""
    case = line.case
    moves = answering(case.procedure_id, case.stage)
    accept = accepting(case.procedure_id, case.stage)
    before = accept.target(case.stage) if accept else case.stage
    stage = move_for(answer.decision, moves).target(before)
    mine = letter_for(answer, _values(line))
    return {"answer": mine, "routes": open_routes(case, engine.today(at), stage=stage)}


def _page(
    request: DeskRequest, cause: Cause, lines: list[Line], form: AnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    chosen = [line for line in lines if line.chosen]
    context = {
        "cause": _named(cause),
        "lines": lines,
        "chosen": chosen,
        "form": form,
        "without_promise": _promised_already(lines),
        "english": sum(line.case.filing.language == "en" for line in chosen),
        "placeholders": [f"{{{zh if language() == 'zh' else code}}}" for code, zh in PLACEHOLDERS.items()],
        "decision": labels.DECISIONS.get(str(form.data.get("decision", ""))),
        "template": request.POST.get("template", ""),
        **choices_for_many(prepared_by(request.actor), cause.category, _language(lines)),
        **desk(request),
        **more,
    }
    return render(request, "desk/together_write.html", context, status=status)


def _send(
    request: DeskRequest, cause: Cause, chosen: list[Line], answer: NewAnswer, at: datetime
) -> HttpResponse:
    """Send them one by one, and say what became of each."""
    sent = answer_together(
        [Addressee(line.case, line.case.seq, _values(line)) for line in chosen],
        answer,
        actor=request.actor,
        at=at,
    )
    lines = {line.case.id: line for line in chosen}
    kept = [
        {"line": lines[case_id], "why": words.TOGETHER.get(code) or words.REFUSALS[code]}
        for case_id, code in sent.items()
        if code
    ]
    out = [lines[case_id] for case_id, code in sent.items() if not code]
    context = {
        "cause": _named(cause),
        "sent": out,
        "undo": [_name(line.case) for line in out] if settings.UNDO_SECONDS else [],
        "kept": kept,
        "answer": answer,
        **desk(request),
    }
    return render(request, "desk/together_sent.html", context)


@staff_page("POST")
def undo(request: DeskRequest) -> HttpResponse:
    """Take back what was just sent together; what could not be is said for each."""
    require(request.actor, "case.work")
    at, named = timezone.now(), dict.fromkeys(request.POST.getlist("case"))
    places = {place: name for name in list(named)[: one_cause.MOST] if (place := one_cause.place_of(name))}
    found = cases_to_undo(request.actor, places)
    asked = [(found[place], int(name.rpartition("/")[2])) for place, name in places.items() if place in found]
    done = undo_together(asked, actor=request.actor, at=at)
    lines = {case.id: Line(case, _name(case), chosen=False, changed=False) for case, _ in asked}
    context = {
        "undone": [lines[case_id] for case_id, code in done.items() if not code],
        "kept": [
            {"line": lines[case_id], "why": words.TOGETHER.get(code) or words.REFUSALS[code]}
            for case_id, code in done.items()
            if code
        ],
        **desk(request),
    }
    return render(request, "desk/together_undone.html", context)
