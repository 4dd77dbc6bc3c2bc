"""A review may only take away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.redaction import MARK, is_reduction, mask

TEXT = "王先生住在青河路12号，电话13800000000，路灯坏了。"


@pytest.mark.parametrize(
    "reviewed",
    [
        TEXT,
        "▇住在青河路12号，电话▇，路灯坏了。",
        "▇▇▇住在青河路12号，电话▇▇▇▇▇▇▇▇▇▇▇，路灯坏了。",
        "▇路灯坏了。",
        "王先生▇",
        "▇",
        "▇，▇，▇",
    ],
)
def test_taking_away(reviewed: str) -> None:
    assert is_reduction(TEXT, reviewed)


@pytest.mark.parametrize(
    "reviewed",
    [
        "",  # everything gone, and nothing shows it
        "住在青河路12号，电话13800000000，路灯坏了。",  # the name went without a mark
        "▇住在青河路12号，电话▇，路灯没坏。",  # changed
        "▇住在青河路12号，电话▇，路灯坏了。已修好。",  # added at the end
        "某▇住在青河路12号，电话▇，路灯坏了。",  # added at the start
        "▇路灯坏了。▇青河路12号",  # moved
        "王先生▇住在青河路12号，电话13800000000，路灯坏了。",  # a mark for nothing
        TEXT + "▇",
        "▇" + TEXT,
        "▇" * (len(TEXT) + 1),  # more marks than characters
        "▇坏了。▇",
        "王先生 住在青河路12号，电话13800000000，路灯坏了。",
    ],
)
def test_anything_else(reviewed: str) -> None:
    assert not is_reduction(TEXT, reviewed)


@pytest.mark.parametrize(
    ("original", "reviewed", "reduces"),
    [
        ("", "", True),
        ("", "▇", False),
        ("a▇b", "a▇b", True),  # the mark was in the text before
        ("abab", "▇ab", True),  # the first place that fits is not the only one
        ("ababa", "▇ab▇", True),
        ("abab", "▇ab▇", False),
        ("aab", "▇ab", True),
        ("ab", "▇ab", False),
        ("aa", "a▇a", False),  # the two pieces must not share a letter
        ("aaa", "a▇a", True),
        ("x\ny", "x▇y", True),  # line ends can go too
        ("x\r\ny", "x\ny", False),
    ],
)
def test_short_texts(original: str, reviewed: str, reduces: bool) -> None:
    assert is_reduction(original, reviewed) is reduces


def test_another_mark() -> None:
    assert is_reduction("call 555 now", "call [gone] now", "[gone]")
    assert mask("call 555 now", [(5, 8)], "[gone]") == "call [gone] now"


def test_an_empty_mark_would_hide_what_went() -> None:
    with pytest.raises(ValueError, match="mark"):
        is_reduction("a", "", "")
    with pytest.raises(ValueError, match="mark"):
        mask("a", [(0, 1)], "")


@pytest.mark.parametrize("spans", [[(3, 3)], [(4, 2)], [(-1, 2)], [(0, 99)]])
def test_spans_must_lie_in_the_text(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="span"):
        mask("12345", spans)


@pytest.mark.parametrize(
    ("spans", "masked"),
    [
        ([], "12345"),
        ([(0, 2)], "▇345"),
        ([(3, 5), (0, 1)], "▇23▇"),
        ([(1, 2), (2, 4)], "1▇5"),
        ([(1, 4), (2, 3)], "1▇5"),
        ([(0, 5)], "▇"),
    ],
)
def test_masking(spans: list[tuple[int, int]], masked: str) -> None:
    assert mask("12345", spans) == masked


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(st.sampled_from("ab甲\n"), min_size=1, max_size=30))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    return text, draw(st.lists(ends.filter(lambda pair: pair[0] < pair[1]).map(tuple), max_size=5))


@given(texts_with_spans())
def test_masking_takes_away_exactly_the_spans(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = case
    masked = mask(text, spans)
    gone = {n for start, end in spans for n in range(start, end)}
    assert masked.replace(MARK, "") == "".join(c for n, c in enumerate(text) if n not in gone)
    assert is_reduction(text, masked)
    assert MARK * 2 not in masked


@given(texts_with_spans(), texts_with_spans())
def test_a_review_of_a_review_is_a_review(
    case: tuple[str, list[tuple[int, int]]], more: tuple[str, list[tuple[int, int]]]
) -> None:
    text, spans = case
    once = mask(text, spans)
    twice = mask(once, [(a, b) for a, b in more[1] if b <= len(once)])
    assert is_reduction(text, twice)


short = st.text(st.sampled_from("ab"), max_size=8)


@given(short, st.text(st.sampled_from("ab▇"), max_size=8))
def test_against_a_pattern(original: str, reviewed: str) -> None:
    """Every mark is "one character or more", everything else itself."""
    pattern = ".+".join(re.escape(piece) for piece in reviewed.split(MARK))
    assert is_reduction(original, reviewed) == (re.fullmatch(pattern, original, re.DOTALL) is not None)


def test_long_texts_are_quick() -> None:
    """5,000 characters that almost match: a pattern that tries every way would not end in a lifetime."""
    assert not is_reduction("ab" * 2500 + "c", "▇ab" * 1000 + "d")
