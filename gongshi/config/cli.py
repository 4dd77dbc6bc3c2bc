"""The command `gongshi`. Each subcommand is a file in `commands/`, imported only when it is asked for.

So the pure ones (`calc`, `check-pack`) start fast and never import Django. Exit codes: 0 done; 1 the work failed, with
one line on stderr; 2 wrong usage. To add a command: write `commands/my_name.py` that exports a click command named
`command`; it is then `gongshi my-name`.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from gongshi import __version__
from gongshi.config import commands
from gongshi.config.terminal import both, failure


class Commands(click.Group):
    """A group whose commands are the modules of `gongshi.config.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command's name, from its file's."""
        return sorted(module.name.replace("_", "-") for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None, upon which click ends with exit code 2."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it did not foresee ends in one line too, unless --traceback asks for all of it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as fault:
            if ctx.params["traceback"]:
                raise
            what = f"{type(fault).__name__}: {fault}"
            raise failure(
                f"出错了，加 --traceback 看详情：{what}", "it failed; --traceback shows where"
            ) from fault


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help=both("公事·公示·共识：公开办事。", "Open civic casework."),
)
@click.option(
    "--traceback", is_flag=True, help=both("出错时显示完整的调用过程。", "Show where an error came from.")
)
@click.version_option(__version__, prog_name="gongshi", message="%(prog)s %(version)s")
def main(traceback: bool) -> None:
    """Take the options that every command shares; `Commands.invoke` reads them."""


if __name__ == "__main__":
    main()
