"""Answering, in parts that cannot be left out, and what the resident says of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.cases import engine, following
from gongshi.cases.actions.moves import make_move
from gongshi.cases.changing import Changed, advance, changing
from gongshi.cases.letters import open_routes
from gongshi.cases.models import Answer, Case
from gongshi.cases.models.answers import Decision
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for
from gongshi.cases.record import Record
from gongshi.cases.sealed import clean, seal_json, seal_words
from gongshi.cases.texts import TextRefused, checked_text, within
from gongshi.rules.procedure import Move
from gongshi.rules.templates import placeholders_in
from gongshi.safekeeping.ids import new_id

PARTS = ("found", "decided", "call")


def decisions(moves: Mapping[str, Move]) -> list[str]:
    """What an answer can decide, by these answering moves (by effect). A promise needs a procedure that keeps dates."""
    found = []
    if "report_done" in moves or "answer" in moves:
        found.append("done")
    if "promise" in moves:
        found.append("will_do")
    return [*found, "cannot", "explained"] if "answer" in moves else found


def move_for(decision: str, moves: Mapping[str, Move]) -> Move:
    """The procedure's move that carries this decision. Raises KeyError for one that `decisions` does not have."""
    if decision == "will_do":
        return moves["promise"]
    if decision == "done" and "report_done" in moves:
        return moves["report_done"]
    return moves["answer"]


@dataclass(frozen=True)
class NewAnswer:
    """An answer as an officer wrote it.

    ``found`` says what was found, on ``found_on``; ``decided`` what is decided and why; ``by_whom`` who does it and
    ``by_on`` the promised day (decision "will_do" only); ``call`` whom to call about it; ``law`` on what it rests,
    where the procedure's letter says it.
    """

    decision: str
    found: str
    found_on: date | None
    decided: str
    call: str
    by_on: date | None = None
    by_whom: str = ""
    law: str = ""


class AnswerIncomplete(ValueError):
    """An answer that cannot go out yet. ``missing`` maps each part to the code of what is wrong with it."""

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def faults_in(answer: NewAnswer, *, on: date, opened_on: date, to_be_filled: bool = False) -> dict[str, str]:
    """What keeps the answer from going out, by part.

    Codes: "missing", "too_long", "unreadable", "in_future", "before_filing", "not_ahead"; "other_move" for a promised
    day that the move does not carry, so that it would never come back to the queue (see `send_answer`); "unfilled" for
    a part in which a placeholder still stands, unless each letter is ``to_be_filled`` first.
    """
    faults = {}
    promised = answer.decision == Decision.WILL_DO
    for part in (*PARTS, "by_whom") if promised else PARTS:
        try:
            checked_text(getattr(answer, part))
        except TextRefused as refused:
            faults[part] = "missing" if refused.code == "empty" else refused.code
        else:
            if not to_be_filled and placeholders_in(getattr(answer, part)):
                faults[part] = "unfilled"
    if answer.decision not in Decision.values:
        faults["decision"] = "missing"
    if answer.found_on is None:
        faults["found_on"] = "missing"
    elif answer.found_on > on:
        faults["found_on"] = "in_future"
    elif answer.found_on < opened_on:
        faults["found_on"] = "before_filing"
    if promised:
        if answer.by_on is None:
            faults["by_on"] = "missing"
        elif answer.by_on <= on:
            faults["by_on"] = "not_ahead"
    return faults


