"""Due days that were agreed on elsewhere, through the command, where their file lies beside the real data sets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongshi.config.cli import main
from tests.rules.calendars import CN_FILE


@pytest.mark.parametrize("options", [[], ["--calendar", str(CN_FILE)], ["--pack", str(CN_FILE.parents[1])]])
def test_the_command_gives_every_agreed_answer(real_data: Path, options: list[str]) -> None:
    file = real_data.parent / "golden" / "due.json"
    if not file.is_file():
        pytest.skip("the agreed due days (golden/due.json beside the real data sets) are not on this machine")
    cases = json.loads(file.read_text(encoding="utf-8"))
    result = CliRunner().invoke(main, ["calc", "due", *options], input=json.dumps(cases))
    assert result.exit_code == 0, result.stderr
    answers = json.loads(result.stdout)
    assert [{"due_on": answer["due_on"]} for answer in answers] == [case["expected"] for case in cases]
    assert not any(answer["provisional"] for answer in answers)
