"""Which counts cannot be, as far as they tell themselves: in one row, and where rows are parts of another.

Pure. Why each must hold: docs/rules/disclosure.md; what no stranger can know: docs/figures.md#what-the-check-finds.
"""

from collections.abc import Iterator, Mapping, Sequence

from gongshi.figures.released.saying import Sentence
from gongshi.rules.disclosure import Column

Counts = Mapping[str, int | None]
"""Each column by its name; None: withheld."""


def row_wrongs(
    counts: Counts, columns: Sequence[Column], threshold: int, *, strict: bool
) -> Iterator[Sentence]:
    """What cannot be in one row. strict: what columns leave over was kept from being small, too.

    threshold: 0 where small counts are told.
    """
    for column in columns:
        n, of = counts.get(column.name), counts.get(column.of) if column.of else None
        if n is None:
            if column.follows and counts.get(column.follows) is not None:
                yield (
                    f"{column.name} 没有写，{column.follows} 写了，应该一起写",
                    f"{column.name} is withheld; it should be told, as {column.follows} is",
                )
            continue
        if column.of and of is None:
            yield (
                f"{column.name} 是 {n}，可是它所属的 {column.of} 没有写，应该空着",
                f"{column.name} is {n}; it should be empty, as {column.of}, of which it is a part, is withheld",
            )
        if of is not None and n > of:
            yield (
                f"{column.name} 是 {n}，多于 {column.of} 的 {of}",
                f"{column.name} is {n}, more than {column.of}, {of}",
            )
        if not column.follows and 0 < n < threshold:
            yield (
                f"{column.name} 是 {n}，不到 {threshold}，应该空着",
                f"{column.name} is {n}, below {threshold}; it should be empty",
            )
        held = counts.get(column.holds) if column.holds else None
        if held is not None and held > n:
            yield (
                f"{column.name} 是 {n}，少于其中 {column.holds} 的 {held}",
                f"{column.name} is {n}, less than {column.holds} among them, {held}",
            )
        for left in column.left:
            yield from _left(counts, left, threshold if strict else 0)


def _left(counts: Counts, left: tuple[str, ...], threshold: int) -> Iterator[Sentence]:
    told = [n for name in left if (n := counts.get(name)) is not None]
    if len(told) < len(left):
        return
    whole, *parts = told
    n, names = whole - sum(parts), (left[0], " + ".join(left[1:]))
    if n < 0 and len(parts) > 1:
        yield (
            f"{names[1]} 共 {sum(parts)}，多于 {names[0]} 的 {whole}",
            f"{names[1]} are {sum(parts)}, more than {names[0]}, {whole}",
        )
    if 0 < n < threshold:
        yield (
            f"{names[0]} 减去 {names[1]} 剩 {n}，不到 {threshold}，应该有一个空着",
            f"{names[0]} without {names[1]} leaves {n}, below {threshold}; one of them should be empty",
        )


def sum_wrongs(
    whole: Counts, parts: Sequence[Counts], of: Mapping[str, str], *, every: bool
) -> Iterator[Sentence]:
    """What the rows of which another is the sum cannot be. of: which column is a part of which.

    every: whether they are all the rows that it is the sum of; else there may be others.
    """
    for name, total in whole.items():
        if total is None:
            continue
        told = [n for one in parts if (n := one.get(name)) is not None]
        found = sum(told)
        if found > total:
            yield (
                f"{name} 是 {total}，各行加起来却是 {found}，剩 {total - found}",
                f"{name} is {total}, its rows add up to {found}: {name} leaves {total - found} to others",
            )
        elif every and found < total and len(told) == len(parts):
            yield (
                f"{name} 是 {total}，各行都写了，加起来却是 {found}",
                f"{name} is {total}; its rows, all told, add up to {found}; both should be the same",
            )
        else:
            yield from _left_to_others(whole, parts, name, of.get(name, ""))


def _left_to_others(whole: Counts, parts: Sequence[Counts], name: str, of: str) -> Iterator[Sentence]:
    """Of what is left for rows that are not told, no more can be in a part than in its whole."""
    most = whole.get(of)
    if most is None:
        return
    both = [(n, m) for one in parts if (n := one.get(name)) is not None and (m := one.get(of)) is not None]
    n, m = (whole[name] or 0) - sum(one for one, _ in both), most - sum(one for _, one in both)
    if n > m >= 0:
        yield (
            f"各行以外，{name} 还剩 {n}，{of} 只剩 {m}",
            f"{name} leaves {n} to others, and {of}, of which it is a part, {m}",
        )
