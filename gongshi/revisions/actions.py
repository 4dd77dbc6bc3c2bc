"""The one way to change the configuration from within: edits to what a pack would hold, checked as a pack, and loaded.

Open cases keep their office, procedure and promise whatever is changed here: a case pins them when it opens. What an
office changes in its own pages, templates and phrases is noted as a revision beside it (`noted`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role, Staff
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import NotAllowed, may, require
from gongshi.bulletin.loading import page_data
from gongshi.bulletin.loading_prepared import prepared_data
from gongshi.bulletin.models import Page, Prepared
from gongshi.formats.pack import Kept, Pack, PackFault, order_of, page_row, prepared_row, put, write_data
from gongshi.places.changes import Change
from gongshi.places.loading import boundary_of
from gongshi.places.models import Place
from gongshi.places.snapshots import bump_revision, forget
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import Cause, OfficesInUse, Overtaken, Unsealed, difference, load
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import DAILY, Act, InForce, changed_since, in_force
from gongshi.revisions.trials import Trial, trial
from gongshi.revisions.turning import as_kept, boundary_mark, stored

LONGEST_WHY = 300
TRIES = 3
# Whose office may take back what it changed itself, by kind.
OWN = {"page": "page.publish", "answer": "template.write", "phrase": "template.write"}
Written = TypeVar("Written", Page, Prepared)


@dataclass(frozen=True)
class Edit:
    """One thing as it shall stand; None: it shall no longer be there."""

    kind: str
    code: str
    kept: Kept | None


class SettingsRefused(ValueError):
    """The change is not made. ``faults``: what a check of the pack finds; or ``code`` says why:

    "own_roles", "no_administrator", "in_use" (an office has open cases), "unsealed", "no_reason", "too_long",
    "nothing" (it would change nothing), "in_files" (only a pack's files change such things), "changed_again" (what is
    to be undone is no longer what it was then).
    """

    def __init__(self, code: str, faults: Sequence[PackFault] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.faults = list(faults)


class SettingsChanged(Exception):
    """Somebody changed things of this kind since they were read."""


@dataclass(frozen=True)
class Proposal:
    """A change that could be made now: what it changes, what it would have done, and what looks odd about it.

    ``trial``: None where it changes nothing that decides about cases.
    """

    changes: list[Change]
    trial: Trial | None
    warnings: list[PackFault]


def propose_change(edits: Sequence[Edit], *, seen: int, actor: StaffActor, at: datetime) -> Proposal:
    """Try a change out without making it. Raises as `change_settings` does, but asks for no reason."""
    base = in_force()
    _require(edits, base, actor)
    pack, warnings = _edited(base, edits, seen, actor)
    try:
        found = difference(_to_load(pack, base.pack), at=at, cause=Cause(ends=_ended(edits)))
    except (OfficesInUse, Unsealed) as refused:
        raise _refusal(refused) from refused
    if not found:
        raise SettingsRefused("nothing")
    known = {(one.what["en"], one.where) for one in check_files(write_data(base.data))[1]}
    odd = [one for one in warnings if (one.what["en"], one.where) not in known]
    tried = None if {one.kind for one in edits} <= DAILY else trial(base.pack, pack, actor)
    return Proposal(found, tried, odd)


def change_settings(
    edits: Sequence[Edit], *, seen: int, why: str, actor: StaffActor, at: datetime, undoes: int | None = None
) -> list[Change]:
    """Make a change, and keep who made it and why. ``seen``: the place's revision when the page was shown.

    Raises NotAllowed, SettingsRefused, and SettingsChanged when somebody was faster with things of the same kind.
    """
    _require(edits, in_force(), actor)
    if not (reason := _tidy(why)):
        raise SettingsRefused("no_reason")
    for _ in range(TRIES):
        forget()
        base = in_force()
        _require(edits, base, actor)
        pack, _warnings = _edited(base, edits, seen, actor)
        cause = Cause(actor.staff_id, reason, base.number, undoes, _ended(edits))
        try:
            found = load(_to_load(pack, base.pack), at=at, cause=cause)
        except Overtaken:
            continue
        except (OfficesInUse, Unsealed) as refused:
            raise _refusal(refused) from refused
        if not found:
            raise SettingsRefused("nothing")
        return found
    raise SettingsChanged


def noted(
    row: Written | None, write: Callable[[], Written], *, why: str, actor: StaffActor, at: datetime
) -> Written:
    """What ``write`` does to a page, a template or a phrase of an office (None: it makes one), kept as a revision.

    Drafts of pages are none: nobody reads them. Raises as ``write`` does, and SettingsRefused ("too_long").
    """
    reason = _tidy(why)
    with transaction.atomic():
        before = _kept(row)
        written = write()
        after = _kept(written)
        if before != after:
            bump_revision()
            number = Place.objects.values_list("revision", flat=True).get()
            told = {"number": number, "by_id": actor.staff_id, "at": at, "why": reason}
            kind = "page" if isinstance(written, Page) else written.kind
            Revision.objects.create(kind=kind, code=written.code, before=before, after=after, **told)
    return written


def _kept(row: Page | Prepared | None) -> Kept | None:
    """What is shown or offered now, as a revision keeps it."""
    if row is None:
        return None
    if isinstance(row, Page):
        return next((stored("page", {"data": page_row(one)}) for one in page_data(row.code)), None)
    return next(({"data": prepared_row(one)} for one in prepared_data(row.code)), None)


def _tidy(why: str) -> str:
    reason = " ".join("".join(one for one in why if one.isprintable() or one.isspace()).split())
    if len(reason) > LONGEST_WHY:
        raise SettingsRefused("too_long")
    return reason


def edits_to_undo(done: Act) -> list[Edit]:
    """What puts everything back that was changed at once.

    Raises SettingsRefused for what only files change, and where something was changed again since: that goes first.
    What an office wrote since stays as it is, unless it is all that was changed.
    """
    if not may_be_undone(done):
        raise SettingsRefused("in_files")
    base = in_force()
    others = {row.id for row in done.rows if row.kind in DAILY}
    if len(others) == len(done.rows):
        others = set()
    again = {row.id for row in done.rows if _now(base, row) != (row.after or {}).get("data")}
    if again - others:
        raise SettingsRefused("changed_again")
    return [Edit(row.kind, row.code, _before(row)) for row in done.rows if row.id not in again]


def may_be_undone(done: Act) -> bool:
    """Whether the desk could bring back what was before. A boundary that was drawn anew only comes back from a file."""
    return not done.is_first and not any(_is_redrawn(row) for row in done.rows if row.kind == "area")


def _is_redrawn(row: Revision) -> bool:
    if row.before is None:
        return False
    return "boundary" not in row.before or row.before["boundary"] != (row.after or row.before).get("boundary")


def _before(row: Revision) -> Kept | None:
    if row.kind != "area" or row.before is None:
        return as_kept(row.kind, row.before)
    geometry = boundary_of(row.code)
    if boundary_mark(geometry) != row.before["boundary"]:
        raise SettingsRefused("in_files")
    return {"data": {"type": "Feature", **row.before["data"], "geometry": geometry}}


def _now(base: InForce, row: Revision) -> Any:
    if row.kind != "order":
        return (stored(row.kind, base.things.get((row.kind, row.code))) or {}).get("data")
    known = set((row.after or {})["data"])
    return [code for code in order_of(base.data, row.code) if code in known]


def _require(edits: Sequence[Edit], base: InForce, actor: StaffActor) -> None:
    """The settings are an administrator's; what an office wrote, whoever may write it there takes back as well."""
    if may(actor, "settings.change"):
        return
    office = offices()[actor.office_id].code
    for edit in edits:
        right = OWN.get(edit.kind, "settings.change")
        require(actor, right)
        kept = (base.things.get((edit.kind, edit.code)), edit.kept)
        if any(one is not None and one["data"]["office"] != office for one in kept):
            raise NotAllowed(right)
    if not edits:
        raise NotAllowed("settings.change")


