"""`gongshi load-pack PATH`: shows what a pack would change in this instance, asks, and then changes it."""

from collections import Counter
from pathlib import Path

import click

from gongshi.config.commands.check_pack import explained as faults_explained
from gongshi.config.instance import enter, instance_option
from gongshi.config.packs import language_of, read_folder
from gongshi.config.terminal import both, failure, there
from gongshi.formats.pack import Pack
from gongshi.revisions.checks import check_files


@click.command(
    help=both(
        "把地方包载入本实例：先看差别，再确认。", "Load a pack: see the difference first, then confirm."
    )
)
@click.argument("path", type=click.Path(path_type=Path))
@instance_option
@click.option("--yes", is_flag=True, help=both("不再询问", "do not ask"))
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default=None,
    help=both("用哪种语言说；不写就用包自己的", "the language to say it in; left out, the pack's own"),
)
def command(path: Path, directory: Path, yes: bool, language: str | None) -> None:
    """Refuse a pack with faults; print the difference; apply it all or not at all."""
    files, unread = read_folder(there(path, folder=True))
    pack, faults = check_files(files, unread)
    language = language or language_of(files)
    for line in faults_explained(faults, language):
        click.echo(line)
    if pack is None:
        raise failure("地方包有错，没有载入", "the pack has faults; nothing was loaded")
    enter(directory)
    if not _show_difference(pack, language):
        click.echo("没有差别。" if language == "zh" else "No difference.")
        return
    question = (
        "载入吗？事项用到的都不会删除，正在办的事项不受影响"
        if language == "zh"
        else "Load it? Nothing that cases use is deleted"
    )
    if not yes and not click.confirm(question):
        raise failure("没有载入", "nothing was loaded")
    _apply(pack, language)
    _learn(language)


def _learn(language: str) -> None:
    """This instance's own model anew, where its examples changed."""
    from django.utils import timezone

    from gongshi.cases.learning import NEW, WORSE, learn_again

    result = learn_again(at=timezone.now()).result
    if result == NEW:
        click.echo(
            "建议类别的模型已重新学过。" if language == "zh" else "It has learnt to suggest categories anew."
        )
    if result == WORSE:
        click.echo(
            "重新学的模型不如现在的，没有换。"
            if language == "zh"
            else "What it learnt anew suggests categories less well: the model in use stays."
        )


def _show_difference(pack: Pack, language: str) -> bool:
    from django.utils import timezone

    from gongshi.revisions.differences import explained
    from gongshi.revisions.loading import (
        OfficesInUse,
        OtherPlace,
        Unsealed,
        difference,
        open_cases_by_procedure,
    )

    try:
        changes = difference(pack, at=timezone.now())
    except (OtherPlace, OfficesInUse, Unsealed) as refused:
        raise _refusal(refused) from refused
    procedures = [
        change.code for change in changes if change.kind == "procedure" and change.action == "changed"
    ]
    for line in explained(changes, language, open_cases_by_procedure(procedures)):
        click.echo(line)
    return bool(changes)


def _apply(pack: Pack, language: str) -> None:
    from django.utils import timezone

    from gongshi.revisions.loading import OfficesInUse, OtherPlace, Unsealed, load

    try:
        done = Counter(change.action for change in load(pack, at=timezone.now()))
    except (OtherPlace, OfficesInUse, Unsealed) as refused:
        raise _refusal(refused) from refused
    added, changed, retired = (done[action] for action in ("added", "changed", "retired"))
    if language == "zh":
        click.echo(f"已载入：新增{added}，改动{changed}，停用{retired}。")
    else:
        click.echo(f"Loaded: {added} added, {changed} changed, {retired} retired.")


def _refusal(refused: ValueError) -> click.ClickException:
    from gongshi.revisions.loading import OtherPlace, Unsealed

    if isinstance(refused, OtherPlace):
        return failure(
            f"本实例只管 {refused.code}，不能载入别处的包",
            f"this instance serves {refused.code}; the pack of another place cannot be loaded",
        )
    if isinstance(refused, Unsealed):
        return failure(
            f"这些类别是密封的，不能改成不密封的种类：{refused}。请另立一个类别",
            f"these categories are of a sealed kind and stay so: {refused}. Make a new category instead",
        )
    return failure(
        f"包里没有这些单位，它们却还有未结事项：{refused}。先把事项移交出去",
        f"the pack lacks offices that still have open cases: {refused}. Hand those over first",
    )
