"""`gongshi open-data`: make the release of open data of the last whole month now, as the worker would."""

from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.progress import bar
from gongshi.config.terminal import both, failure


@click.command(help=both("现在就做上个月的开放数据。", "Make the open data of the last whole month now."))
@instance_option
def command(directory: Path) -> None:
    """Write the published cases, in the place of those of any earlier month, and the counts; say what there is."""
    enter(directory, replica=None)
    from django.utils import timezone

    from gongshi.figures.open_data import make_release, remove_stale
    from gongshi.figures.open_data.rows import published_until
    from gongshi.figures.open_data.tables import Differs
    from gongshi.figures.open_data.writing import has_parquet
    from gongshi.figures.periods import last_complete
    from gongshi.places.queries import NoPlace, local_day

    try:
        today = local_day(timezone.now())
    except NoPlace as error:
        raise failure("还没有载入地方包。", "no pack has been loaded yet") from error
    month = last_complete(today)
    number = published_until(month.after.first).count()
    remove_stale()
    try:
        with bar(both("开放数据", "open data"), number) as told:
            made = make_release(month, today=today, told=told)
    except Differs as error:
        raise failure(f"数字与已公布的不同，没有写：{error}", f"not what is out already: {error}") from error
    for part in made.parts:
        for one in part.files:
            click.echo(f"{one.size:>12,}  {part.folder / one.name}")
    if not has_parquet():
        extra = "pip install 'gongshi[open-data]'"
        click.echo(both(f"没有 Parquet：先 {extra}", f"no Parquet: {extra} first"), err=True)
