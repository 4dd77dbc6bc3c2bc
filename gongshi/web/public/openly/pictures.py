"""Pictures of figures: SVG made on the server, without script, style attributes or outside fonts.

Each says in its description all that it draws, and the page has the same numbers in a table. Only what may be shown
reaches a picture: a number that is withheld comes as None with the words that say why. The one colour is the page's;
where a reader does not know it, shapes have the colour of the text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from gongshi.figures.metrics import Share
from gongshi.rules.procedure.lettering import broken

WIDTH, LEFT, RIGHT = 320, 10, 270
LINE, SIZE = 16, 12
COLOUR = "color='var(--accent)'"


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


def bars(code: str, title: str, rows: Sequence[Bar]) -> SafeString:
    """One horizontal bar for each row, on one scale from none to the longest. ``code`` names it within its page."""
    longest = max((row.value or 0 for row in rows), default=0) or 1
    parts: list[str] = []
    y = 0
    for row in rows:
        parts += _name(row.name, y + LINE)
        y += LINE * len(broken(row.name, WIDTH - 2 * LEFT, SIZE))
        if row.value is None:
            parts.append(_text(LEFT, y + LINE, row.why, "opacity='.75'"))
        else:
            end = round((RIGHT - LEFT) * row.value / longest, 1)
            box = f"x='{LEFT}' y='{y + 5}' width='{end}' height='12' rx='2'"
            parts.append(f"<rect class='share-range' {COLOUR} {box}/>")
            parts.append(_text(round(LEFT + end + 6, 1), y + LINE, str(row.value)))
        y += LINE + 10
    said = (f"{row.name}: {row.why if row.value is None else row.value}" for row in rows)
    return _svg(code, title, said, parts, y)


def whiskers(code: str, title: str, rows: Sequence[Whisker]) -> SafeString:
    """For each row a dot at its share and a line over its interval, on one scale from 0 to 100 %."""
    parts: list[str] = []
    y = 0
    for row in rows:
        parts += _name(row.name, y + LINE)
        y += LINE * len(broken(row.name, WIDTH - 2 * LEFT, SIZE))
        if row.share is None:
            parts.append(_text(LEFT, y + LINE, row.why, "opacity='.75'"))
        else:
            parts += _whisker(row.share, y + 14)
        y += LINE + 12
    parts += [
        _text(x, y + LINE, f"{round(at * 100)}%", f"text-anchor='{anchor}'") for at, x, anchor in _ends()
    ]
    said = (f"{row.name}: {row.why if row.share is None else _told(row.share)}" for row in rows)
    return _svg(code, title, said, parts, y + LINE)


def _whisker(share: Share, y: float) -> Iterator[str]:
    low, dot, high = (_x(at) for at in (share.low, share.share, share.high))
    yield f"<rect class='share-track' x='{LEFT}' y='{y - 0.5}' width='{RIGHT - LEFT}' height='1'/>"
    box = f"x='{low}' y='{y - 3}' width='{round(high - low, 1)}' height='6' rx='3'"
    yield f"<rect class='share-range' {COLOUR} {box}/>"
    yield f"<circle class='share-point' {COLOUR} cx='{dot}' cy='{y}' r='5'/>"
    yield _text(RIGHT + 12, y + 4, _percent(share.share), "font-weight='bold'")


def _ends() -> tuple[tuple[float, float, str], ...]:
    return (0.0, _x(0), "start"), (0.5, _x(0.5), "middle"), (1.0, _x(1), "end")


def _x(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def _told(share: Share) -> str:
    return f"{_percent(share.share)} ({_percent(share.low)}–{_percent(share.high)})"


def _name(name: str, y: float) -> Iterator[str]:
    for k, line in enumerate(broken(name, WIDTH - 2 * LEFT, SIZE)):
        yield _text(LEFT, y + k * LINE, line)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f"<text x='{x}' y='{y}'{more and ' ' + more} fill='currentColor'>{escape(text)}</text>"


def _svg(code: str, title: str, said: Iterable[str], parts: Iterable[str], height: float) -> SafeString:
    head = (
        f"<svg class='figure' viewBox='0 0 {WIDTH} {height + 6}' width='{WIDTH}' height='{height + 6}' role='img' "
        f"aria-labelledby='{code}-title {code}-desc' font-size='{SIZE}' font-family='sans-serif'>"
        f"<title id='{code}-title'>{escape(title)}</title><desc id='{code}-desc'>{escape('; '.join(said))}</desc>"
    )
    return mark_safe(head + "".join(parts) + "</svg>")  # noqa: S308 (every text is escaped above)
