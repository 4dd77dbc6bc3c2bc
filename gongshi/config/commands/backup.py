"""`gongshi backup FILE`: the instance in one verified file, without its keys; with --wraps the wraps store."""

import signal
import sys
from pathlib import Path
from typing import Any

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure


@click.command(
    help=both(
        "把实例备份成一个核对过的文件，不含密钥。",
        "Back up the instance into one verified file, without keys.",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@instance_option
@click.option("--wraps", is_flag=True, help=both("只备份密钥包裹库。", "back up the wraps store instead"))
@click.option(
    "--keep-days",
    default=7,
    show_default=True,
    type=click.IntRange(1, 90),
    help=both("同目录里更早的包裹备份几天后删除", "with --wraps: older ones beside it go after so many days"),
)
def command(file: Path, directory: Path, wraps: bool, keep_days: int) -> None:
    """Write under another name, read it again, then give it its name."""
    enter(directory)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    from django.db import DatabaseError
    from django.utils import timezone

    from gongshi.config.backups import making
    from gongshi.config.backups.archive import Refused
    from gongshi.config.progress import bar

    file = file.absolute()
    if not file.parent.is_dir():
        raise failure(
            f"备份没有做成：没有文件夹 {file.parent}", f"not backed up: there is no folder {file.parent}"
        )
    given: dict[str, Any] = {
        "at": timezone.now(),
        "bar": lambda total: bar(both(f"备份到 {file.name}", "backing up"), total),
    }
    try:
        made = (
            making.backup_wraps(file, keep_days=keep_days, **given) if wraps else making.backup(file, **given)
        )
    except Refused as refused:
        raise failure(refused.zh, refused.en) from refused
    except OSError as error:
        raise failure(
            f"备份没有做成：{error.strerror}", f"not backed up: {error.strerror}, {error.filename}"
        ) from error
    except DatabaseError as error:
        raise failure(f"数据库读不了：{type(error).__name__}", "the database cannot be read") from error
    _tell(file, made)


def _tell(file: Path, made: Any) -> None:
    manifest = made.manifest
    total = sum(manifest.rows.values())
    click.echo(
        both(
            f"备份好了：{file}，{made.size / 1e6:.1f} MB，{total} 行，{len(manifest.members)} 个文件，已读回核对",
            f"done: {len(manifest.members)} members, {total} rows, read again and found right",
        )
    )
    for name in manifest.missing:
        click.echo(both(f"缺文件：{name}", "a row names this file, and it is not there"), err=True)
    for old in made.removed:
        click.echo(both(f"删除了旧的：{old.name}", "an older one was removed"))
    if made.larger:
        raise failure(
            f"钥匙库比 {made.larger} 里的少了一大半：旧的备份一份也没有删。先运行 gongshi check；"
            "如果没有问题，把那一份移走",
            f"the wraps store holds far less than {made.larger.name}: no older backup was removed. "
            "Run gongshi check; if all is well there, move that one away",
        )
