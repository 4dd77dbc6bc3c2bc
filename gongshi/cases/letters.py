"""The letter that goes out with a step: its parts gathered from the case, the step and whoever makes it.

docs/rules/letters.md. What goes out is kept as it was sent, sealed, with the step that it went out with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Actor, StaffActor
from gongshi.accounts.queries import offices, staff_names
from gongshi.cases import engine
from gongshi.cases.labels import DECISIONS
from gongshi.cases.leads import lead_standing
from gongshi.cases.models import Case
from gongshi.cases.sight import able_lead, counted_from
from gongshi.cases.ways import last_day, routes_in_words, since_when, way_out
from gongshi.places.queries import calendar, the_place
from gongshi.routing.queries import categories
from gongshi.rules.deadlines import due_on
from gongshi.rules.letters import Lacking, Template, letter, written_day
from gongshi.rules.procedure import (
    OFFICE,
    RESIDENT,
    Move,
    Procedure,
    RefusedError,
    Transition,
    pressed_times,
    raised_after,
)
from gongshi.words import Words, in_language, pair

RIGHT_BODY = "right_body"
WRITTEN = frozenset({"law", RIGHT_BODY})
"""What an officer adds to what the step itself asks for: the basis in law, and codes of the ways that are right."""
REVIEW = frozenset({"review_by", "review_office"})
"""What can be told only where a level is above."""
RAISED_AFTER = "raised_after"
"""How often whoever had it before was pressed in vain, where it came by itself to whoever writes."""
OUTSIDE = "outside"
"""Who is next where nobody here is."""

NAMES: Mapping[str, Words] = {
    "reference": pair("编号", "the reference"),
    "matter": pair("登记了什么", "what was registered"),
    "filed_on": pair("来件日期", "the day it was filed"),
    "today": pair("日期", "the day"),
    "office": pair("发信的单位", "the office that writes"),
    "office_phone": pair("单位电话", "the office's telephone"),
    "lead": pair("包案责任人", "the lead officer"),
    "answer_by": pair("最晚哪天答复", "by when it must be answered"),
    "review_by": pair("哪天以前可以请求复查", "by when a review can be asked for"),
    "review_office": pair("由谁复查", "who reviews it"),
    OUTSIDE: pair("外面的上一级和期限", "who outside is next, and by when"),
    "routes": pair("还可以走的路", "the other ways that stay open"),
    "law": pair("法律依据", "the basis in law"),
    RIGHT_BODY: pair("该走的路和期限", "where it belongs, and by when"),
    "to_office": pair("转送到哪个单位", "which office it is forwarded to"),
    "to_phone": pair("那个单位的电话", "that office's telephone"),
    "reason": pair("理由", "the reason"),
    "question": pair("问题", "the question"),
    "instruction": pair("办理要求", "the instruction"),
    "date": pair("日子", "the day"),
    "asked": pair("居民的请求", "what the resident asks"),
    "found": pair("查明的事实", "the facts found"),
    "found_on": pair("哪天查的", "when it was looked into"),
    "decision": pair("怎么决定", "what is decided"),
    "decided": pair("意见和理由", "the opinion and its reasons"),
    "call": pair("有事找谁", "whom to call"),
    "time": pair("几点", "at what time"),
    "place": pair("在哪里", "where"),
    "about": pair("听什么", "what is heard"),
    "invited": pair("请谁来", "who is asked to come"),
    "minutes": pair("听证记录", "the record"),
    "outcome": pair("听证的结果", "what follows from the hearing"),
    "raised_after": pair("督办几次以后自动上交", "after how many presses it went up by itself"),
    "pressed_times": pair("督办了几次", "how often they were pressed"),
}


@dataclass(frozen=True)
class Draft:
    """A letter as it would go out now, in the language of whoever filed or follows; ``lacking``: why it cannot."""

    code: str
    name: str
    text: str
    language: str
    lacking: tuple[Lacking, ...] = ()

    def as_sent(self) -> dict[str, str]:
        """What is sealed."""
        return {"letter": self.code, "name": self.name, "text": self.text, "language": self.language}


class LetterIncomplete(RefusedError):
    """A step whose letter lacks what the law demands of it. ``lacking``: the parts, each with its article."""

    def __init__(self, lacking: tuple[Lacking, ...]) -> None:
        super().__init__("letter_incomplete", parts=[one.part for one in lacking])
        self.lacking = lacking


def told_lacking(one: Lacking) -> Words:
    """Which part is lacking, and by which article it cannot."""
    name = NAMES[one.part]
    return pair(f"{name['zh']}（{one.basis['zh']}）", f"{name['en']} ({one.basis['en']})")


def asks_for(procedure: Procedure, move: str) -> frozenset[str]:
    """What an officer is asked for beyond the step itself, as the step's letter says it."""
    template = procedure.letter_of(move)
    return template.parts & WRITTEN if template else frozenset()


