"""`gongshi rotate-keys`: a new version of the instance key, everything sealed anew, old versions taken out."""

from datetime import datetime
from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

BATCH = 500
NEEDED_BY = {
    "wraps": ("个数据钥匙还没换", "data keys are not sealed anew yet"),
    "receipts": ("份回执只能用它查找", "receipts can be found with it alone"),
    "imports": ("个导入的来件只能用它认出", "imported filings can be told with it alone"),
    "drafts": ("份表单可能还会送出", "forms that were begun may still be sent"),
    "mail": ("封邮件只能用它认出", "letters by mail can be told with it alone"),
    "requests": ("份紧急查阅的申请还没有找到事项", "requests to break glass wait for their case to be found"),
}


@click.command(
    help=both(
        "换实例钥匙：加一个新版本，把数据钥匙都换过去。中断了再运行一次就接着做。",
        "Change the instance key: a new version, and every data key sealed with it. Run again, it goes on.",
    )
)
@instance_option
@click.option(
    "--prepare", is_flag=True, help=both("只加上新版本，先不用", "add the new version without using it yet")
)
@click.option(
    "--retire",
    type=int,
    metavar="N",
    help=both("不再需要时去掉旧版本 N", "take version N out once nothing needs it"),
)
def command(directory: Path, prepare: bool, retire: int | None) -> None:
    """Go on with what is unfinished, else begin anew; or take an old version out."""
    if prepare and retire is not None:
        raise click.UsageError(both("--prepare 和 --retire 只能用一个", "--prepare or --retire, not both"))
    enter(directory)
    from django.conf import settings

    from gongshi.safekeeping.keys import KeyFileError
    from gongshi.safekeeping.rotation import changing_the_file

    path = Path(settings.KEY_FILE)
    try:
        with changing_the_file(path):
            if retire is not None:
                _retire(path, retire)
            elif prepare:
                _prepare(path)
            else:
                _rotate(path)
    except KeyFileError as error:
        raise failure("钥匙文件没有改动或改不了", str(error)) from error


def _prepare(path: Path) -> None:
    from django.utils import timezone

    from gongshi.safekeeping.rotation import add_version

    keys = add_version(path, at=timezone.now(), use=False)
    click.echo(
        both(
            f"加上了版本{keys.versions[0]}，还没有用。把 {path.name} 复制到每台服务器，再运行一次 gongshi rotate-keys",
            f"version {keys.versions[0]} lies ready. Copy {path.name} to every server, then run rotate-keys",
        )
    )


def _rotate(path: Path) -> None:
    from django.utils import timezone

    from gongshi.safekeeping.keys import instance_keys
    from gongshi.safekeeping.rotation import add_version, use_newest, wraps_before

    keys = instance_keys()
    if keys.versions[0] > keys.current_version:
        keys = use_newest(path, at=timezone.now())
    elif not wraps_before(keys.current_version):
        keys = add_version(path, at=timezone.now())
    else:
        click.echo(both("接着上次没做完的", "going on with what was left"))
    click.echo(
        both(
            f"版本{keys.current_version}，服务器会自己读到",
            f"version {keys.current_version}; servers notice by themselves",
        )
    )
    _rewrap()
    _reseal_factors()
    _reseal_receivers()
    click.echo(both("把新的钥匙文件另存一份", "keep a copy of the new key file"))
    for version in keys.versions:
        if version != keys.current_version:
            click.echo(_standing(version, timezone.now()))


def _rewrap() -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from gongshi.safekeeping.keys import instance_keys
    from gongshi.safekeeping.rotation import rewrap_instance, wraps_before

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done = 0
    with Progress(*columns) as progress:
        task = progress.add_task(both("换封装", "wraps"), total=wraps_before(instance_keys().current_version))
        # Again from the start until none is left: a server that had just read the old file may have added some.
        while wraps_before(instance_keys().current_version):
            number, last = rewrap_instance(None, most=BATCH)
            while last is not None:
                done += number
                progress.update(task, completed=done)
                number, last = rewrap_instance(last, most=BATCH)
    click.echo(both(f"换好{done}个", f"{done} wraps are sealed anew"))


def _reseal_factors() -> None:
    from gongshi.accounts.actions import reseal_factors

    if number := reseal_factors():
        click.echo(both(f"换好{number}个第二因素", f"{number} second factors are sealed anew"))


def _reseal_receivers() -> None:
    from gongshi.receivers.actions import reseal_receivers

    if number := reseal_receivers():
        click.echo(both(f"换好{number}个接收方的秘密", f"{number} secrets of receivers are sealed anew"))


def _needs(version: int, now: datetime) -> dict[str, int]:
    """What still needs a version, by kind, without what does not."""
    from gongshi.cases.rotation import still_needing
    from gongshi.safekeeping.keys import instance_keys
    from gongshi.safekeeping.rotation import wraps_at

    keys = instance_keys()
    after = [keys.since[later] for later in keys.versions if later > version and later in keys.since]
    found = {"wraps": wraps_at(version), **still_needing(min(after, default=now), now)}
    return {name: number for name, number in found.items() if number}


def _standing(version: int, now: datetime) -> str:
    needs = _needs(version, now)
    if not needs:
        return both(
            f"版本{version}不再需要：gongshi rotate-keys --retire {version}",
            f"nothing needs version {version}: rotate-keys --retire {version}",
        )
    zh = "，".join(f"{number}{NEEDED_BY[name][0]}" for name, number in needs.items())
    en = ", ".join(f"{number} {NEEDED_BY[name][1]}" for name, number in needs.items())
    return both(f"版本{version}要留着：{zh}", f"version {version} must stay: {en}")


def _retire(path: Path, version: int) -> None:
    from django.utils import timezone

    from gongshi.safekeeping.keys import instance_keys
    from gongshi.safekeeping.rotation import drop_version

    keys = instance_keys()
    if version == keys.current_version:
        raise failure(
            f"版本{version}正在用，不能去掉", f"version {version} is the one in use: it cannot be taken out"
        )
    if version not in keys.versions:
        there = ", ".join(map(str, keys.versions))
        raise failure(
            f"钥匙文件里没有版本{version}，有：{there}",
            f"the key file has no version {version}; it has {there}",
        )
    _reseal_factors()
    _reseal_receivers()
    if _needs(version, timezone.now()):
        raise click.ClickException(_standing(version, timezone.now()))
    drop_version(path, version)
    click.echo(both(f"去掉了版本{version}", f"version {version} is gone"))
