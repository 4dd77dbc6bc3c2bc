"""Bytes of whatever charset as text. What was declared is tried first, and is often wrong.

Source: WHATWG Encoding Standard (labels: gb2312 and gbk are read as the larger gb18030). Only charsets that mail is
really written in are taken: Python's list holds codecs that are none, and some that can be made to run for minutes.
"""

import codecs
import re

_WRITTEN = re.compile(r"(utf|gb|big5|hz|iso|cp\d|koi8|euc|shift_jis|mac|tis)[a-z0-9_-]*", re.ASCII)
_LARGER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
LAST = ("utf-8", "gb18030")


def decoded(data: bytes, declared: str = "") -> str:
    """The text of ``data``; what cannot be read in any charset is shown as U+FFFD. Without control characters."""
    for name in (_known(declared), *LAST):
        if name:
            try:
                return _CONTROL.sub("", data.decode(name))
            except (UnicodeError, ValueError):
                continue
    return _CONTROL.sub("", data.decode(_known(declared) or "utf-8", errors="replace"))


def is_garbled(text: str) -> bool:
    """Whether more than a tenth of it could not be read."""
    return text.count("\ufffd") * 10 > len(text)


def _known(declared: str) -> str:
    """Python's name of a charset, or "" for one that is none, or says nothing (ASCII)."""
    label = declared.strip().strip("\"'").casefold()
    label = label.removeprefix("x-") if label in ("x-gbk", "x-gb2312", "x-big5") else label
    try:
        name = codecs.lookup(label).name if label.isascii() and len(label) < 40 and label else ""
    except (LookupError, ValueError):
        return ""
    return _LARGER.get(name, name) if _WRITTEN.fullmatch(name) else ""
