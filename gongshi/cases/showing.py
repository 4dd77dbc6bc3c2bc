"""A case in words for whoever filed it: where it is, by when, who answers for it, what happened, who looked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Resident
from gongshi.accounts.queries import OfficeNode, offices, staff_names
from gongshi.accounts.rights import ROLES
from gongshi.cases import engine, labels
from gongshi.cases.glass import WAITS_FOR
from gongshi.cases.hearings import CALLED, KINDS, NOTICE, OFF, RECORD, is_ahead, is_called, last_told
from gongshi.cases.intake.choices import way
from gongshi.cases.leads import LED_KINDS, lead_since, lead_words
from gongshi.cases.models import BreakGlass, Case, Clock, Look, Recusal
from gongshi.cases.naming import EARLIER_MATTER
from gongshi.cases.reading import ReadAnswer, ReadEvent, ReadMessage
from gongshi.cases.recusing import Whom, may_be_recused, recusals_told
from gongshi.cases.reprisals import reprisal_category
from gongshi.cases.sight import deciders_over, stand_in_for
from gongshi.cases.visiting import OwnCase, Visitor, resident
from gongshi.cases.ways import last_day, routes_of, since_when
from gongshi.places.queries import areas, calendar, the_place
from gongshi.routing.queries import categories
from gongshi.rules.calendar import is_provisional
from gongshi.rules.procedure import Move, needs_of, picture, still_standing
from gongshi.rules.questions import in_words
from gongshi.words import Words, pair

# Moves of residents that need no words and have no form of their own.
OTHER_MOVES = ("consent", "settle")
# What gives a case to another office, with a reason in words.
HANDED_UP = "case.handed_up"
GIVEN_ON = ("case.handed_over", "case.assigned", "case.taken_over", HANDED_UP)
WHY_HANDED_UP = pair(
    "原来的单位里有人回避，没有人能再办，由上一级办理。",
    "Somebody in the office that had it was recused and nobody there could go on with it.",
)
GLASS = {
    "waiting": pair("等另一单位批准", "Waits for another office to approve it"),
    "open": pair("正在打开", "Open now"),
    "over": pair("已经结束", "Over"),
    "refused": pair("没有批准", "Refused"),
    "lapsed": pair("没有人批准，已经作废", "Nobody approved it; it lapsed"),
}
# Where no reason can be read: of sealed matters, before somebody decided and where nobody did.
NO_REASON = {
    "waiting": pair(
        "原因现在只有审批的单位打得开；有了决定，您在这里就看得到。",
        "Why they ask opens to the offices that may approve it alone; you read it here once one of them decides.",
    ),
    "gone": pair(
        "没有人作决定，写的原因已经删掉，谁也看不到了。",
        "Nobody decided, so the reason that was written is erased: no one can read it any more.",
    ),
}
ALL_BENEATH = pair("整个单位和下属单位", "the whole office and all beneath it")
A_MEMBER_OF_STAFF = pair("一名工作人员", "A member of staff")
NOBODY_KNOWN = pair("（单位已撤销）", "(an office that no longer exists)")


@dataclass(frozen=True)
class ClockShown:
    """A case's clock as the parts of pages take it: see components/clock.html."""

    code: str
    due_on: date | None = None
    days: int | None = None
    provisional: bool = False


def clock_shown(case: Case, clocks: Iterable[Clock], at: datetime) -> ClockShown:
    """The clock that binds the office now; after the answer, whether it was kept."""
    today = engine.today(at)
    if case.due_on is None or case.closed_at is not None:
        if case.paused:
            return ClockShown("paused")
        if case.on_time is False:
            return ClockShown("answered_late", days=_late_by(case, clocks))
        return ClockShown("met" if case.on_time else "stopped")
    provisional = is_provisional(calendar(), case.due_on)
    left = (case.due_on - today).days
    if left < 0:
        return ClockShown("late", case.due_on, -left, provisional)
    soon = any(
        clock.stopped_on is None and clock.due_on == case.due_on and clock.warn_on and clock.warn_on <= today
        for clock in clocks
    )
    return ClockShown("soon" if soon else "in_time", case.due_on, left or None, provisional)


