"""Whether keys, database and wraps store are those that belong here: there, and whole. Laying new stores.

A store that is missing is made anew by `gongshi init` and `gongshi restore` alone: an empty wraps store in the place of
a lost one would make everything look erased, and nobody would look for its backup.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from gongshi.config.terminal import failure

NAMES = {"default": ("数据库", "the database"), "wraps": ("钥匙库", "the wraps store")}
_AGAIN = {
    "default": ("gongshi restore 备份", "gongshi restore BACKUP"),
    "wraps": (
        "gongshi restore 备份 --wraps 钥匙库的备份",
        "gongshi restore BACKUP --wraps BACKUP-OF-THE-WRAPS",
    ),
}


@dataclass(frozen=True)
class Trouble:
    """Why a store cannot be used, and what to do."""

    zh: str
    en: str


def lay(*aliases: str) -> None:
    """New, empty files for stores that are SQLite files and not there: those named, or all."""
    from django.db import connections

    for alias in aliases or tuple(connections):
        if connections[alias].vendor == "sqlite":
            Path(connections[alias].settings_dict["NAME"]).touch(mode=0o600)


def migrate(alias: str) -> None:
    """Bring a database up to this version's tables: a new one at once, any other step by step.

    The wraps store has tables of one app and takes its steps alone.
    """
    from django.core.management import call_command
    from django.db import connections

    if not connections[alias].introspection.table_names():
        _make_tables(alias)
    call_command("migrate", *_apps(alias), database=alias, verbosity=0, interactive=False)


def _make_tables(alias: str) -> None:
    """The tables as the models are, in one transaction with the record that every step is taken (decision 0025)."""
    from django.apps import apps
    from django.db import connections, router
    from django.db.migrations.recorder import MigrationRecorder

    executor, steps = _steps(alias)
    models: list[Any] = [one for one in apps.get_models() if router.allow_migrate_model(alias, one)]
    with connections[alias].schema_editor() as editor:
        for model in [MigrationRecorder.Migration, *models]:
            if model._meta.can_migrate(alias):
                editor.create_model(model)
        for step in steps:
            executor.record_migration(step)


def missing_migrations(alias: str) -> int:
    """How many steps a database lacks."""
    return len(_steps(alias)[1])


def _steps(alias: str) -> tuple[Any, list[Any]]:
    """Who takes a database's steps, and those that it lacks, first ones first."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    graph = executor.loader.graph
    wanted = [node for app in _apps(alias) for node in graph.leaf_nodes(app)] or graph.leaf_nodes()
    return executor, [step for step, _backwards in executor.migration_plan(wanted)]


def applied_migrations(alias: str, *, like: str = "") -> set[tuple[str, str]]:
    """The steps (app, name) that a database has taken, of those that one ``like`` this alias takes."""
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    apps = _apps(like or alias)
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return {(app, name) for app, name in applied if not apps or app in apps}


def _apps(alias: str) -> tuple[str, ...]:
    from gongshi.safekeeping.apart_store import LABEL, STORE

    return (LABEL,) if alias == STORE else ()


def trouble(alias: str, *, thorough: bool = False) -> Trouble | None:
    """What is wrong with a store, or None. ``thorough`` reads all of a SQLite file: seconds when it is large."""
    from django.db import DatabaseError, Error, InterfaceError, OperationalError, connections

    connection = connections[alias]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return missing(alias)
    try:
        if connection.vendor == "sqlite":
            said = _quick_check(connection) if thorough else "ok"
            if said != "ok":
                return damaged(alias)
        tables = connection.introspection.table_names()
    except (OperationalError, InterfaceError) as error:
        return unusable(alias, error)
    except DatabaseError as error:
        return damaged(alias) if connection.vendor == "sqlite" else unusable(alias, error)
    except Error as error:
        return unusable(alias, error)
    return None if "django_migrations" in tables else missing(alias)


def _quick_check(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        return str(cursor.fetchone()[0])


def missing(alias: str) -> Trouble:
    """There is none, or one without a single table, as a lost one leaves it."""
    if settings.REPLICA_OF:
        return Trouble(
            "副本的数据库是空的：运行 gongshi replica subscribe",
            "the replica's database is empty: run gongshi replica subscribe",
        )
    (zh, en), (how, command) = NAMES[alias], _AGAIN[alias]
    return Trouble(
        f"{zh}不见了，或是空的：从备份恢复（{how}），不要另建",
        f"{en} is missing, or empty: restore it ({command}); do not make another",
    )


def damaged(alias: str) -> Trouble:
    """Its bytes are no sound database."""
    (zh, en), (how, command) = NAMES[alias], _AGAIN[alias]
    return Trouble(f"{zh}损坏了：从备份恢复（{how}）", f"{en} is damaged: restore a backup ({command})")


def unusable(alias: str, error: Exception) -> Trouble:
    """Its server or its disk does not answer."""
    (zh, en), kind = NAMES[alias], type(error.__cause__ or error).__name__
    return Trouble(f"{zh}不能用：{kind}", f"{en} cannot be used: {kind}")


def key_trouble() -> Trouble | None:
    """What is wrong with the key files, or None. The ledger's is made with its first batch, and needed from then on."""
    from gongshi.safekeeping.keys import KeyFileError, load
    from gongshi.safekeeping.ledger_keys import ledger_keys

    folder = Path(settings.KEY_FILE).parent
    if not (folder / "signing.key").is_file():
        return Trouble(
            f"{folder} 不见了，或缺 signing.key：把另存的钥匙放回去",
            f"{folder} is missing, or has no signing.key: put the copy of the keys back",
        )
    try:
        load(Path(settings.KEY_FILE))
        ledger_keys()
    except (KeyFileError, OSError) as error:
        return Trouble(f"钥匙文件不能用：{error}", "the key file cannot be used")
    return None


def require_all() -> None:
    """Raise click.ClickException with the first thing without which nothing can be served.

    A replica is served without keys, and never where there are any.
    """
    require()
    if settings.REPLICA_OF:
        if found := keys_too_many():
            raise failure(found.zh, found.en)
        return
    found = key_trouble()
    if found:
        raise failure(found.zh, found.en)


def keys_too_many() -> Trouble | None:
    """That there are keys or wrapped keys in a replica's folder, or None."""
    folder = Path(settings.INSTANCE)
    held = [path for name in ("keys", "wraps") for path in sorted(folder.glob(f"{name}/*"))]
    if not held:
        return None
    return Trouble(
        f"副本里不许有钥匙，拿走 {held[0]}", f"a replica holds no keys: take {held[0]} off this machine"
    )


def require(*, thorough: bool = False) -> None:
    """Raise click.ClickException with what is wrong with the first store that cannot be used."""
    for alias in settings.DATABASES:
        found = trouble(alias, thorough=thorough)
        if found:
            raise failure(found.zh, found.en)
