"""Prepared words: what is filled in, what stays standing, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.templates import PLACEHOLDERS, Fault, faults, filled, placeholders_in

VALUES = {
    "place": "青河路12号",
    "reference": "QH-4F7K-2M9P-3",
    "filed_on": "2026年5月6日",
    "office": "市政所",
}
PLAIN = st.text(st.characters(exclude_characters="{}｛｝", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("路灯已经修好。", "路灯已经修好。"),
        ("{place}的路灯", "青河路12号的路灯"),
        ("{地点}的路灯（{编号}）", "青河路12号的路灯（QH-4F7K-2M9P-3）"),
        ("｛地点｝的路灯", "青河路12号的路灯"),
        ("The lamp at { Place }", "The lamp at 青河路12号"),
        ("{ｐｌａｃｅ}", "青河路12号"),
        ("{place}{place}", "青河路12号青河路12号"),
        ("{phone} {place}", "{phone} 青河路12号"),  # nothing to fill it with: it stays to be seen
        ("{plaec} {}", "{plaec} {}"),
        ("{pl\nace}", "{pl\nace}"),
        ("{{place}}", "{青河路12号}"),
        ("100 % {0} $place %(place)s", "100 % {0} $place %(place)s"),
    ],
)
def test_filling_in(text: str, said: str) -> None:
    assert filled(text, VALUES) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("路灯已经修好。", ()),
        ("{place}、{地点}、｛office｝", ("place", "office")),
        ("{ 楼号 }和{date}", ("楼号", "date")),
        ("{}", ("",)),
    ],
)
def test_what_still_stands_in_braces(text: str, found: tuple[str, ...]) -> None:
    assert placeholders_in(text) == found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{place} {编号} {filed_on} {单位} {phone} {类别}", ()),
        ("{plaec}", (Fault("unknown", "{plaec}"),)),
        ("{楼号}，{楼号}", (Fault("unknown", "{楼号}"),)),
        ("{}", (Fault("unknown", "{}"),)),
        ("the lamp at {place", (Fault("unpaired", "{place"),)),
        ("地点｝坏了", (Fault("unpaired", "｝坏了"),)),
        ("{pl\nace}", (Fault("unpaired", "{pl"), Fault("unpaired", "}"))),
        ("{{place}}", (Fault("unpaired", "{{place}}"), Fault("unpaired", "}"))),
        ("{" + "长" * 41 + "}", (Fault("unpaired", "{" + "长" * 39), Fault("unpaired", "}"))),
    ],
)
def test_what_is_no_template(text: str, wrong: tuple[Fault, ...]) -> None:
    assert faults(text) == wrong


def test_an_answer_knows_fewer_placeholders() -> None:
    assert faults("{place} {phone}", known=("place",)) == (Fault("unknown", "{phone}"),)


@given(st.text())
def test_without_values_nothing_changes(text: str) -> None:
    assert filled(text, {}) == text


@given(st.lists(st.one_of(PLAIN, st.sampled_from(sorted(PLACEHOLDERS)).map("{{{}}}".format))), PLAIN)
def test_a_template_without_faults_is_filled_altogether(pieces: list[str], value: str) -> None:
    text = "".join(pieces)
    assert faults(text) == ()
    said = filled(text, dict.fromkeys(PLACEHOLDERS, value or "-"))
    assert placeholders_in(said) == ()
    assert faults(said) == ()


@given(st.sampled_from(sorted(PLACEHOLDERS)))
def test_a_value_pulls_in_no_other(name: str) -> None:
    """A place that is called `{reference}` stays what it is called."""
    assert filled("{place}", {**VALUES, "place": f"{{{name}}}"}) == f"{{{name}}}"
