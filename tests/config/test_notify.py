"""systemd is told when a service is ready and when it stops, through the socket that systemd names."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from gongshi.config.notify import tell
from tests.browser.server import free_port
from tests.config.founding.process import PACK, ROOT, environ, gongshi
from tests.once import once


@pytest.fixture
def told(tmp_path: Path) -> Iterator[socket.socket]:
    """systemd's end of the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(str(tmp_path / "notify"))
        one.settimeout(30)
        yield one


def test_a_state_reaches_who_listens(told: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", told.getsockname())
    assert tell("READY=1")
    assert told.recv(100) == b"READY=1"


def test_a_nameless_socket_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind("\0gongshi-test-notify")
        monkeypatch.setenv("NOTIFY_SOCKET", "@gongshi-test-notify")
        assert tell("READY=1")
        assert one.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all"])
def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not tell("READY=1")


@contextmanager
def started(*words: str, **more: str) -> "Iterator[subprocess.Popen[str]]":
    """A command in a group of its own, of which nothing is left at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gongshi.config.cli", *words],
        cwd=ROOT,
        env=environ(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("notify") / "town"
    shutil.copytree(once("notifying", make_town), directory)
    return directory


def make_town(folder: Path) -> None:
    assert gongshi("init", "--pack", PACK, "--dir", folder).returncode == 0


@pytest.mark.parametrize("name", ["serve", "work"])
def test_services_tell_and_stop_gracefully(told: socket.socket, town: Path, name: str) -> None:
    port = free_port()
    options = ["--port", str(port), "--workers", "1"] if name == "serve" else []
    with started(name, "--dir", str(town), *options, NOTIFY_SOCKET=told.getsockname()) as process:
        assert told.recv(100) == b"READY=1"
        if name == "serve":
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
                assert answer.read() == b"ok\n"
        os.kill(process.pid, signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        if name == "work":
            assert told.recv(100) == b"STOPPING=1"
            assert "停止" in said
