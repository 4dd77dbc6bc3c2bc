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
}


@click.command(
    help=both(
        "测量：intake 收件，desk 工作台，ledger 公开账本，search 查办事问答，published 搜公开事项，server 网站服务器，"
        "understanding 建议类别，twins 相同的事。",
        "Measure: intake, desk, ledger, search, published, server, understanding, twins.",
    )
)
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--postgres", is_flag=True, help=both("用真正的 PostgreSQL", "on a real PostgreSQL"))
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(1, 120))
@click.option("--clients", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option("--cases", default=100_000, show_default=True, type=click.IntRange(100, 2_000_000))
@click.option("--pages", default=2_000, show_default=True, type=click.IntRange(1, 20_000))
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=both("understanding 用的数据文件夹", "the folder of data for understanding"),
)
def command(name: str, **given: Any) -> None:
    """Run one benchmark and print its figures as JSON."""
    from gongshi.config.bench.conditions import Conditions, machine

    conditions = Conditions(**given)
    bench = import_module(f"gongshi.config.bench.{BENCHES[name]}")
    figures = bench.measure(conditions)
    click.echo(json.dumps({"bench": name, "machine": machine(), **figures}, ensure_ascii=False, indent=1))
