"""What lists of the API have in common: one envelope, codes with all beneath them, the address of the rest.

The envelope is ``items`` and ``next``: the address of the rest, null at the end. tests/api/test_envelope.py walks the
description for lists that have another.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from gongshi.accounts.queries import offices

CODE = r"^[A-Za-z0-9_-]{1,60}$"
MOST = 500
USUAL = 100
Row = TypeVar("Row")


def beneath(code: str, nodes: Iterable[Any]) -> list[UUID]:
    """The node with a code and all under it; none for a code that there is not."""
    known = list(nodes)
    tops = {node.id for node in known if node.code == code}
    return [node.id for node in known if tops & set(node.path)]


def codes_of(ids: Iterable[UUID], nodes: Mapping[UUID, Any]) -> list[str]:
    """The codes of these nodes in the place's order; one that is gone is passed over."""
    wanted = set(ids)
    return [node.code for node in nodes.values() if node.id in wanted]


def office_code(key: UUID) -> str | None:
    """The code of an office that is there; None for one that is gone."""
    node = offices().get(key)
    return node.code if node else None


def cut(
    rows: Sequence[Row], limit: int, address: str, asked: Mapping[str, Any], *, after: str
) -> tuple[Sequence[Row], str | None]:
    """Of one row more than a page holds those of the page, and the address of the rest.

    ``asked``: the parameters of this page; ``after``: the name of the member that the next page begins after.
    """
    if len(rows) <= limit:
        return rows, None
    last: Any = rows[limit - 1]
    for part in after.split("."):
        last = getattr(last, part)
    given = {name: value for name, value in asked.items() if value is not None}
    return rows[:limit], f"{address}?{urlencode(given | {'after': last})}"
