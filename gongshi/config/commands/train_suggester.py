"""`gongshi train-suggester FILE.csv`: a suggestion model and its card, from texts that have their label."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

if TYPE_CHECKING:
    from gongshi.config.suggesters import Examples
    from gongshi.routing.training import TooLittle


@click.command(
    "train-suggester",
    help=both(
        "由已分好类的文字（CSV）训练一个建议类别的模型，旁边写一张模型卡；或者由本实例自己的文字。",
        "Makes a model that suggests a label: from texts that have theirs (CSV), with a card, or this instance's own.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option(
    "--text",
    "columns",
    multiple=True,
    metavar="COLUMN",
    help=both("文字在哪一列；可以给几列", "the column with the text; may be given several times"),
)
@click.option("--label", metavar="COLUMN", help=both("类别在哪一列", "the column with the label"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help=both("模型写到哪里；模型卡是 OUT.md", "where to write the model; its card is OUT.md"),
)
@click.option(
    "--from-instance",
    is_flag=True,
    help=both(
        "不用表格：由本实例的地方包例句和已公开的事项重新学一个，不比现在的差才换上",
        "no table: learn anew from this instance's pack and public copies; used if it is not worse",
    ),
)
@instance_option
def command(
    *,
    file: Path | None,
    columns: tuple[str, ...],
    label: str | None,
    out: Path | None,
    from_instance: bool,
    directory: Path,
) -> None:
    """Make a model of a table, or this instance's own."""
    if from_instance:
        if file or columns or label or out:
            raise click.UsageError(
                both("--from-instance 不和表格一起用", "--from-instance takes no table and no --out")
            )
        _of_instance(directory)
    elif file and columns and label and out:
        _of_table(file, columns, label, out)
    else:
        raise click.UsageError(
            both(
                "要给出表格、--text、--label 和 --out，或者 --from-instance",
                "a table with --text, --label and --out is needed, or --from-instance",
            )
        )


def _of_instance(directory: Path) -> None:
    enter(directory)
    from django.utils import timezone

    from gongshi.cases.learning import NOTHING, WORSE, learn_again
    from gongshi.config.suggesters import told_of_own

    learnt = learn_again(at=timezone.now(), anew=True)
    if learnt.result == NOTHING:
        raise failure("例句太少，学不到东西。", "there are too few examples to learn from.")
    for line in told_of_own(learnt.about):
        click.echo(line)
    if learnt.result == WORSE:
        raise failure(
            "新的比现在用的差，没有换上。", "the new model is worse than the one in use, which stays."
        )
    click.echo(both("已换上", "in use now"))


def _of_table(file: Path, columns: tuple[str, ...], label: str, out: Path) -> None:
    """Read the table, train, write the model and its card, and say how good it is."""
    from gongshi.config.progress import bar
    from gongshi.config.suggesters import TableRefused, card, figures, read_examples, with_card
    from gongshi.routing.model_file import packed
    from gongshi.routing.training import STEPS, TooLittle, can_train, train

    if not can_train():
        raise failure(
            "训练需要 scikit-learn：pip install 'gongshi[training]'",
            "training needs scikit-learn: pip install 'gongshi[training]'",
        )
    try:
        examples = read_examples(file, columns, label)
        with bar(both("训练", "training"), STEPS) as step:
            model, quality = train(examples.texts, examples.labels, step=step)
    except TableRefused as fault:
        raise failure(fault.zh, fault.en) from fault
    except TooLittle as fault:
        raise _too_little(fault, examples) from fault
    model = with_card(model, quality, examples)
    out.write_bytes(packed(model))
    beside = out.with_name(f"{out.name}.md")
    beside.write_text(card(model), encoding="utf-8")
    for line in figures(model):
        click.echo(line)
    click.echo(both(f"模型 {out}，模型卡 {beside}", f"model {out}, model card {beside}"))


def _too_little(fault: "TooLittle", examples: "Examples") -> click.ClickException:
    from gongshi.routing.training import LEAST_OF_LABEL, LEAST_TEXTS

    if fault.few:
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(fault.few.items()))
        return failure(
            f"每个类别至少要有 {LEAST_OF_LABEL} 段不同的文字，这些不够：{listed}。请合并或去掉。",
            f"each label needs {LEAST_OF_LABEL} different texts; too few: {listed}. Merge them or leave them out.",
        )
    if len(set(examples.labels)) < 2:
        return failure("至少要有两个类别。", "there must be two labels at least.")
    return failure(
        f"没有任何字词出现在 {LEAST_TEXTS} 段文字里，学不到东西。",
        f"nothing stands in {LEAST_TEXTS} texts, so there is nothing to learn.",
    )
