"""Reading procedures: what is written comes out, and every fault says where, what and what to do."""

import re
import tomllib

import pytest

from gongshi.rules.procedure import EFFECTS, KINDS, NEEDS, OUTCOMES, STAFF, Fault, load, parse
from gongshi.rules.procedure.faults import FAULTS
from gongshi.rules.procedure.lines import line_of, lines_of
from tests.rules.broken_procedures import READING, TABLE, broken
from tests.rules.procedure_files import (
    ALL,
    PACK,
    ROOT,
    SHIPPED,
    SMALL,
    added,
    block,
    changed,
    loaded,
    text_of,
    within,
)


def found_in(text: str) -> list[Fault]:
    procedure, faults = load(text)
    assert (procedure is None) == bool(faults)
    return faults


def test_the_demo_place_has_its_procedures() -> None:
    assert [path.stem for path in SHIPPED] == [
        "conduct",
        "dispute",
        "grievance",
        "hotline",
        "question",
        "service-request",
    ]
    for path in SHIPPED:
        assert loaded(path).code == path.stem


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_text_is_in_both_languages(path) -> None:
    """English has no Chinese in it, and Chinese has some."""
    procedure = loaded(path)
    pairs = [procedure.name]
    for part in (*procedure.stages.values(), *procedure.clocks.values(), *procedure.moves.values()):
        pairs += [part.name, getattr(part, "says", part.name), part.basis or procedure.name]
    for letter in procedure.letters.values():
        pairs += [letter.name, letter.text, *letter.needs.values()]
    for words in pairs:
        assert re.search("[\u4e00-\u9fff]", words["zh"]), words
        assert words["en"]
        assert not re.search("[\u3000-\u9fff]", words["en"]), words


def test_what_is_written_is_what_is_read() -> None:
    procedure = loaded(SMALL)
    answer, extend = procedure.clocks["answer"], procedure.moves["extend"]
    assert (procedure.code, procedure.version, procedure.kind, procedure.subject) == (
        "small",
        1,
        "request",
        "none",
    )
    assert procedure.path == ("received", "handling", "answered", "confirmed")
    assert procedure.stages["confirmed"].end
    assert not procedure.stages["waiting"].end
    assert (answer.days, answer.default_days, answer.counting, answer.owes_answer) == (
        "promise",
        10,
        "working",
        True,
    )
    assert answer.paused_in == {"waiting"}
    assert answer.pause_limit_days == 8
    assert answer.warn_days == 2
    assert answer.extension is not None
    assert (answer.extension.times, answer.extension.days) == (1, 5)
    assert procedure.clocks["reply"].expiry_move == "resume"
    assert not procedure.clocks["reply"].supervise
    assert (extend.to, extend.clock, extend.needs, extend.by) == ("", "answer", ("reason",), ("office",))
    assert procedure.moves["withdraw"].sources == set(procedure.stages) - {"withdrawn"}
    ends = {"confirmed", "unconfirmed", "withdrawn"}
    assert procedure.moves["escalate"].sources == set(procedure.stages) - ends - {"escalated"}
    assert procedure.moves["answer"].basis == procedure.basis
    assert procedure.routes_named == {"court"}


def test_own_basis_and_own_routes_take_the_place_of_the_general_ones() -> None:
    basis = 'basis = { zh = "第二条", en = "art. 2" }'
    text = changed(
        SMALL, added("moves.accept", basis), added("stages.handling", 'routes = ["court", "ombuds"]')
    )
    procedure, _ = parse(text)
    assert procedure is not None
    assert procedure.moves["accept"].basis == {"zh": "第二条", "en": "art. 2"}
    assert procedure.moves["answer"].basis == {"zh": "示例规定", "en": "Example rules"}
    assert procedure.stages["handling"].routes == ("court", "ombuds")
    assert procedure.routes_named == {"court", "ombuds"}


def test_how_high_a_procedure_reaches() -> None:
    by_stem = {path.stem: loaded(path) for path in ALL}
    assert {stem: procedure.levels_above for stem, procedure in by_stem.items()} == {
        "conduct": 1,
        "dispute": 0,
        "hotline": 0,
        "question": 0,
        "service-request": 0,
        "grievance": 2,
        "small": 0,
    }
    assert by_stem["conduct"].responsible == "above"
    assert by_stem["question"].responsible == "office"


def test_every_fault_has_a_broken_procedure_of_its_own() -> None:
    assert {code for code, _, _ in TABLE} == set(FAULTS)


@pytest.mark.parametrize(("code", "where", "changes"), READING, ids=[f"{c}-{w}" for c, w, _ in READING])
def test_a_badly_written_file_is_refused(code, where, changes) -> None:
    procedure, faults = parse(broken(changes))
    assert procedure is None
    assert [(fault.code, fault.where) for fault in faults] == [(code, where)]


@pytest.mark.parametrize(("code", "where", "changes"), TABLE, ids=[f"{c}-{w}" for c, w, _ in TABLE])
def test_a_fault_explains_itself_in_both_languages(code, where, changes) -> None:
    text = broken(changes)
    for fault in found_in(text):
        for words in (fault.what, fault.fix):
            assert set(words) == {"zh", "en"}
            assert re.search("[\u4e00-\u9fff]", words["zh"])
            assert not re.search("[\u4e00-\u9fff]", words["en"])
            assert not re.search(r"\{\w+\}", words["zh"] + words["en"]), "a placeholder was left unfilled"
        assert fault.line is not None
        assert 1 <= fault.line <= len(text.splitlines())


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (within("clocks.reply", "days = 10", "days = 1.5"), "days = 1.5"),
        (within("moves.accept", '"handling"', '"handled"'), 'to = "handled"'),
        (within("moves.answer", 'needs = ["answer"]\n', ""), 'code = "answer"'),
        (added("stages.waiting", 'colour = "red"'), 'colour = "red"'),
    ],
)
def test_a_fault_names_its_line(change, line) -> None:
    """The line of the key; where the key is missing, the entry that lacks it (its header or its code is on it)."""
    text = changed(SMALL, change)
    lines = text.splitlines()
    [fault] = found_in(text)
    assert fault.line is not None
    near = lines[fault.line - 1 : fault.line + 1]
    assert line in near, (fault.where, near)


