"""Opening what a collective grievance holds: for its members with their receipts, for whoever brings a code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Resident
from gongshi.cases import engine
from gongshi.cases.models import Answer, Case, Clock, History, Look, Receipt
from gongshi.cases.queries import running_clocks
from gongshi.cases.reading import ReadAnswer, ReadMessage, key_for
from gongshi.cases.sealed import unseal_json
from gongshi.cases.visiting import Visitor, own_case
from gongshi.cases.ways import OVERDUE, overdue_letter
from gongshi.grievances.models import Backing, Collective, JointWord, Member
from gongshi.grievances.queries import band_of, is_enough, standing_offers
from gongshi.places.queries import local_day
from gongshi.rules.bands import Band
from gongshi.rules.consent import OPEN_DAYS
from gongshi.rules.procedure import still_standing
from gongshi.safekeeping.group_codes import consent_mark, open_for_group, open_under_code, open_under_receipt

MARKS_SHOWN = 10
# Steps that are told to all where nothing was written with them either: of these whoever filed alone is told (0030).
BY_DAY = frozenset(
    {
        *("case.accepted", "case.declined", "case.acceptance_ordered", "case.extended"),
        *("case.handed_over", "case.assigned", "case.taken_over"),
        *("case.hearing_called", "case.hearing_held", "case.hearing_called_off"),
        *("case.directed", "case.pressed", "case.supervised", OVERDUE),
    }
)
TEXT, WORDS, CODES, KEY, VOICE = "text", "words", "codes", "group key", "voice"


@dataclass(frozen=True)
class Told:
    """Why an office took a step, as it told everybody; ``letter``: what it sent, if the step has one.

    Of what nobody wrote with a step (a time that ran out) the day alone, without an office.
    """

    seq: int
    code: str
    on: date
    office: UUID | None
    reason: str
    letter: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Spoken:
    """What those who speak have besides: where it stands, the talk with the office, who looked, the code to hand on."""

    case: Case
    actor: Resident
    clocks: list[Clock]
    messages: list[ReadMessage]
    looks: list[Look]
    code: str


@dataclass(frozen=True)
class Joint:
    """A joint case as its members read it (decision 0023): its text, and what an office told all since they joined.

    ``answered``: whether it is for each to say how to go on, and ``clocks`` then run for that. ``spoken`` is None for
    those who do not speak.
    """

    collective: Collective
    case: Case
    text: str
    answers: list[ReadAnswer]
    told: list[Told]
    answered: bool
    clocks: list[Clock]
    band: Band
    seat: int | None
    vacant: bool
    spoken: Spoken | None = field(default=None)


@dataclass(frozen=True)
class Offers:
    """Offers to speak, by their marks: some of ``marks``, those that the member consents to, and their own."""

    marks: list[str]
    backed: list[str]
    own: str
    until: date | None
    enough: bool


def asked(joint: Joint, at: datetime) -> str:
    """The office's question, where those who speak are to answer one; "" for none, and for who does not speak."""
    if joint.spoken is None:
        return ""
    moves = engine.moves_for(joint.spoken.case, joint.spoken.actor, at, joint.spoken.clocks)
    if not any(move.effect == "reply" for move in moves):
        return ""
    return next((one.text for one in reversed(joint.spoken.messages) if one.kind == "question"), "")


def group_key_of(member: Member, receipt: str) -> bytes:
    """The group's key, with the receipt of the member's filing. Raises SealError."""
    return open_under_receipt(receipt, member.group_key, row=member.id, field=KEY)


def group_key_by_code(collective: Collective, code: str) -> bytes:
    """The group's key, with the code that is handed on. Raises SealError."""
    assert collective.join_key is not None
    return open_under_code(code, collective.join_key, row=collective.id, field=KEY)


def voice_of(member: Member, receipt: str) -> Resident | None:
    """Whoever speaks, as the one who acts on the joint case; None for a member who does not speak."""
    if member.voice is None:
        return None
    return speaker(member.collective, open_under_receipt(receipt, member.voice, row=member.id, field=VOICE))


def voice_by_code(collective: Collective, code: str) -> bytes:
    """The joint filing's receipt, with an invitation. Raises SealError."""
    assert collective.seat_voice is not None
    return open_under_code(code, collective.seat_voice, row=collective.id, field=VOICE)


def vacant_voice(collective: Collective, key: bytes) -> bytes:
    """The joint filing's receipt while nobody speaks, with the group's key. Raises SealError."""
    assert collective.vacant is not None
    return open_for_group(key, collective.vacant, row=collective.id)


def speaker(collective: Collective, voice: bytes) -> Resident:
    """Whoever holds the joint filing's receipt."""
    filing = collective.case.filing_id
    return Resident(filing, Receipt.objects.only("id").get(filing=filing).id, voice.decode("ascii"))


def read_text(collective: Collective, key: bytes) -> str:
    """The joint text: all that the group's key opens before an office has answered."""
    return str(unseal_json(key, collective.text, row=collective.id, field=TEXT))


