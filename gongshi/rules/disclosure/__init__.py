"""Counts that anybody may see: none below the threshold is shown, nor worked out. See docs/rules/disclosure.md."""

from gongshi.rules.disclosure.tables import (
    ALL,
    AREA,
    CATEGORY,
    OFFICE,
    PAIR,
    Cell,
    Column,
    Key,
    Shown,
    disclosed,
)

__all__ = ["ALL", "AREA", "CATEGORY", "OFFICE", "PAIR", "Cell", "Column", "Key", "Shown", "disclosed"]
