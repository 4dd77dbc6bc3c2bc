"""Periodic jobs of all apps: registered in ``apps.ready``, run by ``gongshi work``, each by one worker at a time.

A job holds a lease while it runs. If its worker dies, the next one starts it again after the lease, so every job must
be safe to run twice. A job that fails is tried again after its usual interval.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from gongshi.notifications.faults import where
from gongshi.notifications.models import JobRun
from gongshi.notifications.queries import free_at

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
Run = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Job:
    """What runs how often. ``run`` takes the instant and returns how many rows it touched."""

    name: str
    every: timedelta
    run: Run
    lease: timedelta


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job does. ``late``: it should have begun long ago, or its worker died; ``failed``: its last run did."""

    name: str
    late: bool
    failed: bool


_jobs: dict[str, Job] = {}


def register(name: str, *, every: timedelta, run: Run, lease: timedelta = LEASE) -> None:
    """Have ``run`` called every ``every``, first as soon as a worker is there.

    ``name`` is "app.what". ``lease`` must be longer than a run can take. ValueError if the name is taken by another.
    """
    job = Job(name, every, run, lease)
    if _jobs.setdefault(name, job) != job:
        raise ValueError(f"job {name!r} is registered twice")


def jobs() -> Collection[Job]:
    """All registered jobs, in the order of their registration."""
    return tuple(_jobs.values())


def states(at: datetime) -> list[JobState]:
    """How every registered job does at ``at``. One that never ran is late: no worker has been there."""
    runs = {run.name: run for run in JobRun.objects.filter(name__in=_jobs)}
    return [_state(job, runs.get(job.name), at) for job in _jobs.values()]


def _state(job: Job, run: JobRun | None, at: datetime) -> JobState:
    if run is None:
        return JobState(job.name, late=True, failed=False)
    # A run may take as long as its lease, and the next one begins an interval after its end.
    late = run.next_at + job.every + job.lease < at
    return JobState(job.name, late=late, failed=bool(run.last_error))


def run_due(worker: str, at: datetime, *, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Run the jobs that are due at ``at``. Returns name -> rows touched; a job that failed is left out.

    ``stop`` is asked before each job.
    """
    touched = {}
    for run in _due(at):
        if stop():
            break
        job = _jobs[run.name]
        if not _claim(run, job, worker, at):
            continue
        try:
            touched[job.name] = job.run(at)
        except Exception as error:
            logger.error("job %s: %s", job.name, where(error))
            _release(run, at + job.every, touched=0, last_error=type(error).__name__[:40])
        else:
            _release(run, at + job.every, touched=touched[job.name], last_error="")
    return touched


def _due(at: datetime) -> list[JobRun]:
    known = {run.name: run for run in JobRun.objects.filter(name__in=_jobs)}
    new = [JobRun(name=name, next_at=at) for name in _jobs if name not in known]
    if new:
        # Another worker may be writing the same names: the first one's rows stay.
        JobRun.objects.bulk_create(new, ignore_conflicts=True)
        known = {run.name: run for run in JobRun.objects.filter(name__in=_jobs)}
    return [known[name] for name in _jobs if known[name].next_at <= at]


def _claim(run: JobRun, job: Job, worker: str, at: datetime) -> bool:
    run.lease_until = at + job.lease
    free = JobRun.objects.filter(free_at(at), pk=run.pk, next_at=run.next_at)
    return bool(free.update(lease_until=run.lease_until, claimed_by=worker))


def _release(run: JobRun, next_at: datetime, *, touched: int, last_error: str) -> None:
    """Write down the end of a run, unless it took longer than its lease and somebody else has begun another."""
    mine = JobRun.objects.filter(pk=run.pk, lease_until=run.lease_until)
    mine.update(
        next_at=next_at, lease_until=None, finished_at=timezone.now(), touched=touched, last_error=last_error
    )
