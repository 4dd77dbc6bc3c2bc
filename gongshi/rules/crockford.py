"""Codes that people copy by hand: Crockford's base 32.

Source: Douglas Crockford, "Base 32", https://www.crockford.com/base32.html: digits and capital letters without I, L,
O (read as 1, 1, 0) and U. Receipts and references are written in it. What people type instead is accepted as far as
it can mean one thing only: small letters, full-width characters, spaces and dashes of every kind. Letters of other
alphabets that merely look alike are left as they are, and so refused by whoever checks the alphabet.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}

# Unicode's dashes (category Pd), then the minus, bullet and superscript forms, the soft hyphen, the long-vowel mark
# that East Asian keyboards give for a dash, and the marks without width that come along when a text is copied.
_DASHES = "-֊־᐀᠆‐‑‒–—―⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣－𐵮𐺭" + "−⁃⁻₋\u00adー_"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_TYPED = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | dict.fromkeys(map(ord, _DASHES + _INVISIBLE))
_READ_AS = str.maketrans("OIL", "011")


def encode(data: bytes) -> str:
    """The bytes as symbols, the most significant first. Their number of bits must be a multiple of 5 (ValueError)."""
    count, rest = divmod(len(data) * 8, 5)
    if rest:
        raise ValueError(f"{len(data)} bytes do not make whole symbols")
    number = int.from_bytes(data, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def typed(text: str) -> str:
    """What was typed, in capitals and without spaces and dashes. Other alphabets' letters stay as they are."""
    bare = "".join(text.translate(_TYPED).split())
    # Outside ASCII upper() would turn look-alikes into our letters: ı into I, ſ into S.
    return bare.upper() if bare.isascii() else bare


def symbols(bare: str) -> str:
    """Look-alikes inside the alphabet read as what was meant: O as 0, I and L as 1."""
    return bare.translate(_READ_AS)


def grouped(code: str, size: int = 4) -> str:
    """``"4F7K2M9P"`` as ``"4F7K-2M9P"``."""
    return "-".join(code[at : at + size] for at in range(0, len(code), size))
