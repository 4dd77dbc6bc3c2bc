"""Messages written to files, where no server for them is set: the demo, and a first try.

A file is named after the outbox row, so a second attempt replaces the first. Outside the demo the address is left
out: a real resident's address must not lie about in the clear.
"""

import os
from email.policy import SMTPUTF8
from pathlib import Path

from django.conf import settings

from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.notifications.models import Channel
from gongshi.notifications.transports.email import compose
from gongshi.notifications.transports.notices import Notice, PermanentFailure, Result, Sent, TemporaryFailure

LEFT_OUT = "undisclosed-recipients:;"


class FileTransport:
    """Writes ``ID.eml`` or ``ID.txt`` into ``settings.OUTBOX_DIRECTORY``."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def send(self, notice: Notice) -> Result:
        """Write one notice, whole or not at all, readable by the server's own user alone."""
        try:
            name, content = self._file(notice)
        except AddressError:
            return PermanentFailure("bad_address")
        try:
            self._write(Path(settings.OUTBOX_DIRECTORY), name, content)
        except OSError:
            return TemporaryFailure("not_written", of_server=True)
        return Sent()

    def close(self) -> None:
        """Nothing is held open."""

    def _file(self, notice: Notice) -> tuple[str, bytes]:
        if self._channel == Channel.SMS:
            to = phone_number(notice.to)
            return f"{notice.id}.txt", f"{to if settings.DEMO else LEFT_OUT}\n\n{notice.text}\n".encode()
        to = email_address(notice.to)
        sender = email_address(settings.MAIL_FROM, bare_host=True)
        message = compose(notice, sender, to if settings.DEMO else LEFT_OUT)
        # Read by people: 8bit text shows as it is, where an encoded body would not.
        return f"{notice.id}.eml", message.as_bytes(policy=SMTPUTF8)

    @staticmethod
    def _write(directory: Path, name: str, content: bytes) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = directory / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(directory / name)
