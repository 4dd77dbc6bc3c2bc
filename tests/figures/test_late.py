"""Agreed to after the figures were out: shown where nobody can be worked out with it, else kept back and said so."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from gongshi.cases.actions.held_copies import KEPT_BACK
from gongshi.cases.actions.publication import consents_to_review, give_consent, take_back_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Answer, Case, Consent, Filing, History
from gongshi.cases.visiting import Visitor
from gongshi.figures import jobs
from gongshi.figures.models import CountedMonth, CountedQuarter
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released import admitting
from gongshi.figures.released.actions import release
from gongshi.figures.released.late_facts import UnknownError, counted_in_month
from gongshi.figures.released.quarters import release_quarter
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping.ids import new_id
from tests.cast import NOW, Town, lin_files, resident
from tests.cast import case_of as filed_case
from tests.clock import Clock, local
from tests.figures.conftest import Cases
from tests.web.public.stories import opened

pytestmark = pytest.mark.django_db
Draw = set[UUID]
DRAWN = admitting.drawn
MARCH, MAY = Month(2026, 3), date(2026, 5, 1)
RELEASED, LATER = local("2026-05-01 08:00"), local("2026-05-03 08:00")


@pytest.fixture(autouse=True)
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Nobody is drawn but those that are put in."""
    found: Draw = set()
    monkeypatch.setattr(admitting, "TRIES", 20)
    monkeypatch.setattr(admitting, "drawn", lambda case: case.id in found)
    return found


@pytest.fixture
def march(cases: Cases) -> list[Case]:
    """Of Roads' 42 cases 30 were answered within 3 days, 12 within 14; the month is released."""
    found = [*answered(cases, 30, 3), *answered(cases, 12, 12)]
    release(MARCH, today=MAY, at=RELEASED)
    return found


def answered(cases: Cases, n: int, days: int) -> list[Case]:
    day = date(2026, 3, 2) + timedelta(days=days)
    rows = cases(n, answered_on=day, closed_on=day, outcome="confirmed", on_time=True)
    told = {
        "number": 1,
        "staff_id": new_id(),
        "decision": "done",
        "found_on": day,
        "content": b"",
        "letter": b"",
    }
    sent = local(f"{day} 10:00")
    Answer.objects.bulk_create(Answer(case=row, office=row.office, sent_at=sent, **told) for row in rows)
    return rows


def agree(*rows: Case, at: datetime = LATER) -> None:
    Consent.objects.bulk_create(Consent(case=row, copy=b"", given_at=at, held=True) for row in rows)


def let_go() -> set[Case]:
    return {one.case for one in Consent.objects.filter(held=False, refused="", revoked_at=None)}