def drafted(
    case: Case,
    move: Move,
    transition: Transition,
    written: Mapping[str, Any],
    *,
    actor: Actor,
    on: date,
    asked: Callable[[], str],
    language: str = "",
) -> Draft | None:
    """The letter of a step that is about to be taken; None for a step without one.

    ``written``: what the officer gave, by the step's needs, an answer's parts and `WRITTEN`. ``asked``: what the
    resident asked for, of which only a letter that says it again makes use.
    ``language``: another than that of whoever filed, for somebody who follows the case.
    """
    template = engine.procedure_of(case).letter_of(move.code)
    if template is None:
        return None
    language = language or case.filing.language
    parts = _Parts(case, move, transition, actor, on, language)
    given = {**parts.given(written), **parts.of_case(), **parts.of_time()}
    if "asked" in template.parts:
        given["asked"] = asked()
    if RAISED_AFTER in template.parts:
        given[RAISED_AFTER] = _number(raised_after(sorted(case.history.all(), key=attrgetter("seq"))))
    made = letter(parts.owed(template), given, language)
    return Draft(template.code, in_language(template.name, language), made.text, language, made.lacking)


def open_routes(case: Case, on: date, stage: str = "") -> list[dict[str, Any]]:
    """The further routes that a stage of the case's procedure names, each with its last day when counted from ``on``.

    ``stage``: where the case will be; "" for where it is.
    """
    codes = engine.procedure_of(case).stages[stage or case.stage].routes
    routes = filter(None, map(the_place().route, codes))
    return [{**route, "until_on": last_day(route, on)} for route in routes]


def _number(times: int) -> str:
    """A number as a letter has it; "" for none, so that its line is left out."""
    return str(times) if times else ""


def _asked_from(procedure: Procedure, holder: str) -> frozenset[str]:
    """The stages from which the resident can ask this level: a time for that, in any of them, is the time for it."""
    asking = (
        move
        for move in procedure.moves.values()
        if move.effect == "escalate" and RESIDENT in move.by and procedure.stages[move.to].holder == holder
    )
    return frozenset().union(*(move.sources for move in asking))


