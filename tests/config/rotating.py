"""`gongshi rotate-keys` as a process of its own that stops after its first batch, to be killed there.

``python -m tests.config.rotating DIR make N`` makes the two databases and N wraps; ``... DIR hold FILE`` rotates,
writes FILE after the first batch, and waits.
"""

import sys
import time
from pathlib import Path
from typing import Any

from gongshi.config.instance import enter


def main(directory: str, what: str, more: str) -> None:
    """Enter the instance and do it."""
    enter(Path(directory))
    if what == "make":
        _make(int(more))
    else:
        _hold(directory, Path(more))


def _make(number: int) -> None:
    from django.utils import timezone

    from gongshi.config import stores
    from gongshi.safekeeping.actions import save_wraps, wrap_for_instance
    from gongshi.safekeeping.ids import new_id

    stores.lay()
    for alias in ("default", "wraps"):
        stores.migrate(alias)
    at = timezone.now()
    save_wraps([wrap_for_instance(new_id(), bytes([n % 251]) * 32, at=at) for n in range(number)])


def _hold(directory: str, file: Path) -> None:
    from gongshi.config.commands import rotate_keys
    from gongshi.safekeeping import rotation

    rotate_keys.BATCH = 50
    real = rotation.rewrap_instance

    def one(*args: Any, **named: Any) -> Any:
        done = real(*args, **named)
        file.touch()
        time.sleep(60)
        return done

    rotation.rewrap_instance = one
    rotate_keys.command(["--dir", directory])


if __name__ == "__main__":
    main(*sys.argv[1:])
