"""Two real tables, dirty as they are. What is expected is counted here anew, from the files, by other means."""

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import shapely
from django.db.models import Count, F

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import office_by_code
from gongshi.cases.models import Answer, Case, Clock, Filing, History
from gongshi.cases.queries import QueueFilter, queue
from gongshi.cases.reading import key_of, read_case
from gongshi.config.imports import Totals, Wanted, run
from gongshi.config.packs import read_checked
from gongshi.figures.metrics import together
from gongshi.figures.queries import tallies
from gongshi.formats.tables.rows import code_from
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import load
from tests.cast import NOW
from tests.real import make_boston, make_zh_answers

pytestmark = [pytest.mark.real, pytest.mark.django_db]

HERE = Path(__file__).parent
CITY_HALL = ("42.3594", "-71.0587")
CREWS = ("Employee Generated", "City Worker App", "Maximo Integration")

Import = Callable[..., Totals]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """Imports a file with one of the maps beside this test."""

    def call(file: Path, name: str) -> Totals:
        wanted = Wanted(file, HERE / name, tmp_path / "rejects.csv")
        return run(wanted, at=NOW, progress=lambda _: None)

    return call


def place_from(pack: Path) -> None:
    forget()
    load(read_checked(pack), at=NOW)


def counted(path: str) -> Counter[object]:
    """Cases by the values of one field."""
    return Counter(dict(Case.objects.values_list(F(path)).annotate(number=Count("id"))))


def no_clock_and_no_notice() -> None:
    assert not Clock.objects.exists()
    assert not OutboxRow.objects.exists()


