"""`gongshi rotate-keys`: a new version, everything sealed anew, killed and gone on with, old versions taken out."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings

from gongshi.cases.actions.filing import AlreadyFiled
from gongshi.cases.actions.glass import ask, find_asked, reason_of
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.uploads import keep_upload, uploads_of
from gongshi.cases.models import BreakGlass, Filing, Receipt
from gongshi.cases.queries import filing_by_receipt
from gongshi.cases.rotation import still_needing
from gongshi.config.cli import main
from gongshi.places.snapshots import forget
from gongshi.safekeeping.keys import KeyFileError, instance_keys, make_key_file
from gongshi.safekeeping.models import Recipient, Wrap
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.rotation import add_version, changing_the_file, drop_version, wraps_before
from tests.casework import add_office, add_staff, picture
from tests.cast import LIN, NOW, Town, build_town, case_of, lin_files, matter
from tests.clock import Clock
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "keys" / "instance.json"
    make_key_file(path)
    settings.KEY_FILE = path
    return path


@pytest.fixture
def town(db: None, key_file: Path, clock: Clock) -> Town:
    """The small town, on the tests' clock, with a key file that may be changed."""
    forget()
    return build_town()


def rotate(directory: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["rotate-keys", *words, "--dir", str(directory)])


def versions() -> Counter[int]:
    return Counter(Wrap.objects.filter(recipient=Recipient.INSTANCE).values_list("key_version", flat=True))


def test_everything_is_sealed_with_the_new_version_and_still_opens(
    town: Town, key_file: Path, instance_directory: Path, clock: Clock
) -> None:
    filed, receipt = lin_files(town)
    sealed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    before = {row.pk: bytes(row.sealed) for row in Wrap.objects.exclude(recipient=Recipient.INSTANCE)}
    answer = rotate(instance_directory)
    assert answer.exit_code == 0, answer.output
    assert versions() == {2: 2}
    keys = instance_keys()
    assert (keys.current_version, keys.versions, keys.since) == (2, (2, 1), {2: clock()})
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert "老桥" in open_content(case_of(filed), town.actor("zhou"), why="assignment", at=NOW).text
    # Receipts, offices and the recovery key have keys of their own: their wraps are as they were.
    assert {row.pk: bytes(row.sealed) for row in Wrap.objects.exclude(recipient=Recipient.INSTANCE)} == before
    # A receipt stays searchable under the version that hashed it.
    assert filing_by_receipt(filed.filing.reference, receipt)[0] == filed.filing
    assert open_content(case_of(sealed), town.actor("qin"), why="assignment", at=NOW).text
    later, newer = lin_files(town)
    assert filing_by_receipt(later.filing.reference, newer)[0] == later.filing


def test_a_retry_across_the_change_is_the_same_filing(
    town: Town, instance_directory: Path, clock: Clock
) -> None:
    """The reply was lost, the key was changed, the form comes again: neither doubled nor refused."""
    receipt = new_receipt()
    filed, _ = lin_files(town, receipt=receipt, at=clock())
    rotate(instance_directory)
    clock.advance(minutes=5)
    again, _ = lin_files(town, receipt=receipt, at=clock())
    assert (again.filing, again.created) == (filed.filing, False)
    with pytest.raises(AlreadyFiled):
        lin_files(town, matter(town, text="另一件事。"), receipt=receipt, at=clock())
    assert Filing.objects.count() == 1


def test_a_draft_begun_before_the_change_keeps_its_files(town: Town, instance_directory: Path) -> None:
    receipt = new_receipt()
    upload = keep_upload(picture(), "a.png", receipt=receipt, at=NOW)
    rotate(instance_directory)
    assert uploads_of(receipt) == [upload]
    filed, _ = lin_files(town, matter(town, uploads=(upload.id,)), receipt=receipt, contact=LIN)
    assert case_of(filed).attachments.count() == 1


def test_a_second_run_is_a_second_change_and_an_unfinished_one_goes_on(
    town: Town, key_file: Path, instance_directory: Path
) -> None:
    lin_files(town)
    add_version(key_file, at=NOW)
    assert wraps_before(2) == 2
    assert "going on" in rotate(instance_directory).output
    assert (versions(), instance_keys().current_version) == ({2: 2}, 2)
    assert "going on" not in rotate(instance_directory).output
    assert (versions(), instance_keys().current_version) == ({3: 2}, 3)


def test_prepared_it_lies_ready_and_is_used_at_the_next_run(
    town: Town, key_file: Path, instance_directory: Path
) -> None:
    lin_files(town)
    assert "version 2 lies ready" in rotate(instance_directory, "--prepare").output
    assert (instance_keys().current_version, instance_keys().versions) == (1, (2, 1))
    assert versions() == {1: 2}
    rotate(instance_directory)
    assert (instance_keys().current_version, instance_keys().versions) == (2, (2, 1))
    assert versions() == {2: 2}


def test_an_old_version_goes_once_nothing_needs_it(
    town: Town, key_file: Path, instance_directory: Path, clock: Clock
) -> None:
    filed, _ = lin_files(town, at=clock())
    clock.advance(minutes=1)
    said = rotate(instance_directory).output
    assert "version 1 must stay: 1 receipts can be found with it alone, 1 forms" in said
    for refused in (rotate(instance_directory, "--retire", "1"), rotate(instance_directory, "--retire", "2")):
        assert refused.exit_code == 1
    unknown = rotate(instance_directory, "--retire", "7")
    assert unknown.exit_code == 1
    assert "没有版本7" in unknown.output
    assert rotate(instance_directory, "--retire", "1", "--prepare").exit_code == 2
    clock.advance(days=4)
    assert rotate(instance_directory, "--retire", "1").exit_code == 1
    filed.filing.receipts.update(revoked_at=clock())
    gone = rotate(instance_directory, "--retire", "1")
    assert gone.exit_code == 0, gone.output
    assert instance_keys().versions == (2,)
    assert "老桥" in open_content(case_of(filed), town.actor("zhou"), why="assignment", at=NOW).text
    with pytest.raises(KeyFileError):
        instance_keys().subkey("wraps", 1)


