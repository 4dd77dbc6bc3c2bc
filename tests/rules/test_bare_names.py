"""What is taken for somebody's name within a text, and what is not."""

import pytest

from gongshi.rules.bare_names import names_in, pairs_of, without_people
from gongshi.rules.searching import asked_tokens, kept_tokens
from gongshi.rules.similarity import Report, twins


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李小明路灯", "李小明"),
        ("找李小明的路灯", "李小明"),
        ("欺负李小明", "李小明"),
        ("昨天李小明说路灯坏了", "李小明"),
        ("李-小-明 路灯", "李-小-明"),
        ("張偉村里的路", "張偉"),
        ("邻居欧阳小明在楼下养狗", "欧阳小明"),
        ("Peter Jones broke the lamp", "Peter Jones"),
        ("peter jones lamp", "peter jones"),
        ("a man called Li Xiaoming there", "Li Xiaoming"),
    ],
)
def test_a_name_among_other_words(text: str, name: str) -> None:
    assert [text[start:end] for start, end in names_in(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "提高小区安全",
        "马路不平",
        "黄兴路路灯坏了",
        "关于高层住宅",
        "公积金贷款",
        "3万元",
        "Yang Lane lamp",
        "The Lamps Are Broken",
    ],
)
def test_ordinary_words_are_nobody(text: str) -> None:
    assert names_in(text) == []


def test_the_words_of_the_place_are_nobody() -> None:
    assert names_in("万家丽的灯")
    assert names_in("万家丽的灯", pairs_of(["万家丽"])) == []


def test_nothing_of_a_name_is_kept_or_looked_for() -> None:
    kept = kept_tokens("路灯", "昨天李小明说路灯坏了，Peter Jones too, 13812345678")
    assert {"路灯", "昨天", "too"} <= kept
    # Nor pairs that reach from what stands beside it, on either side.
    assert not {token for token in kept if set(token) & set("李小明")} | (kept & {"peter", "jone", "天说"})
    assert asked_tokens("李小明路灯", frozenset()) == ("路灯",)
    assert asked_tokens("李小明", frozenset()) == ()


@pytest.mark.parametrize("asked", ["李小明", "13812345678", "找李小明"])
def test_nobody_is_a_twin(asked: str) -> None:
    text = "昨天李小明说路灯坏了，电话13812345678"
    stored = Report("路灯", text, kept=frozenset(kept_tokens("路灯", text)))
    assert twins(Report("", asked), {"it": stored}) == []
    assert twins(Report("路灯", without_people(f"{asked}，路灯坏了")), {"it": stored})
