"""From one configuration to another, thing by thing: what revisions keep."""

import hashlib
import json
from datetime import date
from typing import Any

from gongshi.formats.pack import Kept, fragments, order_of
from gongshi.formats.pack.fragments import ORDERED, Data

Turned = dict[tuple[str, str], tuple[Kept | None, Kept | None]]


def turned(before: Data | None, after: Data) -> Turned:
    """Everything that is not as it was, by (kind, code): what it was and what it is; None: not there.

    A list in which only the order changed is one thing of the kind "order". Maps are too large to be kept twice, so
    an area is kept with a mark in place of its boundary.
    """
    old, new = fragments(before) if before else {}, fragments(after)
    found: Turned = {}
    for key in {**old, **new}:
        a, b = old.get(key), new.get(key)
        if (a or {}).get("data") != (b or {}).get("data"):
            found[key] = (stored(key[0], a), stored(key[0], b))
    for kind in ORDERED if before else ():
        a_order, b_order = order_of(before or {}, kind), order_of(after, kind)
        both = set(a_order) & set(b_order)
        if [one for one in a_order if one in both] != [one for one in b_order if one in both]:
            found["order", kind] = ({"data": a_order}, {"data": b_order})
    return found


def stored(kind: str, kept: Kept | None) -> Kept | None:
    """A thing as a revision keeps it: days as texts, of an area's boundary a mark."""
    if kept is None:
        return None
    if kind == "area":
        row: dict[str, Any] = kept["data"]
        return {**kept, "data": {"properties": row["properties"]}, "boundary": boundary_mark(row["geometry"])}
    if kind == "page":
        days = {name: day.isoformat() for name, day in kept["data"].items() if isinstance(day, date)}
        return {**kept, "data": {**kept["data"], **days}}
    return kept


def as_kept(kind: str, found: Kept | None) -> Kept | None:
    """A thing as it stands in a pack again, from what a revision keeps of it."""
    if kind != "page" or found is None or "review_by" not in found["data"]:
        return found
    day = date.fromisoformat(found["data"]["review_by"])
    return {**found, "data": {**found["data"], "review_by": day}}


def boundary_mark(geometry: Any) -> str:
    """What tells one boundary from another; "" for none."""
    if geometry is None:
        return ""
    return hashlib.sha256(json.dumps(geometry, sort_keys=True).encode()).hexdigest()[:32]
