"""The quarterly sample: who is drawn, what two readers' answers become, and what is never told of it."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.actions.samples import finish_reading, lay_out, take_seat
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import Answer, AnswerSample, Case, SampledAnswer, SampleReading
from gongshi.figures import jobs
from gongshi.figures.models import ReleasedQuarter
from gongshi.figures.periods import Quarter
from gongshi.figures.quality import quality_board
from gongshi.figures.queries import KINDS
from gongshi.figures.released.quarters import release_quarter
from gongshi.figures.report import report
from gongshi.figures.samples import closes_on, draw, released_samples, result_of, sample_shown
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.rules.sampling import in_drawn_order
from tests.casework import answered
from tests.cast import Town, resident
from tests.clock import Clock, local
from tests.figures.conftest import Cases
from tests.figures.samples import ENDED, add_readers, give_head

pytestmark = pytest.mark.django_db
FIRST = Quarter(2026, 1)
SHOWN_ON = date(2026, 7, 1)
Rows = Callable[..., list[Case]]


@pytest.fixture
def bare(town: Town, cases: Cases) -> Rows:
    """``bare(30, office="water")``: cases answered on 5 March, as they would lie there, without words."""

    def make(n: int, **told: Any) -> list[Case]:
        rows = cases(n, answered_on=date(2026, 3, 5), **told)
        Answer.objects.bulk_create(
            Answer(
                case=row,
                number=1,
                office_id=row.office_id,
                staff_id=town.staff["zhou"].id,
                decision="done",
                found_on=date(2026, 3, 4),
                content=b"",
                letter=b"",
                sent_at=local("2026-03-05 16:00"),
            )
            for row in rows
        )
        return rows

    return make


def sample() -> AnswerSample:
    return AnswerSample.objects.get()


def both_say(town: Town, first: str = "yes", second: str = "yes", n: int | None = None) -> None:
    """Both readers answer every question alike, of the first ``n`` of the sample."""
    one, other = (
        town.staff[name] if name in town.staff else add_readers(town, name)[0] for name in ("wen", "tan")
    )
    AnswerSample.objects.update(first=one, second=other)
    for row in SampledAnswer.objects.order_by("id")[:n]:
        for reader, said in ((one, first), (other, second)):
            told = dict.fromkeys(SAMPLE_QUESTIONS, said)
            SampleReading.objects.create(sampled=row, reader=reader, said=told, saved_at=ENDED)


def closed() -> None:
    last = closes_on(FIRST)
    assert jobs.tick_samples(local(f"{last} 23:59")) == 0
    assert jobs.tick_samples(local("2026-06-21 00:10")) == 1


def test_drawn_by_the_first_head_after_the_quarter(bare: Rows) -> None:
    bare(60)
    give_head(local("2026-03-31 23:50"), b"\x07" * 32, 1)
    assert jobs.tick_samples(ENDED) == 0
    give_head(local("2026-04-01 00:00"), b"\x08" * 32, 2)
    give_head(local("2026-04-01 00:10"), b"\x09" * 32, 3)
    assert jobs.tick_samples(local("2026-04-02 00:00")) == 50
    drawn = in_drawn_order(Answer.objects.values_list("pk", flat=True), b"\x08" * 32)[:50]
    by_answer = dict(Answer.objects.values_list("pk", "case_id"))
    listed = list(SampledAnswer.objects.order_by("id").values_list("case_id", flat=True))
    assert listed == [by_answer[one] for one in drawn]
    assert (sample().batch, sample().size, sample().quarter) == (2, 50, "2026-Q1")
    assert jobs.tick_samples(local("2026-04-02 00:10")) == 0


def test_not_before_the_end_and_not_after_the_last_day(bare: Rows) -> None:
    bare(60)
    give_head()
    assert draw(FIRST, local("2026-03-31 23:59")) == 0
    assert draw(FIRST, local("2026-06-21 00:00")) == 0
    assert closes_on(FIRST) == date(2026, 6, 20)
    for year in (2026, 2027, 2028):
        for number in (1, 2, 3, 4):
            assert closes_on(Quarter(year, number)) < Quarter(year, number).after.after.first


def test_twenty_of_fewer_and_none_of_too_few(bare: Rows) -> None:
    give_head()
    bare(19)
    assert draw(FIRST, ENDED) == 0
    bare(30)
    assert draw(FIRST, ENDED) == 20


def test_only_what_figures_are_about(bare: Rows) -> None:
    assert not SEALED_KINDS & set(KINDS)
    bare(20)
    out = [
        *bare(1, outcome="imported"),
        *bare(1, staff_logged=True),
        *bare(1, category="conduct"),
        *bare(1, category="quarrel"),
        *bare(1, outcome="withdrawn"),
    ]
    give_head()
    assert draw(FIRST, ENDED) == 20
    assert not SampledAnswer.objects.filter(case__in=out).exists()


def test_what_is_withdrawn_leaves_at_once_and_the_next_comes(town: Town, bare: Rows) -> None:
    bare(55)
    filed, case = answered(town)
    give_head()
    lay_out("2026-Q1", [(case.id, case.office_id)], size=50, batch=1, closes_on=closes_on(FIRST), at=ENDED)
    draw(FIRST, ENDED)
    assert SampledAnswer.objects.filter(case=case).exists()
    withdraw(case, erase=False, actor=resident(filed), at=ENDED)
    assert SampledAnswer.objects.count() == 49
    assert draw(FIRST, ENDED) == 1
    keep_after_all(Case.objects.get(pk=case.pk), actor=resident(filed), at=ENDED)
    assert draw(FIRST, ENDED) == 0
    assert not SampledAnswer.objects.filter(case=case).exists()


def test_the_result_is_all_that_is_left(town: Town, bare: Rows) -> None:
    bare(60)
    give_head()
    draw(FIRST, ENDED)
    both_say(town, "yes", "yes", 30)
    rows = list(SampledAnswer.objects.order_by("id"))
    wen, tan = town.staff["wen"], town.staff["tan"]
    for row, first, second in zip(
        rows[30:36], ("no",) * 4 + ("cannot_tell",) * 2, ("no",) * 3 + ("yes",) * 3, strict=True
    ):
        for reader, said in ((wen, first), (tan, second)):
            told = {**dict.fromkeys(SAMPLE_QUESTIONS, "yes"), "found": said}
            SampleReading.objects.create(sampled=row, reader=reader, said=told, saved_at=ENDED)
    # One reader alone, and one who left a question open: not read by both.
    SampleReading.objects.create(
        sampled=rows[40], reader=wen, said=dict.fromkeys(SAMPLE_QUESTIONS, "no"), saved_at=ENDED
    )
    for reader in (wen, tan):
        SampleReading.objects.create(sampled=rows[41], reader=reader, said={"found": "no"}, saved_at=ENDED)
    closed()
    assert (SampledAnswer.objects.count(), SampleReading.objects.count()) == (0, 0)
    release_quarter(FIRST, today=SHOWN_ON)
    shown = sample_shown(FIRST)
    assert shown is not None
    released = shown.released
    assert (released.state, released.size, released.read) == ("read", 50, 36)
    found = {one.code: one for one in shown.questions}
    told = found["found"]
    assert told.yes is not None
    assert told.cannot_tell is not None
    assert told.alike is not None
    assert (told.yes.count, told.yes.of) == (30, 34)
    assert (told.cannot_tell.count, told.cannot_tell.of) == (2, 36)
    assert (told.alike.count, told.alike.of) == (33, 36)
    assert told.kappa is not None
    # 33 alike of 36; by chance (30 * 33 + 4 * 3 + 2 * 0) / 36².
    chance = (30 * 33 + 4 * 3) / 36**2
    assert told.kappa.value == pytest.approx((33 / 36 - chance) / (1 - chance))
    assert found["plain"].kappa is None
    assert jobs.tick_samples(local("2026-06-22 00:10")) == 0
    assert lay_out("2026-Q1", [], size=50, batch=1, closes_on=closes_on(FIRST), at=ENDED) == 0


def test_from_twenty_read_by_both(town: Town, bare: Rows) -> None:
    bare(60)
    give_head()
    draw(FIRST, ENDED)
    both_say(town, n=19)
    assert result_of(sample(), SHOWN_ON)["lines"] == []
    both_say_once_more = SampledAnswer.objects.order_by("id")[19]
    for name in ("wen", "tan"):
        told = dict.fromkeys(SAMPLE_QUESTIONS, "yes")
        SampleReading.objects.create(
            sampled=both_say_once_more, reader=town.staff[name], said=told, saved_at=ENDED
        )
    assert {line[3] for line in result_of(sample(), SHOWN_ON)["lines"]} == {20}
    SampleReading.objects.filter(sampled=both_say_once_more).delete()
    closed()
    release_quarter(FIRST, today=SHOWN_ON)
    shown = sample_shown(FIRST)
    assert shown is not None
    assert (shown.released.state, shown.released.read, shown.questions) == ("few", 0, ())


@pytest.mark.parametrize(
    ("roads", "water", "told"),
    # A remainder of five would be told by subtraction, so nothing is; of two offices with twenty each both are.
    [(50, 0, {"roads"}), (45, 5, set()), (30, 20, {"roads", "water"}), (25, 25, {"roads", "water"})],
)
def test_offices_from_twenty_up_and_never_by_subtraction(
    town: Town, bare: Rows, roads: int, water: int, told: set[str]
) -> None:
    bare(roads)
    if water:
        bare(water, office="water")
    give_head()
    assert draw(FIRST, ENDED) == 50
    both_say(town)
    kept = result_of(sample(), SHOWN_ON)
    assert {code for table, code, *_ in kept["lines"] if table == "office"} == told
    assert kept["withheld"] == (told == set())
    assert "zhou" not in json.dumps(kept)


def test_closed_as_soon_as_both_are_done(town: Town, bare: Rows) -> None:
    bare(60)
    give_head()
    draw(FIRST, ENDED)
    both_say(town)
    AnswerSample.objects.update(first_done_at=ENDED)
    assert jobs.tick_samples(ENDED) == 0
    AnswerSample.objects.update(second_done_at=ENDED)
    assert jobs.tick_samples(ENDED) == 1
    assert sample().closed_at == ENDED
    with pytest.raises(LookupError):
        take_seat(actor=town.actor("wen"))
    with pytest.raises(LookupError):
        finish_reading(actor=town.actor("wen"), at=ENDED)


def test_it_stands_beside_the_three_shares_and_nowhere_else(
    town: Town, bare: Rows, client: Client, clock: Clock
) -> None:
    bare(60)
    clock.set("2026-07-01 09:00")
    release_quarter(FIRST, today=SHOWN_ON)
    assert "这一季不显示抽样" in client.get("/figures/").content.decode()
    give_head()
    draw(FIRST, ENDED)
    assert "two outside readers are reading them" in client.get("/en/figures/").content.decode()
    told = report(None, None, on=SHOWN_ON)["quality"]
    assert (told["sample"]["state"], told["sample"]["closes_on"]) == ("reading", "2026-06-20")
    both_say(town, "yes", "no")
    closed()
    board = quality_board()
    assert board is not None
    assert board.sample is not None
    assert board.sample.released.read == 50
    page = client.get("/figures/").content.decode()
    assert re.search(r"两位都读完的50份", page)
    assert page.index("每一点都答了") < page.index("外部读者怎么看")
    english = client.get("/en/figures/").content.decode()
    assert "Both said yes" in english
    told = report(None, None, on=SHOWN_ON, office="roads")["quality"]
    assert [one["office"] for one in told["sample"]["offices"]] == ["roads"]
    assert told["sample"]["questions"][0]["yes"] == {
        "count": 0,
        "of": 50,
        "share": 0.0,
        "low": 0.0,
        "high": 0.07135,
    }
    assert told["sample"]["questions"][0]["kappa"]["value"] == 0
    of_roads = told["sample"]["offices"][0]["questions"][0]
    assert of_roads == {"code": "found", "yes": told["sample"]["questions"][0]["yes"]}
    assert client.get("/api/v1/figures/answers/2026-Q1").json()["sample"] == told["sample"]
    assert json.dumps(told)


def test_a_sample_waits_for_its_quarter_and_says_no_more_than_that(
    town: Town, bare: Rows, client: Client, clock: Clock
) -> None:
    """Twenty were drawn: that would say that there are no fifty. Roads' 40 are not told, for Water's 9."""
    clock.set("2026-07-01 09:00")
    bare(40)
    bare(9, office="water", category="noise")
    give_head()
    assert draw(FIRST, ENDED) == 20
    both_say(town)
    closed()
    with pytest.raises(LookupError):
        sample_shown(FIRST)
    assert released_samples() == []
    release_quarter(FIRST, today=SHOWN_ON)
    assert (sample_shown(FIRST), released_samples()) == (None, [])
    assert "give away how many there were" in client.get("/en/figures/").content.decode()
    assert client.get("/api/v1/figures/answers/2026-Q1").json()["sample"] is None
    AnswerSample.objects.update(size=50)
    assert released_samples() == []
    # As it was told of quarters that were released before.
    ReleasedQuarter.objects.update(definition="quarters-by-count")
    assert [one.read for one in released_samples()] == [20]


def test_two_workers_draw_one_sample(bare: Rows) -> None:
    rows = bare(30)
    answers = [(row.id, row.office_id) for row in rows]
    for _ in range(2):
        lay_out("2026-Q1", answers, size=20, batch=1, closes_on=closes_on(FIRST), at=ENDED)
    assert SampledAnswer.objects.count() == 20
    assert {row.sample_id for row in SampledAnswer.objects.all()} == {sample().id}


def test_a_result_of_before_is_told_as_they_are_now(town: Town) -> None:
    """By codes, with the day and the least; of an office no more than that both said yes."""
    told = {"read": 21, "tables": {"found": [[12, 3, 1], [2, 2, 0], [0, 1, 0]]}}
    roads = str(town.offices["roads"].id)
    drawn = {"size": 50, "batch": 1, "closes_on": closes_on(FIRST), "drawn_at": ENDED, "closed_at": ENDED}
    kept = {**told, "offices": {roads: told}, "withheld": False}
    AnswerSample.objects.create(quarter="2026-Q1", result=kept, **drawn)
    AnswerSample.objects.create(quarter="2025-Q4", result={}, **drawn)
    # Released before samples minded what their quarters tell: they stay, though nothing is told beside them.
    for quarter in (FIRST, FIRST.before):
        released = {"as_of": SHOWN_ON, "threshold": 20, "columns": [], "tables": []}
        ReleasedQuarter.objects.create(first_on=quarter.first, definition="quarters-by-count", **released)
    shown, few = sample_shown(FIRST), sample_shown(FIRST.before)
    assert shown is not None
    assert few is not None
    assert (shown.released.as_of, shown.released.threshold) == (closes_on(FIRST), 20)
    assert few.released.state == "few"
    assert [one[:6] for one in shown.released.lines] == [
        ("all", "", "found", 21, 19, 12),
        ("office", "roads", "found", 21, 19, 12),
    ]
    assert [one.said for one in shown.released.lines] == [(12, 3, 1, 2, 2, 0, 0, 1, 0), ()]
