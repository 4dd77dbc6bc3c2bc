"""`gongshi import-cases`: a table's file in, the counts and the refused rows out; stopped at any moment, it goes on."""

import csv
import gzip
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongshi.cases.import_runs import imports_under_way
from gongshi.cases.models import Case, Filing, ImportRun
from gongshi.config.checking import work
from gongshi.config.cli import main
from gongshi.config.imports import Totals, Wanted, run
from gongshi.figures.models import ReleasedMonth
from gongshi.figures.periods import Month
from gongshi.figures.released.actions import months_due
from gongshi.figures.released.quarters import quarters_due
from tests.cast import NOW, Town, build_town
from tests.clock import Clock
from tests.real.packs import area, office, same, write_pack

MAP = """\
source = "old"
key = ["no"]
times = ["%Y-%m-%d"]
ignore = ["电话"]
opened_at = "opened"
answered_at = "answered"
text = ["story"]
[category]
column = "type"
prefix = ""
[office]
otherwise = "roads"
"""
HEADER = "no,opened,answered,story,type,电话\n"
GOOD = "1,2026-01-05,2026-01-06,坑,pothole,13800000000\n"
EARLY = "2,2026-01-05,2026-01-04,坑,pothole,\n"
UNREAD = "3,soon,,坑,pothole,\n"
NARROW = "4,2026-01-05\n"
OPEN = "5,2026-02-05,,漏水,leak,\n"
TABLE = HEADER + GOOD + EARLY + UNREAD + NARROW + OPEN

Run = Callable[..., Result]


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "old.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def imported(instance_directory: Path, map_file: Path) -> Run:
    """Runs the command on a file."""

    def call(file: Path, *options: str) -> Result:
        arguments = ["import-cases", str(file), "--map", str(map_file), "--dir", str(instance_directory)]
        return CliRunner().invoke(main, ["--traceback", *arguments, *options])

    return call