def test_a_version_stays_while_a_request_to_break_glass_waits_under_it(
    town: Town, key_file: Path, instance_directory: Path, clock: Clock
) -> None:
    """Or it would be brought to its case without a reason, which nobody would notice."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    reference = lin_files(town, matter(town, "quarrel"), at=clock())[0].filing.reference
    Receipt.objects.all().delete()
    ask(reference, 1, "别处也有。", actor=town.actor("pan"), at=clock())
    clock.advance(minutes=1)
    assert rotate(instance_directory).exit_code == 0
    clock.advance(days=4)
    refused = rotate(instance_directory, "--retire", "1")
    assert refused.exit_code == 1
    assert "1 requests to break glass wait for their case to be found" in refused.output
    assert find_asked(clock() - timedelta(days=4)) == 1
    assert rotate(instance_directory, "--retire", "1").exit_code == 0
    assert reason_of(BreakGlass.objects.get(), town.actor("he")) == "别处也有。"


def test_without_its_key_a_request_is_never_brought_with_an_empty_reason(
    town: Town, key_file: Path, clock: Clock
) -> None:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    reference = lin_files(town, matter(town, "quarrel"), at=clock())[0].filing.reference
    ask(reference, 1, "别处也有。", actor=town.actor("pan"), at=clock())
    add_version(key_file, at=NOW)
    drop_version(key_file, 1)
    assert find_asked(clock()) == 0
    assert BreakGlass.objects.get().case is None


def test_what_needs_a_version_is_told_apart(town: Town, clock: Clock) -> None:
    from gongshi.safekeeping.ids import new_id

    filed, _ = lin_files(town, at=clock())
    clock.advance(minutes=1)
    nothing = {"receipts": 0, "imports": 0, "drafts": 0, "requests": 0, "mail": 0}
    assert still_needing(clock() - timedelta(days=9), clock()) == nothing
    assert still_needing(clock(), clock() + timedelta(days=4)) == nothing | {"receipts": 1}
    assert still_needing(clock(), clock())["drafts"] == 1
    # Keys of rows are made by the real clock, whatever the tests' says.
    real = clock().fromtimestamp((new_id().int >> 80) / 1000, clock().tzinfo)
    Filing.objects.filter(pk=filed.filing.pk).update(source=b"s" * 32)
    assert still_needing(real + timedelta(minutes=1), real + timedelta(days=9))["imports"] == 1
    assert still_needing(real - timedelta(days=1), real + timedelta(days=9))["imports"] == 0


def test_two_cannot_change_the_file_at_once(town: Town, key_file: Path, instance_directory: Path) -> None:
    before = key_file.read_bytes()
    with changing_the_file(key_file):
        answer = rotate(instance_directory)
    assert answer.exit_code == 1
    assert "another process" in answer.output
    assert key_file.read_bytes() == before
    assert rotate(instance_directory).exit_code == 0


def test_the_file_is_replaced_whole_and_forced_to_the_disk(key_file: Path, monkeypatch: Any) -> None:
    synced: list[str] = []
    real = os.fsync

    def spy(descriptor: int) -> None:
        synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    (key_file.parent / "instance.json.new").write_text("of a run that was killed")
    inode = key_file.stat().st_ino
    add_version(key_file, at=NOW)
    assert synced == [f"{key_file}.new", str(key_file.parent)]
    assert key_file.stat().st_ino != inode
    assert [path.name for path in key_file.parent.iterdir()] == ["instance.json"]


def test_the_version_in_use_is_never_dropped(key_file: Path) -> None:
    add_version(key_file, at=NOW)
    for version in (2, 3):
        with pytest.raises(KeyFileError):
            drop_version(key_file, version)
    assert drop_version(key_file, 1).versions == (2,)


def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    """Real processes and a real SIGKILL after the first batch of four."""
    directory = tmp_path / "instance"
    for name in ("keys", "wraps", "files", "outbox", "static"):
        (directory / name).mkdir(parents=True, mode=0o700)
    (directory / "gongshi.toml").write_text('language = "zh"\n')
    make_key_file(directory / "keys" / "instance.json")
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("GONGSHI", "DJANGO"))
    }

    def run(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *words]
        return subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def finished(*words: str) -> str:
        process = run(*words)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said

    def stored() -> Counter[int]:
        database = sqlite3.connect(directory / "wraps" / "wraps.sqlite3")
        rows = database.execute("SELECT key_version FROM safekeeping_wrap").fetchall()
        database.close()
        return Counter(version for (version,) in rows)

    finished("-m", "tests.config.rotating", str(directory), "make", "200")
    held = tmp_path / "held"
    process = run("-m", "tests.config.rotating", str(directory), "hold", str(held))
    deadline = time.monotonic() + 120
    while not held.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert held.exists()
    assert stored() == {1: 150, 2: 50}
    assert json.loads((directory / "keys" / "instance.json").read_text())["current"] == 2
    said = finished("-m", "gongshi.config.cli", "rotate-keys", "--dir", str(directory))
    assert "going on" in said
    assert "150" in said
    assert stored() == {2: 200}
    assert set(json.loads((directory / "keys" / "instance.json").read_text())["versions"]) == {"1", "2"}