def overview(
    case: Case, clocks: list[Clock], at: datetime, *, visited: Collection[str] | None = None
) -> dict[str, Any]:
    """A case without its words: for the list of a filing and the page after sending."""
    turn = engine.whose_turn(case)
    procedure = engine.procedure_of(case)
    stage = procedure.stages[case.stage]
    clock = clock_shown(case, clocks, at)
    state = engine.state_of(case, clocks)
    stand_in = stand_in_for(case, case.lead_id, on=engine.today(at))
    return {
        "case": case,
        "category": categories()[case.category_id].name,
        "stage": stage,
        "clock": clock,
        "office": offices().get(case.office_id),
        "lead": case.lead,
        "stand_in": staff_names()[stand_in] if stand_in else None,
        "why": case.route.get("reason"),
        "answer_by": _answer_day(case, clocks),
        "steps": picture(procedure, state, on=engine.today(at), visited=visited),
        "turn": offices()[turn] if turn else None,
        "routes": [route for code in stage.routes if (route := the_place().route(code))],
    }


def _answer_day(case: Case, clocks: Iterable[Clock]) -> date | None:
    """The last day for the answer, where one is promised and still owed."""
    rules = engine.procedure_of(case).clocks
    owed = [
        c.due_on for c in clocks if rules[c.code].owes_answer and c.stopped_on is None and not c.paused_on
    ]
    return min(owed) if owed and case.promise_id else None


def _late_by(case: Case, clocks: Iterable[Clock]) -> int | None:
    """By how many days the answer was late, where the clock that was missed is still the latest run of its kind."""
    rules = engine.procedure_of(case).clocks
    late = [(c.stopped_on - c.due_on).days for c in clocks if rules[c.code].owes_answer and c.stopped_on]
    return max((days for days in late if days > 0), default=None)


def your_day(case: Case, clocks: Iterable[Clock]) -> date | None:
    """The day until which the resident is waited for, where the resident has the word."""
    rules = engine.procedure_of(case).clocks
    waiting = [c.due_on for c in clocks if rules[c.code].waits_for == "resident" and c.stopped_on is None]
    return min(waiting, default=None) if case.closed_at is None else None


def shown(visitor: Visitor, own: OwnCase, at: datetime) -> dict[str, Any]:
    """Everything on a case's page."""
    case = own.case
    visited = {entry.params["stage"] for entry in own.file.events if entry.params.get("stage")}
    moves = engine.moves_for(case, resident(visitor), at, own.clocks)
    area = areas().get(case.area_id) if case.area_id else None
    return {
        **overview(case, own.clocks, at, visited=visited),
        "own": own,
        "split_from": split_from(own),
        **_why_here(own),
        "lead_since": lead_since(case, own.file.events) if case.kind in LED_KINDS and case.lead else None,
        "your_day": your_day(case, own.clocks),
        "area": way(area) if area else "",
        "subject": offices().get(case.subject_id) if case.subject_id else None,
        "questions": _answered(case, own.file.answers_to_questions),
        "history": [_event(case, entry) for entry in reversed(own.file.events)],
        "letters": letters_shown(own),
        "looks": looks_shown(own.looks),
        "answers": [answer_shown(answer) for answer in reversed(own.file.answers)],
        "messages_shown": [_message_shown(message) for message in own.file.messages],
        "hearing": hearing_shown(own),
        "asked": next((m for m in reversed(own.file.messages) if m.kind == "question"), None),
        "moves": {move.effect: move_shown(move) for move in moves},
        "outside": _outside(case, own.clocks, moves),
        "other_moves": [move for move in moves if move.effect in OTHER_MOVES],
        "above": _office(next(iter(deciders_over(case)), None)),
        "soon": clock_shown(case, own.clocks, at).code == "soon",
        "all_routes": routes_of(case),
        "may_keep": may_keep_shown(case, resident(visitor)),
        "glass": [_glass(row, reason, at) for row, reason in own.glass],
        "kept": _kept(recusals_told(case)),
        "may_report": reprisal_category() is not None,
    }


def _outside(case: Case, clocks: Iterable[Clock], moves: Iterable[Move]) -> list[dict[str, Any]]:
    """The body outside that is next where nobody here is, with its last day."""
    routes = [the_place().route(move.outside) for move in moves if move.outside]
    since = since_when(case, engine.state_of(case, clocks))
    return [{**route, "last_day": last_day(route, since)} for route in routes if route]


