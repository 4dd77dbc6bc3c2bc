"""Showing content to staff: only together with a row that the resident can read. No row, no content."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import NotAllowed, may, role_shown
from gongshi.cases.actions.uploads import read_file
from gongshi.cases.glass import opened_for
from gongshi.cases.key_holders import complete
from gongshi.cases.labels import LOOK_REASONS
from gongshi.cases.models import Attachment, BreakGlass, Case, DeskDraft, Look
from gongshi.cases.queries import NotFound, attachment_of, cases_visible_to, visible
from gongshi.cases.reading import (
    CaseFile,
    CaseWords,
    key_for,
    key_through_glass,
    read_case,
    read_contact,
    read_typed,
    read_words,
    require_unwithdrawn,
)
from gongshi.cases.record import Record
from gongshi.cases.sight import Eyes, eyes_of
from gongshi.cases.worklists import joint_offices_of
from gongshi.places.prepared import Prepared
from gongshi.rules.ladder import SEALED_KINDS, is_sealed

BREAK_GLASS = "break_glass"
LOOK_LASTS = timedelta(minutes=30)
DRAFT = ("id", "form", "revision", "page", "content", "saved_at", "discarded_at")


def usual_reason(case: Case, actor: StaffActor) -> str:
    """Why this member of staff would look, as far as their assignment says; "" when they must say it themselves."""
    if case.office_id == actor.office_id:
        return "assignment"
    if actor.office_id in joint_offices_of(case):
        return "joint"
    return ""


def open_content(case: Case, actor: StaffActor, *, why: str, at: datetime, looks: bool = False) -> CaseFile:
    """The case in the clear, together with the committed look. By break-glass, with ``why`` `BREAK_GLASS` alone.

    ``looks``: with every look so far, this one among them.

    With it come the actor's own drafts, though not by break-glass, which nobody works on a case by.

    Raises NotFound when the actor may not know of the case, NotAllowed without the right to read, KeyClosed where it is
    sealed and their key is not open, ValueError for an unknown reason.
    """
    drafts, through = _check_content(case, actor, why, at)
    key = _key(case, actor, through)
    complete(case, case.id, key, at=at)
    with transaction.atomic():
        _write(case, actor, why=why, what="content", at=at)
        found = read_case(case, key, internal=True, looks=looks)
    return replace(found, drafts={row.form: read_typed(row, key) for row in drafts})


def open_together(
    cases: Sequence[Case], actor: StaffActor, *, what: str = "content", at: datetime
) -> dict[UUID, CaseWords]:
    """What was filed as each of these matters of the actor's own office, together with one committed look each.

    ``what``: a code of `labels.LOOK_THINGS`. Whoever answers many together has them before them again and again: what
    they looked at up to `LOOK_LASTS` before is still the same look. Without those that were erased meanwhile. Raises
    NotFound where one may not be known to the actor or is sealed, NotAllowed without the right to read.
    """
    if not may(actor, "case.read"):
        raise NotAllowed("case.read")
    role = role_shown(actor)
    own = (
        cases_visible_to(actor).filter(office=actor.office_id, erased_at=None).exclude(kind__in=SEALED_KINDS)
    )
    same = Look.objects.filter(
        case=OuterRef("pk"), staff_id=actor.staff_id, office_id=actor.office_id, role=role
    )
    lately = same.filter(what=what, why="assignment", at__gt=at - LOOK_LASTS, at__lte=at)
    wanted = {case.id for case in cases}
    looked_at = dict(own.filter(pk__in=wanted).values_list("pk", Exists(lately)))
    if wanted - looked_at.keys():
        raise NotFound
    found, record = read_words(cases), Record(actor=actor, at=at)
    with transaction.atomic():
        for case_id in found:
            if not looked_at[case_id]:
                record.look(case_id, actor, role=role, why="assignment", what=what)
        record.store()
    return found


def open_contact(case: Case, actor: StaffActor, *, why: str, at: datetime) -> dict[str, str]:
    """The contact left with the filing, together with the committed look. Same errors as `open_content`.

    NotFound too where it is sealed for others (`may_reach`), and by break-glass.
    """
    _check(case, actor, why, at)
    if why == BREAK_GLASS or not may_reach(case):
        raise NotFound
    key = key_for(case.filing_id, actor)
    complete(case, case.filing_id, key, at=at)
    with transaction.atomic():
        _write(case, actor, why=why, what="contact", at=at)
        return read_contact(case.filing, key)


def open_file(
    case: Case, attachment_id: UUID, actor: StaffActor, *, why: str, at: datetime
) -> tuple[Attachment, Iterator[bytes]]:
    """A file's row and bytes, together with the committed look. Same errors as `open_content`."""
    through = _check(case, actor, why, at)
    attachment = attachment_of(case, attachment_id)
    key = _key(case, actor, through)
    with transaction.atomic():
        _write(case, actor, why=why, what="file", at=at)
    return attachment, read_file(attachment, key)


def may_reach(case: Case) -> bool:
    """Whether there is a contact that the offices of this case may open.

    The contact of a filing that holds a sealed matter is for that matter's offices alone: to those of an ordinary
    matter in it, it is as if none had been left.
    """
    return case.filing.contact is not None and (is_sealed(case.kind) or not case.filing.sealed)


def _key(case: Case, actor: StaffActor, through: BreakGlass | None) -> bytes:
    """The case's key: by break-glass through what was sealed for this one reader."""
    return key_through_glass(case.id, through.id, actor) if through else key_for(case.id, actor)


def _check_reason(actor: StaffActor, why: str) -> None:
    if why not in LOOK_REASONS:
        raise ValueError(f"no such reason to look: {why}")
    if not may(actor, "case.read"):
        raise NotAllowed("case.read")


def _check(case: Case, actor: StaffActor, why: str, at: datetime) -> BreakGlass | None:
    """Whether the actor may look for this reason; gives what opened the case to them by break-glass."""
    _check_reason(actor, why)
    through = opened_for(actor, at).filter(case=case).first() if why == BREAK_GLASS else None
    if through is None and (why == BREAK_GLASS or not cases_visible_to(actor).filter(pk=case.pk).exists()):
        raise NotFound
    require_unwithdrawn(case)
    return through


def _check_content(
    case: Case, actor: StaffActor, why: str, at: datetime
) -> tuple[list[DeskDraft], BreakGlass | None]:
    """The same check; gives, in the same statement, what the actor typed about the case and has not sent too."""
    if why == BREAK_GLASS:
        return [], _check(case, actor, why, at)
    _check_reason(actor, why)
    rows = _own_drafts(eyes_of(actor), case.pk)
    if not rows:
        raise NotFound
    require_unwithdrawn(case)
    found = [dict(zip(DRAFT, row, strict=True)) for row in rows]
    return [DeskDraft(**row) for row in found if row["id"]], None


def _drafts_of(eyes: Eyes, case: UUID) -> "QuerySet[Case, Any]":
    own = FilteredRelation("desk_drafts", condition=Q(desk_drafts__staff=eyes.staff))
    return visible(eyes).filter(pk=case).annotate(own=own).values_list(*(f"own__{name}" for name in DRAFT))


_own_drafts = Prepared(_drafts_of)


def write_look(case: Case, actor: StaffActor, *, why: str, what: str, role: str, at: datetime) -> None:
    """Commit one look in the caller's transaction."""
    record = Record(actor=actor, at=at)
    record.look(case.id, actor, role=role, why=why, what=what)
    record.store()


def _write(case: Case, actor: StaffActor, *, why: str, what: str, at: datetime) -> None:
    write_look(case, actor, why=why, what=what, role=role_shown(actor), at=at)
