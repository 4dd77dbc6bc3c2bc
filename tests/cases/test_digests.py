"""The week by mail: once a week, numbers and references of what its reader may see, and nothing of sealed cases."""

from datetime import date, timedelta

import pytest

from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.digests import keep_wish, queue_digests
from gongshi.cases.actions.recusals import recuse_self
from gongshi.cases.digests import digest_of, first_working_day, lines_for, reader_of
from gongshi.cases.models import DigestWish
from gongshi.notifications.addresses import AddressError
from gongshi.notifications.jobs import deliver
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping.models import Wrap
from tests.casework import accepted
from tests.cast import NOW, Town, case_of, lin_files, matter
from tests.clock import local

pytestmark = pytest.mark.django_db
# A Monday. The 6th of March 2026 is off, Saturday the 7th is worked.
MONDAY = local("2026-03-09 08:00")


def wants(town: Town, who: str = "he") -> DigestWish:
    keep_wish(town.staff[who], "He@Roads.example", wanted=True, language="zh", at=NOW)
    return DigestWish.objects.get(staff=town.staff[who])


def told(town: Town, who: str, at=MONDAY) -> dict[str, tuple[str, ...]]:  # type: ignore[no-untyped-def]
    return {part.code: part.references for part in digest_of(town.actor(who), at)}


def test_late_due_promised_and_dormant(town: Town) -> None:
    late = case_of(lin_files(town)[0]).filing.reference
    filed, case = accepted(town)
    promise = NewAnswer("will_do", "已看。", date(2026, 3, 3), "补。", "道路所", date(2026, 3, 13), "养护队")
    send_answer(case, "promise", promise, actor=town.actor("zhou"), at=local("2026-03-03 09:00"))
    run_clocks(MONDAY)
    found = told(town, "zhou")
    assert found["late"] == (late,)
    assert found["week"] == found["promised"] == (filed.filing.reference,)
    assert told(town, "zhou", local("2026-03-11 09:00"))["dormant"] == (late,)
    assert told(town, "ma") == {}


def test_nothing_of_sealed_cases_nor_of_hidden_ones(town: Town) -> None:
    """With a dispute and a matter about an office late as well, the mail is letter for letter the same."""
    seen = case_of(lin_files(town)[0])
    hidden = case_of(lin_files(town)[0])
    recuse_self(hidden, "是我家门口。", actor=town.actor("zhou"), at=NOW)
    before = lines_for(town.staff["zhou"], "zh", MONDAY)
    assert seen.filing.reference in before
    assert hidden.filing.reference not in before
    lin_files(town, matter(town, "quarrel"))
    lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    lin_files(town, matter(town), matter(town, "quarrel"), at=MONDAY)
    extra = lines_for(town.staff["zhou"], "zh", MONDAY)
    assert extra.splitlines()[:2] == before.splitlines()[:2]
    assert "电动车" not in extra


def test_once_a_week_from_the_first_working_day(town: Town) -> None:
    lin_files(town)
    wants(town)
    OutboxRow.objects.all().delete()
    assert first_working_day(date(2026, 3, 8)) == date(2026, 3, 2)
    assert queue_digests(MONDAY) == 1
    assert queue_digests(MONDAY) == queue_digests(MONDAY + timedelta(days=2)) == 0
    # A wish that is written anew gets no second one.
    wants(town)
    assert queue_digests(MONDAY + timedelta(days=2)) == 0
    assert queue_digests(MONDAY + timedelta(days=7)) == 1
    assert OutboxRow.objects.filter(template="digest").count() == 2


def test_not_before_the_first_working_day(town: Town) -> None:
    """A Monday that is off: the mail comes on the Tuesday."""
    from gongshi.places.models import Calendar
    from gongshi.places.snapshots import forget

    row = Calendar.objects.get()
    row.content["years"]["2026"]["holidays"].append("2026-03-09")
    row.save()
    forget()
    wants(town)
    assert queue_digests(MONDAY) == 0
    assert queue_digests(MONDAY + timedelta(days=1)) == 1


def test_who_left_or_has_nothing_to_do_gets_none(town: Town) -> None:
    wish = wants(town)
    queue_digests(MONDAY)
    deliver("w", MONDAY)
    assert OutboxRow.objects.get().last_error == "nothing_to_say"
    reader = reader_of(wish.id)
    assert reader is not None
    assert reader.value == "He@roads.example"
    town.staff["he"].is_active = False
    town.staff["he"].save()
    assert reader_of(wish.id) is None
    DigestWish.objects.update(queued_on=None)
    assert queue_digests(MONDAY) == 0


def test_it_goes_out(town: Town) -> None:
    lin_files(town)
    OutboxRow.objects.all().delete()
    wants(town)
    queue_digests(MONDAY)
    assert sum(deliver("w", MONDAY).values()) == 1
    assert OutboxRow.objects.get().state == "sent"


def test_the_address_is_sealed_and_forgotten(town: Town) -> None:
    wish = wants(town)
    assert b"roads.example" not in bytes(wish.sent_to)
    with pytest.raises(AddressError):
        keep_wish(town.staff["he"], "he", wanted=True, language="zh", at=NOW)
    keep_wish(town.staff["he"], " ", wanted=True, language="zh", at=NOW)
    assert not DigestWish.objects.exists()
    assert not Wrap.objects.filter(subject=wish.id).exists()
