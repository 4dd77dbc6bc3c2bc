"""The sequencer: fixed times, fixed sizes, everything in or nothing, one batch for an interval whoever makes it."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from gongshi.formats.proof import statements
from gongshi.notifications import schedule
from gongshi.rules.ledger import Tree, verify_consistency, verify_inclusion
from gongshi.safekeeping import jobs, ledger_keys, sequencing
from gongshi.safekeeping.heads import head_of, heads_after, latest_head, place_of, promise_of, statement_of
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keys import KeyFileError
from gongshi.safekeeping.models import Head, Leaf, Tile
from gongshi.safekeeping.sequencing import (
    LARGEST,
    BehindOneself,
    entries_missing,
    pad,
    padded_size,
    remember,
    sequence,
)
from gongshi.safekeeping.signatures import verify
from gongshi.safekeeping.stored_tree import StoredTree
from tests.safekeeping.conftest import AT

pytestmark = pytest.mark.django_db
STEP = timedelta(minutes=10)


def waiting(number: int, at: datetime = AT) -> list[bytes]:
    made = [secrets.token_bytes(32) for _ in range(number)]
    Leaf.objects.bulk_create([Leaf(id=new_id(), commitment=one, created_at=at) for one in made])
    return made


def entries(size: int) -> list[bytes]:
    tree = StoredTree()
    return [tree.entry(index) for index in range(size)]


@pytest.mark.parametrize(
    ("leaves", "size"),
    [
        (0, 16),
        (1, 16),
        (16, 16),
        (17, 64),
        (64, 64),
        (65, 256),
        (5_000, 16_384),
        (65_536, 65_536),
        (10**6, LARGEST),
    ],
)
def test_sizes_are_few(leaves: int, size: int) -> None:
    assert padded_size(leaves) == size


def test_a_batch_goes_out_when_nothing_happened() -> None:
    assert sequence(AT)
    head = latest_head()
    assert head is not None
    assert (head.batch, head.size, head.at) == (1, 16, AT)
    assert len(set(entries(16))) == 16


def test_a_batch_takes_what_was_made_before_the_interval_ended() -> None:
    early = waiting(3, AT - timedelta(seconds=1))
    waiting(1, AT)
    assert sequence(AT + timedelta(seconds=7))
    assert set(early) < set(entries(16))
    assert Leaf.objects.count() == 1
    head = latest_head()
    assert head is not None
    assert head.at == AT, "the head says when the interval ended, not when it was made"


def test_once_for_each_interval() -> None:
    assert sequence(AT)
    assert not sequence(AT)
    assert not sequence(AT + STEP - timedelta(seconds=1))
    assert not sequence(AT - STEP), "a clock that was set back makes no batch"
    assert sequence(AT + STEP)
    assert [head.batch for head in Head.objects.order_by("batch")] == [1, 2]


def test_a_worker_that_was_away_makes_one_batch() -> None:
    sequence(AT)
    waiting(2, AT)
    assert sequence(AT + 30 * STEP)
    assert [head.at for head in heads_after(0, 9)] == [AT, AT + 30 * STEP]


def test_the_order_of_arrival_is_gone_and_so_are_the_rows() -> None:
    made = waiting(60, AT - STEP)
    sequence(AT)
    stored = entries(64)
    assert stored == sorted(stored)
    assert [one for one in stored if one in set(made)] != made
    assert not Leaf.objects.exists()


def test_pads_are_known_to_the_ledgers_key_alone(tmp_path: Path, settings: Settings) -> None:
    made = waiting(3, AT - STEP)
    sequence(AT)
    pads = {pad(1, number, 1) for number in range(13)}
    assert pads | set(made) == set(entries(16))
    assert pad(2, 0, 1) not in pads
    settings.LEDGER_KEY_FILE = tmp_path / "other.json"
    with pytest.raises(KeyFileError, match="no key file"):
        pad(1, 0, 1)  # not silently a new key, where there are heads


def test_heads_are_signed_and_every_one_continues_the_one_before() -> None:
    tree, made = Tree(), []
    for number, leaves in enumerate((0, 20, 3, 300)):
        made += waiting(leaves, AT + number * STEP - STEP)
        assert sequence(AT + number * STEP)
    heads = [statement_of(head) for head in heads_after(0, 9)]
    assert [head.size for head in heads] == [16, 80, 96, 1120]
    tree.append(entries(1120))
    stored, keys = StoredTree(), ledger_keys.public_keys()
    for head in heads:
        assert head.is_signed(keys, verify)
        assert head.root_hash == tree.root(head.size)
        assert statements.Head.read(head.as_data(), "head") == head
    for old, new in pairwise(heads):
        path = stored.consistency(old.size, new.size)
        assert verify_consistency(old.size, new.size, old.root_hash, new.root_hash, path)
    for one in made:
        index = place_of(one, None, stored)
        assert index is not None
        assert verify_inclusion(one, index, 1120, stored.inclusion(index, 1120), heads[-1].root_hash)


def test_a_changed_head_is_not_signed() -> None:
    sequence(AT)
    stored = head_of(1)
    assert stored is not None
    head = statement_of(stored)
    for changed in (
        {"size": 17},
        {"batch": 2},
        {"root": "0" * 64},
        {"origin": "x"},
        {"at": "2026-03-02T01:10:00Z"},
    ):
        assert not statements.Head(**{**head.as_data(), **changed}).is_signed(
            ledger_keys.public_keys(), verify
        )


def test_a_commitment_is_found_by_when_it_was_made_and_pads_are_found_alike() -> None:
    for number in range(3):
        sequence(AT + number * STEP)
    (late,) = waiting(1, AT + 2 * STEP)
    sequence(AT + 3 * STEP)
    tree = StoredTree()
    assert place_of(late, AT + 2 * STEP, tree) == place_of(late, None, tree)
    assert place_of(pad(2, 5, 1), AT, tree) is not None
    assert place_of(late, AT + 3 * STEP, tree) is None, "it was there before"
    assert place_of(b"\0" * 32, AT, tree) is None
    assert place_of(b"\xff" * 32, None, tree) is None


def test_more_than_the_largest_batch_goes_out_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "LARGEST", 64)
    made = waiting(100, AT - STEP)
    sequence(AT)
    assert Leaf.objects.count() == 36
    sequence(AT + STEP)
    assert set(made) < set(entries(128))


def test_killed_half_way_nothing_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence(AT)
    before = dict(Tile.objects.values_list("id", "content"))
    waiting(5, AT)

    def killed(*_: object) -> Head:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sequencing, "_signed", killed)
        with pytest.raises(KeyboardInterrupt):
            sequence(AT + STEP)
    assert Leaf.objects.count() == 5
    assert {key: bytes(value) for key, value in before.items()} == {
        key: bytes(value) for key, value in Tile.objects.values_list("id", "content")
    }
    assert sequence(AT + STEP)
    assert not Leaf.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_make_one_batch() -> None:
    """From the very first batch, when there is no head yet that could be locked."""
    for number in range(3):
        made = waiting(40, AT + (number - 1) * STEP)
        assert at_once(lambda n=number: sequence(AT + n * STEP), 4) == [False, False, False, True]
        assert set(made) < set(entries((number + 1) * 64))
    assert [head.batch for head in Head.objects.order_by("batch")] == [1, 2, 3]
    assert not Leaf.objects.exists()


def at_once(work: Callable[[], bool], times: int) -> list[bool]:
    ended: list[bool] = []
    gate = threading.Barrier(times)

    def run() -> None:
        gate.wait()
        try:
            ended.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_the_worker_makes_batches() -> None:
    assert jobs.make_batch in {job.run for job in schedule.jobs()}
    assert jobs.make_batch(AT) == 1
    assert jobs.make_batch(AT) == 0


def test_a_promise_is_the_same_each_time_and_says_by_when() -> None:
    promise = promise_of(b"\x07" * 32, AT)
    assert promise == promise_of(b"\x07" * 32, AT)
    assert promise.is_signed(ledger_keys.public_keys(), verify)
    assert (promise.at, promise.merge_by) == ("2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z")
    changed = statements.Promise(**{**promise.as_data(), "merge_by": "2027-03-03T01:00:00Z"})
    assert not changed.is_signed(ledger_keys.public_keys(), verify)


def test_a_new_instance_gets_its_key_with_the_first_signature(tmp_path: Path, settings: Settings) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "keys" / "ledger.json"
    assert sequence(AT)
    assert settings.LEDGER_KEY_FILE.stat().st_mode & 0o077 == 0
    settings.LEDGER_KEY_FILE.rename(tmp_path / "gone")
    settings.LEDGER_KEY_FILE = tmp_path / "keys" / ".." / "keys" / "ledger.json"  # not remembered by its path
    with pytest.raises(KeyFileError, match="no key file"):
        sequence(AT + STEP)


def test_a_database_that_was_put_back_signs_nothing_over_what_went_out() -> None:
    assert sequence(AT)
    assert sequence(AT + STEP)
    gone = Head.objects.get(batch=2)
    gone.delete()
    with pytest.raises(BehindOneself):
        sequence(AT + STEP)
    assert entries_missing() == gone.size - Head.objects.get().size
    remember(shorter=True)
    assert entries_missing() == 0
    assert sequence(AT + STEP)
