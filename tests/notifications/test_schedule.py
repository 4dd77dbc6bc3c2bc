"""Periodic jobs: when they run, one at a time, and what a failure or a killed worker does."""

from datetime import datetime, timedelta

import pytest

from gongshi.notifications import schedule
from gongshi.notifications.models import JobRun
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Counting:
    """A job that notes when it ran; ``meanwhile`` happens while it runs."""

    def __init__(self) -> None:
        self.ran: list[datetime] = []
        self.fails = False
        self.meanwhile = lambda: None

    def __call__(self, at: datetime) -> int:
        self.ran.append(at)
        self.meanwhile()
        if self.fails:
            raise LookupError("13800000000 is not to be told")
        return len(self.ran)


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_jobs", {})


@pytest.fixture
def clocks() -> Counting:
    """A job that runs every minute."""
    job = Counting()
    schedule.register("tests.clocks", every=MINUTE, run=job)
    return job


def run(at: datetime, worker: str = "worker-a") -> dict[str, int]:
    return schedule.run_due(worker, at)


def test_job_runs_at_once_and_then_at_its_interval(clocks: Counting) -> None:
    assert run(NOW) == {"tests.clocks": 1}
    assert run(NOW + 0.9 * MINUTE) == {}
    assert run(NOW + MINUTE) == {"tests.clocks": 2}
    assert clocks.ran == [NOW, NOW + MINUTE]
    row = JobRun.objects.get()
    assert (row.next_at, row.lease_until, row.touched, row.last_error) == (NOW + 2 * MINUTE, None, 2, "")
    assert row.finished_at is not None


def test_missed_runs_are_not_made_up_for(clocks: Counting) -> None:
    run(NOW)
    run(NOW + timedelta(days=3))
    assert run(NOW + timedelta(days=3)) == {}
    assert len(clocks.ran) == 2


def test_other_workers_leave_a_running_job_alone(clocks: Counting) -> None:
    others: list[dict[str, int]] = []
    clocks.meanwhile = lambda: others.append(run(NOW, "worker-b"))
    assert run(NOW) == {"tests.clocks": 1}
    assert others == [{}]


def test_worker_that_read_the_diary_before_another_ran_the_job_does_not_run_it_again(
    clocks: Counting,
) -> None:
    (stale,) = schedule._due(NOW)
    run(NOW)
    assert not schedule._claim(stale, schedule._jobs["tests.clocks"], "worker-b", NOW)


def test_job_of_a_killed_worker_starts_again_after_its_lease(clocks: Counting) -> None:
    (held,) = schedule._due(NOW)
    assert schedule._claim(held, schedule._jobs["tests.clocks"], "killed", NOW)
    assert run(NOW + schedule.LEASE - timedelta(seconds=1)) == {}
    assert run(NOW + schedule.LEASE) == {"tests.clocks": 1}


def test_run_that_outlived_its_lease_does_not_release_the_next_one(clocks: Counting) -> None:
    (slow,) = schedule._due(NOW)
    schedule._claim(slow, schedule._jobs["tests.clocks"], "slow", NOW)
    (next_one,) = schedule._due(NOW + schedule.LEASE)
    schedule._claim(next_one, schedule._jobs["tests.clocks"], "next", NOW + schedule.LEASE)
    schedule._release(slow, NOW, touched=9, last_error="")
    row = JobRun.objects.get()
    assert (row.claimed_by, row.lease_until, row.touched) == ("next", NOW + 2 * schedule.LEASE, 0)


def test_failing_job_is_tried_again_holds_nothing_up_and_tells_nothing(
    clocks: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    other = Counting()
    schedule.register("tests.other", every=MINUTE, run=other)
    clocks.fails = True
    assert run(NOW) == {"tests.other": 1}
    row = JobRun.objects.get(name="tests.clocks")
    assert (row.last_error, row.lease_until, row.next_at) == ("LookupError", None, NOW + MINUTE)
    assert "LookupError at notifications/schedule.py:" in caplog.text
    assert "138" not in caplog.text
    clocks.fails = False
    assert run(NOW + MINUTE) == {"tests.clocks": 2, "tests.other": 2}
    assert JobRun.objects.get(name="tests.clocks").last_error == ""


def test_stop_is_asked_before_each_job(clocks: Counting) -> None:
    assert schedule.run_due("worker-a", NOW, stop=lambda: True) == {}
    assert clocks.ran == []
    assert JobRun.objects.get().lease_until is None


def test_idle_round_is_one_statement(clocks: Counting, django_assert_num_queries) -> None:
    run(NOW)
    with django_assert_num_queries(1):
        run(NOW)


def test_row_of_a_job_that_is_gone_is_left_alone(clocks: Counting) -> None:
    JobRun.objects.create(name="tests.gone", next_at=NOW)
    assert run(NOW) == {"tests.clocks": 1}


def test_one_name_has_one_job(clocks: Counting) -> None:
    schedule.register("tests.clocks", every=MINUTE, run=clocks)
    with pytest.raises(ValueError, match="registered twice"):
        schedule.register("tests.clocks", every=MINUTE, run=Counting())


def test_the_outbox_itself_is_swept_daily(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.apps import apps

    apps.get_app_config("notifications").ready()
    job = next(job for job in schedule.jobs() if job.name == "notifications.sweep")
    assert (job.name, job.every) == ("notifications.sweep", timedelta(days=1))
