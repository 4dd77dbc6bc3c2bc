"""Rows as the desk shows them: metadata in words, in the language of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from gongshi.accounts.queries import offices, staff_names
from gongshi.accounts.rights import ROLES
from gongshi.cases import engine, labels
from gongshi.cases.leads import NAMING, lacks_lead, lead_words
from gongshi.cases.models import Case, Clock, History, Look
from gongshi.cases.reading import ReadEvent
from gongshi.cases.sight import stand_in_for
from gongshi.cases.worklists import soon_until
from gongshi.places.queries import area_path, areas, calendar, the_place
from gongshi.routing.queries import categories, procedure_versions
from gongshi.rules.calendar import is_provisional
from gongshi.rules.procedure import CaseState, Step, picture
from gongshi.web.desk import words
from gongshi.web.templatetags.gongshi import day
from gongshi.words import Words, in_language, language, pair, say

NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One case in a list. ``clock`` is the clock drawn; "" while the resident has the word and nothing runs."""

    reference: str
    url: str
    category: str
    area: str
    office: str
    kind: str
    stage: str
    clock: str
    who: str
    flags: list[str]


def reference_of(case: Case) -> str:
    """The public name of a matter: the filing's reference, with the matter's number from the second on."""
    return case.filing.reference if case.number == 1 else f"{case.filing.reference}/{case.number}"


def address(case: Case, name: str = "case", *more: Any) -> str:
    """The address of one of the case's pages."""
    return reverse(f"desk:{name}", args=[case.filing.reference, case.number, *more])


def office_name(office: UUID | None, code: str | None = None) -> str:
    """An office by name; "" for none, and for one that is no longer there."""
    node = offices().get(office) if office else None
    return in_language(node.name, code) if node else ""


def area_words(area: UUID | None, steps: int = 2, code: str | None = None) -> str:
    """An area with what contains it, largest first; "" without one."""
    names = [in_language(areas()[one].name, code) for one in area_path(area)[:steps]]
    return " · ".join(reversed(names))


def category_name(case: Case, code: str | None = None) -> str:
    """The category in words."""
    node = categories().get(case.category_id)
    return in_language(node.name, code) if node else ""


def stage_name(case: Case, code: str | None = None) -> str:
    """The stage in the words that the case's own procedure has for staff."""
    return in_language(engine.procedure_of(case).stages[case.stage].for_staff, code)


def steps(case: Case, state: CaseState, on: date) -> list[Step]:
    """The picture of the case in the words for staff; what its stages tell the resident is left out."""
    procedure = engine.procedure_of(case)
    return [
        replace(step, name=procedure.stages[step.code].for_staff, says={})
        for step in picture(procedure, state, on=on)
        if step.status != "possible"
    ]


def clock_of(
    case: Case, at: datetime, soon: datetime, binding: Clock | None = None
) -> tuple[str, date | None, int | None]:
    """The clock's shape, its day, and whole days: left, or late by. What is due by ``soon`` is due soon.

    After the answer the clock says whether it came in time. ``binding`` counts in place of the case's first clock.
    """
    if case.closed_at is not None:
        return _kept(case) or "stopped", case.due_on, None
    due_at, due_on = (binding.due_at, binding.due_on) if binding else (case.due_at, case.due_on)
    if due_at is None or due_on is None:
        return ("paused" if case.paused else _kept(case)), None, None
    left = (due_on - engine.today(at)).days
    if due_at <= at:
        return "late", due_on, -left
    return ("soon" if due_at <= soon else "in_time"), due_on, left


def _kept(case: Case) -> str:
    """What became of the time for the answer; "" where none was promised, or nothing was answered."""
    return "" if case.on_time is None else "met" if case.on_time else "answered_late"


def flags_of(case: Case) -> list[Words]:
    """What stands out about a case, in a word or two each."""
    promised = any(case.stage in stages for stages in _promises(case.procedure_id))
    found = [
        (getattr(case, "replied", False), pair("居民有新内容", "New from the resident")),
        (getattr(case, "gathers", False), pair("还有同一件事", "Others with it")),
        (case.subject_id, pair("反映单位", "About an office")),
        (case.supervision_id and not case.closed_at, pair("督办", "Supervised")),
        (case.reopenings, pair("重启", "Reopened")),
        (waits_for_handler(case), pair("要定承办人", "Needs a handler")),
        (lacks_lead(case), pair("要定包案责任人", "Needs a lead officer")),
        (promised, pair("承诺日期", "Promised date")),
        (case.hand_overs == 1, pair("转交一次", "Handed over once")),
        (case.hand_overs > 1, pair("转交两次", "Handed over twice")),
        (case.route.get("near"), pair("临近交界", "Near a boundary")),
    ]
    return [flag for there, flag in found if there]


