"""Limits without addresses: the store, what it can be asked, where a request comes from, and the table."""

import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from threading import Thread

import pytest

from gongshi.rules.limiting import Rate
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.safekeeping.limits.sources import is_within, source_of
from gongshi.safekeeping.limits.store import Store, shared_store

RATE = Rate(5, 1_000)
LIN, CHEN = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.7"}


class Clock:
    """Milliseconds that stand still until a test moves them."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def stores() -> Iterator[list[Store]]:
    """Two stores of a test's own, on a clock that stands."""
    made = [Store(Clock()), Store(Clock())]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def store(stores: list[Store]) -> Store:
    """One store."""
    return stores[0]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the store that the program uses."""
    clock = Clock()
    monkeypatch.setattr(shared_store(), "_clock", clock)
    return clock


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("::ffff:192.0.2.1", "192.0.2.77", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("[2001:db8::1]", "2001:db8::2", True),
        ("", "nonsense", True),
        ("192.0.2.1", "c000:200::1", False),
    ],
)
def test_a_source_is_a_network_and_not_an_address(one: str, other: str, same: bool) -> None:
    found = [source_of({"REMOTE_ADDR": text}) for text in (one, other)]
    assert (found[0] == found[1]) is same
    assert max(map(len, found)) <= 9


def test_what_a_browser_says_of_itself_is_not_asked() -> None:
    said = {
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "HTTP_X_REAL_IP": "203.0.113.9",
        "HTTP_FORWARDED": "for=1.2.3.4",
    }
    assert source_of({**LIN, **said}) == source_of(LIN)


def test_networks_that_many_file_from() -> None:
    assert is_within(LIN, ["192.0.2.0/24"])
    assert is_within({"REMOTE_ADDR": "::ffff:192.0.2.7"}, ["203.0.113.0/24", "192.0.2.7"])
    assert not is_within(LIN, ["198.51.100.0/24", "2001:db8::/32"])
    assert not is_within({"REMOTE_ADDR": "x"}, ["0.0.0.0/0"])


def test_the_store_holds_no_address(slow: Clock) -> None:
    attempt_at("opening", LIN)
    held = bytes(shared_store()._memory)
    for written in (b"192.0.2", source_of(LIN), source_of(LIN)[1:]):
        assert written not in held
    assert (
        sum(number != 0 for number in shared_store()._numbers) == 6
    )  # three of the source, three of all together


def test_two_stores_put_the_same_source_elsewhere(stores: list[Store]) -> None:
    """The salt is made with the store: what one remembers says nothing to the next."""
    one, other = stores
    assert one._places("opening", b"x") != other._places("opening", b"x")


def test_a_stranger_who_meets_the_guesser_in_one_place_is_let_in(store: Store) -> None:
    with store.locked():
        for _ in range(9):
            store.count("opening", b"guesser", RATE)
        theirs = store._places("opening", b"guesser")
        met = next(
            key
            for key in (str(number).encode() for number in range(1_000_000))
            if set(store._places("opening", key)) & set(theirs)
        )
        assert store.count("opening", met, RATE)[0].let_in
        assert not store.count("opening", b"guesser", RATE)[0].let_in


def test_what_is_taken_back_is_as_if_it_had_not_been(store: Store) -> None:
    with store.locked():
        for _ in range(1_000):
            _, taken = store.count("opening", b"x", RATE)
            assert taken is not None
            store.take_back(taken)
        for _ in range(RATE.burst):
            assert store.count("opening", b"x", RATE)[0].let_in
        assert not store.count("opening", b"x", RATE)[0].let_in


def test_taking_back_never_frees_what_another_source_used(store: Store) -> None:
    with store.locked():
        for _ in range(RATE.burst):
            store.count("opening", b"guesser", RATE)
        theirs = store._places("opening", b"guesser")
        met = next(
            key
            for key in (str(number).encode() for number in range(1_000_000))
            if set(store._places("opening", key)) & set(theirs)
        )
        for _ in range(100):
            _, taken = store.count("opening", met, RATE)
            assert taken is not None
            store.take_back(taken)
        assert not store.count("opening", b"guesser", RATE)[0].let_in


def in_processes(work: Callable[[], None], count: int) -> list[int]:
    """Run ``work`` in so many forked processes at once; their exit codes."""
    started = [get_context("fork").Process(target=work) for _ in range(count)]
    for one in started:
        one.start()
    for one in started:
        one.join(30)
    return [one.exitcode or 0 for one in started]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_all_workers_and_threads_share_one_store(stores: list[Store]) -> None:
    """Four processes of four threads ask a hundred times each; exactly as many as the rate allows are let in."""
    store, let_in = stores  # the second counts what was let in, by the same means

    def ask() -> None:
        for _ in range(25):
            with store.locked():
                if store.count("filing", b"x", Rate(137, 1_000))[0].let_in:
                    with let_in.locked():
                        let_in._numbers[0] += 1

    def worker() -> None:
        threads = [Thread(target=ask) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    assert in_processes(worker, 4) == [0, 0, 0, 0]
    assert let_in._numbers[0] == 137


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_worker_that_is_killed_leaves_the_store_open(store: Store) -> None:

    def die() -> None:
        with store.locked():
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_processes(die, 1) == [-signal.SIGKILL]
    with store.locked():
        assert store.count("filing", b"x", RATE)[0].let_in


def test_wrong_tries_wait_and_right_ones_leave_no_trace(slow: Clock) -> None:
    for _ in range(50):
        attempt_at("opening", LIN).take_back()
    waits = [attempt_at("opening", LIN).wait for _ in range(5)]
    assert waits == [0, 0, 0, 30, 30]
    assert attempt_at("opening", CHEN).wait == 0
    slow.now += 29_999
    assert attempt_at("opening", LIN).wait == 1
    slow.now += 1
    assert attempt_at("opening", LIN).wait == 0


def test_many_sources_together_bring_delays_and_no_refusal(slow: Clock) -> None:
    """A thousand sources with one wrong receipt each: everybody's first try is let in, the second waits longer."""
    for number in range(1_000):
        assert attempt_at("opening", {"REMOTE_ADDR": f"10.{number // 256}.{number % 256}.1"}).wait == 0
    assert attempt_at("opening", LIN).wait == 0
    assert attempt_at("opening", LIN).wait == 90
    slow.now += 90_000
    assert [attempt_at("opening", CHEN).wait for _ in range(4)] == [0, 0, 0, 30]


