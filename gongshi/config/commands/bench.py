"""`gongshi bench`: the figures that the README quotes, measured on this machine."""

import json
from importlib import import_module

import click

from gongshi.config.terminal import both

BENCHES = {
    "intake": "intake",
    "desk": "desk",
    "ledger": "ledger",
    "search": "search",
    "server": "servers",
    "dossier": "dossier",
}


@click.command(
    help=both(
        "测量：intake 收件，desk 工作台，ledger 公开账本，search 查办事问答，server 网站服务器。",
        "Measure: intake, desk, ledger, search, server.",
    )
)
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--postgres", is_flag=True, help=both("用真正的 PostgreSQL", "on a real PostgreSQL"))
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(1, 120))
@click.option("--clients", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option("--cases", default=100_000, show_default=True, type=click.IntRange(100, 2_000_000))
@click.option("--pages", default=2_000, show_default=True, type=click.IntRange(1, 20_000))
def command(  # noqa: PLR0917
    name: str, postgres: bool, seconds: float, clients: int, workers: int, cases: int, pages: int
) -> None:
    """Run one benchmark and print its figures as JSON."""
    from gongshi.config.bench.conditions import Conditions, machine

    conditions = Conditions(
        postgres=postgres, seconds=seconds, clients=clients, workers=workers, cases=cases, pages=pages
    )
    bench = import_module(f"gongshi.config.bench.{BENCHES[name]}")
    figures = bench.measure(conditions)
    click.echo(json.dumps({"bench": name, "machine": machine(), **figures}, ensure_ascii=False, indent=1))
