"""Which subjects of wraps there are: the apps above know their rows, this package knows them by opaque id only."""

from collections.abc import Callable, Collection
from uuid import UUID

Exist = Callable[[Collection[UUID]], set[UUID]]

_owners: dict[str, Exist] = {}


def register(name: str, exist: Exist) -> None:
    """Let ``exist`` say which of some subjects are rows of the app ``name``. ValueError if another has the name."""
    if _owners.setdefault(name, exist) is not exist:
        raise ValueError(f"subjects of {name!r} are registered twice")


def that_exist(subjects: Collection[UUID]) -> set[UUID]:
    """Those of the subjects that any app has a row of. One statement for each table that is asked."""
    return {subject for exist in _owners.values() for subject in exist(subjects)}
