"""Periodic work, whom notices reach, and configuration that every process sees in time."""

import os
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.cases import jobs
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.uploads import keep_upload
from gongshi.cases.drafts import Contact
from gongshi.cases.effects import contact_of
from gongshi.cases.models import Attachment
from gongshi.places import snapshots
from gongshi.places.models import Place
from gongshi.places.queries import the_place
from gongshi.places.snapshots import Snapshot, bump_revision, forget, revision
from gongshi.safekeeping.actions import destroy_wraps
from gongshi.safekeeping.files import write_sealed
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import new_data_key
from tests.casework import picture
from tests.cast import NOW, Town, case_of, lin_files, resident
from tests.clock import local

pytestmark = pytest.mark.django_db


def test_without_a_place_clocks_do_nothing(db: None) -> None:
    forget()
    assert jobs.tick_clocks(NOW) == 0


def test_clocks_run_with_a_place(town: Town) -> None:
    lin_files(town)
    assert jobs.tick_clocks(local("2026-03-05 00:05")) == 1


def test_files_that_no_row_names_are_swept_and_no_other(town: Town) -> None:
    filed, _ = lin_files(town)
    case, receipt = case_of(filed), new_receipt()
    add_to_case(case, "", [("a.png", picture())], actor=resident(filed), at=NOW)
    draft = keep_upload(picture(), "b.png", receipt=receipt, at=NOW)
    old, young = (write_sealed([b"x"], new_data_key(), new_id()).name for _ in range(2))
    kept = [Attachment.objects.get().stored, draft.stored, young]
    store = storages["sealed"]
    two_days_ago = time.time() - 2 * 24 * 3600
    for name in (old, *kept[:2]):
        os.utime(store.path(name), (two_days_ago, two_days_ago))
    now = store.get_modified_time(young) + timedelta(minutes=1)
    swept = jobs.sweep_files(now)
    assert swept >= 1
    assert not store.exists(old)
    assert all(store.exists(name) for name in kept)
    assert jobs.sweep_files(now) == 0
    store.delete(young)


def test_names_in_use_are_read_in_one_statement(town: Town) -> None:
    """Between two a draft's file could become a case's, and be in neither."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        jobs.sweep_files(NOW - timedelta(days=3650))
    assert len(seen) == 1


def test_old_drafts_go_and_young_ones_stay(town: Town) -> None:
    old = keep_upload(picture(), "a.png", receipt=new_receipt(), at=NOW)
    young = keep_upload(picture(), "a.png", receipt=new_receipt(), at=NOW + timedelta(hours=20))
    assert jobs.sweep_drafts(NOW + timedelta(hours=25)) == 1
    store = storages["sealed"]
    assert (store.exists(old.stored), store.exists(young.stored)) == (False, True)


@pytest.mark.parametrize(
    ("contact", "reached"),
    [
        (Contact(email="lin@example.org", notify="email"), ("email", "lin@example.org")),
        (Contact(phone="13800000000", email="lin@example.org", notify="sms"), ("sms", "13800000000")),
        (Contact(email="lin@example.org"), None),
        (Contact(phone="13800000000", notify="email"), None),
        (Contact(), None),
    ],
)
def test_a_notice_reaches_the_contact_that_was_left_for_it(
    town: Town, contact: Contact, reached: tuple[str, str] | None
) -> None:
    case = case_of(lin_files(town, contact=contact)[0])
    found = contact_of(case.id)
    assert (None if found is None else (found.channel, found.value)) == reached


def test_nobody_is_reached_once_the_filing_was_erased(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    destroy_wraps([case.filing_id], at=NOW)
    assert contact_of(case.id) is None
    assert contact_of(new_id()) is None


def test_the_revision_is_asked_for_at_most_once_a_second(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [1000.0]
    monkeypatch.setattr(snapshots, "CHECK_SECONDS", 1.0)
    monkeypatch.setattr(snapshots.time, "monotonic", lambda: moment[0])
    forget()
    with CaptureQueriesContext(connection) as seen:
        for _ in range(50):
            revision()
            moment[0] += 0.01
    assert len(seen) == 1
    moment[0] += 1.1
    with CaptureQueriesContext(connection) as seen:
        revision()
    assert len(seen) == 1


def test_another_processs_change_is_seen_within_a_second(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process wrote: the row and the revision, without a word to this one."""
    moment = [1000.0]
    monkeypatch.setattr(snapshots, "CHECK_SECONDS", 1.0)
    monkeypatch.setattr(snapshots.time, "monotonic", lambda: moment[0])
    forget()
    assert the_place().threshold == 11
    row = Place.objects.get()
    Place.objects.update(settings={**row.settings, "threshold": 20}, revision=row.revision + 1)
    assert the_place().threshold == 11
    moment[0] += 1.1
    assert the_place().threshold == 20


def test_a_change_of_ones_own_is_seen_at_once(town: Town) -> None:
    built: list[int] = []
    counted = Snapshot(lambda: built.append(1) or len(built))
    assert [counted(), counted()] == [1, 1]
    bump_revision()
    assert counted() == 2
    forget()
    assert counted() == 3
