"""What somebody is about to file, as it was typed: until it is handed in nothing is stored but files."""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import draft_token

DOORS = ("ask", "broken", "business", "office", "grievance", "dispute", "write")
NO_PLACE = "none"
SAME = "same"
COPY, COPY_AND_ANSWER = "yes", "answer"
"""What may be public of a matter; anything else is nothing."""
APART = "none"
PARTS = (
    *("category", "area", "place", "lat", "lon", "subject", "text", "wish", "public"),
    *("pages", "closest", "openly", "offered", "whole", "piece", "joins"),
)
CONTACT = (
    *("earlier", "name", "email", "phone", "notify"),
    *("for_somebody", "who_is_told", "who_holds_receipt"),
)
KEEP_OFF = "keep_off"
# Far above what the boxes take (5,000 characters): enough to say by how much it is too long.
LONGEST_KEPT = 60_000
LONGEST_TOKEN = 400
MOST_LEFT, LONGEST_LEFT = 200, 200
_TITLE_ENDS = re.compile(r"[。！？!?；;\n]|\.\s")
TITLE_LENGTH = 100


@dataclass
class Matter:
    """One matter as it was typed. ``category``, ``area`` and ``subject`` are codes; "" is not said.

    In the second and later matters a place that is not said is the first's; a category is never taken over, its own
    words decide, unless it is "same". ``area`` "none": no place. ``answers``: by question. ``pages``: codes of the
    answer pages that were shown before it was sent, with spaces between them; ``closest``: the one that came closest.
    ``openly``: "openly" where whoever was named as somebody who must not see it may read it all the same (`unsealed`).
    ``offered``: how sure the model was, and the codes of the categories that it offered (`offering`).
    ``whole``: the text before it was cut into several matters; ``piece``: a mark that those have in common (`cutting`).
    ``left``: marked words that shall be public all the same. ``joins``: the public id of the published case that it
    goes with, or "none": what was offered is another matter.
    """

    category: str = ""
    area: str = ""
    place: str = ""
    lat: str = ""
    lon: str = ""
    subject: str = ""
    text: str = ""
    wish: str = ""
    public: str = ""
    pages: str = ""
    closest: str = ""
    openly: str = ""
    offered: str = ""
    whole: str = ""
    piece: str = ""
    joins: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    files: list[UUID] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written or chosen in its box."""
        return not (self.text.strip() or self.wish.strip() or self.files or self.is_joining)

    @property
    def is_joining(self) -> bool:
        """Whether it shall go with a published case, which says what it is about."""
        return self.joins not in ("", APART)

    @property
    def title(self) -> str:
        """The title of its public copy: the first sentence."""
        first = next((part.strip() for part in _TITLE_ENDS.split(self.text.strip()) if part.strip()), "")
        return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


@dataclass
class Draft:
    """Everything on the way to a filing. ``token`` holds the receipt, sealed: the same token is the same filing.

    ``keep_off``: who must not see what is sealed of it (`keeping_off`).

    ``renewed``: the token that it came with (``was``) is too old or not ours, so whether that was ever filed cannot be
    told. ``files_lost``: it named files, which went with the old token.
    """

    token: str
    receipt: str
    door: str = ""
    matters: list[Matter] = field(default_factory=lambda: [Matter()])
    keep_off: str = ""
    earlier: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    notify: str = ""
    for_somebody: str = ""
    who_is_told: str = ""
    who_holds_receipt: str = ""
    renewed: bool = False
    was: str = ""
    files_lost: bool = False

    @property
    def first(self) -> Matter:
        """The first matter, which gives the others what they do not say themselves."""
        return self.matters[0]

    @property
    def kept_as(self) -> str:
        """A public name for this draft, under which the browser keeps what is not sent yet."""
        return known_as(self.receipt)

    def keep_only(self, uploads: Collection[UUID]) -> None:
        """Forget the files that are not among these."""
        for matter in self.matters:
            matter.files = [each for each in matter.files if each in uploads]

    def whole(self, matter: Matter) -> Matter:
        """A matter with what it takes over from the first."""
        first = self.first
        if matter is first:
            return matter
        found = replace(matter)
        if found.category == SAME:
            found.category, found.subject = first.category, first.subject
        if not found.area and not found.place:
            found.area, found.place, found.lat, found.lon = first.area, first.place, first.lat, first.lon
        return found

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every field that holds something: (name, value)."""
        yield "draft", self.token
        yield "door", self.door
        yield "matters", str(len(self.matters))
        for name in (*CONTACT, KEEP_OFF):
            if value := getattr(self, name):
                yield name, value
        for number, matter in enumerate(self.matters, start=1):
            for part in PARTS:
                if value := getattr(matter, part):
                    yield f"{part}-{number}", value
            for code, value in matter.answers.items():
                if value:
                    yield f"q-{number}-{code}", value
            for words in matter.left:
                yield f"left-{number}", words
            for upload in matter.files:
                yield f"file-{number}", str(upload)

    def hidden(self, shown: set[str]) -> list[tuple[str, str]]:
        """The fields that this page does not show, to travel along."""
        return [(name, value) for name, value in self.pairs() if name not in shown]


def known_as(receipt: str) -> str:
    """What a browser calls a draft, and the filing that it became: it tells nothing of the receipt."""
    return hashlib.sha256(f"known as {receipt}".encode()).hexdigest()[:12]


def new_draft(at: datetime, form: str = "draft") -> Draft:
    """An empty draft with its receipt, in a form of this kind (`safekeeping.tokens.FORMS`)."""
    receipt = new_receipt()
    return Draft(draft_token(receipt, form=form, at=at), receipt)


def as_uuid(text: str) -> UUID | None:
    """The identifier in a text from outside, or None."""
    try:
        return UUID(text) if len(text) <= 36 else None
    except ValueError:
        return None