def send_answer(
    case: Case, move: str, answer: NewAnswer, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """Send an answer by one of the procedure's answering moves, with the further routes that stay open.

    Raises AnswerIncomplete, RefusedError (LetterIncomplete among them), Changed.
    """
    today = engine.today(at)
    faults = faults_in(answer, on=today, opened_on=case.opened_on)
    if not _carries(case, move, answer):
        faults.setdefault("decision", "other_move")
    if faults:
        raise AnswerIncomplete(faults)

    def also(record: Record, key: bytes) -> None:
        row, committed = answer_row(case, answer, actor=actor, key=key, at=at, sent=record.letter)
        row.save(force_insert=True)
        record.words(committed)
        following.told_answer(case, record.seqs[0], row, key, record.letters)

    params = params_of(answer)
    written = written_of(answer)
    return make_move(case, move, actor=actor, at=at, params=params, seen=seen, also=also, written=written)


def params_of(answer: NewAnswer) -> dict[str, Any]:
    """What goes along with the answering move."""
    params: dict[str, Any] = {"answer": answer.decided, "reason": answer.decided}
    if answer.by_on and answer.decision == Decision.WILL_DO:
        params["date"] = answer.by_on
    return params


def written_of(answer: NewAnswer) -> dict[str, Any]:
    """An answer's parts for its letter."""
    names = (*PARTS, "decision", "found_on", "law")
    return {name: value for name in names if (value := getattr(answer, name))}


def _carries(case: Case, move: str, answer: NewAnswer) -> bool:
    """Whether the move keeps what the answer promises: a promised day needs the move that starts a clock on it."""
    moves = engine.procedure_of(case).moves
    if move not in moves:
        return True
    promising = answer.decision == Decision.WILL_DO
    if moves[move].effect == "promise":
        return promising
    return not promising or not any(one.effect == "promise" for one in moves.values())


def answer_row(
    case: Case,
    answer: NewAnswer,
    *,
    actor: StaffActor,
    key: bytes,
    at: datetime,
    sent: Mapping[str, str] | None = None,
) -> tuple[Answer, str]:
    """The answer as a row, unsaved, with its letter as it goes out and the commitment to it. ``sent``: written out."""
    assert answer.found_on is not None
    routes = open_routes(case, engine.today(at))
    row = Answer(
        id=new_id(),
        case=case,
        number=Answer.objects.filter(case=case, undone_at=None).count() + 1,
        office_id=actor.office_id,
        staff_id=actor.staff_id,
        decision=answer.decision,
        found_on=answer.found_on,
        by_on=answer.by_on if answer.decision == Decision.WILL_DO else None,
        route_until_on=min((route["until_on"] for route in routes if route.get("until_on")), default=None),
        sent_at=at,
    )
    parts = {part: checked_text(getattr(answer, part)) for part in PARTS}
    if row.by_on:
        parts["by_whom"] = checked_text(answer.by_whom)
    if answer.law:
        parts["law"] = checked_text(answer.law)
    row.content = seal_json(key, parts, row=row.id, field="content")
    letter = {
        **parts,
        "decision": answer.decision,
        "found_on": answer.found_on,
        "by_on": row.by_on,
        "routes": routes,
        "language": case.filing.language,
        **(sent or {}),
    }
    row.letter, committed = seal_words(key, clean(letter), row=row.id, field="letter")
    return row, committed


@dataclass(frozen=True)
class Verdict:
    """What the resident says of an answer, in yes, no or nothing, and in their own words."""

    points_answered: bool | None = None
    promise_kept: bool | None = None
    words: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def give_verdict(case: Case, move: str, verdict: Verdict, *, actor: Resident, at: datetime) -> Case:
    """Confirm or reopen. The words are sealed; yes and no are kept for the office's figures.

    Raises RefusedError, Changed, TextRefused.
    """
    words = within(verdict.words.strip())

    def also(_record: Record, key: bytes) -> None:
        row = _latest(case)
        if row is not None:
            _keep_verdict(row, verdict, words, key=key, at=at)

    params = {"reason": words, "verdict": verdict_code(verdict)}
    return make_move(case, move, actor=actor, at=at, params=params, also=also)


def say_of_answer(case: Case, verdict: Verdict, *, actor: Resident, at: datetime, seen: int) -> Case:
    """What the resident says of the latest answer while nothing else changes: a promised day is still to come.

    Raises TextRefused ("empty" without a yes, a no or a word), NotFound without an answer, Changed when the case is no
    longer as it was at ``seen``.
    """
    words = within(verdict.words.strip())
    if not words and verdict_code(verdict) == "unsaid":
        raise TextRefused("empty")
    row = _latest(case)
    if row is None or actor.filing_id != case.filing_id:
        raise NotFound
    if seen != case.seq:
        raise Changed
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        advance(case)
        record.event(case, "case.answer_judged", params={"verdict": verdict_code(verdict)})
        _keep_verdict(row, verdict, words, key=key, at=at)
        record.store()
    return case


def _latest(case: Case) -> Answer | None:
    return Answer.objects.filter(case=case, undone_at=None).order_by("-number").first()


def _keep_verdict(row: Answer, verdict: Verdict, words: str, *, key: bytes, at: datetime) -> None:
    row.points_answered, row.promise_kept = verdict.points_answered, verdict.promise_kept
    row.verdict_at = at
    row.verdict = seal_json(key, words, row=row.id, field="verdict")
    row.save(update_fields=["points_answered", "promise_kept", "verdict_at", "verdict"])


def verdict_code(verdict: Verdict) -> str:
    """The verdict as one code for history: "yes", "no" or "unsaid"."""
    said = [answer for answer in (verdict.points_answered, verdict.promise_kept) if answer is not None]
    return "unsaid" if not said else "yes" if all(said) else "no"
