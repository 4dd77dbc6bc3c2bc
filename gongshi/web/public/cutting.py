"""One box that holds several matters: noticed after it was written, cut on a press, and put together again on another.

What was typed stays: the parts are the text, and until it is sent the whole travels along (`Matter.whole`).
"""

import hashlib

from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.intake.noticing import parts_of, pieces_of
from gongshi.web.public.offering import is_offered


def cut(draft: Draft, which: str) -> None:
    """Give each of the matters in one box a box of its own, in the place where the first one was."""
    at, matter = _numbered(draft, which)
    pieces = pieces_of(matter, draft) if matter else []
    if matter is None or not pieces:
        return
    mark = hashlib.sha256(matter.text.encode()).hexdigest()[:12]
    matter.whole, matter.piece, matter.text = matter.text, mark, pieces[0]
    matter.public, matter.joins, matter.left = "", "", []
    if is_offered(matter):
        matter.category = matter.offered = ""
    # What a later matter does not say of its place is the first one's.
    own = Matter() if matter is draft.first else matter
    draft.matters[at + 1 : at + 1] = [
        Matter(text=piece, piece=mark, area=own.area, place=own.place, lat=own.lat, lon=own.lon)
        for piece in pieces[1:]
    ]


def join(draft: Draft, which: str) -> None:
    """Put the boxes that one was cut into together again: the text as it was, or with what was changed since."""
    _, first = _numbered(draft, which)
    if first is None or not first.whole:
        return
    others = [one for one in draft.matters if one is not first and one.piece == first.piece]
    texts = [one.text.strip() for one in (first, *others)]
    untouched = texts == [piece.strip() for piece in parts_of(first.whole)]
    first.text = first.whole if untouched else "\n".join(text for text in texts if text)
    first.wish = "\n".join(wish for one in (first, *others) if (wish := one.wish.strip()))
    first.files = [upload for one in (first, *others) for upload in one.files]
    first.whole, first.piece, first.public, first.joins, first.left = "", "whole", "", "", []
    draft.matters = [one for one in draft.matters if not any(one is other for other in others)]


def _numbered(draft: Draft, which: str) -> tuple[int, Matter | None]:
    numbers = {str(at): at - 1 for at in range(1, len(draft.matters) + 1)}
    at = numbers.get(which, -1)
    return at, draft.matters[at] if at >= 0 else None
