"""Examples for a suggestion model read from a table, and the card that is written beside the model."""

import csv
import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongshi.config.terminal import both

if TYPE_CHECKING:
    from gongshi.routing.training import Quality
    from gongshi.rules.suggestion import Model

LONGEST_FIELD = 1_000_000


class TableRefused(ValueError):
    """The table cannot be read as examples; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Examples:
    """Texts and their labels, with the file's name and SHA-256. Rows without text or label are only counted."""

    texts: list[str]
    labels: list[str]
    file: str
    sha256: str
    left_out: int


def read_examples(file: Path, columns: Sequence[str], label: str) -> Examples:
    """The rows of a CSV file in UTF-8; several text columns become lines of one text. Raises TableRefused."""
    data = file.read_bytes()
    try:
        table = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        csv.field_size_limit(LONGEST_FIELD)
        header = list(table.fieldnames or [])
        _check(header, [*columns, label])
        rows = [(_joined(row, columns), (row[label] or "").strip()) for row in table]
    except UnicodeDecodeError as fault:
        raise TableRefused("文件不是 UTF-8 编码。", "the file is not in UTF-8.") from fault
    except csv.Error as fault:
        raise TableRefused(f"表格读不了：{fault}", f"the table cannot be read: {fault}") from fault
    kept = [(text, name) for text, name in rows if text and name]
    return Examples(
        texts=[text for text, _ in kept],
        labels=[name for _, name in kept],
        file=file.name,
        sha256=hashlib.sha256(data).hexdigest(),
        left_out=len(rows) - len(kept),
    )


def _check(header: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in header]
    if missing:
        has, lacks = "、".join(header), "、".join(missing)
        raise TableRefused(
            f"表里没有这些列：{lacks}；有的是：{has}。",
            f"no such column: {', '.join(missing)}; there are: {', '.join(header)}.",
        )


def _joined(row: Mapping[str, str | None], columns: Sequence[str]) -> str:
    return "\n".join(text for name in columns if (text := (row[name] or "").strip()))


def with_card(model: "Model", quality: "Quality", examples: Examples) -> "Model":
    """The model with what its card tells of data, date and figures."""
    about = {
        "file": examples.file,
        "sha256": examples.sha256,
        "rows": len(examples.texts),
        "left_out": examples.left_out,
        "labels": dict(sorted(Counter(examples.labels).items())),
        "trained_on": time.strftime("%Y-%m-%d", time.gmtime()),
        "quality": asdict(quality),
    }
    return replace(model, about=about)


def figures(model: "Model") -> Iterator[str]:
    """What cross-validation found, a line each."""
    quality: Any = model.about["quality"]
    yield both(
        f"交叉验证（5 折，没见过的文字）：宏平均 F1 {quality['macro_f1']:.3f}",
        f"by cross-validation (5 folds, unseen texts): macro-F1 {quality['macro_f1']:.3f}",
    )
    yield both(f"正确率 {quality['accuracy']:.3f}", f"accuracy {quality['accuracy']:.3f}")
    error = quality["calibration_error"]
    yield both(f"期望校准误差 {error:.3f}", f"expected calibration error {error:.3f}")
    sure, right = quality["sure"], quality["right_when_sure"]
    yield both(
        f"{sure:.1%} 的文字给出一个类别，其中 {right:.1%} 正确",
        f"one label named for {sure:.1%} of the texts, right for {right:.1%} of those",
    )


def told_of_own(about: Mapping[str, Any]) -> Iterator[str]:
    """What an instance's own model was made from and how good it is, a line each. ``about``: `cases.learning`."""
    given, published = about["given"], about["published"]
    yield both(
        f"学了 {given} 个例句、{published} 份已公开的事项",
        f"learnt from {given} examples and {published} public copies",
    )
    unseen = about["unseen"]
    yield both(
        f"逐一留出来问：第一个就对 {unseen['accuracy']:.0%}",
        f"each left out in turn: the first one right in {unseen['accuracy']:.0%}",
    )
    yield both(
        f"说有把握的 {unseen['sure']:.0%}，其中对 {unseen['right_when_sure']:.0%}",
        f"sure in {unseen['sure']:.0%}, right in {unseen['right_when_sure']:.0%} of those",
    )
    held = about["held_out"]
    if held:
        zh, en = (
            (f"，原来的对 {held['old']}", f", the one before {held['old']}") if "old" in held else ("", "")
        )
        yield both(
            f"从不学的 {held['texts']} 份里对 {held['new']}{zh}",
            f"of {held['texts']} copies that are never learnt from, right in {held['new']}{en}",
        )


def card(model: "Model") -> str:
    """The model card, in Markdown, both languages."""
    from gongshi.routing.training import LEAST_TEXTS
    from gongshi.rules.suggestion.ngrams import LONGEST_TEXT

    about: Any = model.about
    rows = "\n".join(
        f"| {name.replace('|', '/')} | {count} | {about['quality']['f1'].get(name, 0):.3f} |"
        for name, count in about["labels"].items()
    )
    told = "\n".join(f"- {line}" for line in figures(model))
    return f"""# 模型卡 / Model card

## 数据 / Data
- {both("文件", "file")}: {about["file"]}
- SHA-256: {about["sha256"]}
- {both("段数", "texts")}: {about["rows"]}
- {both("缺文字或类别而略过", "left out for want of text or label")}: {about["left_out"]}
- {both("训练日期", "trained on")}: {about["trained_on"]} (UTC)

| {both("类别", "label")} | {both("段数", "texts")} | F1 |
|---|---|---|
{rows}

## 好坏 / Figures
{told}

## 限度 / Limits
- 只建议，由人决定；概率低于 {model.sure_from} 时不下结论，给出三个。
- 只认得训练数据里的类别和说法；换一个地方、换一年，要重新衡量。
- 只保留出现在至少 {LEAST_TEXTS} 段不同文字里的字串（{model.size} 个），所以记不住任何人说的话。
- 只看前 {LONGEST_TEXT} 字；不懂反话、图片和方言。
- It suggests, a person decides; below a probability of {model.sure_from} it names no label and shows three.
- It knows only the labels and the ways of speaking in its data; measure again for another place or year.
- It keeps only strings that stand in {LEAST_TEXTS} different texts or more ({model.size}): nobody's words.
- It looks at the first {LONGEST_TEXT} characters; it understands no irony, no pictures, no dialect.
"""
