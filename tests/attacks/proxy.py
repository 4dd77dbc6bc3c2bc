"""nginx and Caddy in front of the server, with the very files that `gongshi init` writes, on ports of this machine."""

import os
import re
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
from tests.tools import tool


def site(folder: Path, inner: int) -> str:
    """The site's file, filled in for this machine."""
    certificate = str(self_signed(folder))
    values = {
        "host": "127.0.0.1",
        "port": str(inner),
        "certificate": certificate,
        "certificate_key": certificate,
    }
    text = (files("gongshi.config.founding") / "deploy" / "nginx.conf.txt").read_text(encoding="utf-8")
    return filled(text, values)


def elsewhere(text: str, folder: Path, outer: int, plain: int) -> str:
    """The site's file with what names the machine's own places put elsewhere, and nothing else."""
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for place, instead in (
        ("listen 443", f"listen 127.0.0.1:{outer}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("/var/log/nginx/gongshi-error.log", f"{folder}/error.log"),
        ("/dev/shm/gongshi-bodies", f"{folder}/bodies"),
    ):
        assert place in text
        text = text.replace(place, instead)
    return text


@contextmanager
def in_front_of(inner: int, folder: Path) -> Iterator[int]:
    """nginx before the server on port ``inner``; gives the port where it speaks TLS."""
    with nginx_with(site(folder, inner), folder) as (outer, _):
        yield outer


@contextmanager
def nginx_with(text: str, folder: Path) -> Iterator[tuple[int, int]]:
    """nginx with a site's file; gives the ports where it speaks TLS and plainly."""
    outer, plain = free_port(), free_port()
    (folder / "site.conf").write_text(elsewhere(text, folder, outer, plain), encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/main.log crit; worker_processes 1;"
        f"events {{ worker_connections 1024; }} http {{ {temporary} include {folder}/site.conf; }}",
        encoding="utf-8",
    )
    program = tool("nginx", "nginx-light")
    with _running([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], {}, outer):
        yield outer, plain


@contextmanager
def caddy_with(text: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Caddy with a site's file; its ports and its certificate are the test's, and it asks no authority for another."""
    outer, plain, certificate = free_port(), free_port(), folder / "certificate.pem"
    here = f"{{\n admin off\n http_port {plain}\n https_port {outer}\n default_bind 127.0.0.1\n}}\n"
    first = "\trequest_body {"
    assert text.count(first) == 1
    text = here + text.replace(first, f"\ttls {certificate} {certificate}\n{first}")
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    command = [tool("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with _running(command, homes, outer):
        yield outer, plain


@contextmanager
def _running(command: list[str], environ: dict[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, **environ})
    try:
        _answers(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while True:
        assert process.poll() is None, "the proxy did not start"
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
