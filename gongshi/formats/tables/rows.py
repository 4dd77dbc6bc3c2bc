"""One row of cells as plain values, by the map: times, codes, place and words. Raises `RowRefused` with a code."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from gongshi.formats.tables.model import Choice, RowRefused, SourceRow, Stamp, TableMap
from gongshi.formats.tables.people import about_a_person

_LONGEST_CODE = 60
_EARLIEST_YEAR = 1900
_NO_CODE = re.compile(r"[^a-z0-9]+")
_CLOCK = re.compile(r"%[HIMScXTRr]")
_BETWEEN = "\x1f"
_NUMBERS = {"Y": r"(\d{4})", **dict.fromkeys("mdHMS", r"(\d{1,2})")}

Cells = Sequence[str]


def code_from(value: str, prefix: str) -> str:
    """A code made of a value: ``code_from("Sign Repair", "type-")`` is ``"type-sign-repair"``; "" from nothing."""
    plain = _NO_CODE.sub("-", value.lower()).strip("-")
    return (prefix + plain)[:_LONGEST_CODE].strip("-") if plain else ""


class RowReader:
    """Reads the rows of one table. Build it once; it knows where each column stands."""

    def __init__(self, found: TableMap, header: Sequence[str]) -> None:
        """``header`` must have passed `header_faults`."""
        self._map = found
        self._at = {name: place for place, name in enumerate(header)}
        self._time = _times(found.times)
        self._key = self._places(
            [name for name in header if not about_a_person(name)] if found.whole_row else found.key
        )
        self._text, self._where_words = self._places(found.text), self._places(found.place)
        self._answer = self._places(found.answer)
        self._category = self._codes(found.category)
        self._office = self._codes(found.office)
        self._area = self._codes(found.where.choice)
        self._channel = self._codes(found.channel)

    def __call__(self, number: int, cells: Cells) -> SourceRow:
        """The row as plain values. Raises RowRefused."""
        found = self._map
        opened = self._stamp(cells, found.opened_at)
        if opened is None:
            raise RowRefused("no_time", found.opened_at)
        closed = self._stamp(cells, found.closed_at)
        text, answer = self._joined(cells, self._text), self._joined(cells, self._answer)
        answered = self._stamp(cells, found.answered_at)
        if answer and answered is None:
            raise RowRefused("answered_without_time", found.answered_at)
        is_closed = self._is_closed(cells, has_time=closed is not None)
        if is_closed and closed is None and (closed := answered) is None:
            raise RowRefused("closed_without_time", found.closed_at or found.status.column)
        return SourceRow(
            number=number,
            key=self._source_key(cells),
            opened=opened,
            due=self._stamp(cells, found.due_at),
            answered=answered,
            closed=closed if is_closed else None,
            is_closed=is_closed,
            text=text,
            place=", ".join(dict.fromkeys(part for at in self._where_words if (part := cells[at].strip()))),
            answer=answer,
            category=self._categories(cells, text),
            office=self._office(cells),
            area=next(iter(self._area(cells)), ""),
            point=self._point(cells),
            channel=next(iter(self._channel(cells)), "import"),
            staff_logged=self._value(cells, found.channel.column) in found.staff_logged,
            forwarded=self._is_forwarded(cells),
            mark=self._marked(cells),
        )

    def _places(self, columns: Iterable[str]) -> list[int]:
        return [self._at[column] for column in columns]

    def _value(self, cells: Cells, column: str) -> str:
        return cells[self._at[column]].strip() if column else ""

    def _source_key(self, cells: Cells) -> str:
        parts = [cells[at].strip() for at in self._key]
        if not any(parts):
            raise RowRefused("no_key", "" if self._map.whole_row else self._map.key[0])
        return _BETWEEN.join((self._map.source, *parts))

    def _stamp(self, cells: Cells, column: str) -> Stamp | None:
        """The time in a column; None when the column or the cell is empty."""
        text = self._value(cells, column)
        if not text:
            return None
        stamp = self._time(text)
        if stamp is None:
            raise RowRefused("time_unreadable", column)
        if stamp.at.year < _EARLIEST_YEAR:
            raise RowRefused("time_too_early", column)
        return stamp

    def _is_closed(self, cells: Cells, *, has_time: bool) -> bool:
        status = self._map.status
        if not status.column:
            return has_time
        value = self._value(cells, status.column)
        if value in status.closed:
            return True
        if value not in status.open:
            raise RowRefused("unknown_status", status.column)
        return False

    def _joined(self, cells: Cells, places: list[int]) -> str:
        """The texts of several columns, each once; a title that the text begins with is not said twice."""
        parts: list[str] = []
        for at in places:
            part = cells[at].strip()
            if parts and part.startswith(parts[-1]):
                parts[-1] = part
            elif part and part not in parts:
                parts.append(part)
        return "\n\n".join(parts)

    def _categories(self, cells: Cells, text: str) -> tuple[str, ...]:
        """What to try, in order: the column's code, the first keyword's in the text, the one for everything else."""
        found = self._category(cells)
        if not self._map.keywords:
            return found
        hit = next((one.code for one in self._map.keywords if any(word in text for word in one.words)), "")
        return (*found[: len(found) - bool(self._map.category.otherwise)], hit, self._map.category.otherwise)

    def _point(self, cells: Cells) -> tuple[float, float] | None:
        """The coordinates, if they are two numbers on the earth and not the old system's way to say "unknown"."""
        where = self._map.where
        if not where.latitude:
            return None
        try:
            point = float(self._value(cells, where.latitude)), float(self._value(cells, where.longitude))
        except ValueError:
            return None
        on_earth = abs(point[0]) <= 90 and abs(point[1]) <= 180
        return point if on_earth and point not in where.nowhere else None

    def _is_forwarded(self, cells: Cells) -> bool:
        rule = self._map.forwarded
        if not rule.column:
            return False
        value = self._value(cells, rule.column)
        if value in rule.values:
            return True
        return 0 < len(value) <= rule.longest and any(phrase in value for phrase in rule.phrases)

    def _marked(self, cells: Cells) -> bool | None:
        mark = self._map.mark
        value = self._value(cells, mark.column)
        return True if value in mark.yes else False if value in mark.no else None

    def _codes(self, choice: Choice) -> Callable[[Cells], tuple[str, ...]]:
        """A function from cells to the codes to try, in order. Values repeat, so what each means is kept."""
        last = (choice.otherwise,) if choice.otherwise else ()
        if not choice.column:
            return lambda _cells: last
        at, known = self._at[choice.column], {value: (code, *last) for value, code in choice.values.items()}
        if choice.prefix is None:
            return lambda cells: known.get(cells[at].strip(), last)
        prefix = choice.prefix

        def look_up(cells: Cells) -> tuple[str, ...]:
            value = cells[at].strip()
            found = known.get(value)
            if found is None:
                code = code_from(value, prefix)
                found = (code, *last) if code else last
            return found

        return look_up