def letters_shown(own: OwnCase) -> list[dict[str, Any]]:
    """Every letter, newest first, by its number. The newest is open, unless it is the answer that stands above."""
    answers = {answer.id for answer in own.file.answers}
    numbered = list(enumerate(own.file.letters, start=1))
    return [
        {
            "letter": one,
            "office": _office(one.office),
            "number": number,
            "open": number == len(numbered) and one.id not in answers,
        }
        for number, one in reversed(numbered)
    ]


def _message_shown(message: ReadMessage) -> dict[str, Any]:
    office = offices().get(message.office) if message.office else None
    return {"message": message, "name": labels.MESSAGES[message.kind], "office": office}


def hearing_shown(own: OwnCase) -> dict[str, Any]:
    """The latest notice and the latest record of a hearing, and how it stands; {} without any."""
    latest = {message.kind: message for message in own.file.messages if message.kind in KINDS}
    if not latest:
        return {}
    ahead, told = is_ahead(own.case), last_told(own.file.events)
    stands = "ahead" if ahead else "awaited" if is_called(own.case) else "off" if told == OFF else ""
    record = None if told == CALLED else latest.get(RECORD)
    return {"stands": stands, "notice": latest.get(NOTICE), "record": record}


def split_from(own: OwnCase) -> dict[str, Any] | None:
    """Of a matter that staff split off: its first one, why, and whether to ask still if that was right."""
    first, codes = own.file.events[0], {entry.code for entry in own.file.events}
    if "other" not in first.params:
        return None
    ask = own.case.closed_at is None and "case.split_agreed" not in codes
    return {"number": first.params["other"], "reason": first.reason, "ask": ask}


def may_keep_shown(case: Case, actor: Resident) -> list[dict[str, Any]]:
    """Whom whoever filed may keep from the matter, each with the code that a form sends."""
    return [{"code": one.code, "name": _named(one)} for one in may_be_recused(case, actor)]


def may_say(case: Case, moves: Iterable[Move]) -> bool:
    """Whether the answer can be judged though nothing else changes: its promised day is still to come."""
    effects = {move.effect for move in moves}
    return "reopen" in effects and "confirm" not in effects and case.closed_at is None


def _named(whom: Whom) -> list[Words]:
    """An office by name; a person as the page names them, with their office."""
    office = _office(whom.office)
    names = [staff_names()[whom.id]] if whom.kind == "staff" else []
    return [office.name if office else NOBODY_KNOWN, *names]


def _kept(rows: Iterable[Recusal]) -> list[dict[str, Any]]:
    """Who does not see the matter, since when. Staff are named only where the resident named them, and as they did."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        together = row.named_as == EARLIER_MATTER or (row.staff_id is not None and row.named_as)
        same = (row.named_as, row.named_in_id) if together else row.id
        found.setdefault(same, {"names": _kept_names(row), "at": row.at})
    return list(found.values())


def _kept_names(row: Recusal) -> list[Any]:
    office = None if row.named_as == EARLIER_MATTER else _office(row.office_id or row.named_in_id)
    names: list[Any] = [office.name] if office else []
    if row.named_as:
        names.append(labels.NAMED_AS[row.named_as])
    elif row.beneath:
        names.append(ALL_BENEATH)
    elif row.staff_id:
        names.append((staff_names().get(row.staff_id) if row.by == "resident" else None) or A_MEMBER_OF_STAFF)
    return names


def _glass(row: BreakGlass, reason: str, at: datetime) -> dict[str, Any]:
    """A request to break glass: who asked and who approved, by name and office, when, until when and why."""
    if row.approved_at is None:
        lapsed = at >= row.asked_at + WAITS_FOR
        state = GLASS["refused" if row.ended_at else "lapsed" if lapsed else "waiting"]
    else:
        state = GLASS["over" if row.ended_at or (row.until and row.until <= at) else "open"]
    return {
        "office": _office(row.office_id) or NOBODY_KNOWN,
        "who": staff_names().get(row.staff_id),
        "asked_at": row.asked_at,
        "by_office": _office(row.approver_office_id),
        "by": staff_names().get(row.approver_id) if row.approver_id else None,
        "approved_at": row.approved_at,
        "until": row.ended_at if row.approved_at and row.ended_at else row.until,
        "reason": reason,
        "no_reason": "" if reason else NO_REASON["waiting" if state is GLASS["waiting"] else "gone"],
        "state": state,
    }


def _why_here(own: OwnCase) -> dict[str, Any]:
    """Why this office has it: the latest hand-over's reason and day; nothing where the first rule still says it."""
    given = [
        entry
        for entry in still_standing(own.file.events)
        if entry.code in GIVEN_ON and (entry.reason or entry.code == HANDED_UP)
    ]
    if not given:
        return {}
    return {"why": given[-1].reason or WHY_HANDED_UP, "why_at": given[-1].at}


