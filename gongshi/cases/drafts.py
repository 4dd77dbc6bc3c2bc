"""What a door (a page, an import, an API) hands over to be filed: plain values, already checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

MAX_TEXT = 5_000
MAX_MATTERS = 10


@dataclass(frozen=True)
class Contact:
    """How the resident may be told; every part is optional. ``notify`` is "", "email" or "sms"."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    notify: str = ""
    for_somebody: str = ""
    who_is_told: str = ""
    who_holds_receipt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given at all."""
        return not any((self.name, self.email, self.phone, self.address, self.for_somebody))

    def as_data(self) -> dict[str, str]:
        """The parts that were given, for sealing."""
        parts = {k: getattr(self, k) for k in self.__dataclass_fields__ if k != "notify"}
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True)
class PublicCopy:
    """The exact copy that the resident agreed to show in public.

    ``left``: words of it that were marked as telling who somebody is, and that the resident left in (`masking`).
    ``answers``: what the office answers may stand beside it, once it was reviewed.
    """

    title: str
    text: str
    left: tuple[str, ...] = ()
    answers: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "PublicCopy":
        """The copy that was sealed as this."""
        return cls(data["title"], data["text"], tuple(data.get("left", ())))


@dataclass(frozen=True)
class PageSeen:
    """An answer page that was shown before the matter was sent; ``closest``: it came closest, and did not answer it."""

    code: str
    question: Mapping[str, str]
    closest: bool = False


@dataclass(frozen=True)
class KeepOff:
    """Who must not learn of a matter: an office with all beneath it, or of an office those alone who hold a role there.

    ``role`` "lead": whoever heads the office, wherever else they act, and with them the office, which is under them.
    """

    office: UUID
    role: str = ""


@dataclass(frozen=True)
class NewMatter:
    """One matter. ``point`` is (latitude, longitude); ``subject`` the office it is about, for conduct matters.

    ``keep_off``: who must not learn of it; ``apart``: staff who dealt with an earlier matter, and must not either.
    ``owner``: the office whose answer page came closest. ``left_out``: files that came with it and could not
    be taken in, by name. ``because_of``: the number of an earlier matter because of which somebody is pressed.
    ``joins``: the published case that it goes with.
    """

    category: UUID
    text: str
    wish: str = ""
    area: UUID | None = None
    point: tuple[float, float] | None = None
    place: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    subject: UUID | None = None
    keep_off: tuple[KeepOff, ...] = ()
    apart: tuple[UUID, ...] = ()
    public: PublicCopy | None = None
    uploads: tuple[UUID, ...] = ()
    pages: tuple[PageSeen, ...] = ()
    owner: UUID | None = None
    left_out: str = ""
    because_of: str = ""
    joins: UUID | None = None

    def content(self) -> dict[str, Any]:
        """What is sealed of it."""
        return {
            "text": self.text,
            "wish": self.wish,
            "place": self.place,
            "point": list(self.point) if self.point else None,
            "answers": dict(self.answers),
            **({"because_of": self.because_of} if self.because_of else {}),
            **({"pages": [asdict(page) for page in self.pages]} if self.pages else {}),
        }


@dataclass(frozen=True)
class Handing:
    """How the claim code of what staff typed in goes out: a `Way`, and the office that prints a letter."""

    way: str
    office: UUID | None = None


@dataclass(frozen=True)
class Letter:
    """How a filing came by mail. ``marks``: keyed hashes by which the mail is known again.

    ``message_id``: what its answer answers. ``left_out``: which of its attachments could not be taken in, by number.
    """

    marks: tuple[bytes, ...]
    message_id: str = ""
    left_out: str = ""


@dataclass(frozen=True)
class NewFiling:
    """What one resident brings at one time.

    ``handing``: its receipt is nobody's yet, as staff typed it in, or it came by mail (``letter``).
    """

    matters: tuple[NewMatter, ...]
    language: str
    channel: str
    contact: Contact = field(default_factory=Contact)
    earlier: str = ""
    filed_at: datetime | None = None
    source: bytes | None = None
    handing: Handing | None = None
    letter: Letter | None = None