def read_sent(answer: Answer, key: bytes) -> dict[str, Any]:
    """An answer's parts and letter as sent, with the joint case's key, to be sealed for the group."""
    return {
        "parts": unseal_json(key, answer.content, row=answer.id, field="content"),
        "letter": unseal_json(key, answer.letter, row=answer.id, field="letter"),
    }


def read_code(collective: Collective, key: bytes) -> str:
    """The code that those who speak hand on, with the joint case's key; "" while nobody can join."""
    return str(unseal_json(key, collective.codes, row=collective.id, field=CODES) or "")


def words_for(member: Member) -> list[tuple[JointWord | None, History]]:
    """What was told to all since the member joined, each step with what an office wrote, without what was undone.

    Those who speak read all of it.
    """
    since = member.since if member.seat is None else 0
    history = list(History.objects.filter(case=member.collective.case_id).order_by("seq"))
    written = {row.seq: row for row in member.collective.words.all()}
    stands = [entry for entry in still_standing(history) if entry.seq > since]
    return [(written.get(one.seq), one) for one in stands if one.seq in written or one.code in BY_DAY]


def read_word(row: JointWord | None, step: History, joint: Case, key: bytes, language: str) -> dict[str, Any]:
    """What was told to all with a step of the joint case, with the group's key; a letter in this language.

    The letter of a time that ran out is written from the step itself: the program has no key.
    """
    if row is None:
        written = overdue_letter(joint, step.params, language) if step.code == OVERDUE else None
        letter = {"name": written[0], "text": written[1], "language": language} if written else None
        return {"reason": "", "office": step.params["whose"], "letter": letter} if letter else {"reason": ""}
    found: dict[str, Any] = unseal_json(key, row.words, row=row.id, field=WORDS)
    others = found.pop("letters", {})
    if language in others:
        found["letter"] = others[language]
    return found


def read_joint(member: Member, visitor: Visitor) -> Joint:
    """The joint case for one of its members."""
    collective, key = member.collective, group_key_of(member, visitor.receipt)
    language = visitor.filing.language
    words = [
        (row, step, read_word(row, step, collective.case, key, language)) for row, step in words_for(member)
    ]
    sent = {row.answer_id: said for row, _, said in words if row and row.answer_id}
    answers = Answer.objects.filter(id__in=sent).order_by("number")
    spoken, answered = _spoken(member, visitor), collective.case.answered_at is not None
    return Joint(
        collective=collective,
        case=collective.case,
        text=read_text(collective, key),
        answers=[read_answer(row, sent[row.id]) for row in answers],
        told=[
            Told(
                step.seq,
                step.code,
                local_day(step.at),
                _who(row, step, said),
                said["reason"],
                said.get("letter"),
            )
            for row, step, said in words
            if not (row and row.answer_id)
        ],
        answered=answered,
        # Where an office still owes the answer, how long it has taken so far is for those who speak.
        clocks=running_clocks(collective.case) if answered else [],
        band=band_of(collective.id),
        seat=member.seat,
        vacant=collective.vacant is not None,
        spoken=spoken,
    )


def _who(row: JointWord | None, step: History, said: Mapping[str, Any]) -> UUID | None:
    """The office that wrote; of a time that ran out, whose it was, if its letter says so."""
    if row is not None:
        return step.office_id
    return UUID(said["office"]) if "office" in said else None


def _spoken(member: Member, visitor: Visitor) -> Spoken | None:
    actor, collective = voice_of(member, visitor.receipt), member.collective
    if actor is None:
        return None
    joint = Visitor(collective.case.filing, actor.receipt_id, actor.receipt)
    own = own_case(joint, collective.case.number)
    code = ""
    if collective.codes is not None:
        code = read_code(collective, key_for(collective.case_id, actor))
    return Spoken(own.case, actor, own.clocks, own.file.messages, own.looks, code)


def offers_for(member: Member, receipt: str, on: date) -> Offers:
    """The offers to speak that stand, as one member sees them: nobody's name, and no number of consents."""
    collective = member.collective
    rows = list(standing_offers(collective, on))
    tokens = [consent_mark(receipt, row.id) for row in rows]
    backed = set(Backing.objects.filter(token__in=tokens).values_list("offer", flat=True))
    maker = consent_mark(receipt, collective.id)
    own = next((row for row in rows if bytes(row.maker) == maker), None)
    others = [row for row in rows if row is not own]
    return Offers(
        marks=[row.mark for row in others[:MARKS_SHOWN]],
        backed=[row.mark for row in others if row.id in backed],
        own=own.mark if own else "",
        until=own.made_on + timedelta(days=OPEN_DAYS) if own else None,
        enough=own is not None and is_enough(own),
    )


def read_answer(row: Answer, said: Mapping[str, Any]) -> ReadAnswer:
    """An answer as its members read it: what they say of it, they say in their own case."""
    return ReadAnswer(
        id=row.id,
        number=row.number,
        office=row.office_id,
        decision=row.decision,
        found_on=row.found_on,
        by_on=row.by_on,
        parts=said["parts"],
        letter=said["letter"],
        route_until_on=row.route_until_on,
        sent_at=row.sent_at,
        points_answered=None,
        promise_kept=None,
        verdict="",
    )
