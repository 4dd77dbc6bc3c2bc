"""Which characters a text of a pack may not hold."""

import unicodedata

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def unprintable(text: str) -> str:
    """The first control, direction-changing or broken character of ``text`` as "U+XXXX", or ""."""
    for character in text:
        if character == "\n":
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in _DIRECTION:
            return f"U+{ord(character):04X}"
    return ""


def shown(value: object) -> str:
    """``value`` as a message may show it: at most 80 characters, nothing invisible."""
    text = value if isinstance(value, str) else repr(value)
    return "".join("\N{REPLACEMENT CHARACTER}" if unprintable(c) or c == "\n" else c for c in text[:80])
