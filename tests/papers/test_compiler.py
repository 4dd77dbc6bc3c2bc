"""Papers are set in a process of their own: replaced when it dies, ended with whoever began it, and after a while."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gongshi.formats import paper as in_this_process
from gongshi.papers import compiler
from gongshi.papers.compiler import Compiler, NotSet
from tests.formats.test_paper import paper

# What a worker does with it; a fork of it then makes a paper, too, and everything ends with the one that was killed.
WORKER = """
import os, sys, time
from gongshi.papers import compiler
from tests.formats.test_paper import paper
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4_096
before = resident()
made = [compiler.pdf(paper(), timestamp=1) for _ in range(5)]
print(resident() - before, "typst" in sys.modules, compiler._COMPILER.pid, flush=True)
if not os.fork():
    print(compiler.pdf(paper(), timestamp=1) == made[0], compiler._COMPILER.pid, os.getpid(), flush=True)
time.sleep(600)
"""
REFUSED = replace(paper(), language="no language")


@pytest.fixture(scope="module")
def shared_compiler() -> Iterator[Compiler]:
    one = Compiler()
    yield one
    one.close()


@pytest.fixture
def setting(shared_compiler: Compiler) -> Compiler:
    """A compiler that runs."""
    shared_compiler.pdf(paper(), timestamp=1)
    return shared_compiler


def runs(pid: int | None) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    """Whether it ends within a few seconds."""
    until = time.monotonic() + 10
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not runs(pid)


def test_whoever_makes_papers_grows_by_nothing_and_leaves_no_process_behind() -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", WORKER]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        grown, library, first = worker.stdout.readline().split()
        assert int(grown) < 5_000_000
        assert library == "False"
        same, second, forked = worker.stdout.readline().split()
        assert (same, runs(int(first)), runs(int(second))) == ("True", True, True)
        assert first != second
        os.kill(worker.pid, signal.SIGKILL)
        assert ends(int(first))
        assert runs(int(second))
        os.kill(int(forked), signal.SIGKILL)
        assert ends(int(second))


def test_the_bytes_are_the_same(setting: Compiler) -> None:
    for one in (paper(), paper("en"), paper(words="好😀吧")):
        assert setting.pdf(one, timestamp=7) == in_this_process.pdf(one, timestamp=7)


def test_one_that_is_killed_is_replaced(setting: Compiler) -> None:
    before = setting.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert setting.pdf(paper(), timestamp=1).startswith(b"%PDF")
    assert setting.pid not in (before, None)


def test_one_that_is_asked_to_stop_finishes_first(setting: Compiler) -> None:
    before = setting.pid
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(before or 0, number)
    assert setting.pdf(paper(), timestamp=1).startswith(b"%PDF")
    assert setting.pid == before


def test_a_paper_that_does_not_compile_is_refused_and_the_next_is_made(setting: Compiler) -> None:
    before = setting.pid
    with pytest.raises(NotSet, match=r"^TypstError$"):
        setting.pdf(REFUSED, timestamp=1)
    assert setting.pdf(paper(), timestamp=1).startswith(b"%PDF")
    assert setting.pid == before


def test_a_paper_has_its_time_and_the_next_is_made(
    setting: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.kill(setting.pid or 0, signal.SIGSTOP)
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "SECONDS", 0.1)
        with pytest.raises(NotSet, match=r"^took too long$"):
            # More than a pipe holds: writing, too, has its time.
            setting.pdf(paper(words="这些字很多。" * 20_000), timestamp=1)
    assert setting.pdf(paper(), timestamp=1).startswith(b"%PDF")


def test_one_that_cannot_live_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "COMMAND", (sys.executable, "-S", "-c", "pass"))
    one = Compiler()
    with pytest.raises(NotSet, match=r"^ended$"):
        one.pdf(paper(), timestamp=1)
    assert one.pid is None


def test_one_that_has_nothing_to_do_ends(setting: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "IDLE_SECONDS", 0.05)
    setting.pdf(paper(), timestamp=1)
    until = time.monotonic() + 10
    while setting.pid and time.monotonic() < until:
        time.sleep(0.01)
    assert setting.pid is None


def test_what_people_wrote_goes_through_pipes_alone(setting: Compiler) -> None:
    there = Path(f"/proc/{setting.pid}")
    setting.pdf(paper(words="这句话只有收件人能看"), timestamp=2)
    opened = {os.readlink(one).partition(":")[0] for one in (there / "fd").iterdir()}
    assert opened == {"pipe", "/dev/null"}
    assert "write_bytes: 0\n" in (there / "io").read_text()
    assert b"GONGSHI" not in (there / "environ").read_bytes()
    assert "Max core file size        0                    0" in (there / "limits").read_text()
