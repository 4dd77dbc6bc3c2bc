"""What the figures count, dated: each change of it with its day and words, kept in ``definitions.toml``.

Each released month names the definition that was the newest when it was counted, so that nobody reads a change of what
is counted as one of what offices do. docs/figures.md#changes-of-definition.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from gongshi.figures.periods import Month
from gongshi.words import Words, pair

_FILE = Path(__file__).with_name("definitions.toml")
_KEYS = {"code", "changed_on", "zh", "en", "fingerprint"}
_CODE, _FINGERPRINT = re.compile(r"[a-z][a-z0-9-]{0,39}"), re.compile(r"[0-9a-f]{16}")


class Definition(NamedTuple):
    """One state of all definitions: its code, the day it was changed to this, what changed, and its fingerprint.

    The fingerprint (16 hexadecimal digits) is of what is counted and how; tests hold it against the program.
    """

    code: str
    changed_on: date
    words: Words
    fingerprint: str


class WrongDefinitions(ValueError):
    """A list of definitions that cannot be; the message says where."""


@cache
def definitions() -> tuple[Definition, ...]:
    """All of them, the oldest first."""
    return parsed(_FILE.read_text(encoding="utf-8"))


def newest() -> Definition:
    """What is counted now."""
    return definitions()[-1]


def is_since(code: str, since: str) -> bool:
    """Whether ``code`` is the definition ``since`` or a later one; of codes that this program does not know, yes."""
    codes = [one.code for one in definitions()]
    return code not in codes[: codes.index(since)]


def parsed(text: str) -> tuple[Definition, ...]:
    """The list as its file has it. Raises `WrongDefinitions`."""
    try:
        rows = tomllib.loads(text)["definitions"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise WrongDefinitions(f"no list of definitions: {error}") from error
    found = tuple(_definition(row) for row in rows)
    if not found or len({one.code for one in found}) < len(found):
        raise WrongDefinitions("each definition needs a code of its own, and one there must be")
    for before, after in pairwise(found):
        if after.changed_on < before.changed_on:
            raise WrongDefinitions(f"{after.code} stands after {before.code}, and is older")
    return found


def _definition(row: object) -> Definition:
    if not isinstance(row, dict) or row.keys() != _KEYS:
        raise WrongDefinitions(f"a definition has {', '.join(sorted(_KEYS))}: {row}")
    words = {name: row[name] for name in _KEYS - {"changed_on"}}
    if not all(isinstance(one, str) and one.strip() for one in words.values()):
        raise WrongDefinitions(f"words in both languages: {row}")
    if not _CODE.fullmatch(words["code"]) or not _FINGERPRINT.fullmatch(words["fingerprint"]):
        raise WrongDefinitions(f"no code, or no fingerprint: {row}")
    if type(row["changed_on"]) is not date:
        raise WrongDefinitions(f"no day: {row}")
    return Definition(words["code"], row["changed_on"], pair(words["zh"], words["en"]), words["fingerprint"])


def changes(months: Iterable[tuple[Month, str]]) -> list[tuple[Month, Definition]]:
    """From which month on which definition counts, of released months with their codes: the newest first.

    The oldest month is no change. A month that an instance released later than those after it can make two.
    """
    by_code = {one.code: one for one in definitions()}
    ordered = sorted(months)
    return [
        (month, by_code[code])
        for (_, before), (month, code) in reversed(list(pairwise(ordered)))
        if code != before and code in by_code
    ]
