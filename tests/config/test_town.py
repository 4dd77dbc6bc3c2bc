"""The demo town: its stories can all be acted out, and every history is replayed into the state it left."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import Count, Q

from gongshi.accounts.keys import first_keys
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import offices
from gongshi.cases.hearings import CALLED, HELD, history_of, last_told
from gongshi.cases.models import Case, Clock, Consent, History, Look, PublicCase, SampledAnswer, Supervision
from gongshi.config.packs import read_checked
from gongshi.config.town import Town, live, read_stories
from gongshi.config.town_sample import BEGUN, LEFT_TO_CHECK, read_sample
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import load
from gongshi.rules.sampling import SIZES
from gongshi.safekeeping.models import Leaf
from gongshi.safekeeping.passphrases import LOWEST
from tests.casework import replayed
from tests.clock import local
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
PACK = ROOT / "packs" / "qinghe"
NOW = local("2026-11-20 18:00")
STORIES = 120


@pytest.fixture
def town(db: None) -> Town:
    """The first stories of the two months, up to three weeks after the last of them."""
    forget()
    load(read_checked(PACK), at=local("2026-09-01 08:00"))
    at = local("2026-09-01 08:00")
    keys = first_keys(Staff.objects.all(), "a passphrase of the town", at=at, cost=LOWEST)
    stories = read_stories(PACK / "demo" / "filings.jsonl", NOW)[:STORIES]
    return live(stories, stories[-1].filed_at + timedelta(days=21), lambda _: None, keys=keys)


def test_every_story_is_acted_out_and_replays(town: Town) -> None:
    assert town.passed_over == []
    cases = list(Case.objects.select_related("filing"))
    assert len(cases) >= STORIES
    for case in cases:
        replayed(case)
    assert Leaf.objects.count() == History.objects.count() + Look.objects.count()
    seen = Counter(History.objects.values_list("code", flat=True))
    for code in (
        "case.accepted",
        "case.answered",
        "case.asked",
        "case.handed_over",
        "case.reopened",
        "case.published",
    ):
        assert seen[code], code
    assert Supervision.objects.exists()
    # Nothing is public without a consent that stands, and nothing about an office is.
    agreed = set(Consent.objects.filter(revoked_at=None, refused="").values_list("case", flat=True))
    assert {row.case_id for row in PublicCase.objects.all()} <= agreed
    assert not PublicCase.objects.exclude(case__subject=None).exists()
    for case in cases:
        if case.subject_id:
            assert case.office_id in offices()[case.subject_id].supervisors
    a_reader_can_go_on(town.stories[-1].filed_at + timedelta(days=21))


def a_reader_can_go_on(at: datetime) -> None:
    """Of the sample a few copies wait to be checked; one reader is through with the rest, the other has begun."""
    drawn = read_sample(at)
    assert drawn in SIZES
    unread = Count("readings", filter=Q(checked_at__isnull=False))
    read = Counter(SampledAnswer.objects.annotate(n=unread).values_list("n", flat=True))
    assert read[2] == BEGUN
    assert read[0] >= LEFT_TO_CHECK
    assert read[0] + read[1] + read[2] == drawn


def test_one_that_was_withdrawn_waits_for_its_erasure(db: None) -> None:
    """The demo shows what it is like to change one's mind."""
    forget()
    load(read_checked(PACK), at=local("2026-09-01 08:00"))
    told = read_stories(PACK / "demo" / "filings.jsonl", NOW)
    leaving = [
        story
        for story in told
        if any(event.get("erase") for matter in story.told["matters"] for event in matter["story"])
    ]
    assert len(leaving) == 1
    town = live(leaving, NOW, lambda _: None)
    assert town.passed_over == []
    [case] = Case.objects.all()
    assert case.outcome == "withdrawn"
    assert case.erase_on is not None
    assert timedelta(days=10) < case.erase_on - NOW.date() <= timedelta(days=15)


def test_a_newcomer_finds_a_hearing_to_come_and_one_that_was_held(db: None) -> None:
    """On a holiday, too: over National Day every day that is told lies before or after it."""
    forget()
    load(read_checked(PACK), at=local("2026-07-01 08:00"))
    keys = first_keys(
        Staff.objects.all(), "a passphrase of the town", at=local("2026-07-01 08:00"), cost=LOWEST
    )
    now = local("2026-10-06 18:00")
    told = [story for story in read_stories(PACK / "demo" / "filings.jsonl", now) if story.told.get("shown")]
    town = live(told, now, lambda _: None, keys=keys)
    assert town.passed_over == []
    held, ahead = (Case.objects.get(filing__reference=story.reference) for story in town.stories)
    assert (held.stage, held.office.code, last_told(history_of(held))) == ("final", "city-petitions", HELD)
    assert (ahead.stage, last_told(history_of(ahead))) == ("hearing", CALLED)
    assert Clock.objects.get(case=ahead, code="hearing").due_on > now.date()
    replayed(held)
