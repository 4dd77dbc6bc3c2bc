"""What pictures of figures are drawn with: names, texts, dots on lines, and the frame around them.

The one colour is the page's; where a reader does not know it, shapes have the colour of the text.
"""

from collections.abc import Iterable, Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

from gongshi.rules.procedure.lettering import broken

WIDTH, LEFT, RIGHT = 320, 10, 270
LINE, SIZE = 16, 12
COLOUR = "color='var(--accent)'"


def named(name: str, y: float) -> tuple[list[str], float]:
    """A name in as many lines as it needs, and where they end."""
    lines = broken(name, WIDTH - 2 * LEFT, SIZE)
    return [text(LEFT, y + (k + 1) * LINE, line) for k, line in enumerate(lines)], y + LINE * len(lines)


def whisker(low: float, dot: float, high: float, y: float) -> Iterator[str]:
    """A dot on a line over its interval, all three as x; a thin line marks the whole scale."""
    yield f"<rect class='share-track' x='{LEFT}' y='{y - 0.5}' width='{RIGHT - LEFT}' height='1'/>"
    box = f"x='{low}' y='{y - 3}' width='{round(high - low, 1)}' height='6' rx='3'"
    yield f"<rect class='share-range' {COLOUR} {box}/>"
    yield f"<circle class='share-point' {COLOUR} cx='{dot}' cy='{y}' r='5'/>"


def text(x: float, y: float, words: str, more: str = "") -> str:
    """Words at a point."""
    return f"<text x='{x}' y='{y}'{more and ' ' + more} fill='currentColor'>{escape(words)}</text>"


def svg(code: str, title: str, said: Iterable[str], parts: Iterable[str], height: float) -> SafeString:
    """The whole picture. ``code`` names it within its page; ``said``: all that it draws, in words."""
    head = (
        f"<svg class='figure' viewBox='0 0 {WIDTH} {height + 6}' width='{WIDTH}' height='{height + 6}' role='img' "
        f"aria-labelledby='{code}-title {code}-desc' font-size='{SIZE}' font-family='sans-serif'>"
        f"<title id='{code}-title'>{escape(title)}</title><desc id='{code}-desc'>{escape('; '.join(said))}</desc>"
    )
    return mark_safe(head + "".join(parts) + "</svg>")  # noqa: S308 (every text is escaped above)


def scaled(at: float, low: float = 0.0, high: float = 1.0) -> float:
    """Where a number lies on the scale from ``low`` to ``high``."""
    return round(LEFT + (RIGHT - LEFT) * (at - low) / (high - low), 1)
