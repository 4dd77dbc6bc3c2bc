"""What a mail says, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class Unreadable(ValueError):
    """A mail nothing can be made of. ``code``: "encrypted", "broken" or "empty"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class MailFile:
    """Something attached. ``inline``: shown within the text, as the pictures of a signature are."""

    name: str
    data: bytes = field(repr=False)
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. ``sender`` is the only address in From, or ""; ``earlier`` the ids of mails that it answers.

    ``headers``: every header's values in the clear, by its name in small letters.
    """

    headers: Mapping[str, tuple[str, ...]] = field(repr=False)
    message_id: str
    earlier: tuple[str, ...]
    sender: str = field(repr=False)
    name: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(default="", repr=False)
    files: tuple[MailFile, ...] = ()
