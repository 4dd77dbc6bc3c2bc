"""Public names of filings and cases: ``QH-4F7K-2M9P-3``, and ``QH-4F7K-2M9P-3/2`` for the second matter of a filing.

A place's prefix, eight random symbols (40 bits: they tell nothing, not even how many filings there are) and a check
symbol. A reference is a name, not a secret. Forty bits are few enough that two filings of a big place may draw the
same one, so the table's unique constraint decides and the caller draws again.

The check symbol is a linear code over the field of 32 elements, one element a symbol: symbol i of the eight counts with
the weight a^(8-i) (i from 0), where a is a root of the primitive polynomial x^5 + x^2 + 1, and the check symbol is
their sum. No weight is zero, so no wrong symbol stays unnoticed; all weights differ, so no exchange of two symbols
does, neighbours or not, the check symbol included. These are the
errors that J. Verhoeff counted as the most frequent in copied codes ("Error Detecting Decimal Codes", Amsterdam 1969).
One symbol of 32 suffices, where Crockford's own check (mod 37) needs ``*~$=U``.
"""

import re

from gongshi.rules import crockford

MAX_TYPED = 64
MAX_MATTERS = 99
RANDOM_BYTES = 5
_BODY = 9
_PREFIX = re.compile(r"[A-Z]{1,6}")
_MATTER = re.compile(r"0*([1-9][0-9]?)")


class BadReferenceError(ValueError):
    """The text is no reference. ``code`` says why: ``empty``, ``too_long``, ``wrong_characters``, ``wrong_length``,
    ``wrong_check`` (mistyped), ``wrong_matter`` or ``other_place`` (another place's prefix)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_reference(prefix: str, random_bytes: bytes) -> str:
    """A filing's reference from a place's prefix (1 to 6 letters A to Z) and 5 random bytes. ValueError for others."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a reference's prefix is 1 to 6 letters A to Z, not {prefix!r}")
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a reference takes {RANDOM_BYTES} random bytes, not {len(random_bytes)}")
    body = crockford.encode(random_bytes)
    return f"{prefix}-{crockford.grouped(body)}-{check_symbol(body)}"


def check_symbol(body: str) -> str:
    """The check symbol of symbols of the alphabet (KeyError for others)."""
    total = 0
    for symbol in body:
        total = _times_a(total ^ crockford.VALUES[symbol])
    return crockford.ALPHABET[total]


def _times_a(element: int) -> int:
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def normalise(text: str, *, prefix: str | None = None) -> str:
    """The reference that was typed, in its one written form.

    Accepts small letters, full-width forms, missing or other dashes and spaces, O for 0, I and L for 1. With the
    ``prefix`` of this place a reference typed without one gets it. ``/1`` is left out: the first matter bears the
    filing's own reference. Raises BadReferenceError.
    """
    if len(text) > MAX_TYPED:
        raise BadReferenceError("too_long")
    head, slash, matter = crockford.typed(text).partition("/")
    if not head:
        raise BadReferenceError("empty")
    if not head.isascii() or not head.isalnum():
        raise BadReferenceError("wrong_characters")
    found, body = _parts(head, prefix)
    body = crockford.symbols(body)
    if len(body) != _BODY:
        raise BadReferenceError("wrong_length")
    if any(symbol not in crockford.VALUES for symbol in body):
        raise BadReferenceError("wrong_characters")
    if check_symbol(body[:-1]) != body[-1]:
        raise BadReferenceError("wrong_check")
    number = _MATTER.fullmatch(matter) if slash else None
    if slash and number is None:
        raise BadReferenceError("wrong_matter")
    return matter_reference(f"{found}-{crockford.grouped(body)}", int(number[1]) if number else 1)


def _parts(head: str, own: str | None) -> tuple[str, str]:
    if own is not None and len(head) == _BODY:
        return own, head
    if own is not None and head.startswith(own):
        return own, head[len(own) :]
    found, body = head[:-_BODY], head[-_BODY:]
    if not _PREFIX.fullmatch(found):
        raise BadReferenceError("wrong_length")
    if own is not None:
        raise BadReferenceError("other_place")
    return found, body


def matter_reference(reference: str, number: int) -> str:
    """The reference of a filing's matter, 1 to 99 (ValueError for others). The first has the filing's own."""
    if not 1 <= number <= MAX_MATTERS:
        raise ValueError(f"matters are numbered 1 to {MAX_MATTERS}, not {number}")
    return reference if number == 1 else f"{reference}/{number}"


def split(reference: str) -> tuple[str, int]:
    """A normalised reference as the filing's reference and the matter's number: ``("QH-4F7K-2M9P-3", 2)``."""
    filing, _, number = reference.partition("/")
    return filing, int(number or 1)
