"""Bringing configuration tables up to what a pack says, and writing down what that changed.

What is new is added, what differs is changed, what is gone is retired and never deleted, because cases use it. The same
code shows the difference (rolled back) and applies it, so the two cannot differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Change:
    """One difference: ``action`` is "added", "changed" or "retired"; ``fields`` maps a name to (before, after).

    What refers to another row stands in ``fields`` by that row's code.
    """

    kind: str
    code: str
    action: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Changes:
    """Collects the differences of one load at ``at``, on the place's day ``on``.

    ``first`` says that nothing was loaded before: what is loaded first holds since ever, and has no first day. ``by``:
    who of the staff changes it; nobody where a pack does.
    """

    def __init__(self, *, at: datetime, on: date, first: bool = False, by: UUID | None = None) -> None:
        self.at = at
        self.by = by
        self.on = on
        self.first = first
        self._found: dict[tuple[str, str], Change] = {}
        self._known: dict[type[models.Model], dict[str, Any]] = {}
        self._codes: dict[UUID, str] = {}

    @property
    def found(self) -> list[Change]:
        """The differences so far, in the order in which they were met."""
        return list(self._found.values())

    def note(
        self, kind: str, code: str, action: str, fields: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        """Write down a difference. What was just added is not also changed; changes of one thing are put together."""
        before = self._found.get((kind, code))
        if before is not None and before.action == "added":
            return
        shown = {
            name.removesuffix("_id"): (self._shown(a), self._shown(b))
            for name, (a, b) in (fields or {}).items()
        }
        together = {**(before.fields if before else {}), **shown}
        self._found[kind, code] = Change(kind, code, action, together)

    def upsert(self, model: type[Row], kind: str, code: str, values: Mapping[str, Any]) -> Row:
        """The row with this code, made or changed so that it has ``values``; one that was retired is current again."""
        known = self.known(model)
        row: Row | None = known.get(code)
        if row is None:
            row = model._default_manager.create(code=code, **self._since(model), **values)
            known[code] = row
            self._codes[row.pk] = code
            self.note(kind, code, "added")
            return row
        wanted = {**values, "valid_to": None} if _is_dated(model) else dict(values)
        different = {
            name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value
        }
        if different:
            for name, (_, value) in different.items():
                setattr(row, name, value)
            row.save(update_fields=list(different))
            self.note(kind, code, "changed", different)
        return row

    def linked(self, row: models.Model, kind: str, name: str, wanted: Iterable[models.Model]) -> None:
        """Make a many-to-many relation of a row, which has a code, hold exactly ``wanted``."""
        manager = getattr(row, name)
        before, after = set(manager.all()), set(wanted)
        if before != after:
            manager.set(after)
            codes = [sorted(self._codes[one.pk] for one in group) for group in (before, after)]
            self.note(kind, self._codes[row.pk], "changed", {name: (codes[0], codes[1])})

    def retire(self, model: type[Row], kind: str, kept: Iterable[str]) -> None:
        """Everything current that the pack no longer has ends today."""
        staying = set(kept)
        for code, row in self.known(model).items():
            if row.valid_to is None and code not in staying:
                row.valid_to = self.on
                row.save(update_fields=["valid_to"])
                self.note(kind, code, "retired")

    def known(self, model: type[models.Model]) -> dict[str, Any]:
        """Every row of a table with codes by its code, retired ones too; read once a load."""
        if model not in self._known:
            linked = [relation.name for relation in model._meta.many_to_many]
            rows = model._default_manager.prefetch_related(*linked)
            self.register(model, {row.code: row for row in rows})  # type: ignore[attr-defined]
        return self._known[model]

    def register(self, model: type[models.Model], rows: dict[str, Any]) -> None:
        """Take ``rows`` as all rows of ``model`` by what they are called."""
        self._known[model] = rows
        self._codes |= {row.pk: code for code, row in rows.items()}

    def named(self, row: models.Model, code: str) -> None:
        """Call a new row ``code`` where others refer to it."""
        self._codes[row.pk] = code

    def _since(self, model: type[models.Model]) -> dict[str, Any]:
        return {} if self.first or not _is_dated(model) else {"valid_from": self.on}

    def _shown(self, value: Any) -> Any:
        return self._codes.get(value, str(value)) if isinstance(value, UUID) else value


def _is_dated(model: type[models.Model]) -> bool:
    return any(f.name == "valid_to" for f in model._meta.concrete_fields)
