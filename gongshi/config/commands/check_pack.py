"""`gongshi check-pack PATH`: what is wrong with a pack, file by file, and what to do; or what a good one holds."""

from itertools import groupby
from pathlib import Path

import click

from gongshi.config.packs import check_files, read_folder
from gongshi.config.terminal import both
from gongshi.formats.pack import Pack, PackFault

FAULTS = {"zh": "{n}处错误", "en": "{n} faults"}
WARNINGS = {"zh": "{n}处提醒", "en": "{n} warnings"}


@click.command(help=both("检查一个地方包，指出每一处错误。", "Check a pack and explain every fault."))
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help=both("用哪种语言说", "the language to say it in"),
)
def command(path: Path, language: str) -> None:
    """Print the faults and end with 1, or say what the pack holds."""
    pack, faults = check_files(*read_folder(path))
    for line in explained(faults, language):
        click.echo(line)
    if pack is None:
        raise SystemExit(1)
    for line in contents(pack, language):
        click.echo(line)


def explained(faults: list[PackFault], language: str) -> list[str]:
    """Faults as lines of text, grouped by file, with their number at the end; nothing for none."""
    lines = []
    for file, group in groupby(faults, key=lambda fault: fault.file):
        lines += [file, *(f"  {_one(fault, language)}" for fault in group), ""]
    counts = [
        words[language].format(n=number)
        for words, severity in ((FAULTS, "fault"), (WARNINGS, "warning"))
        if (number := sum(fault.severity == severity for fault in faults))
    ]
    return [*lines, ("，" if language == "zh" else ", ").join(counts)] if counts else []


def _one(fault: PackFault, language: str) -> str:
    chinese = language == "zh"
    line = "" if fault.line is None else (f"第{fault.line}行" if chinese else f"line {fault.line}")
    place = " ".join(part for part in (line, fault.where) if part)
    hint = "" if fault.severity == "fault" else ("提醒：" if chinese else "Warning: ")
    gap = "" if chinese else " "
    colon = "：" if chinese else ": "
    return f"{place}{colon if place else ''}{hint}{fault.what[language]}{gap}{fault.fix[language]}"


def contents(pack: Pack, language: str) -> list[str]:
    """What a good pack holds, in one or two lines."""
    groups = sum(not category.procedure for category in pack.categories)
    counted = [
        (len(pack.areas), "个区域", "areas"),
        (len(pack.aliases), "个地名", "place names"),
        (len(pack.offices), "个单位", "offices"),
        (len(pack.staff), "名工作人员", "members of staff"),
        (groups, "组", "groups"),
        (len(pack.categories) - groups, "个类别", "categories"),
        (len(pack.rules), "条分派规则", "routing rules"),
        (len(pack.procedures), "个流程", "procedures"),
        (len(pack.calendars), "个日历", "calendars"),
    ]
    if language == "zh":
        return [
            f"{pack.place.name['zh']}的包可以载入：" + "、".join(f"{n}{zh}" for n, zh, _ in counted) + "。"
        ]
    return [
        f"The pack of {pack.place.name['en']} is fit to load: "
        + ", ".join(f"{n} {en}" for n, _, en in counted)
        + "."
    ]