@dataclass(frozen=True)
class _Parts:
    case: Case
    move: Move
    transition: Transition
    actor: Actor
    on: date
    language: str

    def owed(self, template: Template) -> Template:
        """The letter as it is owed in this case: where nobody above may review it, it names who outside does."""
        if self._reviewer is not None:
            return template
        needs = {part: basis for part, basis in template.needs.items() if part not in REVIEW}
        if OUTSIDE in template.parts and not REVIEW.isdisjoint(template.needs):
            needs[OUTSIDE] = template.needs["review_office"]
        return replace(template, needs=needs)

    def of_case(self) -> dict[str, str]:
        """Who, what, and the ways that stay open."""
        writer = self.actor.office_id if isinstance(self.actor, StaffActor) else self.case.office_id
        case, writes = self.case, offices()[writer]
        back = self._goes_back_to()
        lead = able_lead(case, back) if back else lead_standing(case)
        goes = offices()[back] if back else None
        reference = case.filing.reference if case.number == 1 else f"{case.filing.reference}/{case.number}"
        return {
            "reference": reference,
            "matter": self._say(categories().everything[case.category_id].name),
            "filed_on": self._day(case.opened_on),
            "today": self._day(self.on),
            "office": self._say(writes.name),
            "office_phone": writes.phone,
            "lead": self._say(staff_names()[lead]) if lead else "",
            **({"to_office": self._say(goes.name), "to_phone": goes.phone} if goes else {}),
            "routes": self._routes(engine.procedure_of(case).stages[self.transition.state.stage].routes),
            "pressed_times": _number(pressed_times(engine.procedure_of(case), case.stage, case.counts)),
        }

    def of_time(self) -> dict[str, str]:
        """The days that count after the step, and who would look at it next."""
        rules, clocks = engine.procedure_of(self.case).clocks, self.transition.state.clocks
        running = {code: one.due_on for code, one in clocks.items() if one.active and not one.paused_on}
        owed = [
            day
            for code, day in running.items()
            if rules[code].waits_for != RESIDENT and not (rules[code].lapse or rules[code].announces)
        ]
        own = [day for code, day in running.items() if rules[code].waits_for == RESIDENT]
        answer_by = running.get(self.move.clock) or min(owed, default=None)
        above, office = self._way_up(), self._reviewer
        review_by = min(own, default=None) or (above[0] if above else None)
        return {
            "answer_by": self._day(answer_by),
            "review_by": self._day(review_by) if office else "",
            "review_office": self._say(offices()[office].name) if office else "",
            OUTSIDE: self._outside() if not office else "",
        }

    @cached_property
    def _reviewer(self) -> UUID | None:
        """Who would look at it next; None where nobody here may, or nobody is to be asked."""
        above = self._way_up()
        office = engine.office_for_holder(self.case, above[1], self._base()) if above else None
        if office is None:
            return None
        writer = self.actor.office_id if isinstance(self.actor, StaffActor) else None
        return None if office in engine.decided_by(self.case, self.move, writer) else office

    def _outside(self) -> str:
        """The body outside that is next where nobody here is, counted from when that was so."""
        procedure, stage = engine.procedure_of(self.case), self.transition.state.stage
        leaving = self.move if self.move.effect == "leave" else way_out(procedure, stage)
        since = since_when(self.case, self.transition.state) if self.move.effect == "leave" else self.on
        return routes_in_words([leaving.outside], since, self.language) if leaving else ""

    def _goes_back_to(self) -> UUID | None:
        """The office that has to go on with it after the step, where that brings it back from a level above."""
        holder = engine.procedure_of(self.case).stages[self.transition.state.stage].holder
        first = self.case.first_instance_id
        return engine.able_to_hold(self.case, first) if holder == OFFICE and first else None

    def _base(self) -> UUID:
        """The office over which a review would be: who gives the first answer, else whoever gave it."""
        first = engine.answers_first(self.case, self.move.code)
        return self.case.office_id if first else counted_from(self.case)

    def _way_up(self) -> tuple[date | None, str] | None:
        """The resident's way to the level above from where the step leads: until when, and who holds it there."""
        procedure = engine.procedure_of(self.case)
        for move in procedure.moves_from(self.transition.state.stage):
            if move.effect != "escalate" or RESIDENT not in move.by:
                continue
            holder = procedure.stages[move.to].holder
            asked_from = _asked_from(procedure, holder)
            days = [
                due_on(start_on=self.on, days=rule.days, counting=rule.counting, calendar=calendar())
                for rule in procedure.clocks.values()
                if rule.waits_for == RESIDENT and rule.runs_in & asked_from and isinstance(rule.days, int)
            ]
            return min(days, default=None), holder
        return None

    def given(self, written: Mapping[str, Any]) -> dict[str, str]:
        """What the officer wrote or chose, as text."""
        found = {name: value for name, value in written.items() if isinstance(value, str)}
        found |= {name: self._day(value) for name, value in written.items() if isinstance(value, date)}
        found[RIGHT_BODY] = self._routes(written.get(RIGHT_BODY) or ())
        if to := written.get("office"):
            found["to_office"] = self._say(offices()[UUID(str(to))].name)
            found["to_phone"] = offices()[UUID(str(to))].phone
        if found.get("decision"):
            found["decision"] = self._say(DECISIONS[found["decision"]])
        return found

    def _routes(self, codes: Any) -> str:
        return routes_in_words(codes, self.on, self.language)

    def _say(self, words: Mapping[str, str]) -> str:
        return in_language(words, self.language)

    def _day(self, day: date | None) -> str:
        return written_day(day, self.language) if day else ""
