"""What a step of staff can be undone to: taken down while it is made, kept with it, and put back into columns."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.cases import engine
from gongshi.cases.changing import COLUMNS
from gongshi.cases.models import Case, Clock, JointOffice, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.record import Record
from gongshi.cases.sight import WORKING, is_hidden_from, not_hidden_from
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import ClockState
from gongshi.rules.references import normalise
from gongshi.safekeeping.ids import new_id

SPLIT = "split"
PUT_BACK = tuple(name for name in COLUMNS if name != "seq")
_COLUMNS = {name: field for field in Case._meta.concrete_fields for name in (field.name, field.attname)}
_DAYS = frozenset(one.name for one in fields(ClockState) if one.name.endswith("_on"))


@dataclass
class Standing:
    """How a case stands before a step, whose and when: its columns, and its clocks where the step can change them."""

    actor: StaffActor
    at: datetime
    office: UUID
    columns: dict[str, Any]
    clocks: list[dict[str, Any]] | None
    joint: dict[str, Any]


def standing(case: Case, clocks: Iterable[Clock] | None, actor: StaffActor, at: datetime) -> Standing:
    """Take down how the case stands, before ``actor`` takes a step."""
    told = None if clocks is None else [_told(row) for row in clocks]
    return Standing(
        actor, at, case.office_id, {name: _plain(getattr(case, name)) for name in PUT_BACK}, told, {}
    )


def nothing_before(case: Case, step: Standing) -> Standing:
    """Before the step there was no such case."""
    return Standing(step.actor, step.at, case.office_id, {}, None, {})


def is_split_off(point: UndoPoint) -> bool:
    """Whether the step is the splitting by which the case itself came to be."""
    return point.move == SPLIT and not point.before["columns"]


def note_joint(before: Standing, case: Case, office: UUID) -> None:
    """An office is about to be asked to join: since when it was asked already, and until when, if it ever was."""
    row = JointOffice.objects.filter(case=case, office_id=office).first()
    before.joint[str(office)] = [_plain(row.since_on), _plain(row.until_on)] if row else None


def point_for(
    case: Case,
    before: Standing,
    record: Record,
    *,
    move: str,
    joins: bool = False,
    twin: UUID | None = None,
) -> UndoPoint | None:
    """The point of a step just recorded, unsaved, with its notices held back; None where it cannot be undone.

    A sealed case that went to other offices cannot: its keys go with it, and are taken from whoever had them.
    """
    if not settings.UNDO_SECONDS or (is_sealed(case.kind) and (joins or case.office_id != before.office)):
        return None
    until = before.at + timedelta(seconds=settings.UNDO_SECONDS)
    return UndoPoint(
        id=new_id(),
        case=case,
        move=move,
        seqs=record.seqs,
        staff_id=before.actor.staff_id,
        office_id=before.actor.office_id,
        at=before.at,
        until=until,
        before={"columns": before.columns, "clocks": before.clocks, "joint": before.joint},
        twin=twin,
        notices=[str(row) for row in record.hold(until)],
    )


def keep(point: UndoPoint) -> None:
    """Keep the point in place of the case's last one. Inside the step's transaction."""
    names = [one.name for one in UndoPoint._meta.concrete_fields if one.name not in ("id", "case")]
    UndoPoint.objects.bulk_create([point], update_conflicts=True, unique_fields=["case"], update_fields=names)


def put_back(case: Case, point: UndoPoint, clocks: Iterable[Clock]) -> list[Clock]:
    """The case's columns as they stood (unsaved); returns its clocks as they stood, those begun since left out."""
    for name, value in point.before["columns"].items():
        column = _COLUMNS[name]
        setattr(case, name, value if column.get_internal_type() == "JSONField" else column.to_python(value))
    told = point.before["clocks"]
    if told is None:
        return list(clocks)
    rows = {(row.code, row.run): row for row in clocks}
    return [engine.fill_clock(rows[one["code"], one["run"]], _state(one)) for one in told]


def put_back_joint(case: Case, point: UndoPoint) -> None:
    """Offices that the step asked to join are as they were before. Inside the caller's transaction."""
    for office, was in point.before["joint"].items():
        rows = JointOffice.objects.filter(case=case, office_id=UUID(office))
        if was is None:
            rows.delete()
        else:
            rows.update(since_on=was[0], until_on=was[1])


def point_of(case: Case) -> UndoPoint | None:
    """The case's point; without a statement where it was read along with the case."""
    return getattr(case, "undo_point", None)


def may_undo(case: Case, point: UndoPoint, actor: StaffActor, at: datetime) -> bool:
    """Whether it is this person's to undo now: whoever made the step, or a colleague of that office with the right to.

    Whether anything happened since is asked apart (`rules.procedure.is_last`).
    """
    if at >= point.until or actor.office_id != point.office_id or is_hidden_from(case, actor):
        return False
    rights = WORKING if point.move else ("case.name_handler",)
    return any(may(actor, right) for right in rights)


def case_to_undo(actor: StaffActor, reference: str, number: int) -> Case:
    """A case on which the actor's office made the last step, wherever the case went by it. Raises NotFound."""
    try:
        place = (normalise(reference), number)
    except ValueError:
        raise NotFound from None
    found = cases_to_undo(actor, [place]).get(place)
    if found is None:
        raise NotFound
    return found


def cases_to_undo(actor: StaffActor, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Case]:
    """The same for many, by reference and number. One statement."""
    wanted = set(places)
    ours = Case.objects.filter(not_hidden_from(actor), undo_point__office_id=actor.office_id, erased_at=None)
    found = ours.filter(filing__reference__in={reference for reference, _ in wanted})
    rows = found.select_related("filing", "supervision", "promise", "undo_point")
    named = {(case.filing.reference, case.number): case for case in rows}
    return {place: case for place, case in named.items() if place in wanted}


def _told(row: Clock) -> dict[str, Any]:
    state = engine.clock_state(row)
    return {"code": row.code, **{one.name: _plain(getattr(state, one.name)) for one in fields(state)}}


def _state(told: dict[str, Any]) -> ClockState:
    days: dict[str, Any] = {name: _day(value) for name, value in told.items() if name in _DAYS}
    return ClockState(**days, **{name: told[name] for name in told.keys() - _DAYS - {"code"}})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """A column's value as JSON holds it, exact to the microsecond."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
