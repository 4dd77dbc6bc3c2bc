"""An instance as it is deployed: founded by `gongshi init` for https, served by `gongshi serve`; and a far browser."""

import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.browser.server import ROOT, free_port
from tests.browser.server import gongshi as command
from tests.certificates import self_signed
from tests.config.founding.process import PACK, environ, gongshi
from tests.config.test_serving import waits_for

HOST = "gongshi.example"
CODE = re.compile(r"^  ([a-z.]+)  ([0-9A-Z]{4}(?:-[0-9A-Z]{4})+)$", re.MULTILINE)


class Instance:
    """A folder that `gongshi init` made, with what it said."""

    def __init__(self, folder: Path) -> None:
        self.port, self.directory, self.folder = free_port(), folder / "town", folder
        self.signed_in = 0
        self.certificate = self_signed(folder, HOST)
        words = (
            "--pack",
            PACK,
            "--dir",
            self.directory,
            "--base-url",
            f"https://{HOST}",
            "--port",
            self.port,
        )
        done = gongshi("init", *words)
        assert done.returncode == 0, done.stderr
        ((self.login, self.code),) = CODE.findall(done.stdout)

    def file(self, name: str) -> str:
        """A file of its folder ``deploy``, with the certificate that is on this machine."""
        text = (self.directory / "deploy" / name).read_text(encoding="utf-8")
        return re.sub(rf"/etc/letsencrypt/live/{HOST}/\w+\.pem", str(self.certificate), text)

    @contextmanager
    def served(self) -> "Iterator[subprocess.Popen[bytes]]":
        """`gongshi serve`, as its service starts it; its log is ``serve.log``."""
        with (self.folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                command("serve", "--dir", str(self.directory), "--port", str(self.port)),
                cwd=ROOT,
                env=environ(),
                stdout=log,
                stderr=log,
            )
        try:
            waits_for(lambda: "serving" in self.log())
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def log(self) -> str:
        """What the program said so far."""
        return (self.folder / "serve.log").read_text(encoding="utf-8")


class Far:
    """A browser of https://gongshi.example/: stands in for Django's client in a `Walker`."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.port, self.source = port, source
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, data: Any = None, **headers: str) -> Any:
        """A page."""
        assert data is None
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        """A form, sent as a browser sends it: from our own pages unless ``Origin`` says otherwise."""
        kind = {"Content-Type": MULTIPART_CONTENT, "Origin": f"https://{HOST}", "Referer": f"https://{HOST}/"}
        return self.ask("POST", path, encode_multipart(BOUNDARY, data or {}), {**kind, **headers})

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """One request on a connection of its own."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = _Named(
            "127.0.0.1", self.port, context=context, timeout=30, source_address=(self.source, 0)
        )
        kept = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items() if one.value)
        connection.request(
            method, path, body or None, {"Host": HOST, **({"Cookie": kept} if kept else {}), **headers}
        )
        return self._taken(connection)

    def _taken(self, connection: HTTPConnection) -> Any:
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        content = answer.read()
        connection.close()
        return Answer(answer.status, dict(answer.headers.items()), content)


class Answer(SimpleNamespace):
    """What Django's client would give."""

    streaming = False

    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        super().__init__(status_code=status, headers=headers, content=content)

    def __getitem__(self, name: str) -> str:
        return str(self.headers[name]).removeprefix(f"https://{HOST}")


class _Named(HTTPSConnection):
    """TLS that asks for the host by name, at a port of this machine."""

    def connect(self) -> None:
        """Connect, with the name that a browser would send."""
        HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=HOST)  # type: ignore[attr-defined]


def plainly(port: int, path: str, **headers: str) -> Any:
    """One request without TLS."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": HOST, **headers})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return Answer(answer.status, dict(answer.headers.items()), content)


def with_an_app(instance: Instance) -> None:
    """Give the administrator an authenticator app whose codes a test can read off (tests/factors.py)."""
    script = (
        "from gongshi.accounts.models import Staff; from tests.factors import give_factors; "
        f"give_factors(Staff.objects.get(username={instance.login!r}))"
    )
    done = subprocess.run(
        [command()[0], "-m", "django", "shell", "-c", script],
        cwd=ROOT,
        env=environ(GONGSHI_DIR=str(instance.directory), DJANGO_SETTINGS_MODULE="gongshi.config.settings"),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
