"""`gongshi check-pack PATH`: what is wrong with a pack, file by file, and what to do; or what a good one holds."""

from itertools import groupby
from pathlib import Path

import click

from gongshi.config.packs import language_of, read_folder
from gongshi.config.terminal import both, there
from gongshi.formats.pack import Pack, PackFault
from gongshi.revisions.checks import check_files

FAULTS = ("处错误", "fault", "faults")
WARNINGS = ("处提醒", "warning", "warnings")
ENOUGH_EXAMPLES, SHOWN = 4, 5


@click.command(help=both("检查一个地方包，指出每一处错误。", "Check a pack and explain every fault."))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default=None,
    help=both("用哪种语言说；不写就用包自己的", "the language to say it in; left out, the pack's own"),
)
def command(path: Path, language: str | None) -> None:
    """Print the faults and end with 1, or say what the pack holds."""
    files, unread = read_folder(there(path, folder=True))
    pack, faults = check_files(files, unread)
    language = language or language_of(files)
    for line in explained(faults, language):
        click.echo(line)
    if pack is None:
        raise SystemExit(1)
    click.echo(contents(pack, language))
    click.echo(to_learn_from(pack, language))


def explained(faults: list[PackFault], language: str) -> list[str]:
    """Faults as lines of text, grouped by file, with their number at the end; nothing for none."""
    lines = []
    for file, group in groupby(faults, key=lambda fault: fault.file):
        lines += [file, *(f"  {_one(fault, language)}" for fault in group), ""]
    counts = [
        counted(number, *words, language)
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


def contents(pack: Pack, language: str) -> str:
    """What a good pack holds, in one sentence."""
    groups = sum(not category.procedure for category in pack.categories)
    parts = [
        counted(len(pack.areas), "个区域", "area", "areas", language),
        counted(len(pack.aliases), "个地名", "place name", "place names", language),
        counted(len(pack.offices), "个单位", "office", "offices", language),
        counted(len(pack.staff), "名工作人员", "member of staff", "members of staff", language),
        counted(groups, "组", "group", "groups", language),
        counted(len(pack.categories) - groups, "个类别", "category", "categories", language),
        counted(len(pack.rules), "条分派规则", "routing rule", "routing rules", language),
        counted(len(pack.procedures), "个流程", "procedure", "procedures", language),
        counted(len(pack.calendars), "个日历", "calendar", "calendars", language),
    ]
    name = pack.place.name[language]
    if language == "zh":
        return f"{name}的包可以载入：{'、'.join(parts)}。"
    return f"The pack of {name} is fit to load: {', '.join(parts)}."


def to_learn_from(pack: Pack, language: str) -> str:
    """From how many examples categories are suggested, and which categories have too few."""
    leaves = [one for one in pack.categories if one.procedure]
    number = sum(len(one.examples) for one in leaves)
    few = [one for one in leaves if len(one.examples) < ENOUGH_EXAMPLES]
    shown = [one.name[language] for one in few[:SHOWN]]
    if language == "zh":
        lacking = (
            f"不到{ENOUGH_EXAMPLES}个的有{len(few)}类：{'、'.join(shown)}{'……' if len(few) > SHOWN else ''}。"
        )
        return f"建议类别靠{number}个例句。" + (lacking if few else "")
    kinds = counted(len(few), "", "category has", "categories have", language)
    lacking = (
        f" {kinds} fewer than {ENOUGH_EXAMPLES}: {', '.join(shown)}{', ...' if len(few) > SHOWN else ''}."
    )
    return f"Categories are suggested from {counted(number, '', 'example', 'examples', language)}." + (
        lacking if few else ""
    )


def counted(number: int, chinese: str, one: str, many: str, language: str) -> str:
    """A number with what it counts: "3个单位", "1 office", "3 offices"."""
    if language == "zh":
        return f"{number}{chinese}"
    return f"{number} {one if number == 1 else many}"
