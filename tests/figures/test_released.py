"""Months are released once, a whole month later, and never change; from the files every number is computed again."""

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from gongshi.accounts.models import Office
from gongshi.cases.labels import SAMPLE_ANSWERS
from gongshi.cases.models import AnswerSample, Case, Consent
from gongshi.config.cli import main
from gongshi.figures import jobs
from gongshi.figures.definitions import newest
from gongshi.figures.metrics import APART
from gongshi.figures.models import CountedMonth, CountedQuarter, ReleasedMonth, ReleasedQuarter
from gongshi.figures.open_data import edition, make_release, release_is_due
from gongshi.figures.open_data.tables import Differs
from gongshi.figures.open_data.told import Damaged
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released import making
from gongshi.figures.released.actions import months_due, release
from gongshi.figures.released.answer_files import (
    ANSWERS,
    ANSWERS_SHOWN,
    answer_differences,
    read_answers,
    write_answers,
)
from gongshi.figures.released.answer_files import COLUMNS as ANSWER_FILES
from gongshi.figures.released.answers import COUNTS_WITHHELD, AnswerCounts, AnswerLine, QuarterTables
from gongshi.figures.released.checking import differences
from gongshi.figures.released.columns import NAMES, WITHIN
from gongshi.figures.released.counting import local_offices, month_known
from gongshi.figures.released.files import (
    COLUMNS,
    DEFINITIONS,
    SHOWN,
    TABLES,
    WAITS,
    read_tables,
    write_tables,
)
from gongshi.figures.released.kept import kept_month
from gongshi.figures.released.quarters import released_quarter
from gongshi.figures.released.queries import dated_changes, released, released_months
from gongshi.figures.released.reading_files import COLUMNS as READING_FILES
from gongshi.figures.released.reading_files import (
    READINGS,
    READINGS_SHOWN,
    SAMPLES,
    read_samples,
    sample_differences,
    write_samples,
)
from gongshi.figures.released.readings import PAIRS, SampleTold, kept, line_of
from gongshi.figures.released.sample_beside import SAMPLES_BESIDE
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.places.snapshots import forget
from tests.cast import Town
from tests.clock import Clock
from tests.figures.conftest import Cases
from tests.figures.months import keep_quarter

MARCH = Month(2026, 3)
MAY = date(2026, 5, 1)


def answered(cases: Cases, n: int, days: int = 3, **told: object) -> None:
    day = date(2026, 3, 2 + days)
    cases(n, answered_on=day, closed_on=day, outcome="confirmed", **{"on_time": True, **told})


@pytest.fixture
def march(cases: Cases, town: Town) -> None:
    """Roads has 42 cases, Water 7, the hall 20; Roads has one more in April."""
    answered(cases, 30, area=town.areas["river-street"])
    answered(cases, 12, days=12, on_time=False, hand_overs=1)
    answered(cases, 7, office="water", category="leak")
    answered(cases, 20, office="hall", days=5)
    cases(1, opened_on=date(2026, 4, 2))


