"""Cases that go together: tied, parted, and what the office does about one done about all.

Nothing is merged: each keeps its filing, receipt, words, clocks, letters and notices, and whoever filed it judges its
answer, reopens, withdraws or parts as if it were alone. Decision 0031.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.answers import AnswerIncomplete, NewAnswer, send_answer
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.splitting import check_worker, may_split
from gongshi.cases.actions.together import Addressee, answer_together
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.changing import Changed, advance, append, changing
from gongshi.cases.companions import companions_of, may_lead
from gongshi.cases.models import Case, Companion, PublicCase
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import Erased, KeyMissing
from gongshi.cases.record import Record
from gongshi.cases.texts import TextRefused
from gongshi.rules.procedure import RefusedError

FOR_ALL = frozenset({"accept", "hand_over", "extend"})
"""What is done about all, beside answers. A question is asked of one alone, and holds up nobody else's time."""
LETTER = ("found", "decided", "call", "by_whom", "law")
TIED, PARTED = "case.went_with", "case.went_apart"
_KEPT_FROM = (Changed, Erased, KeyMissing, AnswerIncomplete, TextRefused, RefusedError, NotFound)


def may_go_with(case: Case, lead: Case) -> bool:
    """Whether ``case`` may go with ``lead``: both ordinary, at the same office, in the same procedure."""
    return (
        case.id != lead.id
        and case.filing_id != lead.filing_id
        and may_lead(case)
        and may_lead(lead)
        and case.office_id == lead.office_id
        and engine.procedure_of(case).code == engine.procedure_of(lead).code
    )


def go_with(case: Case, lead: UUID, *, actor: StaffActor, at: datetime, seen: int | None = None) -> Case:
    """The office says that a case is the same matter as another filing's, and works on both at once. Returns the lead.

    What goes with the case goes with the lead from now on; a lead that is itself a companion stands for its own.
    Raises NotFound, NotAllowed, RefusedError ("not_divisible", "not_together"), Changed.
    """
    check_worker(case, actor)
    if seen is not None and seen != case.seq:
        raise Changed
    found = cases_visible_to(actor).filter(pk=lead).select_related("filing").first()
    if found is None or not may_split(found, actor):
        raise NotFound
    bond = Companion.objects.filter(case=found).select_related("lead__filing").first()
    first = bond.lead if bond else found
    if found.id == case.id or not may_go_with(case, first):
        raise RefusedError("not_together")
    record = Record(actor=actor, at=at)
    with changing(case):
        advance(case)
        row = {"lead": first, "since_on": engine.today(at), "by": "office"}
        Companion.objects.update_or_create(case=case, defaults=row)
        Companion.objects.filter(lead=case).update(lead=first)
        record.event(case, TIED, params=_public(first))
        record.notice(case, "moved", case.filing.notify)
        record.store()
    return first


def go_apart(case: Case, *, actor: StaffActor | Resident, at: datetime) -> Case:
    """A case goes alone again, as its office or whoever filed it says. Raises NotFound, NotAllowed, Changed."""
    if isinstance(actor, StaffActor):
        check_worker(case, actor)
    elif actor.filing_id != case.filing_id:
        raise NotFound
    record = Record(actor=actor, at=at)
    with changing(case):
        if not Companion.objects.filter(case=case).delete()[0]:
            raise NotFound
        append(case)
        record.event(case, PARTED)
        if isinstance(actor, StaffActor):
            record.notice(case, "moved", case.filing.notify)
        record.store()
    return case


def _public(lead: Case) -> dict[str, Any]:
    """What the filer of a companion reads of its lead: the public copy, where there is one, and nothing else."""
    shown = PublicCase.objects.filter(case=lead).values_list("id", flat=True).first()
    return {"public": str(shown)} if shown else {}


def make_move_for_all(
    case: Case,
    move: str,
    *,
    actor: StaffActor,
    at: datetime,
    params: Mapping[str, Any] | None = None,
    seen: int | None = None,
    written: Mapping[str, Any] | None = None,
) -> dict[UUID, str]:
    """`make_move`, and where it is one of `FOR_ALL` the same for each that goes with the case, each by itself.

    Returns "" or what kept it from a companion, by its key: such a one stands in the queue again. Raises as
    `make_move`.
    """
    found = engine.procedure_of(case).moves.get(move)
    with_it = companions_of(case) if found is not None and found.effect in FOR_ALL else []
    said: dict[str, Any] = {"actor": actor, "at": at, "params": params, "written": written}
    make_move(case, move, seen=seen, **said)
    return {one.id: _tried(partial(make_move, one, move, **_said_to(one, case, said))) for one in with_it}


def take_on_all(lead: Case, *, actor: StaffActor, at: datetime) -> dict[UUID, str]:
    """Take on every case that goes with ``lead`` and waits for that: whoever joined after the lead was taken on.

    Each by itself; returns as `make_move_for_all`, without those that do not wait to be taken on. Raises NotFound,
    NotAllowed.
    """
    check_worker(lead, actor)
    found = {}
    for one in companions_of(lead):
        move = next((move for move in engine.moves_for(one, actor, at) if move.effect == "accept"), None)
        if move is not None:
            found[one.id] = _tried(partial(make_move, one, move.code, actor=actor, at=at))
    return found


def answer_for_all(
    case: Case, move: str, answer: NewAnswer, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> dict[UUID, str]:
    """`send_answer`, and the same letter to each that goes with the case. Returns as `make_move_for_all`."""
    with_it = companions_of(case)
    send_answer(case, move, answer, actor=actor, at=at, seen=seen)
    kept: dict[UUID, str] = {}
    for one in with_it:
        parts = {name: _named_for(one, case, getattr(answer, name)) for name in LETTER}
        letter = replace(answer, **parts)
        kept |= answer_together([Addressee(one, one.seq, {})], letter, actor=actor, at=at)
    return kept


def undo_for_all(case: Case, *, actor: StaffActor, at: datetime, seen: int | None = None) -> dict[UUID, str]:
    """`undo_last`, and the same for each companion whose last step was made in the same moment."""
    point = getattr(case, "undo_point", None)
    moment = point.at if point else None
    rows = (
        Case.objects.filter(bond__lead=case, undo_point__at=moment, erased_at=None)
        if moment
        else Case.objects.none()
    )
    with_it = list(rows.select_related("filing", "supervision", "promise", "undo_point"))
    undo_last(case, actor=actor, at=at, seen=seen)
    return {one.id: _tried(lambda one=one: undo_last(one, actor=actor, at=at)) for one in with_it}  # type: ignore[misc]


def _named_for(one: Case, lead: Case, text: Any) -> Any:
    """The same words with a companion's own number where the lead's stands: nobody reads another's."""
    if not isinstance(text, str):
        return text
    return text.replace(_name(lead), _name(one)).replace(lead.filing.reference, one.filing.reference)


def _name(case: Case) -> str:
    return case.filing.reference if case.number == 1 else f"{case.filing.reference}/{case.number}"


def _said_to(one: Case, lead: Case, said: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        part: {name: _named_for(one, lead, text) for name, text in said[part].items()}
        for part in ("params", "written")
        if said[part]
    }
    return {**said, **texts}


def _tried(step: Callable[[], Any]) -> str:
    try:
        with transaction.atomic():
            step()
    except _KEPT_FROM as why:
        return why.code if isinstance(why, RefusedError) else type(why).__name__.lower()
    return ""
