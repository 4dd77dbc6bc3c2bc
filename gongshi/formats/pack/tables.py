"""Strict readers over one TOML text: every getter takes a key, checks it, and reports what is wrong with it.

A getter that finds a fault returns an empty value of its type, so that reading goes on and all faults are found at
once; what a caller gets from a text with faults must not be used for anything but further checking.
"""

import math
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from gongshi.formats.pack.faults import PackFault, Severity, Words, did_you_mean, join, pair
from gongshi.formats.pack.identity import asks_identity
from gongshi.formats.pack.lines import Path, key_lines, line_of
from gongshi.formats.pack.messages import syntax_words
from gongshi.formats.pack.texts import shown, unprintable

T = TypeVar("T")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")
_LABELS = ("code", "login")
_TYPES: dict[type, Words] = {
    str: pair("一段文字（加引号）", "a text in quotes"),
    int: pair("一个整数", "a whole number"),
    bool: pair("true 或 false", "true or false"),
    dict: pair("一个表 { … }", "a table { … }"),
    list: pair("一个列表 [ … ]", "a list [ … ]"),
    date: pair("一个日子（2027-05-31，不加引号）", "a day (2027-05-31, without quotes)"),
}


class Sheet:
    """One file of a pack: its parsed data, and where faults in it are written down."""

    def __init__(self, file: str, data: dict[str, Any], faults: list[PackFault], text: str = "") -> None:
        self.file = file
        self.data = data
        self.faults = faults
        self._text = text
        self._lines: dict[Path, int] | None = None

    def fault(self, path: Path, what: Words, fix: Words, *, severity: Severity = "fault") -> None:
        """Write down one fault at ``path``."""
        self.faults.append(PackFault(self.file, self.where(path), what, fix, self._line(path), severity))

    def where(self, path: Path) -> str:
        """``path`` as people read it: list elements by their code if they have one, else counted from 1."""
        words = ""
        value: Any = self.data
        for step in path:
            value = _inside(value, step)
            if isinstance(step, int):
                words += f"[{_label(value, step)}]"
            else:
                words += f".{step}" if words else step
        return words

    def line_words(self, path: Path) -> Words:
        """Where ``path`` stands, in words: by its line, or by its key path in a file without lines."""
        line = self._line(path)
        return (
            pair(self.where(path), self.where(path))
            if line is None
            else pair(f"在第{line}行", f"on line {line}")
        )

    def _line(self, path: Path) -> int | None:
        if self._lines is None:
            self._lines = key_lines(self._text) if self._text else {}
        return line_of(self._lines, path)


