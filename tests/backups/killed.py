"""A command of the program that is killed on its way: ``python -m tests.backups.killed STEP WORDS...``.

SIGKILL comes the moment a step of a restore is done (`STEPS`), or before it where the name ends in ``-not-yet``.
"""

import importlib
import os
import signal
import sys
from typing import Any

_HERE = "gongshi.config.backups"
STEPS = {
    "added": (f"{_HERE}.restoring", "_add"),
    "swapped": (f"{_HERE}.stages", "{stage}.swap"),
}


def kill_at(step: str, stage: str) -> None:
    """Put the end of this process into a step. Functions that need Django are replaced once it is there."""
    name, _, before = step.partition("-")
    module, path = STEPS[name]
    *inside, last = path.format(stage=stage).split(".")
    holder: Any = importlib.import_module(module)
    for one in inside:
        holder = getattr(holder, one)
    real = getattr(holder, last)

    def dies(*given: Any, **named: Any) -> None:
        if not before:
            real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, last, dies)


if __name__ == "__main__":
    from gongshi.config.backups import restoring
    from gongshi.config.cli import main

    _, step, stage, *words = sys.argv
    entered = restoring._enter

    def enter(*given: Any) -> Any:
        restored = entered(*given)
        kill_at(step, stage)
        return restored

    restoring._enter = enter
    sys.argv = ["gongshi", *words]
    main()