@pytest.mark.django_db
@pytest.mark.usefixtures("march")
class TestReleasing:
    def test_once_a_whole_month_later_and_for_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert months_due(MAY - timedelta(days=1)) == []
        assert months_due(MAY) == [MARCH]
        later = newest()._replace(code="later")
        monkeypatch.setattr(making, "newest", lambda: later)
        made = release(MARCH, today=MAY)
        assert made.definition == "later"
        assert released(MARCH) == made
        Case.objects.filter(outcome="confirmed").update(on_time=False)
        assert released(MARCH) == made
        with pytest.raises(ValueError, match="not to be released"):
            release(MARCH, today=MAY)
        assert (released_months(), dated_changes()) == ((MARCH,), [])
        with pytest.raises(LookupError):
            released(Month(2026, 4))

    def test_counts_and_what_is_withheld_of_them(self) -> None:
        made = release(MARCH, today=MAY)
        assert (made.as_of, made.threshold, made.definition) == (MAY, 11, newest().code)
        roads, water, hall = (made.line("office", office=code) for code in ("roads", "water", "hall"))
        assert roads
        everything = {"cases": 42, "due": 42, "on_time": 30, "answered": 42, "asked": 42, "handed_on": 12}
        assert {name: roads.counts[name] for name in everything} == everything
        # All of Roads confirmed: none did otherwise, and that is no small count.
        assert (roads.counts["confirmed"], roads.counts["reopened"], roads.counts["withdrawn"]) == (42, 0, 0)
        # Water's three days and the hall's five are withheld: of all less those of Roads nobody must have either.
        assert roads.waits[:3] == (Bin(0, 1, 0, 0), Bin(2, 7, 30, 0), Bin(8, 14, 12, 0))
        # Water's seven, and the hall's twenty for their sake.
        for line in (water, hall):
            assert line
            assert {line.counts[name] for name in NAMES if name not in APART} == {None}
            assert line.waits == ()
        # One level above the smallest, and those without a place.
        assert {line.area: line.counts["cases"] for line in made.of("area")} == {"": 39, "town": 30}
        assert made.line("all") is not None
        assert [line.office for line in made.of("office")] == ["hall", "roads", "water"]

    def test_everybody_knows_the_days_of_published_cases(self, cases: Cases) -> None:
        answered(cases, 1, office="hall", days=20)
        shown = list(Case.objects.filter(office__code="hall").order_by("answered_on"))
        for case in (shown[0], shown[-1]):
            Consent.objects.create(case=case, copy=b"", given_at=datetime(2026, 4, 2, tzinfo=UTC))
        (found,) = month_known(MARCH, on=MAY).values()
        days = [found[f"within_{days}"] for days in WITHIN]
        assert (found["cases"], found["answered"], days) == (2, 2, [0, 0, 1, 1, 2, 2])
        Consent.objects.update(revoked_at=datetime(2026, 4, 3, tzinfo=UTC))
        assert month_known(MARCH, on=MAY) == {}

    def test_an_office_of_one_area_alone_is_known_by_its_routing(self, town: Town) -> None:
        """The street's matters are told of the town; those of its grids of the street."""
        assert local_offices() == {}
        Office.objects.get(code="water").serves.set([town.areas["river-street"]])
        forget()
        assert local_offices() == {"water": "river-street"}
        release(MARCH, today=MAY)
        kept = kept_month(MARCH)
        assert kept
        assert kept.local == {"water": "river-street"}

    def test_the_job_releases_then_the_files_are_made_anew(
        self, clock: Clock, settings: Any, tmp_path: Path
    ) -> None:
        settings.INSTANCE = tmp_path
        clock.set("2026-05-01 08:00")
        assert release_is_due(MAY) is None
        assert jobs.tick_released(clock()) == 1
        assert jobs.tick_released(clock()) == 0
        assert release_is_due(MAY) == Month(2026, 4)
        assert jobs.tick_open_data(clock()) == 1
        assert release_is_due(MAY) is None
        page = Client().get("/open-data/").content.decode()
        *sets, series = Client().get("/open-data/catalogue.jsonld").json()["dcat:dataset"]
        assert [len(one["dcat:distribution"]) for one in sets] == [6, 12]
        assert series["@type"] == "dcat:DatasetSeries"
        for name in (*COLUMNS, *ANSWER_FILES, *READING_FILES):
            assert f"/open-data/2026-04/{name}" in page
            assert name in str(sets[1])
            assert name not in str(sets[0])

    def test_after_a_restore_what_is_out_is_released_as_it_is_out(
        self, clock: Clock, settings: Any, tmp_path: Path, cases: Cases
    ) -> None:
        settings.INSTANCE = tmp_path
        clock.set("2026-07-01 08:00")
        keep_quarter()
        while jobs.tick_released(clock()):
            pass
        assert jobs.tick_open_data(clock()) == 1
        first, april = Quarter(2026, 1), Month(2026, 4)
        out = released(MARCH), released(april), released_quarter(first)
        for model in (ReleasedMonth, ReleasedQuarter, CountedMonth, CountedQuarter):
            model._default_manager.all().delete()
        answered(cases, 40, on_time=False)
        kept = edition("2026-06")
        assert kept
        whole = (kept.folder / TABLES).read_bytes()
        (kept.folder / TABLES).write_bytes(whole.replace(b"2026-03", b"2026-02"))
        with pytest.raises(Damaged, match="2026-06"):
            jobs.tick_released(clock())
        assert released_months() == ()
        (kept.folder / TABLES).write_bytes(whole)
        assert jobs.tick_released(clock()) == 3
        assert (released(MARCH), released(april), released_quarter(first)) == out
        assert not CountedMonth.objects.exists()
        assert not CountedQuarter.objects.exists()
        assert jobs.tick_released(clock()) == 1  # May, of which there is nothing to tell
        assert jobs.tick_open_data(clock()) == 0
        clock.set("2026-08-01 08:00")
        assert jobs.tick_released(clock()) == 1
        assert jobs.tick_open_data(clock()) == 1  # no `Differs`

    def test_the_check_compares_the_boards_counts_with_the_files(
        self, clock: Clock, instance_directory: Path
    ) -> None:
        clock.set("2026-05-01 08:00")
        assert run("--dir", str(instance_directory)).exit_code == 1  # there are no files yet
        release(MARCH, today=MAY)
        make_release(Month(2026, 4), today=MAY)
        done = run("--dir", str(instance_directory))
        assert (done.exit_code, done.output.split(" / ")[-1]) == (0, "all the same\n")
        told = instance_directory / "open-data" / "2026-04" / DEFINITIONS
        before = told.read_bytes()
        changed(DEFINITIONS, 0, "changed_on", "2020-01-01")(told.parent)
        assert "2020-01-01" in run("--dir", str(instance_directory)).output
        told.write_bytes(before)
        ReleasedMonth.objects.update(threshold=12)
        assert run("--dir", str(instance_directory)).exit_code == 1
        # What is out is not told otherwise in another edition, whatever became of the database.
        with pytest.raises(Differs, match="2026-03"):
            make_release(Month(2026, 5), today=date(2026, 6, 1))
        assert not (instance_directory / "open-data" / "2026-05").exists()
        ReleasedMonth.objects.update(threshold=11)
        assert run("--dir", str(instance_directory)).exit_code == 0
        row = ["office", "roads", [30, 0, 0, 0, 0, 0, 0]]
        ReleasedQuarter.objects.create(
            first_on=date(2026, 1, 1), as_of=MAY, threshold=20, columns=AnswerCounts._fields, tables=[row]
        )
        assert run("--dir", str(instance_directory)).exit_code == 1
        # A sample is told with its quarter; once it is read the files are due again.
        sample = AnswerSample.objects.create(
            quarter="2026-Q1", batch=7, size=50, drawn_at=clock(), closes_on=date(2026, 6, 20)
        )
        make_release(Month(2026, 4), today=MAY)
        assert run("--dir", str(instance_directory)).exit_code == 0
        assert release_is_due(MAY) is None
        sample.result = kept(MAY, 20, [line_of("found", SAID)])
        sample.save()
        assert "2026-Q1 sample" in run("--dir", str(instance_directory)).output
        assert release_is_due(MAY) == Month(2026, 4)
        assert jobs.tick_open_data(clock()) == 1
        self.editions_stand_beside_each_other(instance_directory)

    def editions_stand_beside_each_other(self, instance_directory: Path) -> None:
        """Three editions of one month: what an older one says the newer ones say too, and each can be computed."""
        folders = [instance_directory / "open-data" / name for name in ("2026-04", "2026-04-2", "2026-04-3")]
        for before, after in pairwise(folders):
            assert list(differences(before)) == []
            for name in (*COLUMNS, *ANSWER_FILES, READINGS, READINGS_SHOWN):
                lines = [
                    (folder / name).read_text(encoding="utf-8").splitlines() for folder in (before, after)
                ]
                assert set(lines[0]) <= set(lines[1]), name
        assert len(set(map(digests, folders))) == len(folders)
        page = Client().get("/en/open-data/").content.decode()
        assert "2 earlier editions" in page
        assert '"/en/open-data/2026-04-2/"' in page
        *sets, series = Client().get("/open-data/catalogue.jsonld").json()["dcat:dataset"]
        told = [one["dcat:version"] for one in sets if "dcat:inSeries" in one]
        assert told == ["2026-04-3", "2026-04-2", "2026-04"]
        assert series["dcat:first"]["@id"].endswith("/open-data/2026-04/")
        assert sets[1]["dcat:prev"] == {"@id": sets[2]["@id"]}
        for folder in folders:
            told = Client().get(f"/api/v1/open-data/{folder.name}").json()
            assert {one["name"]: one["sha256"] for one in told["items"]} == dict(digests(folder))
            page = Client().get(f"/open-data/{folder.name}/").content.decode()
            for one in told["items"]:
                assert one["sha256"] in page
                taken = b"".join(Client().get(one["path"]).streaming_content)
                assert hashlib.sha256(taken).hexdigest() == one["sha256"]


