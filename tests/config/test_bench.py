"""What the benchmark of the ledger takes out is still what filing uses; each worker has its share of the clients."""

from importlib import import_module

import pytest

from gongshi.cases.models import History
from gongshi.config.bench import clients
from gongshi.config.bench.without import INSTEAD, LEDGER, SEALING
from gongshi.places.snapshots import forget
from gongshi.safekeeping.models import Leaf, Wrap
from tests.cast import build_town, case_of, lin_files


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parts", "leaves", "wraps", "readable"),
    [([], 1, 4, False), ([LEDGER], 0, 4, False), ([LEDGER, SEALING], 0, 0, True)],
)
def test_what_is_taken_out_is_out(
    monkeypatch: pytest.MonkeyPatch, parts: list[str], leaves: int, wraps: int, readable: bool
) -> None:
    for part in parts:
        for module, name, instead in INSTEAD[part]:
            monkeypatch.setattr(import_module(module), name, instead)
    forget()
    filed, _ = lin_files(build_town())
    assert (Leaf.objects.count(), Wrap.objects.count()) == (leaves, wraps)
    assert History.objects.count() == 1
    assert ("老桥".encode() in bytes(case_of(filed).content)) == readable


class _OfWorkers:
    """A port whose connections go to the workers named, one after the other; it remembers which are open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, workers: list[bytes]) -> None:
        names, self.held = iter(workers), dict[int, bytes]()

        def send(connection: clients.Connection, _request: bytes) -> tuple[int, bytes, bytes]:
            self.held[id(connection)] = name = next(names)
            return 200, b"", name

        monkeypatch.setattr(clients.Connection, "send", send)
        monkeypatch.setattr(clients.Connection, "close", lambda connection: self.held.pop(id(connection)))


def test_connections_are_spread_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    port = _OfWorkers(monkeypatch, [b"1", b"1", b"1", b"1", b"2", b"1", b"2"])
    found = clients.spread(0, b"", clients=4, workers=2)
    assert sorted(port.held[id(one)] for one in found) == [b"1", b"1", b"2", b"2"]


def test_a_server_that_has_one_worker_busy_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    _OfWorkers(monkeypatch, [b"1"] * 4 * clients.TRIES)
    with pytest.raises(RuntimeError, match="evenly"):
        clients.spread(0, b"", clients=4, workers=2)
