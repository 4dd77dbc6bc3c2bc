"""The one way to change the configuration from within: edits to what a pack would hold, checked as a pack, and loaded.

Open cases keep their office, procedure and promise whatever is changed here: a case pins them when it opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role, Staff
from gongshi.accounts.rights import require
from gongshi.formats.pack import Kept, Pack, PackFault, order_of, put, write_data
from gongshi.places.changes import Change
from gongshi.places.snapshots import forget
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import Cause, OfficesInUse, Overtaken, Unsealed, difference, load
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import Act, InForce, changed_since, in_force
from gongshi.revisions.trials import Trial, trial

LONGEST_WHY = 300
TRIES = 3
# What only a pack's files bring back: the boundaries of a map are not kept in revisions.
IN_FILES = frozenset({"area"})


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
    """A change that could be made now: what it changes, what it would have done, and what looks odd about it."""

    changes: list[Change]
    trial: Trial
    warnings: list[PackFault]


def propose_change(edits: Sequence[Edit], *, seen: int, actor: StaffActor, at: datetime) -> Proposal:
    """Try a change out without making it. Raises as `change_settings` does, but asks for no reason."""
    require(actor, "settings.change")
    base = in_force()
    pack, warnings = _edited(base, edits, seen, actor)
    try:
        found = difference(_to_load(pack, base.pack), at=at)
    except (OfficesInUse, Unsealed) as refused:
        raise _refusal(refused) from refused
    if not found:
        raise SettingsRefused("nothing")
    known = {(one.what["en"], one.where) for one in check_files(write_data(base.data))[1]}
    odd = [one for one in warnings if (one.what["en"], one.where) not in known]
    return Proposal(found, trial(base.pack, pack, actor), odd)


def change_settings(
    edits: Sequence[Edit], *, seen: int, why: str, actor: StaffActor, at: datetime, undoes: int | None = None
) -> list[Change]:
    """Make a change, and keep who made it and why. ``seen``: the place's revision when the page was shown.

    Raises NotAllowed, SettingsRefused, and SettingsChanged when somebody was faster with things of the same kind.
    """
    require(actor, "settings.change")
    reason = " ".join("".join(one for one in why if one.isprintable() or one.isspace()).split())
    if not reason:
        raise SettingsRefused("no_reason")
    if len(reason) > LONGEST_WHY:
        raise SettingsRefused("too_long")
    for _ in range(TRIES):
        forget()
        base = in_force()
        pack, _warnings = _edited(base, edits, seen, actor)
        cause = Cause(by=actor.staff_id, why=reason, base=base.number, undoes=undoes)
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


def edits_to_undo(done: Act) -> list[Edit]:
    """What puts everything back that was changed at once.

    Raises SettingsRefused for what only files change, and where something was changed again since: that goes first.
    """
    if done.is_first or any(row.kind in IN_FILES for row in done.rows):
        raise SettingsRefused("in_files")
    base = in_force()
    if any(_now(base, row) != (row.after or {}).get("data") for row in done.rows):
        raise SettingsRefused("changed_again")
    return [Edit(row.kind, row.code, row.before) for row in done.rows]


def _now(base: InForce, row: Revision) -> Any:
    if row.kind != "order":
        return base.row(row.kind, row.code)
    known = set((row.after or {})["data"])
    return [code for code in order_of(base.data, row.code) if code in known]


def _edited(
    base: InForce, edits: Sequence[Edit], seen: int, actor: StaffActor
) -> tuple[Pack, list[PackFault]]:
    if changed_since(seen, {edit.kind for edit in edits}):
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
