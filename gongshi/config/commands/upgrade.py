"""`gongshi upgrade`: bring an instance up to the program that is installed."""

from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure


@click.command(
    help=both(
        "把实例的数据表和静态文件升到现在这一版。",
        "Bring the instance's tables and static files up to this version.",
    )
)
@instance_option
def command(directory: Path) -> None:
    """Safe while the version before still runs, and safe to run twice."""
    enter(directory)
    from django.db import DatabaseError

    from gongshi.config import stores
    from gongshi.config.setup import prepare_database

    stores.require(thorough=True)
    try:
        prepare_database()
    except DatabaseError as error:
        raise failure(
            f"没有升完：{type(error).__name__}。数据库停在最后完成的一步，改好以后再运行一次",
            "not finished; the database stands at the last step that was done. Mend that and run it again",
        ) from error
    click.echo(both("已是现在这一版", "the instance is up to this version"))
