"""A real OpenID Connect provider in a process of its own on 127.0.0.1, started and ended by the tests that need it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.browser.server import free_port


class Provider:
    """Where it answers, and what it says of whom."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def knows(self, subject: str, **claims: Any) -> None:
        """From now on it says this of the subject, in the token and when asked."""
        answer = requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10)
        assert answer.status_code == 204

    def signs_in(self, authorize: str, subject: str) -> str:
        """Somebody signs in there; where the provider sends their browser."""
        assert authorize.startswith(self.url)
        answer = requests.post(authorize, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def denies(self, authorize: str) -> str:
        """Somebody gives up there."""
        answer = requests.post(authorize, data={"action": "deny"}, allow_redirects=False, timeout=10)
        return answer.headers["Location"]


def path_of(address: str) -> str:
    """What our own server is asked for when a browser follows the provider's redirect."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider until the end of the block."""
    port = free_port()
    program = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr
    for line in process.stderr:
        if "running on" in line:
            break
    # Nobody reads on, and a full pipe would hold it up.
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield Provider(port)
    finally:
        process.terminate()
        process.wait(30)
        drain.join(5)
        process.stderr.close()