def _inside(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _label(value: Any, index: int) -> str:
    if isinstance(value, dict) and isinstance(value.get("properties"), dict):
        value = value["properties"]
    if isinstance(value, dict):
        for key in _LABELS:
            if isinstance(label := value.get(key), str) and LOGIN.fullmatch(label):
                return label
    return str(index + 1)


def parse_toml(file: str, text: str, faults: list[PackFault]) -> Sheet | None:
    """The sheet of one TOML ``text``, or None after writing down why it cannot be read."""
    try:
        return Sheet(file, tomllib.loads(text), faults, text)
    except (ValueError, RecursionError) as error:
        line, what, fix = syntax_words(error)
        faults.append(PackFault(file, "", what, fix, line))
        return None


class Table:
    """One table of a sheet. Ask for each key once, then ``close`` to have unknown keys reported."""

    def __init__(self, sheet: Sheet, data: dict[str, Any], path: Path = ()) -> None:
        self.sheet = sheet
        self.data = data
        self.path = path
        self._asked: list[str] = []

    def fault(self, key: str, what: Words, fix: Words, *, severity: Severity = "fault") -> None:
        """Write down one fault at ``key`` of this table ("" for the table itself)."""
        self.sheet.fault((*self.path, key) if key else self.path, what, fix, severity=severity)

    def text(self, key: str, *, required: bool = True, longest: int = 2000) -> str:
        """A text without control characters, at most ``longest`` characters long."""
        value = self._take(key, str, required)
        return self._checked((*self.path, key), value, longest) if value is not None else ""

    def code(self, key: str = "code", *, longest: int = 60) -> str:
        """A code: letters, digits, "-" and "_"."""
        value = self.text(key)
        return value if value and self._good_code((*self.path, key), value, longest) else ""

    def reference(self, key: str) -> str | None:
        """The code or login of something else; None if left out, or written as "" for "nothing"."""
        value = self._take(key, str, False)
        return value if value and self._good_code((*self.path, key), value, 60, LOGIN) else None

    def login(self, key: str) -> str:
        """A sign-in name: like a code, and with "." and what else mail addresses have."""
        value = self.text(key)
        return value if value and self._good_code((*self.path, key), value, 60, LOGIN) else ""

    def codes(self, key: str) -> tuple[str, ...]:
        """A list of codes, each once; ``()`` if the key is left out."""
        return self._once(key, [
            value for path, value in self._texts(key) if self._good_code(path, value, 60)
        ])  # fmt: skip

    def texts(self, key: str, *, longest: int = 500) -> tuple[str, ...]:
        """A list of texts, each once; ``()`` if the key is left out."""
        return self._once(key, [
            good for path, value in self._texts(key) if (good := self._checked(path, value, longest))
        ])  # fmt: skip

    def choice(self, key: str, allowed: Iterable[str], *, required: bool = True) -> str:
        """One of the ``allowed`` words."""
        value = self._take(key, str, required)
        if value is None or self._allowed((*self.path, key), value, tuple(allowed)):
            return value or ""
        return ""

    def choices(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of ``allowed`` words, each once."""
        known = tuple(allowed)
        return self._once(key, [v for path, v in self._texts(key) if self._allowed(path, v, known)])

    def integer(self, key: str, low: int, high: int, *, required: bool = True, default: int = 0) -> int:
        """A whole number from ``low`` to ``high``, both allowed."""
        value = self._take(key, int, required)
        if value is None:
            return default
        return value if self.within((*self.path, key), value, low, high) else default

    def integers(self, key: str, low: int, high: int, *, required: bool = False) -> tuple[int, ...]:
        """A list of whole numbers from ``low`` to ``high``, each once."""
        good: list[int] = []
        for index, value in enumerate(self._take(key, list, required) or []):
            path = (*self.path, key, index)
            if self.is_a(path, value, int) and self.within(path, value, low, high):
                good.append(value)
        return self._once(key, good)

    def flag(self, key: str, default: bool) -> bool:
        """``true`` or ``false``; ``default`` if left out."""
        value = self._take(key, bool, False)
        return default if value is None else value

    def day(self, key: str) -> date | None:
        """A day."""
        return self._take(key, date, True)

    def words(self, key: str, *, required: bool = True, longest: int = 4000) -> Words:
        """The same thing said in both languages; ``{}`` if left out or faulty."""
        self._asked.append(key)
        if key not in self.data:
            if required:
                self._missing(key, pair('{ zh = "…", en = "…" }', '{ zh = "…", en = "…" }'))
            return {}
        return read_words(self.sheet, (*self.path, key), self.data[key], longest)

    def point(self, key: str, *, required: bool = False) -> tuple[float, float] | None:
        """[latitude, longitude] in degrees."""
        value = self._take(key, list, required)
        if value is None:
            return None
        if len(value) != 2 or not all(_is_number(part) for part in value):
            what = pair("一个点要写成[纬度, 经度]。", "A point is written as [latitude, longitude].")
            self.fault(key, what, pair("例如 [28.74, 118.61]。", "For example [28.74, 118.61]."))
            return None
        return self._in_range(key, float(value[0]), float(value[1]))

    def table(self, key: str, *, required: bool = False) -> "Table | None":
        """A table inside this one."""
        value = self._take(key, dict, required)
        return None if value is None else Table(self.sheet, value, (*self.path, key))

    def tables(self, key: str, *, required: bool = False) -> "list[Table]":
        """A list of tables; ``[]`` if left out, or if one of them is no table (then places would not be right)."""
        rows = self._take(key, list, required) or []
        paths: list[Path] = [(*self.path, key, index) for index in range(len(rows))]
        fit = [self.is_a(path, row, dict) for path, row in zip(paths, rows, strict=True)]
        if not all(fit):
            return []
        return [Table(self.sheet, row, path) for path, row in zip(paths, rows, strict=True)]

    def value(self, key: str) -> Any:
        """Whatever stands at ``key``, unchecked."""
        self._asked.append(key)
        return self.data.get(key)

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key in self.data:
            if key not in self._asked:
                self._unknown(key)

    def is_a(self, path: Path, value: Any, kind: type) -> bool:
        """Whether ``value`` is of ``kind``; a fault is written down if not. True is no number, an instant no day."""
        more = {int: bool, date: datetime}.get(kind)
        if isinstance(value, kind) and not (more and isinstance(value, more)):
            return True
        what = pair(f"这里应当是{_TYPES[kind]['zh']}。", f"This should be {_TYPES[kind]['en']}.")
        fix = pair(f"现在写的是{shown(value)}，请改写。", f"Now it is {shown(value)}; write it anew.")
        self.sheet.fault(path, what, fix)
        return False

    def within(self, path: Path, value: int, low: int, high: int) -> bool:
        """Whether ``low <= value <= high``; a fault is written down if not."""
        if low <= value <= high:
            return True
        what = pair(f"{value}不在允许的范围内。", f"{value} is out of range.")
        fix = pair(f"请写{low}到{high}之间的数。", f"Write a number from {low} to {high}.")
        self.sheet.fault(path, what, fix)
        return False

    def _take(self, key: str, kind: type[T], required: bool) -> T | None:
        self._asked.append(key)
        value = self.data.get(key)
        if value is None:  # left out, or null in a GeoJSON
            if required:
                self._missing(key, _TYPES[kind])
            return None
        return value if self.is_a((*self.path, key), value, kind) else None

    def _texts(self, key: str) -> list[tuple[Path, str]]:
        rows = self._take(key, list, False) or []
        pairs = [((*self.path, key, index), value) for index, value in enumerate(rows)]
        return [(path, value) for path, value in pairs if self.is_a(path, value, str)]

    def _once(self, key: str, values: list[T]) -> tuple[T, ...]:
        twice = [value for index, value in enumerate(values) if value in values[:index]]
        if twice:
            what = pair(f"重复：{join(twice)['zh']}。", f"Listed twice: {join(twice)['en']}.")
            self.fault(key, what, pair("删掉重复的。", "Delete the repeats."))
        return tuple(dict.fromkeys(values))

    def _checked(self, path: Path, value: str, longest: int) -> str:
        return check_text(self.sheet, path, value, longest)

    def _good_code(self, path: Path, value: str, longest: int, form: re.Pattern[str] = CODE) -> bool:
        if form.fullmatch(value) and len(value) <= longest:
            return True
        self.sheet.fault(
            path,
            pair(f"“{shown(value)}”不是代码。", f'"{shown(value)}" is not a code.'),
            pair(
                f"代码只用英文字母、数字、“-”和“_”，以字母或数字开头，最多{longest}个字符。",
                f'A code uses letters, digits, "-" and "_", starts with a letter or digit, at most {longest}.',
            ),
        )
        return False

    def _allowed(self, path: Path, value: str, allowed: tuple[str, ...]) -> bool:
        if value in allowed:
            return True
        known = join(allowed)
        fix = pair(f"可以写：{known['zh']}。", f"It may be one of: {known['en']}.")
        what = pair(f"不认识“{shown(value)}”。", f'"{shown(value)}" is not known here.')
        self.sheet.fault(path, what, did_you_mean(value, allowed, otherwise=fix))
        return False

    def _in_range(self, key: str, latitude: float, longitude: float) -> tuple[float, float] | None:
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
        what = pair("坐标超出地球范围。", "The coordinates are not on earth.")
        if abs(longitude) <= 90 and abs(latitude) <= 180:
            fix = pair(
                "看来经纬度写反了：先写纬度，再写经度。", "They look swapped: latitude first, then longitude."
            )
        else:
            fix = pair(
                "纬度在-90到90之间，经度在-180到180之间。", "Latitude is -90 to 90, longitude -180 to 180."
            )
        self.fault(key, what, fix)
        return None

    def _missing(self, key: str, kind: Words) -> None:
        what = pair(f"缺少“{key}”。", f'"{key}" is missing.')
        fix = pair(f"加上 {key} = {kind['zh']}。", f"Add {key} = {kind['en']}.")
        self.fault("", what, fix)

    def _unknown(self, key: str) -> None:
        if asks_identity(key):
            self.fault(key, *identity_words(key))
            return
        known = join(sorted(set(self._asked)))
        what = pair(f"不认识“{shown(key)}”这一项。", f'The key "{shown(key)}" is not known here.')
        listed = pair(f"删掉它；这里可以写：{known['zh']}。", f"Delete it; known here: {known['en']}.")
        self.fault(key, what, did_you_mean(key, self._asked, otherwise=listed))


def identity_words(text: str) -> tuple[Words, Words]:
    """What is wrong with asking for an identity, and what to do."""
    return (
        pair(
            f"“{shown(text)}”是在登记人的身份，本系统不收。", f'"{shown(text)}" would record who a person is.'
        ),
        pair(
            "删掉它：这里办的是事，不是人；不设身份号码、户籍等项目（承诺一）。",
            "Delete it: cases, not people; no identity number and no register of residents (promise 1).",
        ),
    )


def read_words(sheet: Sheet, path: Path, value: Any, longest: int = 4000) -> Words:
    """``value`` as a pair of texts, with a fault for each way in which it is none."""
    both = pair('写成 { zh = "…", en = "…" }。', 'Write { zh = "…", en = "…" }.')
    if not isinstance(value, dict):
        sheet.fault(path, pair("这里要有中文和英文两种文字。", "This needs words in both languages."), both)
        return {}
    for key in value:
        if key not in ("zh", "en"):
            what = pair(
                f"“{shown(key)}”不是语言；只有 zh 和 en。", f'"{shown(key)}" is no language; use zh, en.'
            )
            sheet.fault((*path, key), what, both)
    good = {key: _one_language(sheet, path, value, key, longest) for key in ("zh", "en")}
    return good if all(good.values()) else {}


def _one_language(sheet: Sheet, path: Path, value: dict[str, Any], key: str, longest: int) -> str:
    names = {"zh": pair("中文", "Chinese"), "en": pair("英文", "English")}[key]
    text = value.get(key)
    if isinstance(text, str) and text.strip():
        return check_text(sheet, (*path, key), text, longest)
    what = pair(f"缺少{names['zh']}。", f"The {names['en']} is missing.")
    sheet.fault(path, what, pair(f'加上 {key} = "…"。', f'Add {key} = "…".'))
    return ""


def check_text(sheet: Sheet, path: Path, value: str, longest: int) -> str:
    """``value`` if it is a fit text, else "" after a fault."""
    if not value.strip():
        what = pair("这里是空的。", "This is empty.")
        sheet.fault(path, what, pair("写上文字，或者删掉这一项。", "Write a text, or delete the key."))
        return ""
    if len(value) > longest:
        what = pair(f"太长：{len(value)}个字符。", f"Too long: {len(value)} characters.")
        sheet.fault(path, what, pair(f"最多{longest}个字符。", f"At most {longest} characters."))
        return ""
    if found := unprintable(value):
        what = pair(
            f"含有看不见的控制字符 {found}。", f"It contains the invisible control character {found}."
        )
        sheet.fault(path, what, pair("删掉这个字符，重新输入这一句。", "Delete it and type the text again."))
        return ""
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