def rejects(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        read = list(csv.DictReader(lines))
    assert all(row["原因"] and row["reason"] for row in read)
    return [(row["row"], row["column"], row["code"]) for row in read]


REFUSED = [
    ("3", "answered", "answered_before_asked"),
    ("4", "opened", "time_unreadable"),
    ("5", "", "wrong_columns"),
]


def test_counts_and_refused_rows(town: Town, imported: Run, table: Path) -> None:
    result = imported(table)
    assert result.exit_code == 0, result.output
    first, *rest = result.stdout.splitlines()
    assert "read 5: added 2, already there 0, rejected 3;" in first
    assert first.startswith("读入 5 行：新增 2，已有 0，退回 3；")
    assert any(
        "1 answered_before_asked: 答复早于提出 / it was answered before it was asked" in line for line in rest
    )
    assert rejects(table.with_name("old.rejects.csv")) == REFUSED
    assert Case.objects.count() == 2
    assert "13800000000" not in table.with_name("old.rejects.csv").read_text(encoding="utf-8-sig")


def test_again(town: Town, imported: Run, table: Path) -> None:
    imported(table)
    result = imported(table)
    assert "read 5: added 0, already there 2, rejected 3;" in result.stdout
    assert Filing.objects.count() == 2
    assert rejects(table.with_name("old.rejects.csv")) == REFUSED


def test_packed(town: Town, imported: Run, tmp_path: Path) -> None:
    packed = tmp_path / "old.csv.gz"
    packed.write_bytes(gzip.compress(TABLE.encode()))
    assert "added 2" in imported(packed).stdout
    assert rejects(tmp_path / "old.rejects.csv") == REFUSED


def test_packed_under_another_name(town: Town, imported: Run, tmp_path: Path) -> None:
    packed = tmp_path / "old.csv"
    packed.write_bytes(gzip.compress(TABLE.encode()))
    assert "added 2" in imported(packed).stdout


@pytest.mark.parametrize("damage", [lambda data: data[:-30], lambda data: data[:-8] + b"\0" * 8])
def test_packed_and_damaged(town: Town, imported: Run, tmp_path: Path, damage: Any) -> None:
    rows = "".join(f"{number},2026-01-05,,坑{number * 7919},pothole,\n" for number in range(3000))
    packed = tmp_path / "old.csv.gz"
    packed.write_bytes(damage(gzip.compress((HEADER + rows).encode())))
    result = imported(packed)
    assert result.exit_code == 1
    assert "breaks off or is damaged" in result.stderr
    assert "Traceback" not in result.output
    assert Filing.objects.count() in (2000, 3000)


def test_a_limit(town: Town, imported: Run, table: Path) -> None:
    assert "read 2: added 1, already there 0, rejected 1;" in imported(table, "--limit", "2").stdout


def test_a_dry_run(town: Town, imported: Run, table: Path) -> None:
    result = imported(table, "--dry-run")
    assert "read 5: added 2, already there 0, rejected 3;" in result.stdout
    assert "dry run, nothing written" in result.stdout
    assert Filing.objects.count() == 0


def test_rejects_elsewhere(town: Town, imported: Run, table: Path, tmp_path: Path) -> None:
    result = imported(table, "--rejects", str(tmp_path / "why.csv"))
    assert str(tmp_path / "why.csv") in result.stdout
    assert rejects(tmp_path / "why.csv") == REFUSED
    assert not table.with_name("old.rejects.csv").exists()


def test_a_folder_that_cannot_be_written(town: Town, imported: Run, table: Path, tmp_path: Path) -> None:
    result = imported(table, "--rejects", str(tmp_path / "nowhere" / "why.csv"))
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "name another place with --rejects" in result.stderr


def test_row_23_a_column_name_is_no_formula(
    town: Town, imported: Run, map_file: Path, tmp_path: Path
) -> None:
    map_file.write_text(MAP.replace('"opened"', '"=opened"'), encoding="utf-8")
    table = tmp_path / "old.csv"
    table.write_text(TABLE.replace("no,opened", "no,=opened"), encoding="utf-8")
    imported(table)
    assert ("4", "'=opened", "time_unreadable") in rejects(tmp_path / "old.rejects.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_with_a_mark_and_without(town: Town, imported: Run, tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "old.csv"
    table.write_text(TABLE, encoding=encoding)
    assert "added 2" in imported(table).stdout


def test_gb18030_must_be_named(town: Town, imported: Run, map_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_text(TABLE, encoding="gb18030")
    result = imported(table)
    assert result.exit_code == 1
    assert "gb18030" in result.stderr
    map_file.write_text('encoding = "gb18030"\n' + MAP, encoding="utf-8")
    assert "added 2" in imported(table).stdout


def test_a_packed_line_without_end_fills_no_memory(town: Town, imported: Run, tmp_path: Path) -> None:
    packed = tmp_path / "old.csv.gz"
    with gzip.open(packed, "wb") as out:
        out.write(TABLE.encode())
        for _ in range(50):
            out.write(b"x" * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = imported(packed)
    assert result.exit_code == 0
    assert "read 18: added 2, already there 0, rejected 16;" in result.stdout
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 45_000


def test_a_table_that_begins_with_no_header(town: Town, imported: Run, tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_text("x" * 2_000_000, encoding="utf-8")
    result = imported(table)
    assert (result.exit_code, "is no header" in result.stderr) == (1, True)


def test_an_empty_table(town: Town, imported: Run, tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.touch()
    result = imported(table)
    assert (result.exit_code, "is empty" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('text = ["story"]', 'text = ["电话"]', "promise 1"),
        ('opened_at = "opened"', 'opened_at = "begun"', 'no column "begun"'),
        ('prefix = ""', 'prefix = ""\notherwise = "mud"', 'This place has no "mud"'),
        ('ignore = ["电话"]', "", 'says nothing of "电话"'),
        ("[office]", "[offices]", '"offices" is not known here'),
    ],
)
def test_faults_of_the_map(
    town: Town, imported: Run, map_file: Path, table: Path, old: str, new: str, words: str
) -> None:
    map_file.write_text(
        MAP.replace(old, new).replace("[offices]\notherwise", "[offices]\nx"), encoding="utf-8"
    )
    result = imported(table, "--language", "en")
    assert result.exit_code == 1
    assert words in result.stderr
    assert "map.toml" in result.stderr
    assert "nothing was taken in" in result.stderr
    assert Filing.objects.count() == 0


def test_before_a_pack_is_loaded(db: None, imported: Run, table: Path) -> None:
    from gongshi.places.snapshots import forget

    forget()
    result = imported(table)
    assert (result.exit_code, "no pack is loaded" in result.stderr) == (1, True)


def test_how_far_it_is(town: Town, imported: Run, tmp_path: Path) -> None:
    rows = "".join(f"{number},2026-01-05,,坑,pothole,\n" for number in range(10_000))
    table = tmp_path / "old.csv"
    table.write_text(HEADER + rows, encoding="utf-8")
    result = imported(table, "--dry-run")
    assert [line.split()[:2] for line in result.stderr.splitlines()] == [["100%", "10,000"]]


def test_progress_never_goes_back(town: Town, map_file: Path, tmp_path: Path) -> None:
    rows = "".join(f"{number},2026-01-05,,坑,pothole,\n" for number in range(3500))
    table = tmp_path / "old.csv"
    table.write_text(HEADER + rows, encoding="utf-8")
    told: list[tuple[int, float]] = []

    def progress(totals: Totals) -> None:
        told.append((totals.read, totals.share))

    run(Wanted(table, map_file, tmp_path / "r.csv", dry_run=True), at=NOW, progress=progress)
    assert [read for read, _ in told] == [1000, 2000, 3000, 3500]
    assert told == sorted(told)
    assert told[-1][1] == 1.0


# Instances of their own, in processes of their own.


def gongshi(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from gongshi.config.cli import main; main()", *map(str, arguments)]


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A new instance on SQLite, with a pack of one office and one category."""
    place = {
        "code": "village", "name": same("Village"), "reference_prefix": "VI", "time_zone": "UTC", "language": "en",
        "centre": [10.0, 10.0], "calendar": "plain", "operator": "roads",
    }  # fmt: skip
    group = {"code": "streets", "name": same("Streets")}
    leaf = {"code": "pothole", "parent": "streets", "name": same("Pothole"), "kind": "request",
            "procedure": "request", "door": "broken"}  # fmt: skip
    pack = write_pack(
        tmp_path / "pack",
        place,
        levels=[{"code": "village", "name": same("Village")}],
        areas=[area("village", same("Village"), "village")],
        offices=[office("roads", same("Roads"), ["village"])],
        categories=[group, leaf],
        rules=[{"code": "rest", "office": "roads", "reason": same("All.")}],
        calendar={"code": "plain", "name": same("Plain"), "weekend": [7],
                  "years": {"2026": {"published": False, "holidays": [], "working": []}}},
    )  # fmt: skip
    done = subprocess.run(
        gongshi("init", "--pack", pack, "--dir", tmp_path / "village"),
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tmp_path / "village"


@pytest.fixture
def big_table(tmp_path: Path) -> Path:
    path = tmp_path / "big.csv"
    rows = (f"{number},2020-01-05,2020-01-06,Hole number {number},pothole,\n" for number in range(6_000))
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def filings(village: Path) -> int:
    with sqlite3.connect(f"file:{village / 'gongshi.sqlite3'}?mode=ro", uri=True, timeout=20) as connection:
        number: int = connection.execute("SELECT count(*) FROM cases_filing").fetchone()[0]
    return number


def start(village: Path, table: Path, map_file: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        gongshi("import-cases", table, "--map", map_file, "--dir", village, "--rejects", village / "r.csv"),
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_in_the_middle_it_goes_on_where_it_was(village: Path, big_table: Path, map_file: Path) -> None:
    first = start(village, big_table, map_file)
    while filings(village) < 1_000:
        assert first.poll() is None, first.stderr and first.stderr.read()
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    kept = filings(village)
    assert 1_000 <= kept < 6_000
    assert kept % 1_000 == 0, "a chunk is taken in whole or not at all"
    second = start(village, big_table, map_file)
    output, errors = second.communicate()
    assert second.returncode == 0, errors
    assert f"read 6000: added {6_000 - kept}, already there {kept}, rejected 0;" in output
    with sqlite3.connect(village / "gongshi.sqlite3") as connection:
        tables = ("cases_filing", "cases_case", "cases_history", "safekeeping_leaf", "safekeeping_keyevent")
        *counts, of_keys = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
        ]
        cases = {row[0] for row in connection.execute("SELECT id FROM cases_case")}
        sources = connection.execute("SELECT count(DISTINCT source) FROM cases_filing").fetchone()[0]
    assert counts == [6_000, 6_000, 6_000, 6_000 + of_keys]
    assert sources == 6_000
    with sqlite3.connect(village / "wraps" / "wraps.sqlite3") as store:
        wrapped = {row[0] for row in store.execute("SELECT subject FROM safekeeping_wrap")}
    # Every case has its wrap; a chunk that was cut off may have left wraps of cases that never were.
    assert cases <= wrapped
    assert len(wrapped) - len(cases) in (0, 1_000)


def test_two_at_once_take_each_row_in_once(village: Path, big_table: Path, map_file: Path) -> None:
    both = [start(village, big_table, map_file) for _ in range(2)]
    outputs = [one.communicate() for one in both]
    assert [one.returncode for one in both] == [0, 0], outputs
    assert filings(village) == 6_000
    added = [int(output.split("added ")[1].split(",")[0]) for output, _ in outputs]
    assert sum(added) == 6_000


def test_no_figures_are_released_before_an_import_is_at_its_end(
    town: Town, imported: Run, table: Path, instance_directory: Path, clock: Clock
) -> None:
    clock.set("2026-05-01 09:00")
    today = clock().date()
    assert "under way" not in imported(table, "--dry-run").output
    assert not ImportRun.objects.exists()
    cut = imported(table, "--limit", "1").stdout
    assert "the import of old is still under way" in cut
    (run,) = imports_under_way()
    assert (months_due(today), quarters_due(today)) == ([], [])
    assert any(run.system in one.en for one in work.findings(clock()))
    # The same one goes on, to its end.
    assert "under way" not in imported(table).stdout
    assert [(one.pk, one.ended) for one in ImportRun.objects.all()] == [(run.pk, "finished")]
    assert months_due(today)[-2:] == [Month(2026, 2), Month(2026, 1)]
    assert quarters_due(clock().date() + timedelta(days=60))


def test_one_that_will_not_go_on_is_said_to_be_over(
    town: Town, imported: Run, table: Path, instance_directory: Path, clock: Clock
) -> None:
    imported(table, "--limit", "1")
    (run,) = imports_under_way()
    over = ["import-cases", "--dir", str(instance_directory), "--over"]
    refused = CliRunner().invoke(main, [*over, "another"])
    assert refused.exit_code == 1
    assert run.system in refused.stderr
    assert CliRunner().invoke(main, [*over, run.system]).exit_code == 0
    assert imports_under_way() == []
    assert CliRunner().invoke(main, ["import-cases", "--dir", str(instance_directory)]).exit_code == 2


def test_a_table_that_breaks_off_leaves_the_import_under_way(
    town: Town, imported: Run, tmp_path: Path
) -> None:
    rows = "".join(f"{number},2026-01-05,,坑{number * 7919},pothole,\n" for number in range(1200))
    packed = tmp_path / "old.csv.gz"
    packed.write_bytes(gzip.compress((HEADER + rows).encode())[:-30])
    assert imported(packed).exit_code == 1
    assert len(imports_under_way()) == 1


def test_rows_of_months_that_are_out_are_told(town: Town, imported: Run, table: Path) -> None:
    out = {"as_of": date(2026, 3, 1), "threshold": 11, "columns": [], "tables": [], "definition": "first"}
    ReleasedMonth.objects.create(first_on=date(2026, 1, 1), **out)
    assert "of these 1 were filed in months whose figures are out already" in imported(table).stdout
    assert "figures are out already" not in imported(table).stdout