def waits_for_handler(case: Case) -> bool:
    """Whether somebody was recused and nobody is named who works on the open case now."""
    begun = case.stage != engine.procedure_of(case).start
    return bool(case.recused and begun and case.closed_at is None and case.handler_id is None)


@lru_cache(maxsize=256)
def _promises(version: UUID) -> list[frozenset[str]]:
    """The stages of a procedure's version in which a promised date is waited for. A version never changes."""
    rules = procedure_versions()[version].procedure.clocks.values()
    return [rule.runs_in for rule in rules if rule.days == "given" and not rule.announces]


def rows(cases: Iterable[Case], at: datetime, binding: Mapping[UUID, Clock] | None = None) -> list[Row]:
    """Cases as rows of a list; no statement for any of them. ``binding``: other clocks that count, by case."""
    soon, code, on = soon_until(at), language(), engine.today(at)
    # One address is looked up for all of them: only reference and number differ.
    before, after = reverse("desk:case", args=["-", 0]).rsplit("-/0", 1)
    listed = []
    for case in cases:
        clock, due_on, days = clock_of(case, at, soon, (binding or {}).get(case.id))
        provisional = bool(due_on and is_provisional(calendar(), due_on))
        drawn = _clock(clock, due_on, days, provisional, code, on.year) if clock else ""
        url = f"{before}{case.filing.reference}/{case.number}{after}"
        listed.append(_row(case, url, drawn, code, on))
    return listed


COLUMNS = (pair("时限", "Clock"), pair("事由", "Matter"), pair("区域", "Area"), pair("环节", "Stage"))
OFFICE, WHO = pair("单位", "Office"), pair("谁负责", "Who")
WITH_RESIDENT = pair("等居民", "With the resident")


def table(listed: list[Row], *, with_office: bool = False) -> str:
    """Rows as a drawn list, "" for none. Each row at once: a template is four times the work for fifty of them."""
    if not listed:
        return ""
    words = [escape(in_language(one)) for one in (*COLUMNS, OFFICE if with_office else WHO)]
    nobody = format_html('<span class="muted">{}</span>', in_language(WITH_RESIDENT))
    drawn = (_drawn(row, words, row.office if with_office else row.who, nobody) for row in listed)
    context = {"words": words, "drawn": SafeString("".join(drawn)), "with_office": with_office}
    return render_to_string("desk/rows.html", context)


def _drawn(row: Row, words: list[SafeString], who: str, nobody: SafeString) -> str:
    clock, matter, area, stage, last = words
    flags = "".join(f'<span class="tag">{escape(flag)}</span> ' for flag in row.flags)
    said = f'{escape(row.category)} <small class="muted">{escape(row.kind)}</small>'
    said += f'<span class="flags">{flags}</span>' if flags else ""
    return (
        f'<tr><th scope="row"><a class="reference" href="{escape(row.url)}">{escape(row.reference)}</a></th>\n'
        f'<td data-label="{clock}"><span>{conditional_escape(row.clock) or nobody}</span></td>\n'
        f'<td data-label="{matter}"><span>{said}</span></td>\n'
        f'<td data-label="{area}">{escape(row.area)}</td><td data-label="{stage}">{escape(row.stage)}</td>\n'
        f'<td data-label="{last}">{escape(who)}</td></tr>'
    )


@lru_cache(maxsize=2_000)
def _clock(
    clock: str, due_on: date | None, days: int | None, provisional: bool, _code: str, _year: int
) -> str:
    """A clock as it is drawn. It differs by nothing but these, the page's language and the year it is read in."""
    parts = {"clock": clock, "due_on": due_on, "days": days, "provisional": provisional}
    return render_to_string("components/clock.html", parts)


