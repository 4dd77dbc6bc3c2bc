"""Single findings, each in a small town where one thing is not as it should be."""

import pytest
from django.db import connection
from django.utils import timezone

from gongshi.accounts.models import Appointment
from gongshi.config.checking import stores, work
from gongshi.config.checking.findings import FAULT, NOTE, WELL, Finding
from gongshi.notifications import actions, schedule
from gongshi.notifications.models import JobRun
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import KeyPair
from tests.attacks.conftest import town
from tests.cast import Town, lin_files
from tests.clock import Clock
from tests.notifications.servers import Mailbox, dead_port, mail_server

__all__ = ["town"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(town: Town, clock: Clock) -> Town:
    """The town, after a worker did all jobs."""
    for job in schedule.jobs():
        JobRun.objects.create(name=job.name, next_at=clock() + job.every)
    return town


def levels(of: str) -> set[str]:
    """The levels of findings whose English has these words."""
    return {one.level for one in work.findings(timezone.now()) if of in one.en}


def test_all_is_well_where_all_was_done(worked: Town) -> None:
    faults = [one for one in work.findings(timezone.now()) if one.level == FAULT]
    assert faults == []


def test_a_notice_that_waits_for_long(worked: Town, clock: Clock) -> None:
    for row in actions.rows_for(new_id(), "filed", ["email"], "cases.contact", clock()):
        row.save()
    clock.advance(minutes=59)
    assert levels("notice") == {WELL}
    clock.advance(minutes=2)
    assert levels("notice") == {FAULT}


def test_a_job_that_is_late_or_failed(worked: Town, clock: Clock) -> None:
    JobRun.objects.update(last_error="ValueError")
    assert levels("failed last time") == {FAULT}
    clock.advance(days=40)
    assert levels("is gongshi work running") == {FAULT}


def test_a_clock_that_went_back(worked: Town, clock: Clock) -> None:
    lin_files(worked, at=clock())
    assert levels("from the future") == set()
    clock.set("2026-03-01 09:00")
    assert levels("from the future") == {FAULT}


def test_a_year_that_is_not_published(worked: Town, clock: Clock) -> None:
    assert levels("holidays") == {WELL}
    clock.set("2026-11-15 09:00")
    assert levels("holidays") == {NOTE}


def test_offices_without_people(worked: Town) -> None:
    Appointment.objects.filter(office=worked.offices["water"]).delete()
    forget()
    (found,) = [one for one in work.findings(timezone.now()) if "nobody" in one.en]
    assert (found.level, "water" in found.zh, "roads" in found.zh) == (NOTE, True, False)


def test_offices_without_a_key(worked: Town) -> None:
    KeyPair.objects.all().delete()
    forget()
    (found,) = [one for one in work.findings(timezone.now()) if "no key" in one.en]
    assert "water" in found.zh


def test_another_time_zone_than_the_pack_s(worked: Town) -> None:
    Place.objects.update(time_zone="Asia/Urumqi")
    forget()
    assert levels("time_zone") == {NOTE}


def test_no_pack_is_told_alone() -> None:
    forget()
    (found,) = work.findings(timezone.now())
    assert (found.level, "load-pack" in found.en) == (FAULT, True)


@pytest.mark.django_db(transaction=True)
def test_weakened_durability_is_a_fault() -> None:
    sqlite = connection.vendor == "sqlite"
    weaken = "PRAGMA synchronous=NORMAL" if sqlite else "SET synchronous_commit = off"
    strong = "PRAGMA synchronous=FULL" if sqlite else "SET synchronous_commit = on"
    names = {name for name, *_ in stores._weak_settings(connection)}
    try:
        with connection.cursor() as cursor:
            cursor.execute(weaken)
        found = {name for name, *_ in stores._weak_settings(connection)} - names
    finally:
        with connection.cursor() as cursor:
            cursor.execute(strong)
    assert found == {"synchronous" if sqlite else "synchronous_commit"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such logs")
def test_logs_of_the_server_that_keep_what_was_erased_are_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET log_min_error_statement = panic")
    assert dict(stores.kept_in_logs(connection)) == {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET log_min_error_statement = error")
            cursor.execute("SET log_min_duration_statement = 500")
        assert dict(stores.kept_in_logs(connection)) == {
            "log_min_error_statement": "error",
            "log_min_duration_statement": "500ms",
        }
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET log_min_error_statement")
            cursor.execute("RESET log_min_duration_statement")


def test_the_mail_server_is_spoken_to_and_sent_nothing(settings: object) -> None:
    def mail(port: int) -> Finding:
        settings.SMTP_URL = f"smtp://127.0.0.1:{port}"  # type: ignore[attr-defined]
        return next(iter(work.mail()))

    box = Mailbox()
    server = mail_server(box)
    assert mail(box.port).level == WELL
    assert box.messages == []
    server.stop()
    with dead_port() as port:
        assert mail(port).level == FAULT
    settings.SMTP_URL = ""  # type: ignore[attr-defined]
    assert [one.level for one in work.mail()] == [NOTE]
    settings.SMTP_URL = "smtp://mail.elsewhere.example"  # type: ignore[attr-defined]
    assert [one.level for one in work.mail()] == [FAULT]


def test_stores_of_a_running_instance() -> None:
    faults = [one for one in stores.findings() if one.level == FAULT and "power cut" not in one.en]
    assert faults == []


def test_a_database_whose_clock_is_off(clock: Clock) -> None:
    """The test's clock stands still in the past, the database's own runs. SQLite has none of its own."""
    off = [one for one in stores.findings() if "clock" in one.en]
    assert {one.level for one in off} == ({FAULT} if connection.vendor == "postgresql" else set())
