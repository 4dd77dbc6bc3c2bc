"""`gongshi init`: a new instance from a pack."""

from pathlib import Path

import click

from gongshi.config.environment import SettingsError
from gongshi.config.terminal import both, failure


@click.command(help=both("用一个地方包新建一个实例。", "Make a new instance from a pack."))
@click.option("--pack", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dir", "directory", required=True, type=click.Path(path_type=Path))
@click.option("--base-url", default="http://127.0.0.1:8000", show_default=True)
@click.option("--database", default="", help=both("留空则用 SQLite", "empty: SQLite in the directory"))
def command(pack: Path, directory: Path, base_url: str, database: str) -> None:
    """Make the folder, keys, settings and database, and load the pack."""
    from gongshi.config.packs import PackRefused, read_checked
    from gongshi.config.setup import instance_values, make_instance, prepare_database

    try:
        content = read_checked(pack)
        make_instance(directory, instance_values(content, base_url=base_url, database=database))
    except PackRefused as refused:
        raise failure(
            "地方包有错，先运行 gongshi check-pack", "the pack has faults; see check-pack"
        ) from refused
    except SettingsError as error:
        raise failure("没有新建实例", str(error)) from error
    from gongshi.config.instance import enter

    enter(directory)
    from gongshi.config.loading import load

    click.echo(both("正在建数据库、载入地方包……", "making the database and loading the pack ..."))
    prepare_database()
    load(content)
    click.echo(both(f"已新建：{directory}", f"made an instance in {directory}"))
    click.echo(both("接下来", "next"))
    for line in ("set-password LOGIN", "serve", "work"):
        click.echo(f"  gongshi {line} --dir {directory}")
