"""`gongshi check`: is this instance in order? For whoever runs it, on the machine."""

from collections import Counter
from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

MARKS = {"well": ("好", "ok"), "note": ("注意", "note"), "fault": ("错", "WRONG")}


@click.command(help=both("检查实例是否正常。", "See whether the instance is in order."))
@instance_option
@click.option("--mail", is_flag=True, help=both("也连一连邮件服务器，什么都不发", "also try the mail server"))
def command(directory: Path, mail: bool) -> None:
    """One line for each finding; exit code 1 if anything is wrong."""
    directory = enter(directory, looking=True)
    from django.utils import timezone

    from gongshi.config.checking import findings

    counted: Counter[str] = Counter()
    for finding in findings(directory, timezone.now(), mail=mail):
        counted[finding.level] += 1
        click.echo(f"{both(*MARKS[finding.level])}: {both(finding.zh, finding.en)}")
    if wrong := counted["fault"]:
        raise failure(f"有{wrong}处要改", f"{wrong} to be put right")
