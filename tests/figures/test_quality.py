"""How good answers are: what counts as what, from twenty matters up, and the first share never without the others."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from gongshi.cases import jobs
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Answer, Case, History
from gongshi.config.cli import main
from gongshi.figures.jobs import tick_released
from gongshi.figures.metrics import AnswerTally, share_of
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import quality_board
from gongshi.figures.queries import Answered, answer_tallies
from gongshi.figures.released.actions import months_due, release
from gongshi.figures.released.answers import NAMES, AnswerCounts
from gongshi.figures.released.quarters import (
    quarters_due,
    release_quarter,
    released_quarter,
    released_quarters,
)
from gongshi.figures.released.queries import released_months
from gongshi.figures.report import report
from gongshi.figures.shown.answers import Said, ThreeShares, three_shares
from gongshi.figures.suppression import PROTECTS, Cell
from gongshi.places.queries import local_day
from gongshi.safekeeping.ids import new_id
from tests.cast import Town, case_of, lin_files, resident
from tests.clock import Clock, local
from tests.figures.conftest import Cases
from tests.structure.source import PACKAGE

pytestmark = pytest.mark.django_db

FIRST = Quarter(2026, 1)
ON = date(2026, 6, 1)
MakeAnswered = Callable[..., list[Case]]


@pytest.fixture
def answered(town: Town, cases: Cases) -> MakeAnswered:
    """``answered(5, points=True, office="water")``: cases that staff answered on 5 March, and what was said of it."""

    def make(
        n: int,
        *,
        points: bool | None = None,
        kept: bool | None = None,
        by_on: date | None = None,
        **told: Any,
    ) -> list[Case]:
        sent_at = told.pop("sent_at", local("2026-03-05 16:00"))
        by_staff = told.pop("by_staff", True)
        rows = cases(n, answered_on=local_day(sent_at), **told)
        Answer.objects.bulk_create(
            Answer(
                case=row,
                number=1,
                office_id=row.office_id,
                staff_id=town.staff["zhou"].id if by_staff else None,
                decision="will_do" if by_on else "done",
                found_on=date(2026, 3, 4),
                by_on=by_on,
                content=b"",
                letter=b"",
                sent_at=sent_at,
                points_answered=points,
                promise_kept=kept,
            )
            for row in rows
        )
        return rows

    return make


def reopen(rows: list[Case], *, days: int) -> None:
    """Reopened so many days after they were answered, to the second."""
    at = local("2026-03-05 16:00") + timedelta(days=days)
    History.objects.bulk_create(
        History(id=new_id(), case=row, seq=9, at=at, code="case.reopened", by="resident", salt=b"")
        for row in rows
    )


def all_of(on: date = ON, quarter: Quarter = FIRST) -> AnswerTally:
    total = AnswerTally()
    for tally in answer_tallies(quarter.first, quarter.after.first, on=on).values():
        total += tally
    return total


def shares_of(tally: AnswerTally) -> ThreeShares:
    return three_shares(AnswerCounts(*(getattr(tally, name) for name in NAMES)))


def test_quarters() -> None:
    assert Quarter.parse("2026-Q4").after == Quarter(2027, 1)
    assert str(Quarter(2026, 1).before) == "2025-Q4"
    assert (Quarter.of(date(2026, 3, 31)), Quarter.of(date(2026, 10, 1))) == (FIRST, Quarter(2026, 4))
    assert Quarter(2026, 4).first == date(2026, 10, 1)
    for wrong in ("2026-Q5", "2026-Q0", "9999-Q1", "0000-Q1", "2026-q1", "２０２６-Q1", "2026-01", "x"):
        with pytest.raises(ValueError, match="not a quarter"):
            Quarter.parse(wrong)


def test_a_quarter_is_released_once_each_of_its_matters_had_sixty_days(answered: MakeAnswered) -> None:
    rows = answered(20, opened_on=date(2026, 2, 2))
    # The last answers are from 31 March; their sixtieth day is 30 May.
    assert quarters_due(date(2026, 5, 30)) == []
    assert quality_board() is None
    assert quarters_due(date(2026, 5, 31)) == [FIRST]
    assert [str(each) for each in quarters_due(date(2027, 9, 1))] == [
        "2027-Q2",
        "2027-Q1",
        "2026-Q4",
        "2026-Q3",
    ]
    made = release_quarter(FIRST, today=ON)
    assert (released_quarter(FIRST), released_quarters()) == (made, (FIRST,))
    # What residents say later, or erase, moves nothing.
    Answer.objects.filter(case__in=rows).update(points_answered=False)
    History.objects.filter(case__in=rows).delete()
    assert released_quarter(FIRST) == made
    for again in (FIRST, FIRST.before):
        with pytest.raises(ValueError, match="not to be released"):
            release_quarter(again, today=ON)
    with pytest.raises(LookupError):
        quality_board(FIRST.before)


def test_the_worker_releases_months_first_then_quarters(answered: MakeAnswered, clock: Clock) -> None:
    clock.set("2026-06-01 09:00")
    answered(20)
    assert [tick_released(clock()) for _ in range(4)] == [1, 1, 1, 0]
    assert (len(released_months()), released_quarters()) == (2, (FIRST,))


def test_silence_is_told_apart_and_is_no_consent(answered: MakeAnswered) -> None:
    answered(6, points=True)
    answered(2, points=False)
    answered(12)
    shares = shares_of(all_of())
    assert shares.in_all_parts == Said(share_of(6, 8), share_of(12, 20))


def test_only_promises_that_came_due_and_only_dated_ones(answered: MakeAnswered) -> None:
    due = date(2026, 4, 1)
    answered(5, by_on=due, kept=True)
    answered(3, by_on=due, kept=False)
    answered(2, by_on=due)
    answered(4, by_on=ON, kept=False)
    answered(8, kept=True)
    tally = all_of()
    assert (tally.cases, tally.promised, tally.kept, tally.not_kept) == (22, 10, 5, 3)
    assert shares_of(tally).promises_kept == Said(share_of(5, 8), share_of(2, 10))
    assert all_of(on=ON + timedelta(days=1)).promised == 14


def test_reopened_within_sixty_days_of_the_answer(answered: MakeAnswered) -> None:
    reopen(answered(3), days=60)
    reopen(answered(2), days=61)
    answered(15)
    assert shares_of(all_of()).reopened == share_of(3, 20)


def test_which_matters(town: Town, answered: MakeAnswered) -> None:
    answered(1)
    answered(2, staff_logged=True)
    answered(4, source=True, by_staff=False)
    answered(8, source=True, outcome="imported")
    answered(16, category="conduct")
    answered(32, sent_at=local("2026-04-01 00:00"))
    answered(64, sent_at=local("2025-12-31 23:59"))
    assert all_of().cases == 1
    assert all_of(quarter=FIRST.after).cases == 32


def test_as_it_is_lived_through(town: Town) -> None:
    """The last word counts, for the office that answered first; what is erased leaves the figures."""
    filed, _ = lin_files(town)
    zhou, lin = town.actor("zhou"), resident(filed)
    case = make_move(case_of(filed), "accept", actor=zhou, at=local("2026-03-02 10:00"))
    answer = NewAnswer("done", "看了。", date(2026, 3, 2), "补好了。", "道路所")
    send_answer(case, "answer", answer, actor=zhou, at=local("2026-03-04 16:00"))
    give_verdict(case, "reopen", Verdict(False, None, "没补"), actor=lin, at=local("2026-03-05 09:00"))
    assert all_of() == AnswerTally(cases=1, some_parts=1, reopened=1)
    send_answer(case, "answer", answer, actor=zhou, at=local("2026-03-09 16:00"))
    give_verdict(case, "confirm", Verdict(True), actor=lin, at=local("2026-03-10 09:00"))
    roads, pothole = town.offices["roads"].id, town.categories["pothole"].id
    march = Month(2026, 3)
    assert answer_tallies(FIRST.first, FIRST.after.first, on=ON) == {
        Answered(roads, pothole, march, agreed=False): AnswerTally(cases=1, all_parts=1, reopened=1)
    }
    withdraw(case, erase=True, actor=lin, at=local("2026-03-11 09:00"))
    jobs.erase(local("2026-04-10 09:00"))
    assert all_of().cases == 0


@pytest.fixture
def spring(answered: MakeAnswered) -> None:
    """Roads answers 31 potholes and 25 about noise, the hall 40 about noise; Water has 19 leaks. Released."""
    answered(20, points=True)
    answered(11, points=False, by_on=date(2026, 4, 1), kept=False)
    answered(25, category="noise")
    answered(40, category="noise", office="hall")
    answered(19, category="leak", office="water")
    release_quarter(FIRST, today=ON)


@pytest.mark.usefixtures("spring")
def test_from_twenty_up_by_office_and_by_category() -> None:
    found = quality_board()
    assert found is not None
    assert found.threshold == 20
    assert {one.code: one.cases for one in found.offices} == {
        "hall": Cell(40),
        "roads": Cell(56),
        "water": Cell(None, PROTECTS),
    }
    assert {one.code: one.cases for one in found.categories} == {
        "leak": Cell(None, PROTECTS),
        "noise": Cell(65),
        "pothole": Cell(31),
    }
    for one in (*found.offices, *found.categories):
        assert (one.shares is None) == (one.cases.value is None)
    pothole = found.categories[-1].shares
    assert pothole is not None
    assert pothole.in_all_parts.yes == share_of(20, 31)
    assert pothole.promises_kept == Said(share_of(0, 11), share_of(0, 11))
    assert pothole.withheld == ()


def test_what_would_tell_of_a_small_group_is_withheld_with_it(answered: MakeAnswered) -> None:
    answered(30)
    answered(5, category="noise")
    release_quarter(FIRST, today=ON)
    found = quality_board()
    assert found is not None
    assert [one.cases for one in found.offices] == [Cell(35)]
    assert [one.cases for one in found.categories] == [Cell(None, PROTECTS), Cell(None, PROTECTS)]


def test_what_few_residents_said_or_did_is_withheld_and_said_to_be(
    answered: MakeAnswered, client: Client, clock: Clock
) -> None:
    """Two were not told of every point, three were taken up again: nothing of these, and the rest of the row stands."""
    due = date(2026, 4, 1)
    answered(26, points=True)
    answered(2, points=False)
    reopen(answered(3), days=5)
    answered(14, by_on=due, kept=True)
    answered(12, by_on=due, kept=False)
    release_quarter(FIRST, today=ON)
    (line,) = released_quarter(FIRST).of("office")
    assert line.counts == AnswerCounts(57, 26, None, 26, 14, 12, None)
    found = quality_board()
    assert found is not None
    shares = found.offices[0].shares
    assert shares is not None
    assert shares.withheld == ("in_all_parts", "reopened_within_60_days")
    assert shares.promises_kept == Said(share_of(14, 26), share_of(0, 26))
    clock.set("2026-06-01 09:00")
    page = client.get("/en/figures/").content.decode()
    assert page[page.index('<section id="quality">') :].count("withheld</small>") == 4


def test_a_place_with_a_higher_threshold_keeps_it(high_threshold: int, answered: MakeAnswered) -> None:
    answered(49)
    release_quarter(FIRST, today=ON)
    found = quality_board()
    assert found is not None
    assert (found.threshold, found.offices[0].cases) == (high_threshold, Cell(None, PROTECTS))


THREE = {"in_all_parts", "promises_kept", "reopened_within_60_days"}


def objects(told: Any) -> list[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(told, dict):
        return [told, *(one for value in told.values() for one in objects(value))]
    return [one for value in told for one in objects(value)] if isinstance(told, list) else []


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize("public", [True, False])
def test_no_json_tells_the_first_share_without_the_others(public: bool) -> None:
    for month in months_due(ON) if public else ():
        release(month, today=ON)
    told = report(None, None, on=ON, public=public)
    found = [one for one in objects(told) if THREE & one.keys()]
    assert len(found) == 4
    assert all(one.keys() == THREE for one in found)
    assert all(set(one["in_all_parts"]) == {"yes", "silent"} for one in found)
    quality = told["quality"]
    assert {row["office"]: row["cases"] for row in quality["offices"]} == {
        "hall": 40,
        "roads": 56,
        "water": None,
    }
    # Nor of an officer, nor of one category in one office.
    assert {key for one in objects(quality) for key in one} == THREE | {
        *(
            "quarter",
            "as_of",
            "threshold",
            "offices",
            "categories",
            "office",
            "category",
            "name",
            "cases",
            "shares",
        ),
        *("sample", "counts_from", "withheld"),
        *("zh", "en", "yes", "silent", "count", "of", "share", "low", "high"),
    }


def test_no_page_shows_the_first_share_without_the_others() -> None:
    """One part of the templates names the shares, and it names all three."""
    naming = {
        path.name: {
            name for name in ("in_all_parts", "promises_kept", "reopened") if f"shares.{name}" in text
        }
        for path in (PACKAGE / "web" / "templates").rglob("*.html")
        if (text := path.read_text(encoding="utf-8"))
        and re.search(r"in_all_parts|promises_kept|points_share", text)
    }
    assert naming == {"three_shares.html": {"in_all_parts", "promises_kept", "reopened"}}


@pytest.mark.usefixtures("spring")
def test_the_page(client: Client, clock: Clock) -> None:
    clock.set("2026-06-01 09:00")
    page = client.get("/en/figures/").content.decode()
    part = page[page.index('<section id="quality">') :]
    rows = re.findall(r"<tr>.*?</tr>", part, re.S)
    words = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    shown = [row for row in words if "silent" in row or "no promise" in row]
    assert len(shown) == 4
    assert part.count("withheld</small>") == 2
    assert "under 20" not in part
    assert "64.5" in shown[-1] or "65" in shown[-1]
    assert "silent: 0% of 31" in shown[-1]
    for address, code in (("?quarter=2026-Q1", 200), ("?quarter=2026-Q2", 404), ("?quarter=2026-13", 404)):
        assert client.get(f"/figures/{address}").status_code == code, address


@pytest.mark.usefixtures("spring")
def test_the_command(instance_directory: object, clock: Clock) -> None:
    clock.set("2026-06-01 09:00")

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["figures", "--dir", str(instance_directory), "--json", *words])

    found = json.loads(run("--quarter", "2026-Q1", "--office", "roads").output)["quality"]
    assert (found["quarter"], [row["cases"] for row in found["offices"]]) == ("2026-Q1", [56])
    assert "categories" not in found
    assert (run("--quarter", "2026-Q2").exit_code, run("--quarter", "spring").exit_code) == (1, 2)


def test_statements_do_not_grow(answered: MakeAnswered, django_assert_max_num_queries: Any) -> None:
    answered(20)
    answered(30, office="water", category="leak")
    release_quarter(FIRST, today=ON)
    with django_assert_max_num_queries(5):
        quality_board()
