"""Canonical JSON: one text for one value, so that a hash of it can be made anew by anyone.

Source: RFC 8785 (JSON Canonicalization Scheme): no spaces, names sorted by their UTF-16 code units, numbers as
ECMAScript writes them, UTF-8. Whole numbers beyond 2^53 are refused, because JavaScript would read another one.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

_EXACT = 2**53


def canonical_json(value: Any) -> bytes:
    """The value as canonical JSON, in UTF-8.

    ``value``: None, bool, int, float, str, list, tuple or dict with text names. Raises TypeError for other types,
    ValueError for a number that JSON cannot hold exactly and for text with lone surrogates (UnicodeEncodeError).
    """
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    write = _WRITERS.get(type(value)) or _writer(value)
    return write(value)


def _writer(value: Any) -> Callable[[Any], str]:
    """For what is of none of the usual types, but of one made from them (an enumeration's text or number)."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _object(value: dict[Any, Any]) -> str:
    for name in value:
        if not isinstance(name, str):
            raise TypeError(f"a name in JSON is text, not {type(name).__name__}")
    in_order = sorted(value) if "".join(value).isascii() else sorted(value, key=_code_units)
    return "{" + ",".join([f"{encode_basestring(name)}:{_text(value[name])}" for name in in_order]) + "}"


def _array(value: Sequence[Any]) -> str:
    return "[" + ",".join(map(_text, value)) + "]"


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be")


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


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    bool: lambda value: "true" if value else "false",
    int: _whole,
    dict: _object,
    type(None): lambda _none: "null",
    list: _array,
    tuple: _array,
    float: _number,
}
