"""`gongshi figures`: how offices answer, in numbers, for the operator. What each means: docs/figures.md."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure, there

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(help=both("各单位办理情况的数字。", "How offices answer, in numbers."))
@instance_option
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
@click.option("--office", default=None, help=both("只看一个单位（代码）", "one office alone, by its code"))
@click.option("--since", type=DAY, default=None, help=both("从哪天登记的起", "filed on this day or after it"))
@click.option("--until", type=DAY, default=None, help=both("到哪天以前", "filed before this day"))
@click.option(
    "--public", is_flag=True, help=both("小数字不显示，与公开页一致", "withhold small counts, as in public")
)
@click.option(
    "--quarter",
    default=None,
    help=both("答复质量看哪一季（2026-Q3）", "how good answers were: this quarter (2026-Q3)"),
)
@click.option(
    "--check",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FOLDER]",
    help=both("由开放数据重算公布的每个数字", "compute every published number again from the open data"),
)
def command(  # noqa: PLR0917
    directory: Path,
    as_json: bool,
    office: str | None,
    since: datetime | None,
    until: datetime | None,
    public: bool,
    quarter: str | None,
    check: str | None,
) -> None:
    """Print the figures of cases filed from ``since`` up to before ``until``, as they are today."""
    if check is not None:
        _check(there(Path(check), folder=True) if check else None, directory)
        return
    if since and until and since >= until:
        raise click.UsageError(both("--since 须早于 --until。", "--since must lie before --until."))
    enter(directory)
    period = since and since.date(), until and until.date()
    found = _report(office, *period, public=public, quarter=quarter)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(found)))


def _check(folder: Path | None, directory: Path) -> None:
    """Files in a folder by themselves; else this instance's, and whether its boards are made of the same counts."""
    from gongshi.figures.released.checking import differences
    from gongshi.figures.released.csv_rows import WrongFile

    try:
        found = list(differences(folder) if folder else _differences_here(directory))
    except WrongFile as error:
        raise failure(f"文件不对：{error}", f"not such a file: {error}") from error
    for line in found:
        click.echo(line)
    if found:
        raise failure(
            f"{len(found)} 处不一致；改好了再核对一次：文件写法不对时，数字不重算",
            f"{len(found)} differences; check again once they are mended: no number is computed from files "
            "that are not made as they should be",
        )
    click.echo(both("全部一致", "all the same"))


def _differences_here(directory: Path) -> Iterator[str]:
    enter(directory)
    from gongshi.figures.definitions import definitions
    from gongshi.figures.open_data import current_release
    from gongshi.figures.released.answer_checking import answer_differences_from
    from gongshi.figures.released.checking import (
        definition_differences_from,
        differences,
        differences_from,
    )
    from gongshi.figures.released.quarters import released_quarter, released_quarters
    from gongshi.figures.released.queries import released, released_months
    from gongshi.figures.released.sample_checking import sample_differences_from
    from gongshi.figures.samples import released_samples

    release = current_release()
    if release is None or release.tables is None:
        raise failure(
            "现在没有开放数据，先 gongshi open-data", "no open data at present: gongshi open-data first"
        )
    folder = release.tables.folder
    yield from differences(folder)
    yield from definition_differences_from(definitions(), folder)
    for month in released_months():
        yield from differences_from(released(month), folder)
    for each in released_quarters():
        yield from answer_differences_from(released_quarter(each), folder)
    yield from sample_differences_from(released_samples(), folder)


def _report(
    office: str | None, since: date | None, until: date | None, *, public: bool, quarter: str | None
) -> dict[str, Any]:
    from django.utils import timezone

    from gongshi.accounts.models import Office
    from gongshi.figures.periods import Quarter
    from gongshi.figures.report import NotReleased, report
    from gongshi.places.queries import NoPlace, local_day

    try:
        on = local_day(timezone.now())
    except NoPlace as error:
        raise failure("还没有载入地方包", "no pack has been loaded yet") from error
    if office is not None and not Office.objects.filter(code=office).exists():
        raise failure(f"没有代码为 {office} 的单位", f"there is no office {office}")
    try:
        asked = Quarter.parse(quarter) if quarter else None
    except ValueError as error:
        wrong = both(f"“{quarter}”不是季度，请写成 2026-Q3", f"{quarter!r} is no quarter such as 2026-Q3")
        raise click.UsageError(wrong) from error
    try:
        return report(since, until, on=on, office=office, public=public, quarter=asked)
    except NotReleased as error:
        raise failure(
            "--public 只有已经发布的整月，用 --since 和 --until 指定",
            "--public is for a whole month that was released: name it by --since and --until",
        ) from error
    except LookupError as error:
        raise failure(f"{quarter} 还没有数字", f"there are no figures for {quarter}") from error


COLUMNS = {
    "cases": both("事项", "cases"),
    "answered": both("已答复", "answered"),
    "due": both("应答复", "due"),
    "on_time": both("按时", "on time"),
    "median_days_to_answer": both("答复天数中位数", "median days to answer"),
    "confirmed": both("已确认", "confirmed"),
    "reopened": both("重启", "reopened"),
    "not_confirmed": both("未确认", "not confirmed"),
    "withdrawn": both("撤回", "withdrawn"),
}
APART = {
    "staff_logged": both("工作人员登记", "logged by staff"),
    "without_promise": both("无承诺时限", "without a promise"),
    "forwarded": both("仅转出", "merely forwarded"),
}


def _lines(found: dict[str, Any]) -> list[str]:
    """The same for people: one line for each number, then one for each office, category and area."""
    lines = [f"{words}: {_number(found[name])}" for name, words in COLUMNS.items()]
    lines.append(both("另计（不算按时）", "counted apart, never as on time"))
    lines += [f"  {words}: {_number(found['apart'][name])}" for name, words in APART.items()]
    for plural, one in (("offices", "office"), ("categories", "category"), ("areas", "area")):
        if plural in found:
            lines += ["", "  ".join([one, *COLUMNS])]
        for row in found.get(plural, ()):
            lines.append("  ".join([row[one] or "-", *(_number(row[name]) for name in COLUMNS)]))
    return lines


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)