def digests(folder: Path) -> tuple[tuple[str, str], ...]:
    paths = sorted(folder.glob("*.csv"))
    return tuple((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)


def run(*words: str, check: str | None = None) -> Result:
    return CliRunner().invoke(main, ["figures", *words, "--check", *([check] if check else [])])


# Lamps are mended by two offices, and Water is plainly sooner: on time, of due.
LAMPS = {
    ("office", "roads", ""): (40, 100),
    ("office", "water", ""): (90, 100),
    ("category", "", "lamp"): (130, 200),
    ("office_category", "roads", "lamp"): (40, 100),
    ("office_category", "water", "lamp"): (90, 100),
}


def _counted(table: str, office: str, category: str, **counts: int) -> Line:
    return Line(table, office, category, "", {name: counts.get(name) for name in COLUMNS[TABLES][8:]})


# What two said of fifty answers, twenty of them the hall's; kappa is (45 / 50 - 1846 / 2500) / (1 - 1846 / 2500).
SAID = [*[("yes", "yes")] * 40, *[("no", "no")] * 5, *[("yes", "no")] * 3, *[("cannot_tell", "yes")] * 2]
DRAWN = (50, 7, date(2026, 6, 20))
SAMPLED = [
    SampleTold(
        Quarter(2026, 1),
        "read",
        *DRAWN,
        as_of=MAY,
        threshold=20,
        lines=(line_of("found", SAID), line_of("found", SAID[-20:], "=hall")),
    ),
    SampleTold(Quarter(2026, 2), "few", *DRAWN, as_of=MAY, threshold=20),
    SampleTold(Quarter(2026, 3), "reading", *DRAWN),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What somebody took from the page, on a machine that has no Gongshi instance."""
    counts = {
        "cases": 40,
        "due": 40,
        "on_time": 31,
        "answered": 38,
        "asked": 38,
        "confirmed": 20,
        "forwarded": 30,
    }
    waits = (Bin(0, 7, 25, 0), Bin(8, None, 0, 15))
    lines = (
        Line("all", "", "", "", {name: counts.get(name) for name in COLUMNS[TABLES][8:]}, waits),
        Line(
            "office",
            "=hall",
            "",
            "",
            {name: 30 * (name == "forwarded") or None for name in COLUMNS[TABLES][8:]},
        ),
        *(_counted(*key, on_time=n, due=due, forwarded=0) for key, (n, due) in LAMPS.items()),
    )
    write_tables(tmp_path, [Tables(MARCH, MAY, 11, lines)])
    counted = (AnswerCounts(40, 20, 5, 12, 6, 3, 4), AnswerCounts(30, 0, 0, 0, 0, 0, 30))
    answers = [AnswerLine("office", "=hall", counted[0]), AnswerLine("office", "roads", counted[1])]
    answers.append(AnswerLine("category", "lamp", None))
    write_answers(tmp_path, [QuarterTables(Quarter(2026, 1), MAY, 20, "first", tuple(answers))])
    write_samples(tmp_path, SAMPLED)
    return tmp_path


def test_what_is_written_is_read_again(files: Path) -> None:
    (found,) = read_tables(files).values()
    assert (found.month, found.as_of, found.threshold) == (MARCH, MAY, 11)
    everything, hall, *_ = found.lines
    assert (everything.counts["cases"], everything.counts["withdrawn"]) == (40, None)
    assert everything.waits == (Bin(0, 7, 25, 0), Bin(8, None, 0, 15))
    assert hall.office == "=hall"
    assert "'=hall" in (files / TABLES).read_text(encoding="utf-8")
    (quarter,) = read_answers(files).values()
    assert (quarter.quarter, quarter.as_of, quarter.threshold) == (Quarter(2026, 1), MAY, 20)
    assert [(one.code, one.counts and one.counts.kept) for one in quarter.lines] == [
        ("=hall", 6),
        ("roads", 0),
        ("lamp", None),
    ]
    assert list(read_samples(files).values()) == SAMPLED


def test_counts_of_a_quarter_are_withheld_one_by_one_and_the_check_holds_them_to_it(tmp_path: Path) -> None:
    """Since `COUNTS_WITHHELD`; the quarters before tell whole rows."""
    told = AnswerCounts(40, 20, None, 12, 12, 0, None)
    row = QuarterTables(Quarter(2026, 1), MAY, 11, COUNTS_WITHHELD, (AnswerLine("office", "roads", told),))
    write_answers(tmp_path, [row])
    assert read_answers(tmp_path) == {row.quarter: row}
    assert list(answer_differences(tmp_path)) == []
    assert "in_all_parts" not in (tmp_path / ANSWERS_SHOWN).read_text(encoding="utf-8")
    wrong = replace(row, lines=(AnswerLine("office", "roads", told._replace(some_parts=5)),))
    write_answers(tmp_path, [wrong])
    assert list(answer_differences(tmp_path)) == ["2026-Q1 office roads: some_parts is 5, below 11"]
    write_answers(tmp_path, [replace(wrong, definition="first")])
    assert list(answer_differences(tmp_path)) == []


def test_the_check_holds_samples_to_what_their_quarters_tell(files: Path) -> None:
    """Since `SAMPLES_BESIDE`: of fifty drawn nothing is told beside a quarter and months that tell of forty matters."""
    counts = AnswerCounts(40, 20, None, 12, 12, 0, None)
    rows = (AnswerLine("office", "=hall", counts), AnswerLine("office", "roads", None))
    told = QuarterTables(Quarter(2026, 1), MAY, 11, SAMPLES_BESIDE, rows)
    write_answers(files, [told])
    wrong = "2026-Q1 sample: it would bound how many matters there were"
    assert list(sample_differences(files)) == [wrong]
    enough = replace(rows[0], counts=counts._replace(cases=50))
    write_answers(files, [replace(told, lines=(enough, rows[1]))])
    assert list(sample_differences(files)) == [wrong]
    write_answers(files, [replace(told, lines=(enough,))])
    assert list(sample_differences(files)) == []


def changed(name: str, row: int | str, column: str, value: str) -> Callable[[Path], None]:
    """Another value in a row: its number, or the name of the number that is the first such."""

    def change(folder: Path) -> None:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = row if isinstance(row, int) else next(n for n, one in enumerate(rows) if one["name"] == row)
        rows[found][column] = value
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, {**COLUMNS, **ANSWER_FILES, **READING_FILES}[name])
            writer.writeheader()
            writer.writerows(rows)

    return change


def twice(name: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    """The row once more before itself, with another value: whoever reads rows into a table would take the last."""

    def change(folder: Path) -> None:
        path = folder / name
        lines = path.read_bytes().splitlines(keepends=True)
        changed(name, row, column, value)(folder)
        forged = path.read_bytes().splitlines(keepends=True)[row + 1]
        path.write_bytes(b"".join([*lines[: row + 1], forged, *lines[row + 1 :]]))

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed(TABLES, 0, "on_time", "30"), "on_time.share: told 0.775000, computed 0.750000"),
        (changed(SHOWN, 1, "value", "0.630000"), "on_time.low: told 0.630000, computed"),
        (changed(WAITS, 0, "answered", "26"), "waits do not add up"),
        (
            changed(SHOWN, "days.waiting_after_7.low", "value", "0.3"),
            "all days.waiting_after_7.low: told 0.3, computed",
        ),
        (
            changed(SHOWN, "on_time.adjusted.difference", "value", "0.1"),
            "roads on_time.adjusted.difference: told 0.1, computed -0.250000",
        ),
        (
            changed(SHOWN, "on_time.adjusted.group", "value", "2"),
            "roads on_time.adjusted.group: told 2, computed 1",
        ),
        (changed(TABLES, 5, "due", "201"), "roads lamp: due leaves -1 of the category to others"),
        (changed(TABLES, 4, "on_time", "145"), "roads lamp: on_time leaves 105 of the category to others"),
        (changed(TABLES, 0, "on_time", "41"), "on_time is 41, more than due, 40"),
        (changed(TABLES, 0, "due", "3"), "due is 3, below 11"),
        (changed(TABLES, 0, "answered", "41"), "answered is 41, more than due, 40"),
        (changed(SHOWN, 0, "name", "best.share"), "told 0.775000, computed nothing"),
        (changed(DEFINITIONS, 0, "code", "other"), "2026-03: first is not in definitions.csv"),
        (changed(TABLES, 0, "cases", "many"), "not such a file"),
        (changed(WAITS, 0, "month", "2026-13"), "add up"),
        (changed(TABLES, 0, "as_of", "May"), "not such a file"),
        (lambda folder: (folder / SHOWN).unlink(), "not such a file"),
        (twice(TABLES, 0, "on_time", "30"), f"{TABLES} 2, 3: 2026-03 all ×2"),
        (twice(SHOWN, 0, "value", "0.990000"), f"{SHOWN} 2, 3: 2026-03 all on_time.share ×2"),
        (twice(WAITS, 0, "answered", "25"), f"{WAITS} 2, 3: 2026-03 all 0 ×2"),
        (twice(DEFINITIONS, 0, "zh", "别的"), f"{DEFINITIONS} 2, 3: first ×2"),
        (twice(ANSWERS, 0, "cases", "41"), f"{ANSWERS} 2, 3: 2026-Q1 office '=hall ×2"),
        (twice(ANSWERS_SHOWN, 0, "value", "0.6"), "in_all_parts.yes.share ×2"),
        (twice(READINGS, 0, "yes", "41"), f"{READINGS} 2, 3: 2026-Q1 all found ×2"),
        (twice(READINGS_SHOWN, 0, "value", "0.6"), f"{READINGS_SHOWN} 2, 3: 2026-Q1 all found"),
        (twice(SAMPLES, 0, "size", "49"), f"{SAMPLES} 2, 3: 2026-Q1 ×2"),
        (changed(TABLES, 1, "as_of", "1999-01-01"), "2026-05-01 11 first ≠ 1999-01-01 11 first"),
        (changed(TABLES, 1, "threshold", "3"), "2026-05-01 11 first ≠ 2026-05-01 3 first"),
        (changed(TABLES, 2, "definition", "other"), "2026-05-01 11 first ≠ 2026-05-01 11 other"),
        (changed(WAITS, 1, "from_days", "7"), "waits do not follow each other"),
        (changed(WAITS, 0, "to_days", ""), "waits do not follow each other"),
        (changed(TABLES, 0, "forwarded", "999999"), "forwarded of all offices does not add up to 999999"),
        (changed(TABLES, 2, "forwarded", "31"), "office roads: forwarded is 31, more than all, 30"),
        (
            changed(ANSWERS, 0, "all_parts", "19"),
            "'=hall in_all_parts.yes.share: told 0.800000, computed 0.791667",
        ),
        (changed(ANSWERS_SHOWN, 1, "value", "0.6"), "in_all_parts.yes.low: told 0.6, computed"),
        (changed(ANSWERS, 0, "cases", "19"), "2026-Q1 office =hall: cases is 19, below 20"),
        (changed(ANSWERS, 1, "reopened", "31"), "parts are more than cases, 30"),
        (changed(ANSWERS, 0, "kept", "10"), "kept and not_kept are more than promised, 12"),
        (changed(DEFINITIONS, 0, "code", "other"), "2026-Q1: first is not in definitions.csv"),
        (changed(ANSWERS, 0, "definition", "other"), "not such a file"),
        (changed(ANSWERS, 0, "quarter", "2026-13"), "not such a file"),
        (changed(ANSWERS, 0, "cases", "9" * 5000), "not such a file"),
        (
            changed(READINGS_SHOWN, "kappa.value", "value", "0.9"),
            "all found kappa.value: told 0.9, computed 0.617737",
        ),
        (changed(READINGS_SHOWN, "yes.low", "value", "0.9"), "all found yes.low: told 0.9, computed"),
        (changed(READINGS, 0, "yes_no", "4"), "all found: what both said does not add up to 50 read"),
        (
            changed(READINGS, 1, "yes", "11"),
            "office '=hall found yes.share: told 0.555556, computed 0.611111",
        ),
        (changed(READINGS, 1, "yes", "19"), "office =hall found: yes is 19, told 18, read 20"),
        (changed(READINGS, 1, "read", "31"), "found: offices leave 19 read"),
        (changed(READINGS, 1, "question", "other"), "other: offices without the place"),
        (changed(READINGS, 1, "table", "area"), "not such a file"),
        (changed(SAMPLES, 0, "size", "49"), "read is 50, with 20 at least, of 49"),
        (changed(SAMPLES, 1, "state", "read"), "it is read, with 0 rows"),
        (changed(SAMPLES, 0, "state", "done"), "not such a file"),
        (changed(SAMPLES, 0, "quarter", "2026-Q5"), "not such a file"),
    ],
)
def test_one_number_that_was_changed_is_found(files: Path, change: Callable[[Path], None], told: str) -> None:
    assert run(check=str(files)).exit_code == 0
    change(files)
    done = run(check=str(files))
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output


def test_each_pair_of_answers_has_its_column() -> None:
    assert tuple(product(SAMPLE_ANSWERS, repeat=2)) == PAIRS


def test_files_under_the_names_that_they_are_taken_with(files: Path) -> None:
    for name in (*COLUMNS, *ANSWER_FILES, *READING_FILES):
        (files / name).rename(files / f"2026-04-{name}")
    assert run(check=str(files)).exit_code == 0
    assert run(check=str(files / "nothing")).exit_code == 2
