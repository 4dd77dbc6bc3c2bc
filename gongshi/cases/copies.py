"""A resident's own filing as plain data, complete: what they wrote, what was answered, what happened, who looked.

Nothing of it having been asked for is stored. Staff's notes are not in it: the resident reads that there are some.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import offices
from gongshi.cases import engine
from gongshi.cases.following import was_never_alone
from gongshi.cases.models import Clock, Look
from gongshi.cases.reading import ReadAnswer, ReadEvent, ReadFile, ReadMessage
from gongshi.cases.retention import case_kept_until
from gongshi.cases.visiting import OwnCase, Visitor, own_case, own_cases, own_consents, own_contact
from gongshi.formats.bundle import plain_name
from gongshi.places.queries import areas, the_place
from gongshi.routing.queries import categories
from gongshi.rules.procedure import ClockState

FORMAT = "copy of a filing, 1"


def own_matters(visitor: Visitor) -> list[OwnCase]:
    """Every matter of the filing in the clear, in order."""
    return [own_case(visitor, case.number) for case, _ in own_cases(visitor)]


def copy_of(visitor: Visitor, matters: list[OwnCase], *, at: datetime) -> dict[str, Any]:
    """The filing as values fit for JSON (docs/guides/download.md). ``matters`` come from `own_matters`."""
    filing, place = visitor.filing, the_place()
    told: dict[str, Any] = plain(
        {
            "format": FORMAT,
            "made_at": at,
            "place": {"code": place.code, "name": place.name, "time_zone": place.zone.key},
            "reference": filing.reference,
            "channel": filing.channel,
            "written_down_by_staff": filing.staff_logged,
            "language": filing.language,
            "filed_at": filing.filed_at,
            "filed_on": filing.filed_on,
            "contact": own_contact(visitor),
            "notify": filing.notify or None,
            "cases": [matter_as_data(visitor, own) for own in matters],
        }
    )
    return told


def file_name(own: OwnCase, file: ReadFile) -> str:
    """Where a file lies in a copy: by matter and number, under the name that the resident gave it."""
    place = next(n for n, one in enumerate(own.file.files, start=1) if one.id == file.id)
    return f"files/{own.case.number}-{place:02d} {plain_name(file.name)}"


def matter_as_data(visitor: Visitor, own: OwnCase) -> dict[str, Any]:
    """One matter as values fit for JSON."""
    told: dict[str, Any] = plain(_matter(visitor, own))
    return told


def _matter(visitor: Visitor, own: OwnCase) -> dict[str, Any]:
    case, file = own.case, own.file
    procedure, promise = engine.procedure_of(case), case.promise
    category, area = categories().everything[case.category_id], None
    if case.area_id:
        area = areas().everything.get(case.area_id)
    told = {
        "number": case.number,
        "kind": case.kind,
        "category": {"code": category.code, "name": category.name},
        "area": {"code": area.code, "name": area.name} if area else None,
        "office": _office(case.office_id),
        "about_office": _office(case.subject_id),
        "lead": case.lead.name if case.lead else None,
        "why_this_office": case.route.get("reason"),
        "procedure": {"code": procedure.code, "version": procedure.version, "name": procedure.name},
        "promise": {"days": promise.days, "counting": promise.counting} if promise else None,
        "stage": {"code": case.stage, "name": procedure.stages[case.stage].name, "since": case.stage_on},
        "outcome": case.outcome or None,
        **{name: getattr(case, name) for name in _COLUMNS},
        "kept_until": case_kept_until(case),
        "text": file.text,
        "wish": file.wish,
        "place": file.place,
        "point": file.point,
        "earlier_reference": file.earlier,
        "because_of": file.because_of,
        "answers_to_questions": file.answers_to_questions,
        "answer_pages_seen": file.pages,
        "files": [_file(own, one) for one in file.files],
        "messages": [message_as_data(one) for one in file.messages],
        "answers": [_answer(one) for one in file.answers],
        "letters": [
            {**message_as_data(one), "name": one.name, "language": one.language} for one in file.letters
        ],
        "history": [_event(one) for one in file.events],
        "looks": [look_as_data(one) for one in own.looks],
        "clocks": [_clock(own, one) for one in own.clocks],
        "consents_to_publish": own_consents(visitor, case),
        "public_page": own.public_id,
    }
    # Who joined others is told of their matter what these are: docs/rules/collective.md.
    hidden = _OF_THE_OFFICE if was_never_alone(case, file.events[0].params) else ()
    return told | dict.fromkeys(hidden)


_OF_THE_OFFICE = ("category", "area", "office", "about_office", "lead", "why_this_office", "promise", "stage")
_COLUMNS = (
    *("opened_at", "opened_on", "due_on", "answered_at", "answered_on", "on_time", "closed_at", "closed_on"),
    *("reopenings", "hand_overs", "erase_on"),
)


def _office(key: UUID | None) -> dict[str, Any] | None:
    office = offices().everything.get(key) if key else None
    return {"code": office.code, "name": office.name, "phone": office.phone} if office else None


def _file(own: OwnCase, one: ReadFile) -> dict[str, Any]:
    kept = ("media_type", "size", "by", "at", "original")
    return {
        "file": file_name(own, one),
        "name": one.name,
        **{name: getattr(one, name) for name in kept},
    }


def message_as_data(one: ReadMessage) -> dict[str, Any]:
    """What was written to an office or by it."""
    return {"at": one.at, "kind": one.kind, "office": _office(one.office), "text": one.text}


def _answer(one: ReadAnswer) -> dict[str, Any]:
    kept = ("number", "decision", "found_on", "by_on", "sent_at", "route_until_on")
    return {
        **{name: getattr(one, name) for name in kept},
        "office": _office(one.office),
        "parts": one.parts,
        "letter": one.letter,
        "what_you_said": {
            "points_answered": one.points_answered,
            "promise_kept": one.promise_kept,
            "words": one.verdict,
        },
    }


def _event(one: ReadEvent) -> dict[str, Any]:
    return {
        "number": one.seq,
        "at": one.at,
        "code": one.code,
        "by": one.by,
        "office": _office(one.office),
        "params": one.params,
        "reason": one.reason,
    }


def look_as_data(one: Look) -> dict[str, Any]:
    """One disclosure of content to staff."""
    return {
        "at": one.at,
        "office": _office(one.office_id),
        "role": one.role,
        "why": one.why,
        "what": one.what,
    }


def _clock(own: OwnCase, one: Clock) -> dict[str, Any]:
    rule = engine.procedure_of(own.case).clocks[one.code]
    days = {name.name: getattr(one, name.name) for name in fields(ClockState)}
    return {"code": one.code, "name": rule.name, "waits_for": rule.waits_for, **days}


def plain(value: Any) -> Any:
    """A value as JSON has it: days and moments as text."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
