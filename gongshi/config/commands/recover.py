"""`gongshi recover`: hand an office's key to an officer with the recovery key's shares, or make new shares."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

if TYPE_CHECKING:
    from gongshi.safekeeping.pairs import PrivateHalf

REFUSED = {
    "too_few": ("份数不够，再找一份", "that is too few shares; one more is needed"),
    "unreadable": ("有一份写错了", "one of the shares is mistyped"),
    "other": ("这些份不是本实例恢复钥匙的", "these shares are not those of this instance's recovery key"),
}
CANNOT = {
    "no_role": ("{who} 在 {office} 没有能看内容的角色", "{who} holds no role in {office} that reads cases"),
    "no_key": (
        "{who} 还没有自己的钥匙：请先登录一次，打开“钥匙”页",
        "{who} has no key of their own yet: they sign in once and open the page “Keys”",
    ),
}


@click.command(
    help=both(
        "用恢复钥匙的几份词，把单位的钥匙交给一位工作人员；或者重做恢复钥匙。",
        "Hand an office's key to an officer with the recovery key's shares; or make new shares.",
    )
)
@instance_option
@click.option("--office", help=both("单位的代码", "the office's code"))
@click.option("--to", "login", help=both("交给谁（登录名）", "the officer's sign-in name"))
@click.option("--new-shares", is_flag=True, help=both("重做恢复钥匙", "make the recovery key anew"))
@click.option("--needed", default=2, show_default=True, help=both("要几份才够", "shares that are needed"))
@click.option("--of", "count", default=3, show_default=True, help=both("一共几份", "shares in all"))
@click.option("--lost", is_flag=True, help=both("旧的几份找不齐了", "the old shares are lost"))
@click.option(
    "--shares",
    type=click.File(encoding="utf-8"),
    help=both(
        "每行一份的文件，- 是标准输入；不给就逐份询问",
        "a file with a share on each line, - for standard input",
    ),
)
def command(
    *,
    directory: Path,
    office: str | None,
    login: str | None,
    new_shares: bool,
    needed: int,
    count: int,
    lost: bool,
    shares: TextIO | None,
) -> None:
    """One of two jobs: an office's key for an officer, or new shares."""
    if new_shares == bool(office or login) or bool(office) != bool(login):
        raise click.UsageError(
            both("要么 --office 和 --to，要么 --new-shares", "either --office with --to, or --new-shares")
        )
    enter(directory)
    if new_shares:
        _new_shares(needed, count, lost, shares)
    else:
        assert office is not None
        assert login is not None
        _hand_over(office, login, shares)


def _hand_over(code: str, login: str, shares: TextIO | None) -> None:
    from django.utils import timezone

    from gongshi.accounts.models import Staff
    from gongshi.accounts.queries import office_by_code
    from gongshi.accounts.recovery import CannotHold, hand_over

    office, staff = office_by_code(code), Staff.objects.filter(username=login, is_active=True).first()
    if office is None:
        raise failure(f"没有这个单位：{code}", f"there is no office {code}")
    if staff is None:
        raise failure(f"没有这个登录名：{login}", f"nobody signs in as {login}")
    half = _asked_for(shares)
    try:
        versions = hand_over(half, office.id, staff, at=timezone.now())
    except CannotHold as cannot:
        zh, en = (words.format(who=login, office=code) for words in CANNOT[cannot.code])
        raise failure(zh, en) from cannot
    _complete(half)
    click.echo(
        both(
            f"{code} 的钥匙（{versions}个版本）已交给 {login}，打开下一页就能用",
            f"the key of {code} ({versions} versions) is handed to {login}; it works at their next page",
        )
    )


def _complete(half: "PrivateHalf") -> None:
    """What was filed before an office had a key is given to it."""
    from django.utils import timezone
    from rich.progress import Progress

    from gongshi.cases.actions.sealing import complete_with_recovery

    with Progress(transient=True) as progress:
        task = progress.add_task(both("密封的事项", "sealed cases"), total=None)
        done = complete_with_recovery(
            half, timezone.now(), lambda number, total: progress.update(task, completed=number, total=total)
        )
    click.echo(both(f"补上了{done}件", f"{done} cases were completed"))


def _new_shares(needed: int, count: int, lost: bool, shares: TextIO | None) -> None:
    from django.utils import timezone

    from gongshi.accounts.recovery import make_shares
    from gongshi.safekeeping.key_queries import recovery_pair
    from gongshi.safekeeping.recovery import check_shares

    try:
        check_shares(needed, count)
    except ValueError as wrong:
        raise click.UsageError(both("份数不对：2到16份", str(wrong))) from wrong
    present, old = recovery_pair(), None
    if present is not None and not lost:
        click.echo(
            both(
                "请给出现在的几份，好把旧的都换过来", "the present shares, so that everything is carried over"
            )
        )
        old = _asked_for(shares)
    if old is None or (present is not None and old.pair == present.pair):
        show_shares(make_shares(needed=needed, of=count, at=timezone.now()).shares, needed)
    if old is not None:
        _carry_over(old)
    elif present is not None:
        click.echo(
            both(
                "旧的事项在有钥匙的人打开时才换过来",
                "older cases are carried over as those who hold their keys open them",
            )
        )


def _carry_over(old: "PrivateHalf") -> None:
    from django.utils import timezone
    from rich.progress import Progress

    from gongshi.accounts.recovery import carry_over

    with Progress(transient=True) as progress:
        task = progress.add_task(both("换过来", "carrying over"), total=None)
        total = 0

        def told(left: int) -> None:
            nonlocal total
            total = total or left + 1
            progress.update(task, total=total, completed=total - left)

        done = carry_over(old, at=timezone.now(), told=told)
    click.echo(both(f"换过来{done}个钥匙封装", f"{done} wraps were carried over"))


def show_shares(shares: Iterable[str], needed: int) -> None:
    """The shares, on the terminal and nowhere else, this once."""
    listed = list(shares)
    click.echo(
        both(
            f"恢复钥匙分成{len(listed)}份，任意{needed}份合起来就能用。只显示这一次：分别抄给不同的人，不要留在这台机器上",
            f"the recovery key in {len(listed)} shares, of which any {needed} make it. Shown this once: write each "
            "down for somebody else, and keep none on this machine",
        )
    )
    for number, share in enumerate(listed, start=1):
        click.echo(f"\n  {number}/{len(listed)}")
        words = share.split()
        for start in range(0, len(words), 7):
            click.echo("    " + " ".join(words[start : start + 7]))
    click.echo("")


def _asked_for(shares: TextIO | None) -> "PrivateHalf":
    """The recovery key from shares in a file, or asked for one by one until they are enough."""
    from gongshi.safekeeping.recovery import SharesRefused, recovery_half, shares_needed

    given = [line for line in shares if line.strip()] if shares else []
    try:
        while shares is None and len(given) < shares_needed(given):
            given.append(click.prompt(both(f"第{len(given) + 1}份", f"share {len(given) + 1}")))
        return recovery_half(given)
    except SharesRefused as refused:
        zh, en = REFUSED[refused.code]
        raise failure(zh, f"{en}. {refused.detail}".strip(" .")) from refused
