"""`gongshi suggest --model MODEL < texts.jsonl`: what a model says of each text, line by line, without a database."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from gongshi.config.terminal import both, failure

BATCH = 500


@click.command(
    help=both(
        '从标准输入逐行读取 {"text"}，逐行给出 {"label", "probability", "next"}。',
        'Reads {"text"} line by line from standard input; writes {"label", "probability", "next"} for each.',
    )
)
@click.option(
    "--model",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=both("train-suggester 写出的模型文件", "the file that train-suggester wrote"),
)
@click.option(
    "--sure",
    type=click.FloatRange(0, 1),
    help=both(
        "低于此概率就不下结论：label 为 null，next 给出三项", "below this: label null, and three in next"
    ),
    show_default=both("模型自带的", "the model's own"),
)
def command(model: Path, sure: float | None) -> None:
    """Answer each line, in order; a line that is wrong is told on stderr, and the exit code is then 1."""
    from gongshi.routing.model_file import ModelRefused, unpacked

    try:
        read = unpacked(model.read_bytes())
    except ModelRefused as fault:
        raise failure(
            f"{model} 不是这个程序的模型（{fault}）。", f"{model} is no model of this program ({fault})."
        ) from fault
    wrong = 0
    for lines in _batches(enumerate(sys.stdin.buffer, 1)):
        texts = [text for number, line in lines if (text := _text(number, line)) is not None]
        wrong += len(lines) - len(texts)
        for answer in _answers(read, texts, sure):
            click.echo(json.dumps(answer, ensure_ascii=False))
    if wrong:
        raise failure(f"{wrong} 行没有读懂。", f"{wrong} lines were not understood.")


def _batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    filled = ((number, line) for number, line in lines if line.strip())
    while batch := list(islice(filled, BATCH)):
        yield batch


def _text(number: int, line: bytes) -> str | None:
    """The line's text, or None, which is told on stderr."""
    try:
        given = json.loads(line.decode("utf-8-sig"))
        why = both("没有文字 text", 'no "text" in it')
    except (ValueError, RecursionError) as fault:
        given, why = None, both(f"不是 JSON：{fault}", f"not JSON: {fault}")
    if isinstance(given, dict) and isinstance(text := given.get("text"), str):
        return text
    click.echo(both(f"第 {number} 行：", f"line {number}: ") + why, err=True)
    return None


def _answers(model: Any, texts: list[str], sure: float | None) -> Iterator[dict[str, Any]]:
    from gongshi.rules.suggestion import suggestions

    for said in suggestions(model, texts, sure_from=sure):
        others = [{"label": label, "probability": probability} for label, probability in said.next]
        yield {"label": said.label, "probability": said.probability, "next": others}
