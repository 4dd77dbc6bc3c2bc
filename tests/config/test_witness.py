"""`gongshi witness` and `gongshi audit` as commands, the witness as a process of its own before a real server."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from gongshi.config.commands import audit as audit_command
from gongshi.config.commands.audit import WORDS
from gongshi.config.commands.witness import STOPPED, WRONG
from gongshi.config.witness.asking import Site, Unreachable
from gongshi.config.witness.folder import Damaged, Folder
from gongshi.formats.proof.statements import Head, key_id
from gongshi.safekeeping.models import Head as HeadRow
from gongshi.safekeeping.models import LastHead, Tile
from gongshi.safekeeping.sequencing import sequence
from tests.safekeeping.statements_made import CLOSED, House

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("witness", url, "--once")`` as somebody outside would: no instance, no settings."""
    environ = {
        name: value for name, value in os.environ.items() if "GONGSHI" not in name and "DJANGO" not in name
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "gongshi.config.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.mark.django_db(transaction=True)
def test_row_10_a_witness_through_a_rewrite(run: Run, live_server: Any, tmp_path: Path) -> None:
    now = timezone.now()

    def witness() -> "subprocess.CompletedProcess[str]":
        return run("witness", live_server.url, "--once", "--dir", str(tmp_path / "kept"))

    assert "账本还是空的" in witness().stdout
    sequence(now - timedelta(minutes=30))
    first = witness()
    assert (first.returncode, first.stderr) == (0, "")
    assert "第 1 批，共 16 项：第一次看到，只能先信，已会签" in first.stdout
    assert "batch 1, 16 entries: the first head, taken on trust; signed" in first.stdout
    assert "nothing new" in witness().stdout
    sequence(now - timedelta(minutes=20))
    assert "batch 2, 32 entries, continues" in witness().stdout

    content = bytes(Tile.objects.get().content)
    for table in (HeadRow, Tile, LastHead):
        table.objects.all().delete()
    sequence(now - timedelta(minutes=20))
    sequence(now - timedelta(minutes=10))
    assert bytes(Tile.objects.get().content) == content, "pads are the same ones: only the times are others"
    noticed = witness()
    assert noticed.returncode == 1
    assert "账本被改写" in noticed.stderr
    assert "THE LEDGER WAS REWRITTEN" in noticed.stderr
    assert "Traceback" not in noticed.stderr
    (evidence,) = (tmp_path / "kept").glob("evidence-*.json")
    told = json.loads(evidence.read_text())
    assert (told["code"], told["kept"]["batch"], told["head"]["batch"]) == ("other_head", 2, 2)
    assert witness().returncode == 1, "and each time it looks"


@pytest.mark.django_db(transaction=True)
def test_what_the_witness_kept_is_what_verify_takes(run: Run, live_server: Any, tmp_path: Path) -> None:
    from gongshi.formats.proof.kept import read_kept

    sequence(timezone.now() - timedelta(minutes=20))
    run("witness", live_server.url, "--once", "--dir", str(tmp_path / "kept"))
    (file,) = (tmp_path / "kept" / "heads").glob("*.json")
    kept = read_kept(json.loads(file.read_text()))
    assert kept.heads[0].batch == 1
    assert kept.cosignature is not None
    assert kept.keys.keys() == {kept.heads[0].key}


def test_nobody_there_and_no_address(run: Run, tmp_path: Path) -> None:
    folder = str(tmp_path / "kept")
    away = run("witness", "http://127.0.0.1:9", "--once", "--dir", folder)
    assert (away.returncode, len(away.stderr.splitlines())) == (1, 1)
    assert "连不上" in away.stderr
    for wrong in ("ftp://127.0.0.1", "gongshi.example", "https://", "file:///etc/hosts"):
        assert run("witness", wrong, "--once", "--dir", folder).returncode == 2


@pytest.mark.parametrize("answer", [b"<html>", b"[" * 100_000, b"{}", b'{"keys": 7}', b'{"keys": [{}]}'])
def test_a_house_that_talks_nonsense_is_not_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """Nonsense is no rewriting: a broken proxy must not raise the alarm."""
    import io

    from gongshi.config.witness.looking import look

    site = Site("http://127.0.0.1:9")
    monkeypatch.setattr(site._opener, "open", lambda *_, **__: io.BytesIO(answer))
    with pytest.raises(Unreachable):
        look(site, Folder(tmp_path), CLOSED)


@pytest.mark.parametrize(
    ("status", "target", "told"),
    [
        (302, "/elsewhere", "302"),
        (500, "/elsewhere", "500"),
        (301, "https://house.example/api/v1/ledger/head", "redirects to https://house.example: use that"),
    ],
)
def test_redirects_are_not_followed_and_errors_are_told(status: int, target: str, told: str) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Location", target)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(Unreachable, match=told):
            Site(f"http://127.0.0.1:{server.server_port}").ask("head")
        thread.join()
    assert asked == ["/api/v1/ledger/head"]


def test_the_folder_is_the_witness_s_alone_and_notices_a_changed_file(tmp_path: Path) -> None:
    house, folder = House(entries=[b"\x01" * 32]), Folder(tmp_path)
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0
    head: Head = house.head(1)
    file = folder.keep(head, {key_id(house.public): house.public}, CLOSED)
    assert folder.latest() == head
    assert Folder(tmp_path).public == folder.public
    kept = json.loads(file.read_text())
    for changed in (
        kept | {"head": house.head(2).as_data()},
        kept | {"witness": "x"},
        kept | {"cosignature": kept["cosignature"] | {"at": "2026-03-02T02:00:00Z"}},
        [],
    ):
        file.write_text(json.dumps(changed))
        with pytest.raises(Damaged):
            folder.latest()
    (tmp_path / "key.json").write_text("{}")
    with pytest.raises(Damaged):
        Folder(tmp_path)


@pytest.mark.django_db
def test_audit_names_the_first_fault_in_one_line(instance_directory: Path) -> None:
    sequence(timezone.now() - timedelta(minutes=40))
    sequence(timezone.now() - timedelta(minutes=20))
    good = CliRunner().invoke(audit_command.command, ["--dir", str(instance_directory)])
    assert good.exit_code == 0, good.output
    assert "2 批，32 项：记录 0，已删除 0，填充 32；待登入 0" in good.output
    HeadRow.objects.filter(batch=1).delete()
    bad = CliRunner().invoke(audit_command.command, ["--dir", str(instance_directory)])
    assert bad.exit_code == 1
    assert len(bad.stderr.splitlines()) == 1
    assert "第 1 批的签名不见了" in bad.stderr


def test_every_code_has_words() -> None:
    facts = dict.fromkeys(
        (
            "batch",
            "index",
            "level",
            "at",
            "number",
            "commitment",
            "table",
            "row",
            "seq",
            "stored",
            "committed",
        ),
        1,
    )
    for zh, en in (*WORDS.values(), *WRONG.values(), *STOPPED.values()):
        assert zh.format(**facts)
        assert en.format(**facts)
