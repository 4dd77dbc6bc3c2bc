"""nginx in front of the server, with the very file that `gongshi init` writes for it, on ports of this machine."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from gongshi.config.founding.deployment import filled
from tests.browser.server import free_port
from tests.certificates import self_signed

MISSING = (
    "nginx is not on this machine (Debian: apt-get install nginx-light): the rows behind a proxy are left out"
)


def nginx() -> str | None:
    """Where it is; Debian keeps it from the path of ordinary users."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def site(folder: Path, inner: int, outer: int, plain: int) -> str:
    """The site's file, filled in; only what names the machine's own places is put elsewhere."""
    certificate = str(self_signed(folder))
    values = {
        "host": "127.0.0.1",
        "port": str(inner),
        "certificate": certificate,
        "certificate_key": certificate,
    }
    text = (files("gongshi.config.founding") / "deploy" / "nginx.conf.txt").read_text(encoding="utf-8")
    text = filled(text, values)
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443", f"listen 127.0.0.1:{outer}").replace(
        "listen 80;", f"listen 127.0.0.1:{plain};"
    )
    text = text.replace("/var/log/nginx/gongshi-error.log", str(folder / "error.log"))
    return text.replace("/dev/shm/gongshi-bodies", str(folder / "bodies"))


@contextmanager
def in_front_of(inner: int, folder: Path) -> Iterator[int]:
    """nginx before the server on port ``inner``; gives the port where it speaks TLS."""
    program = nginx()
    assert program
    outer = free_port()
    (folder / "site.conf").write_text(site(folder, inner, outer, free_port()), encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/main.log crit; worker_processes 1;"
        f"events {{ worker_connections 1024; }} http {{ {temporary} include {folder}/site.conf; }}",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        _answers(outer, process)
        yield outer
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while True:
        assert process.poll() is None, "nginx did not start"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < ends
        time.sleep(0.05)


def in_tls(plain: socket.socket) -> socket.socket:
    """The connection, spoken in TLS to a certificate of the test's own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)
