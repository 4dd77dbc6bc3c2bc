"""Hearings: calling one, another day for it, its record, and what the resident says of either.

Source: 信访工作条例 (2022) Art. 36: the time of a hearing is not counted. Notice, minutes and remarks are sealed with
the case's key. Nothing that the resident says or leaves out here ends or shortens anything of theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.cases import engine, following
from gongshi.cases.actions.conversation import say
from gongshi.cases.actions.moves import asked_of, make_move, save_clocks, with_letter
from gongshi.cases.changing import Changed, advance, append, changing
from gongshi.cases.hearings import (
    AWAY,
    CALLED,
    NOTICE,
    RECORD,
    RECORDED,
    REMARK,
    earliest_day,
    ends_hearing,
    has_record,
    history_of,
    holds_hearings,
    is_ahead,
    is_called,
    last_day,
    last_told,
)
from gongshi.cases.labels import HEARING_PARTS
from gongshi.cases.letters import LetterIncomplete, drafted
from gongshi.cases.models import Case, Clock
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for, require_unwithdrawn
from gongshi.cases.record import Record, role_of
from gongshi.cases.texts import checked_text
from gongshi.places.queries import calendar
from gongshi.rules.letters import written_day
from gongshi.rules.procedure import RefusedError, Transition, reannounce

LONGEST_LINE = 500


@dataclass(frozen=True)
class Call:
    """A hearing as it is called: the day, and in words when, where, what is heard, and who is asked to come."""

    on: date
    time: str
    place: str
    about: str
    invited: str = ""

    def parts(self) -> dict[str, str]:
        """Its words by part, the day first. Raises TextRefused."""
        kept = {"date": self.on.isoformat()}
        kept |= {name: checked_text(getattr(self, name), LONGEST_LINE) for name in ("time", "place")}
        kept["about"] = checked_text(self.about)
        if self.invited.strip():
            kept["invited"] = checked_text(self.invited)
        return kept


def check_day(case: Case, on: date, *, at: datetime) -> None:
    """That a hearing can be called for ``on``. Raises RefusedError "date_short_notice", "date_after_hearing"."""
    today = engine.today(at)
    until = last_day(case, today)
    if on < earliest_day(today):
        raise RefusedError("date_short_notice")
    if until is not None and on > until:
        raise RefusedError("date_after_hearing")


def call_hearing(
    case: Case, move: str, call: Call, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """Call a hearing by the procedure's move. No clock waits for it.

    Raises as `make_move` does; RefusedError "date_short_notice", "date_after_hearing" (the answer is due before).
    """
    parts = call.parts()
    check_day(case, call.on, at=at)

    def also(record: Record, key: bytes) -> None:
        text = _letter(case, parts)
        say(record, case, NOTICE, text, actor=actor, key=key, at=at, parts=parts)
        _tell_all(case, "case.hearing_called", text, record, key)

    told = {name: text for name, text in parts.items() if name != "date"}
    return make_move(
        case, move, actor=actor, at=at, params={"date": call.on}, seen=seen, also=also, written=told
    )


def move_hearing(case: Case, call: Call, *, actor: StaffActor, at: datetime, seen: int | None = None) -> Case:
    """Another day, hour or place for a hearing that is to come. The clock of the answer runs on as it did.

    Raises RefusedError as `call_hearing`, "no_hearing" and "date_too_far"; TextRefused, Changed, KeyClosed.
    """
    if not is_ahead(case) or not holds_hearings(case, actor):
        raise RefusedError("no_hearing")
    parts = call.parts()
    check_day(case, call.on, at=at)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        _advance(case, seen)
        transition = _reannounced(case, call.on, record, actor=actor, at=at)
        _notice_again(case, transition, parts, record, actor=actor, key=key, at=at)
        text = _letter(case, parts)
        say(record, case, NOTICE, text, actor=actor, key=key, at=at, parts=parts)
        following.told_why(case, record.seqs[0], transition.entries[0].code, {"reason": text}, key)
        record.notice(case, "hearing", case.filing.notify)
        record.store()
    return case


def end_hearing(
    case: Case,
    move: str,
    minutes: str,
    outcome: str,
    *,
    actor: StaffActor,
    at: datetime,
    seen: int | None = None,
) -> Case:
    """End a hearing with its record and what follows; the days that it took are not counted. Raises as `make_move`."""
    if not is_called(case) or not ends_hearing(engine.procedure_of(case).moves[move]):
        raise RefusedError("no_hearing")
    parts = _minutes(minutes, outcome)

    def also(record: Record, key: bytes) -> None:
        text = _letter(case, parts)
        say(record, case, RECORD, text, actor=actor, key=key, at=at, parts=parts)
        _tell_all(case, "case.hearing_held", text, record, key)

    given = {"minutes": parts["minutes"]}
    return make_move(case, move, actor=actor, at=at, params=given, seen=seen, also=also, written=parts)


def record_hearing(
    case: Case, minutes: str, outcome: str, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """A record that came too late to count, until the matter ends: the time for the answer stays as it is.

    Raises as `move_hearing`: what comes after the decision cannot be what it rests on.
    """
    if (
        case.closed_at is not None
        or is_called(case)
        or not holds_hearings(case, actor)
        or last_told(history_of(case)) != CALLED
    ):
        raise RefusedError("no_hearing")
    require_unwithdrawn(case)
    parts = _minutes(minutes, outcome)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        _advance(case, seen)
        record.event(case, RECORDED)
        text = _letter(case, parts)
        say(record, case, RECORD, text, actor=actor, key=key, at=at, parts=parts)
        _tell_all(case, RECORDED, text, record, key)
        record.store()
    return case


def cannot_come(case: Case, text: str, *, actor: Resident, at: datetime) -> Case:
    """The resident cannot come on that day: once or more, with or without saying why. It costs them nothing.

    Raises NotFound, RefusedError "no_hearing", TextRefused, Changed.
    """
    if not is_ahead(case):
        raise RefusedError("no_hearing")
    return _said(case, "case.hearing_away", AWAY, text, actor=actor, at=at)


def remark_on_record(case: Case, text: str, *, actor: Resident, at: datetime) -> Case:
    """What the resident has to say of the record; it stays beside it. Raises as `cannot_come`."""
    if not has_record(case):
        raise RefusedError("no_hearing")
    return _said(case, "case.hearing_remarked", REMARK, checked_text(text), actor=actor, at=at)


def _said(case: Case, code: str, kind: str, text: str, *, actor: Resident, at: datetime) -> Case:
    if actor.filing_id != case.filing_id:
        raise NotFound
    require_unwithdrawn(case)
    words = checked_text(text) if text.strip() else ""
    key = key_for(case.id, actor) if words else b""
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        record.event(case, code)
        if words:
            say(record, case, kind, words, actor=actor, key=key, at=at)
        record.store()
    return case


def _advance(case: Case, seen: int | None) -> None:
    if seen is not None and seen != case.seq:
        raise Changed
    advance(case)


def _reannounced(case: Case, day: date, record: Record, *, actor: StaffActor, at: datetime) -> Transition:
    """The announced day as the rules have it. Inside the caller's transaction. Raises RefusedError."""
    clocks = list(Clock.objects.filter(case=case))
    transition = reannounce(
        engine.procedure_of(case),
        engine.state_of(case, clocks),
        day=day,
        by=role_of(actor, case),
        on=engine.today(at),
        calendar=calendar(),
    )
    save_clocks(case, transition, clocks)
    for entry in transition.entries:
        record.event(case, entry.code, by=entry.by, params=entry.params)
    return transition


