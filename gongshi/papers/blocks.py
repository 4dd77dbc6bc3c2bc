"""What papers of filings are built of, whatever they say: days and moments in words, pairs, tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.dates import MONTHS

from gongshi import words
from gongshi.formats.paper import Block
from gongshi.places.queries import the_place
from gongshi.words import say

SIGNS = say(
    "[U+…]：这份文件的字体里没有的符号，以它的编号代替。",
    "[U+…]: a sign that this paper's type lacks, by its number.",
)


def rest_in(name: str) -> str:
    """What stands where there was more than fits on paper: the whole is in the file ``name``."""
    return str(say(" ……（全文在 {name} 里）", " … (the whole is in {name})")).format(name=name)


def day(value: date | None) -> str:
    """A day with its year."""
    if value is None:
        return ""
    if words.language() == "en":
        return f"{value.day} {MONTHS[value.month]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """A moment on the place's clock, with its year."""
    local = value.astimezone(the_place().zone)
    comma = ", " if words.language() == "en" else " "
    return f"{day(local.date())}{comma}{local:%H:%M}"


def text_of(value: Any) -> str:
    """A text, or words in the active language; "" for nothing."""
    return words.in_language(value) if isinstance(value, Mapping) else str(value or "")


def until(last_day: date) -> str:
    """The last day of a further route."""
    return str(say("最晚{day}", "until {day}")).format(day=day(last_day))


def facts(*rows: tuple[Any, Any]) -> Block:
    """Names with what there is to say of each; those without anything are left out."""
    return Block("facts", rows=tuple((text_of(name), text_of(value)) for name, value in rows if value))


def table(
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    widths: tuple[int, ...],
    mono: tuple[int, ...] = (),
) -> Iterable[Block]:
    """A table beneath its heading, if it has one; without rows the heading alone."""
    if title:
        yield Block("heading", text=str(title))
    if rows:
        yield Block(
            "table",
            head=tuple(str(cell) for cell in head),
            rows=tuple(tuple(text_of(cell) for cell in row) for row in rows),
            widths=widths,
            mono=mono,
        )
