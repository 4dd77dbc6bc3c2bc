"""Moving a case: one place where a procedure's transition becomes rows, history, ledger leaves and notices."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Actor, StaffActor, System
from gongshi.accounts.queries import offices
from gongshi.cases import engine, following
from gongshi.cases.actions.public_state import is_agreed, refresh_public, take_down
from gongshi.cases.changing import COLUMNS, Changed, restored_on_failure
from gongshi.cases.handing_on import handing_on
from gongshi.cases.letters import Draft, LetterIncomplete, drafted
from gongshi.cases.models import Case, Clock, JointOffice, Message, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import CaseFile, key_for, read_filed
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_words
from gongshi.cases.sight import able_lead, barred_offices
from gongshi.cases.supervising import supervise
from gongshi.cases.texts import within
from gongshi.cases.undo_points import Standing, keep, note_joint, point_for, standing
from gongshi.cases.ways import OVERDUE
from gongshi.places.queries import calendar
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import (
    ClockState,
    Entry,
    RefusedError,
    Transition,
    perform,
    pressed_times,
    raised_after,
)
from gongshi.safekeeping.ids import new_id

NOTICES = {
    "case.accepted": "accepted",
    "case.declined": "answered",
    "case.acceptance_ordered": "accepted",
    "case.handed_over": "moved",
    "case.assigned": "moved",
    "case.taken_over": "moved",
    "case.asked": "asked",
    "case.extended": "extended",
    "case.hearing_called": "hearing",
    "case.hearing_held": "hearing",
    "case.hearing_called_off": "hearing",
    "case.answered": "answered",
    "case.promised": "answered",
    "case.reported_done": "answered",
    "case.closed_unconfirmed": "closed",
    "case.directed": "supervised",
    "case.pressed": "supervised",
    "case.supervised": "late",
    "case.overdue": "late",
    "case.went_outside": "answered",
}
ANSWERS = frozenset({"case.answered", "case.promised", "case.reported_done", "case.declined"})
# Answers whose words are kept apart from history, in parts.
SENT = ANSWERS - {"case.declined"}
INVITED = "case.office_invited"
MERGED = "merged"
WITHDRAWN, RESTORED = "case.withdrawn", "case.restored"
# After these nothing is late any more: what no superior has decided yet need not be decided for this case.
SETTLING = ANSWERS | {"case.reopened"}
TO_OFFICES = frozenset({"hand_over", "invite_office"})

Also = Callable[[Record, bytes], None]
__all__ = ["Also", "Changed", "give", "make_move", "take"]


def make_move(
    case: Case,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    params: Mapping[str, Any] | None = None,
    seen: int | None = None,
    also: Also | None = None,
    for_good: bool = False,
    written: Mapping[str, Any] | None = None,
) -> Case:
    """Make one of the procedure's moves. Staff can undo it for a while (`actions.undoing`) unless it is ``for_good``.

    ``params`` go by the names of the procedure's needs: ``office`` a UUID, ``date`` a local date, texts as they were
    written (the reason or instruction is sealed into history; other texts are only looked at for being there, and
    ``also`` stores them). ``seen`` is the case's ``seq`` when the actor last saw it. ``also`` runs inside the
    transaction and gets the record and the case's data key. ``written``: what the move's letter has beside that.

    Raises RefusedError with a code (those of rules.procedure; "office_unknown", "office_same"; LetterIncomplete),
    TextRefused for words that cannot be kept, Changed when somebody was faster, Erased without a key, KeyClosed where
    the case is sealed and the actor's key is not open.
    """
    if seen is not None and seen != case.seq:
        raise Changed
    given = _given(case, move, params or {})
    clocks = list(Clock.objects.filter(case=case))
    transition = _performed(case, move, clocks, given, actor=actor, at=at)
    # Only whoever may make the move learns whether their key opens the case.
    key = _key_of_move(case, actor)
    told = {**given, **(written or {})}
    asked = partial(asked_of, case, key) if key is not None else None
    sent = _letter(case, move, transition, told, actor=actor, asked=asked)
    if sent is not None and sent.lacking:
        raise LetterIncomplete(sent.lacking)
    reason = str(given.get("reason") or given.get("instruction") or "")
    undone = None if for_good or not isinstance(actor, StaffActor) else standing(case, clocks, actor, at)
    drafts = [sent] if sent else []
    for language in following.languages(case) if sent else ():
        other = _letter(case, move, transition, told, actor=actor, asked=asked, language=language)
        drafts += [other] if other else []
    also = with_letter(case, move, drafts, also, actor=actor, at=at)
    return take(
        case, transition, clocks, actor=actor, at=at, key=key, reason=reason, also=also, before=undone
    )


def letter_before(
    case: Case,
    move: str,
    params: Mapping[str, Any],
    written: Mapping[str, Any],
    *,
    content: CaseFile | None,
    actor: StaffActor,
    at: datetime,
) -> Draft | None:
    """The letter that a move would send, to be looked at first; None for a move without one. Raises as `make_move`.

    ``content``: the case as it was opened for whoever looks, with its look. Nothing is opened here, so a letter that
    says again what was filed is NotFound without it.
    """
    if engine.procedure_of(case).letter_of(move) is None:
        return None
    given = _given(case, move, params)
    transition = _performed(case, move, list(Clock.objects.filter(case=case)), given, actor=actor, at=at)

    def asked() -> str:
        if content is None:
            raise NotFound
        return content.wish or content.text

    return _letter(case, move, transition, {**given, **written}, actor=actor, asked=asked)


def _performed(
    case: Case, move: str, clocks: list[Clock], given: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Transition:
    """What the rules make of the move. Raises RefusedError."""
    return perform(
        engine.procedure_of(case),
        engine.state_of(case, clocks),
        move,
        engine.mover(case, actor),
        on=engine.today(at),
        calendar=calendar(),
        params=given,
        recused=[str(office) for office in barred_offices(case)],
        above=engine.above_of(case),
    )


def _letter(
    case: Case,
    move: str,
    transition: Transition,
    written: Mapping[str, Any],
    *,
    actor: Actor,
    asked: Callable[[], str] | None,
    language: str = "",
) -> Draft | None:
    """The letter of a step of staff, or of the resident who leaves, complete or not.

    ``language``: another than that of whoever filed.
    """
    if isinstance(actor, System) or asked is None:
        return None
    made, on = engine.procedure_of(case).moves[move], date.fromisoformat(transition.entries[0].params["on"])
    return drafted(case, made, transition, written, actor=actor, on=on, asked=asked, language=language)


def asked_of(case: Case, key: bytes) -> str:
    """What was asked for, for a letter that goes out without anybody looking at it."""
    filed = read_filed(case, key)
    return str(filed.get("wish") or filed["text"])


def with_letter(
    case: Case, move: str, drafts: list[Draft], also: Also | None, *, actor: Actor, at: datetime
) -> Also | None:
    """What runs inside the transaction, with the letter kept as it goes out. An answer keeps it in its own row.

    ``drafts``: the letter, and the same in other languages.
    """
    if not drafts:
        return also
    words, *others = (one.as_sent() for one in drafts)
    answers = engine.procedure_of(case).moves[move].effect in engine.ANSWER_EFFECTS

    def both(record: Record, key: bytes) -> None:
        record.letter, record.letters = words, {one["language"]: one for one in others}
        if not answers:
            row = Message(id=new_id(), case=case, at=at, kind="letter")
            row.office_id = case.office_id
            if isinstance(actor, StaffActor):
                row.office_id, row.staff_id = actor.office_id, actor.staff_id
            row.content, committed = seal_words(key, words, row=row.id, field="content")
            row.save(force_insert=True)
            record.words(committed)
        if also is not None:
            also(record, key)

    return both


def _key_of_move(case: Case, actor: Actor) -> bytes | None:
    """The case's key, for words and for who gets the case; none for what the program does with a sealed one."""
    return None if isinstance(actor, System) and is_sealed(case.kind) else key_for(case.id, actor)


