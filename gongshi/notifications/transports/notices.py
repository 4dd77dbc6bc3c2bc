"""What every transport takes and gives back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one address. ``id`` is the outbox row's: whoever gets it twice can tell by it.

    ``answers``: the Message-ID of the mail that an e-mail answers, or "".
    """

    id: UUID
    to: str = field(repr=False)
    language: str
    subject: str
    text: str
    at: datetime
    answers: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The next server has taken the message over."""


@dataclass(frozen=True, slots=True)
class TemporaryFailure:
    """It did not go out, and may later. ``code`` is a whole word or a server's number, never its text.

    ``of_server`` means that the server is the cause, so that the next notice would fare no better.
    """

    code: str
    of_server: bool = False


@dataclass(frozen=True, slots=True)
class PermanentFailure:
    """It will never go out to this address."""

    code: str


Result = Sent | TemporaryFailure | PermanentFailure


class Transport(Protocol):
    """Sends notices of one channel. It may hold a connection open until ``close``."""

    def send(self, notice: Notice) -> Result:
        """Send one notice. Raises nothing that a server or an address can cause."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""
