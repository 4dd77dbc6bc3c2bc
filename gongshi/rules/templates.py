"""Filling placeholders in an office's prepared words, and finding the ones that nobody filled. docs/rules/templates.md.

A placeholder is a name in braces on one line, `{place}` or `{地点}`; width, case and the space around the name do not
count. Everything else in a text stays exactly as it is. What was filled in is never looked at again, so a value that
itself holds braces cannot pull in another value.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

PLACEHOLDERS: Mapping[str, str] = {
    "place": "地点",
    "reference": "编号",
    "filed_on": "来件日期",
    "office": "单位",
    "phone": "单位电话",
    "category": "类别",
}
"""What can be filled in, and the same names in 中文. A text may use either."""
LONGEST_NAME = 40
"""More between two braces is no placeholder, but an open one."""

_CODES = {**{name: name for name in PLACEHOLDERS}, **{zh: name for name, zh in PLACEHOLDERS.items()}}
_PLACEHOLDER = re.compile(rf"[{{｛]([^{{}}｛｝\r\n]{{0,{LONGEST_NAME}}})[}}｝]")
_BRACE = re.compile(r"[{}｛｝]")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text, and the words at which it is.

    Codes: "unknown" (a placeholder that nothing fills), "unpaired" (a brace without its other half).
    """

    code: str
    words: str


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with each placeholder replaced by its value. One whose value is missing or empty stays standing."""

    def value(found: re.Match[str]) -> str:
        return values.get(_code(found[1]), "") or found[0]

    return _PLACEHOLDER.sub(value, text)


def placeholders_in(text: str) -> tuple[str, ...]:
    """The different names that stand in braces, in order: the code of a known one, else as it was written.

    Nothing but the empty tuple is fit to be sent.
    """
    return tuple(dict.fromkeys(_code(found[1]) for found in _PLACEHOLDER.finditer(text)))


def faults(text: str, known: Collection[str] = tuple(PLACEHOLDERS)) -> tuple[Fault, ...]:
    """What keeps ``text`` from being a template: each placeholder outside ``known``, each brace without its other half.

    Each is named once, the placeholders first, in the order in which they stand.
    """
    strangers = [
        Fault("unknown", found[0]) for found in _PLACEHOLDER.finditer(text) if _code(found[1]) not in known
    ]
    return tuple(dict.fromkeys([*strangers, *(Fault("unpaired", words) for words in _loose_braces(text))]))


def _loose_braces(text: str) -> Iterator[str]:
    """Each brace outside a placeholder, with what follows it on its line, shortened."""
    rest = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    for found in _BRACE.finditer(rest):
        yield text[found.start() :].splitlines()[0][:LONGEST_NAME]


def _code(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return _CODES.get(plain, name.strip())
