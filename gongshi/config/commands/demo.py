"""`gongshi demo`: a living town on this machine, in one command."""

import os
import subprocess
import sys
from pathlib import Path

import click

from gongshi.config.instance import enter
from gongshi.config.terminal import both, failure

HERE = Path("demo-town")


@click.command(help=both("在本机运行演示县城。", "Run the demo town on this machine."))
@click.option("--dir", "directory", default=HERE, show_default=True, type=click.Path(path_type=Path))
@click.option("--pack", type=click.Path(path_type=Path, exists=True, file_okay=False), default=None)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--postgres", is_flag=True, help=both("用真正的 PostgreSQL", "on a real PostgreSQL"))
@click.option("--no-serve", is_flag=True, help=both("只建不启动", "build it, do not serve"))
def command(  # noqa: PLR0917
    directory: Path, pack: Path | None, host: str, port: int, postgres: bool, no_serve: bool
) -> None:
    """Build the town if it is not there yet, then serve it until told to stop."""
    from gongshi.config.demo import described, pack_folder, start_postgres
    from gongshi.config.demo_building import is_built

    directory = directory.resolve()
    source = pack or pack_folder()
    if source is None:
        raise failure(
            "找不到 packs/qinghe，用 --pack 指定", "packs/qinghe is not here; name a pack with --pack"
        )
    if not is_built(directory):
        _build(directory, source, f"http://{host}:{port}", postgres=postgres)
        if not no_serve:
            _begin_anew(directory, source, host, port)
    elif postgres or (directory / "postgres").is_dir():
        start_postgres(directory)
    enter(directory)
    click.echo(described(host, port))
    if no_serve:
        return
    worker = subprocess.Popen(
        [sys.executable, "-m", "gongshi.config.cli", "work", "--dir", str(directory)],
        stdout=subprocess.DEVNULL,
    )
    try:
        from gongshi.config.commands.serve import serve

        serve(host, port, workers=2, threads=4)
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def _build(directory: Path, source: Path, base_url: str, *, postgres: bool) -> None:
    """Build the town, unless somebody else has just done so. Raises click.ClickException while somebody does."""
    from gongshi.config.demo import build, start_postgres
    from gongshi.config.demo_building import building

    with building(directory) as mine:
        if postgres or (directory / "postgres").is_dir():
            start_postgres(directory)
        if mine:
            click.echo(both(f"正在新建演示县城：{directory}", f"building the demo town in {directory}"))
            build(directory, source, base_url=base_url)


def _begin_anew(directory: Path, source: Path, host: str, port: int) -> None:
    """Become a process that finds the town built: its workers carry nothing of what building took."""
    from gongshi.config import trial_postgres

    trial_postgres.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-m", "gongshi.config.cli", "demo"]
    given = {"--dir": directory, "--pack": source.resolve(), "--host": host, "--port": port}
    os.execv(command[0], [*command, *(str(word) for pair in given.items() for word in pair)])  # noqa: S606 (our own words)
