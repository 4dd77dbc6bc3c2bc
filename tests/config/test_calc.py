"""`gongshi calc`: JSON in, JSON out; bad input is one line and exit code 1."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from click.testing import CliRunner, Result

from gongshi.config.cli import main
from tests.rules.calendars import CN_FILE

GIVEN = {"filed_at": "2025-01-24T23:59:59+08:00", "days": 60, "counting": "calendar", "calendar": "CN"}


def _calc(given: Any, *options: str) -> Result:
    text = given if isinstance(given, str | bytes) else json.dumps(given)
    return CliRunner().invoke(main, ["calc", "due", *options], input=text)


def _answer(given: Any, *options: str) -> Any:
    result = _calc(given, *options)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_one_input_gives_one_answer() -> None:
    assert _answer(GIVEN, "--calendar", str(CN_FILE)) == {
        "due_on": "2025-03-25",
        "due_at": "2025-03-25T16:00:00Z",
        "provisional": False,
        "filed_on": "2025-01-24",
        "counted_from": "2025-01-25",
        "calendar": "CN",
        "calendar_source": "file cn.toml",
    }


def test_counting_begins_on_the_first_working_day() -> None:
    answer = _answer({**GIVEN, "filed_at": "2025-01-27T12:00:00+08:00", "days": 1, "counting": "working"})
    assert (answer["counted_from"], answer["due_on"]) == ("2025-02-05", "2025-02-05")


def test_an_array_gives_an_array() -> None:
    assert [answer["due_on"] for answer in _answer([GIVEN, {**GIVEN, "days": 61}])] == [
        "2025-03-25",
        "2025-03-26",
    ]
    assert _answer([]) == []


def test_the_form_of_the_golden_files() -> None:
    assert _answer([{"calc": "due", "input": GIVEN, "expected": {}}])[0]["due_on"] == "2025-03-25"


def test_the_local_day_is_that_of_the_offset_or_of_the_named_zone() -> None:
    at = "2025-01-24T23:59:59-05:00"
    assert _answer({**GIVEN, "filed_at": at})["filed_on"] == "2025-01-24"
    named = _answer({**GIVEN, "filed_at": at, "time_zone": "Asia/Shanghai"})
    assert (named["filed_on"], named["due_at"][11:]) == ("2025-01-25", "16:00:00Z")
    assert (
        _answer({**GIVEN, "filed_at": "2025-01-24T23:59:59", "time_zone": "Asia/Shanghai"})["filed_on"]
        == "2025-01-24"
    )


def test_the_source_is_named() -> None:
    assert _answer(GIVEN)["calendar_source"].startswith("library holidays ")
    assert _answer(GIVEN, "--pack", str(CN_FILE.parents[1]))["calendar_source"] == "pack qinghe"


@pytest.mark.parametrize("options", [[], ["--calendar", str(CN_FILE)]])
def test_a_year_without_notice_is_provisional(options: list[str]) -> None:
    assert _answer({**GIVEN, "filed_at": "2026-12-20T12:00:00+08:00"}, *options)["provisional"] is True
    assert _answer({**GIVEN, "filed_at": "2026-10-20T12:00:00+08:00"}, *options)["provisional"] is False


def test_a_long_period_has_the_calendar_of_every_year_it_touches() -> None:
    answer = _answer({**GIVEN, "filed_at": "2014-01-02T12:00:00+08:00", "days": 2400, "counting": "working"})
    worked = chinese_calendar.get_workdays(date(2014, 1, 3), date(2024, 1, 1))
    assert (answer["due_on"], answer["provisional"]) == (worked[2399].isoformat(), False)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        (b"\xff\xfe", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"days": ' + "9" * 5000 + "}", "JSON"),
        (5, "object"),
        (["x"], "number 1"),
        ([GIVEN, {**GIVEN, "days": 0}], "number 2"),
        ({"calc": "rent", "input": GIVEN}, "rent"),
        ({"calc": "due"}, "object"),
        ({}, "filed_at"),
        ({**GIVEN, "filed_at": None}, "filed_at"),
        ({**GIVEN, "filed_at": "yesterday"}, "filed_at"),
        ({**GIVEN, "filed_at": "2025-02-29T12:00:00+08:00"}, "filed_at"),
        ({**GIVEN, "filed_at": "2025-01-24T12:00:00"}, "offset"),
        ({**GIVEN, "filed_at": "9999-12-31T12:00:00+08:00"}, "outside"),
        ({**GIVEN, "filed_at": "0001-01-01T00:00:00+08:00"}, "outside"),
        ({**GIVEN, "time_zone": "Nowhere"}, "time_zone"),
        ({**GIVEN, "time_zone": 8}, "time_zone"),
        ({**GIVEN, "days": 0}, "days"),
        ({**GIVEN, "days": -1}, "days"),
        ({**GIVEN, "days": 1.5}, "days"),
        ({**GIVEN, "days": True}, "days"),
        ({**GIVEN, "days": "15"}, "days"),
        ({**GIVEN, "days": 10**9}, "days"),
        ({**GIVEN, "counting": "hours"}, "counting"),
        ({**GIVEN, "counting": None}, "counting"),
        ({**GIVEN, "calendar": "XX"}, "XX"),
        ({**GIVEN, "calendar": 86}, "calendar"),
        ({**GIVEN, "pauses": []}, "pauses"),
    ],
)
def test_bad_input_is_one_line(given: Any, what: str) -> None:
    result = _calc(given)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert what in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("code = ", "calendar.toml"),
        ('code = "CN"\nweekend = [6, 7]\n', "years"),
        (
            'code = "DE"\nweekend = [7]\n[years.2025]\npublished = true\nholidays = []\nworking = []\n',
            "holds no calendar",
        ),
        ("\x00", "calendar.toml"),
    ],
)
def test_bad_calendar_files(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text(text, encoding="utf-8")
    result = _calc(GIVEN, "--calendar", str(file))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert what in result.stderr


def test_a_pack_without_the_calendar(tmp_path: Path) -> None:
    result = _calc(GIVEN, "--pack", str(tmp_path))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "holds no calendar" in result.stderr


PACKS = CN_FILE.parents[2]
WHOLE = {"procedure": "service-request", "category": "pothole", "filed_at": "2026-02-12T23:59:59+08:00"}


def test_every_deadline_of_a_procedure() -> None:
    found = _answer(WHOLE, "--pack", str(PACKS / "qinghe"))
    assert (found["filed_on"], found["promise"]) == ("2026-02-12", {"days": 5, "counting": "working"})
    assert (found["calendar"], found["calendar_source"]) == ("CN", "pack qinghe")
    told = {one["clock"]: one for one in found["deadlines"]}
    assert {code: one["due_on"] for code, one in told.items()} == {
        "acceptance": "2026-02-14",
        "answer": "2026-02-26",
        "silence": "2026-03-13",
    }
    assert told["answer"]["due_at"] == "2026-02-26T16:00:00Z"
    assert told["answer"]["due_on_if_extended"] == "2026-03-04"
    assert [one["own_time"] for one in found["deadlines"]] == [False, False, True]
    assert all(one["basis"]["en"] and one["then"]["zh"] for one in found["deadlines"])
    assert {one["clock"] for one in found["only_if_it_comes_to_it"]} >= {"reply", "escalation"}
    assert "court" in found["routes_open_after"]


def test_single_days_and_whole_procedures_in_one_array() -> None:
    one, whole = _answer([GIVEN, WHOLE], "--pack", str(PACKS / "qinghe"))
    assert (one["due_on"], whole["procedure"]) == ("2025-03-25", "service-request")


def test_the_day_is_local_to_the_place_and_in_its_calendar() -> None:
    given = {"procedure": "complaint", "filed_at": "2026-03-02T09:00:00"}
    found = _answer(given, "--pack", str(PACKS / "wrenfield"))
    assert (found["filed_on"], found["calendar"], found["promise"]) == ("2026-03-02", "england", None)
    assert [one["due_on"] for one in found["deadlines"]][:2] == ["2026-03-09", "2026-03-23"]
    assert found["deadlines"][1]["due_at"] == "2026-03-24T00:00:00Z"  # still winter time


@pytest.mark.parametrize(
    ("given", "options", "what"),
    [
        (WHOLE, [], "--pack"),
        ({**WHOLE, "procedure": "no-such"}, ["--pack", str(PACKS / "qinghe")], "no procedure"),
        ({**WHOLE, "procedure": 5}, ["--pack", str(PACKS / "qinghe")], "no procedure"),
        ({**WHOLE, "category": "ask-other"}, ["--pack", str(PACKS / "qinghe")], "no category"),
        ({**WHOLE, "category": ["pothole"]}, ["--pack", str(PACKS / "qinghe")], "no category"),
        ({**WHOLE, "days": 5}, ["--pack", str(PACKS / "qinghe")], "days"),
        ({**WHOLE, "filed_at": "2026-02-30"}, ["--pack", str(PACKS / "qinghe")], "filed_at"),
        ({**WHOLE, "calendar": "XX"}, ["--pack", str(PACKS / "qinghe")], "XX"),
        (WHOLE, ["--pack", str(CN_FILE.parent)], "calendars"),
    ],
)
def test_a_procedure_that_cannot_be_worked_out_is_one_line(given: Any, options: list[str], what: str) -> None:
    result = _calc(given, *options)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert what in result.stderr


def test_it_needs_neither_django_nor_settings() -> None:
    script = (
        "import sys\n"
        "from gongshi.config.cli import main\n"
        "main(['calc', 'due'], standalone_mode=False)\n"
        "assert 'django' not in sys.modules, 'Django was imported'\n"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "GONGSHI"))}
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(GIVEN),
        capture_output=True,
        text=True,
        env=bare,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["due_on"] == "2025-03-25"
