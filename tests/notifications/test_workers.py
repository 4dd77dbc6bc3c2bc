"""Several workers as processes of their own, on this run's database: each notice once, even when they are killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from gongshi.notifications import actions, effects, jobs
from gongshi.notifications.effects import Recipient
from gongshi.notifications.models import JobRun, OutboxRow, State
from gongshi.safekeeping.ids import new_id
from tests.notifications.servers import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
Start = Callable[..., "subprocess.Popen[str]"]


def database_url(alias: str) -> str:
    """The database of this test, for another process."""
    at = connections[alias].settings_dict
    if connections[alias].vendor == "sqlite":
        return f"sqlite://{at['NAME']}"
    port = f":{at['PORT']}" if at["PORT"] else ""
    login = quote(str(at["USER"])) + (f":{quote(str(at['PASSWORD']))}" if at["PASSWORD"] else "")
    return f"postgresql://{login}@{port}/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"


@pytest.fixture
def start(tmp_path: Path, instance_directory: Path, mailbox: Mailbox) -> Iterator[Start]:
    """``start("--once")`` starts a worker on this test's database and mailbox; all are gone at the end."""
    (tmp_path / "gongshi.toml").write_text(
        f'database = "{database_url("default")}"\nwraps_database = "{database_url("wraps")}"\n'
        'mail_from = "notices@town.example"\n'
        f'smtp_url = "smtp://127.0.0.1:{mailbox.port}"\n'
    )
    shutil.copytree(instance_directory / "keys", tmp_path / "keys")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}
    started: list[subprocess.Popen[str]] = []

    def run(*options: str, **extra: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.notifications.process", str(tmp_path), *options],
            cwd=ROOT,
            env=environ | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def write(count: int, effect: str = "tests.contact") -> list[OutboxRow]:
    now = timezone.now()
    rows = [row for _ in range(count) for row in actions.rows_for(new_id(), "filed", ["email"], effect, now)]
    return OutboxRow.objects.bulk_create(rows)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_four_workers_deliver_two_hundred_notices_each_once(start: Start, mailbox: Mailbox) -> None:
    rows = write(200)
    workers = [start("--once", "--worker", f"worker-{number}") for number in range(4)]
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0, err
        assert "@example.org" not in out + err
    assert len(mailbox.messages) == 200
    assert set(mailbox.message_ids) == {f"<{row.pk}@town.example>" for row in rows}
    assert sorted(to for (to,) in mailbox.recipients) == sorted(f"{row.case}@example.org" for row in rows)
    ends = set(OutboxRow.objects.values_list("state", "attempts", "lease_until"))
    assert ends == {("sent", 1, None)}
    assert len(set(OutboxRow.objects.values_list("claimed_by", flat=True))) > 1
    assert JobRun.objects.filter(name="notifications.sweep", lease_until=None).count() == 1


def test_worker_killed_between_claim_and_sending_loses_nothing(
    start: Start, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = write(1)
    held = tmp_path / "held"
    killed = start("--worker", "killed", HOLD_AT=str(held))
    until(held.exists)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL
    row.refresh_from_db()
    assert (row.state, row.attempts, row.claimed_by) == ("waiting", 1, "killed")

    second = start("--once", "--worker", "second")
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert mailbox.messages == [], "the dead worker's lease still runs"

    monkeypatch.setattr(effects, "_resolvers", {})
    effects.register("tests.contact", lambda _case: Recipient("email", "r@example.org", "zh", "QH-1"))
    assert jobs.deliver("third", timezone.now() + timedelta(seconds=60)) == {State.SENT: 1}
    assert mailbox.message_ids == [f"<{row.pk}@town.example>"]


def test_worker_killed_after_sending_sends_again_under_the_same_name(
    start: Start, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the receiver can tell the second copy by its Message-ID."""
    (row,) = write(1)
    killed = start("--worker", "killed")
    mailbox.before_reply = lambda: os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(30) == -signal.SIGKILL
    mailbox.before_reply = lambda: None
    row.refresh_from_db()
    assert row.state == "waiting"

    monkeypatch.setattr(effects, "_resolvers", {})
    effects.register("tests.contact", lambda _case: Recipient("email", "r@example.org", "zh", "QH-1"))
    assert jobs.deliver("second", timezone.now() + timedelta(seconds=60)) == {State.SENT: 1}
    assert mailbox.message_ids == [f"<{row.pk}@town.example>"] * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_a_worker_finishes_the_notice_in_hand(
    number: signal.Signals, start: Start, mailbox: Mailbox
) -> None:
    write(5)
    worker = start("--worker", "worker-a")

    def stop() -> None:
        worker.send_signal(number)
        time.sleep(0.3)

    mailbox.before_reply = stop
    out, err = worker.communicate(timeout=30)
    assert (worker.returncode, err) == (0, "")
    assert len(mailbox.messages) == 1
    assert "worker-a: sent 1\n" in out
    ends = sorted(OutboxRow.objects.values_list("state", "attempts", "lease_until"))
    assert ends == [("sent", 1, None)] + [("waiting", 0, None)] * 4


def test_idle_worker_sleeps_and_stops_at_once(start: Start, mailbox: Mailbox) -> None:
    worker = start("--worker", "worker-a")
    until(lambda: JobRun.objects.filter(lease_until=None, touched=0).exclude(finished_at=None).exists())
    before = processor_seconds(worker.pid)
    time.sleep(2)
    assert processor_seconds(worker.pid) - before < 0.5
    write(1)
    until(lambda: mailbox.messages, seconds=10)
    start_of_stop = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=10)
    assert worker.returncode == 0
    assert time.monotonic() - start_of_stop < 5


def processor_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_unknown_effect_refuses_to_start(start: Start, mailbox: Mailbox) -> None:
    write(1)
    later = timezone.now() + timedelta(hours=1)
    OutboxRow.objects.update(effect="cases.from_a_later_version", next_at=later)
    worker = start("--once")
    _out, err = worker.communicate(timeout=30)
    assert worker.returncode == 1
    assert len(err.splitlines()) == 1
    assert "cases.from_a_later_version" in err
    assert OutboxRow.objects.get().attempts == 0


def test_unknown_effect_that_comes_later_stops_a_worker(start: Start, mailbox: Mailbox) -> None:
    worker = start()
    until(JobRun.objects.exists)
    write(1, "cases.from_a_later_version")
    _out, err = worker.communicate(timeout=30)
    assert worker.returncode == 1
    assert "cases.from_a_later_version" in err


def test_wrong_setting_refuses_to_start_and_is_not_repeated(
    start: Start, mailbox: Mailbox, settings: Settings
) -> None:
    worker = start("--once", GONGSHI_SMTP_URL="smtp://wang:secret@mail.example.org")
    _out, err = worker.communicate(timeout=30)
    assert worker.returncode == 1
    assert "smtp_url" in err
    assert "secret" not in err
