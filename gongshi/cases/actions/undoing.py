"""Undoing a step just made, until its notice has left: one more entry in history, and the case as it stood before.

Whether the notice leaves or the step is undone is decided by one conditional UPDATE: a row that a worker claimed can no
longer be dropped, and one that was dropped can no longer be claimed.
"""

from datetime import datetime

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.desk_drafts import ANSWER, MOVE, give_back
from gongshi.cases.actions.merging import end_quietly
from gongshi.cases.actions.public_state import refresh_public
from gongshi.cases.changing import COLUMNS, Changed, restored_on_failure
from gongshi.cases.hearings import KINDS
from gongshi.cases.models import Answer, Case, Clock, History, Message, UndoPoint
from gongshi.cases.reading import TAKEN_BACK, key_for, read_undone
from gongshi.cases.record import Record, role_of
from gongshi.cases.undo_points import is_split_off, may_undo, point_of, put_back, put_back_joint
from gongshi.notifications.actions import drop_unsent
from gongshi.rules.procedure import RefusedError, Transition, is_last, needs_of, undo

WORDED = frozenset({"reason", "instruction", "question", "answer"})


def undo_last(case: Case, *, actor: StaffActor, at: datetime, seen: int | None = None) -> Case:
    """Undo the last step that staff made on the case; what was written with it comes back as its writer's draft.

    Raises RefusedError ("undo_over": the time is over, the notice is out, or it is not this person's to undo;
    "undo_not_last": something happened since), Changed when somebody was faster, KeyClosed and Erased where words
    cannot be opened.
    """
    point = point_of(case)
    if point is None or not may_undo(case, point, actor, at):
        raise RefusedError("undo_over")
    if seen is not None and seen != case.seq:
        raise Changed
    steps = [(case, point), *_twin(case, point)]
    for one, its in steps:
        since = History.objects.filter(case=one, seq__gt=max(its.seqs)).values_list("code", flat=True)
        if not is_last(since):
            raise RefusedError("undo_not_last")
    texts = _texts(case, point, actor)
    with restored_on_failure(case), transaction.atomic():
        for one, its in steps:
            if is_split_off(its):
                end_quietly(one, _first_of(one, steps), actor=actor, at=at)
            else:
                _undo(one, its, actor, at)
            _settle(one, its, at)
        if texts:
            form, written, key = texts
            give_back(case, form, written, staff=point.staff_id, key=key, at=at)
    case.undo_point = None
    return case


def _first_of(second: Case, steps: list[tuple[Case, UndoPoint]]) -> int:
    """The number of the matter that it was split off."""
    return next(one.number for one, _ in steps if one.pk != second.pk)


def _twin(case: Case, point: UndoPoint) -> list[tuple[Case, UndoPoint]]:
    """The other case of a step that took two, with its point. Raises RefusedError where that is no longer the last."""
    if point.twin is None:
        return []
    rows = Case.objects.select_related("filing", "supervision", "promise", "undo_point")
    other = rows.filter(pk=point.twin, erased_at=None).first()
    theirs = point_of(other) if other else None
    if other is None or theirs is None or theirs.twin != case.id:
        raise RefusedError("undo_not_last")
    return [(other, theirs)]


def _settle(case: Case, point: UndoPoint, at: datetime) -> None:
    """What hangs on the step: words that do not count any more, joint offices, the public row, and notices."""
    mine = {"case": case, "staff_id": point.staff_id}
    Answer.objects.filter(**mine, sent_at=point.at).update(undone_at=at)
    Message.objects.filter(**mine, at=point.at, kind__in=TAKEN_BACK).update(undone_at=at)
    put_back_joint(case, point)
    refresh_public(case, at)
    if drop_unsent(point.notices) != len(point.notices):
        raise RefusedError("undo_over")
    if not UndoPoint.objects.filter(case=case, at=point.at).delete()[0]:
        # Somebody acted on the step a moment ago.
        raise RefusedError("undo_over")


def _undo(case: Case, point: UndoPoint, actor: StaffActor, at: datetime) -> None:
    """Columns, clocks and the entry. First in the transaction."""
    seen, clocks = case.seq, list(Clock.objects.filter(case=case))
    state = engine.state_of(case, clocks)
    begun = {row.pk for row in clocks}
    what = History.objects.values_list("code", flat=True).get(case=case, seq=min(point.seqs))
    clocks = put_back(case, point, clocks)
    before = engine.state_of(case, clocks)
    transition = undo(
        state, before, undoes=point.seqs, what=what, by=role_of(actor, case), on=engine.today(at)
    )
    engine.take_state(case, transition.state)
    case.seq = seen + 1
    free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
    if not free.update(**{name: getattr(case, name) for name in COLUMNS}):
        raise Changed
    Clock.objects.filter(pk__in=begun - {row.pk for row in clocks}).delete()
    if clocks:
        names = [f.name for f in Clock._meta.concrete_fields if f.name not in ("id", "case", "code", "run")]
        Clock.objects.bulk_update(clocks, names)
    _record(case, transition, actor, at)


def _record(case: Case, transition: Transition, actor: StaffActor, at: datetime) -> None:
    record = Record(actor=actor, at=at)
    for entry in transition.entries:
        record.event(case, entry.code, by=entry.by, params=entry.params)
    record.store()


def _texts(case: Case, point: UndoPoint, actor: StaffActor) -> tuple[str, dict[str, str], bytes] | None:
    """The form, the texts and the key for what was written with the step; None where nothing was."""
    move = engine.procedure_of(case).moves.get(point.move)
    if move is None or (WORDED.isdisjoint(needs_of(move)) and not _spoke(case, point)):
        return None
    key = key_for(case.id, actor)
    words = read_undone(case, point.staff_id, point.seqs, point.at, key)
    if words.answer is not None:
        return ANSWER, {name: str(text) for name, text in words.answer.items()}, key
    params = History.objects.values_list("params", flat=True).get(case=case, seq=min(point.seqs))
    given = {name: str(params[name]) for name in ("office", "date") if params.get(name)} | dict(words.hearing)
    for need in needs_of(move):
        if need == "question":
            given[need] = words.question
        elif need in WORDED:
            given[need] = words.reason
    return f"{MOVE}{move.code}", given, key


def _spoke(case: Case, point: UndoPoint) -> bool:
    """Whether the step called or ended a hearing, with words of its own."""
    said = Message.objects.filter(case=case, staff_id=point.staff_id, at=point.at, undone_at=None)
    return said.filter(kind__in=KINDS).exists()


def forget_undo(at: datetime) -> int:
    """Delete what could be undone until ``at``; how many."""
    return UndoPoint.objects.filter(until__lte=at).delete()[0]