def _row(case: Case, url: str, clock: str, code: str, on: date) -> Row:
    return Row(
        reference=reference_of(case),
        url=url,
        category=category_name(case, code),
        area=area_words(case.area_id, code=code) or NOTHING,
        office=office_name(case.office_id, code),
        kind=in_language(labels.KINDS[case.kind], code),
        stage=stage_name(case, code),
        clock=clock,
        who=_who_works(case, on, code),
        flags=[in_language(flag, code) for flag in flags_of(case)],
    )


def _who_works(case: Case, on: date, code: str) -> str:
    """Who works on a case, as a list says it: where somebody was recused, without asking who else they stand behind."""
    who = case.handler_id or case.lead_id
    return (person(who, code) if case.recused else person_now(case, who, on, code)) or NOTHING


def person_now(case: Case, staff: UUID | None, on: date, code: str | None = None) -> str:
    """A member of staff by name, with who stands in for them on this day; nobody from whom the case is hidden."""
    name, other = person(staff, code), stand_in_for(case, staff, on=on)
    if other is None:
        return name
    text = "{name}（{other}代）" if (code or language()) == "zh" else "{name} ({other} stands in)"
    return text.format(name=name, other=person(other, code))


def person(staff: UUID | None, code: str | None = None) -> str:
    """A member of staff by name; "" for none."""
    name = staff_names().get(staff) if staff else None
    return in_language(name, code) if name else ""


def event_text(case: Case, code: str, params: Any) -> str:
    """A history entry in words, with the clock, the office or the day that it names."""
    text = in_language(labels.history_words(code, params, words.HISTORY))
    clock = engine.procedure_of(case).clocks.get(str(params.get("clock") or ""))
    more = [in_language(clock.for_staff)] if clock else []
    if office := params.get("office") or params.get("of"):
        more.append(office_name(UUID(office)))
    if named := lead_words(case, code, params):
        more.append(in_language(named))
    elif params.get("staff") and code not in NAMING:
        more.append(person(UUID(params["staff"])))
    if params.get("date"):
        on = day(date.fromisoformat(params["date"]))
        more.append(str(say("{day}到期", "due {day}")).format(day=on) if clock else on)
    return " · ".join([text, *filter(None, more)])


def history(case: Case, events: Iterable[ReadEvent]) -> list[dict[str, Any]]:
    """What happened, newest first, with the reasons."""
    told = [
        {
            "at": event.at,
            "text": event_text(case, event.code, event.params),
            "by": _who(event.by, office_name(event.office)),
            "detail": event.reason,
        }
        for event in events
    ]
    return told[::-1]


def _who(by: str, office: str) -> str:
    said = in_language(words.BY.get(by, words.BY["above"]))
    return " · ".join(filter(None, [said, office])) if by == "operator" else office or said


def meanwhile(case: Case, entries: Iterable[History]) -> list[dict[str, Any]]:
    """What happened since somebody last saw the case, oldest first; without the reasons, which are sealed."""
    return [
        {
            "at": entry.at,
            "text": event_text(case, entry.code, entry.params),
            "by": " · ".join(filter(None, [office_name(entry.office_id), person(entry.staff_id)]))
            or in_language(words.BY.get(entry.by, words.BY["above"])),
        }
        for entry in entries
    ]


def came(entries: Iterable[tuple[str, UUID | None, datetime, str]]) -> dict[str, Any] | None:
    """Why the case is where it is, if a person sent it there: the latest of entries (code, office, when, reason).

    None while the case is where the routing rules sent it.
    """
    moved = [entry for entry in entries if entry[0] in words.CAME]
    if not moved:
        return None
    code, office, at, reason = moved[-1]
    return {"how": words.CAME[code], "by": office_name(office), "at": at, "reason": reason}


def looks(found: Iterable[Look]) -> list[dict[str, Any]]:
    """Who looked at the case, at what, and why: the same looks of one hour, one after the other, are one line."""
    return [
        {
            "at": look.at,
            "text": f"{office_name(look.office_id)} · {person(look.staff_id)}",
            "by": in_language(ROLES[look.role]),
            "what": in_language(words.LOOK_THINGS[look.what]),
            "why": in_language(words.LOOK_REASONS[look.why]),
            "times": 1 + sum(1 for _ in alike),
        }
        for _, alike in groupby(found, _alike)
        for look in [next(alike)]
    ]


def _alike(look: Look) -> tuple[Any, ...]:
    hour = look.at.astimezone(the_place().zone).replace(minute=0, second=0, microsecond=0)
    return look.staff_id, look.office_id, look.role, look.why, look.what, hour
