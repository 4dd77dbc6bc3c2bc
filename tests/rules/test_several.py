"""Several matters in one text: by numbers, by words, by what the parts are about; the parts are always the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.several import MOST, parts

LAMP, BINS = "门口的路灯坏了半个月没有人修", "楼下的垃圾桶三天没有人来清理"


def about(text: str) -> tuple[str, float] | None:
    """Sure of lamps, bins or both; knows nothing else."""
    found = [word for word in ("路灯", "垃圾", "lamp", "bins") if word in text]
    return (found[0], 0.95 if len(found) == 1 else 0.3) if found else None


@pytest.mark.parametrize(
    "text",
    [
        f"领导好：1、{LAMP}。2、{BINS}。谢谢",
        f"一、{LAMP}\n二、{BINS}",
        f"（1）{LAMP}；（2）{BINS}",
        f"第一，{LAMP}。第二，{BINS}。",
        f"{LAMP}。另外，{BINS}。",
        f"{LAMP}。还有一件事，{BINS}。",
        "First, the lamp at our gate is broken. Second, the bins are overflowing.",
        "The lamp at our gate is broken. Also, the bins are overflowing.",
    ],
)
@pytest.mark.parametrize("labelled", [about, lambda _: None])
def test_numbers_and_words_begin_another_matter(text: str, labelled: object) -> None:
    found = parts(text, labelled)  # type: ignore[arg-type]
    assert len(found) == 2
    assert "".join(found) == text
    assert re.search("路灯|lamp", found[0])
    assert re.search("垃圾|bins", found[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{LAMP}。",
        "路上的坑长1.5米、宽2.5米，1天补了2次也没有补好。",
        "1、坏了。2、没人修。",
        f"2、{LAMP}。3、{BINS}。",
        "There are also three lamps that do not work at all here.",
    ],
)
def test_one_matter_stays_one(text: str) -> None:
    assert parts(text) == (text,)


def test_points_about_one_and_the_same_are_one_matter() -> None:
    text = f"1、{LAMP}。2、桥上的路灯也坏了，晚上看不见。"
    assert parts(text, about) == (text,)
    assert len(parts(text)) == 2


def test_without_a_word_only_what_is_sure_on_both_sides_is_told_apart() -> None:
    text = f"我们小区{LAMP}，晚上回家的老人摔过两次。后来又发现{BINS}，苍蝇到处飞，夏天更难受。"
    assert parts(text, about) == (text[: text.index("后来")], text[text.index("后来") :])
    assert parts(text, lambda part: (found[0], 0.6) if (found := about(part)) else None) == (text,)


@given(st.text("1２一二第、.。（）() 另外还有also路灯垃圾\n", max_size=120))
def test_the_parts_are_the_text(text: str) -> None:
    found = parts(text, about)
    assert "".join(found) == text
    assert 1 <= len(found) <= MOST
