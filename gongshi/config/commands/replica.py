"""`gongshi replica`: a second server that carries the public tables alone (docs/operate/replica.md)."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from gongshi.config.checking.findings import Finding
from gongshi.config.environment import SettingsError
from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

MARKS = {"well": ("好", "ok"), "note": ("注意", "note"), "fault": ("错", "WRONG")}
ROLE = "gongshi_replica"
NAME = "gongshi_public"
NOT_ALLOWED = "42501"
"""PostgreSQL's insufficient_privilege."""
ADDRESS = "postgresql://gongshi_replica:...@main/gongshi"


@click.group(
    help=both(
        "只有公开内容的第二台服务器。", "A second server that carries what is public, and nothing else."
    )
)
def command() -> None:
    """Each part is run on one of the two servers."""


@command.command(help=both("主服务器：发布公开的表。", "On the main server: publish the public tables."))
@instance_option
@click.option("--role", default=ROLE, show_default=True, help=both("副本用的角色", "the replica's role"))
@click.option("--check", is_flag=True, help=both("只看好不好", "only see whether all is well"))
@click.option("--print", "shown", is_flag=True, help=both("只显示语句", "only show the statements"))
def publish(directory: Path, role: str, check: bool, shown: bool) -> None:
    """Make the publication, or bring it up to date."""
    enter(directory, looking=check or shown, replica=None)
    cursor = _postgresql()
    from gongshi.config.replica import primary, subscriber

    # A replica may hand on what it has to others.
    subscriber.may_write(cursor)
    if check:
        _tell(primary.findings(cursor, role))
        return
    try:
        found = primary.statements(cursor, role)
    except primary.Unfit as why:
        raise failure(why.zh, why.en) from why
    if shown:
        click.echo(";\n".join(found) + ";")
        return
    from django.db import ProgrammingError, transaction

    try:
        with transaction.atomic():
            for statement in found:
                cursor.execute(statement)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != NOT_ALLOWED:
            raise failure(
                "有的表或列还没有：先运行 gongshi upgrade",
                "tables or columns are lacking: gongshi upgrade first",
            ) from error
        raise failure(
            "数据库用户没有这个权限：加 --print，用 postgres 用户运行那些语句",
            "the database's user may not: add --print and run those statements as postgres",
        ) from error
    click.echo(both("公开的表已发布", "the public tables are published"))


