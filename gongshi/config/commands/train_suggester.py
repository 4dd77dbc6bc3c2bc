"""`gongshi train-suggester FILE.csv`: a suggestion model and its card, from texts that have their label."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongshi.config.terminal import both, failure

if TYPE_CHECKING:
    from gongshi.config.suggesters import Examples
    from gongshi.routing.training import TooLittle


@click.command(
    "train-suggester",
    help=both(
        "由已分好类的文字（CSV）训练一个建议类别的模型，旁边写一张模型卡。",
        "Makes a model that suggests a label, from texts that have theirs (CSV), with a model card beside it.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--text",
    "columns",
    required=True,
    multiple=True,
    metavar="COLUMN",
    help=both("文字在哪一列；可以给几列", "the column with the text; may be given several times"),
)
@click.option(
    "--label", required=True, metavar="COLUMN", help=both("类别在哪一列", "the column with the label")
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help=both("模型写到哪里；模型卡是 OUT.md", "where to write the model; its card is OUT.md"),
)
def command(file: Path, columns: tuple[str, ...], label: str, out: Path) -> None:
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
