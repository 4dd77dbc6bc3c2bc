"""The picture of how long people wait: the share still waiting, step by step, with its band."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from gongshi.rules.survival import Banded
from gongshi.web.public.openly.drawing import COLOUR, LINE, WIDTH, svg, text
from gongshi.web.templatetags.gongshi import percent
from gongshi.words import in_language, pair

LAST = 28
"""Days on the scale: after that released months tell nothing more."""
TOP, BOTTOM, START, END = 12, 172, 44, 300
AFTER = pair("{n}天后", "after {n} days")
DAYS = pair("天", "days")


def waiting(code: str, title: str, curve: Sequence[Banded], median: int | None) -> SafeString:
    """A line that falls at the end of each bin, a dot and the band there. ``median``: the day that is marked.

    Between two dots the line stays where it was: on which day of the bin it falls is not told. ``code`` names the
    picture within its page.
    """
    parts = [_across(share) for share in (0, 0.5, 1)]
    shares = ((1, "100%"), (0.5, "50%"), (0, "0%"))
    parts += [text(START - 6, _y(share) + 4, word, "text-anchor='end'") for share, word in shares]
    if median is not None:
        box = f"x='{_x(median) - 0.5}' y='{_y(0.5)}' width='1' height='{BOTTOM - _y(0.5)}'"
        parts.append(f"<rect class='share-point' {COLOUR} {box}/>")
    line = f"M{START} {_y(1)}"
    for at, after in zip(curve, [*curve[1:], None], strict=True):
        until = after.days if after else min(at.days + 1, LAST)
        box = f"x='{_x(at.days)}' y='{_y(at.high)}' width='{round(max(_x(until) - _x(at.days), 4), 1)}'"
        parts.append(
            f"<rect class='share-range' {COLOUR} {box} height='{round(max(_y(at.low) - _y(at.high), 1), 1)}'/>"
        )
        line += f"H{_x(at.days)}V{_y(at.share)}"
    parts.append(f"<path d='{line}' {COLOUR} fill='none' stroke='currentColor' stroke-width='2'/>")
    parts += [
        f"<circle class='share-point' {COLOUR} cx='{_x(at.days)}' cy='{_y(at.share)}' r='4'/>" for at in curve
    ]
    # 1 and 3 would touch each other.
    parts += [text(_x(at), BOTTOM + LINE, str(at), "text-anchor='middle'") for at in (0, 3, 7, 14, 21, LAST)]
    parts.append(text(WIDTH - 2, BOTTOM + 2 * LINE, in_language(DAYS), "text-anchor='end'"))
    return svg(code, title, map(_told, curve), parts, BOTTOM + 2 * LINE)


def _told(at: Banded) -> str:
    said = in_language(AFTER).format(n=at.days)
    return f"{said}: {percent(at.share)} ({percent(at.low)}–{percent(at.high)})"


def _across(share: float) -> str:
    return f"<rect class='share-track' x='{START}' y='{_y(share) - 0.5}' width='{END - START}' height='1'/>"


def _x(days: int) -> float:
    return round(START + (END - START) * days / LAST, 1)


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)
