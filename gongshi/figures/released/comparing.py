"""Numbers of a file, row by row, against the same as they are computed."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from gongshi.figures.released.csv_rows import cells_of, found_as
from gongshi.figures.released.saying import Place, named

Row = tuple[str, ...]
"""All cells of a row: the period first, the value last, all before the value its key."""


def number_differences(
    folder: Path, name: str, computed: Iterable[Row], without: Collection[str]
) -> Iterator[str]:
    """One sentence for each row that is told otherwise, twice, in another place, or not at all.

    without: periods of which nothing was computed. Raises `WrongFile`.
    """
    ours = {row[:-1]: row[-1] for row in computed}
    file, seen, fits = found_as(folder, name)[0].name, dict[Row, int](), True
    for number, cells in enumerate(cells_of(folder, name)[1:], start=2):
        *key_cells, told = cells
        key = tuple(key_cells)
        if key[0] in without:
            continue
        if wrong := _wrong(key, told, ours.get(key), seen.get(key)):
            fits = False
            yield Place(file, number).says(wrong)
        seen.setdefault(key, number)
    for key in (one for one in ours if one not in seen):
        fits = False
        what = f"{named(*key)}: told nothing, computed {ours[key]}"
        yield Place(file).says(
            (f"缺一行 {named(*key)}，算出来是 {ours[key]}", f"{what}; there is no such row")
        )
    if fits:
        yield from _order(Place(file), seen, ours)


def _wrong(key: Row, told: str, computed: str | None, before: int | None) -> tuple[str, str] | None:
    words = named(*key)
    if before:
        return (
            f"{words} 在第 {before} 行已经有了，应该只有一行",
            f"{words}: a second row of it, told {told}; the first is row {before}, and there should be one",
        )
    if computed is None:
        return f"{words} 写着 {told}，算不出这个数", f"{words}: told {told}, computed nothing"
    if computed != told:
        return f"{words} 写着 {told}，算出来是 {computed}", f"{words}: told {told}, computed {computed}"
    return None


def _order(place: Place, seen: dict[Row, int], ours: Iterable[Row]) -> Iterator[str]:
    for (key, number), right in zip(seen.items(), ours, strict=True):
        if key != right:
            yield place._replace(row=number).says(
                (
                    f"这里是 {named(*key)}，按次序应该是 {named(*right)}",
                    f"{named(*key)} stands here; in order it should be {named(*right)}",
                )
            )
            return
