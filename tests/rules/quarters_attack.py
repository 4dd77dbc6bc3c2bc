"""An attacker on released quarters in a row with all months that overlap them, as one linear programme.

`python -m tests.rules.quarters_attack 1000 0 2` tries that many random rows of two quarters, from a seed on, and prints
what was found.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
from scipy.sparse import block_diag, csr_array, vstack

from gongshi.figures.released.answers import COLUMNS, NAMES, Pair
from gongshi.figures.released.beside import IN_MONTHS, PUBLISHED
from gongshi.rules.disclosure import CATEGORY, OFFICE
from gongshi.rules.sampling import SIZES
from tests.rules import disclosure_attack as months
from tests.rules.attacking import Programme, Row, Small, Tried, main, matrix
from tests.rules.quarters_world import NEVER, THRESHOLD, Where, World, random_world

APART = (("all_parts", "some_parts"), "cases"), (("kept", "not_kept"), "promised")
SEEN = {"cases": "answered", "reopened": "reopened"}
"""What everybody may have known of published matters when their month was released."""
NOW, THEN = "now", "at release"


class Joint:
    """Knows the months, the quarters, what is published, and that nobody filed before the first of these months.

    Who filed in which month and was answered in which quarter is one count; another, how much of it the month's release
    had counted already. That is all of it, where a month's release comes before the next quarter begins, or where it
    comes later than anybody could be answered in the quarter. Known besides, more than anybody can: that offices are
    the same in months and quarters, that residents say of a promise later what they said first, and that nothing was
    merged, moved or erased.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.blocks = [
            months.Attacker(tables, {cell[:2] for cell in counted}, known)
            for tables, counted, known in zip(world.tables, world.counted, world.known, strict=True)
        ]
        self.starts = [0, *(int(n) for n in np.cumsum([len(each.places) for each in self.blocks]))]
        quarters = len(world.quarters)
        self.pairs: list[Pair] = sorted({cell[:2] for counted in world.counted for cell in counted})
        self.where: list[Where] = [
            (pair, month, nth)
            for pair in self.pairs
            for month in range(3 * quarters)
            for nth in (*range(month // 3, quarters), NEVER)
        ]
        keys = [
            (where, name, at)
            for where in self.where
            for at, names in ((NOW, NAMES), (THEN, IN_MONTHS))
            for name in names
        ]
        self.places = {key: self.starts[-1] + n for n, key in enumerate(keys)}
        self.size = self.starts[-1] + len(keys)

    def counted(
        self, row: tuple[str, str], name: str, nth: int, filed: Iterable[int]
    ) -> Iterator[tuple[int, int]]:
        """A row's count in a quarter, of the matters that were filed in these months."""
        side, months_of = (OFFICE, CATEGORY).index(row[0]), set(filed)
        for where in self.where:
            if where[0][side] == row[1] and where[1] in months_of and where[2] == nth:
                yield self.places[where, name, NOW], 1

    def programme(self, *, quarters: bool = True) -> Programme:
        parts = [each.programme() for each in self.blocks]
        equal = [*(self._told() if quarters else ()), *self._months()]
        below = [*self._relations(), *(self._samples() if quarters else ())]
        return Programme(
            self._stacked([each.equal for each in parts], equal),
            [*(n for each in parts for n in each.equal_to), *(n for _, n in equal)],
            self._stacked([each.below for each in parts], below),
            [*(n for each in parts for n in each.below_to), *(n for _, n in below)],
            np.concatenate([*(each.least for each in parts), self._public()]),
        )

    def _public(self) -> np.ndarray:  # type: ignore[type-arg]
        """Of published matters: when they were filed and answered, what was promised, if they were taken up again."""
        least = np.zeros(self.size)
        for (where, agreed), counts in self.world.at_release.items():
            if agreed:
                for name, in_month in SEEN.items():
                    least[self.places[where, name, THEN]] = counts[in_month]
                least[self.places[where, "cases", NOW]] = counts["cases"]
        for nth, tallies in enumerate(self.world.tallies):
            for told, tally in tallies.items():
                if told.agreed:
                    month = [each.month for each in self.world.tables].index(told.filed)
                    for name in PUBLISHED:
                        least[self.places[(told[:2], month, nth), name, NOW]] = getattr(tally, name)
        return least[self.starts[-1] :]

    def _stacked(self, blocks: Sequence[csr_array], rows: Sequence[tuple[Row, int]]) -> csr_array:
        """The months' rows, each about its own counts, and those about all."""
        together = block_diag(blocks, format="csr")
        shape = (together.shape[0], self.size)
        padded = csr_array((together.data, together.indices, together.indptr), shape=shape)
        return vstack([padded, matrix([row for row, _ in rows], self.size)], format="csr")

    def _told(self) -> Iterator[tuple[Row, int]]:
        for nth, quarter in enumerate(self.world.quarters):
            for line in quarter.lines:
                for name, n in (line.counts._asdict() if line.counts else {}).items():
                    if n is not None:
                        yield [*self.counted((line.table, line.code), name, nth, range(len(self.blocks)))], n

    def _months(self) -> Iterator[tuple[Row, int]]:
        """A month's counts by when its matters were first answered; those not answered yet count nowhere else."""
        for pair, month in {where[:2] for where in self.where}:
            here = [where for where in self.where if where[:2] == (pair, month)]
            for name, in_month in IN_MONTHS.items():
                yield (
                    [
                        *((self.places[where, name, THEN], -1) for where in here),
                        *self._in_month(pair, month, in_month),
                    ],
                    0,
                )
            yield (
                [
                    *((self.places[where, "cases", NOW], -1) for where in here),
                    *self._in_month(pair, month, "cases"),
                ],
                0,
            )

    def _in_month(self, pair: Pair, month: int, name: str) -> Iterator[tuple[int, int]]:
        block, start = self.blocks[month], self.starts[month]
        yield from ((start + block.places[cell, name], 1) for cell in block.cells if cell[:2] == pair)

    def _relations(self) -> Iterator[tuple[Row, int]]:
        for where in self.where:
            now = {name: self.places[where, name, NOW] for name in NAMES}
            then = {name: self.places[where, name, THEN] for name in IN_MONTHS}
            for place in (now, then):
                for parts, whole in (*(((one.name,), one.of) for one in COLUMNS if one.of), *APART):
                    if set(parts) <= place.keys():
                        yield [*((place[part], 1) for part in parts), (place[whole], -1)], 0
            yield from (([(place, 1), (now[name], -1)], 0) for name, place in then.items())
            if self._all_released(where):
                yield [(now["cases"], 1), (then["cases"], -1)], 0
            if self._none_released(where):
                yield [(then["cases"], 1)], 0

    def _samples(self) -> Iterator[tuple[Row, int]]:
        """A quarter has so many matters at least and at most, as so many were drawn; an office as many as were read."""
        filed = range(len(self.blocks))
        for nth, sample in enumerate(self.world.samples):
            if sample is None:
                continue
            everything = [(self.places[where, "cases", NOW], 1) for where in self.where if where[2] == nth]
            yield [(place, -1) for place, _ in everything], -sample.size
            larger = [size for size in SIZES if size > sample.size]
            if larger:
                yield everything, min(larger) - 1
            for office, read in sample.offices.items():
                row = self.counted((OFFICE, office), "cases", nth, filed)
                yield [(place, -1) for place, _ in row], -read

    def _all_released(self, where: Where) -> bool:
        """Whether all of them were answered before their month's release: it came after the quarter's end."""
        _, month, nth = where
        return nth != NEVER and 3 * nth + 3 <= month + 2

    def _none_released(self, where: Where) -> bool:
        _, month, nth = where
        return month + 2 <= 3 * (len(self.world.quarters) if nth == NEVER else nth)


def small_counts(joint: Joint) -> Iterator[Small]:
    """Of the quarters, of their months, and of who was filed in one and answered in the other.

    Those too that whoever counts the published matters could find.
    """
    for number, block in enumerate(joint.blocks):
        start = joint.starts[number]
        for one in months.small_counts(block, joint.world.counted[number]):
            aim = [(start + place, sign) for place, sign in one.aim]
            yield one._replace(name=f"month {number} {one.name}", aim=aim)
    for nth in range(len(joint.world.quarters)):
        filed = range(3 * nth + 3)
        yield from _of_quarter(joint, nth, "quarter", filed)
        kinds = {"filed before": filed[: 3 * nth]} | {f"filed in {month}": [month] for month in filed}
        for kind, among in kinds.items():
            yield from _of_quarter(joint, nth, kind, among)


def _of_quarter(joint: Joint, nth: int, kind: str, filed: Sequence[int]) -> Iterator[Small]:
    """Of a quarter's matters that were filed in these months.

    When matters were answered is what the office did: months say how many wait, small or not. So how many there were
    is no secret for part of a quarter ("pace"), and what residents did is asked where there were enough of them.
    """
    named = {joint.world.tables[month].month for month in filed}
    tallies = {told: each for told, each in joint.world.tallies[nth].items() if told.filed in named}
    for side, table in enumerate((OFFICE, CATEGORY)):
        for code in sorted({told[side] for told in tallies}):
            these = {told: each for told, each in tallies.items() if told[side] == code}
            enough = sum(each.cases for told, each in these.items() if not told.agreed) >= THRESHOLD
            for column in COLUMNS:
                called = kind if kind == "quarter" or column is not COLUMNS[0] else f"pace {kind}"
                if not enough and called == kind != "quarter":
                    continue
                for made in ({column.name: 1}, *(_less(left) for left in column.left)):
                    value, public = (
                        sum(sign * getattr(each, name) for each in some for name, sign in made.items())
                        for some in (
                            these.values(),
                            [
                                each
                                for told, each in these.items()
                                if told.agreed and made.keys() <= set(PUBLISHED)
                            ],
                        )
                    )
                    aim = [
                        (place, sign)
                        for name, sign in made.items()
                        for place, _ in joint.counted((table, code), name, nth, filed)
                    ]
                    for less in sorted({0, public}):
                        if 0 < value - less < THRESHOLD:
                            words = f"{called} of {nth} {table} {code} {made} less {less}"
                            yield Small(words, aim, value - less, less)


def _less(left: tuple[str, ...]) -> dict[str, int]:
    return {left[0]: 1, **dict.fromkeys(left[1:], -1)}


SECRET = ("quarter", "month", "filed")


def found_small(world: World, *, of: str | tuple[str, ...] = SECRET) -> dict[str, tuple[int, int]]:
    """Counts that the attacker knows to be below the threshold: how much they are, and can be at most.

    of: how their names begin; "pace" for how many were filed in one time and answered in another.
    """
    joint = Joint(world)
    counts = [one for one in small_counts(joint) if one.name.startswith(of)]
    found = joint.programme().found(counts, THRESHOLD)
    # Where few waited when a month was released, that month alone tells how many can have been answered later.
    counts = [one for one in counts if one.name in found and one.name.startswith("pace")]
    alone = joint.programme(quarters=False).found(counts, THRESHOLD) if counts else {}
    return {name: told for name, told in found.items() if name not in alone}


def tries(seed: int, quarters: int, of: str | tuple[str, ...]) -> Iterator[Tried]:
    world = random_world(seed, quarters=quarters)
    counts = [
        n for quarter in world.quarters for line in quarter.lines for n in line.counts or [None] * len(NAMES)
    ]
    yield Tried(found_small(world, of=of), sum(n is not None for n in counts), len(counts))


if __name__ == "__main__":
    in_a_row = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    main(
        f"rows of {in_a_row} quarters",
        partial(tries, quarters=in_a_row, of=sys.argv[4] if len(sys.argv) > 4 else SECRET),
    )
