"""The line of a key is the line on which somebody would look for it."""

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.pack.lines import Path, key_lines, line_of
from tests.packs.town import FILES

TEXT = '''\
# a comment with [brackets] and key = "value"
top = 1
"quoted" = "a # b"

[table]
plain = 'its'
a.b.c = 3
list = [
  1,
  # 2,
  { x = 1, y = [5, 6] },
]
long = """
[not.a.table]
nor = "a key" \\
"""

[[row]]
code = "one"
[row.inner]
deep = true

[[row]]
code = "two"
[[row.part]]
n = 1
[[row.part]]
n = 2
'''

LINES: list[tuple[Path, int]] = [
    (("top",), 2),
    (("quoted",), 3),
    (("table",), 5),
    (("table", "plain"), 6),
    (("table", "a"), 7),
    (("table", "a", "b", "c"), 7),
    (("table", "list"), 8),
    (("table", "list", 0), 9),
    (("table", "list", 1), 11),
    (("table", "list", 1, "y", 1), 11),
    (("table", "long"), 13),
    (("row",), 18),
    (("row", 0), 18),
    (("row", 0, "code"), 19),
    (("row", 0, "inner"), 20),
    (("row", 0, "inner", "deep"), 21),
    (("row", 1), 23),
    (("row", 1, "code"), 24),
    (("row", 1, "part", 0), 25),
    (("row", 1, "part", 1, "n"), 28),
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_lines_of_all_kinds_of_keys(path: Path, line: int) -> None:
    tomllib.loads(TEXT)
    assert key_lines(TEXT)[path] == line


def test_what_has_no_line_has_that_of_what_holds_it() -> None:
    lines = key_lines(TEXT)
    assert line_of(lines, ("row", 1, "missing")) == 23
    assert line_of(lines, ("nowhere",)) is None
    assert line_of(lines, ()) is None


def test_quotes_before_the_closing_quotes_do_not_end_the_scan() -> None:
    text = 'a = """say ""hello"""""\nb = 1\n'
    assert tomllib.loads(text) == {"a": 'say ""hello""', "b": 1}
    assert key_lines(text)[("b",)] == 2


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n[t]\r\nb = [\r\n 1,\r\n 2]\r\n") == {
        ("a",): 1, ("t",): 2, ("t", "b"): 3, ("t", "b", 0): 4, ("t", "b", 1): 5,
    }  # fmt: skip


def paths(value: Any, base: Path = ()) -> list[Path]:
    """Every path in parsed TOML."""
    if isinstance(value, dict):
        steps: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    else:
        return []
    return [path for step, inner in steps for path in [(*base, step), *paths(inner, (*base, step))]]


keys = st.text("abc-_", min_size=1, max_size=3)
values = st.recursive(
    st.one_of(st.integers(0, 9), st.booleans(), st.floats(0, 1), st.dates(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, max_size=4), st.booleans())
def test_every_key_of_any_toml_has_a_line_that_names_it(data: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(data, multiline_strings=multiline)
    found = key_lines(text)
    lines = text.split("\n")
    for path in paths(tomllib.loads(text)):
        assert path in found
        if isinstance(path[-1], str):
            assert path[-1] in lines[found[path] - 1]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".toml")])
def test_every_key_of_the_small_pack_has_its_line(name: str) -> None:
    found = key_lines(FILES[name])
    assert set(paths(tomllib.loads(FILES[name]))) <= set(found)


@given(st.text("ab[]{}=\"'#.,\n\\ 1", max_size=40))
def test_text_that_is_no_toml_raises_nothing(text: str) -> None:
    key_lines(text)
