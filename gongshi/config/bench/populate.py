"""A generator of believable load: years of cases, by the shape of a city's, in an instance of the demo pack.

Without a folder the instance is thrown away and only the figures stay; with one it is kept, for looking at.
"""

import time
from pathlib import Path
from typing import Any

from gongshi.config.bench import world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.progress import bar
from gongshi.config.terminal import both, failure


def measure(conditions: Conditions) -> dict[str, Any]:
    """Write the load; what was written, in what time."""
    if conditions.directory is None:
        with world.instance(postgres=conditions.postgres) as directory:
            return _filled(conditions, directory)
    if conditions.postgres or conditions.directory.exists():
        raise failure(
            "--dir 要是一个还没有的文件夹，并且不能和 --postgres 一起用",
            "--dir is a folder that is not there yet, and goes without --postgres",
        )
    with world.kept(conditions.directory):
        _give_passwords()
        return _filled(conditions, conditions.directory)


def _give_passwords() -> None:
    """The demo's one password, so that whoever looks can sign in."""
    from gongshi.config.demo import give_passwords

    give_passwords()


def _filled(conditions: Conditions, directory: Path) -> dict[str, Any]:
    from django.db import connection
    from django.utils import timezone

    from gongshi.config.bench.load.batches import receipt_of
    from gongshi.config.bench.load.filling import Load, fill
    from gongshi.config.bench.load.shape import built_in, counted

    try:
        shape = counted(conditions.shape) if conditions.shape else built_in()
    except (ValueError, OSError) as error:
        raise failure(
            f"读不了 --from 的文件：{error}", f"the file of --from cannot be read: {error}"
        ) from error
    load = Load(conditions.cases, conditions.days, conditions.seed, shape, timezone.now())
    begun = time.perf_counter()
    with bar(both("写入事项", "cases"), load.cases) as done:
        found = fill(load, directory, processes=conditions.workers, done=done)
    return {
        "database": connection.vendor,
        "shape": str(conditions.shape or "built in"),
        "seed": load.seed,
        "days": load.days,
        "processes": conditions.workers,
        "seconds_in_all": round(time.perf_counter() - begun, 1),
        **found,
        "a_receipt": receipt_of(load.seed, load.cases - 1),
    }
