"""Opening what is sealed. Staff come here only through `actions.looks`; residents through their receipt.

Nothing else in the program unseals a case's words (a structural test keeps it so).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Manager, Model

from gongshi.accounts.actors import Actor, Resident, StaffActor
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import (
    Answer,
    Attachment,
    BreakGlass,
    Case,
    Claim,
    Consent,
    DeskDraft,
    DigestWish,
    Filing,
    History,
    Look,
    Message,
    Receipt,
    SampledAnswer,
    SavedView,
)
from gongshi.cases.sealed import (
    ASKED,
    DIGEST_TO,
    PHONE_CODE,
    TOLD,
    VIEW_NAME,
    opening_of,
    unseal_asked,
    unseal_json,
)
from gongshi.cases.ways import overdue_letters
from gongshi.places.gathering import gather
from gongshi.safekeeping.claim_codes import open_stand_in
from gongshi.safekeeping.keyrings import KeyClosed, open_for_staff, open_those_for_staff, open_through_glass
from gongshi.safekeeping.queries import is_buried, open_with_instance, open_with_receipt, wraps_of
from gongshi.safekeeping.receipts import receipt_hashes

__all__ = ["KeyClosed"]


# What is said with a step of staff, and taken back with it.
TAKEN_BACK = ("question", "letter", "hearing", "record")
# What is read with a case's content.
WRITTEN = ("messages", "answers", "attachments", "history")
R = TypeVar("R", bound=Model)


@dataclass(frozen=True)
class ReadMessage:
    """A question, reply, addition, note or letter in the clear, or words of a hearing.

    ``name``: of a letter, in its ``language``. ``parts``: what words of a hearing were made of.
    """

    id: UUID
    at: datetime
    kind: str
    office: UUID | None
    text: str
    name: str = ""
    language: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadAnswer:
    """An answer in the clear, as it was sent, and what the resident said of it."""

    id: UUID
    number: int
    office: UUID
    decision: str
    found_on: date
    by_on: date | None
    parts: Mapping[str, Any]
    letter: Mapping[str, Any]
    route_until_on: date | None
    sent_at: datetime
    points_answered: bool | None
    promise_kept: bool | None
    verdict: str


@dataclass(frozen=True)
class ReadFile:
    """A file's name and kind; its bytes are read apart."""

    id: UUID
    name: str
    media_type: str
    size: int
    by: str
    at: datetime
    original: bool


@dataclass(frozen=True)
class ReadEvent:
    """One history entry with its reason in the clear. The words for ``code`` come from `labels`."""

    seq: int
    at: datetime
    code: str
    by: str
    office: UUID | None
    params: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class ReadDraft:
    """What the reader themselves typed into one form and has not sent: texts by the form's fields."""

    form: str
    texts: Mapping[str, str]
    revision: int
    page: str
    saved_at: datetime
    discarded: bool


@dataclass(frozen=True)
class CaseFile:
    """Everything that was written on a case, in the clear. ``letters``: oldest first; ``drafts``: the reader's own.

    ``looks``: newest first, where they were asked for.
    """

    text: str
    wish: str
    earlier: str
    because_of: str
    place: str
    point: tuple[float, float] | None
    answers_to_questions: Mapping[str, Any]
    pages: list[Mapping[str, Any]]
    messages: list[ReadMessage]
    answers: list[ReadAnswer]
    files: list[ReadFile]
    events: list[ReadEvent]
    letters: list[ReadMessage] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    drafts: Mapping[str, ReadDraft] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseWords:
    """What was filed as one matter, in the clear: without messages, answers and files."""

    text: str
    wish: str
    place: str


class Erased(LookupError):
    """The keys of this case were destroyed: there is nothing left to read. For staff, withdrawn cases are so too."""


class KeyMissing(LookupError):
    """There is no key, and nothing says that it was destroyed: the wraps store is not whole. Nothing was erased."""


def _without_key(subject: UUID) -> Erased | KeyMissing:
    """Why there is no key. An erasure is written down twice: in the rows, and in the store that held the key."""
    rows = (table.objects.filter(pk=subject, erased_at__isnull=False).exists() for table in (Case, Filing))
    return Erased(str(subject)) if is_buried(subject) or any(rows) else KeyMissing(str(subject))


def require_unwithdrawn(case: Case) -> None:
    """Raise `Erased` for a case that was withdrawn or erased.

    Staff have nothing more to do with it, and cannot tell one from the other: nothing of it is shown any more.
    """
    if case.outcome == "withdrawn" or case.erased_at is not None:
        raise Erased(str(case.id))


