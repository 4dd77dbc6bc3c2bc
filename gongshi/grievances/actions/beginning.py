"""Making one's own case the matter of many: a joint case takes its place, with the text that whoever joins reads."""

from datetime import datetime

from django.db import transaction

from gongshi.accounts.actors import Resident
from gongshi.cases import engine
from gongshi.cases.actions.glass import close_hidden
from gongshi.cases.actions.moves import save_clocks
from gongshi.cases.changing import COLUMNS, Changed, restored_on_failure
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Clock, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_json
from gongshi.cases.texts import checked_text
from gongshi.grievances.actions.codes import new_join_code
from gongshi.grievances.actions.rows import (
    SO_FAR,
    WHOSE,
    NewRows,
    copy_company,
    enter,
    put_aside,
    rows_like,
    take_columns,
)
from gongshi.grievances.models import Collective, Member
from gongshi.grievances.reading import KEY, TEXT, VOICE
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import MADE_COLLECTIVE, RefusedError, join, may_begin, take_over
from gongshi.safekeeping.actions import discard_wraps, save_wraps
from gongshi.safekeeping.group_codes import group_key, seal_under_receipt
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.receipts import new_receipt

LONGEST = 2_000
VOICE_ROLE = "joint"


def can_become_joint(case: Case, clocks: list[Clock]) -> bool:
    """Whether whoever filed it may have others join: of a sealed kind, while the office still owes its first answer."""
    if not is_sealed(case.kind) or case.closed_at is not None or case.erased_at is not None:
        return False
    state = engine.state_of(case, clocks)
    return may_begin(engine.procedure_of(case), state, answered=case.answered_at is not None)


def begin(case: Case, text: str, *, actor: Resident, at: datetime, seen: int | None = None) -> Collective:
    """Let others join: the joint text is what they read, and all that the office works on from now on.

    Whoever begins speaks for them, in the first of five seats. Their own words, contact and files stay with their own
    case, which no office sees while it follows. Raises NotFound for somebody else's, RefusedError ("not_collective"),
    TextRefused, Changed.
    """
    if actor.filing_id != case.filing_id:
        raise NotFound
    if seen is not None and seen != case.seq:
        raise Changed
    clocks = list(Clock.objects.filter(case=case))
    if not can_become_joint(case, clocks):
        raise RefusedError("not_collective")
    words, voice = checked_text(text, LONGEST), new_receipt()
    rows, opened = rows_like(
        case,
        words,
        receipt=voice,
        role=VOICE_ROLE,
        language=case.filing.language,
        contact=Contact(),
        actor=actor,
        at=at,
        since=case,
    )
    state = engine.state_of(case, clocks)
    enter(rows, take_over(opened, state, MADE_COLLECTIVE, by="resident", on=engine.today(at)))
    take_columns(rows.case, case, (*WHOSE, *SO_FAR))
    collective = Collective(id=new_id(), case=rows.case, begun_on=engine.today(at))
    key = group_key(rows.key, collective.id)
    collective.text = seal_json(key, words, row=collective.id, field=TEXT)
    new_join_code(collective, rows.key)
    member = Member(id=new_id(), collective=collective, filing=case.filing, case=case, seat=1)
    member.group_key = seal_under_receipt(actor.receipt, key, row=member.id, field=KEY)
    member.voice = seal_under_receipt(actor.receipt, voice.encode(), row=member.id, field=VOICE)
    _store(case, clocks, rows, member, actor=actor, at=at)
    return collective


def _store(
    case: Case,
    clocks: list[Clock],
    rows: NewRows,
    member: Member,
    *,
    actor: Resident,
    at: datetime,
) -> None:
    save_wraps(rows.wraps)
    try:
        with restored_on_failure(case), transaction.atomic():
            follow(case, clocks, actor, at)
            UndoPoint.objects.filter(case=case).delete()
            rows.insert()
            copy_company(rows.case, case, same_filer=True, at=at)
            member.collective.save(force_insert=True)
            member.save(force_insert=True)
    except BaseException:
        discard_wraps(rows.wraps)
        raise


def follow(case: Case, clocks: list[Clock], actor: Resident, at: datetime) -> None:
    """A case that was worked on ends where it stands, and a joint one goes on. In the transaction. Raises Changed."""
    seen, record = case.seq, Record(actor=actor, at=at)
    transition = join(engine.state_of(case, clocks), by="resident", on=engine.today(at))
    (entry,) = transition.entries
    case.seq += 1
    record.event(case, entry.code, by=entry.by, params=entry.params)
    engine.take_state(case, transition.state)
    put_aside(case, at)
    # No member of staff sees it from now on, whoever broke glass for it among them.
    close_hidden(case, record, at)
    free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
    if not free.update(**{name: getattr(case, name) for name in COLUMNS}):
        raise Changed
    save_clocks(case, transition, clocks)
    record.store()
