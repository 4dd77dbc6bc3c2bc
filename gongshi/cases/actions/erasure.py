"""Withdrawing for good: what was written on a case is erased, at once or after time to think, and never by staff.

Erasing is done in steps, each of which may be done again: the case is taken (from then on nobody reads it), its keys
are destroyed, its files deleted, its rows emptied. Two databases and a file system cannot commit as one; what a crash
leaves half done is taken up by the job. The row stays with what figures need: office, category, area, days.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from gongshi.accounts.actors import Actor, Resident, System
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import engine, following
from gongshi.cases.actions.moves import make_move
from gongshi.cases.changing import restored_on_failure
from gongshi.cases.claiming import drop_claims
from gongshi.cases.handing_on import all_or_nothing
from gongshi.cases.models import (
    Answer,
    Attachment,
    BreakGlass,
    Case,
    Claim,
    Companion,
    Consent,
    DeskDraft,
    Filing,
    History,
    Look,
    MailMark,
    Message,
    PublicCase,
    Receipt,
    Recusal,
    SampledAnswer,
    UndoPoint,
)
from gongshi.cases.public_tally import unpublish
from gongshi.cases.queries import NotFound, cases_of
from gongshi.cases.record import Record
from gongshi.notifications.actions import delete_for
from gongshi.places.queries import local_day, the_place
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.actions import destroy_wraps
from gongshi.safekeeping.files import destroy_files
from gongshi.safekeeping.ids import first_id_from

# Two weeks: who was pressed to withdraw needs time to be alone, to ask somebody, and to come back. Longer would keep
# what somebody wants gone. The day of the wish is not counted, and the last one counts in full (民法典 Art. 201).
DAYS_TO_THINK = 14
WITHDRAWN, ERASED = "withdrawn", "case.erased"
WORDS = (Answer, Attachment, BreakGlass, Consent, DeskDraft, Look, Message, PublicCase, SampledAnswer)
# What an erasure blanks or deletes of a case.
EMPTIED = (*WORDS, Companion, History, UndoPoint)


def erased_from(at: datetime) -> date:
    """The day on which what is erased now, with time to think, will be gone."""
    return local_day(at) + timedelta(days=DAYS_TO_THINK + 1)


def withdraw(case: Case, *, erase: bool, actor: Actor, at: datetime, reason: str = "") -> Case:
    """Withdraw a case; with ``erase`` its content goes too, on the day `erased_from`. Whoever filed it, from any state.

    What was merged into it goes along. A case that is withdrawn already can still be erased. Staff are told that it was
    withdrawn, and nothing more. Raises NotAllowed for staff, NotFound for somebody else's, RefusedError, Changed.
    """
    _only_who_filed(case, actor)
    with all_or_nothing(), restored_on_failure(case), transaction.atomic():
        following.leave(case, actor, at)
        for part in _merged_into(case):
            withdraw(part, erase=erase, actor=actor, at=at, reason=reason)
        return _withdraw(case, erase=erase, actor=actor, at=at, reason=reason)


def _merged_into(case: Case) -> list[Case]:
    """The matters of its filing that ended in this one."""
    return [one for one in cases_of(case.filing) if one.merged_into == case.number]


def _withdraw(case: Case, *, erase: bool, actor: Actor, at: datetime, reason: str) -> Case:
    if case.outcome == WITHDRAWN:
        if erase:
            _erase_later(case, at)
        return case
    move = next((one for one in engine.moves_for(case, actor, at) if one.effect == "withdraw"), None)
    if move is None:
        raise RefusedError("not_here")

    def also(_record: Record, _key: bytes) -> None:
        # Nobody outside reads on in what was taken back; the next in the sample's order takes its place.
        SampledAnswer.objects.filter(case=case).delete()
        if erase:
            _erase_later(case, at)

    return make_move(case, move.code, actor=actor, at=at, params={"reason": reason}, also=also)


def _erase_later(case: Case, at: datetime) -> None:
    case.erase_on = erased_from(at)
    wanted = Case.objects.filter(pk=case.pk, outcome=WITHDRAWN, erase_on=None, erased_at=None)
    wanted.update(erase_on=case.erase_on)


def withdraw_all(filing: Filing, *, erase: bool, actor: Actor, at: datetime) -> None:
    """`withdraw` every case of a filing, in one transaction."""
    with all_or_nothing(), transaction.atomic():
        for case in cases_of(filing):
            if case.outcome != WITHDRAWN or (erase and case.erase_on is None):
                withdraw(case, erase=erase, actor=actor, at=at)


def keep_after_all(case: Case, *, actor: Actor, at: datetime, work: bool = True) -> Case:
    """Change one's mind: nothing is erased, and with ``work`` the case goes back to where it stood.

    A case that came withdrawn from elsewhere has nowhere to go back to, and is only kept. Raises as `withdraw`.
    """
    _only_who_filed(case, actor)
    with all_or_nothing(), transaction.atomic():
        for part in _merged_into(case):
            if part.outcome == WITHDRAWN:
                keep_after_all(part, actor=actor, at=at, work=work)
        return _keep(case, actor=actor, at=at, work=work)


def _keep(case: Case, *, actor: Actor, at: datetime, work: bool) -> Case:
    if work:
        move = next((one for one in engine.moves_for(case, actor, at) if one.effect == "restore"), None)
        if move is not None:
            return make_move(case, move.code, actor=actor, at=at)
    if Case.objects.filter(pk=case.pk, outcome=WITHDRAWN, erased_at=None).update(erase_on=None):
        case.erase_on = None
        return case
    raise RefusedError("not_here")


def keep_all(filing: Filing, *, actor: Actor, at: datetime, work: bool = True) -> None:
    """`keep_after_all` for every withdrawn case of a filing, in one transaction."""
    with all_or_nothing(), transaction.atomic():
        for case in cases_of(filing):
            if case.outcome == WITHDRAWN:
                keep_after_all(case, actor=actor, at=at, work=work)


def _only_who_filed(case: Case, actor: Actor) -> None:
    if not isinstance(actor, Resident):
        raise NotAllowed("case.erase")
    if actor.filing_id != case.filing_id or case.erased_at is not None:
        raise NotFound


def erase_due(at: datetime, limit: int) -> int:
    """Erase what its day has come for, and finish what was begun; returns how many cases."""
    today = local_day(at)
    wanted = Q(outcome=WITHDRAWN, erase_on__lte=today)
    due = Case.objects.filter(wanted | Q(erased_at__isnull=False), erase_on__isnull=False)
    return _erase(due.order_by("erase_on", "id").values_list("id", flat=True)[:limit], at, wanted)


def erase_closed(kind: str, before: date, at: datetime, limit: int) -> int:
    """Erase cases of a kind that were closed before a day, as the schedule of retention says; returns how many.

    Of those that came from an older system only what was brought in before that day. What follows a joint case is kept
    as long as that one, and erased with it.
    """
    brought_in = first_id_from(datetime.combine(before, time.min, the_place().zone))
    kept = Q(kind=kind, closed_on__lt=before) & ~Q(outcome=following.OUTCOME)
    old = Case.objects.filter(kept, Q(filing__source=None) | Q(id__lt=brought_in), erased_at=None)
    old = old.order_by("closed_on", "id")
    return _erase(old.values_list("id", flat=True)[:limit], at, kept)


def erase_again(subjects: Iterable[UUID], at: datetime) -> int:
    """Erase what was erased in another copy of the database, whose keys are gone; returns how many cases.

    ``subjects`` are keys of cases (and of filings, which follow their last case).
    """
    found = Case.objects.filter(id__in=list(subjects), erased_at=None).values_list("id", flat=True)
    return _erase(found, at, Q())


def _erase(cases: Iterable[UUID], at: datetime, still: Q) -> int:
    """Take each case, unless ``still`` no longer holds for it, and erase it."""
    done = 0
    for case_id in list(cases):
        _take(Case.objects.filter(still, pk=case_id), at)
        begun = Case.objects.filter(pk=case_id, erased_at__isnull=False, erase_on__isnull=False)
        case = begun.select_related("filing").first()
        if case is not None:
            _finish(case, at)
            done += 1
    return done


def _take(cases: QuerySet[Case], at: datetime) -> None:
    """From now on nobody reads them; `erase_due` finishes what nothing else does."""
    cases.filter(erased_at=None).update(erased_at=at, erase_on=local_day(at), seq=F("seq") + 1)


def _finish(case: Case, at: datetime) -> None:
    """Everything after the taking. Done again it does nothing more."""
    destroy_wraps([case.id], at=at)
    destroy_files(list(Attachment.objects.filter(case=case).values_list("stored", flat=True)))
    with transaction.atomic():
        _empty(case, at)
    if not Case.objects.filter(filing=case.filing, erased_at=None).exists():
        _erase_filing(case.filing, at)
    Case.objects.filter(pk=case.pk).update(erase_on=None)


def _empty(case: Case, at: datetime) -> None:
    history = History.objects.filter(case=case)
    if history.filter(code=ERASED).exists():
        return
    rows: list[History | Look] = [*history, *Look.objects.filter(case=case)]
    record = Record(actor=System(), at=at)
    record.unlinked(rows)
    unpublish(case)
    for table in EMPTIED:
        table.objects.filter(case=case).delete()
    Companion.objects.filter(lead=case).delete()
    # Whoever must not know of the case must not learn of its erasure either: only the words go.
    Recusal.objects.filter(case=case).update(reason=None)
    delete_for([case.id])
    _take(Case.objects.filter(pk__in=following.erased(case)), at)
    Case.objects.filter(pk=case.pk).update(
        content=b"", route={}, withdrawn_from=None, lead=None, handler=None
    )
    record.event(case, ERASED, by="system")
    record.store()


def _erase_filing(filing: Filing, at: datetime) -> None:
    """The contact and the receipts: from now on every receipt is a wrong one."""
    destroy_wraps([filing.id], at=at)
    drop_claims(Claim.objects.filter(filing=filing))
    with transaction.atomic():
        Receipt.objects.filter(filing=filing).delete()
        MailMark.objects.filter(filing=filing).delete()
        gone = Filing.objects.filter(pk=filing.pk, erased_at=None)
        gone.update(contact=None, phone_code=None, notify="", body_digest=None, erased_at=at)
