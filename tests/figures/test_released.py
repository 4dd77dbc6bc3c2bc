"""Months are released once, a whole month later, and never change; from the files every number is computed again."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongshi.accounts.models import Office
from gongshi.cases.models import AnswerSample, Case, Consent
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
from gongshi.figures.released.answer_files import COLUMNS as ANSWER_FILES
from gongshi.figures.released.answers import AnswerCounts
from gongshi.figures.released.checking import differences
from gongshi.figures.released.columns import NAMES, WITHIN
from gongshi.figures.released.counting import local_offices, month_known
from gongshi.figures.released.files import (
    COLUMNS,
    DEFINITIONS,
    TABLES,
)
from gongshi.figures.released.kept import kept_month
from gongshi.figures.released.quarters import released_quarter
from gongshi.figures.released.queries import dated_changes, released, released_months
from gongshi.figures.released.reading_files import COLUMNS as READING_FILES
from gongshi.figures.released.reading_files import (
    READINGS,
    READINGS_SHOWN,
)
from gongshi.figures.released.readings import kept, line_of
from gongshi.figures.released.tables import Bin
from gongshi.places.snapshots import forget
from tests.cast import Town
from tests.clock import Clock
from tests.figures.checked import SAID, changed, run
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
        rows = [[*one, [30, 0, 0, 0, 0, 0, 0]] for one in (("office", "roads"), ("category", "pothole"))]
        ReleasedQuarter.objects.create(
            first_on=date(2026, 1, 1), as_of=MAY, threshold=20, columns=AnswerCounts._fields, tables=rows
        )
        assert run("--dir", str(instance_directory)).exit_code == 1
        # A sample is told with its quarter; once it is read the files are due again.
        sample = AnswerSample.objects.create(
            quarter="2026-Q1", batch=7, size=50, drawn_at=clock(), closes_on=date(2026, 6, 20)
        )
        make_release(Month(2026, 4), today=MAY)
        assert run("--dir", str(instance_directory)).exit_code == 0
        assert release_is_due(MAY) is None
        sample.result = kept(MAY, 20, [line_of("found", SAID)], withheld=True)
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