Reader = Callable[[str], datetime | None]


def _times(formats: tuple[str, ...]) -> Callable[[str], Stamp | None]:
    readers = [(_reader(form), not _CLOCK.search(form)) for form in formats]

    def read(text: str) -> Stamp | None:
        for reader, whole_day in readers:
            at = reader(text)
            if at is not None:
                return Stamp(at, whole_day)
        return None

    return read


def _reader(form: str) -> Reader:
    """A function from a text to the time it gives, by one of strptime's formats; None for a text of another form.

    Formats of plain numbers, which are most, are read here: in a third of strptime's time.
    """
    letters = re.findall("%(.)", form)
    if not set(letters) <= _NUMBERS.keys() or len(set(letters)) < len(letters):
        return lambda text: _at(datetime.strptime, text, form)
    parts = [_NUMBERS[part] if n % 2 else re.escape(part) for n, part in enumerate(re.split("%(.)", form))]
    matched = re.compile("".join(parts)).fullmatch
    order = [letters.index(letter) for letter in "YmdHMS" if letter in letters]

    def read(text: str) -> datetime | None:
        found = matched(text)
        if found is None:
            return None
        numbers = found.groups()
        return _at(datetime, *(int(numbers[place]) for place in order))

    return read


def _at(make: Callable[..., datetime], *parts: object) -> datetime | None:
    try:
        return make(*parts)
    except ValueError:
        return None
