"""Reading files of open data, as strangers may have changed them."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

_LONGEST = 16


class WrongFile(ValueError):
    """A file that is none of ours; the message says which, and where."""


def rows_of(
    folder: Path, name: str, columns: tuple[str, ...], *, each: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    """The rows of one file by column. ``each``: what no two rows have alike. Raises `WrongFile`."""
    seen: dict[tuple[str, ...], int] = {}
    try:
        with found_as(folder, name)[0].open(encoding="utf-8", newline="") as file:
            found = csv.DictReader(file)
            if tuple(found.fieldnames or ()) != columns:
                raise WrongFile(f"{name}: {found.fieldnames}")
            for row in found:
                if None in row.values() or None in row:
                    raise WrongFile(f"{name}: {row}")
                about = tuple(row[column] for column in each)
                if before := seen.get(about):
                    words = " ".join(filter(None, about))
                    raise WrongFile(f"{name} {before}, {found.line_num}: {words} ×2")
                seen[about] = found.line_num
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongFile(f"{name}: {error}") from error


def cells_of(folder: Path, name: str) -> list[list[str]]:
    """All rows of one file as they stand there, the names of columns and empty rows too. Raises `WrongFile`."""
    try:
        with found_as(folder, name)[0].open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongFile(f"{name}: {error}") from error


def found_as(folder: Path, name: str) -> list[Path]:
    """The file, also under the name that it has when it was taken from the page: with its month before.

    The newest first; more than one where somebody put several editions into one folder.
    """
    own = folder / name
    dated = sorted(folder.glob(f"[0-9]*-{name}"), reverse=True)
    return [*dated, own] if own.exists() or not dated else dated


def whole(row: Mapping[str, Any], name: str) -> int:
    """A count. Raises `WrongFile`."""
    text = row[name]
    if not is_whole(text):
        raise WrongFile(f"{name}: {text!r}")
    return int(text)


def is_whole(text: object) -> bool:
    """Whether it can be read as a count."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < _LONGEST


def day(text: str) -> date:
    """A day of the calendar. Raises `WrongFile`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongFile(f"as_of: {text!r}") from error
