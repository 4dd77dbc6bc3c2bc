"""Who does something: a resident with a receipt, a member of staff in one office, or the program itself."""

from dataclasses import dataclass, field
from uuid import UUID

from gongshi.safekeeping.keyrings import Keyring


@dataclass(frozen=True)
class Resident:
    """Somebody who opened a filing with its receipt. Nothing else is known about them, and nothing is kept.

    ``receipt`` is the secret itself where it is at hand: what they do is then sealed with the key that it opens.
    """

    filing_id: UUID
    receipt_id: UUID
    receipt: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class StaffActor:
    """A member of staff, acting for one office in the roles that they hold there.

    ``keys``: what they can open of sealed cases, where somebody signed in is at work; None for anybody else.
    """

    staff_id: UUID
    office_id: UUID
    roles: frozenset[str]
    keys: Keyring | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class System:
    """The program: a clock that ran out, an import, the demo."""

    name: str = "system"


Actor = Resident | StaffActor | System
