"""docs/rules/retrieval.md: its tables by hand, and what holds for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.retrieval import (
    LONGEST_TOKEN,
    MOST_TOKENS,
    SATURATION,
    UNIT,
    asked_tokens,
    is_close,
    language_of,
    looked_up,
    rarity,
    stem,
    tokens,
    weights,
)

TEXT = st.text(max_size=60)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E40), max_size=30)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证", ["身", "份", "证", "身份", "份证"]),
        ("证", ["证"]),
        ("Lost Identity CARDS", ["lost", "ident", "card"]),
        ("ＡＰＰ办ETC", ["app", "办", "etc"]),
        ("路燈", ["路", "灯", "路灯"]),
        ("e\u0301te\u0301", ["été"]),
        ("打12345。", ["打", "12345"]),
        ("resident’s a I", ["resid"]),
        ("", []),
        ("？！ …", []),
    ],
)
def test_tokens_by_hand(text: str, found: list[str]) -> None:
    assert list(tokens(text)) == found


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("permits", "permit"),
        ("policies", "polici"),
        ("policy", "polici"),
        ("repairing", "repair"),
        ("repaired", "repair"),
        ("taxes", "tax"),
        ("branches", "branch"),
        ("licences", "licenc"),
        ("houses", "hous"),
        ("house", "hous"),
        ("bus", "bus"),
        ("address", "address"),
        ("status", "status"),
        ("this", "this"),
        ("gas", "gas"),
        ("été", "été"),
    ],
)
def test_stems_by_hand(word: str, one: str) -> None:
    assert stem(word) == one


@pytest.mark.parametrize(
    ("text", "language"), [("怎么办证", "zh"), ("How do I", "en"), ("12345", "en"), ("ETC怎么办", "zh")]
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert language_of(text) == language


def test_rarity_by_hand() -> None:
    assert [rarity(10, holding) for holding in (0, 1, 5, 10)] == [3091, 1992, 693, 47]


def test_weights_by_hand() -> None:
    found = weights("户口", ["派出所户口"])
    assert found == {"户": 545, "口": 545, "户口": 1900, "派出": 1349, "出所": 1349, "所户": 1349}


@given(TEXT)
def test_tokens_do_not_depend_on_case_or_width(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert list(tokens(wide)) == list(tokens(text))
    for token in tokens(text):
        assert 1 <= len(token) <= LONGEST_TOKEN
        assert token == token.casefold()


@given(HAN, HAN)
def test_what_a_text_holds_is_found_in_it(before: str, inside: str) -> None:
    assert set(tokens(inside)) <= set(tokens(before + inside + before))


@given(TEXT, st.lists(TEXT, max_size=4))
def test_weights_are_bounded_and_the_heading_counts_more(heading: str, parts: list[str]) -> None:
    found = weights(heading, parts)
    assert all(1 <= weight < (SATURATION + 1) * UNIT for weight in found.values())
    assert set(tokens(heading)) <= found.keys()
    for token, weight in weights(heading).items():
        if token not in weights("", [heading]):
            continue
        assert weight >= weights("", [heading])[token] or len(list(tokens(heading))) > 80


@given(st.integers(1, 5_000), st.data())
def test_the_rarer_the_more(pages: int, data: st.DataObject) -> None:
    fewer, more = sorted(data.draw(st.tuples(st.integers(0, pages), st.integers(0, pages))))
    assert rarity(pages, fewer) >= rarity(pages, more) >= 1


@given(TEXT, st.integers(1, 200), st.data())
def test_what_is_looked_up(question: str, pages: int, data: st.DataObject) -> None:
    asked = asked_tokens(question)
    holding = {token: data.draw(st.integers(0, pages)) for token in asked}
    look = looked_up(asked, holding, pages)
    assert len(look.rarities) <= MOST_TOKENS
    assert all(holding[token] for token in look.rarities)
    assert look.telling <= look.rarities.keys()
    assert bool(look.rarities) == any(holding.values())
    assert look.least == (2 if sum(len(token) > 1 for token in asked) > 2 else 1)


def test_what_stands_everywhere_is_looked_up_only_when_nothing_else_is_there() -> None:
    assert looked_up(["怎么", "公积"], {"怎么": 9, "公积": 1}, 10).rarities == {"公积": 1992}
    assert looked_up(["怎么"], {"怎么": 9}, 10).telling == frozenset()


def test_what_three_pages_hold_is_never_common() -> None:
    assert looked_up(["怎么", "公积"], {"怎么": 3, "公积": 1}, 3).telling == {"怎么", "公积"}
    assert looked_up(["怎么", "公积"], {"怎么": 4, "公积": 1}, 4).telling == {"公积"}


def test_single_characters_are_asked_only_where_there_is_little_else() -> None:
    assert asked_tokens("公积金") == ("公", "积", "金", "公积", "积金")
    assert asked_tokens("租房能不能提取公积金")[:2] == ("租房", "房能")


def test_close() -> None:
    assert [is_close(score, 1_000) for score in (1_000, 400, 399, 0)] == [True, True, False, False]
    assert not is_close(0, 0)
