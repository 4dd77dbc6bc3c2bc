"""`gongshi serve`: answer residents and staff over HTTP."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gongshi.config import stores
from gongshi.config.instance import enter, instance_option
from gongshi.config.notify import tell
from gongshi.config.server import Parent, ServerOptions
from gongshi.config.terminal import both, failure


@click.command(help=both("启动网站。", "Serve the pages."))
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
@click.option("--check", is_flag=True, help=both("只看能不能启动", "only see whether it would start"))
def command(  # noqa: PLR0917
    directory: Path, host: str, port: int, workers: int, threads: int, check: bool
) -> None:
    """Serve until told to stop."""
    directory = enter(directory, replica=None)
    stores.require_all()
    if check:
        load_application()
        click.echo(both("好：能启动", "ok: it would start"))
        return
    chosen = {"--dir": directory, "--host": host, "--port": port, "--workers": workers, "--threads": threads}
    words = [str(word) for pair in chosen.items() for word in pair]
    again = [sys.executable, "-m", "gongshi.config.cli", "serve", *words]
    serve(host, port, workers=workers, threads=threads, again=again)


def serve(host: str, port: int, *, workers: int, threads: int, again: Sequence[str] | None = None) -> None:
    """Serve the instance that this process is in; ``again``: the command that SIGHUP starts instead of this one.

    Raises click.ClickException when the address is taken.
    """
    from django.conf import settings

    options = ServerOptions(
        host, port, workers, threads, settings.TRUSTED_PROXIES, tuple(settings.PROXY_NETWORKS)
    )
    try:
        Parent(options, load_application, again).run(ready=lambda: _ready(host, port))
    except OSError as error:
        raise failure(
            f"无法使用 {host}:{port}，换一个端口：--port",
            f"cannot use {host}:{port}: {error.strerror}; choose another with --port",
        ) from error


def load_application() -> object:
    """The WSGI application."""
    from gongshi.config.wsgi import application

    return application


def _ready(host: str, port: int) -> None:
    click.echo(both(f"正在服务：http://{host}:{port}/", f"serving http://{host}:{port}/"))
    tell("READY=1")