def key_of(subject: UUID) -> bytes:
    """The data key of a filing or a case through the instance's wrap, for what the program does by itself.

    Raises `Erased` or `KeyMissing` when there is none, KeyClosed ("not_wrapped") for a sealed one.
    """
    keys = open_with_instance([subject])
    if subject in keys:
        return keys[subject]
    if wraps_of([subject]):
        raise KeyClosed("not_wrapped")
    raise _without_key(subject)


def resident_key(subject: UUID, receipt_id: UUID, receipt: str) -> bytes:
    """The data key of a filing or a case through a receipt's wrap.

    A matter that was split off has none: nothing can be sealed for a receipt that is not at hand. It is an ordinary
    one, and opens through the instance to whoever has the receipt of its filing. Raises `Erased`, `KeyMissing`,
    ReceiptError, SealError.
    """
    keys = open_with_receipt([subject], receipt_id, receipt)
    if subject not in keys and _opens_filing(subject, receipt_id, receipt):
        keys = open_with_instance([subject])
    if subject not in keys:
        raise _without_key(subject)
    return keys[subject]


def _opens_filing(case: UUID, receipt_id: UUID, receipt: str) -> bool:
    """Whether this receipt, as it was typed, is one of the filing that the case belongs to."""
    held = Receipt.objects.filter(pk=receipt_id, hash__in=receipt_hashes(receipt), revoked_at=None)
    return held.filter(filing__cases=case).exists()


def read_filed(case: Case, key: bytes) -> dict[str, Any]:
    """What was filed as this matter, as it was sealed, for a second matter of the same words."""
    content: dict[str, Any] = unseal_json(key, case.content, row=case.id, field="content")
    return {name: content[name] for name in ("text", "wish", "place", "point", "earlier") if name in content}


