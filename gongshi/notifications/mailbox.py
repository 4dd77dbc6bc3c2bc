"""The folder that letters come in to, over IMAP (RFC 3501), with IMAPClient.

Everything in the folder waits to be taken in, whether somebody has read it or not. A letter leaves it only by `remove`
or `move`, which its caller does after what it says is durably kept. Nothing here looks into a letter.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gongshi.notifications.servers import MailStore

if TYPE_CHECKING:
    from imapclient import IMAPClient

TIMEOUT_SECONDS = 20
Failure = (OSError, imaplib.IMAP4.error)
"""What a server can do: be away, refuse, hang up."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One letter in the folder, by its number there, with its size in bytes."""

    number: int
    size: int


class Mailbox:
    """An open folder. Raises `Failure` from every method; the folder is then closed."""

    def __init__(self, client: "IMAPClient") -> None:
        self._client = client

    def waiting(self, most: int) -> list[Waiting]:
        """The letters that wait, the oldest first, ``most`` at once."""
        numbers = sorted(self._client.search(["NOT", "DELETED"]))[:most]
        found = self._client.fetch(numbers, ["RFC822.SIZE"]) if numbers else {}
        return [Waiting(one, int(found[one][b"RFC822.SIZE"])) for one in numbers if one in found]

    def top(self, letter: Waiting) -> bytes:
        """A letter's headers. Nothing is marked as read."""
        return self._part(letter, b"BODY[HEADER]", "BODY.PEEK[HEADER]")

    def whole(self, letter: Waiting) -> bytes:
        """A letter. Nothing is marked as read."""
        return self._part(letter, b"BODY[]", "BODY.PEEK[]")

    def _part(self, letter: Waiting, answer: bytes, wanted: str) -> bytes:
        found = self._client.fetch([letter.number], [wanted]).get(letter.number, {})
        return bytes(found.get(answer) or b"")

    def remove(self, letter: Waiting) -> None:
        """Take a letter out for good, and no other that somebody marked for it."""
        self._client.add_flags([letter.number], [b"\\Deleted"], silent=True)
        self._client.expunge([letter.number] if self._client.has_capability("UIDPLUS") else None)

    def move(self, letter: Waiting, folder: str) -> None:
        """Put a letter into another folder of the same account, which is made if it is not there."""
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        if self._client.has_capability("MOVE"):
            self._client.move([letter.number], folder)
        else:
            self._client.copy([letter.number], folder)
            self.remove(letter)

    def forget(self, folder: str, before: date) -> int:
        """Take out for good what came in before a day and lies in another folder, which is then the open one."""
        if not self._client.folder_exists(folder):
            return 0
        self._client.select_folder(folder)
        numbers = self._client.search(["BEFORE", before])
        for number in numbers:
            self.remove(Waiting(number, 0))
        return len(numbers)

    def count(self, folder: str) -> int:
        """How many letters lie in a folder; 0 where there is none."""
        if not self._client.folder_exists(folder):
            return 0
        return int(self._client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


@contextmanager
def opened(store: MailStore) -> Iterator[Mailbox]:
    """The folder, signed in and selected; hung up at the end. Raises `Failure`."""
    context = ssl.create_default_context()
    # Eight megabytes, which no web worker needs.
    from imapclient import IMAPClient

    client = IMAPClient(
        store.host,
        port=store.port,
        ssl=store.security == "tls",
        ssl_context=context if store.security == "tls" else None,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        if store.security == "starttls":
            client.starttls(context)
        client.login(store.user, store.password)
        client.select_folder(store.folder)
        yield Mailbox(client)
    finally:
        client.shutdown()
