"""From one configuration to another, thing by thing: what revisions keep."""

from typing import Any

from gongshi.formats.pack import Kept, fragments, order_of
from gongshi.formats.pack.fragments import ORDERED, Data

# Answer pages, templates and phrases have a history of their own, since offices write them every day.
_KEPT_ELSEWHERE = frozenset({"page", "answer", "phrase"})
Turned = dict[tuple[str, str], tuple[Kept | None, Kept | None]]


def turned(before: Data | None, after: Data) -> Turned:
    """Everything that is not as it was, by (kind, code): what it was and what it is; None: not there.

    A list in which only the order changed is one thing of the kind "order". Maps are too large to be kept twice, so
    an area is kept without its boundary.
    """
    old, new = fragments(before) if before else {}, fragments(after)
    found: Turned = {}
    for key in {**old, **new}:
        a, b = old.get(key), new.get(key)
        if key[0] not in _KEPT_ELSEWHERE and (a or {}).get("data") != (b or {}).get("data"):
            found[key] = (_shortened(key[0], a), _shortened(key[0], b))
    for kind in ORDERED if before else ():
        a_order, b_order = order_of(before or {}, kind), order_of(after, kind)
        both = set(a_order) & set(b_order)
        if [one for one in a_order if one in both] != [one for one in b_order if one in both]:
            found["order", kind] = ({"data": a_order}, {"data": b_order})
    return found


def _shortened(kind: str, kept: Kept | None) -> Kept | None:
    if kept is None or kind != "area":
        return kept
    row: dict[str, Any] = kept["data"]
    return {**kept, "data": {"properties": row["properties"]}}
