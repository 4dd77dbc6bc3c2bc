"""What is published after a release tells nothing of others, as it is shown only where the tables would hold."""

import pytest

from gongshi.figures.released.late import month_holds
from tests.rules.disclosure_attack import MONTH, found_small
from tests.rules.late_attack import AS_OF, THRESHOLD, published_late, tables_of

# Of each of these months small counts are found if all that came late is shown.
SEEDS = (31, 45)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_attacker_finds_nothing_more_than_at_the_release(seed: int) -> None:
    late = published_late(seed, 0.05)
    assert found_small(late.month, late.tables, late.known) == {}
    assert 0 < late.shown < late.came


@pytest.mark.parametrize("seed", SEEDS)
def test_and_would_if_all_were_shown(seed: int) -> None:
    late = published_late(seed, 0.05, show_all=True)
    assert late.shown == late.came
    assert found_small(late.month, late.tables, late.known)


def test_whoever_was_counted_nowhere_does_not_fit() -> None:
    cell = ("o", "c", "a")
    month = {cell: {"cases": 40}}
    tables = tables_of(MONTH, AS_OF, THRESHOLD, month, {})
    assert month_holds(tables, month, {cell: {"cases": 29}})
    # 10 are left.
    assert not month_holds(tables, month, {cell: {"cases": 30}})
    assert not month_holds(tables, month, {cell: {"cases": 41}})
    assert not month_holds(tables, month, {("o", "c", "b"): {"cases": 1}})
