"""Further databases of one process, beside the instance's own two: where rows come from in a move or a restore."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def add(alias: str, values: dict[str, Any]) -> None:
    """Make a database known under an alias, for as long as this process lives."""
    given = {DEFAULT_DB_ALIAS: connections.settings[DEFAULT_DB_ALIAS], alias: values}
    connections.settings[alias] = connections.configure_settings(given)[alias]


def remove(alias: str) -> None:
    """Close an added database and forget it."""
    connections[alias].close()
    del connections[alias]
    del connections.settings[alias]
