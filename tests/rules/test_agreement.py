"""Cohen's kappa: worked cases, what any table must satisfy, and samples in an order that nobody chooses."""

import hashlib
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.agreement import agreement
from gongshi.rules.intervals import wilson
from gongshi.rules.sampling import in_drawn_order, sample_size

TABLES = st.dictionaries(st.tuples(*[st.sampled_from("ync")] * 2), st.integers(0, 60))


@pytest.mark.parametrize(
    ("table", "alike", "value", "low", "high"),
    [
        # Two readers of fifty, as textbooks have it: 0.7 observed, 0.5 by chance. The interval worked out by hand from
        # Wilson's for 35 of 50 (0.5625 to 0.8090): (0.5625 - 0.5) / 0.5 and (0.8090 - 0.5) / 0.5.
        ({"yy": 20, "yn": 5, "ny": 10, "nn": 15}, 35, 0.4, 0.1250, 0.6179),
        # scikit-learn 1.9.1, cohen_kappa_score.
        ({"yy": 25, "yn": 10, "ny": 15}, 25, -0.315789, -0.6673, 0.0357),
        ({"yy": 41, "yn": 3, "ny": 4, "nn": 2}, 43, 0.285714, -0.3360, 0.6454),
        ({"yy": 30, "yn": 4, "yc": 1, "ny": 2, "nn": 8, "cn": 1, "cc": 4}, 42, 0.673469, 0.4181, 0.8299),
        ({"yn": 10, "ny": 10}, 0, -1.0, -1.0, -0.6777),
        # All alike, and still not sure: nearly everything was one answer.
        ({"yy": 19, "nn": 1}, 20, 1.0, -0.6961, 1.0),
    ],
)
def test_worked_cases(table: dict[str, int], alike: int, value: float, low: float, high: float) -> None:
    found = agreement({(pair[0], pair[1]): n for pair, n in table.items()})
    assert found.alike == alike
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(value, abs=1e-6)
    assert (found.kappa.low, found.kappa.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("table", [{}, {("y", "y"): 20}, {("n", "n"): 1, ("y", "n"): 0}])
def test_undefined_where_chance_could_do_no_other(table: dict[tuple[str, str], int]) -> None:
    assert agreement(table).kappa is None


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        agreement({("y", "y"): -1})


@given(TABLES)
def test_of_any_table(table: dict[tuple[str, str], int]) -> None:
    found = agreement(table)
    swapped = agreement({(other, one): n for (one, other), n in table.items()})
    assert (swapped.alike, swapped.n) == (found.alike, found.n)
    if found.kappa is None:
        assert len({said for pair, n in table.items() if n for said in pair}) <= 1
        return
    value, low, high = found.kappa
    assert -1 <= low <= value <= high <= 1
    assert swapped.kappa == pytest.approx(found.kappa)
    assert (value == pytest.approx(1)) == (found.alike == found.n)
    # Where chance gives half, kappa is the agreement stretched from 0.5..1 to 0..1, its interval too.
    first, second = Counter[str](), Counter[str]()
    for (one, other), n in table.items():
        first[one] += n
        second[other] += n
    chance = sum(first[said] * second[said] for said in first) / found.n**2
    assert value * (1 - chance) + chance == pytest.approx(found.alike / found.n)
    assert high * (1 - chance) + chance == pytest.approx(wilson(found.alike, found.n).high)


THINGS = st.sets(st.uuids(), max_size=30)


def test_the_order_can_be_worked_out_by_hand() -> None:
    one, other = UUID(int=1), UUID(int=2)
    digests = {
        each: hashlib.sha256(b"gongshi sample 1\x00" + b"seed" + each.bytes).digest() for each in (one, other)
    }
    assert in_drawn_order([one, other], b"seed") == sorted(digests, key=digests.__getitem__)


@given(THINGS, st.binary(max_size=40), st.data())
def test_what_drops_out_moves_nothing_else(things: set[UUID], seed: bytes, data: st.DataObject) -> None:
    order = in_drawn_order(things, seed)
    assert set(order) == things
    gone = data.draw(st.sets(st.sampled_from(sorted(things)))) if things else set()
    assert in_drawn_order(things - gone, seed) == [one for one in order if one not in gone]


def test_another_seed_draws_others() -> None:
    things = [UUID(int=n) for n in range(100)]
    drawn = [frozenset(in_drawn_order(things, bytes([seed]))[:50]) for seed in range(20)]
    assert len(set(drawn)) == 20
    often = Counter(one for each in drawn for one in each)
    assert max(often.values()) < 20 > 20 - min(often.values())


@pytest.mark.parametrize(("things", "size"), [(0, 0), (19, 0), (20, 20), (49, 20), (50, 50), (9_000, 50)])
def test_sizes_are_steps(things: int, size: int) -> None:
    assert sample_size(things) == size
