"""`gongshi import-cases`: cases from an older system's table. Start it again at any time: it goes on where it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

if TYPE_CHECKING:
    from gongshi.config.imports import Totals, Wanted

LINES_EVERY = 10_000


@click.command(
    "import-cases", help=both("从旧系统的表转入事项。", "Take in cases from an older system's table.")
)
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--map",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=both("哪一列是什么（TOML）。", "which column is what (TOML)"),
)
@instance_option
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("退回的行写到哪里。", "where refused rows are listed"),
    show_default="FILE.rejects.csv",
)
@click.option(
    "--limit", type=click.IntRange(min=1), help=both("最多读几行。", "how many rows to read at most")
)
@click.option("--dry-run", is_flag=True, help=both("只检查，不写入。", "look at everything, write nothing"))
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help=both("用哪种语言说映射的错误", "the language to explain the map's faults in"),
)
@click.option(
    "--over",
    metavar="SOURCE",
    help=both(
        "停下的转入不再继续：旧系统的代码",
        "an import that was stopped will not go on: the older system's code",
    ),
)
def command(directory: Path, language: str, rejects: Path | None, over: str | None, **given: Any) -> None:
    """Read the map, then the table; say what became of it."""
    if over is not None:
        _over(directory, over)
        return
    if given["file"] is None or given["map"] is None:
        raise click.UsageError(both("要有表（FILE）和 --map", "name the table (FILE) and --map"))
    from gongshi.config.commands.check_pack import explained
    from gongshi.config.imports import MapRefused, TableRefused, Wanted, map_of, run

    wanted = Wanted(rejects=rejects or _beside(given["file"]), **given)
    try:
        map_of(wanted.map)
        enter(directory)
        from django.utils import timezone

        from gongshi.places.queries import NoPlace

        with _told() as progress:
            totals = run(wanted, at=timezone.now(), progress=progress)
    except MapRefused as refused:
        for line in explained(refused.faults, language):
            click.echo(line, err=True)
        raise failure("映射有错，什么都没有转入", "the map has faults; nothing was taken in") from refused
    except TableRefused as refused:
        raise failure(refused.zh, refused.en) from refused
    except NoPlace as missing:
        raise failure("这个实例还没有载入地方包", "no pack is loaded into this instance") from missing
    except OSError as error:
        raise failure(
            f"{error.filename or wanted.file}：{error.strerror}", "the file cannot be opened"
        ) from error
    for line in _closing(totals, wanted):
        click.echo(line)


def _over(directory: Path, source: str) -> None:
    """Figures of the months that it was for are released from now on, with what has come in."""
    enter(directory)
    from django.utils import timezone

    from gongshi.cases.actions.import_runs import OVER, end_import
    from gongshi.cases.import_runs import imports_under_way

    if not end_import(source, OVER, at=timezone.now()):
        there = ", ".join(one.system for one in imports_under_way()) or "-"
        raise failure(
            f"没有在转入的 {source}；在转入的：{there}",
            f"no import of {source} is under way; under way: {there}",
        )
    click.echo(both(f"{source} 的转入到此为止", f"the import of {source} is over"))


def _beside(file: Path) -> Path:
    """``requests.csv.gz`` -> ``requests.rejects.csv``, in the same folder."""
    plain = file.with_suffix("") if file.suffix == ".gz" else file
    return plain.with_suffix(".rejects.csv")


@contextmanager
def _told() -> Iterator[Callable[["Totals"], None]]:
    """How far an import is: a bar on a terminal, a line now and then elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bar = Progress(
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=1.0)
        yield lambda totals: bar.update(task, completed=totals.share, description=_so_far(totals))


def _lines() -> Callable[["Totals"], None]:
    said = 0

    def tell(totals: "Totals") -> None:
        nonlocal said
        if totals.read - said >= LINES_EVERY:
            said = totals.read
            click.echo(f"{totals.share:4.0%} {_so_far(totals)}", err=True)

    return tell


def _so_far(totals: "Totals") -> str:
    return both(f"{totals.read:,} 行", f"rows, {totals.rate:,.0f}/s")


def _closing(totals: "Totals", wanted: "Wanted") -> Iterator[str]:
    """The counts, and every reason for which rows were refused."""
    from gongshi.formats.tables import REASONS

    refused = totals.refused.total()
    would = ("（试运行，没有写入）", " (dry run, nothing written)") if wanted.dry_run else ("", "")
    yield both(
        f"读入 {totals.read} 行：新增 {totals.added}，已有 {totals.there}，退回 {refused}；"
        f"{totals.seconds:.1f} 秒，每秒 {totals.rate:.0f} 行{would[0]}",
        f"read {totals.read}: added {totals.added}, already there {totals.there}, rejected {refused}; "
        f"{totals.seconds:.1f} s, {totals.rate:.0f} rows/s{would[1]}",
    )
    if totals.without_place:
        yield both(
            f"其中 {totals.without_place} 件没有地点", f"of these {totals.without_place} without a place"
        )
    if totals.disagreeing:
        yield both(
            f"其中 {totals.disagreeing} 件，表里标的是否按时与它的时间不符，按时间算",
            f"of these {totals.disagreeing} are marked in time or late against their own times; the times count",
        )
    if totals.too_late:
        yield both(
            f"其中 {totals.too_late} 件登记在数字已公布的月份，不改变任何数字",
            f"of these {totals.too_late} were filed in months whose figures are out already; they change no figures",
        )
    if totals.under_way:
        yield both(
            f"{totals.source} 还没有转完，转完前不公布新的数字：不加 --limit 再运行一次，或者 --over {totals.source}",
            f"the import of {totals.source} is still under way, and no figures are released before its end: "
            f"run it again without --limit, or with --over {totals.source}",
        )
    for code, number in totals.refused.most_common():
        yield f"  {number} {code}: {both(REASONS[code]['zh'], REASONS[code]['en'])}"
    if refused:
        yield both(f"退回的行：{wanted.rejects}", f"rejected rows are listed in {wanted.rejects}")