def move_shown(move: Move) -> dict[str, Any]:
    """A move with what must be written for it."""
    needs = [need for need in needs_of(move) if need != "verdict"]
    return {"move": move, "needs_words": bool(needs)}


def _answered(case: Case, given: Any) -> list[tuple[Any, Any]]:
    found = []
    for asked in categories()[case.category_id].questions:
        value = given.get(asked["code"])
        if value:
            found.append((asked["name"], in_words(asked, value)))
    return found


def _office(key: UUID | str | None) -> OfficeNode | None:
    if key is None:
        return None
    return offices().get(key if isinstance(key, UUID) else UUID(str(key)))


def _event(case: Case, entry: ReadEvent) -> dict[str, Any]:
    """One entry of the history in words. The reason, where there is one, is what was written to the resident."""
    office = _office(entry.office)
    given = _office(entry.params.get("office") or entry.params.get("of"))
    detail: Any = entry.reason
    if not detail and entry.code == "case.opened":
        detail = entry.params.get("why")
    clock = engine.procedure_of(case).clocks.get(str(entry.params.get("clock") or ""))
    known = entry.code in labels.HISTORY
    text = labels.history_words(entry.code, entry.params) if known else pair(entry.code, entry.code)
    return {
        "at": entry.at,
        "clock": clock.name if clock else None,
        "text": _from_to(case, text, entry),
        "by": _who(entry, office),
        "office": given.name if given else None,
        "date": _day(entry.params.get("date")),
        "detail": detail,
    }


def _from_to(case: Case, text: Words, entry: ReadEvent) -> Words:
    """Who answered for the case and who does from this entry on: officers, who are named to whoever filed."""
    told = lead_words(case, entry.code, entry.params)
    return pair(f"{text['zh']}：{told['zh']}", f"{text['en']}: {told['en']}") if told else text


def _who(entry: ReadEvent, office: OfficeNode | None) -> Mapping[str, str]:
    """Who did it: the office; whoever did it for the resident; else who it was towards the case."""
    said = labels.BY.get(entry.by, labels.BY["system"])
    if office is None or entry.by != "operator":
        return office.name if office else said
    return pair(f"{said['zh']}（{office.name['zh']}）", f"{said['en']} ({office.name['en']})")


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def looks_shown(looks: list[Look]) -> list[dict[str, Any]]:
    """Every look, newest first. Looks that follow each other and differ in nothing but the minute are counted."""
    found = []
    for _same, group in groupby(looks, key=_alike):
        several = list(group)
        found.append({**_look(several[0]), "count": len(several), "first_at": several[-1].at})
    return found


def _alike(look: Look) -> tuple[Any, ...]:
    hour = look.at.astimezone(the_place().zone).replace(minute=0, second=0, microsecond=0)
    return look.office_id, look.role, look.why, look.what, hour


def _look(look: Look) -> dict[str, Any]:
    office = _office(look.office_id)
    return {
        "at": look.at,
        "office": office.name if office else NOBODY_KNOWN,
        "role": ROLES[look.role],
        "why": labels.LOOK_REASONS[look.why],
        "what": labels.LOOK_THINGS[look.what],
    }


def answer_shown(answer: ReadAnswer) -> dict[str, Any]:
    routes = [{**route, "last_day": _day(route.get("until_on"))} for route in answer.letter.get("routes", ())]
    return {
        "answer": answer,
        "office": offices().get(answer.office),
        "decision": labels.DECISIONS[answer.decision],
        "routes": routes,
    }
