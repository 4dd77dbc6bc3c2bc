"""Which counts of one month's tables may be shown, so that none below the threshold can be worked out from all of them.

Criterion and reasons: docs/rules/disclosure.md. Source: A. Hundepool and others, "Statistical Disclosure Control"
(Wiley, 2012), chapter 4: a withheld count is protected when the interval that a reader can compute for it reaches far
enough. Here: up to the threshold.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from gongshi.rules.disclosure.network import UNBOUNDED, Arc, Network

OFFICE, CATEGORY, AREA, PAIR, ALL = "office", "category", "area", "office_category", "all"
REST = "rest_of_area"
"""No table: what an area has without the offices that serve it alone. Whoever reads both tables has the difference."""
Cell = tuple[str, str, str]
"""The codes of an office, a category and an area."""
Key = tuple[str, tuple[str, ...]]
"""A row: its table, and its codes."""
Counts = Mapping[str, int]
Local = Mapping[str, str]
"""Offices that serve one area alone, as everybody may know, with that area."""
_EVERYWHERE: Key = (ALL, ())
MARGIN, MARGIN_OF_PARTS = 2, 3
"""Room for so many times what a count lacks, as columns hang together, most of all those that are parts of others."""


@dataclass(frozen=True)
class Column:
    """A column of counts. ``of``: the column that it is a part of, "" for one that is a part of none.

    follows: shown exactly where that column is, small or not (what an office did, never what residents did). holds: a
    part of it that is shown by itself. left: (whole, parts) whose difference counts like a column; the last part is
    this column. public: everybody can see which published cases count here. others: that all who count here are
    published cases is not told either. shut_out: columns of which a case that counts here is in none. in_pairs: shown
    by office and category.
    """

    name: str
    of: str = ""
    follows: str = ""
    holds: str = ""
    left: tuple[tuple[str, ...], ...] = ()
    public: bool = False
    shut_out: tuple[str, ...] = ()
    in_pairs: bool = False
    others: bool = False


Shown = dict[Key, dict[str, int | None]]


def disclosed(
    cells: Mapping[Cell, Counts],
    columns: Sequence[Column],
    threshold: int,
    known: Mapping[Cell, Counts] | None = None,
    local: Local | None = None,
) -> Shown:
    """Every row of the tables by office, category, area, both of the first two, and of all, fit to be shown together.

    cells: the counts by column. columns: wholes before their parts; the first counts the cases that rows are about.
    known: what everybody knows of single cases (published ones), at most ``cells``. local: what an area has without
    these offices is protected, too. A count that is None is withheld.
    Raises ValueError for a threshold below 2.
    """
    if threshold < 2:
        raise ValueError(f"a threshold of {threshold} withholds nothing")
    work = _Work(cells, columns, threshold, known or {}, local or {})
    for column in columns:
        if not column.follows:
            work.protect(column)
    return work.shown()


class _Sum(NamedTuple):
    """A column, or what is ``left`` of a whole without parts, in every row; ``public`` of it are published cases."""

    left: tuple[str, ...]
    values: dict[Key, int]
    public: dict[Key, int]


class _Work:
    def __init__(
        self,
        cells: Mapping[Cell, Counts],
        columns: Sequence[Column],
        threshold: int,
        known: Mapping[Cell, Counts],
        local: Local,
    ) -> None:
        self.columns = {one.name: one for one in columns}
        self.local = local
        self.base = columns[0].name
        self.threshold = threshold
        self.sums = {one: _sums(cells, one, local) for one in self.columns}
        self.known = {one: _sums(known, one, local) for one in self.columns}
        self.keys = list(self.sums[self.base])
        self.withheld: dict[str, set[Key]] = {}

    def protect(self, column: Column) -> None:
        """Decide which counts of one column are withheld: for the column itself, then for what it leaves over."""
        told = {
            key for key in self.keys if key[0] not in (PAIR, REST) or (key[0] == PAIR and column.in_pairs)
        }
        self.withheld[column.name] = told & (self.withheld[column.of] if column.of else set())
        for left in ((), *column.left):
            enough = self._protect_one(column, self._sum(column, left), told)
            if enough and set(left) & set(column.shut_out):
                enough = self._protect_together(column, left, told)
            if not enough:
                # Too few in all: the sum over all would tell too much of one of them.
                self.withheld[column.name] = told
                return

    def _sum(self, column: Column, left: tuple[str, ...], *, together: bool = False) -> "_Sum":
        """A column by itself, or what it leaves with other parts. together: whether or not those are withheld."""
        whole, parts = (left[0], left[1:]) if left else (column.name, ())
        # Another kind's parts that are withheld are among what is left over: it must have room for them.
        apart = set(column.shut_out) if left and not together else set()
        tells = not left or all(self.columns[name].public for name in left)
        found = _Sum(left, {}, {})
        for key in self.keys:
            hidden = {
                part for part in apart.intersection(parts) if self._around(column, key) & self.withheld[part]
            }
            for counts, values in ((self.sums, found.values), (self.known, found.public)):
                n = counts[whole].get(key, 0)
                values[key] = n - sum(counts[part].get(key, 0) for part in parts if part not in hidden)
            if not tells:
                found.public[key] = 0
        return found

    def _protect_one(self, column: Column, what: "_Sum", told: set[Key]) -> bool:
        """Withhold what it takes; whether that was enough while the sum over all is told."""
        mine = self.withheld[column.name]
        asked = [key for key in self.keys if key in told or key[0] == REST]
        lacking = {key: self._lacking(column, what, key) for key in asked}
        small = [key for key, n in lacking.items() if n]
        if _EVERYWHERE in small or (_EVERYWHERE in mine and what.left):
            return False
        # What is left over is exchanged for this column alone: where others of its whole are withheld is no help.
        mine.update(told.intersection(small))
        if _EVERYWHERE in mine:
            return not small
        # Where the whole is withheld it can be more together with its part; for others' sake wholes stay as they are.
        whole = what.left[0] if what.left else column.of
        loose = self.withheld[whole] if whole else set()
        for is_loose in (False, True):
            these = {key: lacking[key] for key in small if self._is_loose(key, loose) == is_loose}
            if not self._widen(column, what, told, these, is_loose=is_loose):
                return False
        return True

    def _protect_together(self, column: Column, left: tuple[str, ...], told: set[Key]) -> bool:
        """The same of what all parts leave, over the rows that withhold any of these.

        The other rows tell all parts, and with the sums over all what those have left together.
        """
        hidden = set[Key]().union(*(self.withheld[part] for part in left[1:]))
        if _EVERYWHERE in hidden:
            return True
        what = self._sum(column, left, together=True)
        asked = [key for key in self.keys if key in told or key[0] == REST]
        lacking = {key: n for key in asked if (n := self._lacking(column, what, key))}
        if _EVERYWHERE in lacking:
            return False
        self.withheld[column.name].update(told.intersection(lacking) - hidden)
        return self._widen(column, what, told, lacking, is_loose=True, beside=hidden)

    def _is_loose(self, key: Key, withheld: set[Key]) -> bool:
        return bool(self._parts_of_rest(key) & withheld if key[0] == REST else key in withheld)

    def _parts_of_rest(self, key: Key) -> set[Key]:
        """What somebody must read to have it."""
        area = key[1][0]
        return {(AREA, (area,)), *((OFFICE, (code,)) for code, where in self.local.items() if where == area)}

    def _lacking(self, column: Column, what: "_Sum", key: Key) -> int:
        """How much more a reader must think that it could be; 0 where it is not small.

        Published cases are on pages of their own: what is left without them must not be small either.
        """
        value, public = what.values[key], what.public[key]
        small = [n for n in (value, value - public) if 0 < n < self.threshold]
        # That there are no others tells of those whose cases are published what all cases of a row have in common.
        if column.others and public == value and not what.left and value:
            small.append(0)
        return max((self.threshold - n for n in small), default=0)

    def _widen(
        self,
        column: Column,
        what: "_Sum",
        told: set[Key],
        lacking: Mapping[Key, int],
        *,
        is_loose: bool,
        beside: Set[Key] = frozenset(),
    ) -> bool:
        """Withhold others of the column for the sake of these; whether that was enough. beside: hidden already."""
        mine, network = self.withheld[column.name], Network[Key]()
        for key in self.keys if lacking else ():
            if key[0] != ALL:
                least = what.public[key] if what.left else self._least(column, key, is_loose=is_loose)
                most = self._most(column, what.left, key, is_loose=is_loose)
                named, shown = key in told or key[0] == REST, key not in mine | beside and key[0] != REST
                ends = ends_of(key, self.local)
                network.add(Arc(*ends, what.values[key], least, most, key if named else None, shown))
        margin = MARGIN_OF_PARTS if column.of or what.left else MARGIN
        enough = all(
            network.widen(key, margin * lacking[key]) >= lacking[key]
            for key in sorted(lacking, key=lambda each: (what.values[each], each))
        )
        mine.update(told & network.hidden() - beside)
        return enough

    def _least(self, column: Column, key: Key, *, is_loose: bool) -> int:
        """What everybody knows of it already."""
        held = 0
        if column.holds:
            whole, around = self.columns[column.of], self._around(column, key)
            by_pair = key[0] == PAIR and whole.in_pairs and key not in self.withheld[whole.name]
            if by_pair or not (is_loose and around & self.withheld[whole.name]):
                held = self.sums[column.holds].get(key, 0)
        return max(held, self.known[column.name].get(key, 0))

    def _most(self, column: Column, left: tuple[str, ...], key: Key, *, is_loose: bool) -> int:
        """The whole, where a reader may know it. Where it is withheld, it could be more with its part."""
        whole, around = left[0] if left else column.of, self._around(column, key)
        if not whole or (is_loose and around & self.withheld[whole]):
            return self._most_of_pair(key, whole)
        # Cases that are told of another part can be in no other.
        shut = left[1:] if left else column.shut_out
        taken = sum(self.sums[other].get(key, 0) for other in shut if not around & self.withheld[other])
        # A published case may be known to be none of them: by its page, or by a category that shows none.
        told = 0 if left else self.known[whole].get(key, 0) - self.known[column.name].get(key, 0)
        return max(self.sums[whole].get(key, 0) - max(taken, told), 0)

    def _most_of_pair(self, key: Key, whole: str) -> int:
        """An office and a category tell how many cases they have, or how many fell due: no part is more."""
        while whole and not (self.columns[whole].in_pairs and key not in self.withheld[whole]):
            whole = self.columns[whole].of
        return self.sums[whole].get(key, 0) if whole and key[0] == PAIR else UNBOUNDED

    def _around(self, column: Column, key: Key) -> set[Key]:
        table, codes = key
        if table == REST:
            return self._parts_of_rest(key)
        if table != PAIR:
            return {key}
        return {(OFFICE, codes[:1]), (CATEGORY, codes[1:])} | ({key} if column.in_pairs else set())

    def shown(self) -> Shown:
        """Rows with every column; of a pair's row only the columns that are told of pairs."""
        found: Shown = {}
        for key in sorted(key for key in self.keys if key[0] != REST):
            row = {
                name: self._value(column, key)
                for name, column in self.columns.items()
                if key[0] != PAIR or column.in_pairs
            }
            found[key] = row
        return found

    def _value(self, column: Column, key: Key) -> int | None:
        leader = column
        while leader.follows:
            leader = self.columns[leader.follows]
        return None if key in self.withheld[leader.name] else self.sums[column.name].get(key, 0)