def _given(case: Case, code: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What came with the move, with an office as the text that rules and history have it in."""
    given, move = dict(params), engine.procedure_of(case).moves.get(code)
    for value in given.values():
        if isinstance(value, str):
            within(value)
    if given.get("office") is not None:
        office = _office(given["office"])
        if office is None:
            raise RefusedError("office_unknown")
        if office == case.office_id and move is not None and move.effect in TO_OFFICES:
            raise RefusedError("office_same")
        given["office"] = str(office)
    return given


def _office(given: object) -> UUID | None:
    """A current office's id, however it was written."""
    try:
        office = given if isinstance(given, UUID) else UUID(str(given))
    except ValueError:
        return None
    return office if office in offices() else None


def take(
    case: Case,
    transition: Transition,
    clocks: list[Clock],
    *,
    actor: Actor,
    at: datetime,
    key: bytes | None = None,
    reason: str = "",
    also: Also | None = None,
    before: Standing | None = None,
) -> Case:
    """Write a transition: the case's columns, its clocks, history with ledger leaves, and notices. Raises Changed.

    ``key`` seals the reason and goes to ``also``; what the system does needs none. ``before``: how the case stands, for
    a step that can be undone. When anything fails, ``case`` is again what it was.
    """
    seen = case.seq
    with restored_on_failure(case), handing_on(case, actor, key, at=at) as now:
        record = _entered(case, transition, actor=actor, at=at, key=key, reason=reason)
        point = _point(case, before, transition, record) if before else None
        with transaction.atomic():
            if transition.supervise and not (case.supervision_id and _is(transition, RESTORED)):
                case.supervision = supervise(case, at=at)
            free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
            if not free.update(**{c: getattr(case, c) for c in COLUMNS}):
                raise Changed
            save_clocks(case, transition, clocks)
            _join_offices(case, transition, at)
            if _is(transition, WITHDRAWN):
                take_down(case, at)
            if also and key:
                also(record, key)
            refresh_public(case, at)
            if (
                key
                and (reason or record.letter)
                and record.by_staff
                and transition.entries[0].code not in SENT
            ):
                letter = {"letter": record.letter, "letters": record.letters} if record.letter else {}
                told = {"reason": reason, **letter}
                following.told_why(case, seen + 1, transition.entries[0].code, told, key)
            record.store()
            if point:
                keep(point)
            now()
    return case


def _point(case: Case, before: Standing, transition: Transition, record: Record) -> UndoPoint | None:
    """What the step can be undone to."""
    asked = [entry.params["office"] for entry in transition.entries if entry.code == INVITED]
    for office in asked:
        note_joint(before, case, UUID(office))
    return point_for(case, before, record, move=transition.entries[0].params["move"], joins=bool(asked))


def _entered(
    case: Case, transition: Transition, *, actor: Actor, at: datetime, key: bytes | None, reason: str
) -> Record:
    """The transition in the case's columns (unsaved), and the record of it."""
    record, led_by = Record(actor=actor, at=at), case.lead_id
    for number, entry in enumerate(transition.entries):
        case.seq += 1
        _columns(case, entry, transition, actor=actor, at=at)
        record.event(
            case,
            entry.code,
            by=entry.by,
            params={**entry.params, **_late_letter(case)} if entry.code == OVERDUE else entry.params,
            reason="" if number else reason,
            key=key,
        )
        if entry.code in NOTICES:
            record.notice(case, NOTICES[entry.code], case.filing.notify)
        elif "hearing" in entry.params:
            record.notice(case, "hearing", case.filing.notify)
    if _is(transition, WITHDRAWN) and is_agreed(case):
        case.seq += 1
        record.event(case, "case.publication_taken_back")
    engine.take_state(case, transition.state)
    _rest(case, transition, at)
    record.new_lead(led_by, case)
    return record


def _late_letter(case: Case) -> dict[str, Any]:
    """What the letter of a time that ran out has beside the step: who let it, and who was pressed how often."""
    counted = {
        "times": pressed_times(engine.procedure_of(case), case.stage, case.counts),
        "raised": raised_after(case.history.order_by("seq")),
    }
    return {"whose": str(case.office_id), **{name: times for name, times in counted.items() if times}}


def _is(transition: Transition, code: str) -> bool:
    return any(entry.code == code for entry in transition.entries)


def _columns(case: Case, entry: Entry, transition: Transition, *, actor: Actor, at: datetime) -> None:
    """What a history entry says of the case's own columns."""
    code = entry.code
    if code in ("case.handed_over", "case.assigned"):
        give(case, UUID(entry.params["office"]))
        case.first_instance_id = None
        case.hand_overs += code == "case.handed_over"
    elif code == "case.taken_over" and isinstance(actor, StaffActor):
        give(case, actor.office_id)
        case.first_instance_id = None
    elif code == "case.accepted" and isinstance(actor, StaffActor):
        case.handler_id = actor.staff_id
    elif code == "case.reopened":
        case.reopenings += 1
    elif code == "case.acceptance_ordered":
        kept = engine.answer_kept(engine.procedure_of(case), transition)
        case.on_time = False if kept is False else case.on_time
    if code in ANSWERS:
        if engine.answers_first(case, entry.params["move"]):
            case.first_instance_id = None
        kept = engine.answer_kept(engine.procedure_of(case), transition)
        # The rules' day, which never lies before what happened already, whatever a clock that was set back says.
        case.answered_at, case.answered_on = at, date.fromisoformat(entry.params["on"])
        case.on_time = False if case.on_time is False else (kept if kept is not None else case.on_time)

    # A sealed case is a cause of its own, decided by a press on its own page.
    settles = code in SETTLING or (code == "case.pressed" and is_sealed(case.kind))
    if settles and case.supervision and case.supervision.decided_at is None:
        case.supervision = None


def give(case: Case, office: UUID) -> None:
    """Let the case be this office's (unsaved): no handler yet, and its first lead from whom it is not hidden."""
    case.office_id, case.lead_id, case.handler_id = office, able_lead(case, office), None
    case.stand_in_id = None


def _rest(case: Case, transition: Transition, at: datetime) -> None:
    """Closing, waking up, and the office that a stage held by a level above gives the case to."""
    stage = engine.procedure_of(case).stages[transition.state.stage]
    if stage.end:
        closed_on = date.fromisoformat(transition.entries[-1].params["on"])
        case.closed_at, case.closed_on, case.outcome = at, closed_on, stage.outcome
        if case.supervision and case.supervision.decided_at is None:
            case.supervision = None
    elif transition.state.merged is not None:
        close_merged(case, transition, at)
    else:
        case.closed_at = case.closed_on = None
        case.outcome = ""
    if case.outcome != "withdrawn":
        case.erase_on = None
    _to_holder(case, stage.holder)


def _to_holder(case: Case, holder: str) -> None:
    """Give the case to the office that holds its stage (unsaved): a level above, or the first instance again."""
    if holder == "office" and case.first_instance_id is not None:
        first, case.first_instance_id = case.first_instance_id, None
        give(case, engine.able_to_hold(case, first))
        return
    upper = engine.office_for_holder(case, holder)
    if upper is not None and upper != case.office_id:
        if case.subject_id is None and case.first_instance_id is None:
            case.first_instance_id = case.office_id
        give(case, upper)


def close_merged(case: Case, transition: Transition, at: datetime) -> None:
    """Another matter goes on in its place (unsaved): it is over, and nobody answered it."""
    closed_on = date.fromisoformat(transition.entries[-1].params["on"])
    case.closed_at, case.closed_on, case.outcome = at, closed_on, MERGED
    if case.supervision and case.supervision.decided_at is None:
        case.supervision = None


def _join_offices(case: Case, transition: Transition, at: datetime) -> None:
    for entry in transition.entries:
        if entry.code == INVITED:
            JointOffice.objects.update_or_create(
                case=case,
                office_id=UUID(entry.params["office"]),
                defaults={"until_on": None},
                create_defaults={"id": new_id(), "since_on": engine.today(at)},
            )


def save_clocks(case: Case, transition: Transition, clocks: list[Clock]) -> None:
    """The transition's clocks as rows; ``clocks``: those that are there. Inside the caller's transaction."""
    known = {(row.code, row.run): row for row in clocks}
    changed: dict[tuple[str, int], ClockState] = {}
    for change in transition.changes:
        changed[change.clock, change.state.run] = change.state
    new = [
        engine.fill_clock(Clock(id=new_id(), case=case, code=place[0]), state)
        for place, state in changed.items()
        if place not in known
    ]
    old = [engine.fill_clock(known[place], state) for place, state in changed.items() if place in known]
    if new:
        Clock.objects.bulk_create(new)
    if old:
        names = [f.name for f in Clock._meta.concrete_fields if f.name not in ("id", "case", "code", "run")]
        # One or two, mostly: as one statement for all of them they take four times as long to put together.
        for row in old:
            row.save(update_fields=names)
