"""Taking words out of a text before it is shown to everyone.

The copy that a resident agreed to is reviewed before it is public. The review may only take away (DESIGN promise 6):
each span that goes is replaced by a mark that readers see, and everything else stays exactly as it was. A span that
went without a mark would change what the resident said ("not paid" to "paid"), so that is refused too. Texts are
compared character by character; a caller that takes text from a web form gives both the same line ends first.
"""

from collections.abc import Iterable

MARK = "▇"


def is_reduction(original: str, reviewed: str, mark: str = MARK) -> bool:
    """Whether `reviewed` is `original` with spans replaced by `mark`, and nothing added, changed or moved.

    Every mark stands for one character or more, so both one mark for a span and one for each character are fine.
    Raises ValueError for an empty mark.
    """
    if not mark:
        raise ValueError("the mark is empty")
    first, *rest = reviewed.split(mark)
    if not rest:
        return reviewed == original
    if not original.startswith(first):
        return False
    *middle, last = rest
    at = len(first)
    for piece in middle:
        # The first place that fits leaves the most room for what follows, so no other place need be tried.
        at = original.find(piece, at + 1)
        if at < 0:
            return False
        at += len(piece)
    return original.endswith(last) and len(original) - len(last) > at


def mask(original: str, spans: Iterable[tuple[int, int]], mark: str = MARK) -> str:
    """`original` with each span (from character, up to but not including character) replaced by one mark.

    Spans that touch or overlap become one, so that the marks do not tell how many there were, nor how long.
    Raises ValueError for an empty mark and for a span that is empty or outside the text.
    """
    if not mark:
        raise ValueError("the mark is empty")
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if not 0 <= start < end <= len(original):
            raise ValueError(
                f"span {start} to {end} is empty or outside the text's {len(original)} characters"
            )
        if start > at or not kept:
            kept.append(original[at:start])
        at = max(at, end)
    return mark.join([*kept, original[at:]])
