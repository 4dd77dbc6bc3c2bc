"""Every read of the configuration as a whole, and of how it came to be so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.formats.pack import Kept, Pack, fragments, pack_data
from gongshi.places.snapshots import Snapshot, revision
from gongshi.revisions.loading import pack_of_instance
from gongshi.revisions.models import Revision

PAGE = 20
# What offices write themselves.
DAILY = frozenset({"page", "answer", "phrase"})


@dataclass(frozen=True)
class InForce:
    """The configuration as it is now. ``number``: the place's revision; ``things``: everything by (kind, code)."""

    number: int
    pack: Pack
    data: dict[str, Any]
    things: dict[tuple[str, str], Kept]

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """All things of a kind as data, in their order."""
        return [kept["data"] for (one, _), kept in self.things.items() if one == kind]

    def row(self, kind: str, code: str) -> dict[str, Any] | None:
        """One thing as data; None if there is none."""
        kept = self.things.get((kind, code))
        return None if kept is None else kept["data"]


def _build() -> InForce | None:
    number, pack = revision(), pack_of_instance()
    if pack is None:
        return None
    data = pack_data(pack)
    return InForce(number, pack, data, fragments(data))


_in_force = Snapshot(_build)


class NothingLoaded(LookupError):
    """No pack was ever loaded here, so there is nothing that could be changed."""


def in_force() -> InForce:
    """What is in force, kept in memory until the place's revision changes. Raises NothingLoaded."""
    found = _in_force()
    if found is None:
        raise NothingLoaded
    return found


def changed_since(number: int, things: Iterable[tuple[str, str]]) -> bool:
    """Whether things like these, by (kind, code), were changed after the revision ``number``.

    Of what offices write every day that is the same thing; of everything else, anything of its kind.
    """
    wanted = set(things)
    found = Q(kind__in={kind for kind, _ in wanted} - DAILY)
    for kind, code in wanted:
        if kind in DAILY:
            found |= Q(kind=kind, code=code)
    return Revision.objects.filter(found, number__gt=number).exists()


@dataclass(frozen=True)
class Act:
    """What was changed at once. ``undone_by``: the number of the change that took it back, if any did."""

    number: int
    rows: tuple[Revision, ...]
    undone_by: int | None

    @property
    def first(self) -> Revision:
        """Any of its rows: who, when and why are the same in all."""
        return self.rows[0]

    @property
    def is_first(self) -> bool:
        """Whether it brought the place itself, before which there was nothing."""
        return any(row.kind == "place" and row.before is None for row in self.rows)


def acts(actor: StaffActor, *, page: int = 1) -> tuple[list[Act], bool]:
    """Changes of the configuration, newest first, and whether there are older ones. Three statements."""
    require(actor, "settings.change")
    numbers = Revision.objects.order_by("-number").values_list("number", flat=True).distinct()
    wanted = list(numbers[(page - 1) * PAGE : page * PAGE + 1])
    return _acts(wanted[:PAGE]), len(wanted) > PAGE


def act(number: int, actor: StaffActor) -> Act | None:
    """One change; None if there is none of this number."""
    require(actor, "settings.change")
    return next(iter(_acts([number])), None)


@dataclass(frozen=True)
class ThingChange:
    """One change of one thing. ``may_be_undone``: it is the last one, came alone, and was not taken back."""

    row: Revision
    undone_by: int | None
    may_be_undone: bool


def changes_of(kind: str, code: str) -> list[ThingChange]:
    """What became of one thing of an office's, the newest first; whoever may see the thing. One statement."""
    same = Revision.objects.filter(number=OuterRef("number")).exclude(pk=OuterRef("pk"))
    undoing = Revision.objects.filter(undoes=OuterRef("number")).values("number")[:1]
    rows = Revision.objects.filter(kind=kind, code=code).select_related("by").order_by("-number")
    return [
        ThingChange(row, row.taken_back_by, not place and not row.with_others and row.taken_back_by is None)
        for place, row in enumerate(rows.annotate(with_others=Exists(same), taken_back_by=Subquery(undoing)))
    ]


def change_of(kind: str, code: str, number: int) -> Act | None:
    """The last change of one thing of an office's, if it is this one and can be undone. One statement."""
    known = changes_of(kind, code)[:1]
    fits = [one for one in known if one.row.number == number and one.may_be_undone]
    return Act(number, (fits[0].row,), None) if fits else None


def _acts(numbers: list[int]) -> list[Act]:
    found: dict[int, list[Revision]] = {number: [] for number in numbers}
    rows = Revision.objects.filter(number__in=numbers).select_related("by").order_by("kind", "code")
    for row in rows:
        found[row.number].append(row)
    undone = dict(Revision.objects.filter(undoes__in=numbers).values_list("undoes", "number"))
    return [Act(number, tuple(listed), undone.get(number)) for number, listed in found.items() if listed]
