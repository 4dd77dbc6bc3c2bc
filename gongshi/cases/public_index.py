"""The index of published cases: tokens on the row itself, an FTS5 table over them on SQLite, a GIN index on PostgreSQL.

The database keeps both up with the row, in the transaction that writes or deletes it, so that what is taken back can
be found by nobody from then on. What each version of the tokens is written anew for is said by `rules.retrieval`.
"""

import sqlite3
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, router, transaction
from django.db.models import Max, QuerySet

from gongshi.accounts.queries import offices, staff_names
from gongshi.cases.models import PublicCase
from gongshi.cases.place_words import place_pairs
from gongshi.rules import searching
from gongshi.rules.retrieval import VERSION

TABLE = "cases_publiccase"
NUMBER_LOCK = 7_020_033
"""Of PostgreSQL's advisory locks the one under which a number is taken."""
FORGETS = (3, 42)
"""From this SQLite on FTS5 overwrites what was deleted by itself (``secure-delete``)."""
_MERGED_AT_ONCE = 500

_ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS cases_publiccase_index USING fts5(
        tokens, content='cases_publiccase', content_rowid='number', tokenize='ascii', detail='none', columnsize=0
    )""",
    """
    CREATE TRIGGER IF NOT EXISTS cases_publiccase_index_in AFTER INSERT ON cases_publiccase
    WHEN new.number IS NOT NULL BEGIN
        INSERT INTO cases_publiccase_index(rowid, tokens) VALUES (new.number, new.tokens);
    END""",
    """
    CREATE TRIGGER IF NOT EXISTS cases_publiccase_index_out AFTER DELETE ON cases_publiccase
    WHEN old.number IS NOT NULL BEGIN
        INSERT INTO cases_publiccase_index(cases_publiccase_index, rowid, tokens)
        VALUES ('delete', old.number, old.tokens);
    END""",
    """
    CREATE TRIGGER IF NOT EXISTS cases_publiccase_index_new AFTER UPDATE OF number, tokens ON cases_publiccase
    BEGIN
        INSERT INTO cases_publiccase_index(cases_publiccase_index, rowid, tokens)
        SELECT 'delete', old.number, old.tokens WHERE old.number IS NOT NULL;
        INSERT INTO cases_publiccase_index(rowid, tokens)
        SELECT new.number, new.tokens WHERE new.number IS NOT NULL;
    END""",
)
_OVERWRITE = "INSERT INTO cases_publiccase_index(cases_publiccase_index, rank) VALUES ('secure-delete', 1)"
_MERGE = "INSERT INTO cases_publiccase_index(cases_publiccase_index, rank) VALUES ('merge', %s)"
_EMPTY = "INSERT INTO cases_publiccase_index(cases_publiccase_index) VALUES ('delete-all')"
_FILL = """
INSERT INTO cases_publiccase_index(rowid, tokens)
SELECT number, tokens FROM cases_publiccase WHERE number IS NOT NULL
"""
# The tokens as they are: no parser and no dictionary of PostgreSQL comes between.
_ON_POSTGRESQL = (
    """
    CREATE INDEX IF NOT EXISTS cases_publiccase_index ON cases_publiccase
    USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)""",
    "ALTER INDEX cases_publiccase_index ALTER COLUMN 1 SET STATISTICS 0",
)


def lay(using: str, **_told: Any) -> None:
    """After migrations: the index and what keeps it up, where they are not there yet."""
    if not router.allow_migrate_model(using, PublicCase):
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, TABLE)
        if "tokens" not in {column.name for column in columns}:
            return  # an older state, on the way back
        if connection.vendor != "sqlite":
            for statement in _ON_POSTGRESQL:
                cursor.execute(statement)
            return
        for statement in _ON_SQLITE:
            cursor.execute(statement)
        if sqlite3.sqlite_version_info >= FORGETS:
            cursor.execute(_OVERWRITE)


def place_in_index(public: PublicCase) -> None:
    """Number a published case and say what it is found by; unsaved. Inside the transaction that saves it."""
    public.number = next_number()
    describe(public)


def describe(public: PublicCase) -> None:
    """Say anew what a published case is found by; unsaved."""
    _describe(public, _staff(), _phones())


def next_number() -> int:
    """The number of the next published case: whoever else takes one waits for the end of this transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
    last: int | None = PublicCase.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _describe(public: PublicCase, names: list[str], phones: list[str]) -> None:
    assert public.number is not None
    facets = searching.facets(
        number=public.number,
        category=public.category_id,
        area=public.area_id,
        year=public.filed_on.year,
    )
    words = _kept((public.title, public.text, public.answer), names, phones)
    public.tokens = " ".join(sorted({*words, *facets}))
    public.indexed = VERSION


def tokens_of(title: str, *texts: str) -> set[str]:
    """The words by which a published case of this title and these texts is found: no name, nothing that is marked."""
    return _kept((title, *texts), _staff(), _phones())


def _kept(texts: tuple[str, ...], names: list[str], phones: list[str]) -> set[str]:
    return searching.kept_tokens(*texts, names=names, keep=phones, known=place_pairs())


def _staff() -> list[str]:
    return sorted({name for words in staff_names().values() for name in words.values()})


def _phones() -> list[str]:
    return [node.phone for node in offices().values()]


def to_write() -> "QuerySet[PublicCase]":
    """Published cases whose tokens are of another version, or that have none."""
    return PublicCase.objects.filter(indexed__lt=VERSION)


def write_anew(limit: int) -> int:
    """Tokens for some of `to_write`, those filed first first; how many cases. Called again it goes on."""
    with transaction.atomic():
        names, phones = _staff(), _phones()
        rows = list(to_write().select_for_update(of=("self",)).order_by("filed_on", "id")[:limit])
        number = next_number() if any(row.number is None for row in rows) else 0
        for row in rows:
            if row.number is None:
                row.number, number = number, number + 1
            _describe(row, names, phones)
            row.save(update_fields=["number", "tokens", "indexed"])
    return len(rows)


def forget_all() -> int:
    """Let the index be built anew from the public copies by `write_anew`; how many cases. They are found meanwhile."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        _rebuild(connection)
    return PublicCase.objects.update(indexed=0)


def _rebuild(connection: Any) -> None:
    """What FTS5 keeps, from what stands on the rows: it mends a table that does not fit them."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
        cursor.execute(_FILL)


def scrub_index() -> None:
    """Where FTS5 does not overwrite what was deleted, its parts become one, in steps, so that nobody waits long.

    Not inside a transaction. On PostgreSQL the table's rewriting does it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= FORGETS:
        return
    pages = -_MERGED_AT_ONCE
    with connection.cursor() as cursor:
        while _changes(cursor, pages) > 1:
            pages = _MERGED_AT_ONCE


def _changes(cursor: Any, pages: int) -> int:
    """How much one step of merging changed; below two it was the last."""
    cursor.execute("SELECT total_changes()")
    before = cursor.fetchone()[0]
    cursor.execute(_MERGE, [pages])
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0]) - int(before)