def _notice_again(
    case: Case,
    transition: Transition,
    parts: Mapping[str, str],
    record: Record,
    *,
    actor: StaffActor,
    key: bytes,
    at: datetime,
) -> None:
    """The letter of the hearing, with its new day. Inside the caller's transaction. Raises LetterIncomplete."""
    moves = engine.procedure_of(case).moves.values()
    calling = next(move for move in moves if move.effect == "hear" and move.to == case.stage)
    on = engine.today(at)
    written = {**parts, "date": date.fromisoformat(parts["date"])}
    asked = partial(asked_of, case, key)
    sent = drafted(case, calling, transition, written, actor=actor, on=on, asked=asked)
    if sent is not None and sent.lacking:
        raise LetterIncomplete(sent.lacking)
    keep = with_letter(case, calling.code, [sent] if sent else [], None, actor=actor, at=at)
    if keep is not None:
        keep(record, key)


def _minutes(minutes: str, outcome: str) -> dict[str, str]:
    return {"minutes": checked_text(minutes), "outcome": checked_text(outcome)}


def _tell_all(case: Case, code: str, text: str, record: Record, key: bytes) -> None:
    """Those who follow the case read the words, too, where no letter has them. In the step's transaction."""
    if not record.letter:
        following.told_why(case, record.seqs[0], code, {"reason": text}, key)


def _letter(case: Case, parts: Mapping[str, str]) -> str:
    """The parts as they are read, in the filing's language, as any letter to whoever filed."""
    language = case.filing.language
    between = "：" if language == "zh" else ": "
    told = (
        {**parts, "date": written_day(date.fromisoformat(parts["date"]), language)}
        if "date" in parts
        else parts
    )
    return "\n".join(f"{HEARING_PARTS[name][language]}{between}{text}" for name, text in told.items())
