"""Reading a mail with the standard library's parser in its old, forgiving mode.

The parser's newer mode raises on damaged headers; this one hands every header over as bytes, to be decoded here.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses

from gongshi.formats.mail.charsets import decoded, is_garbled
from gongshi.formats.mail.markup import words_of
from gongshi.formats.mail.model import Mail, MailFile, Unreadable

LONGEST_HEADER = 20_000
LONGEST_ID = 500
MOST_EARLIER = 50
MOST_PARTS = 200
_ID = re.compile(r"<([^<>\s]{3,500})>")
_SEALED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)
# Proof of who wrote it, which nobody here looks at.
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


def read_top(raw: bytes) -> Mail:
    """A mail's headers alone. Raises Unreadable("broken")."""
    try:
        return _headers(message_from_bytes(raw))
    except Exception:
        # The parser raises almost anything on bytes made to confuse it.
        raise Unreadable("broken") from None


def read_mail(raw: bytes) -> Mail:
    """A whole mail. Raises Unreadable."""
    try:
        message = message_from_bytes(raw)
        top, (text, files) = _headers(message), _content(message)
    except Unreadable:
        raise
    except Exception:
        raise Unreadable("broken") from None
    if is_garbled(text):
        raise Unreadable("broken")
    return Mail(top.headers, top.message_id, top.earlier, top.sender, top.name, top.subject, text, files)


def _headers(message: "Message[str, str]") -> Mail:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.casefold(), []).append(header_text(str(value)))
    headers = {name: tuple(values) for name, values in found.items()}
    own = _ID.findall(headers.get("message-id", ("",))[0])
    earlier = [*_ids(headers, "in-reply-to"), *reversed(_ids(headers, "references"))]
    sender, name = _sender([str(value) for name, value in message.raw_items() if name.casefold() == "from"])
    subject = " ".join(headers.get("subject", ("",))[0].split())
    return Mail(
        headers, own[0] if own else "", tuple(dict.fromkeys(earlier))[:MOST_EARLIER], sender, name, subject
    )


def _ids(headers: dict[str, tuple[str, ...]], name: str) -> list[str]:
    return [one for value in headers.get(name, ()) for one in _ID.findall(value)]


def _sender(written: list[str]) -> tuple[str, str]:
    """Address and name of the one sender. The name is decoded last: an address within it is none."""
    found = [pair for pair in getaddresses([one[:LONGEST_HEADER] for one in written]) if "@" in pair[1]]
    if len(found) != 1:
        return "", ""
    name, address = found[0]
    return header_text(address).strip(), " ".join(header_text(name).split())


def header_text(value: str) -> str:
    """A header in the clear: encoded words (RFC 2047), raw bytes of any charset, and lines unfolded."""
    value = value[:LONGEST_HEADER]
    raw = value.encode("utf-8", "surrogateescape")
    if not value.isascii():
        value = decoded(raw)
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError):
        words = [(value, None)]
    text = "".join(_piece(part, label) for part, label in words)
    return re.sub(r"[\r\n]+[ \t]*", " ", text)


def _piece(part: str | bytes, label: str | None) -> str:
    """What `decode_header` found: it escapes what lies between encoded words in a way of its own."""
    if isinstance(part, str):
        return part
    return decoded(part, label) if label else part.decode("raw-unicode-escape")


def _content(message: "Message[str, str]") -> tuple[str, tuple[MailFile, ...]]:
    texts, files = [], []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in _SEALED:
            raise Unreadable("encrypted")
        if kind in _SIGNATURES:
            continue
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            words = decoded(_bytes(part), str(part.get_param("charset", "") or ""))
            texts.append(words_of(words) if kind == "text/html" else words)
        else:
            files.append(MailFile(_name(part), _bytes(part), inline=not _is_attached(part)))
    text = "\n\n".join(one.strip() for one in texts if one.strip())
    if not text and not files:
        raise Unreadable("empty")
    return text, tuple(files)


def _leaves(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """The parts that say something, in their order; of alternatives the plain one, unless that is empty."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable("broken")
        if part.get_content_type() in _SEALED or not part.is_multipart():
            yield part
        elif part.get_content_maintype() == "message":
            yield part  # a mail within a mail: somebody else's words
        else:
            inside = [one for one in part.get_payload() if isinstance(one, Message)]
            chosen = _chosen(inside) if part.get_content_type() == "multipart/alternative" else inside
            waiting += reversed(chosen)


def _chosen(alternatives: list["Message[str, str]"]) -> list["Message[str, str]"]:
    for part in alternatives:
        if part.get_content_type() == "text/plain" and _bytes(part).strip():
            return [part]
    # Alternatives are in the order of their richness (RFC 2046, 5.1.4).
    return alternatives[-1:]


def _is_attached(part: "Message[str, str]") -> bool:
    named = bool(part.get_filename()) and part.get_content_maintype() == "text"
    return part.get_content_disposition() == "attachment" or named


def _bytes(part: "Message[str, str]") -> bytes:
    if part.is_multipart():
        return b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _name(part: "Message[str, str]") -> str:
    given = part.get_filename() or ""
    return header_text(collapse_rfc2231_value(given)) if given else ""
