"""`gongshi bench`: the figures that the README quotes, measured on this machine."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from gongshi.config.terminal import both

BENCHES = {
    "intake": "intake",
    "desk": "desk",
    "ledger": "ledger",
    "search": "search",
    "published": "published",
    "server": "servers",
    "dossier": "dossier",
    "understanding": "understanding",
    "twins": "likeness",
    "populate": "populate",
    "scale": "scale",
}
CASES = {"scale": 1_000_000}
USUAL = 100_000


@click.command(
    help=both(
        "测量：intake 收件，desk 工作台，ledger 公开账本，search 查办事问答，published 搜公开事项，server 网站服务器，"
        "understanding 建议类别，twins 相同的事，populate 写入大量事项，scale 一百万件时的一切。",
        "Measure: intake, desk, ledger, search, published, server, understanding, twins, populate, scale.",
    )
)
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--postgres", is_flag=True, help=both("用真正的 PostgreSQL", "on a real PostgreSQL"))
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(1, 120))
@click.option("--clients", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option(
    "--cases",
    type=click.IntRange(100, 2_000_000),
    help=both("件数；不写是十万，scale 是一百万", "how many; 100,000 if not said, for scale 1,000,000"),
)
@click.option("--pages", default=2_000, show_default=True, type=click.IntRange(1, 20_000))
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=both("understanding 用的数据文件夹", "the folder of data for understanding"),
)
@click.option(
    "--from",
    "shape",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=both(
        "populate：按这份 CSV 的分布，不按自带的",
        "populate: by the shape of this CSV, not by the built-in one",
    ),
)
@click.option("--seed", default=311, show_default=True, help=both("populate：种子", "populate: the seed"))
@click.option(
    "--days",
    default=3 * 365,
    show_default=True,
    type=click.IntRange(1, 3_650),
    help=both("populate：分布在多少天里", "populate: over how many days"),
)
@click.option(
    "--dir",
    "directory",
    type=click.Path(path_type=Path),
    help=both("populate：留下实例的文件夹", "populate: the folder in which the instance is kept"),
)
@click.option(
    "--filled",
    type=click.Path(path_type=Path, file_okay=False),
    help=both(
        "scale：写好的实例留在这个文件夹，下次不用再写",
        "scale: the folder in which filled instances are kept for the next run",
    ),
)
def command(name: str, cases: int | None, **given: Any) -> None:
    """Run one benchmark and print its figures as JSON."""
    from gongshi.config.bench.conditions import Conditions, machine

    conditions = Conditions(cases=cases or CASES.get(name, USUAL), **given)
    bench = import_module(f"gongshi.config.bench.{BENCHES[name]}")
    figures = bench.measure(conditions)
    click.echo(json.dumps({"bench": name, "machine": machine(), **figures}, ensure_ascii=False, indent=1))
