"""Questions, replies, additions and notes. The words are sealed; history says only that they were said."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Actor, Resident, StaffActor
from gongshi.accounts.rights import require
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.uploads import TooManyFiles, attached, room_for_files
from gongshi.cases.changing import advance, append, changing
from gongshi.cases.models import Attachment, Case, MailMark, Message
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import key_for, require_unwithdrawn
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_words
from gongshi.cases.sent_again import id_for, is_there
from gongshi.cases.sight import is_hidden_from
from gongshi.cases.texts import TextRefused, checked_text
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.photos import Prepared

__all__ = [
    "TextRefused",
    "add_to_case",
    "advance",
    "ask_resident",
    "checked_text",
    "reply",
    "say",
    "write_note",
]


class _AddedBefore(Exception):
    """The same came at the same moment, and was taken in: nothing is left to write."""


def say(
    record: Record,
    case: Case,
    kind: str,
    text: str,
    *,
    actor: Actor,
    key: bytes,
    at: datetime,
    parts: Mapping[str, str] | None = None,
    row_id: UUID | None = None,
) -> None:
    """Store a sealed message, which the action's first event commits to. ``parts``: what the text was made of.

    ``row_id``: its key, where it is to be known again.
    """
    row = Message(id=row_id or new_id(), case=case, at=at, kind=kind)
    if isinstance(actor, StaffActor):
        row.staff_id, row.office_id = actor.staff_id, actor.office_id
    words: dict[str, Any] = {"text": text, "parts": dict(parts)} if parts else {"text": text}
    row.content, committed = seal_words(key, words, row=row.id, field="content")
    row.save(force_insert=True)
    record.words(committed)


def ask_resident(
    case: Case, move: str, question: str, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """Ask whoever filed; the answer clock waits, within its limit, until they reply."""
    text = checked_text(question)

    def also(record: Record, key: bytes) -> None:
        say(record, case, "question", text, actor=actor, key=key, at=at)

    return make_move(case, move, actor=actor, at=at, params={"question": text}, seen=seen, also=also)


def reply(
    case: Case, move: str, text: str, *, actor: Resident, at: datetime, once: bytes | None = None
) -> Case:
    """Answer the office's question; work goes on. ``once``: as in `add_to_case`, for whoever asks if it is there."""
    words = checked_text(text)
    known = id_for(once, case, words, ()) if once else None

    def also(record: Record, key: bytes) -> None:
        say(record, case, "reply", words, actor=actor, key=key, at=at, row_id=known)

    return make_move(case, move, actor=actor, at=at, params={"reply": words}, also=also)


def add_to_case(
    case: Case,
    text: str,
    files: Iterable[tuple[str, Prepared]] = (),
    *,
    actor: Actor,
    at: datetime,
    marks: Iterable[MailMark] = (),
    left_out: str = "",
    once: bytes | None = None,
) -> Case:
    """Words or files that the resident adds, in any stage, whatever happened meanwhile.

    Staff who may work on the case write down what they were told. ``marks``: it came by mail, whose sender nobody has
    checked, and is known again by them; ``left_out``: its files that could not be taken in, by name. ``once``: the key
    of the form (`sent_again`): the same again under it adds nothing. Raises TextRefused, TooManyFiles, NotFound.
    """
    by = "operator" if isinstance(actor, StaffActor) else "mail" if marks else "resident"
    chosen = list(files)
    if isinstance(actor, Resident) and actor.filing_id != case.filing_id:
        raise NotFound
    if isinstance(actor, StaffActor):
        _check_worker(case, actor)
    words = checked_text(text) if text.strip() or not chosen else ""
    if once and is_there(once, case, words, chosen):
        return case
    if len(chosen) > room_for_files(case):
        raise TooManyFiles
    key = key_for(case.id, actor)
    known = id_for(once, case, words, chosen) if once else None
    rows = _files(case, chosen, key, None if words else known, at)
    record = Record(actor=actor, at=at)
    code, kind = "case.added" if words else "case.file_added", "mailed" if marks else "addition"
    # Two that come at the same moment meet here: the second waits for the first, and then finds its row.
    with suppress(_AddedBefore), changing(case):
        append(case)
        if once and is_there(once, case, words, chosen):
            raise _AddedBefore
        record.event(case, code, by=by, params={"files": len(chosen)})
        if words:
            say(record, case, kind, words, actor=actor, key=key, at=at, row_id=known)
        Attachment.objects.bulk_create(rows)
        MailMark.objects.bulk_create(marks)
        if left_out:
            append(case)
            record.left_out(case, left_out, key)
        record.store()
    return case


def _files(
    case: Case, chosen: Iterable[tuple[str, Prepared]], key: bytes, first: UUID | None, at: datetime
) -> list[Attachment]:
    """The rows of what came along, unsaved; ``first``: the id of the first, where it has one already."""
    found: list[Attachment] = []
    for name, one in chosen:
        found += attached(one, name, case, key, by="resident", at=at, row=None if found else first)
    return found


def add_for_caller(case: Case, text: str, *, actor: StaffActor, at: datetime) -> Case:
    """Words that a caller adds by telephone, as long as nobody else can: until the filing is claimed.

    The operator reads nothing of the matter. All else (confirming, agreeing to publish, withdrawing) nobody does for
    whoever called. Raises TextRefused, Changed, and NotFound where it may not be.
    """
    require(actor, "call.take")
    if (
        not case.filing.staff_logged
        or case.filing.claimed
        or case.filing.sealed
        or is_hidden_from(case, actor)
    ):
        raise NotFound
    require_unwithdrawn(case)
    words = checked_text(text)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        record.event(case, "case.added", by="operator", params={"files": 0})
        say(record, case, "addition", words, actor=actor, key=key, at=at)
        record.store()
    return case


def write_note(case: Case, text: str, *, actor: StaffActor, at: datetime) -> Case:
    """A note inside the office. The resident reads that there is one, not what it says."""
    _check_worker(case, actor)
    words = checked_text(text)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        record.event(case, "case.noted")
        say(record, case, "note", words, actor=actor, key=key, at=at)
        record.store()
    return case


def _check_worker(case: Case, actor: StaffActor) -> None:
    require(actor, "case.work")
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    require_unwithdrawn(case)
