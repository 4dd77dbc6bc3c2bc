"""`gongshi init`: a new instance from a pack, asking for what it needs, or all by options."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gongshi.config.founding.answers import QUESTIONS, Answers, Unusable
from gongshi.config.founding.asking import collected, option_of, with_password
from gongshi.config.founding.making import Step, check_database, check_folder, new_member, steps
from gongshi.config.founding.starter import STARTER_QUESTIONS, begun
from gongshi.config.instance import only_as_its_user
from gongshi.config.terminal import both, failure
from gongshi.formats.pack import Pack
from gongshi.revisions.starter import starter

DEFAULT_PORT = "8000"
PLACES = click.Path(path_type=Path, file_okay=False)


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for question in reversed((*STARTER_QUESTIONS, *QUESTIONS)):
        words = both(question.words["zh"], question.words["en"])
        function = click.option(option_of(question.name), question.name, help=words)(function)
    return function


@click.command(
    help=both(
        "新建一个实例，用一个地方包，或者用自带的起步包。在终端上会逐项询问；每项也可用参数给出。",
        "Make a new instance from a pack or the starter. Asks at a terminal; every answer may be an option.",
    )
)
@click.option(
    "--pack",
    type=PLACES,
    help=both("地方包的文件夹；不给用起步包", "the pack; without one, the starter"),
)
@click.option("--dir", "directory", type=PLACES, help=both("放在哪个文件夹", "the folder to make"))
@_options
@click.option(
    "--yes", is_flag=True, help=both("不询问：没给的都用默认", "ask nothing: defaults for the rest")
)
def command(pack: Path | None, directory: Path | None, yes: bool, **given: str | None) -> None:
    """Collect and check all answers, and only then make anything."""
    ask = not yes and at_terminal()
    where = directory or _folder("--dir", both("放在哪个文件夹", "The folder to make"), ask)
    own = pack or (_asked_pack() if ask else None)
    target = where.resolve()
    only_as_its_user(target)
    try:
        resumed = check_folder(target)
        answers = collected(_beginning(own, target, given, ask), given, ask=ask)
        for url in (answers.database, answers.wraps_database):
            check_database(url, may_hold_tables=resumed)
    except Unusable as error:
        raise click.ClickException(str(error)) from error
    answers = with_password(answers, ask=ask)
    if ask:
        _show(answers)
        click.confirm(both("照这样建吗", "Make it so?"), default=True, abort=True)
    code = "".join(_do(step, target) or "" for step in steps(answers))
    _tell(answers, code)
    _tell_shares()


def _asked_pack() -> Path | None:
    words = both("地方包所在的文件夹（留空：用起步包）", "The pack's folder (empty: the starter)")
    chosen: str = click.prompt(words, default="", show_default=False)
    return Path(chosen) if chosen else None


def _beginning(pack: Path | None, target: Path, given: dict[str, str | None], ask: bool) -> Answers:
    """The answers before any of the instance's own: with a pack, or with the starter made this place's."""
    if pack is None:
        first = collected(Answers(starter(), target), given, ask=ask, questions=STARTER_QUESTIONS)
        return begun(first)
    needless = next((one.name for one in STARTER_QUESTIONS if given[one.name] is not None), None)
    if needless:
        words = both("地方包里已经写了", "the pack says that")
        raise click.BadParameter(words, param_hint=option_of(needless))
    return Answers(_pack(pack), target)


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _folder(option: str, words: str, ask: bool) -> Path:
    if not ask:
        raise click.UsageError(both(f"要给出 {option}", f"{option} is needed"))
    chosen: str = click.prompt(words)
    return Path(chosen)


def _pack(path: Path) -> Pack:
    from gongshi.config.packs import PackRefused, read_checked

    if not path.is_dir():
        raise click.BadParameter(
            both(f"没有这个文件夹：{path}", f"no such folder: {path}"), param_hint="--pack"
        )
    try:
        return read_checked(path)
    except PackRefused as refused:
        raise failure(
            f"地方包有错，先运行 gongshi check-pack {path}", "the pack has faults; see check-pack"
        ) from refused


def _show(answers: Answers) -> None:
    click.echo("")
    first = STARTER_QUESTIONS if answers.place_name else ()
    for question in (*first, *QUESTIONS):
        value = getattr(answers, question.name)
        shown = hidden(value) if value else both("（无）", "(none)")
        click.echo(f"  {both(question.words['zh'], question.words['en'])}: {shown}")


def hidden(text: str) -> str:
    """An address without the password in it."""
    before, at, after = text.rpartition("@")
    scheme, colon, login = before.partition("://")
    return f"{scheme}://{login.partition(':')[0]}:***@{after}" if at and colon and ":" in login else text


def _do(step: Step, directory: Path) -> str | None:
    click.echo(both(f"{step.zh}……", f"{step.en} ..."))
    try:
        return step.do()
    except (Exception, KeyboardInterrupt) as error:
        why = (
            type(error).__name__
            if isinstance(error, KeyboardInterrupt)
            else f"{type(error).__name__}: {error}"
        )
        raise failure(
            f"停在“{step.zh}”：{hidden(why)}。改好以后用同样的参数再运行一次，会接着做；不想要了就删掉 {directory}",
            f"stopped at {step.en!r}. Mend that and run the same command again: it goes on; or delete the folder",
        ) from error


def _tell(answers: Answers, code: str) -> None:
    directory = answers.directory
    click.echo(both(f"已新建：{directory}", f"made an instance in {directory}"))
    if code:
        where = f"{answers.base_url}/desk/login/first/"
        click.echo(
            both(
                f"管理员在 {where} 用这个码设密码，一天内用一次",
                "the administrator sets a password there, once, within a day",
            )
        )
        click.echo(f"  {answers.administrator}  {code}")
    if answers.place_name:
        where = f"{answers.base_url}/desk/setup/"
        click.echo(
            both(f"登录以后，起步设置在 {where}", "after signing in, that page leads through the set-up")
        )
    elif all(one.login != answers.administrator for one in answers.pack.staff):
        click.echo(
            both(
                "把这几行加进包的 staff.toml，否则下次载入会停用这个账号",
                "add to staff.toml, or the next load retires the account",
            )
        )
        for line in _as_toml(answers).splitlines():
            click.echo(f"  {line}")
    click.echo(
        both(
            "钥匙在 keys/：另存一份，不要和备份放在一起",
            "keep a copy of keys/ away from the backups",
        )
    )
    click.echo(both("接下来", "next"))
    click.echo(f"  cat {directory}/deploy/README.txt")
    port = "" if answers.port == DEFAULT_PORT else f" --port {answers.port}"
    for line in (f"serve{port}", "work"):
        click.echo(f"  gongshi {line} --dir {directory}")


def _tell_shares() -> None:
    """The recovery key, made last and shown once: only its public half is kept."""
    from django.utils import timezone

    from gongshi.accounts.recovery import make_shares
    from gongshi.config.commands.recover import show_shares

    click.echo("")
    show_shares(make_shares(needed=2, of=3, at=timezone.now()).shares, 2)


def _as_toml(answers: Answers) -> str:
    import tomli_w

    member = new_member(answers)
    row = {
        "login": member.login,
        "name": member.name,
        "title": member.title,
        "appointments": [{"office": one.office, "role": one.role} for one in member.appointments],
    }
    return tomli_w.dumps({"staff": [row]})
