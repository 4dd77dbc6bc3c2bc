"""The words of a timeline's page and of its calendar file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from gongshi.places.queries import the_place
from gongshi.routing.queries import CategoryNode
from gongshi.rules.procedure.diagram import ROLES
from gongshi.rules.procedure.model import Move
from gongshi.rules.timeline import Beside, Span, Timeline
from gongshi.rules.timeline.drawing import told_day, told_length
from gongshi.words import Words, in_language, language, pair

if TYPE_CHECKING:
    from gongshi.formats.icalendar_file import Day

COMMA = pair("、", ", ")
PROVISIONAL = pair(
    "暂定：那一年的放假安排还没有公布，日子可能变。",
    "Provisional: the days off of that year are not published yet, so the day may change.",
)
NOT_PROMISED = pair("没有承诺天数，这是内部目标。", "No number of days is promised: an internal target.")
OWN = pair(
    "这是您的权利，不是义务：过了这一天，别的路都还在。",
    "Your right, not a duty: letting it pass closes no other way.",
)


@dataclass(frozen=True)
class Row:
    """One deadline as the page tells it; ``over``: the day is past."""

    name: str
    who: str
    length: str
    then: str
    basis: str
    notes: tuple[str, ...]
    span: Span | None = None
    starts: str = ""
    day: str = ""
    first: str = ""
    extended: str = ""
    over: bool = False


def counted(node: CategoryNode) -> str:
    """What is promised for a category, behind its name."""
    if node.promise is None:
        return in_language(pair("没有承诺天数", "nothing promised"))
    n = node.promise.days
    zh = f"{n}个工作日" if node.promise.counting == "working" else f"{n}天"
    day = "working day" if node.promise.counting == "working" else "day"
    return in_language(pair(zh, f"{n} {day}{'' if n == 1 else 's'}"))


def rows_of(timeline: Timeline, spans: Iterable[Span], today: date) -> list[Row]:
    """Deadlines that have days."""
    year = timeline.filed_on.year
    return [
        Row(
            **_told(timeline, span),
            notes=tuple(in_language(note) for note in _notes(timeline, span)),
            span=span,
            day=told_day(span.due_on, language(), year),
            first=told_day(span.first_on, language(), year),
            extended=told_day(span.extended_on, language(), year) if span.extended_on else "",
            over=span.due_on < today,
        )
        for span in spans
    ]


def rows_beside(timeline: Timeline) -> list[Row]:
    """Deadlines that have none yet."""
    return [
        Row(
            **_told(timeline, one),
            notes=tuple(in_language(note) for note in _notes(timeline, one)),
            starts=_names(one.starts_with),
        )
        for one in timeline.beside
    ]


def _told(timeline: Timeline, one: Span | Beside) -> dict[str, Any]:
    return {
        "name": in_language(one.clock.name),
        "who": in_language(ROLES[one.clock.waits_for]),
        "length": told_length(one, language()),
        "then": in_language(one.clock.says),
        "basis": in_language(one.clock.basis or timeline.procedure.basis or {}),
    }


def _names(moves: Iterable[Move]) -> str:
    return in_language(COMMA).join(dict.fromkeys(in_language(move.name) for move in moves))


def _notes(timeline: Timeline, one: Span | Beside) -> Iterator[Words]:
    """What could change the day, and whose right it is."""
    clock = one.clock
    if one.own:
        yield OWN
    if not one.promised:
        yield NOT_PROMISED
    if isinstance(one, Span) and one.provisional:
        yield PROVISIONAL
    if clock.extension and isinstance(one, Beside):
        days, times = clock.extension.days, clock.extension.times
        yield pair(
            f"可以延{times}次，每次{days}天。", f"Can be extended {times} time(s), by {days} days each."
        )
    if clock.paused_in:
        most = clock.pause_limit_days
        unit = pair("个工作日", "working days") if one.counting == "working" else pair("天", "days")
        waiting = [timeline.procedure.stages[code].name for code in sorted(clock.paused_in)]
        zh = "、".join(name["zh"] for name in waiting)
        en = ", ".join(name["en"] for name in waiting)
        yield pair(
            f"“{zh}”时停下不走，一共最多{most}{unit['zh']}。",
            f"Stands still during “{en}”, for {most} {unit['en']} at most in all.",
        )
    if clock.restarts_on:
        moves = [timeline.procedure.moves[code] for code in sorted(clock.restarts_on)]
        zh, en = ("、".join(m.name["zh"] for m in moves), ", ".join(m.name["en"] for m in moves))
        yield pair(f"“{zh}”以后重新起算。", f"Starts afresh after “{en}”.")


def deadline_entries(timeline: Timeline) -> "Iterator[Day]":
    """The days of a timeline for a calendar program; the names alone say nothing of whom a matter is about."""
    from gongshi.formats.icalendar_file import Day

    for row in rows_of(timeline, timeline.spans, timeline.filed_on):
        assert row.span is not None
        lines = [row.then, *row.notes]
        if row.extended:
            lines.append(
                in_language(pair(f"若延期，到{row.extended}。", f"With extensions: {row.extended}."))
            )
        if row.span.after:
            lines.insert(
                0, in_language(pair("只在前一个期限没有守住时。", "Only if the time before was not kept."))
            )
        if row.basis:
            lines.append(in_language(pair(f"依据：{row.basis}", f"Basis: {row.basis}")))
        yield Day(
            uid=_uid(timeline, row.span),
            on=row.span.due_on,
            summary=in_language(
                pair(f"最后一天：{row.name}（{row.who}）", f"Last day: {row.name} ({row.who})")
            ),
            description="\n".join(lines),
            tentative=row.span.provisional or bool(row.span.after),
        )


def _uid(timeline: Timeline, span: Span) -> str:
    """Made of what the deadline is, and of nothing about whoever asks."""
    parts = (
        the_place().code,
        timeline.procedure.code,
        span.clock.code,
        span.run,
        timeline.filed_on,
        span.after,
    )
    return f"{sha256('/'.join(map(str, parts)).encode()).hexdigest()[:32]}@gongshi"
