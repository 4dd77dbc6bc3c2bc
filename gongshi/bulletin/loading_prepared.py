"""Prepared words from a pack, and as a pack again: it adds and changes those that it names, and leaves all others."""

from collections.abc import Collection, Iterable, Mapping

from gongshi.accounts.models import Office
from gongshi.bulletin.actions.prepared import revise
from gongshi.bulletin.models import Prepared, PreparedRevision
from gongshi.bulletin.prepared import PARTS, parts_of
from gongshi.formats.pack import PreparedData
from gongshi.places.changes import Changes
from gongshi.routing.models import Category


def load_prepared(
    prepared: Iterable[PreparedData],
    *,
    offices: Mapping[str, Office],
    categories: Mapping[str, Category],
    changes: Changes,
) -> None:
    """Offer all words as the pack has them. What changed becomes a revision of whoever changes it."""
    newest = {(row.prepared_id, row.number): row for row in PreparedRevision.objects.all()}
    for one in prepared:
        values = {
            "office_id": offices[one.office].id,
            "category_id": categories[one.category].id if one.category else None,
            "kind": one.kind,
            "withdrawn": False,
        }
        row = changes.upsert(Prepared, "prepared", one.code, values)
        before = newest.get((row.id, row.number))
        old = parts_of(before, one.kind) if before else {}
        new = {part: getattr(one, part) for part in PARTS[one.kind]}
        if old != new:
            revise(row, "written", new, seen=row.number, by=changes.by, at=changes.at, values={})
            told = {name: (old.get(name), words) for name, words in new.items() if old.get(name) != words}
            changes.note("prepared", one.code, "changed", told)


def end_prepared(codes: Collection[str], changes: Changes) -> None:
    """Offer these words no longer; they stay."""
    for row in Prepared.objects.filter(code__in=codes, withdrawn=False):
        parts = parts_of(row.revisions.get(number=row.number), row.kind)
        values = {"withdrawn": True}
        revise(row, "withdrawn", parts, seen=row.number, by=changes.by, at=changes.at, values=values)
        changes.note("prepared", row.code, "retired")


def prepared_data(code: str = "") -> tuple[PreparedData, ...]:
    """What is offered by offices of today, by kind and code; or that one."""
    rows = PreparedRevision.objects.filter(prepared__withdrawn=False, prepared__office__valid_to=None)
    rows = rows.filter(prepared__code=code) if code else rows
    rows = rows.select_related("prepared__office", "prepared__category")
    newest = [row for row in rows if row.number == row.prepared.number]
    return tuple(
        PreparedData(
            kind=row.prepared.kind,
            code=row.prepared.code,
            office=row.prepared.office.code,
            category=_current(row.prepared.category),
            **parts_of(row, row.prepared.kind),
        )
        for row in sorted(newest, key=lambda one: (one.prepared.kind, one.prepared.code))
    )


def _current(category: Category | None) -> str | None:
    return category.code if category and category.valid_to is None else None
