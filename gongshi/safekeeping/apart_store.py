"""The wraps store: a database of its own, so that no backup of the other one holds a key (Django's alias ``wraps``).

Two databases cannot commit as one. Wraps are therefore committed before the rows that need them: a crash between the
two leaves wraps of something that never was, which open nothing and are swept, and never a case that nothing opens.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from gongshi.safekeeping.scrubbing import rewrite_deleted

STORE = "wraps"
_LABEL = "safekeeping"


class KeptApart(models.Model):
    """A table of the wraps store. Nothing in it has a foreign key, and nothing is ever joined with it."""

    class Meta:
        abstract = True


# Named, as migrations know models by their names alone; a test holds this against the subclasses of `KeptApart`.
TABLES = frozenset({"wrap", "tombstone", "lasthead", "keypair", "lockedkey", "keywrap"})


class StoreRouter:
    """Sends the tables of `TABLES` to the wraps store and every other to the database."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        """The alias that this model's rows lie in."""
        return STORE if issubclass(model, KeptApart) else DEFAULT_DB_ALIAS

    db_for_write = db_for_read

    def allow_relation(self, first: models.Model, second: models.Model, **_hints: Any) -> bool:
        """Whether two rows may refer to each other: never across the two."""
        return isinstance(first, KeptApart) == isinstance(second, KeptApart)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: Any) -> bool:
        """Whether a migration's operation belongs into ``db``."""
        apart = app_label == _LABEL and model_name in TABLES
        return apart == (db == STORE)


def scrub() -> None:
    """Rewrite what the store has deleted, so that no old page of its files still holds a wrap (`rewrite_deleted`)."""
    rewrite_deleted(STORE, [f"{_LABEL}_{table}" for table in sorted(TABLES)])
