"""What a text says of who somebody is, marked and masked: before anybody else reads it, or it is used again."""

from collections.abc import Collection
from dataclasses import dataclass

from gongshi.accounts.queries import offices, staff_names
from gongshi.cases.texts import plain_lines
from gongshi.rules.personal import Mark, marks
from gongshi.rules.redaction import mask


@dataclass(frozen=True)
class Found:
    """Marked words of a text, and the code of the reason (`labels.MARKS`). ``left``: they stay in all the same."""

    words: str
    reason: str
    left: bool = False


def guarded(text: str, left: Collection[str] = ()) -> tuple[str, list[Found]]:
    """A resident's text as it would be public, and what is marked in it, each word once.

    All is masked but the words that somebody ``left`` in. Telephones of offices are not marked.
    """
    found = marks(text, keep=_office_phones())
    hidden = [(one.start, one.end) for one in found if text[one.start : one.end] not in left]
    return mask(text, hidden), _each_once(text, found, left)


def found_in_office_text(text: str) -> list[Found]:
    """What an office wrote that would tell who somebody is, each word once; the names of staff are not asked about."""
    return _each_once(text, marks(text, keep=_office_phones()))


def _each_once(text: str, found: Collection[Mark], left: Collection[str] = ()) -> list[Found]:
    reasons: dict[str, str] = {}
    for one in found:
        reasons.setdefault(text[one.start : one.end], one.reason)
    return [Found(words, reason, words in left) for words, reason in reasons.items()]


def masked(text: str) -> str:
    """An office's text without what a pattern finds (`gongshi.rules.personal`) and without the names of any staff.

    Telephones of offices stay. A first mask, which a person then reads.
    """
    text = plain_lines(text)
    names = {name for words in staff_names().values() for name in words.values()}
    return mask(text, [(one.start, one.end) for one in marks(text, names=names, keep=_office_phones())])


def _office_phones() -> list[str]:
    return [node.phone for node in offices().values()]
