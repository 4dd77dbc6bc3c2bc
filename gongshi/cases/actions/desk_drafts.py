"""Drafts of what officers type: kept with every pause in typing, sealed with the case's key, never overwritten unseen.

Keeping one shows nothing, so it leaves no look; it is shown together with the case's content alone, to whoever typed
it (`actions.looks`). It hangs on a case and a form of it: there is no other place where an officer can keep words.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actors_for
from gongshi.accounts.rights import require
from gongshi.cases.models import Case, DeskDraft
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import key_for, read_typed, require_unwithdrawn
from gongshi.cases.sealed import seal_json
from gongshi.cases.texts import TextRefused, plain_lines, within
from gongshi.safekeeping.ids import new_id

# A draft's form: one of these, the last with a move's code after it; or any of them after "back-": words of an undone
# step, beside a draft that was begun since.
ANSWER, NOTE, MOVE = "answer", "note", "move-"
BACK = "back-"
# Of what was sent, what a form chooses and nobody wrote.
CHOSEN = frozenset({"office", "date", "decision", "found_on", "by_on"})
# More than any form takes in: what is too long to be sent is not lost either.
MAX_DRAFT = 20_000
DRAFTS_KEPT = timedelta(days=30)
DISCARDED_KEPT = timedelta(days=1)


class DraftChanged(Exception):
    """Another page saved a draft of the same form meanwhile, at ``saved_at``. Nothing was written."""

    def __init__(self, saved_at: datetime) -> None:
        super().__init__(saved_at)
        self.saved_at = saved_at


def keep_draft(
    case: Case,
    form: str,
    texts: Mapping[str, str],
    *,
    page: str,
    seen: int,
    actor: StaffActor,
    at: datetime,
) -> int:
    """Keep what was typed into one form; returns the draft's new revision, 0 where there is nothing to keep.

    ``page`` is the page on which it was typed, ``seen`` the revision that it last knew of, 0 for none. Raises NotFound,
    NotAllowed, Erased, KeyClosed; TextRefused; DraftChanged when another page saved one that this page never showed.
    """
    _check(case, actor)
    kept = {name: plain_lines(text) for name, text in texts.items()}
    for text in kept.values():
        within(text, MAX_DRAFT)
    if len(json.dumps(kept, ensure_ascii=False)) > 2 * MAX_DRAFT:
        raise TextRefused("too_long")
    row = _own(case, form, actor).first()
    if row is None and not any(text.strip() for text in kept.values()):
        return 0
    key = key_for(case.id, actor)
    new = row or DeskDraft(id=new_id(), case=case, staff_id=actor.staff_id, form=form, revision=0)
    if row is not None and row.discarded_at is None:
        _unchanged(row, page, seen)
    new.content = seal_json(key, kept, row=new.id, field="content")
    new.page, new.saved_at, new.discarded_at = page, at, None
    if row is None:
        new.revision = seen + 1
        _insert(new)
    else:
        _write(new, content=new.content, page=page, saved_at=at, discarded_at=None)
    return new.revision


def discard_draft(
    case: Case, form: str, *, page: str, seen: int, actor: StaffActor, at: datetime, back: bool = False
) -> None:
    """Throw a draft away, or take it ``back``. Raises NotFound without one, DraftChanged, NotAllowed, Erased."""
    _check(case, actor)
    row = _own(case, form, actor).first()
    if row is None:
        raise NotFound
    _unchanged(row, page, seen)
    _write(row, discarded_at=None if back else at)


def give_back(
    case: Case, form: str, texts: Mapping[str, str], *, staff: UUID, key: bytes, at: datetime
) -> None:
    """Let ``staff`` have as a draft what they had sent. What they typed into the same form since stays as it is.

    The words of the step then stand beside it, under "back-" and the form's code, after those that are there already.
    """
    rows = {
        row.form: row
        for row in DeskDraft.objects.filter(case=case, staff=staff, form__in=(form, BACK + form))
    }
    kept = dict(texts)
    if (row := rows.get(form)) is not None and row.discarded_at is None:
        form, row = BACK + form, rows.get(BACK + form)
        earlier = read_typed(row, key).texts if row is not None and row.discarded_at is None else {}
        both = {name: (earlier.get(name), text) for name, text in texts.items() if name not in CHOSEN}
        kept = {name: "\n\n".join(text for text in pair if text) for name, pair in both.items()}
    new = row or DeskDraft(id=new_id(), case=case, staff_id=staff, form=form, revision=0)
    new.content = seal_json(key, kept, row=new.id, field="content")
    new.page, new.saved_at, new.discarded_at = secrets.token_hex(8), at, None
    new.revision += 1
    new.save(force_insert=row is None)


def drop_sent(case: Case, form: str, *, page: str, seen: int, actor: StaffActor) -> None:
    """Delete the draft of a text that was sent; one that another page saved since then stays."""
    _own(case, form, actor).filter(Q(page=page) | Q(revision__lte=seen)).delete()


def sweep_desk_drafts(at: datetime) -> int:
    """Delete drafts that are too old, discarded, or of cases out of their officer's sight; how many."""
    old = Q(saved_at__lt=at - DRAFTS_KEPT) | Q(discarded_at__lt=at - DISCARDED_KEPT)
    gone = old | Q(case__outcome="withdrawn") | Q(case__erased_at__isnull=False)
    done = DeskDraft.objects.filter(gone).delete()[0]
    for staff in Staff.objects.filter(id__in=DeskDraft.objects.values("staff")):
        visible: Q = Q(pk__in=[])
        for actor in actors_for(staff):
            visible |= Q(case__in=cases_visible_to(actor))
        done += DeskDraft.objects.filter(staff=staff).exclude(visible).delete()[0]
    return done


def _own(case: Case, form: str, actor: StaffActor) -> QuerySet[DeskDraft]:
    return DeskDraft.objects.filter(case=case, staff=actor.staff_id, form=form)


def _check(case: Case, actor: StaffActor) -> None:
    require(actor, "case.read")
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    require_unwithdrawn(case)


def _unchanged(row: DeskDraft, page: str, seen: int) -> None:
    if row.page != page and row.revision != seen:
        raise DraftChanged(row.saved_at)


def _insert(row: DeskDraft) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as faster:
        raise DraftChanged(row.saved_at) from faster


def _write(row: DeskDraft, **columns: object) -> None:
    before = DeskDraft.objects.filter(pk=row.pk, revision=row.revision)
    if not before.update(revision=F("revision") + 1, **columns):
        raise DraftChanged(row.saved_at)
    row.revision += 1