class TestBoston:
    """Every 24th row of 121,146, and every row that cannot be true."""

    @pytest.fixture
    def slice(self, real_data: Path, tmp_path: Path) -> tuple[Path, list[dict[str, str]]]:
        place_from(make_boston.make_pack(tmp_path / "pack", real_data))
        with gzip.open(real_data / "boston311.csv.gz", "rt", encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            rows = [
                row
                for number, row in enumerate(table)
                if number % 24 == 0 or (row["CLOSED_DT"] and row["CLOSED_DT"] < row["OPEN_DT"])
            ]
            header = table.fieldnames
        assert header
        rows.append(rows[7])  # a row twice, as the whole file has two
        part = tmp_path / "part.csv.gz"
        with gzip.open(part, "wt", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, header)
            writer.writeheader()
            writer.writerows(rows)
        return part, rows

    def test_a_slice(
        self, slice: tuple[Path, list[dict[str, str]]], take: Import, real_data: Path, tmp_path: Path
    ) -> None:
        part, rows = slice
        totals = take(part, "boston.toml")
        untrue = [row for row in rows if row["CLOSED_DT"] and row["CLOSED_DT"] < row["OPEN_DT"]]
        good = [row for row in rows[:-1] if row not in untrue]
        assert len(untrue) >= 197
        assert len(good) > 5_000
        assert (totals.read, totals.added, totals.there) == (len(rows), len(good), 1)
        assert totals.refused == {"answered_before_asked": len(untrue)}
        assert Filing.objects.count() == Case.objects.count() == History.objects.count() == len(good)
        assert counted("office__code") == Counter(code_from(r["Department"], "") for r in good)
        assert counted("category__code") == Counter(code_from(r["TYPE"], "type-") for r in good)
        assert counted("outcome") == Counter("imported" if r["CLOSED_DT"] else "" for r in good)
        assert counted("filing__staff_logged") == Counter(r["Source"] in CREWS for r in good)
        assert counted("opened_on") == Counter(date.fromisoformat(r["OPEN_DT"][:10]) for r in good)
        assert counted("closed_on") == Counter(
            date.fromisoformat(r["CLOSED_DT"][:10]) if r["CLOSED_DT"] else None for r in good
        )
        assert counted("on_time") == Counter(
            r["CLOSED_DT"] <= r["TARGET_DT"] if r["CLOSED_DT"] and r["TARGET_DT"] else None for r in good
        )
        assert totals.disagreeing == 0
        assert totals.without_place == sum(outside(good, real_data)) == counted("area")[None]
        no_clock_and_no_notice()
        self.words_are_kept(good)
        self.open_ones_wait_in_their_offices_queue(good)
        self.figures_count_them(good)
        with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as lines:
            listed = list(csv.DictReader(lines))
        assert [int(one["row"]) for one in listed] == [
            number for number, row in enumerate(rows, start=2) if row in untrue
        ]
        again = take(part, "boston.toml")
        assert (again.added, again.there) == (0, len(good) + 1)

    @staticmethod
    def words_are_kept(good: list[dict[str, str]]) -> None:
        zone = ZoneInfo("America/New_York")
        for row in good[::400]:
            at = datetime.fromisoformat(row["OPEN_DT"]).replace(tzinfo=zone).astimezone(UTC)
            titles = {
                read_case(case, key_of(case.id), internal=True).text
                for case in Case.objects.filter(opened_at=at, category__code=code_from(row["TYPE"], "type-"))
            }
            assert row["CASE_TITLE"].strip() in titles

    @staticmethod
    def figures_count_them(good: list[dict[str, str]]) -> None:
        counted = together(tallies(None, None, on=NOW.date()).values())
        residents = [row for row in good if row["Source"] not in CREWS]
        promised = [row for row in residents if row["TARGET_DT"]]
        closed = [row for row in promised if row["CLOSED_DT"]]
        assert counted.filed == len(good)
        assert counted.staff_logged == len(good) - len(residents)
        assert counted.without_promise == len(residents) - len(promised)
        assert counted.answered == len(closed)
        assert counted.on_time == sum(row["CLOSED_DT"] <= row["TARGET_DT"] for row in closed)
        assert counted.asked == counted.confirmed == counted.not_confirmed == 0

    @staticmethod
    def open_ones_wait_in_their_offices_queue(good: list[dict[str, str]]) -> None:
        office = office_by_code("pwdx")
        assert office is not None
        actor = StaffActor(office.id, office.id, frozenset({"handler"}))
        waiting = [row for row in good if row["Department"] == "PWDx" and not row["CLOSED_DT"]]
        listed = list(queue(actor, QueueFilter(), at=NOW))
        assert len(listed) == len(waiting) >= 100
        dated = [case.due_at for case in listed if case.due_at]
        assert dated == sorted(dated)
        assert len(dated) == sum(bool(row["TARGET_DT"]) for row in waiting)


def outside(rows: list[dict[str, str]], data: Path) -> Iterator[bool]:
    """Whether each row lies in no neighbourhood, or stands where the city puts what it cannot place."""
    outlines = json.loads((data / "areas" / "boston_neighbourhoods.geojson").read_text(encoding="utf-8"))
    shapes = [shapely.make_valid(shapely.geometry.shape(one["geometry"])) for one in outlines["features"]]
    city = shapely.union_all(shapes)
    shapely.prepare(city)
    for row in rows:
        at = row["LATITUDE"], row["LONGITUDE"]
        yield at == CITY_HALL or not shapely.intersects_xy(city, float(at[1]), float(at[0]))


class TestAnswers:
    """2,816 messages with the office's real answer; places are named in the text alone."""

    PLACE = re.compile(r"(?<![A-Za-z0-9])([A-M])(\d*)([市区县])")
    PASSED_ON = ("转交", "已转", "转至", "转给", "转相关", "转有关", "已移交", "交由", "已交办", "交有关")

    @staticmethod
    def at(text: str) -> datetime:
        clock = "%H:%M:%S" if ":" in text else ""
        return datetime.strptime(text.replace("/", "-"), f"%Y-%m-%d {clock}".strip())

    def passed_on(self, answer: str) -> bool:
        answer = answer.strip()
        short = len(answer) <= 80 and any(phrase in answer for phrase in self.PASSED_ON)
        return short or answer in ("已收悉", "网友：您好！留言已收悉")

    def in_time(self, row: dict[str, str]) -> bool | None:
        if self.passed_on(row["answer"]):
            return None
        day, left = self.at(row["received_at"]).date(), 15
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return self.at(row["answered_at"]).date() <= day

    def office(self, row: dict[str, str]) -> str:
        text = f"{row['title'].strip()} {row['text'].strip()}"
        found = self.PLACE.findall(text)
        districts = [letter for letter, digits, _ in found if digits]
        cities = [letter for letter, digits, ending in found if ending == "市" and not digits]
        return next((f"{letter.lower()}-city-office" for letter in (*districts, *cities)), "province-office")

    def test_all(self, real_data: Path, tmp_path: Path, take: Import) -> None:
        place_from(make_zh_answers.make_pack(tmp_path / "pack", real_data))
        totals = take(real_data / "zh_answers.csv", "zh_answers.toml")
        with (real_data / "zh_answers.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert (totals.read, totals.added, totals.there, totals.refused) == (2816, 2816, 0, {})
        assert Case.objects.count() == Answer.objects.count() == len(rows) == 2816
        passed_on = [row for row in rows if self.passed_on(row["answer"])]
        assert counted("outcome") == {"forwarded": len(passed_on), "imported": 2816 - len(passed_on)}
        assert History.objects.filter(code="case.answered").count() == 2816 - len(passed_on)
        assert counted("on_time") == Counter(map(self.in_time, rows))
        assert counted("office__code") == Counter(map(self.office, rows))
        assert counted("closed_on") == Counter(self.at(row["answered_at"]).date() for row in rows)
        assert counted("filing__staff_logged") == {False: 2816}
        assert len(counted("category__code")) == 7
        assert not Case.objects.filter(closed_at=None).exists()
        tally = together(tallies(None, None, on=NOW.date()).values())
        assert (tally.forwarded, tally.answered) == (len(passed_on), 2816 - len(passed_on))
        assert tally.on_time == sum(self.in_time(row) is True for row in rows)
        no_clock_and_no_notice()
        self.words_are_kept(rows)
        again = take(real_data / "zh_answers.csv", "zh_answers.toml")
        assert (again.added, again.there) == (0, 2816)

    def words_are_kept(self, rows: list[dict[str, str]]) -> None:
        zone = ZoneInfo("Asia/Shanghai")
        for row in rows[::100]:
            at = self.at(row["received_at"]).replace(tzinfo=zone)
            found = [
                read_case(case, key_of(case.id), internal=True) for case in Case.objects.filter(opened_at=at)
            ]
            assert any(
                one.text.endswith(row["text"].strip())
                and one.answers[0].parts["decided"] == row["answer"].strip()
                for one in found
            )
