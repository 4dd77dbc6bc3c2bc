"""`gongshi train-suggester` and `gongshi suggest`: from a table to a model and its card, and from lines to lines."""

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gongshi.config.cli import main
from gongshi.routing import training
from gongshi.routing.model_file import unpacked
from gongshi.rules.suggestion import normalised

SAID = {
    "道路": ["路面有坑", "马路塌陷", "人行道破损", "沥青开裂"],
    "供水": ["水管漏水", "自来水发黄", "水压太低", "停水三天"],
    "照明": ["路灯不亮", "灯杆歪了", "夜里漆黑", "灯泡坏了"],
}
COLUMNS = ("标题", "内容", "类别")


def _rows(of_each: int = 40) -> list[tuple[str, str, str]]:
    """Texts of two phrases of their label, one of any, and a number that no other has."""
    chance = random.Random(4)
    everything = [phrase for phrases in SAID.values() for phrase in phrases]
    return [
        (chance.choice(said), f"{chance.choice(said)}，{chance.choice(everything)}，第{number}号", label)
        for label, said in SAID.items()
        for number in range(of_each)
    ]


def _table(path: Path, rows: Sequence[tuple[str, ...]], columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def _train(file: Path, out: Path, *options: str) -> Result:
    given = ["--text", "标题", "--text", "内容", "--label", "类别", *options]
    return CliRunner().invoke(main, ["train-suggester", str(file), *given, "--out", str(out)])


def _suggest(model: Path, lines: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["suggest", "--model", str(model), *options], input=lines)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suggester")
    rows = [*_rows(), ("没有类别", "只有字", ""), ("", "", "道路")]
    result = _train(_table(folder / "cases.csv", rows), folder / "town.model")
    assert result.exit_code == 0, result.output
    assert "F1" in result.stdout
    return folder / "town.model"


def test_each_line_has_its_answer_in_order(trained: Path) -> None:
    asked = ["门口路面有坑，车过不去", "家里水管漏水，没人修", "路灯不亮，夜里漆黑"] * 400
    result = _suggest(trained, "".join(f"{json.dumps({'text': text})}\n" for text in asked))
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["label"] for answer in answers] == ["道路", "供水", "照明"] * 400
    for answer in answers:
        assert set(answer) == {"label", "probability", "next"}
        chances = [answer["probability"], *(other["probability"] for other in answer["next"])]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) == pytest.approx(1, abs=0.001)


def test_not_sure_is_null_with_three(trained: Path) -> None:
    result = _suggest(trained, '{"text": "xyz"}\n{"text": "路面有坑"}\n', "--sure", "1")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["label"] for answer in answers] == [None, None]
    assert [len(answer["next"]) for answer in answers] == [3, 3]
    assert answers[1]["next"][0]["label"] == "道路"
    assert answers[1]["next"][0]["probability"] == answers[1]["probability"]
    assert json.loads(_suggest(trained, '{"text": "xyz"}').stdout)["label"] is None


def test_a_wrong_line_is_told_by_its_number_and_the_others_are_answered(trained: Path) -> None:
    lines = '{"text": "水管漏水"}\n{"text"\n\n{"text": 7}\n[]\n{"text": "路灯不亮"}\n'
    result = _suggest(trained, lines)
    assert result.exit_code == 1
    assert [json.loads(line)["label"] for line in result.stdout.splitlines()] == ["供水", "照明"]
    told = result.stderr.splitlines()
    assert [line.split("：")[0] for line in told[:3]] == ["第 2 行", "第 4 行", "第 5 行"]
    assert "3 lines" in told[3]


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "no.model"
    file.write_bytes(b"\x80\x04pickle")
    result = _suggest(file, '{"text": "水管漏水"}\n')
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no model" in result.stderr


def test_the_card_tells_data_date_figures_and_limits(trained: Path) -> None:
    card = trained.with_name("town.model.md").read_text(encoding="utf-8")
    about = unpacked(trained.read_bytes()).about
    assert about["rows"] == 120
    assert about["left_out"] == 2
    assert about["labels"] == {"供水": 40, "照明": 40, "道路": 40}
    for told in ("cases.csv", about["sha256"], about["trained_on"], "| 道路 | 40 |", "macro-F1", "限度"):
        assert str(told) in card


def test_only_what_twenty_texts_hold_is_kept(trained: Path) -> None:
    kept = set(unpacked(trained.read_bytes()).views[0].ngrams)
    texts = [normalised("\n".join(row[:2])) for row in _rows()]
    assert [gram for gram in kept if sum(gram in text for text in texts) < 20] == []
    assert {"水", "路灯"} <= kept


def test_the_same_table_makes_the_same_model(trained: Path, tmp_path: Path) -> None:
    _train(trained.with_name("cases.csv"), tmp_path / "again.model")
    first, again = (unpacked(path.read_bytes()) for path in (trained, tmp_path / "again.model"))
    for one, other in zip(first.views, again.views, strict=True):
        assert np.array_equal(one.weights, other.weights)
    assert (first.labels, first.about["quality"]) == (again.labels, again.about["quality"])


@pytest.mark.parametrize(
    ("rows", "columns", "told"),
    [
        (_rows(), ("标题", "正文", "类别"), "no such column: 内容; there are: 标题, 正文, 类别"),
        ([*_rows(), ("路", "坑", "其他")], COLUMNS, "too few: 其他 (1)"),
        ([("路面", "有坑", "道路")] * 90, COLUMNS, "too few: 道路 (1)"),
        ([row for row in _rows() if row[2] == "道路"], COLUMNS, "two labels"),
        ([], COLUMNS, "two labels"),
        ([(chr(n), "", "ab"[n % 2]) for n in range(0x4E00, 0x4E40)], COLUMNS, "nothing stands in 20 texts"),
    ],
)
def test_a_table_that_will_not_do_is_refused_in_one_line(
    tmp_path: Path, rows: list[tuple[str, ...]], columns: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "town.model"
    result = _train(_table(tmp_path / "cases.csv", rows, columns), out)
    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes("标题,内容,类别\n路,坑,道路\n".encode("gb18030"))
    assert "not in UTF-8" in _train(file, tmp_path / "town.model").stderr


def test_without_scikit_learn_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "find_spec", lambda _name: None)
    result = _train(_table(tmp_path / "cases.csv", _rows()), tmp_path / "town.model")
    assert result.exit_code == 1
    assert "gongshi[training]" in result.stderr
