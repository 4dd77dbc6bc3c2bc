"""`gongshi work` as a process of its own, with an effect that only tests have.

``python -m tests.notifications.process DIR OPTION...``. Every case's resident is ``CASE@example.org``. With HOLD_AT set
in the environment the first address asked for never comes: the process writes that file and waits to be killed.
"""

import os
import sys
import time
from pathlib import Path
from uuid import UUID

from gongshi.config.instance import enter


def main(directory: str, *options: str) -> None:
    """Register the effect, then run the command."""
    enter(Path(directory))
    from gongshi.config.commands.work import command
    from gongshi.notifications import effects, schedule
    from gongshi.notifications.effects import Recipient

    hold = os.environ.get("HOLD_AT", "")

    def resident(case: UUID) -> Recipient:
        if hold:
            Path(hold).touch()
            time.sleep(60)
        return Recipient("email", f"{case}@example.org", "zh", "QH-4F7K-2M9P-3")

    effects.register("tests.contact", resident)
    # Other apps' jobs need a place, which these tests have not.
    for name in [name for name in schedule._jobs if not name.startswith("notifications.")]:
        del schedule._jobs[name]
    command(["--dir", directory, *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