@command.command(help=both("副本：新建文件夹和设置。", "On the replica: its folder and settings."))
@click.option("--dir", "directory", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--of", "main", required=True, help=both("主服务器的网址", "the main server's address"))
@click.option("--base-url", required=True, help=both("副本自己的网址", "the replica's own address"))
@click.option("--database", required=True, help=both("副本自己的数据库", "the replica's own database"))
@click.option("--time-zone", default="Asia/Shanghai", show_default=True)
@click.option("--language", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
def make(  # noqa: PLR0917
    directory: Path, main: str, base_url: str, database: str, time_zone: str, language: str
) -> None:
    """No keys are made."""
    from urllib.parse import urlsplit

    from gongshi.config.databases import databases, main_server
    from gongshi.config.setup import make_replica

    parts = urlsplit(base_url)
    try:
        databases(database, "", directory, replica=bool(main_server(main, base_url)))
        make_replica(
            directory,
            {
                "base_url": base_url,
                "host_names": list(dict.fromkeys([parts.hostname or "127.0.0.1", "127.0.0.1", "localhost"])),
                "secure": parts.scheme == "https",
                "trusted_proxies": int(parts.scheme == "https"),
                "language": language,
                "time_zone": time_zone,
                "database": database,
                "replica_of": main,
            },
        )
    except SettingsError as error:
        raise failure(f"不能这样建：{error}", "it cannot be made so") from error
    click.echo(both(f"已新建：{directory}，没有钥匙", f"made {directory}, without keys"))
    click.echo(f"  gongshi replica subscribe --dir {directory} --from '{ADDRESS}'")


@command.command(
    help=both("副本：建表，订阅，等到抄完。", "On the replica: tables, subscription, first copy.")
)
@instance_option
@click.option(
    "--from", "main", default="", help=both("主服务器的数据库", "the main server's database") + f": {ADDRESS}"
)
@click.option(
    "--name", default=NAME, show_default=True, help=both("订阅的名字，每个副本一个", "one for each replica")
)
@click.option("--anew", is_flag=True, help=both("丢掉已抄的，从头抄", "drop what was copied and begin again"))
@click.option(
    "--seconds", default=3600, show_default=True, help=both("最多等多久", "how long to wait at most")
)
def subscribe(directory: Path, main: str, name: str, anew: bool, seconds: int) -> None:
    """Safe to run twice; after an upgrade of the program it brings the tables up to date."""
    if anew and not main:
        raise click.UsageError(both("--anew 要同时给出 --from", "--anew needs --from"))
    enter(directory, replica=True)
    cursor = _postgresql()
    from django.db import Error

    from gongshi.config.replica import subscriber
    from gongshi.config.setup import prepare_database

    subscriber.may_write(cursor)
    try:
        prepare_database()
        subscriber.loosen(cursor)
        subscriber.subscribe(cursor, name, main, anew=anew)
    except Error as error:
        raise failure(
            f"没有成：{type(error).__name__}。看 --from 的地址和权限（docs/operate/replica.md）",
            f"it failed: {str(error).splitlines()[0] if not main else type(error).__name__}; see --from and rights",
        ) from error
    if not subscriber.wait(cursor, seconds):
        raise failure(
            "还没抄完：gongshi replica check 看进度", "not copied to the end yet: see gongshi replica check"
        )
    click.echo(both("副本已齐", "the replica is complete"))


@command.command(help=both("副本：是不是都好。", "On the replica: is all well?"))
@instance_option
def check(directory: Path) -> None:
    """One line for each finding; exit code 1 if anything is wrong."""
    directory = enter(directory, looking=True, replica=True)
    from gongshi.config.replica import subscriber

    _tell(subscriber.findings(_postgresql(), directory))


@command.command(
    help=both("副本：每小时一次，抹掉已撤回的，做开放数据。", "On the replica, hourly: wipe, open data.")
)
@instance_option
def tend(directory: Path) -> None:
    """Rewrite what was taken back, and make the open data of the last month where they are lacking."""
    enter(directory, replica=True)
    cursor = _postgresql()
    from django.utils import timezone

    from gongshi.config.replica import subscriber
    from gongshi.figures.open_data import make_lacking, remove_stale
    from gongshi.places.queries import local_day
    from gongshi.safekeeping.scrubbing import rewrite_deleted

    subscriber.may_write(cursor)
    whole = rewrite_deleted("default", ["cases_publiccase"])
    remove_stale()
    make_lacking(local_day(timezone.now()))
    click.echo(both("好" if whole else "下次再抹", "ok" if whole else "some of it is wiped the next time"))


def _postgresql() -> Any:
    """A cursor of the instance's PostgreSQL. Raises click.ClickException where it has none."""
    from django.db import Error, connections

    connection = connections["default"]
    if connection.vendor != "postgresql":
        raise failure(
            "要先搬到 PostgreSQL：gongshi move",
            "that takes a PostgreSQL: gongshi move brings an instance there",
        )
    try:
        return connection.cursor()
    except Error as error:
        raise failure("数据库连不上", f"the database cannot be used: {type(error).__name__}") from error


def _tell(findings: Iterable[Finding]) -> None:
    counted: Counter[str] = Counter()
    for finding in findings:
        counted[finding.level] += 1
        click.echo(f"{both(*MARKS[finding.level])}: {both(finding.zh, finding.en)}")
    if wrong := counted["fault"]:
        raise failure(f"有{wrong}处要改", f"{wrong} to be put right")
