"""`gongshi init` that dies before its Nth step, or whose second step fails: ``python -m ... N|fail OPTION...``."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace

from gongshi.config.commands import init
from gongshi.config.founding import making
from gongshi.config.founding.answers import Answers


def main(where: str, *options: str) -> None:
    """Run the command with its steps tampered with."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def fail() -> None:
        raise OSError("cannot connect to postgresql://user:hunter2@host/x")

    def steps(answers: Answers) -> Iterator[making.Step]:
        for number, step in enumerate(making.steps(answers)):
            if where == str(number):
                yield replace(step, do=die)
            elif where == "fail" and number == 1:
                yield replace(step, do=fail)
            else:
                yield step

    init.steps = steps
    init.command(list(options), prog_name="gongshi init")


if __name__ == "__main__":
    main(*sys.argv[1:])