def keys_of_stand_in(claim: Claim, code: str, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
    """The data keys that a claim code opens, by subject. For making a receipt, and nothing else. Raises SealError."""
    stand_in = open_stand_in(claim.stand_in, code, row=claim.id)
    return open_with_receipt(subjects, claim.receipt_id, stand_in)


def key_for(subject: UUID, actor: Actor) -> bytes:
    """The data key of a filing or a case, for something that ``actor`` does. Whether they may do it is asked before.

    Residents open with their receipt, where it is at hand; staff through the instance, or, for what is sealed, through
    their own key and that of the office they act for. Raises `Erased`, `KeyMissing`, and KeyClosed where a sealed one
    stays closed.
    """
    if isinstance(actor, Resident) and actor.receipt:
        return resident_key(subject, actor.receipt_id, actor.receipt)
    if not isinstance(actor, StaffActor):
        return key_of(subject)
    key = open_for_staff(subject, actor.office_id, actor.keys)
    if key is None:
        raise _without_key(subject)
    return key


def keys_that_open(subjects: Iterable[UUID], actor: StaffActor) -> dict[UUID, bytes]:
    """The data keys of filings and cases that open to a member of staff, by subject; those that stay closed are left
    out. Raises SealError.
    """
    return open_those_for_staff(subjects, actor.office_id, actor.keys)


def key_through_glass(subject: UUID, request_id: UUID, actor: StaffActor) -> bytes:
    """The data key of a case that is open to ``actor`` by break-glass. Raises as `key_for`."""
    key = open_through_glass(subject, request_id, actor.keys)
    if key is None:
        raise _without_key(subject)
    return key


def read_case(case: Case, key: bytes, *, internal: bool, looks: bool = False) -> CaseFile:
    """The case in the clear, in one statement. ``internal`` adds the staff's notes, ``looks`` who looked."""
    content = unseal_json(key, case.content, row=case.id, field="content")
    gather(case, *WRITTEN, *["looks"] * looks)
    messages = [row for row in _sorted(case.messages, "at", "id") if row.undone_at is None]
    answers = [row for row in _sorted(case.answers, "number") if row.undone_at is None]
    if not internal:
        messages = [row for row in messages if row.kind != "note"]
    point = content.get("point")
    said, answered = [_message(row, key) for row in messages], [read_answer(row, key) for row in answers]
    overdue = (ReadMessage(*each) for each in overdue_letters(case, _sorted(case.history, "seq")))
    letters = [*(m for m in said if m.kind == "letter"), *filter(None, map(_written_out, answered)), *overdue]
    return CaseFile(
        text=content["text"],
        wish=content.get("wish", ""),
        earlier=content.get("earlier", ""),
        because_of=content.get("because_of", ""),
        place=content.get("place", ""),
        point=(point[0], point[1]) if point else None,
        answers_to_questions=content.get("answers", {}),
        pages=content.get("pages", []),
        messages=[one for one in said if one.kind != "letter"],
        answers=answered,
        files=[_file(row, key) for row in _sorted(case.attachments, "at", "id")],
        events=[_event(row, key) for row in _sorted(case.history, "seq")],
        looks=_sorted(case.looks, "at", "id")[::-1] if looks else [],
        letters=sorted(letters, key=attrgetter("at")),
    )


def _sorted(rows: Manager[R], *by: str) -> list[R]:
    return sorted(rows.all(), key=attrgetter(*by))


def _written_out(answer: ReadAnswer) -> ReadMessage | None:
    """The letter that an answer went out as; None for one whose procedure has no letters."""
    sent = answer.letter
    if "text" not in sent:
        return None
    return ReadMessage(
        answer.id, answer.sent_at, "letter", answer.office, sent["text"], sent["name"], sent["language"]
    )


def read_words(cases: Iterable[Case]) -> dict[UUID, CaseWords]:
    """What was filed as each of these ordinary matters, by case, in one statement. Without those that have no key."""
    listed = {case.id: case for case in cases}
    keys = open_with_instance(listed)
    found = {}
    for case_id, key in keys.items():
        content = unseal_json(key, listed[case_id].content, row=case_id, field="content")
        found[case_id] = CaseWords(content["text"], content.get("wish", ""), content.get("place", ""))
    return found


def read_typed(row: DeskDraft, key: bytes) -> ReadDraft:
    """An officer's draft. It is for that officer alone, together with the case's content."""
    return ReadDraft(
        form=row.form,
        texts=unseal_json(key, row.content, row=row.id, field="content"),
        revision=row.revision,
        page=row.page,
        saved_at=row.saved_at,
        discarded=row.discarded_at is not None,
    )


@dataclass(frozen=True)
class UndoneWords:
    """What somebody had written with a step that is undone: an answer, a question, a reason, words of a hearing."""

    answer: Mapping[str, str] | None
    question: str
    reason: str
    hearing: Mapping[str, str]


def read_undone(case: Case, staff: UUID, seqs: Collection[int], at: datetime, key: bytes) -> UndoneWords:
    """The words of the step that ``staff`` made ``at``, for giving them back to whoever wrote them."""
    mine = {"case": case, "staff_id": staff, "undone_at": None}
    answer = Answer.objects.filter(**mine, sent_at=at).first()
    said = Message.objects.filter(**mine, at=at, kind__in=TAKEN_BACK).exclude(kind="letter").first()
    entry = History.objects.filter(case=case, seq=min(seqs)).first()
    parts = None
    if answer is not None:
        days = {"found_on": answer.found_on.isoformat(), "by_on": str(answer.by_on or "")}
        parts = {"decision": answer.decision, **days, **read_answer(answer, key).parts}
    return UndoneWords(
        parts,
        _message(said, key).text if said and said.kind == "question" else "",
        _event(entry, key).reason if entry else "",
        _message(said, key).parts if said else {},
    )


def read_view_names(views: Iterable[SavedView]) -> dict[UUID, str]:
    """The names of filters of the queue, by the filter. One statement, or none. Without those that have no key."""
    rows = {row.id: row for row in views}
    keys = open_with_instance(rows) if rows else {}
    return {one: unseal_json(key, rows[one].name, row=one, field=VIEW_NAME) for one, key in keys.items()}


def read_digest_address(wish: DigestWish) -> str:
    """Where a member of staff has their weekly mail sent. Raises `KeyMissing`."""
    keys = open_with_instance([wish.id])
    if wish.id not in keys:
        raise KeyMissing(str(wish.id))
    return str(unseal_json(keys[wish.id], wish.sent_to, row=wish.id, field=DIGEST_TO))


def read_openings(case: Case, key: bytes) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Salt and words by the commitment that history holds: what was filed, letters, messages; never staff's notes."""
    sealed = [unseal_json(key, case.content, row=case.id, field="content")]
    answers = Answer.objects.filter(case=case)
    sealed += [unseal_json(key, row.letter, row=row.id, field="letter") for row in answers]
    messages = Message.objects.filter(case=case).exclude(kind="note")
    sealed += [unseal_json(key, row.content, row=row.id, field="content") for row in messages]
    openings = [opening for words in sealed if (opening := opening_of(words))]
    return {committed: (salt, words) for salt, words, committed in openings}


def read_reason(row: BreakGlass, key: bytes) -> str:
    """Why somebody asked to break glass, sealed with the case's key."""
    return str(unseal_json(key, row.reason, row=row.id, field="reason") or "")


def read_asked_reason(row: BreakGlass) -> str:
    """The same before a worker found its case. Raises SealError, and KeyFileError where the key was given up."""
    return unseal_asked(row.asked_reason, row=row.id) if row.asked_reason is not None else ""


def read_waiting_reason(row: BreakGlass, key: bytes) -> str:
    """The same while the request for a sealed case waits, with the request's own key; "" once it is over."""
    return str(unseal_json(key, row.asked_reason, row=row.id, field=ASKED) or "")


def read_contact(filing: Filing, key: bytes) -> dict[str, Any]:
    """The contact that was left with a filing; empty when none was."""
    return unseal_json(key, filing.contact, row=filing.id, field="contact") or {}


@dataclass(frozen=True)
class Told:
    """What a message or letter says to whoever filed: the claim code, and whom a letter is addressed to.

    ``answers``: the Message-ID of the mail that a message answers; ``left_out``: which of its attachments could not be
    taken in.
    """

    code: str
    name: str = ""
    address: str = ""
    answers: str = ""
    left_out: str = ""

    def __repr__(self) -> str:
        return "<Told>"


def read_told(claim: Claim) -> Told | None:
    """What a claim has still to tell; None once it went out. Raises `KeyMissing`, SealError."""
    words = unseal_json(key_of(claim.id), claim.told, row=claim.id, field=TOLD) if claim.told else None
    return Told(**words) if words else None


def read_phone_code(filing: Filing) -> str:
    """The six digits for asking by telephone; "" where there are none. Raises `Erased`, `KeyMissing`, KeyClosed."""
    if filing.phone_code is None:
        return ""
    return str(unseal_json(key_of(filing.id), filing.phone_code, row=filing.id, field=PHONE_CODE))


def read_copy(consent: Consent, key: bytes) -> PublicCopy:
    """The exact copy that the resident agreed to."""
    return PublicCopy.of(unseal_json(key, consent.copy, row=consent.id, field="copy"))


def read_point(case: Case, key: bytes) -> tuple[float, float] | None:
    """The case's exact point (latitude, longitude), for snapping it to the public grid."""
    point = unseal_json(key, case.content, row=case.id, field="content").get("point")
    return (point[0], point[1]) if point else None


def _message(row: Message, key: bytes) -> ReadMessage:
    said = unseal_json(key, row.content, row=row.id, field="content")
    more = {name: said[name] for name in ("name", "language", "parts") if name in said}
    return ReadMessage(row.id, row.at, row.kind, row.office_id, said["text"], **more)


def read_answer(row: Answer, key: bytes) -> ReadAnswer:
    return ReadAnswer(
        id=row.id,
        number=row.number,
        office=row.office_id,
        decision=row.decision,
        found_on=row.found_on,
        by_on=row.by_on,
        parts=unseal_json(key, row.content, row=row.id, field="content"),
        letter=unseal_json(key, row.letter, row=row.id, field="letter"),
        route_until_on=row.route_until_on,
        sent_at=row.sent_at,
        points_answered=row.points_answered,
        promise_kept=row.promise_kept,
        verdict=unseal_json(key, row.verdict, row=row.id, field="verdict") or "",
    )


def read_letter(row: Answer, key: bytes) -> dict[str, Any]:
    """An answer's letter as it was sent: without anything that the resident wrote."""
    letter: dict[str, Any] = unseal_json(key, row.letter, row=row.id, field="letter")
    return letter


def read_sampled(row: SampledAnswer, key: bytes) -> dict[str, Any]:
    """The masked copy of an answer, as somebody checked it for the sample's readers."""
    copy: dict[str, Any] = unseal_json(key, row.copy, row=row.id, field="copy")
    return copy


def read_name(row: Attachment, key: bytes) -> str:
    """A file's name."""
    return str(unseal_json(key, row.name, row=row.id, field="name"))


def _file(row: Attachment, key: bytes) -> ReadFile:
    return ReadFile(row.id, read_name(row, key), row.media_type, row.size, row.by, row.at, row.original)


def _event(row: History, key: bytes) -> ReadEvent:
    reason = unseal_json(key, row.reason, row=row.id, field="reason") or ""
    return ReadEvent(row.seq, row.at, row.code, row.by, row.office_id, row.params, reason)
