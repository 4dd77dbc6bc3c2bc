"""What the benchmark of the ledger takes out is still what filing uses."""

from importlib import import_module

import pytest

from gongshi.cases.models import History
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
