"""`gongshi witness`: keep and co-sign a house's heads from outside; shout when its past was rewritten."""

import time
from pathlib import Path

import click

from gongshi.config.terminal import both, failure
from gongshi.config.witness.asking import Site, Unreachable
from gongshi.config.witness.folder import Damaged, Folder
from gongshi.config.witness.looking import Rewritten, look
from gongshi.formats.proof.statements import key_id

WRONG = {
    "key_gone": ("以前的签名密钥不见了或变了", "a key that signed before is gone or is another one"),
    "unsigned": ("账本签名无效", "the head is not signed by the key it names"),
    "shorter": ("账本变短了", "the ledger became shorter"),
    "other_head": ("同一批有两个不同的签名", "there are two different heads for one batch"),
    "no_proof": ("给不出和留存签名之间的证明", "no proof leads from the kept head to this one"),
    "other_past": ("前面的内容被改过", "what lies before was changed"),
}

SHORTEST = 0.01
"""Minutes between two looks: one more often would only load the house."""


@click.command(
    help=both("在外部留存并会签公开账本，发现改写就报警。", "Keep and co-sign a public ledger from outside.")
)
@click.argument("url", metavar="URL")
@click.option(
    "--dir",
    "directory",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=both("留存的文件夹", "the folder to keep it in"),
)
@click.option("--once", is_flag=True, help=both("只看一次", "look once"))
@click.option(
    "--every",
    default=10.0,
    show_default=True,
    type=click.FloatRange(SHORTEST, 24 * 60),
    help=both("每隔几分钟看一次", "minutes between two looks"),
)
def command(url: str, directory: Path, once: bool, every: float) -> None:
    """Look until stopped. Exit codes: 0 as it was, 1 rewritten (or not reached, with --once), 2 wrong usage."""
    try:
        site = Site(url)
    except ValueError:
        raise click.UsageError(
            both("网址要以 https:// 或 http:// 开头。", "URL must begin with https:// or http://.")
        ) from None
    try:
        folder = Folder(directory)
        click.echo(both(f"见证人编号 {key_id(folder.public)}", f"this witness is {key_id(folder.public)}"))
        while True:
            try:
                click.echo(seen(site, folder))
            except Unreachable as error:
                fault = failure(f"连不上：{error}", "not reached")
                if once:
                    raise fault from error
                click.echo(f"{now()} {fault.message}", err=True)
            if once:
                return
            time.sleep(every * 60)
    except Damaged as error:
        raise failure(f"留存的文件被改动过：{error}", "a kept file was changed") from error


def seen(site: Site, folder: Folder) -> str:
    """One look in words. Raises click.ClickException, after a shout, when the past was rewritten; Unreachable."""
    at = now()
    try:
        found = look(site, folder, at)
    except Rewritten as rewritten:
        zh, en = WRONG[rewritten.code]
        click.echo("\a" + "!" * 72, err=True)
        raise failure(
            f"账本被改写！{zh}。证据：{rewritten.evidence}",
            f"THE LEDGER WAS REWRITTEN: {en}; evidence is kept",
        ) from rewritten
    if found.head is None:
        return f"{at} {both('账本还是空的', 'the ledger is empty still')}"
    batch, size = found.head.batch, found.head.size
    if found.file is None:
        return f"{at} {both(f'第 {batch} 批，没有新的', f'batch {batch}, nothing new')}"
    if found.first:
        first = f"batch {batch}, {size} entries: the first head, taken on trust; signed"
        return f"{at} {both(f'第 {batch} 批，共 {size} 项：第一次看到，只能先信，已会签', first)}"
    signed = both(f"第 {batch} 批，共 {size} 项，已会签", f"batch {batch}, {size} entries, continues; signed")
    return f"{at} {signed}"


def now() -> str:
    """The time as statements write it. Without Django there is no other clock to ask."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
