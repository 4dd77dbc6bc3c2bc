"""Finding published cases: what is kept of them and looked for, and what is never kept of anybody."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules import searching
from gongshi.rules.personal import could_be_name
from gongshi.rules.retrieval import UNIT

# Every number here is made up; those that carry a check digit carry a right one.
TELLS = {
    "phone": "13800000000",
    "identity": "11010519491231002X",
    "email": "lin@example.org",
    "plate": "浙AD12345",
    "home": "幸福路12号3号楼501室",
    "name": "联系人：李小明",
}


@pytest.mark.parametrize("kind", TELLS)
def test_nothing_that_is_marked_is_kept_or_looked_for(kind: str) -> None:
    words = TELLS[kind]
    kept = searching.kept_tokens("路灯坏了", f"请看，{words}。路灯不亮")
    assert {"路灯", "不亮"} <= kept
    for token in ("13800000000", "lin", "example", "12345", "ad12345", "501", "501室", "李小", "小明"):
        assert token not in kept
    assert kind in searching.marked_kinds(f"路灯 {words}")


def test_words_beside_each_other_are_not_joined_across_what_is_left_out() -> None:
    assert "修是" not in searching.kept_tokens("", "修李小明是", names=["李小明"])
    assert {"修", "是"} <= searching.kept_tokens("", "修李小明是", names=["李小明"])


@pytest.mark.parametrize("question", ["路灯", "老桥 路灯 不亮", "street light", "12345", "小区停车收费"])
def test_a_matter_is_nobody(question: str) -> None:
    assert searching.marked_kinds(question) == []


@pytest.mark.parametrize(
    ("word", "could"),
    [
        ("张伟", True),
        ("王小明", True),
        ("欧阳娜", True),
        ("張偉", True),
        ("路灯", False),
        ("张伟家里", False),
        ("张", False),
    ],
)
def test_what_could_be_a_name(word: str, could: bool) -> None:
    assert could_be_name(word) is could


def test_a_question_by_hand() -> None:
    assert searching.asked_tokens("路燈壞了，street LIGHTS") == ("路灯", "灯坏", "坏了", "street", "light")
    assert searching.asked_tokens("灯") == ("灯",)
    assert searching.asked_tokens("？！") == ()


def test_the_facets_of_a_case() -> None:
    one, other = UUID(int=1), UUID(int=2)
    found = searching.facets(number=1 << 15, category=one, area=other, year=2026)
    assert found == ["›b11›16", "›b15›1", "›b18›0", f"›c{one.hex}", "›y2026", f"›a{other.hex}"]
    assert not searching.kept_tokens(" ".join(found), " ".join(found)) & set(found)


def test_a_title_counts_more_and_a_rarer_word_too() -> None:
    common, rare = {"路灯": UNIT}, {"路灯": 5 * UNIT}
    assert searching.score(common, "路灯坏了", "") > searching.score(common, "坏了", "路灯")
    assert searching.score(rare, "坏了", "路灯") > searching.score(common, "坏了", "路灯")
    assert searching.score(common, "停水", "没有") == 0


def test_pieces_by_hand() -> None:
    found = searching.pieces("老桥的路燈和Lights坏了", ("路灯", "light"))
    assert [(piece.text, piece.hit) for piece in found] == [
        ("老桥的", False),
        ("路燈", True),
        ("和", False),
        ("Lights", True),
        ("坏了", False),
    ]


@given(st.text(max_size=80), st.text(max_size=12))
def test_pieces_are_the_text(text: str, question: str) -> None:
    found = searching.pieces(text, searching.asked_tokens(question))
    assert "".join(piece.text for piece in found) == text


def test_an_excerpt_shows_the_word_and_says_that_more_is_left_out() -> None:
    found = searching.pieces("无" * 300 + "路灯" + "有" * 300, ("路灯",), around=100)
    assert [piece.text for piece in found if piece.hit] == ["路灯"]
    assert found[0].text.startswith("…")
    assert found[-1].text.endswith("…")
    assert sum(len(piece.text) for piece in found) <= 102


@pytest.mark.parametrize(
    ("question", "heading", "text", "value"),
    [
        ("路灯", "路灯不亮", "", 1_000),
        ("路灯", "停电", "路灯也没有", 500),
        ("路灯", "大厅几点开门", "", 0),
        ("路燈", "路灯不亮", "", 1_000),
        ("street lights", "Street light out", "", 1_000),
        ("street lights", "Street trading", "", 500),
        ("noisy", "Noise: what counts as noisiness", "", 1_000),
        ("", "路灯", "", 0),
    ],
)
def test_how_much_of_a_question_stands_in_something(
    question: str, heading: str, text: str, value: int
) -> None:
    assert searching.fit(searching.asked_tokens(question), heading, text) == value


def test_what_holds_half_as_much_as_the_best_is_left_out() -> None:
    assert searching.is_fit(501, 1_000)
    assert not searching.is_fit(500, 1_000)
    assert not searching.is_fit(0, 0)