def _ended(edits: Sequence[Edit]) -> frozenset[tuple[str, str]]:
    return frozenset((one.kind, one.code) for one in edits if one.kept is None and one.kind in DAILY)


def _edited(
    base: InForce, edits: Sequence[Edit], seen: int, actor: StaffActor
) -> tuple[Pack, list[PackFault]]:
    if changed_since(seen, [(edit.kind, edit.code) for edit in edits]):
        raise SettingsChanged
    data = base.data
    # Orders last: they name what the other edits bring.
    for edit in sorted(edits, key=lambda one: one.kind == "order"):
        data = put(data, edit.kind, edit.code, edit.kept)
    pack, faults = check_files(write_data(data))
    if pack is None:
        raise SettingsRefused("faults", faults)
    _guard(base.pack, pack, actor)
    return pack, faults


def _guard(before: Pack, after: Pack, actor: StaffActor) -> None:
    """Nobody gives themselves a role, and nobody locks everybody out."""
    login = Staff.objects.values_list("username", flat=True).get(pk=actor.staff_id)
    held = [
        {one.login: sorted((a.office, a.role) for a in one.appointments) for one in pack.staff}
        for pack in (before, after)
    ]
    if held[0].get(login) != held[1].get(login):
        raise SettingsRefused("own_roles")
    if not any(a.role == Role.ADMINISTRATOR for one in after.staff for a in one.appointments):
        raise SettingsRefused("no_administrator")


def _to_load(pack: Pack, base: Pack) -> Pack:
    """Without the answer pages and templates that stay as they are: their offices may be writing them meanwhile."""
    return replace(
        pack,
        pages=tuple(one for one in pack.pages if one not in base.pages),
        prepared=tuple(one for one in pack.prepared if one not in base.prepared),
    )


def _refusal(refused: ValueError) -> SettingsRefused:
    # How many cases an office has is not said: one that the asker may not know of may be among them.
    return SettingsRefused("in_use" if isinstance(refused, OfficesInUse) else "unsealed")
