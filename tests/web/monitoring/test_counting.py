"""One board for all processes: nothing added is lost, whoever dies, and sums never fall."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

from gongshi.web.monitoring.counting import ROWS, Board


def start(work: Callable[[], None]) -> int:
    """Run ``work`` in a forked process; returns its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def test_processes_and_threads_add_up() -> None:
    board = Board(["a", "b"])

    def child() -> None:
        threads = [threading.Thread(target=lambda: [board.add("b") for _ in range(500)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    board.add("a", 7)
    children = [start(child) for _ in range(3)]
    assert [os.waitpid(process, 0)[1] for process in children] == [0, 0, 0]
    assert board.sums() == {"a": 7, "b": 6000}


def test_processes_that_live_at_once_have_rows_of_their_own() -> None:
    board = Board(["a"])
    board.add("a")
    told, tell = os.pipe()
    go_on, hold = os.pipe()

    def child() -> None:
        board.add("a")
        os.write(tell, bytes([board._row]))
        os.read(go_on, 1)

    children = [start(child) for _ in range(3)]
    rows = [os.read(told, 1)[0] for _ in children]
    os.write(hold, b"123")
    assert [os.waitpid(process, 0)[1] for process in children] == [0, 0, 0]
    assert sorted([board._row, *rows]) == [0, 1, 2, 3]
    for end in (told, tell, go_on, hold):
        os.close(end)


def test_what_a_killed_process_counted_stays_and_its_row_is_used_again() -> None:
    board = Board(["a"])

    def killed() -> None:
        board.add("a", 5)
        os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(ROWS + 5):
        assert os.waitpid(start(killed), 0)[1] == signal.SIGKILL
    assert board.sums() == {"a": 5 * (ROWS + 5)}


def test_an_unknown_counter_is_refused() -> None:
    with pytest.raises(KeyError):
        Board(["a"]).add("b")