def test_lines_are_found_past_longer_texts() -> None:
    text = """
title = '''
[not.a.table]
'''
first = 1  # [nor.this]
[stages.one]
list = [
  { key = "inside" },
]
after = "[x]"
[[moves]]
name = "n"
code = "go"
to = 'x'
[[moves]]
to = "y"
"""
    lines = lines_of(text.replace("'''", '"""'))
    assert lines["first"] == 5
    assert (lines["stages.one"], lines["stages.one.list"], lines["stages.one.after"]) == (6, 7, 10)
    assert (lines["moves.go"], lines["moves.go.to"], lines["moves.1.to"]) == (11, 14, 16)
    assert "stages.one.key" not in lines
    assert "not.a.table" not in lines
    assert line_of(lines, "stages.one.missing.deep") == 6
    assert line_of(lines, "nowhere") is None


def test_all_faults_are_told_at_once() -> None:
    text = changed(
        SMALL,
        within("clocks.reply", "days = 10", "days = 0"),
        within("moves.accept", '"handling"', '"handled"'),
        added("stages.waiting", "colour = 1"),
    )
    assert {fault.code for fault in found_in(text)} == {"bad_number", "unknown_reference", "unknown_key"}


def test_two_moves_of_one_code_are_a_fault() -> None:
    twice = block("moves.accept")
    [fault] = found_in(changed(SMALL, (twice, f"{twice}\n{twice}")))
    assert fault.code == "duplicate"


def test_the_shape_of_the_whole_file_is_checked() -> None:
    assert {fault.where for fault in found_in("code = 'x'\nstages = 1\nmoves = {}\nclocks = []\n")} >= {
        "stages",
        "moves",
        "clocks",
        "version",
        "name",
        "start",
    }
    assert found_in("")[0].code == "missing_key"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_reading_twice_gives_the_same(path) -> None:
    assert loaded(text_of(path)) == loaded(text_of(path))


PAGE = (ROOT / "docs" / "rules" / "procedures.md").read_text(encoding="utf-8")


def test_the_page_names_every_key_effect_and_refusal() -> None:
    quoted = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", PAGE))))
    keys = {"times", "move", "supervise"}
    for path in ALL:
        data = tomllib.loads(text_of(path))
        tables = [data, *data["stages"].values(), *data["clocks"].values(), *data["moves"]]
        tables += data.get("letters", {}).values()
        keys |= {key for table in tables for key in table} - {"stages", "clocks", "moves", "letters"}
    assert keys - quoted == set()
    assert set(FAULTS) - quoted == set()
    for text in (*NEEDS, *OUTCOMES, *KINDS):
        assert text in PAGE


def test_the_page_tells_the_truth_about_effects() -> None:
    table = PAGE.partition("| effect | made by |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
    assert [row[0] for row in rows] == list(EFFECTS)
    words = {"resident": {"resident"}, "staff": STAFF, "superiors": STAFF - {"office"}, "system": {"system"}}
    for code, by, needs, ends in rows:
        effect = EFFECTS[code]
        assert set().union(*(words[word] for word in by.split(", "))) == effect.by, code
        assert tuple(re.sub(r"\(.*\)", "", needs).replace(",", "").split()) == effect.needs, code
        assert set(ends.split()) == effect.outcomes, code


def test_the_pages_example_loads() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert loaded(example).code == "suggestion"


def test_staff_may_read_another_name_than_residents() -> None:
    plain = loaded(SMALL)
    stage, clock = next(iter(plain.stages)), next(iter(plain.clocks))
    assert plain.stages[stage].for_staff == plain.stages[stage].name
    assert plain.clocks[clock].for_staff == plain.clocks[clock].name
    line = 'staff = { zh = "给人员看的", en = "For staff" }'
    for head in (f"stages.{stage}", f"clocks.{clock}"):
        named = loaded(changed(SMALL, added(head, line)))
        found = named.stages[stage] if head.startswith("stages") else named.clocks[clock]
        assert found.for_staff == {"zh": "给人员看的", "en": "For staff"}
        assert found.name == (plain.stages[stage] if head.startswith("stages") else plain.clocks[clock]).name
        faults = found_in(changed(SMALL, added(head, 'staff = { zh = "给人员看的" }')))
        assert [fault.where for fault in faults] == [f"{head}.staff"]


def test_every_article_of_the_promise_that_is_cited_can_be_read_and_is_called_no_law() -> None:
    folder = PACK.parent
    [page] = [
        one
        for one in tomllib.loads((folder / "pages.toml").read_text(encoding="utf-8"))["page"]
        if one["code"] == "service-promise"
    ]
    assert "不是法律" in page["answer"]["zh"]
    assert "no law" in page["answer"]["en"]
    written = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.toml"))
    cited = set(re.findall(r"清禾县服务承诺 第(\d+)条", written))
    assert len(cited) > 10
    for number in cited:
        assert f"\n第{number}条 " in page["answer"]["zh"]
        assert f"\nArt. {number} " in page["answer"]["en"]
    assert "广东省12345政务服务便民热线管理办法" not in written, "no article of another place is cited"
