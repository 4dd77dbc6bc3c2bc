"""The public ledger after a restore: batches signed since the backup are carried over, so that it never forks.

Tiles, heads and commitments of erased entries name no row, so they can be taken from the old database as they are. The
entries of those batches whose rows are lost stay as hashes that nobody can explain any more; that is the truth.
"""

from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from gongshi.config.backups import aliases, rows
from gongshi.safekeeping import sequencing
from gongshi.safekeeping.models import Head, Leaf, Tile, Unlinked

OLD = "before_restore"


@dataclass(frozen=True)
class Carried:
    """``size``: entries that the ledger has now; ``more``: those carried over; ``missing``: signed once and lost.

    ``old``: whether the old database could be read.
    """

    size: int
    more: int
    missing: int
    old: bool


def carry_over(old: dict[str, Any] | None, *, shorter: bool) -> Carried:
    """Take over what the ledger in the old database (Django's settings of it) has more than the restored one's.

    With ``shorter`` the ledger may go on from where it is then, though more was signed before.
    """
    more = _from(old) if old else None
    if shorter:
        sequencing.remember(shorter=True)
    return Carried(_size(DEFAULT_DB_ALIAS), more or 0, sequencing.entries_missing(), more is not None)


def _from(old: dict[str, Any]) -> int | None:
    aliases.add(OLD, old)
    try:
        return _carried()
    except DatabaseError:
        return None
    finally:
        aliases.remove(OLD)


def _size(alias: str) -> int:
    head = Head.objects.using(alias).order_by("-batch").first()
    return head.size if head else 0


def _carried() -> int:
    mine, theirs = _size(DEFAULT_DB_ALIAS), _size(OLD)
    if theirs <= mine or not _same_past():
        return 0
    with transaction.atomic():
        for model in (Tile, Head, Unlinked):
            model._default_manager.all().delete()
            stream = rows.write(model, DEFAULT_DB_ALIAS, rows.read(model, OLD))
            assert sum(stream) == model._default_manager.count()
        _forget_what_went_out(mine)
    return theirs - mine


def _same_past() -> bool:
    """Whether the old ledger goes on from where the restored one stands."""
    head = Head.objects.order_by("-batch").first()
    if head is None:
        return True
    other = Head.objects.using(OLD).filter(batch=head.batch).first()
    return other is not None and bytes(other.root) == bytes(head.root)


def _forget_what_went_out(size: int) -> None:
    """Leaves that were waiting at the time of the backup and have gone out since must not go out twice."""
    from gongshi.safekeeping.stored_tree import StoredTree

    tree = StoredTree()
    ends = list(Head.objects.filter(size__gt=size).order_by("batch").values_list("size", flat=True))
    for leaf in Leaf.objects.all():
        start = size
        for end in ends:
            if tree.index_of(bytes(leaf.commitment), start, end) is not None:
                leaf.delete()
                break
            start = end
