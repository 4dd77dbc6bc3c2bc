"""The counts of published cases are what counting them gives, whatever happened to them, and are mended if not."""

import random
from collections import Counter

import pytest

from gongshi.cases import jobs
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.erasure import erase_due
from gongshi.cases.actions.erasure import withdraw as withdraw_and_erase
from gongshi.cases.actions.publication import consents_to_review, give_consent, publish, take_back_consent
from gongshi.cases.models import Case, PublicCase, PublicTally
from gongshi.cases.public_tally import IN_COMMON, Key, fold, mend
from gongshi.web.public.openly import reading
from tests.cases.test_publication import COPY
from tests.casework import ANSWER, ANSWERED, accepted
from tests.cast import NOW, Town, case_of, matter, resident
from tests.clock import local
from tests.published import published_cases

pytestmark = pytest.mark.django_db
POINTS = [(30.256789, 120.756789), (30.31, 120.71), None]


def counted() -> Counter[Key]:
    """By counting all."""
    return Counter(PublicCase.objects.values_list(*IN_COMMON))


def told() -> Counter[Key]:
    """By the tally."""
    found: Counter[Key] = Counter()
    for *key, more in PublicTally.objects.values_list(*IN_COMMON, "more"):
        found[tuple(key)] += more  # type: ignore[index]
    assert min(found.values(), default=0) >= 0
    return +found


def test_the_tally_is_a_count_of_all_after_any_publication_move_and_erasure(town: Town) -> None:
    chance, later = random.Random(45), local("2026-05-01 09:00")
    filed = [accepted(town, matter(town, public=COPY, point=point))[0] for point in (*POINTS, *POINTS)]
    seen = Counter[str]()
    for one in filed:
        consent = next(c for c in consents_to_review(town.actor("su")) if c.case.filing_id == one.filing.id)
        publish(consent.id, COPY, actor=town.actor("su"), at=NOW)
        assert told() == counted()

    def step(name: str, one: object) -> None:
        case = case_of(one)  # type: ignore[arg-type]
        lin, su = resident(one), town.actor("su")  # type: ignore[arg-type]
        if name == "answer" and case.holder == "office":
            send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)
        elif name == "confirm" and case.holder == "resident":
            give_verdict(case, "confirm", Verdict(True, True, ""), actor=lin, at=later)
        elif name == "take_back" and PublicCase.objects.filter(case=case).exists():
            take_back_consent(case, actor=lin, at=NOW)
        elif name == "again" and case.closed_at is None:
            give_consent(case, COPY, actor=lin, at=NOW)
            (consent,) = consents_to_review(su)
            publish(consent.id, COPY, actor=su, at=NOW)
        else:
            return
        seen[name] += 1

    for _ in range(24):
        step(chance.choice(("answer", "confirm", "take_back", "again")), chance.choice(filed))
        if chance.random() < 0.3:
            fold()
        assert told() == counted()
    for one in filed:
        step("answer", one)
        step("confirm", one)
        assert told() == counted()
    assert len(seen) == 4, seen
    last = Case.objects.get(public=PublicCase.objects.order_by("id")[0])
    withdraw_and_erase(
        last, erase=True, actor=resident(filed[[f.filing.id for f in filed].index(last.filing_id)]), at=later
    )
    erase_due(local("2027-05-01 09:00"), 10)
    assert told() == counted()
    assert mend() == 0


def test_putting_it_together_leaves_one_row_for_each_and_none_of_nothing(town: Town) -> None:
    shown = published_cases(town, 3)
    published_cases(town, 1, area=None, latitude=None, longitude=None)
    assert fold() == 2
    PublicCase.objects.filter(pk__in=[one.pk for one in shown]).delete()
    assert (mend(), jobs.fold_tally(NOW)) == (3, 1)
    (left,) = PublicTally.objects.all()
    assert (left.area, left.latitude, left.more, left.loose) == (None, None, 1, False)
    assert fold() == 0


def test_what_differs_is_mended_and_said(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    published_cases(town, 2)
    assert jobs.check_tally(NOW) == 0
    assert not caplog.records
    PublicTally.objects.update(more=5)
    assert jobs.check_tally(NOW) == 3
    assert "off by 3" in caplog.text
    assert told() == counted()


def test_pages_count_by_it_and_by_the_cases_alike(town: Town) -> None:
    published_cases(town, 3)
    published_cases(town, 2, state="closed", area=None, latitude=None, longitude=None)
    for asked in (
        ("", "", ""),
        ("", "none", ""),
        ("", "river-street", ""),
        ("", "", "closed"),
        ("streets", "", ""),
    ):
        wanted = reading.filters(*asked)
        known = reading.counted(wanted)
        assert known.number() == reading.everywhere(wanted).count(), asked
        assert known.without_a_point() == reading.everywhere(wanted).filter(latitude=None).count()
    assert reading.cases_by_area(reading.filters("", "none", ""))[town.areas["river-street"].id] == 3
