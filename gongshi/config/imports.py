"""One run of an import: a table's file in, its rows to `cases.actions.imports` in chunks, what is refused to a file."""

import csv
import gzip
import io
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from gongshi.formats.pack import PackFault
from gongshi.formats.tables import (
    REASONS,
    RowReader,
    RowRefused,
    Rows,
    SourceRow,
    TableError,
    TableMap,
    header_faults,
    read_map,
)

if TYPE_CHECKING:
    from gongshi.cases.actions.imports import Taken

_GZIP = b"\x1f\x8b"
_HEADER = ("row", "column", "code", "原因", "reason")
# A file without line breaks must not fill the memory; whatever stands on such a line is refused in pieces.
LONGEST_LINE = 4_000_000
# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class MapRefused(Exception):
    """The map has faults, or does not fit the table or the place."""

    def __init__(self, faults: list[PackFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class TableRefused(Exception):
    """The table cannot be read. ``zh`` and ``en`` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass
class Totals:
    """What an import has done so far. ``share``: how much of the file is read, from 0 to 1.

    ``too_late``: of those added how many were filed in months whose figures are out already. ``source``: the older
    system; ``under_way``: its table was not read to the end.
    """

    read: int = 0
    added: int = 0
    there: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    without_place: int = 0
    disagreeing: int = 0
    too_late: int = 0
    source: str = ""
    under_way: bool = False
    share: float = 0.0
    seconds: float = 0.0

    def count(self, taken: "Taken", *, read: int, refused: list[tuple[int, RowRefused]]) -> None:
        """Add what became of one chunk of ``read`` rows, of which ``refused`` were."""
        self.read += read
        self.added += taken.added
        self.there += taken.there
        self.refused.update(row[1].code for row in refused)
        self.without_place += taken.without_place
        self.disagreeing += taken.disagreeing

    @property
    def rate(self) -> float:
        """Rows read in a second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Wanted:
    """One import as it was asked for. ``limit``: how many rows at most, None for all of them."""

    file: Path
    map: Path
    rejects: Path
    limit: int | None = None
    dry_run: bool = False


def map_of(path: Path) -> TableMap:
    """The map in a file. Raises MapRefused with every fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"{path} 不是UTF-8", f"{path} is not UTF-8") from error
    found, faults = read_map(path.name, text)
    if found is None:
        raise MapRefused(faults)
    return found


def run(wanted: Wanted, *, at: datetime, progress: Callable[[Totals], None]) -> Totals:
    """Import a table. ``progress`` is told after every chunk.

    Raises MapRefused, TableRefused, NoPlace (before a pack is loaded), OSError. Whatever was taken in before stays.
    """
    from django.utils import timezone

    from gongshi.accounts.actors import System
    from gongshi.cases.actions.import_runs import FINISHED, begin_import, end_import
    from gongshi.cases.actions.imports import CHUNK, import_rows
    from gongshi.cases.importing import Placing
    from gongshi.figures.released.queries import released_months

    found = map_of(wanted.map)
    placing = Placing(found, at=at)
    _check_codes(placing.unknown_codes(), wanted.map.name)
    actor, totals, started = System("import"), Totals(source=found.source), time.monotonic()
    with TableFile(wanted.file, found.encoding) as table, Rejects(wanted.rejects) as rejects:
        rows = _rows(table.lines(), found, wanted)
        while chunk := list(islice(rows, CHUNK)):
            if not (totals.read or wanted.dry_run):
                # Before the first row is there: from now on no figures are released.
                begin_import(found.source, at=at)
                totals.under_way = True
            good = [row for row in chunk if isinstance(row, SourceRow)]
            taken = import_rows(good, placing, actor=actor, at=at, keep=not wanted.dry_run)
            refused = [row for row in chunk if not isinstance(row, SourceRow)] + taken.refused
            rejects.write(refused)
            totals.count(taken, read=len(chunk), refused=refused)
            totals.share, totals.seconds = table.share, time.monotonic() - started
            out = {month.first for month in released_months()}
            totals.too_late += sum(number for first, number in taken.months.items() if first in out)
            progress(totals)
    # Read up to a limit is not read to the end.
    if totals.under_way and totals.read != wanted.limit:
        end_import(found.source, FINISHED, at=timezone.now())
        totals.under_way = False
    return totals


def _check_codes(unknown: list[tuple[str, str]], file: str) -> None:
    if unknown:
        raise MapRefused(
            [
                PackFault(
                    file,
                    where,
                    {"zh": f"这个地方没有“{code}”。", "en": f'This place has no "{code}".'},
                    {
                        "zh": "改正代码，或先把它写进地方包再载入。",
                        "en": "Mend the code, or load a pack that has it first.",
                    },
                )
                for where, code in unknown
            ]
        )


Read = SourceRow | tuple[int, RowRefused]


def _rows(lines: Iterable[str], found: TableMap, wanted: Wanted) -> Iterator[Read]:
    """The table's rows as plain values, or why not. Raises MapRefused, TableRefused."""
    try:
        rows = Rows(lines, found.separator)
    except TableError as error:
        raise _refused(error, wanted) from error
    faults = header_faults(found, rows.header, wanted.map.name)
    if faults:
        raise MapRefused(faults)
    read = RowReader(found, rows.header)
    for cells in islice(rows, wanted.limit):
        try:
            if cells.refused:
                raise cells.refused
            yield read(cells.number, cells.cells)
        except RowRefused as refused:
            yield cells.number, refused


def _refused(error: TableError, wanted: Wanted) -> TableRefused:
    words = {
        "empty": ("{file} 是空的", "{file} is empty"),
        "no_header": ("{file} 的第一行不是表头", "the first line of {file} is no header"),
        "wrong_encoding": (
            '{file} 的表头无法识别：在映射里写 encoding = "gb18030" 试试',
            'the header of {file} cannot be read: try encoding = "gb18030" in the map',
        ),
    }
    zh, en = words[error.code]
    return TableRefused(zh.format(file=wanted.file), en.format(file=wanted.file))


class TableFile:
    """A table's file, unpacked if it is gzip, as lines; and how much of it has been read."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._file = path.open("rb")
        self._size = max(path.stat().st_size, 1)
        packed = self._file.read(len(_GZIP)) == _GZIP
        self._file.seek(0)
        content = gzip.GzipFile(fileobj=self._file) if packed else self._file
        self._lines = io.TextIOWrapper(
            cast(BinaryIO, content), encoding=encoding, errors="surrogateescape", newline=""
        )

    def __enter__(self) -> "TableFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._file.close()

    @property
    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(self._file.tell() / self._size, 1.0)

    def lines(self) -> Iterator[str]:
        """Its lines. Raises TableRefused where a packed file breaks off or is damaged."""
        try:
            while line := self._lines.readline(LONGEST_LINE):
                yield line
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TableRefused(
                f"{self._path} 在中途断了，或已损坏；读到的部分已转入",
                f"{self._path} breaks off or is damaged; what was read before is taken in",
            ) from error


class Rejects:
    """A new rejects file: row numbers, columns and reasons; it holds nothing that a row said."""

    def __init__(self, path: Path) -> None:
        try:
            # Spreadsheets take a file for UTF-8 only with the mark at its start.
            self._file = path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise TableRefused(
                f"{path} 不能写（{error.strerror}）：用 --rejects 写到别处",
                f"{path} cannot be written ({error.strerror}): name another place with --rejects",
            ) from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(_HEADER)

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, rows: list[tuple[int, RowRefused]]) -> None:
        """List refused rows, in their order in the table."""
        for number, refused in sorted(rows, key=lambda row: row[0]):
            words, column = REASONS[refused.code], refused.column
            inert = "'" + column if column.startswith(_FORMULA) else column
            self._writer.writerow((number, inert, refused.code, words["zh"], words["en"]))
        self._file.flush()
