"""The instance that a benchmark runs on, and its server as a process of its own."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.config.demo import pack_folder, start_postgres
from gongshi.config.instance import enter
from gongshi.config.terminal import failure

FILLED = "filled.json"
"""Lies beside an instance that is filled to the end."""


@dataclass(frozen=True)
class World:
    """A served instance. ``pid`` is the server's parent."""

    directory: Path
    port: int
    pid: int
    engine: str

    @property
    def host(self) -> str:
        """For the Host header."""
        return f"127.0.0.1:{self.port}"

    def worker_memory(self) -> list[float]:
        """Resident memory of each web worker in MB, pages shared between them counted in each."""
        return [round(_resident(worker) / 1024, 1) for worker in self._workers()]

    def compiler_memory(self) -> list[float]:
        """Resident memory in MB of each process that a worker has set papers by."""
        return [round(_resident(one) / 1024, 1) for worker in self._workers() for one in _children(worker)]

    def worker_seconds(self) -> float:
        """Processor seconds that all web workers, and what they have papers set by, have used so far."""
        ticks = 0
        workers = self._workers()
        for child in [*workers, *(one for worker in workers for one in _children(worker))]:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> list[int]:
        return _children(self.pid)


def _children(pid: int) -> list[int]:
    """What a process has started by any of its threads."""
    told = [task.joinpath("children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return [int(child) for line in told for child in line.split()]


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1])
    return 0


@contextlib.contextmanager
def instance(*, postgres: bool) -> Iterator[Path]:
    """A fresh instance of the demo pack, entered by this process, gone at the end."""
    pack = _pack()
    with tempfile.TemporaryDirectory(prefix="gongshi-bench-") as folder:
        directory = Path(folder) / "instance"
        if postgres:
            start_postgres(Path(folder))
        _build(directory, pack)
        yield directory


@contextlib.contextmanager
def reused(folder: Path, *, postgres: bool) -> Iterator[tuple[Path, bool]]:
    """The instance that an earlier run left in ``folder``, entered and brought up to date, or a fresh one there.

    Yields its directory, and whether it was filled before (`note_filled`); what was left half filled is made anew.
    """
    directory, note = folder / "instance", folder / FILLED
    before = note.exists()
    if folder.exists() and not before:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if postgres:
        if os.geteuid() == 0:
            # The trial PostgreSQL runs as a user of its own then, who has to pass.
            folder.chmod(0o711)
        start_postgres(folder)
    if before:
        from gongshi.config.setup import prepare_database

        enter(directory)
        prepare_database()
    else:
        _build(directory, _pack())
    yield directory, before


def note_filled(folder: Path, figures: dict[str, Any]) -> None:
    """From now on the instance in ``folder`` counts as filled; ``figures``: what filling it took."""
    (folder / FILLED).write_text(json.dumps(figures))


def noted(folder: Path) -> dict[str, Any]:
    """The figures that `note_filled` left."""
    found: dict[str, Any] = json.loads((folder / FILLED).read_text())
    return found


@contextlib.contextmanager
def kept(directory: Path) -> Iterator[None]:
    """A fresh instance of the demo pack at ``directory``, entered by this process, which stays."""
    _build(directory, _pack())
    yield


def _pack() -> Path:
    pack = pack_folder()
    if pack is None:
        raise failure("找不到 packs/qinghe", "packs/qinghe is not here; run in the project's folder")
    return pack


def _build(directory: Path, pack: Path) -> None:
    from gongshi.config.packs import read_checked
    from gongshi.config.setup import instance_values, make_instance, prepare_database

    content = read_checked(pack)
    values = instance_values(content, base_url="http://127.0.0.1:8000")
    # All clients of a benchmark come from one address, as those of a service hall do.
    make_instance(directory, {**values, "demo": True, "busy_networks": ["127.0.0.0/8"]})
    enter(directory)
    from django.utils import timezone

    from gongshi.revisions.loading import load

    prepare_database(new=True)
    load(content, at=timezone.now())


@contextlib.contextmanager
def served(directory: Path, *, workers: int, without: Sequence[str] = ()) -> Iterator[World]:
    """The instance behind the real server, with the one-row insert beside it; ``without``: see `bench.without`."""
    from django.db import connection

    port = _free_port()
    connection.close()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gongshi.config.bench.server",
            str(directory),
            str(port),
            str(workers),
            *without,
        ],
        env={**os.environ, "GONGSHI_DIR": str(directory)},
    )
    try:
        _wait(port, server)
        yield World(directory, port, server.pid, connection.vendor)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise failure("测试用的服务没有启动", "the benchmark's server did not start")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise failure("测试用的服务没有启动", "the benchmark's server did not start")
