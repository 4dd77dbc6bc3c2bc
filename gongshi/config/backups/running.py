"""Whether somebody works on an instance: every process that enters it holds a lock for as long as it lives.

The lock is the kernel's (flock on ``in-use`` in the instance's folder), shared by all of them; a server's children hold
it on, and it is gone with the last of them, killed or not. Who replaces the database takes it alone. It knows of this
machine only; a PostgreSQL is asked for its other sessions too, so that a server elsewhere is noticed.
"""

import fcntl
import os
from pathlib import Path

from gongshi.config.terminal import failure

NAME = "in-use"
_held: dict[Path, int] = {}


def enter(directory: Path) -> None:
    """Hold the instance, with others, until this process ends. Raises ClickException while it is being replaced."""
    if directory in _held:
        return
    lock = _opened(directory)
    if lock is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise failure(
            f"{directory} 正在恢复或迁移，请稍候", f"{directory} is being restored or moved just now"
        ) from error
    _held[directory] = lock


def alone(directory: Path) -> None:
    """Hold the instance alone until this process ends. Raises click.ClickException naming who has it."""
    lock = _held.get(directory)
    if lock is None:
        lock = _opened(directory)
    if lock is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = ", ".join(map(str, holders(lock))) or "?"
        raise failure(
            f"有程序正在用这个实例（进程 {who}）。先停下 gongshi serve 和 gongshi work",
            f"the instance is in use (process {who}); stop gongshi serve and gongshi work first",
        ) from error
    _held[directory] = lock


def holders(lock: int) -> list[int]:
    """Other processes that hold the lock, as the kernel lists them."""
    inode = os.fstat(lock).st_ino
    try:
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return []
    rows = [line.split() for line in lines]
    found = {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].endswith(f":{inode}")}
    return sorted(found - {os.getpid()})


def _opened(directory: Path) -> int | None:
    path = directory / NAME
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        # Somebody who may not write here cannot replace anything either.
        return None
    owner = directory.stat()
    if os.geteuid() == 0 and os.fstat(lock).st_uid != owner.st_uid:
        os.fchown(lock, owner.st_uid, owner.st_gid)
    return lock
