"""Whether a demo is still being built: its folder holds the file ``building`` until it is done, locked by its builder.

The lock is the kernel's (flock), so it is gone with the process, killed or not. A file that nobody holds was left by a
build that did not come to its end: what that had made is removed, and the town is built from the beginning.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from gongshi.config.terminal import both, failure

NAME = "building"
_STOPS_WITHIN = 30.0
"""Seconds that the trial PostgreSQL of a killed build may take to end."""


def is_built(directory: Path) -> bool:
    """Whether there is a demo, and nobody is, or was, half-way through building it."""
    return (directory / "gongshi.toml").is_file() and not (directory / NAME).exists()


@contextmanager
def building(directory: Path) -> Iterator[bool]:
    """Hold the folder while it is built; False where another process has just finished.

    Raises click.ClickException while another one builds it. Whatever is raised inside leaves the file behind.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_built(directory):
        yield False
        return
    lock = _locked(directory)
    try:
        if left := os.pread(lock, 1 << 20, 0):
            _remove_made(directory, before=set(json.loads(left)))
        elif (directory / "gongshi.toml").is_file():
            (directory / NAME).unlink()
            yield False
            return
        else:
            _note(lock, sorted({path.name for path in directory.iterdir()} - {NAME}))
        yield True
        (directory / NAME).unlink()
    finally:
        os.close(lock)


def _locked(directory: Path) -> int:
    while True:
        lock = os.open(directory / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise failure(
                f"另一个 gongshi demo 正在建 {directory}，建好了再来",
                f"another gongshi demo is still building {directory}; come back when it is done",
            ) from error
        with suppress(FileNotFoundError):
            # Whoever had it may have been done in between, and the name be gone or another's.
            if os.path.samestat(os.fstat(lock), (directory / NAME).stat()):
                return lock
        os.close(lock)


def _note(lock: int, before: list[str]) -> None:
    """What was in the folder before is nothing that a build made; a folder may be given that is not empty."""
    os.pwrite(lock, json.dumps(before).encode(), 0)
    os.fsync(lock)


def _remove_made(directory: Path, *, before: set[str]) -> None:
    click.echo(
        both(f"{directory} 上次没有建完，从头再建", f"{directory} was not built to the end; building it anew")
    )
    _until_stopped(directory / "postgres" / "data" / "postmaster.pid")
    for path in directory.iterdir():
        if path.name in before | {NAME}:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _until_stopped(running: Path) -> None:
    """A trial PostgreSQL ends by itself when whoever asked for it is gone; its data cannot be removed before."""
    ends = time.monotonic() + _STOPS_WITHIN
    while running.exists() and time.monotonic() < ends:
        time.sleep(0.1)
