"""`gongshi witness`: keep and co-sign a house's heads from outside; shout when its past was rewritten, or it stops."""

import time
from datetime import timedelta
from pathlib import Path

import click

from gongshi.config.terminal import both, failure
from gongshi.config.witness.asking import Site, Unreachable
from gongshi.config.witness.folder import Damaged, Folder
from gongshi.config.witness.looking import Alarm, Patience, Seen, Unproved, look
from gongshi.formats.proof.statements import key_id

REWRITTEN = ("账本被改写！", "THE LEDGER WAS REWRITTEN")
STOPPED = {
    "old": ("账本停了！超过一天没有新的签名", "THE LEDGER HAS STOPPED: no new head for more than a day"),
    "silent": (
        "账本看不到了！超过一天取不到签名；也请看看自己的网络",
        "THE LEDGER IS OUT OF SIGHT: no head could be had for more than a day; look at your own network, too",
    ),
}
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
@click.option(
    "--patience",
    default=Patience.looks,
    show_default=True,
    type=click.IntRange(1),
    help=both(
        "新签名连续几次没有证明就报警", "alarm after so many looks in a row at new heads that are not proved"
    ),
)
@click.option(
    "--late",
    default=Patience.late.total_seconds() / 60,
    show_default=True,
    type=click.FloatRange(SHORTEST, 24 * 60),
    help=both(
        "签名旧了几分钟就提醒；超过一天报警", "minutes until an old head is told; after a day, an alarm"
    ),
)
def command(url: str, directory: Path, *, once: bool, every: float, patience: int, late: float) -> None:
    """Look until stopped. Exit codes: 0 as it was, 1 an alarm (with --once, also no proof or not reached), 2 usage."""
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
            fault = looked(site, folder, Patience(patience, timedelta(minutes=late)))
            if once and fault:
                raise fault
            if fault:
                click.echo(f"{now()} {fault.message}", err=True)
            if once:
                return
            time.sleep(every * 60)
    except Damaged as error:
        raise failure(f"留存的文件被改动过：{error}", "a kept file was changed") from error


def looked(site: Site, folder: Folder, patience: Patience) -> click.ClickException | None:
    """One look, told in words; returns what may be a passing fault. Raises click.ClickException, after a shout."""
    at = now()
    try:
        found = look(site, folder, at, patience)
    except Alarm as alarm:
        click.echo("\a" + "!" * 72, err=True)
        zh, en = alarm_words(alarm.code)
        raise failure(f"{zh}。证据：{alarm.evidence}", f"{en}; evidence is kept") from alarm
    except Unproved as unproved:
        return failure(
            f"新签名没有证明，第 {unproved.looks} 次，满 {patience.looks} 次报警。证据：{unproved.evidence}",
            f"a new head without proof that it continues, look {unproved.looks} of {patience.looks};"
            " evidence is kept",
        )
    except Unreachable as error:
        return failure(f"连不上：{error}", "not reached")
    click.echo(f"{at} {seen(found)}")
    if found.age > patience.late:
        minutes = found.age // timedelta(minutes=1)
        late = both(f"{minutes} 分钟没有新的签名", f"no new head for {minutes} minutes")
        click.echo(f"{at} {late}", err=True)
    return None


def alarm_words(code: str) -> tuple[str, str]:
    """What is shouted, in both languages."""
    if code in STOPPED:
        return STOPPED[code]
    zh, en = WRONG[code]
    return f"{REWRITTEN[0]}{zh}", f"{REWRITTEN[1]}: {en}"


def seen(found: Seen) -> str:
    """What a look found, in words."""
    if found.head is None:
        return both("账本还是空的", "the ledger is empty still")
    batch, size = found.head.batch, found.head.size
    if found.file is None:
        return both(f"第 {batch} 批，没有新的", f"batch {batch}, nothing new")
    if found.first:
        first = f"batch {batch}, {size} entries: the first head, taken on trust; signed"
        return both(f"第 {batch} 批，共 {size} 项：第一次看到，只能先信，已会签", first)
    return both(f"第 {batch} 批，共 {size} 项，已会签", f"batch {batch}, {size} entries, continues; signed")


def now() -> str:
    """The time as statements write it. Without Django there is no other clock to ask."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
