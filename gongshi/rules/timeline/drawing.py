"""A timeline as one drawing: an SVG made on the server, without script, style attributes or outside fonts.

Drawn in the text's own colour, like the picture of a procedure. One row for each deadline, on one scale of days: a
full bar for whoever is bound, an outline for the resident's own time, dashes for an extension and for what comes only
if a last day passes; stretches of three days off and more are shaded. A description in words says all that is drawn.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape

from gongshi.rules.calendar import Calendar, is_provisional, is_working_day
from gongshi.rules.procedure.diagram import ROLES
from gongshi.rules.procedure.lettering import broken, width_of
from gongshi.rules.procedure.model import Words
from gongshi.rules.timeline.model import Beside, Span, Timeline

WIDTH, MARGIN, LINE, BAR = 320, 10, 17, 9
INNER = WIDTH - 2 * MARGIN
_DAY = timedelta(days=1)
_SHORTEST_HOLIDAY = 3
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_TEXTS: dict[str, Words] = {
    "title": {"zh": "{name}：从{day}起", "en": "{name}: from {day}"},
    "row": {"zh": "{name}：最晚{day}", "en": "{name}: by {day}"},
    "sure": {"zh": "{who} · {length}", "en": "{who} · {length}"},
    "latest": {"zh": "若延期，到{day}", "en": "with extensions, by {day}"},
    "provisional": {"zh": "暂定", "en": "provisional"},
    "own": {"zh": "您的权利", "en": "your right"},
    "passed": {"zh": "如果到期没有办", "en": "If they let it pass"},
    "beside": {"zh": "发生时才开始算", "en": "Only if it comes to it"},
    "working": {"zh": "{n}个工作日", "en": "{n} working day{s}"},
    "calendar": {"zh": "{n}天", "en": "{n} day{s}"},
    "given": {"zh": "最多{n}天", "en": "{n} day{s} at most"},
    "starts": {"zh": "{moves}之后", "en": "after: {moves}"},
    "unpublished": {"zh": "{year}年放假安排未公布", "en": "{year}: days off not published"},
    "key": {
        "zh": "实条：单位的时限　空条：您的时间　虚线：延期或逾期以后　灰底：连休",
        "en": "full: their time, outlined: yours, dashed: extended or overdue, shaded: days off",
    },
}


def told_day(day: date, language: str, year: int) -> str:
    """A day with its weekday, and with its year where that is not ``year``: 2月14日 周六 / Sat 14 Feb."""
    weekday, other = _WEEKDAYS[language][day.weekday()], day.year != year
    if language == "en":
        return f"{weekday} {_short(day, language)}" + (f" {day.year}" if other else "")
    return (f"{day.year}年" if other else "") + f"{_short(day, language)} 周{weekday}"


def _short(day: date, language: str) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}" if language == "en" else f"{day.month}月{day.day}日"


def told_length(one: Span | Beside, language: str) -> str:
    """How long a clock runs, in words."""
    key = "given" if one.clock.days == "given" else one.counting
    return _TEXTS[key][language].format(n=one.days, s="" if one.days == 1 else "s")


def drawing(timeline: Timeline, calendar: Calendar, language: str) -> str:
    """An SVG of ``timeline`` in ``language`` ("zh" or "en"), 320 units wide; sized by the page."""
    return _Drawing(timeline, calendar, language).svg()


class _Drawing:
    def __init__(self, timeline: Timeline, calendar: Calendar, language: str) -> None:
        self._timeline, self._calendar, self._language = timeline, calendar, language
        self._start = timeline.filed_on
        self._end = max((span.latest_on for span in timeline.spans), default=self._start) + _DAY
        self._parts: list[str] = []
        self._behind: list[str] = []
        self._y = MARGIN

    def svg(self) -> str:
        self._month_names()
        top = self._y
        for span in self._timeline.way:
            self._row(span)
        if self._timeline.passed:
            self._heading("passed")
            for span in self._timeline.passed:
                self._row(span)
        bottom = self._y
        self._shade(top, bottom)
        if self._timeline.beside:
            self._heading("beside")
            for one in self._timeline.beside:
                self._lines(self._told_beside(one), INNER, 12, "detail")
                self._y += 5
        self._y += 6
        self._lines(self._say("key"), INNER, 11, "key")
        return self._head(self._y + MARGIN) + "".join((*self._behind, *self._parts)) + "</svg>"

    def _head(self, height: int) -> str:
        name = f"timeline-{self._timeline.procedure.code}"
        title = self._say(
            "title", name=self._timeline.procedure.name[self._language], day=self._day(self._start)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" lang="{"en" if self._language == "en" else "zh-Hans"}" '
            f'aria-labelledby="{name}-title {name}-desc" font-size="13" font-family="sans-serif" '
            'fill="currentColor" stroke-width="1.2">'
            f'<title id="{name}-title">{escape(title)}</title>'
            f'<desc id="{name}-desc">{escape(" ".join(self._described()))}</desc>'
        )

    def _say(self, key: str, **values: object) -> str:
        return _TEXTS[key][self._language].format(**values)

    def _day(self, day: date) -> str:
        return told_day(day, self._language, self._start.year)

    def _x(self, day: date) -> float:
        """Where a day begins on the scale."""
        return round(MARGIN + INNER * (day - self._start).days / (self._end - self._start).days, 1)

    def _add(self, parts: list[str], tag: str, kind: str, text: str = "", /, **values: object) -> None:
        attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in values.items())
        parts.append(f'<{tag} class="timeline-{kind}"{attributes}>{escape(text)}</{tag}>')

    def _text(self, text: str, kind: str, size: int, x: float = MARGIN, *, bold: bool = False) -> None:
        style = {"font_size": size, **({"font_weight": "bold"} if bold else {})}
        self._add(self._parts, "text", kind, text, x=x, y=self._y + LINE - 4, **style)

    def _lines(self, text: str, width: int, size: int, kind: str, *, bold: bool = False) -> None:
        for line in broken(text, width, size):
            self._text(line, kind, size, bold=bold)
            self._y += LINE

    def _heading(self, key: str) -> None:
        self._y += 8
        self._lines(self._say(key), INNER, 13, "heading", bold=True)
        self._y += 2

    def _months(self) -> Iterator[date]:
        """The first of each month on the scale."""
        month = self._start.replace(day=1)
        while month < self._end:
            month = (month + 31 * _DAY).replace(day=1)
            if month < self._end:
                yield month

    def _month_names(self) -> None:
        """The scale: where it starts, and months as far as their names have room."""
        first = _short(self._start, self._language)
        free = MARGIN + width_of(first, 11) + 8
        self._text(first, "month", 11)
        for month in self._months():
            name = f"{month.month}月" if self._language == "zh" else _MONTHS[month.month - 1]
            if self._x(month) >= free and self._x(month) + width_of(name, 11) <= WIDTH:
                self._text(name, "month", 11, self._x(month))
                free = self._x(month) + width_of(name, 11) + 8
        self._y += LINE + 4

    def _row(self, span: Span) -> None:
        """One deadline: its name and last day, whose time it is, and its bar."""
        name = span.clock.name[self._language]
        self._lines(self._say("row", name=name, day=self._day(span.due_on)), INNER, 13, "name", bold=True)
        self._lines(self._told(span), INNER, 12, "detail")
        y, start, end = self._y + 3, self._x(span.first_on), self._x(span.due_on + _DAY)
        bar = {"y": y, "height": BAR, "stroke": "currentColor"}
        kind = "own" if span.own else "passed" if span.after else "bar"
        style = {"fill": "currentColor" if kind == "bar" else "none"}
        if span.after:
            style["stroke_dasharray"] = "4 2"
        if span.latest_on > span.due_on:
            last = self._x(span.latest_on + _DAY)
            longer = {"x": end, "width": round(last - end, 1), "fill": "none", "stroke_dasharray": "4 2"}
            self._add(self._parts, "rect", "longer", **{**bar, **longer})
        self._add(self._parts, "rect", kind, **{"x": start, "width": round(end - start, 1), **bar, **style})
        self._y += BAR + 12

    def _told(self, span: Span) -> str:
        parts = [ROLES[span.clock.waits_for][self._language], told_length(span, self._language)]
        if span.own:
            parts.append(self._say("own"))
        if span.extended_on:
            parts.append(self._say("latest", day=self._day(span.extended_on)))
        if span.provisional:
            parts.append(self._say("provisional"))
        return " · ".join(parts)

    def _told_beside(self, one: Beside) -> str:
        comma = "、" if self._language == "zh" else ", "
        parts = [one.clock.name[self._language], ROLES[one.clock.waits_for][self._language]]
        parts.append(told_length(one, self._language))
        if one.starts_with:
            moves = comma.join(dict.fromkeys(move.name[self._language] for move in one.starts_with))
            parts.append(self._say("starts", moves=moves))
        return " · ".join(parts)

    def _shade(self, top: int, bottom: int) -> None:
        """Lines for months, shade for days off in a row, and the year from which on nobody knows them."""
        for month in self._months():
            x = self._x(month)
            self._add(
                self._behind, "path", "grid", d=f"M{x} {top}V{bottom}", stroke="currentColor", opacity=0.2
            )
        for first, last in self._days_off():
            place = {"x": self._x(first), "width": round(self._x(last + _DAY) - self._x(first), 1)}
            self._add(self._behind, "rect", "off", **place, y=top, height=bottom - top, opacity=0.12)
        unknown = next((day for day in self._every_day() if is_provisional(self._calendar, day)), None)
        if unknown is not None:
            x = self._x(unknown)
            style = {"stroke": "currentColor", "stroke_dasharray": "2 3"}
            self._add(self._behind, "path", "unpublished", d=f"M{x} {top}V{bottom}", **style)
            self._lines(self._say("unpublished", year=unknown.year), INNER, 12, "detail")

    def _every_day(self) -> Iterator[date]:
        for n in range((self._end - self._start).days):
            yield self._start + n * _DAY

    def _days_off(self) -> Iterator[tuple[date, date]]:
        """First and last day of each stretch of days off that is longer than a weekend."""
        run: list[date] = []
        for day in (*self._every_day(), None):
            if day is not None and not is_working_day(self._calendar, day):
                run.append(day)
                continue
            if len(run) >= _SHORTEST_HOLIDAY:
                yield run[0], run[-1]
            run = []

    def _described(self) -> Iterator[str]:
        """The drawing in words."""
        stop = "。" if self._language == "zh" else "."
        for span in self._timeline.way:
            yield f"{self._sentence(span)}{stop}"
        for heading, rows in (
            ("passed", map(self._sentence, self._timeline.passed)),
            ("beside", map(self._told_beside, self._timeline.beside)),
        ):
            told = list(rows)
            if told:
                yield f"{self._say(heading)}{'：' if self._language == 'zh' else ':'}"
                yield from (f"{row}{stop}" for row in told)

    def _sentence(self, span: Span) -> str:
        name = self._say("row", name=span.clock.name[self._language], day=self._day(span.due_on))
        return f"{name} · {self._told(span)}"