def test_an_account_is_guessed_no_faster_by_many_and_its_owner_comes_in(slow: Clock) -> None:
    sources = [{"REMOTE_ADDR": f"10.0.{number}.1"} for number in range(40)]
    first = [attempt_at("signing_in", each, about="Zhou").wait for each in sources]
    second = [attempt_at("signing_in", each, about="zhou").wait for each in sources[20:]]
    assert first == [0] * 40
    assert second == [120] * 20
    assert attempt_at("signing_in", sources[0], about="ma").wait == 0
    assert attempt_at("signing_in", LIN, about="zhou").wait == 0


def test_a_service_hall_is_not_slowed_down_but_may_not_guess(slow: Clock, settings: object) -> None:
    settings.BUSY_NETWORKS = ["192.0.2.0/24"]  # type: ignore[attr-defined]
    for name, policy in POLICIES.items():
        waits = [attempt_at(name, LIN).wait for _ in range(policy.source.burst + 5)]
        assert (waits[-1] > 0) is policy.guessing, name


def test_the_table_keeps_its_promises() -> None:
    """Wrong receipts: at most five in any minute; nobody waits longer than two minutes for anything."""
    opening = POLICIES["opening"].source
    assert opening.burst + 60_000 // opening.every <= 5
    for name, policy in POLICIES.items():
        worst = policy.source.burst * policy.source.every
        # A second step's tries are an account's own: only whoever has its password can use them up. Six digits by
        # telephone are few, and only staff can try them: whoever holds the receipt never needs them.
        # Whoever booked six times of reception days comes without a booking. A program has a number a day.
        longest = {
            "booking": 3 * 3_600_000,
            "program": 24 * 3_600_000,
            "second_step": 600_000,
            "phone_status": 24 * 3_600_000,
            "reissuing": 24 * 3_600_000,
        }.get(name, 120_000)
        assert worst <= (longest if policy.guessing or name in ("booking", "program") else 400_000), name
        assert 1 <= policy.heavy <= policy.source.burst


def test_a_page_of_the_docs_tells_the_table() -> None:
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "security" / "limits.md").read_text(
        encoding="utf-8"
    )
    for policy in POLICIES.values():
        assert f"| {policy.source.burst:,}, then " in page
        if policy.everywhere:
            assert f"{policy.everywhere.burst:,}, then " in page
