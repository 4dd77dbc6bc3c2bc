"""`gongshi move`: carries an instance from its SQLite files to PostgreSQL."""

import os
from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

SETTINGS = {"database": "GONGSHI_DATABASE", "wraps_database": "GONGSHI_WRAPS_DATABASE"}


@click.command(help=both("把实例从 SQLite 搬到 PostgreSQL。", "Move the instance from SQLite to PostgreSQL."))
@instance_option
@click.option("--database", required=True, help=both("新数据库", "the new database: postgresql://..."))
@click.option(
    "--wraps-database",
    default="",
    help=both(
        "新的密钥包裹库；留空则留在文件里", "the new wraps store; left out, it stays the file that it is"
    ),
)
def command(directory: Path, database: str, wraps_database: str) -> None:
    """Copy, compare, and only then change the settings. The SQLite files stay where they are."""
    directory = directory.resolve()
    values = {name: url for name, url in (("database", database), ("wraps_database", wraps_database)) if url}
    _only_from_sqlite(directory)
    os.environ |= {SETTINGS[name]: url for name, url in values.items()}
    enter(directory)
    from django.db import Error

    from gongshi.config.backups import moving, running
    from gongshi.config.backups.archive import Refused
    from gongshi.config.progress import bar

    running.alone(directory)
    label = both("搬迁并核对", "copying and comparing")
    try:
        moved = moving.move(directory, values, bar=lambda total: bar(label, total))
    except Refused as refused:
        raise failure(f"没有搬：{refused.zh}", f"nothing was moved: {refused.en}") from refused
    except Error as error:
        what = " ".join(str(error).split())
        raise failure(f"没有搬，数据库出错：{what}", "nothing was moved: a database failed") from error
    click.echo(
        both(
            f"搬完了：{moved.tables} 张表 {moved.rows} 行逐行核对，{moved.cases} 件事项两边重放一致",
            f"moved: {moved.rows} rows of {moved.tables} tables compared, {moved.cases} cases replayed alike",
        )
    )
    if moved.differing:
        click.echo(
            both(
                f"其中 {moved.differing} 件的历史重放后与现状不符，搬迁前就是这样",
                "so many cases' histories do not replay to their state; they did not before either",
            )
        )
    click.echo(
        both(
            "gongshi.toml 已指向新数据库；SQLite 文件留在原处，确认后删除",
            "delete the SQLite files when you are sure",
        )
    )


def _only_from_sqlite(directory: Path) -> None:
    from gongshi.config.environment import Environment, SettingsError

    try:
        settings = Environment(directory)
        named = [name for name in SETTINGS if settings.text(name, "")]
    except SettingsError as error:
        raise failure(f"设置有误：{error}", "a setting is wrong") from error
    if named:
        raise failure(
            f"这个实例已在用 {named[0]} 里写的数据库；move 只从 SQLite 文件搬",
            f"this instance uses what {named[0]} names already; a move begins at the SQLite files",
        )
