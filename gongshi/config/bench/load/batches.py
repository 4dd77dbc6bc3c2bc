"""Unsaved rows of all tables, quickly: a batch of them, keys of an instant, receipts that follow from a seed."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.db.models.base import ModelState

from gongshi.cases.models import History, Look
from gongshi.cases.record import entry_of
from gongshi.rules import crockford
from gongshi.safekeeping import ledger

M = TypeVar("M", bound=Model)


def receipt_of(seed: int, number: int) -> str:
    """The receipt of the ``number``th filing: whoever knows the seed opens this load, which is nobody's words."""
    return crockford.grouped(crockford.encode(sha256(f"{seed}/{number}".encode()).digest()[:15]))


@cache
def _empty(model: type[Model]) -> dict[str, Any]:
    return {one.attname: one.get_default() for one in model._meta.concrete_fields if not one.primary_key}


def new(model: type[M], **values: Any) -> M:
    """An unsaved row by columns. Django's own way sends signals and looks at every name: ten times the work."""
    row = model.__new__(model)
    row.__dict__.update(_empty(model), _state=ModelState(), **values)
    return row


@dataclass
class Batch:
    """Unsaved rows by table, and what the public ledger is to hold of them."""

    rows: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    leaves: list[bytes] = field(default_factory=list)

    def add(self, *rows: Model) -> None:
        """Rows of any tables."""
        for row in rows:
            self.rows[type(row)].append(row)

    def commit(self, row: History | Look) -> None:
        """A row of history, or a look, which the ledger commits to."""
        self.add(row)
        self.leaves.append(ledger.commitment(bytes(row.salt), entry_of(row)))


def id_at(at: datetime) -> UUID:
    """A key as `safekeeping.ids` made it at that instant (UUIDv7, RFC 9562)."""
    drawn = int.from_bytes(os.urandom(10), "big")
    number = (
        int(at.timestamp() * 1000) << 80 | 0x7 << 76 | (drawn >> 68) << 64 | 0b10 << 62 | drawn & (2**62 - 1)
    )
    return UUID(int=number)
