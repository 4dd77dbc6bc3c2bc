"""Reading one table of a parsed TOML file: typed values out, faults gathered, unknown keys refused."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from gongshi.rules.procedure.faults import Fault, fault
from gongshi.rules.procedure.model import Words

_CODE = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")

LIST = {"zh": "代码的列表", "en": "a list of codes"}
TEXT = {"zh": "文字", "en": "a text"}
NUMBER = {"zh": "整数", "en": "a whole number"}
YES_OR_NO = {"zh": "true 或 false", "en": "true or false"}
TABLE = {"zh": "表（[……]）", "en": "a table ([...])"}
TABLES = {"zh": "表的列表（[[……]]）", "en": "a list of tables ([[...]])"}
PAIR = {
    "zh": "两种语言的文字 {zh = “……”, en = “……”}",
    "en": "words in both languages {zh = '...', en = '...'}",
}


def is_code(value: object) -> bool:
    """Whether ``value`` can name something: whole lower-case words, joined by _ or -."""
    return isinstance(value, str) and len(value) <= 40 and bool(_CODE.fullmatch(value))


class Table:
    """One table of the file. Every reading method notes a fault and gives a harmless value when it finds one."""

    def __init__(self, data: Mapping[str, Any], where: str, faults: list[Fault]) -> None:
        self._data = data
        self._read: set[str] = set()
        self._faults = faults
        self.where = where

    def at(self, key: str) -> str:
        """The key path of ``key``."""
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._data

    def note(self, code: str, key: str = "", /, **values: object) -> None:
        """Note a fault of this table or of one of its keys."""
        self._faults.append(fault(code, self.at(key) if key else self.where, **values))

    def value(self, key: str, *, required: bool = False) -> Any:
        """The raw value, None when it is not written."""
        self._read.add(key)
        if required and key not in self._data:
            self.note("missing_key", key, key=key)
        return self._data.get(key)

    def code(self, key: str, *, required: bool = False) -> str:
        """A code, or "" when there is none."""
        value = self.value(key, required=required)
        if value is None:
            return ""
        if not is_code(value):
            self.note("bad_code", key, value=value)
            return ""
        return str(value)

    def choice(self, key: str, known: Collection[str], *, default: str | None = None) -> str:
        """One of ``known``; required unless there is a default."""
        value = self.value(key, required=default is None)
        if value is None:
            return default or ""
        if value not in known:
            self.note("unknown_value", key, value=value, known=", ".join(known))
            return default or ""
        return str(value)

    def codes(self, key: str, known: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of codes without repeats, each from ``known`` when that is given."""
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note("wrong_type", key, expected=LIST)
            return ()
        read: list[str] = []
        for item in value:
            if not is_code(item):
                self.note("bad_code", key, value=item)
            elif item in read:
                self.note("duplicate", key, value=item)
            elif known is not None and item not in known:
                self.note("unknown_value", key, value=item, known=", ".join(known))
            else:
                read.append(item)
        return tuple(read)

    def number(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number from ``low`` to ``high``; required unless there is a default."""
        value = self.value(key, required=default is None)
        if value is None:
            return default if default is not None else low
        if type(value) is not int:
            self.note("wrong_type", key, expected=NUMBER)
        elif not low <= value <= high:
            self.note("bad_number", key, value=value, low=low, high=high)
        else:
            return value
        return default if default is not None else low

    def flag(self, key: str) -> bool:
        """true or false; false when it is not written."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.note("wrong_type", key, expected=YES_OR_NO)
        return value is True

    def words(self, key: str, *, required: bool = True) -> Words | None:
        """Words in both languages."""
        value = self.value(key, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.note("wrong_type", key, expected=PAIR)
            return None
        pair = Table(value, self.at(key), self._faults)
        read = {language: pair.value(language) for language in ("zh", "en")}
        pair.finish()
        for language, text in read.items():
            if not isinstance(text, str) or not text.strip():
                self.note("missing_language", key, language=language)
                return None
        return {language: text.strip() for language, text in read.items()}

    def table(self, key: str, *, required: bool = False) -> "Table | None":
        """A table below this one."""
        value = self.value(key, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.note("wrong_type", key, expected=TABLE)
            return None
        return Table(value, self.at(key), self._faults)

    def named_tables(self, key: str) -> dict[str, "Table"]:
        """The tables [key.CODE], by code."""
        group = self.table(key, required=True)
        if group is None:
            return {}
        read = {}
        for code, value in group._data.items():
            if not is_code(code):
                group.note("bad_code", code, value=code)
            elif not isinstance(value, dict):
                group.note("wrong_type", code, expected=TABLE)
            else:
                read[code] = Table(value, group.at(code), self._faults)
        return read

    def listed_tables(self, key: str) -> dict[str, "Table"]:
        """The tables [[key]], by the code that each must have."""
        value = self.value(key, required=True)
        if value is None:
            return {}
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.note("wrong_type", key, expected=TABLES)
            return {}
        read: dict[str, Table] = {}
        for number, item in enumerate(value):
            table = Table(item, f"{self.at(key)}.{number}", self._faults)
            code = table.code("code", required=True)
            if code in read:
                table.note("duplicate", "code", value=code)
            elif code:
                table.where = f"{self.at(key)}.{code}"
                read[code] = table
        return read

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are written."""
        return tuple(self._data)

    def finish(self, known: Collection[str] = ()) -> None:
        """Note every key that nobody read; ``known``: what may stand here beside what was read."""
        for key in self._data:
            if key not in self._read:
                self.note("unknown_key", key, key=key, known=", ".join(sorted({*self._read, *known})))
