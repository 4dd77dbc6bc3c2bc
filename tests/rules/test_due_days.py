"""Row 38: due days at the edges, as a table says that was drawn up by counting days one at a time.

The table lies beside this file (due_days.csv). Two things are tested: that plain counting, which uses nothing of the
program, still comes to what the table says; and that the rule and the command do.
"""

import json
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from gongshi.config.cli import main
from gongshi.rules.calendar import Calendar
from gongshi.rules.deadlines import due_on, end_of_day, local_date
from tests.rules.calendars import CN, CN_FILE
from tests.rules.due_table import Row, counted, over, rows

WEEKENDS = {"weekends": [6, 7], "friday": [5, 6], "daily": []}
CALENDARS = {"CN": CN} | {
    code: Calendar(code, frozenset(weekend), frozenset(), frozenset(), None)
    for code, weekend in WEEKENDS.items()
}
table = cache(rows)


def given(row: Row) -> dict[str, Any]:
    """The command's input."""
    at = row.filed_at.isoformat()
    named = {"days": row.days, "counting": row.counting, "calendar": row.calendar}
    return {"filed_at": at, "time_zone": row.zone, **named}


def test_row_38_the_table_has_every_edge() -> None:
    assert len(table()) >= 250
    edges = Counter(row.edge.partition(":")[0] for row in table())
    wanted = {"last second", "first second", "29 February", "server in UTC", "gap", "overlap"}
    assert wanted <= set(edges)
    assert min(edges["gap"], edges["overlap"]) >= 50
    seconds = [row for row in table() if row.edge == "last second"]
    assert all(local_of(row).startswith("23:59:59") for row in seconds)
    assert len({row.zone for row in table()}) >= 15


def local_of(row: Row) -> str:
    return row.filed_at.astimezone(ZoneInfo(row.zone)).strftime("%H:%M:%S")


def test_row_38_counting_days_one_by_one_comes_to_the_same_table() -> None:
    for row in table():
        assert counted(row) == row.due_on, row


def test_row_38_the_end_of_the_day_found_minute_by_minute_is_the_same() -> None:
    for zone, day, ends in sorted({(row.zone, row.due_on, row.due_at) for row in table()}):
        assert over(day, zone) == ends, (zone, day)


def test_row_38_the_rule_gives_every_answer_and_none_too_early() -> None:
    for row in table():
        start_on = local_date(row.filed_at, row.zone)
        end = due_on(
            start_on=start_on, days=row.days, counting=row.counting, calendar=CALENDARS[row.calendar]
        )
        assert (start_on, end, end_of_day(end, row.zone)) == (row.filed_on, row.due_on, row.due_at), row
        assert end >= row.filed_on + timedelta(days=row.days), row


@pytest.mark.parametrize("options", [[], ["--calendar", str(CN_FILE)], ["--pack", str(CN_FILE.parents[1])]])
def test_row_38_the_command_gives_every_answer(options: list[str]) -> None:
    answers(table_of("CN"), options)


@pytest.mark.parametrize("code", WEEKENDS)
def test_row_38_the_command_knows_zones_that_change_their_clocks(tmp_path: Path, code: str) -> None:
    file = tmp_path / "calendar.toml"
    name = 'zh = "日历"\nen = "Calendar"\n'
    years = "".join(
        f"[years.{year}]\npublished = true\nholidays = []\nworking = []\n" for year in range(2010, 2027)
    )
    file.write_text(
        f'code = "{code}"\nweekend = {WEEKENDS[code]}\n[name]\n{name}[source]\n{name}{years}',
        encoding="utf-8",
    )
    answers(table_of(code), ["--calendar", str(file)])


def table_of(code: str) -> list[Row]:
    return [row for row in table() if row.calendar == code]


def answers(wanted: list[Row], options: list[str]) -> None:
    """What the command says of these rows is what stands in them."""
    told = json.dumps([given(row) for row in wanted])
    result = CliRunner().invoke(main, ["calc", "due", *options], input=told)
    assert result.exit_code == 0, result.stderr
    for row, answer in zip(wanted, json.loads(result.stdout), strict=True):
        expected = (str(row.filed_on), str(row.due_on), row.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"), False)
        keys = ("filed_on", "due_on", "due_at", "provisional")
        assert tuple(answer[key] for key in keys) == expected, row
