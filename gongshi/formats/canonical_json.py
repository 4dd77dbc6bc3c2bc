"""Canonical JSON: one text for one value, so that a hash of it can be made anew by anyone.

Source: RFC 8785 (JSON Canonicalization Scheme): no spaces, names sorted by their UTF-16 code units, numbers as
ECMAScript writes them, UTF-8. Whole numbers beyond 2^53 are refused, because JavaScript would read another one.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

_EXACT = 2**53


class CanonicalJson:
    """A writer of canonical JSON: call it with a value.

    ``texts`` says how values of further types are written as text; the first that a value is an instance of counts.
    """

    def __init__(self, texts: Mapping[type, Callable[[Any], str]]) -> None:
        self._writers: dict[type, Callable[[Any], str]] = {
            str: encode_basestring,
            bool: lambda value: "true" if value else "false",
            int: _whole,
            dict: self._object,
            type(None): lambda _none: "null",
            list: self._array,
            tuple: self._array,
            float: _number,
            **{kind: _quoting(text) for kind, text in texts.items()},
            Mapping: self._object,
        }
        self._usual = self._writers.get

    def __call__(self, value: Any) -> bytes:
        """The value as canonical JSON, in UTF-8.

        ``value``: None, bool, int, float, str, list, tuple, a mapping with text names, or of one of the further types.
        Raises TypeError for other types, ValueError for a number that JSON cannot hold exactly and for text with lone
        surrogates (UnicodeEncodeError).
        """
        return self._writer(value)(value).encode("utf-8")

    def _writer(self, value: Any) -> Callable[[Any], str]:
        """Its type's, or that of a type it is made from (an enumeration's text or number)."""
        usual = self._usual(type(value))
        if usual:
            return usual
        for kind, write in self._writers.items():
            if isinstance(value, kind):
                return write
        raise TypeError(f"{type(value).__name__} has no place in JSON")

    def _object(self, value: Mapping[str, Any]) -> str:
        try:
            plain = "".join(value).isascii()
        except TypeError as error:
            raise TypeError("a name in JSON is text") from error
        in_order = sorted(value) if plain else sorted(value, key=_code_units)
        usual, other = self._usual, self._writer
        members = []
        for name in in_order:
            item = value[name]
            write = usual(type(item)) or other(item)
            members.append(f"{encode_basestring(name)}:{write(item)}")
        return "{" + ",".join(members) + "}"

    def _array(self, value: Sequence[Any]) -> str:
        usual, other = self._usual, self._writer
        return "[" + ",".join([(usual(type(item)) or other(item))(item) for item in value]) + "]"


def _quoting(text: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: encode_basestring(text(value))


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


canonical_json = CanonicalJson({})
