"""Agreed due days, worked out elsewhere, through the command's front door."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gongshi.config.cli import main
from gongshi.rules.deadlines import due_on
from tests.rules.calendars import CN, CN_FILE

GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "golden" / "due.json"


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    if not GOLDEN.is_file():
        pytest.skip(
            "the golden due days (shared/golden/due.json beside the repository) are not on this machine"
        )
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "options",
    [[], ["--calendar", str(CN_FILE)], ["--pack", str(CN_FILE.parents[1])]],
    ids=["library", "file", "pack"],
)
def test_row_38_the_command_gives_every_answer(cases: list[dict[str, Any]], options: list[str]) -> None:
    result = CliRunner().invoke(main, ["calc", "due", *options], input=json.dumps(cases))
    assert result.exit_code == 0, result.stderr
    answers = json.loads(result.stdout)
    assert [{"due_on": answer["due_on"]} for answer in answers] == [case["expected"] for case in cases]
    assert not any(answer["provisional"] for answer in answers)


def test_row_38_the_rule_gives_every_answer(cases: list[dict[str, Any]]) -> None:
    assert len(cases) >= 80
    for case in cases:
        given = case["input"]
        start_on = datetime.fromisoformat(given["filed_at"]).date()
        end = due_on(start_on=start_on, days=given["days"], counting=given["counting"], calendar=CN)
        assert end.isoformat() == case["expected"]["due_on"], given
