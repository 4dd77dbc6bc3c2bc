"""An instance under load: its server as processes of its own, residents who file, and a count of what is left."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.faults import journal
from tests.faults.postgres import Cluster, _runs
from tests.once import once

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "qinghe"
CLIENTS = 6
PATIENCE = 60.0
QUIET = 1.5


class World:
    """One instance in ``folder``, on SQLite or on a cluster of its own."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self.folder = folder
        self.directory = folder / "instance"
        self.cluster = cluster
        self.journal = folder / "journal"
        self.port = _free_port()
        self._notes = journal.Notes(self.journal)
        self._server: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._client: subprocess.Popen[str] | None = None
        self.answers: dict[str, int] = {}

    @property
    def environ(self) -> dict[str, str]:
        """The environment of every process of this instance."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}
        return {**kept, **(self.cluster.environ if self.cluster else {})}

    def make(self) -> None:
        """A new instance of the demo pack."""
        self.gongshi("init", "--pack", str(PACK), "--dir", str(self.directory))
        # Without a mail server the form offers no notices, unless it is a demo, which writes them to files.
        with (self.directory / "gongshi.toml").open("a", encoding="utf-8") as settings:
            settings.write('demo = true\nbusy_networks = ["127.0.0.0/8"]\n')

    def gongshi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end; it must succeed."""
        return self._run("gongshi.config.cli", *words)

    def refused(self, *words: str) -> str:
        """Run a command of the program that must fail: its one line, beside what goes to the log."""
        command = [sys.executable, "-m", "gongshi.config.cli", *words]
        done = subprocess.run(
            command, check=False, env=self.environ, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
        (line,) = [line for line in done.stderr.splitlines() if not line.startswith("{")]
        return line

    def findings(self) -> list[str]:
        """What `gongshi check` says, whatever it finds."""
        command = [sys.executable, "-m", "gongshi.config.cli", "check", "--dir", str(self.directory)]
        done = subprocess.run(
            command, check=False, env=self.environ, cwd=ROOT, capture_output=True, text=True
        )
        return done.stdout.splitlines()

    def town(self, *words: str) -> Any:
        """Let something happen in the instance (`tests.backups.town`)."""
        what, *given = words
        return json.loads(self._run("tests.backups.town", str(self.directory), what, *given).stdout)

    def _run(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(
            command, check=False, env=self.environ, cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[:1])}: {done.stderr[-2000:]}")
        return done

    def serve(self, *, weakened: str = "none", environ: dict[str, str] | None = None) -> None:
        """Start the server and wait until it listens."""
        words = ["--dir", str(self.directory), "--port", str(self.port), "--workers", "2"]
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.served", weakened, *words],
                env={**self.environ, **(environ or {})},
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        ends = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self._server.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.02)

    def work(self, *, environ: dict[str, str] | None = None) -> None:
        """Let a worker begin to send notices, run the jobs and sign the ledger (`tests.faults.worked`)."""
        with (self.folder / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worked", str(self.directory)],
                env={**self.environ, **(environ or {})},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def until_worked(self) -> None:
        """Wait until the worker, if there is one, or one that was killed has signed a batch and sent a notice."""
        log = self.folder / "worker.log"
        if self._worker:
            self._wait_for(lambda: all(word in log.read_text() for word in ("safekeeping.ledger", '"sent"')))

    def kill(self) -> None:
        """SIGKILL every process of the server at once, and the worker."""
        running = [one for one in (self._server, self._worker) if one]
        pids = [pid for one in running for pid in _group(one.pid)]
        for one in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
        for one in running:
            one.wait()
        while any(_runs(pid) for pid in pids):
            time.sleep(0.01)
        self._server = self._worker = None

    def workers(self) -> set[int]:
        """The server's own children: its workers."""
        assert self._server
        parent = self._server.pid
        return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}

    def kill_a_worker(self) -> None:
        """SIGKILL one worker, and wait until another stands in for it."""
        before = self.workers()
        os.kill(max(before), signal.SIGKILL)
        self._wait_for(lambda: len(self.workers() - {max(before)}) >= len(before))

    def reload(self) -> None:
        """Have the server start itself anew, and wait until none of its workers is an old one."""
        assert self._server
        before = self.workers()
        self._server.send_signal(signal.SIGHUP)
        self._wait_for(lambda: not self.workers() & before and bool(self.workers()))

    def _wait_for(self, happened: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > ends:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server in order, and the worker, which must not have ended by itself."""
        if self._worker and self._worker.poll() is not None:
            raise RuntimeError((self.folder / "worker.log").read_text()[-2000:])
        running = [one for one in (self._server, self._worker) if one]
        for one in running:
            one.terminate()
        for one in running:
            one.wait(PATIENCE)
        self._server = self._worker = None

    def file(self, first: int = 0, clients: int = CLIENTS) -> None:
        """Let residents begin to file, from the ``first`` on, until `rest`."""
        words = [str(self.directory), str(self.port), str(self.journal), str(clients), str(first)]
        self._client = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.client", *words],
            env=self.environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._client.stdout
        if self._client.stdout.readline() != "ready\n":
            raise RuntimeError("the clients did not start; their message stands above")

    def rest(self) -> None:
        """Let the residents go home. What they were answered adds up in ``answers``."""
        if self._client is None:
            return
        told, _ = self._client.communicate(timeout=PATIENCE)
        if self._client.returncode:
            raise RuntimeError("the clients failed; their message stands above")
        self._client = None
        for status, number in json.loads(told).items():
            self.answers[status] = self.answers.get(status, 0) + number

    def until(self, wanted: int) -> None:
        """Wait until this many filings were acknowledged in all. Raises RuntimeError when no more come for long."""
        last, since = -1, time.monotonic()
        while (number := self.acknowledged()) < wanted:
            if number != last:
                last, since = number, time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise RuntimeError(f"{number} of {wanted} filings, and none for {PATIENCE:.0f} s")
            time.sleep(0.005)

    def until_nothing_more_comes(self) -> None:
        """Wait until no filing was acknowledged for a while, though residents go on trying."""
        last, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET:
            if (number := self.acknowledged()) != last:
                last, since = number, time.monotonic()
            time.sleep(0.01)

    def copy_of_journal(self) -> str:
        """What was noted down so far."""
        return self.journal.read_text().rpartition("\n")[0]

    def keep_of_journal(self, before: str) -> None:
        """Of what came after ``before`` only that it was sent: a restore may have lost it, and must not halve it."""
        after = self.journal.read_text().removeprefix(before).splitlines()
        sent = [line for line in after if line.startswith(journal.SENT)]
        self.journal.write_text("\n".join([before, *sent]) + "\n")

    def forget_notes(self) -> None:
        """Begin to read the journal anew, as when it lies elsewhere now."""
        self._notes = journal.Notes(self.journal)

    def acknowledged(self) -> int:
        """How many filings were acknowledged so far."""
        return len(self._notes.read().acknowledged)

    def check(self) -> dict[str, int]:
        """What of everything that was acknowledged is there (`tests.faults.check`)."""
        done = self._run("tests.faults.check", str(self.directory), str(self.journal))
        counts: dict[str, int] = json.loads(done.stdout)
        return counts

    def close(self) -> None:
        """End whatever still runs."""
        if self._client:
            self._client.kill()
            self._client.communicate()
        self.kill()
        if self.cluster:
            self.cluster.kill()


class Worlds:
    """Makes worlds: one instance is built for each kind of database, all others are copies of it.

    ``shares``: it is built once for all processes of a run of tests.
    """

    def __init__(self, folder: Path, *, shares: bool = False) -> None:
        self._folder = folder
        self._shares = shares
        self._models: dict[bool, World] = {}
        self._made = 0

    @contextlib.contextmanager
    def one(
        self, *, postgres: bool = False, folder: Path | None = None, like: World | None = None
    ) -> Iterator[World]:
        """A fresh instance, or a copy of one that does not run, in ``folder`` if given; gone at the end."""
        model = like or self._models.get(postgres) or self._model(postgres)
        self._made += 1
        place = folder or self._folder / f"world-{self._made}"
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o755)
        cluster = model.cluster.copy_to(place / "postgres") if model.cluster else None
        shutil.copytree(model.directory, place / "instance")
        for file in model.folder.glob("*.tar"):
            shutil.copy2(file, place)
        world = World(place, cluster)
        try:
            yield world
        finally:
            world.close()
            for inside in place.iterdir():
                shutil.rmtree(inside) if inside.is_dir() else inside.unlink()

    def cluster(self) -> Cluster:
        """An empty cluster of its own, not started."""
        self._made += 1
        folder = self._folder / f"cluster-{self._made}"
        folder.mkdir()
        folder.chmod(0o755)
        cluster = Cluster(folder)
        cluster.make()
        return cluster

    def _model(self, postgres: bool) -> World:
        name = "postgres" if postgres else "sqlite"
        if self._shares:
            folder = once(f"world-{name}", _make_model(postgres))
        else:
            folder = self._folder / name
            _make_model(postgres)(folder)
        self._models[postgres] = World(folder, Cluster(folder / "postgres") if postgres else None)
        return self._models[postgres]


def _make_model(postgres: bool) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        cluster = Cluster(folder / "postgres") if postgres else None
        if cluster:
            cluster.make()
            cluster.start()
        try:
            World(folder, cluster).make()
        finally:
            if cluster:
                cluster.stop()

    return make


def _group(leader: int) -> list[int]:
    """Every process of a process group."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError, ProcessLookupError):
                if os.getpgid(int(path.name)) == leader:
                    found.append(int(path.name))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
