"""`gongshi reindex`: what everything public is found by, written anew; stopped and run again it goes on."""

from collections.abc import Callable
from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both

BATCH = 500


@click.command(
    help=both(
        "重建搜索索引：公开事项和办事问答。中断了再运行一次就接着做；期间照常能搜。",
        "Build the search index anew. Stopped and run again it goes on; searching works meanwhile.",
    )
)
@instance_option
@click.option(
    "--anew",
    is_flag=True,
    help=both("全部重做，不只是旧版本的", "all of it, and not only what is of an older version"),
)
def command(directory: Path, anew: bool) -> None:
    """Write what waits; with ``anew`` let everything wait first."""
    enter(directory)
    from gongshi.bulletin import indexing
    from gongshi.cases import public_index

    parts = (
        (
            both("公开事项", "published cases"),
            public_index.forget_all,
            public_index.to_write,
            public_index.write_anew,
        ),
        (both("办事问答", "answer pages"), indexing.forget_all, indexing.to_write, indexing.write_anew),
    )
    if anew:
        for _, forget, _, _ in parts:
            forget()
    for label, _, to_write, write in parts:
        _write(label, to_write().count(), write)


def _write(label: str, waiting: int, write: Callable[[int], int]) -> None:
    from gongshi.config.progress import bar

    done = 0
    with bar(label, waiting) as tell:
        while written := write(BATCH):
            done += written
            tell(written)
    click.echo(f"{label}: {done}")