def ends_of(key: Key, local: Local) -> tuple[Hashable, Hashable]:
    """Where a count stands in the network.

    With offices of one area alone a case comes by its area, then by such an office, or with the rest by another one.
    """
    table, codes = key
    if table == PAIR:
        return (OFFICE, codes[:1]), (CATEGORY, codes[1:])
    if table == OFFICE and codes[0] in local:
        return (AREA, (local[codes[0]],)), key
    return {
        OFFICE: ("offices", key),
        CATEGORY: (key, "categories"),
        AREA: ("areas", key if local else "all areas"),
        REST: ((AREA, codes), "offices"),
    }[table]


def keys_of(cell: Cell) -> tuple[Key, ...]:
    """The rows in which a case of the cell is counted."""
    office, category, area = cell
    pair = (PAIR, (office, category))
    return (ALL, ()), (OFFICE, (office,)), (CATEGORY, (category,)), (AREA, (area,)), pair


def _sums(cells: Mapping[Cell, Counts], column: str, local: Local) -> dict[Key, int]:
    """The sums of a column in every table."""
    found: dict[Key, int] = defaultdict(int)
    for cell, counts in cells.items():
        for key in keys_of(cell):
            found[key] += counts.get(column, 0)
    for area, offices in rests(found, local).items():
        taken = sum(found.get((OFFICE, (code,)), 0) for code in offices)
        # An office may have a case of another area all the same.
        found[REST, (area,)] = max(found[AREA, (area,)] - taken, 0)
    return dict(found)


def rests(keys: Iterable[Key], local: Local) -> dict[str, list[str]]:
    """The areas among the rows, each with the offices that serve it alone; none where there is no such office."""
    rows = set(keys)
    areas = [codes[0] for table, codes in rows if table == AREA] if local else []
    offices = [code for code in local if (OFFICE, (code,)) in rows]
    return {area: [code for code in offices if local[code] == area] for area in areas}
