"""Services and site files are what systemd, nginx and Caddy take, and say what the guide says of them."""

import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gongshi.config.founding.answers import Answers
from gongshi.config.founding.deployment import NAMES, filled, write_deployment
from gongshi.config.packs import read_checked
from tests.config.founding.process import PACK, environ, gongshi
from tests.tools import tool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("deployed")
    answers = Answers(
        read_checked(PACK), directory, base_url="https://gongshi.example", system_user="gongshi", port="8123"
    )
    return write_deployment(answers)


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, timeout=60
    )


def test_every_place_is_filled(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    for path in folder.iterdir():
        text = path.read_text()
        assert "<<" not in text, path.name
        assert "8123" in text or path.name.startswith(("gongshi-work", "gongshi-backup")), path.name
    with pytest.raises(KeyError):
        filled("<<nothing_of_this_name>>", {})


def services(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.service"))


def test_each_unit_says_a_thing_once(folder: Path) -> None:
    """But for the commands of one backup, which come one after the other, and what adds up."""
    for path in services(folder):
        keys = [
            line.partition("=")[0] for line in path.read_text().splitlines() if "=" in line and line[0] != "#"
        ]
        twice = {key for key in keys if keys.count(key) > 1}
        assert twice <= {"ExecStart", "Environment", "SystemCallFilter", "ReadWritePaths"}, path.name
        assert "ExecStart" not in twice or path.name == "gongshi-backup.service"


def test_systemd_takes_the_units(folder: Path) -> None:
    checked = run(
        tool("systemd-analyze", "systemd"), "verify", *folder.glob("*.service"), *folder.glob("*.timer")
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_systemd_finds_the_services_little_exposed(folder: Path) -> None:
    """0 is the safest and 10 the least safe; a service without any of our lines gets 9.6."""
    for unit in services(folder):
        checked = run(tool("systemd-analyze", "systemd"), "security", "--offline=yes", "--threshold=20", unit)
        assert checked.returncode == 0, checked.stdout


def test_services_hold_what_the_guide_promises(folder: Path) -> None:
    for unit in services(folder):
        lines = unit.read_text().splitlines()
        assert {
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "LimitCORE=0",
            "UMask=0077",
            "User=gongshi",
        } <= set(lines)
        assert f"ReadWritePaths={folder.parent}" in lines


def test_the_nightly_backup_is_one_that_can_be_restored(folder: Path, tmp_path: Path) -> None:
    """The unit's own lines, run by the shell as systemd would hand them over, on a real instance."""
    directory = tmp_path / "town"
    assert gongshi("init", "--pack", PACK, "--dir", directory).returncode == 0
    unit = (directory / "deploy" / "gongshi-backup.service").read_text()
    lines = [line.removeprefix("ExecStart=") for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert ["--wraps" in line for line in lines] == [False, True]
    for name in ("gongshi", "gongshi-wraps"):
        (tmp_path / name).mkdir()
    for line in lines:
        command = line.replace("$$", "$").replace("%%", "%").replace("/var/backups", str(tmp_path))
        done = subprocess.run(
            shlex.split(command),
            env=environ(GONGSHI_DIR=str(directory)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    (backup,), (wraps,) = (list((tmp_path / name).iterdir()) for name in ("gongshi", "gongshi-wraps"))
    restored = gongshi("restore", backup, "--wraps", wraps, "--dir", directory)
    assert restored.returncode == 0, restored.stderr


def test_homes_are_hidden_unless_the_instance_lies_in_one(folder: Path, tmp_path: Path) -> None:
    answers = Answers(
        read_checked(PACK), tmp_path, base_url="http://127.0.0.1:8000", system_user="gongshi", port="8000"
    )
    text = (write_deployment(answers) / "gongshi-serve.service").read_text()
    assert "ProtectHome=" in text
    from gongshi.config.founding import deployment

    in_home = deployment._values(replace(answers, directory=Path("/home", "li", "town")))
    assert in_home["protect_home"] == "read-only"


@pytest.fixture
def site(folder: Path, tmp_path: Path) -> Path:
    """The nginx site with a certificate that is there, in a configuration of its own."""
    openssl = tool("openssl")
    made = run(
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=gongshi.example", "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    text = (folder / "nginx.conf").read_text()
    for path, new in (
        ("/etc/letsencrypt/live/gongshi.example", tmp_path),
        ("/var/log/nginx", tmp_path),
        ("/dev/shm/gongshi-bodies", tmp_path / "bodies"),
    ):
        assert path in text
        text = text.replace(path, str(new))
    (tmp_path / "site.conf").write_text(text)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"events {{}}\npid {tmp_path}/pid;\nhttp {{ include {tmp_path}/site.conf; }}\n")
    return whole


def test_nginx_takes_the_site(site: Path) -> None:
    checked = run(tool("nginx", "nginx-light"), "-t", "-q", "-c", site, "-e", site.parent / "error.log")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_caddy_takes_the_site(folder: Path, tmp_path: Path) -> None:
    checked = subprocess.run(
        [tool("caddy"), "validate", "--adapter", "caddyfile", "--config", folder / "Caddyfile"],
        env={"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_proxies_keep_no_log_of_visits_and_show_no_metrics(folder: Path) -> None:
    nginx, caddy = (folder / "nginx.conf").read_text(), (folder / "Caddyfile").read_text()
    assert nginx.count("access_log off;") == nginx.count("\nserver {") == 2
    assert not re.search(r"^\s*access_log (?!off)", nginx, re.MULTILINE)
    assert not re.search(r"^\s*log\b", caddy, re.MULTILINE)
    assert re.search(r"location = /metrics \{\s+return 404;", nginx)
    assert "respond /metrics 404" in caddy


def test_proxies_replace_what_a_visitor_says_of_where_they_come_from(folder: Path) -> None:
    nginx, caddy = (folder / "nginx.conf").read_text(), (folder / "Caddyfile").read_text()
    assert "X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_add_x_forwarded_for" not in nginx
    assert "header_up X-Forwarded-For {http.request.remote.host}" in caddy
