"""The public board: whole months, nothing below the threshold, the command beside it."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from gongshi.config.cli import main
from gongshi.config.commands.figures import COLUMNS
from gongshi.figures.board import Board, board, series
from gongshi.figures.periods import Month, last_complete
from gongshi.figures.released.actions import release
from gongshi.figures.released.columns import NAMES
from gongshi.figures.shown import NOT_REACHED, NOTHING
from gongshi.figures.suppression import PROTECTS, Cell
from gongshi.rules.disclosure import OFFICE
from tests.cast import Town
from tests.clock import Clock
from tests.figures.conftest import Cases

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 1)
MARCH = Month(2026, 3)


def answered(cases: Cases, n: int, days: int = 3, **told: object) -> None:
    day = date(2026, 3, 2 + days)
    cases(n, answered_on=day, closed_on=day, outcome="confirmed", **{"on_time": True, **told})


@pytest.fixture
def march(cases: Cases) -> None:
    """Roads has 40 cases in March, Water 7 and the hall 20; Roads has 3 more in April."""
    answered(cases, 30)
    answered(cases, 10, days=12, on_time=False)
    answered(cases, 7, office="water")
    answered(cases, 20, office="hall", days=5)
    cases(3, opened_on=date(2026, 4, 2))


def test_months() -> None:
    assert last_complete(date(2026, 1, 1)) == Month(2025, 12)
    assert Month.parse("2026-12").after == Month(2027, 1)
    assert str(Month(2026, 1).before) == "2025-12"
    assert Month.of(date(2026, 3, 31)).first == date(2026, 3, 1)
    for wrong in ("2026-13", "2026-1", "2026-00", "9999-12", "0000-01", "２０２６-01", "2026-03-01", "x"):
        with pytest.raises(ValueError, match="not a month"):
            Month.parse(wrong)


def released_board(month: Month = MARCH) -> Board:
    release(month, today=ON)
    found = board()
    assert found is not None
    return found


@pytest.mark.usefixtures("march")
def test_the_newest_released_month_with_small_offices_withheld() -> None:
    found = released_board()
    assert (found.month, found.months, found.on) == (MARCH, (MARCH,), ON)
    assert found.total.counts["cases"] == Cell(67)
    rows = {row.code: row for row in found.rows}
    assert list(rows) == ["hall", "roads", "water"]
    assert rows["water"].counts["cases"] == Cell(None, PROTECTS)
    assert rows["water"].median_days == Cell(None, PROTECTS)
    assert {share.why for share in rows["water"].shares.values()} == {PROTECTS}
    # Otherwise 67 - 40 - 20 would be Water's seven.
    assert rows["hall"].counts["cases"] == Cell(None, PROTECTS)
    assert rows["hall"].median_days.value is None
    roads = rows["roads"]
    assert (roads.counts["due"], roads.counts["on_time"]) == (Cell(40), Cell(30))
    # Ten had theirs after twelve days: so few are told with the others, and then no day can be.
    assert roads.median_days == Cell(None, PROTECTS)
    assert found.total.median_days == Cell(3)
    share = roads.shares["on_time"].value
    assert share is not None
    assert share.share == 0.75
    assert (share.low, share.high) == pytest.approx((0.598, 0.858), abs=5e-4)
    assert found.total.shares["withdrawn"].value is not None


@pytest.mark.usefixtures("march")
def test_a_board_never_moves(cases: Cases) -> None:
    found = released_board()
    cases(30, office="water")
    assert board() == board(MARCH) == found


def test_what_few_did_is_withheld_with_its_share(cases: Cases) -> None:
    answered(cases, 30)
    answered(cases, 4, reopenings=1)
    found = released_board()
    assert found.total.counts["reopened"] == Cell(None, PROTECTS)
    assert found.total.shares["reopened"].value is None


def test_most_still_wait(cases: Cases) -> None:
    cases(30)
    answered(cases, 12)
    cases(20, office="water")
    found = released_board()
    assert found.total.median_days == Cell(None, NOT_REACHED)
    water = found.rows[1]
    assert (water.counts["answered"], water.median_days) == (Cell(0), Cell(None, NOT_REACHED))
    assert water.shares["confirmed"].why == NOTHING


def test_only_months_that_were_released(cases: Cases) -> None:
    assert board() is None
    cases(20, opened_on=date(2026, 4, 3))
    cases(20, opened_on=date(2026, 1, 31))
    assert board() is None
    release(Month(2026, 1), today=ON)
    found = released_board()
    assert [str(month) for month in found.months] == ["2026-03", "2026-01"]
    for month in (Month(2026, 4), Month(2026, 2), Month(2025, 12)):
        with pytest.raises(LookupError):
            board(month)


@pytest.mark.usefixtures("march")
def test_an_office_month_by_month_as_on_its_boards() -> None:
    found = released_board()
    shown = series(OFFICE, "roads")
    assert shown is not None
    assert shown.rows == ((MARCH, next(row for row in found.rows if row.code == "roads")),)
    with pytest.raises(LookupError):
        series(OFFICE, "moon")


def test_the_places_own_threshold_is_used(high_threshold: int, cases: Cases) -> None:
    cases(49)
    found = released_board()
    assert (found.threshold, found.total.counts["cases"]) == (high_threshold, Cell(None, PROTECTS))


def run(directory: object, *words: str) -> Result:
    return CliRunner().invoke(main, ["figures", "--dir", str(directory), *words])


@pytest.mark.usefixtures("march")
def test_the_command_tells_the_operator_everything(instance_directory: object, clock: Clock) -> None:
    clock.set("2026-04-20 09:00")
    done = run(instance_directory, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert {name: found[name] for name in ("cases", "answered", "on_time", "confirmed", "reopened")} == {
        "cases": 70,
        "answered": 67,
        "on_time": 57,
        "confirmed": 67,
        "reopened": 0,
    }
    assert (found["as_of"], found["threshold"], found["suppressed"]) == ("2026-04-20", 11, False)
    assert found["apart"] == {"staff_logged": 0, "without_promise": 0, "forwarded": 0}
    assert {row["office"]: row["cases"] for row in found["offices"]} == {"hall": 20, "roads": 43, "water": 7}


@pytest.mark.usefixtures("march")
def test_the_command_tells_of_one_office_and_period(instance_directory: object, clock: Clock) -> None:
    clock.set("2026-04-20 09:00")
    period = ("--since", "2026-03-01", "--until", "2026-04-01")
    found = json.loads(run(instance_directory, "--json", "--office", "roads", *period).output)
    assert (found["office"], found["cases"], found["median_days_to_answer"]) == ("roads", 40, 3)
    assert found["shares"]["on_time"] == {
        "count": 30,
        "of": 40,
        "share": 0.75,
        "low": 0.598057,
        "high": 0.85813,
    }
    assert "offices" not in found
    none = json.loads(run(instance_directory, "--json", "--office", "roads", "--until", "2026-03-01").output)
    assert (none["cases"], none["median_days_to_answer"], none["shares"]["on_time"]) == (0, None, None)


@pytest.mark.usefixtures("march")
def test_the_command_can_tell_what_the_board_tells(instance_directory: object, clock: Clock) -> None:
    clock.set("2026-05-20 09:00")
    refused = run(instance_directory, "--json", "--public")
    assert (refused.exit_code, "released" in refused.stderr) == (1, True)
    release(MARCH, today=ON)
    period = ("--since", "2026-03-01", "--until", "2026-04-01", "--public")
    found = json.loads(run(instance_directory, "--json", *period).output)
    assert (found["suppressed"], found["cases"], found["as_of"]) == (True, 67, "2026-05-01")
    assert json.loads(run(instance_directory, "--json", "--public").output) == found
    assert {row["office"]: row["cases"] for row in found["offices"]} == {
        "hall": None,
        "roads": 40,
        "water": None,
    }
    assert "filed" not in found
    assert {row["category"]: row["cases"] for row in found["categories"]} == {"pothole": 67}
    assert [(row["area"], row["cases"]) for row in found["areas"]] == [("", 67)]
    # The same as the API, which is held against the open data.
    told = Client().get("/api/v1/figures/2026-03").json()
    for plural, one in (("offices", "office"), ("categories", "category"), ("areas", "area")):
        for row, line in zip(found[plural], told[plural], strict=True):
            assert (row[one] or None, row["curve"], row["shares"]) == (
                line["code"],
                line["curve"],
                line["shares"],
            )
            assert {name: row.get(name, row["apart"].get(name)) for name in NAMES} == line["counts"]
    text = run(instance_directory, "--public").output
    head = "  ".join(COLUMNS)
    for line in (
        f"office  {head}",
        "roads  40",
        f"category  {head}",
        "pothole  67",
        f"area  {head}",
        "-  67",
    ):
        assert f"\n{line}" in text
    water = json.loads(run(instance_directory, "--json", "--office", "water", *period).output)
    assert (water["cases"], water["answered"], water["shares"]["on_time"]) == (None, None, None)
    for wrong in (("--since", "2026-03-02"), ("--since", "2026-02-01"), ("--until", "2026-03-15")):
        assert run(instance_directory, "--json", "--public", *wrong).exit_code == 1


@pytest.mark.usefixtures("march")
def test_the_command_without_json_is_for_reading(instance_directory: object, clock: Clock) -> None:
    clock.set("2026-04-20 09:00")
    text = run(instance_directory).output
    assert "事项 / cases: 70" in text
    assert "roads  43  40  40  30  3" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--office", "nobody"], 1, "there is no office nobody"),
        (["--since", "2026-02-30"], 2, "2026-02-30"),
        (["--since", "yesterday"], 2, "yesterday"),
        (["--since", "2026-04-01", "--until", "2026-03-01"], 2, "before --until"),
        (["--since", "2026-03-01", "--until", "2026-03-01"], 2, "before --until"),
    ],
)
def test_the_command_refuses(
    town: Town, instance_directory: object, words: list[str], code: int, said: str
) -> None:
    done = run(instance_directory, "--json", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_before_a_pack_is_loaded(db: None, instance_directory: object) -> None:
    from gongshi.places.snapshots import forget

    forget()
    done = run(instance_directory, "--json")
    assert (done.exit_code, "no pack" in done.stderr) == (1, True)
