"""Periodic work as a worker does it: registered as the table for operators says, and each job does its own work."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.storage import storages

from gongshi.accounts.models import Appointment, StaffSession
from gongshi.cases.actions.answers import Verdict, give_verdict
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.glass import approve, ask
from gongshi.cases.actions.uploads import keep_upload
from gongshi.cases.models import BreakGlass, Case, History, Upload
from gongshi.notifications import schedule
from gongshi.notifications.models import JobRun, OutboxRow, State
from gongshi.places.snapshots import forget
from gongshi.routing.models import Category
from gongshi.safekeeping.actions import destroy_wraps, save_wraps, wrap_for_instance
from gongshi.safekeeping.files import write_sealed
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Head, KeyEvent, Wrap
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import new_data_key
from tests.casework import add_office, add_staff, answered, picture
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local
from tests.structure.source import ROOT

pytestmark = pytest.mark.django_db
SPAN = r"(\d+) (s|min|h|day)"
ROW = re.compile(rf"^\| `([a-z_.]+)` \| {SPAN} \| {SPAN} \| .{{20,}} \|$", re.MULTILINE)
UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days"}
DAY = timedelta(days=1)

Due = Callable[[str, datetime], int]


def span(number: str, unit: str) -> timedelta:
    return timedelta(**{UNITS[unit]: int(number)})


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_every_job_is_registered_as_the_table_says() -> None:
    page = (ROOT / "docs" / "operate" / "jobs.md").read_text(encoding="utf-8")
    told = [(name, span(n, unit), span(m, unit_of)) for name, n, unit, m, unit_of in ROW.findall(page)]
    assert told == sorted((job.name, job.every, job.lease) for job in schedule.jobs())


@pytest.fixture
def due() -> Due:
    """A worker's round in which one job is due and no other; how many rows that one touched."""

    def run(name: str, at: datetime) -> int:
        others = [job.name for job in schedule.jobs() if job.name != name]
        JobRun.objects.all().delete()
        JobRun.objects.bulk_create(JobRun(name=other, next_at=at + DAY) for other in others)
        touched = schedule.run_due("worker", at)
        assert list(touched) == [name]
        return touched[name]

    return run


def test_the_key_of_an_office_is_taken_from_who_left_it(town: Town, due: Due) -> None:
    assert due("accounts.keys", NOW) == 0
    tang = town.staff["tang"]
    Appointment.objects.filter(staff=tang).update(valid_to=NOW.date())
    forget()
    assert due("accounts.keys", NOW) == 1
    left = KeyEvent.objects.get(code="left")
    assert (left.office_id, left.to_staff) == (town.offices["hall"].id, tang.id)


def test_sessions_that_are_over_are_removed(town: Town, due: Due) -> None:
    for key, ends in (("a" * 64, NOW), ("b" * 64, NOW + timedelta(minutes=1))):
        StaffSession.objects.create(
            session_key=key, expire_date=ends, started_at=NOW - DAY, used_at=NOW - DAY
        )
    assert due("accounts.sessions", NOW) == 1
    assert StaffSession.objects.get().session_key == "b" * 64


def test_clocks_run_out(town: Town, due: Due) -> None:
    case = case_of(lin_files(town)[0])
    assert due("cases.clocks", local("2026-03-05 00:05")) == 1
    assert fresh(case).seq > case.seq


def test_files_of_forms_that_were_not_sent_are_removed(town: Town, due: Due) -> None:
    keep_upload(picture(), "a.png", receipt=new_receipt(), at=NOW)
    assert due("cases.drafts", NOW + timedelta(hours=23)) == 0
    assert due("cases.drafts", NOW + timedelta(hours=25)) == 1
    assert not Upload.objects.exists()


def test_what_a_restored_copy_brings_back_is_erased_again(town: Town, due: Due) -> None:
    filed, _ = lin_files(town)
    destroy_wraps([case_of(filed).id, filed.filing.id], at=NOW)
    assert due("cases.erased_elsewhere", NOW) == 1
    assert case_of(filed).erased_at is not None


def test_what_was_withdrawn_is_erased_after_two_weeks(town: Town, due: Due) -> None:
    filed, _ = lin_files(town)
    withdraw(case_of(filed), erase=True, actor=resident(filed), at=NOW)
    assert due("cases.erasure", NOW + 13 * DAY) == 0
    assert due("cases.erasure", NOW + 15 * DAY) == 1
    assert case_of(filed).erased_at is not None