class TestMonths:
    def test_shown_as_long_as_those_who_are_left_are_not_few(self, march: list[Case]) -> None:
        agree(march[0], march[30])
        assert jobs.tick_held(LATER) == 2
        assert let_go() == {march[0], march[30]}
        # Of the twelve two more would leave fewer than eleven; of the thirty they do not.
        agree(march[1], march[31], march[2])
        Filing.objects.filter(pk=march[31].filing_id).update(notify="email")
        assert jobs.tick_held(LATER) == 3
        assert list(OutboxRow.objects.values_list("case", "template")) == [(march[31].id, "reviewed")]
        assert let_go() == {march[0], march[30], march[1], march[2]}
        kept = Consent.objects.get(case=march[31])
        assert (kept.refused, kept.reviewed_at, kept.held) == (KEPT_BACK, LATER, False)
        assert History.objects.get(case=march[31]).code == "case.publication_kept_back"
        assert jobs.tick_held(LATER) == 0

    def test_what_was_known_once_is_counted_once(self, march: list[Case]) -> None:
        agree(march[30])
        jobs.tick_held(LATER)
        for _ in range(3):
            Consent.objects.update(revoked_at=LATER)
            agree(march[30], at=LATER + timedelta(hours=1))
            assert jobs.tick_held(LATER) == 1
            assert let_go() == {march[30]}

    def test_what_was_agreed_to_before_counts_as_known(self, cases: Cases) -> None:
        rows = answered(cases, 12, 3)
        Consent.objects.create(case=rows[0], copy=b"", given_at=RELEASED - timedelta(days=1))
        release(MARCH, today=MAY, at=RELEASED)
        Consent.objects.update(revoked_at=LATER)
        # Already known: nothing more is told.
        agree(rows[0])
        jobs.tick_held(LATER)
        assert let_go() == {rows[0]}
        agree(rows[1])
        jobs.tick_held(LATER)
        assert let_go() == {rows[0]}

    def test_a_case_that_went_elsewhere_since_is_kept_back(self, march: list[Case]) -> None:
        moved = {"by": "office", "salt": b"", "case": march[0]}
        History.objects.create(seq=1, at=RELEASED - timedelta(1), code="case.category_corrected", **moved)
        assert counted_in_month(march[0], RELEASED)
        History.objects.create(
            seq=2, at=RELEASED + timedelta(1), code="case.handed_over", params={"office": "x"}, **moved
        )
        with pytest.raises(UnknownError):
            counted_in_month(march[0], RELEASED)
        Case.objects.filter(pk=march[0].pk).update(seq=2)
        agree(march[0])
        assert (jobs.tick_held(LATER), let_go()) == (1, set())

    @pytest.mark.parametrize("code", ["case.merged", "case.claimed", "case.taken_over"])
    def test_so_is_one_that_is_counted_otherwise_since(self, march: list[Case], code: str) -> None:
        begun = {"case": march[0], "by": "resident", "salt": b""}
        History.objects.create(seq=1, at=RELEASED - timedelta(60), code="case.filed", **begun)
        assert counted_in_month(march[0], RELEASED)
        History.objects.create(seq=2, at=RELEASED + timedelta(1), code=code, **begun)
        with pytest.raises(UnknownError):
            counted_in_month(march[0], RELEASED)

    def test_so_is_one_that_was_forwarded_since(self, cases: Cases) -> None:
        for closed_at, found in ((RELEASED, None), (LATER, UnknownError)):
            (case,) = cases(1, outcome="forwarded", closed_at=closed_at)
            if found:
                with pytest.raises(found):
                    counted_in_month(case, RELEASED)
            else:
                assert counted_in_month(case, RELEASED) is None

    def test_what_was_split_off_since_was_not_counted(self, march: list[Case]) -> None:
        History.objects.create(
            case=march[0], seq=1, at=RELEASED + timedelta(1), code="case.filed", by="office", salt=b""
        )
        assert counted_in_month(march[0], RELEASED) is None

    def test_what_happened_since_is_not_what_was_counted(self, cases: Cases) -> None:
        waiting, again = cases(2)
        first = {"number": 1, "decision": "done", "found_on": MAY, "content": b"", "letter": b""}
        Answer.objects.create(case=waiting, office=waiting.office, sent_at=RELEASED + timedelta(1), **first)
        Answer.objects.create(case=again, office=again.office, sent_at=local("2026-03-20 10:00"), **first)
        reopened = {"code": "case.reopened", "by": "resident", "salt": b""}
        History.objects.create(case=again, seq=1, at=local("2026-03-22 10:00"), **reopened)
        facts = [counted_in_month(one, RELEASED) for one in (waiting, again)]
        assert [found[1] if found else None for found in facts] == [
            {"cases": 1},
            {"cases": 1, "answered": 1, "due": 1, "asked": 1, "reopened": 1},
        ]

    def test_of_a_month_that_an_older_version_released_nobody_can_tell(self, march: list[Case]) -> None:
        CountedMonth.objects.all().delete()
        agree(march[0])
        assert (jobs.tick_held(LATER), let_go()) == (1, set())

    def test_what_is_not_decided_waits(self, march: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(admitting, "TRIES", 2)
        agree(*march[30:34])
        # All four do not fit, nor two of them; the rest is for the next time.
        assert jobs.tick_held(LATER) == 0
        monkeypatch.setattr(admitting, "TRIES", 20)
        assert jobs.tick_held(LATER) == 4
        assert len(let_go()) == 1

    def test_whoever_asks_again_hears_the_same(self, march: list[Case], cases: Cases) -> None:
        agree(*march[30:33])
        jobs.tick_held(LATER)
        (shown,) = let_go()
        kept = next(one for one in march[30:33] if one != shown)
        Consent.objects.filter(case=kept).update(revoked_at=LATER)
        # Even where it would fit by now.
        CountedMonth.objects.update(known=[])
        agree(kept, at=LATER + timedelta(hours=1))
        jobs.tick_held(LATER)
        assert let_go() == {shown}

    def test_that_one_is_kept_back_tells_nothing_for_certain(self, march: list[Case], draw: Draw) -> None:
        draw.add(march[0].id)
        agree(march[0], march[1])
        assert jobs.tick_held(LATER) == 2
        assert let_go() == {march[1]}
        assert Consent.objects.get(case=march[0]).refused == KEPT_BACK

    def test_true_counts_are_kept_a_year(self, march: list[Case]) -> None:
        assert jobs.tick_held(RELEASED + admitting.KEPT) == 0
        assert jobs.tick_held(RELEASED + admitting.KEPT + timedelta(1)) == 1
        agree(march[0], at=RELEASED + admitting.KEPT)
        jobs.tick_held(RELEASED + admitting.KEPT + timedelta(1))
        assert let_go() == set()

    def test_what_no_figure_counts_is_let_go(self, march: list[Case], cases: Cases) -> None:
        (forwarded,) = cases(1, outcome="forwarded")
        agree(forwarded)
        jobs.tick_held(LATER)
        assert let_go() == {forwarded}
        assert march


class TestQuarters:
    def test_its_quarter_is_asked_too(self, cases: Cases) -> None:
        rows = answered(cases, 30, 3)
        release_quarter(Quarter(2026, 1), today=date(2026, 7, 1), at=local("2026-07-01 08:00"))
        after = local("2026-07-02 08:00")
        agree(*rows[:19], at=after)
        assert jobs.tick_held(after) == 19
        assert len(let_go()) == 19
        agree(rows[19], at=after)
        assert jobs.tick_held(after) == 1
        assert len(let_go()) == 19
        CountedQuarter.objects.all().delete()
        agree(rows[20], at=after)
        jobs.tick_held(after)
        assert len(let_go()) == 19


class TestResident:
    def test_reads_what_becomes_of_it(self, town: Town, cases: Cases, clock: Clock) -> None:
        filed, receipt = lin_files(town)
        case, lin = filed_case(filed), resident(filed)
        answered(cases, 10, 3)
        copy = PublicCopy("坑", "桥头有坑。")
        give_consent(case, copy, actor=lin, at=NOW)
        assert len(consents_to_review(town.actor("su"))) == 1
        take_back_consent(case, actor=lin, at=NOW)
        release(MARCH, today=MAY, at=RELEASED)
        give_consent(case, copy, actor=lin, at=LATER)
        assert consents_to_review(town.actor("su")) == []
        clock.set("2026-05-03 08:00")
        browser = opened(Visitor(filed.filing, filed.receipt_id, receipt))
        assert "先核对几分钟" in browser.get("/filing/1/").content.decode()
        # Roads has eleven in all, and the released tables say so: this one leaves ten.
        jobs.tick_held(LATER)
        page = browser.get("/filing/1/").content.decode()
        assert "没有公开。那个月的统计早已发布" in page
        assert "可能让人推算出别人的事" in page


def test_one_in_ten_is_drawn_and_always_the_same(cases: Cases) -> None:
    rows = cases(300)
    found = [DRAWN(row) for row in rows]
    assert found == [DRAWN(row) for row in rows]
    assert 10 < sum(found) < 55
