"""What takes long to make and is then only read or copied: made once for all processes of a run."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = "GONGSHI_TEST_ONCE"


@contextmanager
def shared() -> Iterator[None]:
    """A folder for what the processes started in this block share; none anew where a process before has made one."""
    if SHARED in os.environ:
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="gongshi-once-"))
    # The database may run as somebody else, who must get through here.
    folder.chmod(0o755)
    os.environ[SHARED] = str(folder)
    try:
        yield
    finally:
        del os.environ[SHARED]
        shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name``, which the first to ask has made; the others wait. Who fails to make it leaves nothing."""
    folder = Path(os.environ[SHARED])
    place = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            try:
                make(place)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
    return place
