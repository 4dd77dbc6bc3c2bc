"""Pictures of figures: SVG made on the server, without script, style attributes or outside fonts.

Each says in its description all that it draws, and the page has the same numbers in a table. Only what may be shown
reaches a picture: a number that is withheld comes as None with the words that say why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.safestring import SafeString

from gongshi.figures.metrics import Share
from gongshi.web.public.openly.drawing import (
    COLOUR,
    LEFT,
    LINE,
    RIGHT,
    named,
    scaled,
    svg,
    text,
    whisker,
)
from gongshi.web.templatetags.gongshi import percent, points


@dataclass(frozen=True)
class Bar:
    """A number of cases under its name, or None and why."""

    name: str
    value: int | None
    why: str = ""


@dataclass(frozen=True)
class Whisker:
    """A share with its interval beside its name, or None and why."""

    name: str
    share: Share | None
    why: str = ""


@dataclass(frozen=True)
class Apart:
    """A difference with its interval beside its name, each from -1 to 1."""

    name: str
    low: float
    difference: float
    high: float


def bars(code: str, title: str, rows: Sequence[Bar]) -> SafeString:
    """One horizontal bar for each row, on one scale from none to the longest. ``code`` names it within its page."""
    longest = max((row.value or 0 for row in rows), default=0) or 1
    parts: list[str] = []
    y: float = 0
    for row in rows:
        name, y = named(row.name, y)
        parts += name
        if row.value is None:
            parts.append(text(LEFT, y + LINE, row.why, "opacity='.75'"))
        else:
            end = round((RIGHT - LEFT) * row.value / longest, 1)
            box = f"x='{LEFT}' y='{y + 5}' width='{end}' height='12' rx='2'"
            parts.append(f"<rect class='share-range' {COLOUR} {box}/>")
            parts.append(text(round(LEFT + end + 6, 1), y + LINE, str(row.value)))
        y += LINE + 10
    said = (f"{row.name}: {row.why if row.value is None else row.value}" for row in rows)
    return svg(code, title, said, parts, y)


def whiskers(code: str, title: str, rows: Sequence[Whisker]) -> SafeString:
    """For each row a dot at its share and a line over its interval, on one scale from 0 to 100 %."""
    parts: list[str] = []
    y: float = 0
    for row in rows:
        name, y = named(row.name, y)
        parts += name
        if row.share is None:
            parts.append(text(LEFT, y + LINE, row.why, "opacity='.75'"))
        else:
            low, dot, high = (scaled(at) for at in (row.share.low, row.share.share, row.share.high))
            parts += whisker(low, dot, high, y + 14)
            parts.append(text(RIGHT + 12, y + 18, percent(row.share.share), "font-weight='bold'"))
        y += LINE + 12
    parts += _ends(y, ["0%", "50%", "100%"])
    said = (f"{row.name}: {row.why if row.share is None else _told(row.share)}" for row in rows)
    return svg(code, title, said, parts, y + LINE)


def differences(code: str, title: str, groups: Sequence[tuple[str, Sequence[Apart]]]) -> SafeString:
    """Rows under the name of their group: a dot and its interval on one scale with nought in the middle."""
    every = [row for _, rows in groups for row in rows]
    reach = max((abs(end) for row in every for end in (row.low, row.high)), default=0)
    reach = max(ceil(reach * 10 - 1e-9), 1) / 10
    parts: list[str] = []
    y: float = 0
    for heading, rows in groups:
        lines, y = named(heading, y)
        parts += [line.replace("<text ", "<text font-style='italic' ", 1) for line in lines]
        y += 4
        for row in rows:
            name, y = named(row.name, y)
            parts += name
            low, dot, high = (scaled(at, -reach, reach) for at in (row.low, row.difference, row.high))
            parts.append(
                f"<rect class='share-track' x='{scaled(0.5) - 0.5}' y='{y + 4}' width='1' height='20'/>"
            )
            parts += whisker(low, dot, high, y + 14)
            parts.append(text(RIGHT + 12, y + 18, points(row.difference), "font-weight='bold'"))
            y += LINE + 12
        y += 6
    parts += _ends(y, [points(-reach), "0", points(reach)])
    said = (
        f"{heading}: " + ", ".join(f"{row.name} {_apart(row)}" for row in rows) for heading, rows in groups
    )
    return svg(code, title, said, parts, y + LINE)


def _ends(y: float, words: Sequence[str]) -> list[str]:
    places = zip((0, 0.5, 1), ("start", "middle", "end"), words, strict=True)
    return [text(scaled(at), y + LINE, word, f"text-anchor='{anchor}'") for at, anchor, word in places]


def _told(share: Share) -> str:
    return f"{percent(share.share)} ({percent(share.low)}–{percent(share.high)})"


def _apart(row: Apart) -> str:
    return f"{points(row.difference)} ({points(row.low)} – {points(row.high)})"
