"""Canonical JSON against the examples printed in RFC 8785."""

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.canonical_json import canonical_json

# RFC 8785, appendix B: IEEE 754 double, ECMAScript's text.
NUMBERS = """\
0000000000000000 0
8000000000000000 0
0000000000000001 5e-324
8000000000000001 -5e-324
7fefffffffffffff 1.7976931348623157e+308
ffefffffffffffff -1.7976931348623157e+308
4340000000000000 9007199254740992
c340000000000000 -9007199254740992
4430000000000000 295147905179352830000
44b52d02c7e14af5 9.999999999999997e+22
44b52d02c7e14af6 1e+23
44b52d02c7e14af7 1.0000000000000001e+23
444b1ae4d6e2ef4e 999999999999999700000
444b1ae4d6e2ef4f 999999999999999900000
444b1ae4d6e2ef50 1e+21
3eb0c6f7a0b5ed8c 9.999999999999997e-7
3eb0c6f7a0b5ed8d 0.000001
41b3de4355555553 333333333.3333332
41b3de4355555554 333333333.33333325
41b3de4355555555 333333333.3333333
41b3de4355555556 333333333.3333334
41b3de4355555557 333333333.33333343
becbf647612f3696 -0.0000033333333333333333
43143ff3c1cb0959 1424953923781206.2
"""
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("line", NUMBERS.splitlines())
def test_numbers_of_appendix_b(line: str) -> None:
    bits, text = line.split()
    assert canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text


def test_the_example_of_section_3_2_3() -> None:
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = [json.loads("{" + part + "}") for part in canonical_json(names).decode()[1:-1].split(",")]
    assert [next(iter(item.values())) for item in order] == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_text_literals_and_shape() -> None:
    value = {"b": [None, True, False, 1, ("x",)], "a": '\u20ac$\x0f\nA\'B"\\\\"/\x7f'}
    assert canonical_json(value) == (
        '{"a":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f","b":[null,true,false,1,["x"]]}'.encode()
    )


@given(VALUES)
def test_it_is_json_for_the_same_value(value: Any) -> None:
    # As JavaScript reads it: every number is a double.
    read = json.loads(canonical_json(value), parse_int=float)
    assert read == value
    assert canonical_json(read) == canonical_json(value)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=6))
def test_the_order_of_names_does_not_count(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 2**53 + 1, -(2**53) - 1, "\ud800", {"\udfff": 1}]
)
def test_what_json_cannot_hold_exactly(value: Any) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical_json(value)


@pytest.mark.parametrize("value", [b"x", {1: 2}, {"a": object()}, [{None: 1}], {1, 2}])
def test_what_has_no_place_in_json(value: Any) -> None:
    with pytest.raises(TypeError, match="JSON"):
        canonical_json(value)
