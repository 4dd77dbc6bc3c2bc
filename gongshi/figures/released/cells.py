"""What may stand in a cell of the open data, and which cells of a row go together. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answer_files import ANSWERS
from gongshi.figures.released.answers import NAMES as ANSWER_NAMES
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.csv_rows import is_whole
from gongshi.figures.released.files import DEFINITIONS, KEYS, TABLES, WAITS
from gongshi.figures.released.reading_files import READINGS, SAID, SAMPLES, WITHHELD
from gongshi.figures.released.readings import FEW, READ, READING
from gongshi.figures.released.saying import Sentence
from gongshi.formats.cells import read_cell, safe_cell
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE, PAIR

Row = Mapping[str, str]
"""A row by its columns."""
Check = Callable[[str], Sentence | None]
"""What should stand there instead, or None."""
_NAMED = {ALL: (), OFFICE: (OFFICE,), CATEGORY: (CATEGORY,), AREA: (AREA,), PAIR: (OFFICE, CATEGORY)}


def _count(text: str) -> Sentence | None:
    is_right = is_whole(text) and str(int(text)) == text
    return None if is_right else ("一个整数，如 40", "a whole number such as 40")


def _maybe(check: Check) -> Check:
    def found(text: str) -> Sentence | None:
        should = check(text) if text else None
        return should and (f"{should[0]}，或空着", f"{should[1]}, or empty")

    return found


def _threshold(text: str) -> Sentence | None:
    if _count(text) or int(text) < 2:
        return "一个整数，从 2 起", "a whole number from 2 up"
    return None


def _day(text: str) -> Sentence | None:
    try:
        is_right = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_right = False
    return None if is_right else ("一天，如 2026-11-01", "a day such as 2026-11-01")


def _period(parse: Callable[[str], object], zh: str, en: str) -> Check:
    def found(text: str) -> Sentence | None:
        try:
            parse(text)
        except ValueError:
            return zh, en
        return None

    return found


def _code(text: str) -> Sentence | None:
    right = safe_cell(read_cell(text))
    return None if right == text else (repr(right), repr(right))


def _one_of(*words: str) -> Check:
    told = ", ".join(word or '""' for word in words)
    return lambda text: None if text in words else (f" {told} 之一", f"one of {told}")


def _there(text: str) -> Sentence | None:
    return None if text.strip() else ("有字的", "some text")


_MONTH = {
    "month": _period(Month.parse, "一个月，如 2026-10", "a month such as 2026-10"),
    "table": _one_of(*_NAMED),
    **dict.fromkeys(KEYS[1:], _code),
}
_HEAD: dict[str, Check] = {"as_of": _day, "threshold": _threshold, "definition": _there}
_QUARTER = _period(Quarter.parse, "一季，如 2026-Q3", "a quarter such as 2026-Q3")
CELLS: Mapping[str, Mapping[str, Check]] = {
    DEFINITIONS: {"code": _there, "changed_on": _day, "zh": _there, "en": _there},
    TABLES: {**_MONTH, **_HEAD, **dict.fromkeys(NAMES, _maybe(_count))},
    WAITS: {
        **_MONTH,
        "from_days": _count,
        "to_days": _maybe(_count),
        "answered": _count,
        "unanswered": _count,
    },
    ANSWERS: {
        "quarter": _QUARTER,
        **_HEAD,
        "table": _one_of(OFFICE, CATEGORY),
        "code": _code,
        **dict.fromkeys(ANSWER_NAMES, _maybe(_count)),
    },
    SAMPLES: {
        "quarter": _QUARTER,
        "state": _one_of(READING, FEW, READ),
        **dict.fromkeys(("size", "batch"), _count),
        "closes_on": _day,
        "as_of": _maybe(_day),
        "threshold": _maybe(_threshold),
        "withheld": _one_of(*WITHHELD),
    },
    READINGS: {
        "quarter": _QUARTER,
        "table": _one_of(ALL, OFFICE),
        "code": _code,
        "question": _there,
        **dict.fromkeys(("read", "told", "yes"), _count),
        **dict.fromkeys(SAID, _maybe(_count)),
    },
}
"""The columns of each file that are looked at by themselves."""


def row_wrongs(name: str, row: Row) -> Iterator[Sentence]:
    """Cells of a row that are filled, or empty, and should not be."""
    if name in (TABLES, WAITS):
        named = _NAMED.get(row["table"], KEYS[1:])
        # "" is the area of cases without any place.
        yield from _empty(row, [column for column in KEYS[1:] if column not in named])
        yield from _filled(row, [column for column in named if column != AREA])
    elif name == ANSWERS:
        yield from _filled(row, ["code"])
        if not row["cases"]:
            yield from _empty(row, ANSWER_NAMES)
    elif name == SAMPLES:
        closed = ("as_of", "threshold", "withheld")
        yield from _empty(row, closed) if row["state"] == READING else _filled(row, closed)
    elif name == READINGS:
        of_all = row["table"] == ALL
        yield from _empty(row, ["code"] if of_all else SAID)
        yield from _filled(row, SAID if of_all else ["code"])


def _empty(row: Row, columns: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[Sentence]:
    for column in columns:
        if row[column]:
            yield (
                f"{column} 写着 {row[column]!r}，这一行应该空着",
                f"{column} is {row[column]!r}; it should be empty in this row",
            )


def _filled(row: Row, columns: list[str] | tuple[str, ...]) -> Iterator[Sentence]:
    for column in columns:
        if not row[column]:
            yield f"{column} 空着，这一行应该有", f"{column} is empty; it should not be in this row"
