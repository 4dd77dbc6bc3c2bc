"""A real IMAP server (pymap, in memory) with one mailbox, which speaks plain IMAP on this machine."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime

from imapclient import IMAPClient

from tests.notifications.servers import dead_port

USER, PASSWORD = "letters", "a-password"


class Letters:
    """What an administrator would do at the mailbox: put letters in, look into folders, empty them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX"

    @contextlib.contextmanager
    def signed_in(self) -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=10)
        try:
            client.login(USER, PASSWORD)
            yield client
        finally:
            client.shutdown()

    def arrive(self, *letters: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.signed_in() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for letter in letters:
                client.append(folder, letter, msg_time=at)

    def lie_in(self, folder: str = "INBOX") -> list[bytes]:
        with self.signed_in() as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [found[number][b"BODY[]"] for number in sorted(found)]

    def empty(self) -> None:
        with self.signed_in() as client:
            for _flags, _separator, folder in client.list_folders():
                if folder != "INBOX":
                    client.delete_folder(folder)
            client.select_folder("INBOX")
            if numbers := client.search():
                client.delete_messages(numbers)
                client.expunge()


@contextlib.contextmanager
def imap_server() -> Iterator[Letters]:
    """A started server; it ends with the block."""
    with dead_port() as free:
        port = free
    services = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "admin"]
    command = [
        sys.executable,
        "-c",
        "from pymap.main import main; main()",
        *services,
        "--no-service",
        "managesieve",
        "dict",
    ]
    process = subprocess.Popen(
        [*command, "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        letters = Letters(port)
        _wait(letters, process)
        yield letters
    finally:
        process.kill()
        process.wait(10)


def _wait(letters: Letters, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), letters.signed_in():
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server did not start")
