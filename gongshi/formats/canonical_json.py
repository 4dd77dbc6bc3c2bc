"""Canonical JSON: one text for one value, so that a hash of it can be made anew by anyone.

Source: RFC 8785 (JSON Canonicalization Scheme): no spaces, names sorted by their UTF-16 code units, numbers as
ECMAScript writes them, UTF-8. Whole numbers beyond 2^53 are refused, because JavaScript would read another one.
"""

from decimal import Decimal
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

_EXACT = 2**53
_CONSTANTS = {None: "null", True: "true", False: "false"}


def canonical_json(value: Any) -> bytes:
    """The value as canonical JSON, in UTF-8.

    ``value``: None, bool, int, float, str, list, tuple or dict with text names. Raises TypeError for other types,
    ValueError for a number that JSON cannot hold exactly and for text with lone surrogates (UnicodeEncodeError).
    """
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case None | True | False:
            return _CONSTANTS[value]
        case int():
            return _whole(value)
        case float():
            return _number(value)
        case dict():
            items = sorted(value.items(), key=_code_units)
            return "{" + ",".join(f"{_text(name)}:{_text(item)}" for name, item in items) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _code_units(item: tuple[Any, Any]) -> bytes:
    if not isinstance(item[0], str):
        raise TypeError(f"a name in JSON is text, not {type(item[0]).__name__}")
    return item[0].encode("utf-16-be")


def _whole(value: int) -> str:
    if abs(value) > _EXACT:
        raise ValueError("a whole number beyond 2^53 is not exact in JSON")
    return str(int(value))


def _number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits, with an exponent only below 1e-6 and from 1e21."""
    if not isfinite(value):
        raise ValueError("JSON has no infinity and no NaN")
    size = abs(value)
    if value == 0:
        return "0"
    if 1e-6 <= size < 1e21:
        text = format(Decimal(repr(value)), "f")
        return text.removesuffix(".0")
    mantissa, exponent = repr(value).split("e")
    return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
