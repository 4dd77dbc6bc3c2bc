"""Counts that anybody may see: none below the threshold is shown, nor worked out. See docs/rules/disclosure.md."""

from gongshi.rules.disclosure.network import UNBOUNDED
from gongshi.rules.disclosure.steps import edges_told
from gongshi.rules.disclosure.tables import (
    ALL,
    AREA,
    CATEGORY,
    OFFICE,
    PAIR,
    REST,
    Cell,
    Column,
    Key,
    Local,
    Shown,
    disclosed,
    keys_of,
)

__all__ = [
    "ALL",
    "AREA",
    "CATEGORY",
    "OFFICE",
    "PAIR",
    "REST",
    "UNBOUNDED",
    "Cell",
    "Column",
    "Key",
    "Local",
    "Shown",
    "disclosed",
    "edges_told",
    "keys_of",
]
