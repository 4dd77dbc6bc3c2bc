"""Reads a foreign table row by row: lines in, cells out, never more than one row in memory.

Comma-separated values as RFC 4180 describes them, with the separator that the map names. The lines come from the
caller, who opened and unpacked the file; bytes that are no characters come as lone surrogates (``surrogateescape``),
so that one bad row spoils no other.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gongshi.formats.tables.model import RowRefused

LONGEST_CELL = 1_000_000


class TableError(ValueError):
    """A table that cannot be read at all. ``code``: "empty", "no_header", "wrong_encoding"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Cells(NamedTuple):
    """One row as it stands: ``number`` as a spreadsheet counts, and its cells, or why there are none."""

    number: int
    cells: list[str]
    refused: RowRefused | None = None


class Rows:
    """A table being read. ``header`` holds its columns' names; iterating gives the rows, once."""

    def __init__(self, lines: Iterable[str], separator: str = ",") -> None:
        """Read the header. Raises TableError."""
        csv.field_size_limit(LONGEST_CELL)
        self._rows = csv.reader(lines, delimiter=separator)
        self._number = 1
        try:
            header = next(self._rows, None)
        except csv.Error:
            raise TableError("no_header") from None
        if not header:
            raise TableError("empty")
        if not _readable(header):
            raise TableError("wrong_encoding")
        self.header = [name.strip() for name in header]

    def __iter__(self) -> Iterator[Cells]:
        width = len(self.header)
        while True:
            self._number += 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error:
                yield Cells(self._number, [], RowRefused("too_long"))
                continue
            if not cells:  # an empty line
                continue
            if len(cells) != width:
                yield Cells(self._number, [], RowRefused("wrong_columns"))
            elif not _readable(cells):
                yield Cells(self._number, [], RowRefused("unreadable_characters"))
            else:
                yield Cells(self._number, cells)


def _readable(cells: list[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
