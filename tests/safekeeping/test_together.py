"""What several threads want committed at the same time goes out in one commit, and each learns how its own went."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from gongshi.safekeeping.together import Together

BAD = 13


class Disk:
    """Commits that can be held up: `entered` once one is under way, which waits for `go`."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.entered, self.go = threading.Event(), threading.Event()

    def commit(self, rows: Sequence[int]) -> None:
        self.entered.set()
        assert self.go.wait(30)
        if BAD in rows:
            raise ValueError(BAD)
        self.commits.append(list(rows))


def three_during_the_first(disk: Disk, *wanted: list[int]) -> list["Future[None]"]:
    """The first is under way; all others want something before it ends."""
    together = Together(disk.commit)
    with ThreadPoolExecutor(len(wanted)) as pool:
        first = pool.submit(together, wanted[0])
        assert disk.entered.wait(30)
        rest = [pool.submit(together, rows) for rows in wanted[1:]]
        while len(together._wishes) < len(rest):
            threading.Event().wait(0.001)
        disk.go.set()
    return [first, *rest]


def test_alone_it_is_a_plain_commit() -> None:
    disk = Disk()
    disk.go.set()
    together = Together(disk.commit)
    together([1, 2])
    together([3])
    assert disk.commits == [[1, 2], [3]]


def test_who_waits_meanwhile_goes_out_in_one() -> None:
    disk = Disk()
    asked = three_during_the_first(disk, [1], [2, 20], [3], [4])
    assert [one.exception() for one in asked] == [None] * 4
    first, second = disk.commits
    assert first == [1]
    assert sorted(second) == [2, 3, 4, 20]


def test_the_rows_of_one_cost_nobody_elses() -> None:
    disk = Disk()
    asked = three_during_the_first(disk, [1], [2], [BAD], [4])
    assert [type(one.exception()) for one in asked] == [type(None), type(None), ValueError, type(None)]
    assert sorted(disk.commits) == [[1], [2], [4]]


def test_it_returns_no_earlier_than_the_commit() -> None:
    disk = Disk()
    together = Together(disk.commit)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(together, [1])
        assert disk.entered.wait(30)
        assert not asked.done()
        disk.go.set()
        asked.result(30)
    assert disk.commits == [[1]]


def test_whoever_stops_in_the_middle_leaves_nothing_undone() -> None:
    """The thread that commits for all is interrupted: the others do theirs themselves."""
    disk, stopped = Disk(), []

    def commit(rows: Sequence[int]) -> None:
        disk.commit(rows)
        if len(rows) > 1 and not stopped:
            stopped.append(disk.commits.pop())
            raise KeyboardInterrupt

    together = Together(commit)
    ended: list[object] = []

    def ask(rows: list[int]) -> None:
        try:
            together(rows)
            ended.append(rows)
        except KeyboardInterrupt:
            ended.append("stopped")

    threads = [threading.Thread(target=ask, args=([number],)) for number in range(4)]
    threads[0].start()
    assert disk.entered.wait(30)
    for one in threads[1:]:
        one.start()
    while len(together._wishes) < 3:
        threading.Event().wait(0.001)
    disk.go.set()
    for one in threads:
        one.join(30)
    assert ended.count("stopped") == 1
    assert sorted(disk.commits) == sorted(rows for rows in ended if rows != "stopped")


@pytest.mark.parametrize("rows", [[], [BAD]])
def test_what_the_commit_raises_comes_back(rows: list[int]) -> None:
    disk = Disk()
    disk.go.set()
    together = Together(disk.commit)
    if rows:
        with pytest.raises(ValueError, match=str(BAD)):
            together(rows)
    else:
        together(rows)
    together([1])
    assert disk.commits[-1] == [1]
