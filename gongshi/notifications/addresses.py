"""Strict readers for what people leave as their contact: one e-mail address, or one telephone number.

Sources: RFC 5321 4.5.3.1 (lengths) and 4.1.2 (dot-string; quoted local parts are refused), RFC 6531 (letters of any
script before the @), RFC 3490 (names of hosts in any script), ITU-T E.164 (at most 15 digits).
Every check is linear in the length, and the length is checked first.
"""

import re
import unicodedata

LONGEST_EMAIL = 254
LONGEST_LOCAL = 64
LONGEST_PHONE = 40
_SYMBOLS = frozenset("!#$%&'*+/=?^_`{|}~-")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{5,15}", re.ASCII)
_BETWEEN_DIGITS = str.maketrans("", "", " -.()/·")


class AddressError(ValueError):
    """A contact that nothing can be sent to. The code is for a form's words; the contact is not repeated."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def email_address(text: str, *, bare_host: bool = False) -> str:
    """The one address in ``text``, its host in ASCII (punycode) and lower case.

    ``bare_host`` allows a host without a dot, for the server's own sender. Raises AddressError with the code
    ``too_long``, ``not_one_address``, ``bad_local_part`` or ``bad_host``.
    """
    text = text.strip(" \u3000")
    if len(text) > LONGEST_EMAIL:
        raise AddressError("too_long")
    local, at, host = unicodedata.normalize("NFC", text.replace("\uff20", "@")).rpartition("@")
    if not at or "@" in local:
        raise AddressError("not_one_address")
    if len(local.encode()) > LONGEST_LOCAL:
        raise AddressError("too_long")
    if not all(part and all(_in_local_part(character) for character in part) for part in local.split(".")):
        raise AddressError("bad_local_part")
    return f"{local}@{_host(host, bare_host)}"


def _in_local_part(character: str) -> bool:
    """ASCII letters, digits and symbols, and letters, marks and numbers of other scripts; no control or bidi marks."""
    if character.isascii():
        return character.isalnum() or character in _SYMBOLS
    return unicodedata.category(character)[0] in "LMN"


def _host(text: str, bare: bool) -> str:
    try:
        host = text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressError("bad_host") from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError("bad_host")
    if not bare and (len(labels) < 2 or labels[-1].isdigit()):
        raise AddressError("bad_host")
    return host


def phone_number(text: str) -> str:
    """The one number in ``text`` as digits, with a leading ``+`` if it had one. No country is assumed.

    Full-width digits, spaces, hyphens, dots and brackets are taken. Raises AddressError: ``too_long`` or
    ``not_a_number``.
    """
    if len(text) > LONGEST_PHONE:
        raise AddressError("too_long")
    digits = unicodedata.normalize("NFKC", text).translate(_BETWEEN_DIGITS)
    if not _NUMBER.fullmatch(digits):
        raise AddressError("not_a_number")
    return digits
