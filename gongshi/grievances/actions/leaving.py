"""Going on alone, at any time: one's own case takes over where the joint one stands, with what the office told all."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Resident
from gongshi.cases import engine
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.moves import save_clocks
from gongshi.cases.actions.recusals import NobodyLeft, go_past_kept
from gongshi.cases.changing import COLUMNS, Changed, restored_on_failure
from gongshi.cases.handing_on import all_or_nothing, handing_on
from gongshi.cases.models import Answer, Case, Clock, History, Message, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_json, seal_words
from gongshi.grievances.actions.codes import give_up_seat, lock
from gongshi.grievances.actions.offers import forget_consents
from gongshi.grievances.actions.rows import SO_FAR, WHOSE, copy_company, take_columns
from gongshi.grievances.models import Collective, JointWord, Member
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import (
    group_key_of,
    read_word,
    speaker,
    vacant_voice,
    voice_of,
    words_for,
)
from gongshi.rules.procedure import WENT_ALONE, take_over
from gongshi.safekeeping.ids import new_id


def go_alone(case: Case, *, actor: Resident, at: datetime, to_withdraw: bool = False) -> Case:
    """Leave the collective: the case is its filer's own again, at the stage and with the days of the joint one.

    From then on they accept, go on, or withdraw for themselves alone. Where they named the office that has it, the next
    level has theirs; ``to_withdraw``: nobody need be left there. The others stay as they are; whoever leaves last takes
    the joint case along, which is withdrawn and erased. Raises NotFound, Changed, NobodyLeft.
    """
    if actor.filing_id != case.filing_id:
        raise NotFound
    member, seen = member_of(case), case.seq
    key = key_for(case.id, actor)
    with (
        all_or_nothing(),
        restored_on_failure(case),
        handing_on(case, actor, key, at=at) as now,
        transaction.atomic(),
    ):
        collective = lock(member.collective_id)
        # Its stage stays as it is until this is done, and can no longer be undone: somebody has acted on it.
        joint = (
            Case.objects.select_for_update(of=("self",)).select_related("promise").get(pk=collective.case_id)
        )
        UndoPoint.objects.filter(case=joint).delete()
        words = words_for(member)
        shared = group_key_of(member, actor.receipt)
        named = case.recused
        record = _take_over(case, joint, words, keys=(key, shared), actor=actor, at=at)
        if named:
            with suppress(*((NobodyLeft,) if to_withdraw else ())):
                go_past_kept(case, record, at)
        _save(case, seen)
        record.store()
        now()
        _leave(member, collective, joint, actor, at)
    return case


def _take_over(
    case: Case,
    joint: Case,
    words: list[tuple[JointWord | None, History]],
    *,
    keys: tuple[bytes, bytes],
    actor: Resident,
    at: datetime,
) -> Record:
    """The case as it goes on (unsaved), with its clocks and what hangs on it. ``keys``: its own, and the group's."""
    key, shared = keys
    record = Record(actor=actor, at=at)
    clocks = list(Clock.objects.filter(case=case))
    other = engine.state_of(joint, Clock.objects.filter(case=joint))
    state = engine.state_of(case, clocks)
    transition = take_over(state, other, WENT_ALONE, by="resident", on=engine.today(at))
    (entry,) = transition.entries
    case.seq += 1
    alone = record.event(case, entry.code, by=entry.by, params=entry.params)
    for row, step in words:
        said = read_word(row, step, joint, shared, case.filing.language)
        if row is not None and row.answer_id is not None:
            _own_answer(case, Answer.objects.get(pk=row.answer_id), said, key)
            continue
        # What went to all stands in the history of each who goes on, with its own day and office.
        if said["reason"] or row is None:
            case.seq += 1
            record.retold(case, step, said["reason"], key)
        if "letter" in said:
            _own_letter(case, said["letter"], key, step, said.get("office"))
    engine.take_state(case, transition.state)
    kept, led_by = case.recused, case.lead_id
    take_columns(case, joint, (*WHOSE, *SO_FAR))
    record.new_lead(led_by, case, alone)
    case.recused = case.recused or kept
    save_clocks(case, transition, clocks)
    copy_company(case, joint, same_filer=False, at=at)
    return record


def _save(case: Case, seen: int) -> None:
    free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
    if not free.update(**{name: getattr(case, name) for name in COLUMNS}):
        raise Changed


def _own_letter(
    case: Case, letter: Mapping[str, str], key: bytes, step: History, late: str | None = None
) -> None:
    """A letter that went to all with a step, as one's own, for whoever reviews it to read.

    ``late``: the office whose time ran out, where nobody took the step.
    """
    row = Message(id=new_id(), case=case, at=step.at, kind="letter")
    row.office_id, row.staff_id = UUID(late) if late else step.office_id, step.staff_id
    row.content, _ = seal_words(key, letter, row=row.id, field="content")
    row.save(force_insert=True)


def _own_answer(case: Case, sent: Answer, said: dict[str, object], key: bytes) -> None:
    """The answer that went to all, as one's own: to be judged, and for whoever reviews it to read."""
    row = Answer(id=new_id(), case=case)
    for name in (
        "number",
        "office_id",
        "staff_id",
        "decision",
        "found_on",
        "by_on",
        "route_until_on",
        "sent_at",
    ):
        setattr(row, name, getattr(sent, name))
    row.content = seal_json(key, said["parts"], row=row.id, field="content")
    row.letter = seal_json(key, said["letter"], row=row.id, field="letter")
    row.save(force_insert=True)


def _leave(member: Member, collective: Collective, joint: Case, actor: Resident, at: datetime) -> None:
    """Nothing is left of the member. The last one takes the joint case along."""
    forget_consents(collective, actor)
    if collective.members.exclude(pk=member.pk).exists():
        give_up_seat(member, collective, actor)
        member.delete()
        return
    voice = voice_of(member, actor.receipt)
    if voice is None and collective.vacant is not None:
        voice = speaker(collective, vacant_voice(collective, group_key_of(member, actor.receipt)))
    member.delete()
    if joint.closed_at is None and voice is not None:
        joint.filing = collective.case.filing
        withdraw(joint, erase=True, actor=voice, at=at)