def test_files_that_no_row_names_are_removed(due: Due) -> None:
    name = write_sealed([b"x"], new_data_key(), new_id()).name
    store = storages["sealed"]
    os.utime(store.path(name), (0, 0))
    assert due("cases.files", NOW) >= 1
    assert not store.exists(name)


def test_who_asked_to_break_glass_is_heard_and_the_hour_ends(town: Town, due: Due) -> None:
    """Of a sealed kind: the key that was wrapped for the reader goes with the hour."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    case = case_of(filed)
    ask(case.filing.reference, 1, "别处也有举报。", actor=town.actor("pan"), at=NOW)
    assert due("cases.glass", NOW) == 1
    row = BreakGlass.objects.get()
    assert row.case == case
    approve(row.id, actor=town.actor("qin"), at=NOW)
    assert due("cases.glass", NOW + timedelta(minutes=59)) == 0
    hour = NOW + timedelta(minutes=60)
    assert due("cases.glass", hour) == 1
    assert BreakGlass.objects.get().ended_at == hour
    assert History.objects.filter(case=case, code="case.glass_closed").count() == 1


def test_keys_of_filings_that_never_were_are_removed(town: Town, due: Due) -> None:
    filed, _ = lin_files(town)
    never = wrap_for_instance(new_id(), new_data_key(), at=NOW)
    save_wraps([never])
    assert due("cases.keys", NOW + timedelta(hours=23)) == 0
    assert due("cases.keys", NOW + timedelta(hours=25)) == 1
    assert not Wrap.objects.filter(pk=never.pk).exists()
    assert Wrap.objects.filter(subject=filed.filing.id).exists()


def test_a_kind_that_is_sealed_from_now_on_is_sealed(town: Town, due: Due) -> None:
    case = case_of(lin_files(town)[0])
    assert due("cases.ladders", NOW) == 0
    Category.objects.filter(code="pothole").update(kind="dispute", public=False)
    Case.objects.filter(pk=case.pk).update(kind="dispute")
    assert due("cases.ladders", NOW) == 1
    assert not Wrap.objects.filter(subject=case.id, recipient="instance").exists()


def test_what_was_closed_long_ago_is_erased(town: Town, due: Due) -> None:
    """A request is kept for 24 months after the day on which it was closed."""
    filed, case = answered(town)
    said = Verdict(True, True, "好")
    give_verdict(case, "confirm", said, actor=resident(filed), at=local("2026-03-04 18:00"))
    assert due("cases.retention", local("2028-03-04 23:59")) == 0
    assert due("cases.retention", local("2028-03-05 00:01")) == 1
    assert case_of(filed).erased_at is not None


@pytest.mark.django_db(transaction=True)
def test_old_pages_are_rewritten(due: Due, monkeypatch: pytest.MonkeyPatch) -> None:
    """What that leaves on the disk is hunted in ``tests/attacks/test_row_41_erasure.py``."""
    asked = []
    monkeypatch.setattr("gongshi.cases.jobs.scrub", lambda: asked.append("wraps"))
    monkeypatch.setattr("gongshi.cases.jobs.rewrite_deleted", lambda alias, _tables, **_: asked.append(alias))
    due("cases.rewrite", NOW)
    assert asked == ["wraps", "default"]


def test_notices_that_were_done_with_long_ago_are_deleted(due: Due) -> None:
    for state in (State.SENT, State.WAITING):
        OutboxRow.objects.create(
            case=new_id(),
            template="filed",
            channel="email",
            effect="x",
            state=state,
            next_at=NOW,
            created_at=NOW,
        )
    assert due("notifications.sweep", NOW + 90 * DAY) == 0
    assert due("notifications.sweep", NOW + 91 * DAY) == 1
    assert OutboxRow.objects.get().state == State.WAITING


def test_the_ledgers_batch_is_made(town: Town, due: Due) -> None:
    lin_files(town)
    assert due("safekeeping.ledger", NOW + timedelta(minutes=10)) == 1
    assert due("safekeeping.ledger", NOW + timedelta(minutes=11)) == 0
    assert Head.objects.count() == 1
