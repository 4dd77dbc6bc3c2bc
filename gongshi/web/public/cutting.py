"""One box that holds several matters: noticed after it was written, cut on a press, and put together again on another.

What was typed stays: the parts are the text, and until it is sent the whole travels along (`Matter.whole`).
"""

import hashlib

from gongshi.cases.drafts import MAX_MATTERS
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.routing.suggesting import likeliest
from gongshi.rules.several import parts
from gongshi.web.public.offering import is_offered


def pieces_of(matter: Matter, draft: Draft) -> list[str]:
    """The matters that its text seems to hold, at least two, or nothing; none for what was put together again."""
    if matter.piece or matter.is_joining or not matter.text.strip():
        return []
    found = [piece.strip() for piece in parts(matter.text, _labelled)]
    return found if 1 < len(found) <= MAX_MATTERS - len(draft.matters) + 1 else []


def _labelled(text: str) -> tuple[str, float] | None:
    found = likeliest(text)
    return (found[0].code, found[1]) if found else None


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
    untouched = texts == [piece.strip() for piece in parts(first.whole, _labelled)]
    first.text = first.whole if untouched else "\n".join(text for text in texts if text)
    first.wish = "\n".join(wish for one in (first, *others) if (wish := one.wish.strip()))
    first.files = [upload for one in (first, *others) for upload in one.files]
    first.whole, first.piece, first.public, first.joins, first.left = "", "whole", "", "", []
    draft.matters = [one for one in draft.matters if not any(one is other for other in others)]


def _numbered(draft: Draft, which: str) -> tuple[int, Matter | None]:
    numbers = {str(at): at - 1 for at in range(1, len(draft.matters) + 1)}
    at = numbers.get(which, -1)
    return at, draft.matters[at] if at >= 0 else None
