"""What a map says of a foreign table, and what one of its rows becomes: plain values, no keys of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gongshi.formats.pack.faults import Words

WHOLE_ROW = "row"
EVERYTHING_ELSE = "*"
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", ";", "\t", "|")
CHANNELS = ("web", "phone", "walk_in", "post", "email", "open311", "import")
DECISIONS = ("done", "will_do", "cannot", "explained")


@dataclass(frozen=True)
class Choice:
    """How one code is found: by a table of values, else from the value itself, else always the same one.

    ``prefix`` None: the value itself is no code. ``otherwise`` "": there is none.
    """

    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    prefix: str | None = None
    otherwise: str = ""

    @property
    def codes(self) -> list[str]:
        """The codes that the map itself names."""
        return [*dict.fromkeys(self.values.values()), *([self.otherwise] if self.otherwise else [])]


@dataclass(frozen=True)
class Keywords:
    """A category that a text suggests by one of these words."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Where:
    """How a row's place is found: by coordinates, else by a value, else by the names that stand in its texts.

    ``nowhere``: points that the old system put in when it knew none.
    """

    latitude: str = ""
    longitude: str = ""
    nowhere: frozenset[tuple[float, float]] = frozenset()
    choice: Choice = field(default_factory=Choice)
    named: bool = False


@dataclass(frozen=True)
class Forwarded:
    """Which rows were only passed on or only acknowledged: by a closing code, or by phrases of a short answer."""

    column: str = ""
    values: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    longest: int = 0


@dataclass(frozen=True)
class Status:
    """Which values mean that a case is open, which that it is closed. Without a column the closing time says it."""

    column: str = ""
    open: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mark:
    """The table's own word on whether an answer came in time: only compared with ours, never believed."""

    column: str = ""
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableMap:
    """Everything a map says. Columns go by their names in the table's header; "" for none."""

    source: str
    key: tuple[str, ...]
    encoding: str
    separator: str
    language: str
    times: tuple[str, ...]
    ignore: tuple[str, ...]
    opened_at: str
    due_at: str
    answered_at: str
    closed_at: str
    text: tuple[str, ...]
    place: tuple[str, ...]
    answer: tuple[str, ...]
    decision: str
    category: Choice
    keywords: tuple[Keywords, ...]
    office: Choice
    where: Where
    channel: Choice
    staff_logged: frozenset[str]
    status: Status
    forwarded: Forwarded
    mark: Mark

    @property
    def whole_row(self) -> bool:
        """Whether a row is known by everything in it, because the table has no key."""
        return self.key == (WHOLE_ROW,)

    @property
    def columns(self) -> dict[str, str]:
        """Every column that the map reads, with the key of the map that reads it first."""
        named = {
            "opened_at": [self.opened_at],
            "due_at": [self.due_at],
            "answered_at": [self.answered_at],
            "closed_at": [self.closed_at],
            "text": self.text,
            "place": self.place,
            "answer.columns": self.answer,
            "category.column": [self.category.column],
            "office.column": [self.office.column],
            "area.column": [self.where.choice.column],
            "area.latitude": [self.where.latitude],
            "area.longitude": [self.where.longitude],
            "channel.column": [self.channel.column],
            "status.column": [self.status.column],
            "forwarded.column": [self.forwarded.column],
            "on_time.column": [self.mark.column],
            "key": () if self.whole_row else self.key,
        }
        found: dict[str, str] = {}
        for key, columns in named.items():
            for column in columns:
                if column:
                    found.setdefault(column, key)
        return found


class Stamp(NamedTuple):
    """A time as the table has it: by the place's clock, or with an offset of its own. ``whole_day``: only a day."""

    at: datetime
    whole_day: bool


@dataclass(slots=True)
class SourceRow:
    """One row as plain values. ``number`` counts like a spreadsheet: the header is row 1.

    ``key`` is what the row is known by in its old system. Codes are unchecked; ``category`` and ``office`` list what
    to try, in order. ``mark`` is the table's own word on whether the answer came in time.
    """

    number: int
    key: str
    opened: Stamp
    due: Stamp | None
    answered: Stamp | None
    closed: Stamp | None
    is_closed: bool
    text: str
    place: str
    answer: str
    category: tuple[str, ...]
    office: tuple[str, ...]
    area: str
    point: tuple[float, float] | None
    channel: str
    staff_logged: bool
    forwarded: bool
    mark: bool | None


class RowRefused(Exception):
    """A row that is not taken in. ``code`` says why (see `REASONS`), ``column`` where it can be seen, or ""."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.column = column


def _reason(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


REASONS: dict[str, Words] = {
    "wrong_columns": _reason("这一行的列数与表头不同", "the row has more or fewer columns than the header"),
    "unreadable_characters": _reason(
        "有无法识别的字符，检查 encoding", "there are characters that cannot be read; check encoding"
    ),
    "too_long": _reason("有一格太长", "one cell is too long"),
    "sealed_without_key": _reason(
        "这类事项要密封，但承办单位和上级都还没有钥匙，也没有恢复钥匙",
        "this kind is sealed, and neither the office nor any above it has a key yet, nor is there a recovery key",
    ),
    "no_key": _reason("没有原系统编号", "it has no key of its old system"),
    "no_time": _reason("没有时间", "there is no time"),
    "time_unreadable": _reason("时间读不出来", "the time cannot be read"),
    "time_too_early": _reason("时间早得不可能", "the time is too early to be true"),
    "time_in_future": _reason("时间在将来", "the time lies in the future"),
    "answered_before_asked": _reason("答复早于提出", "it was answered before it was asked"),
    "closed_before_asked": _reason("结束早于提出", "it was closed before it was asked"),
    "due_before_asked": _reason("期限早于提出", "it was due before it was asked"),
    "answered_without_time": _reason(
        "有答复，但没有答复时间", "there is an answer, but nothing says when it was given"
    ),
    "closed_without_time": _reason("已结束，但没有结束时间", "it is closed, but nothing says when"),
    "unknown_status": _reason("不认识的状态", "the status is not known"),
    "unknown_category": _reason(
        "不认识的类别，也没有默认类别", "the category is not known, and there is no default"
    ),
    "unknown_office": _reason(
        "不认识的单位，也没有默认单位", "the office is not known, and there is no default"
    ),
    "about_an_office": _reason(
        "这一类反映的是单位或其工作人员，须人工登记，写明反映谁",
        "this kind is about an office or its staff: file it by hand, saying about which",
    ),
}
"""Why rows are refused: code -> words."""
