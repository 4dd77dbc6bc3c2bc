"""`gongshi restore FILE`: puts a backup in the instance's place, if everything about it is right."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongshi.config.instance import instance_option, only_as_its_user
from gongshi.config.terminal import both, failure, there

if TYPE_CHECKING:
    from gongshi.config.backups.restoring import Restored

file_argument = click.Path(path_type=Path)


@click.command(
    help=both("核对备份，再用它换下实例。", "Check a backup, then put it in the instance's place.")
)
@click.argument("file", type=file_argument)
@instance_option
@click.option("--wraps", type=file_argument, help=both("密钥包裹库的备份。", "the backup of the wraps store"))
@click.option(
    "--shorter-ledger",
    is_flag=True,
    help=both("公开账本可以比签出过的短", "let the public ledger go on though it was longer once"),
)
def command(file: Path, directory: Path, wraps: Path | None, shorter_ledger: bool) -> None:
    """Refuse with one line, and leave everything as it was; or replace, and say what was kept."""
    from django.utils import timezone

    from gongshi.config.backups.archive import Refused
    from gongshi.config.backups.restoring import restore
    from gongshi.config.progress import bar

    for given in (file, *((wraps,) if wraps else ())):
        there(given)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = directory.resolve()
    if not directory.is_dir():
        raise failure(f"没有这个文件夹：{directory}", "there is no such folder")
    only_as_its_user(directory)
    label = both("核对并解开", "checking and unpacking")
    try:
        restored = restore(
            file,
            directory,
            wraps=wraps,
            shorter_ledger=shorter_ledger,
            clock=timezone.now,
            bar=lambda total: bar(label, total),
        )
    except Refused as refused:
        raise failure(f"没有恢复：{refused.zh}", f"nothing was restored: {refused.en}") from refused
    except OSError as error:
        raise failure(f"没有恢复：{error.strerror}", "nothing was restored") from error
    for line in _told(restored):
        click.echo(line)


def _told(restored: "Restored") -> Iterator[str]:
    manifest = restored.manifest
    yield both(
        f"已恢复到 {manifest.made_at} 的状态", f"restored as of then, {sum(manifest.rows.values())} rows"
    )
    if restored.replaced:
        yield both(
            f"原来的保留在：{'、'.join(restored.kept)}",
            "the old instance is kept there; delete it when you are sure",
        )
    if restored.erased:
        yield both(f"重做了 {restored.erased} 件删除", "erasures made since were made again")
    for name in manifest.missing:
        yield both(f"备份时就缺的文件：{name}", "this file was missing at the time of the backup already")
    if restored.unreadable:
        yield both(
            f"{restored.unreadable} 份来件或事项没有密钥包裹，谁也打不开",
            "so many filings or cases have no wrap in any store: nobody can open them",
        )
    yield from _ledger(restored)


def _ledger(restored: "Restored") -> Iterator[str]:
    carried = restored.ledger
    if carried is None:
        return
    if carried.more:
        yield both(
            f"公开账本接上了备份之后签出的 {carried.more} 条，没有分叉；其中丢失的事项只剩散列",
            f"{carried.more} entries that the ledger gained since were carried over: it does not fork; "
            "of what is lost only the hashes are left",
        )
    if carried.missing:
        yield both(
            f"公开账本有 {carried.size} 条，比签出过的少 {carried.missing} 条：不再签发，否则见证人会看到两种过去。"
            "先公开说明，再加 --shorter-ledger 恢复一次",
            f"the ledger has {carried.size} entries, {carried.missing} fewer than were signed once: it signs "
            "no more, as witnesses would see two pasts. Say so in public, then restore again with --shorter-ledger",
        )
    elif restored.replaced and not carried.old:
        yield both(
            f"读不到原来的数据库：公开账本停在 {carried.size} 条。包裹备份之后若还签过，见证人会看到账本变短",
            f"the old database cannot be read: the ledger stands at {carried.size} entries. "
            "If more were signed since the backup of the wraps, witnesses will see it shrink",
        )
