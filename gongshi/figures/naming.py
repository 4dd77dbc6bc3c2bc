"""What figures are about, by name: offices, categories and public areas, retired ones too, as months keep them."""

from gongshi.accounts.queries import offices
from gongshi.figures.queries import KINDS
from gongshi.places.queries import areas
from gongshi.routing.queries import categories
from gongshi.rules.disclosure import AREA, CATEGORY, OFFICE
from gongshi.words import Words

BY = (OFFICE, CATEGORY, AREA)
NO_PLACE = ""
"""The code of cases without any place, in the table by area."""


def names(by: str) -> dict[str, Words]:
    """Each by its code. Of categories only those that are counted at all, of areas all but the smallest.

    by: one of `BY`. Raises KeyError for anything else.
    """
    return {OFFICE: _offices, CATEGORY: _categories, AREA: _areas}[by]()


def _offices() -> dict[str, Words]:
    return {node.code: dict(node.name) for node in offices().everything.values()}


def _categories() -> dict[str, Words]:
    nodes = categories().everything.values()
    return {node.code: dict(node.name) for node in nodes if node.kind in KINDS and not node.is_group}


def _areas() -> dict[str, Words]:
    nodes = areas().everything.values()
    smallest = max((node.rank for node in nodes), default=0)
    found = {node.code: dict(node.name) for node in nodes if node.rank < max(smallest, 1)}
    return {**found, NO_PLACE: {}}
