"""Where is my case, by when, then what: as steps, and as a drawing that a strict page may show."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gongshi.rules.procedure import Promise, diagram, due_clock, parse, picture
from gongshi.rules.procedure.diagram import ROLES
from gongshi.rules.procedure.layout import WIDTH
from gongshi.rules.procedure.model import ABOVE, NOBODY, STAFF
from gongshi.rules.procedure.state import ClockState
from tests.rules.procedure_cases import CLERK, RESIDENT, Journey, day
from tests.rules.procedure_files import ALL, HERE, PACK, SMALL, loaded

PROCEDURE = loaded(SMALL)
SVG = "{http://www.w3.org/2000/svg}"


def told(case: Journey, **values) -> list[tuple[str, str]]:
    return [(step.code, step.status) for step in picture(case.procedure, case.state, **values)]


def on_the_way(*moves: str) -> Journey:
    case = Journey(PROCEDURE, day("03-02"))
    for move in moves:
        case.make(move, RESIDENT if move in ("escalate", "confirm", "withdraw") else CLERK, day("03-03"))
    return case


@pytest.mark.parametrize(
    ("moves", "way", "beside"),
    [
        ("", "received! handling> answered.. confirmed..", "disputed escalated"),
        ("accept", "received handling! answered> confirmed..", "disputed escalated promised waiting"),
        ("accept ask", "received waiting! handling> answered.. confirmed..", "escalated"),
        ("accept promise", "received handling promised! answered> confirmed..", "escalated"),
        ("accept answer", "received handling answered! confirmed>", "escalated"),
        ("escalate", "received escalated! handling> answered.. confirmed..", ""),
        ("accept answer escalate", "received escalated! handling> answered.. confirmed..", ""),
        ("accept answer confirm", "received handling answered confirmed!", ""),
        ("accept withdraw", "received withdrawn!", ""),
    ],
)
def test_a_case_and_the_steps_around_it(moves, way, beside) -> None:
    """In a row: done, "!" for here, ">" for next, ".." for later; and what is possible beside the way."""
    signs = {"": "done", "!": "here", ">": "next", "..": "later"}
    steps = told(on_the_way(*moves.split()))
    expected = [re.fullmatch(r"([a-z]+)(\W*)", word).groups() for word in way.split()]
    assert [step for step in steps if step[1] != "possible"] == [
        (code, signs[sign]) for code, sign in expected
    ]
    assert not beside or {status for _, status in steps[-len(beside.split()) :]} == {
        "possible"
    }  # they come last
    assert sorted(code for code, status in steps if status == "possible") == beside.split()


def test_another_end_stands_where_the_main_one_would() -> None:
    case = on_the_way("accept", "answer")
    case.pass_time(day("04-30"))
    assert told(case) == [
        ("received", "done"),
        ("handling", "done"),
        ("answered", "done"),
        ("unconfirmed", "here"),
    ]


def test_history_tells_what_was_really_passed() -> None:
    case = on_the_way("escalate")
    assert told(case, visited={"received", "escalated"})[:2] == [("received", "done"), ("escalated", "here")]
    withdrawn = on_the_way("accept", "answer", "withdraw")
    assert told(withdrawn, visited={"received", "handling", "answered"}) == [
        ("received", "done"),
        ("handling", "done"),
        ("answered", "done"),
        ("withdrawn", "here"),
    ]


def test_by_when_and_then_what() -> None:
    case = on_the_way("accept")
    here = next(step for step in picture(PROCEDURE, case.state, on=day("03-16")) if step.status == "here")
    assert (here.clock, here.by_when, here.late, here.paused) == ("answer", day("03-16"), False, False)
    assert here.then == PROCEDURE.clocks["answer"].says
    assert here.promised is False
    late = next(step for step in picture(PROCEDURE, case.state, on=day("03-17")) if step.status == "here")
    assert late.late is True
    case = Journey(PROCEDURE, day("03-02"), promise=Promise(5, "working"))
    here = picture(PROCEDURE, case.state)[0]
    assert (here.clock, here.by_when, here.promised) == ("acceptance", day("03-04"), True)


def test_what_passed_tells_what_follows_now_and_no_more_of_what_came() -> None:
    """Late and pressed: the next press. Pressed for the last time: nothing comes by itself, the resident may leave."""
    ladder = loaded(PACK / "grievance.toml")
    case = Journey(ladder, day("03-02"), stage="re_review", clocks=False)
    case.state = replace(
        case.state, clocks={"re_review": ClockState(run=1, started_on=day("03-02"), due_on=day("04-01"))}
    )

    def then() -> object:
        return next(step.then for step in picture(ladder, case.state) if step.status == "here")

    assert then() == ladder.clocks["re_review"].says
    case.pass_time(day("04-02"))
    assert then() == ladder.clocks["pressed_last"].says
    on = day("04-02")
    while case.state.counts["press_last"] < 3 or case.state.clocks["pressed_last"].expired_on is None:
        on += timedelta(days=1)
        case.pass_time(on)
    assert then() is None


def test_the_clock_that_counts_is_that_of_whoever_must_act() -> None:
    case = on_the_way("accept", "ask")
    assert due_clock(PROCEDURE, case.state)[0] == "reply"
    case.make("escalate", RESIDENT, day("03-04"))
    assert due_clock(PROCEDURE, case.state)[0] == "above"
    case.make("withdraw", RESIDENT, day("03-04"))
    assert due_clock(PROCEDURE, case.state) is None


WIDEST = 372  # of the longest ladder; a phone of 320 still shows its letters at ten pixels


def drawn(path, language: str, here: str | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(diagram(loaded(path), language, here))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_drawing_is_fit_for_a_strict_page(path, language) -> None:
    procedure = loaded(path)
    for here in (None, *procedure.stages):
        text = diagram(procedure, language, here)
        root = ElementTree.fromstring(text)
        assert root.get("role") == "img"
        assert WIDTH <= int(root.get("viewBox", "").split()[2]) <= WIDEST
        title, described = root.get("aria-labelledby", "").split()
        assert root.find(f"{SVG}title").get("id") == title
        assert root.find(f"{SVG}desc").get("id") == described
        assert root.find(f"{SVG}title").text == procedure.name[language]
        assert not re.search(r"<script|<style|style=|href|url\(|on\w+=", text)
        assert {element.tag.removeprefix(SVG) for element in root} <= {
            *("title", "desc", "rect", "text", "circle", "path", "polygon")
        }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_everything_is_drawn_within_320_and_told_in_words(path, language) -> None:
    procedure, root = loaded(path), drawn(path, language)
    height = int(root.get("height"))
    for element in root:
        x, y = float(element.get("x", element.get("cx", 0))), float(element.get("y", element.get("cy", 0)))
        width = float(element.get("width", 0))
        if element.tag == f"{SVG}text" and element.get("text-anchor") != "middle":
            size = float(element.get("font-size"))
            width = sum(size if ord(sign) > 0x2E80 else size * 0.52 for sign in element.text)
        assert 0 <= x <= x + width <= WIDTH, element.text
        assert 0 <= y <= height
    words = root.find(f"{SVG}desc").text
    for part in (*procedure.stages.values(), *procedure.moves.values()):
        assert part.name[language] in words


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_boxes_stand_apart_and_lanes_do_not_lie_on_each_other(path) -> None:
    root = drawn(path, "en")
    boxes = [(float(r.get("y")), float(r.get("height"))) for r in root.iter(f"{SVG}rect")]
    assert len(boxes) == len(loaded(path).stages)
    for (top, height), (below, _) in pairwise(boxes):
        assert top + height < below
    lanes = re.findall(r'd="M(\d+) (\d+)V(\d+)"', diagram(loaded(path), "en"))
    upright = [(int(x), int(a), int(b)) for x, a, b in lanes if int(x) > 200]
    for one, (x, a, b) in enumerate(upright):
        for other_x, c, d in upright[one + 1 :]:
            assert x != other_x or b < c or d < a


def test_the_stage_of_the_case_is_marked_in_word_and_shape() -> None:
    root = drawn(HERE / "small.toml", "en", "waiting")
    marked = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "procedure-here"]
    assert len(marked) == 1
    assert marked[0].get("stroke-width") == "3"
    assert "▶ You are here" in [t.text for t in root.iter(f"{SVG}text")]
    assert "Waiting (you are here)" in root.find(f"{SVG}desc").text
    assert "▶ You are here" not in [t.text for t in drawn(HERE / "small.toml", "en").iter(f"{SVG}text")]


def test_every_number_in_the_drawing_has_its_meaning() -> None:
    root = drawn(HERE / "small.toml", "en")
    numbers = [t.text for t in root.iter(f"{SVG}text") if t.get("class") == "procedure-number"]
    everywhere = {"escalate", "withdraw"}
    assert {int(number) for number in numbers} == set(range(1, len(PROCEDURE.moves) - len(everywhere) + 1))
    assert all(numbers.count(number) >= 2 for number in numbers), (
        "once where it leaves, once where it is told"
    )


def test_names_are_escaped() -> None:
    text = SMALL.replace('en = "Small"', 'en = "<b>&\\"Small"').replace('en = "Waiting"', 'en = "<script>"')
    root = ElementTree.fromstring(diagram(loaded(text), "en"))
    assert root.find(f"{SVG}title").text == '<b>&"Small'


def test_an_unknown_stage_or_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        diagram(PROCEDURE, "en", "nowhere")
    with pytest.raises(KeyError):
        diagram(PROCEDURE, "fr")


def test_every_role_has_a_word() -> None:
    assert set(ROLES) == {"resident", "system", NOBODY, *STAFF}
    assert set(ABOVE) < set(STAFF)


def test_reopening_is_not_said_to_be_possible_at_any_time() -> None:
    """In a procedure with two open stages it starts from "every other open stage", and from ends besides."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "rules" / "procedures.md").read_text(
        encoding="utf-8"
    )
    example, found = parse(page.split("```toml\n")[1].split("```")[0])
    assert example is not None
    assert not found
    drawn = diagram(example, "en")
    assert "Reopen" not in drawn.partition("At any time until the end:")[2]
    assert "Withdraw" in drawn.partition("At any time until the end:")[2]
