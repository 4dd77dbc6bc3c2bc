"""`make faults` proves what it says or ends with 1: filings enough, no scene left out, each weakness noticed."""

import io

import pytest
from rich.console import Console

from tests.faults import __main__ as long_form
from tests.faults import scenes
from tests.faults.__main__ import FEWEST, FILINGS, ROWS, Outcome, Row, is_right
from tests.faults.scenes import Scene, faults
from tests.faults.test_row_14 import TOO_EARLY


def counts(acknowledged: int, **found: int) -> dict[str, int]:
    return {"sent": acknowledged, "acknowledged": acknowledged, "shown": 0, "filings": 0, **found}


def told(monkeypatch: pytest.MonkeyPatch, *rows: Row) -> list[str]:
    """What a run of these scenes complains of."""
    monkeypatch.setattr(long_form, "ROWS", rows)
    return long_form.run(FILINGS, 1, Console(file=io.StringIO())).complaints(FILINGS)


def filed(scene: Scene) -> dict[str, int]:
    return counts(scene.filings)


def test_enough_filings_and_no_fault_are_all_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, Row("a", filed, 0.5, 1)) == []


def test_too_few_filings_prove_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Outcome(acknowledged=FEWEST).complaints(FILINGS) == []
    assert told(monkeypatch, Row("a", filed, 0.4, 1)) == ["only 17,280 of 20,000 filings were acknowledged"]


def test_a_scene_that_was_left_out_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_form, "compiler", lambda: None)
    monkeypatch.setattr(scenes, "may_mount", lambda: False)
    left = [row for row in ROWS if row.happens in (scenes.power_cut, scenes.disk_full)]
    said = told(monkeypatch, Row("a", filed, 0.5, 1), *left)
    assert [line.partition(":")[0] for line in said] == ["left out"] * len(left)
    assert len(left) == 5


def test_a_fault_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def loses(scene: Scene) -> dict[str, int]:
        return counts(scene.filings, missing=1)

    assert told(monkeypatch, Row("a", loses, 0.5, 1)) == ["wrong: a, SQLite", "wrong: a, PostgreSQL"]


def test_a_weakness_counts_as_noticed_by_the_fault_that_it_causes_alone() -> None:
    weak = [row for row in ROWS if row.weakened != "none"]
    for row in weak:
        assert is_right(row, {row.lacks: 3, "doubled": 1})
        assert not is_right(row, {})
        assert not is_right(row, {"doubled": 7, "answered 500": 1})
    assert {(row.happens, row.weakened, row.lacks) for row in weak} == {
        scene for kind in TOO_EARLY.values() for scene in kind
    }


def test_an_answer_that_nobody_should_get_is_a_fault() -> None:
    assert faults(counts(5, **{"answered 500": 1, "answered 503": 3})) == {"answered 500": 1}
