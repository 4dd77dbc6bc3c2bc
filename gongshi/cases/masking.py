"""What a text says of who somebody is, marked and masked: before anybody else reads it, or it is used again."""

from gongshi.accounts.queries import offices, staff_names
from gongshi.cases.texts import plain_lines
from gongshi.rules.personal import Mark, marks
from gongshi.rules.redaction import mask


def marked(text: str) -> tuple[Mark, ...]:
    """What a pattern finds in a text that a resident may show in public. Telephones of offices are not marked."""
    return marks(text, keep=_office_phones())


def masked(text: str) -> str:
    """An office's text without what a pattern finds (`gongshi.rules.personal`) and without the names of any staff.

    Telephones of offices stay. A first mask, which a person then reads.
    """
    text = plain_lines(text)
    return mask(text, [(one.start, one.end) for one in marked_of_office(text)])


def marked_of_office(text: str) -> tuple[Mark, ...]:
    """What a pattern finds in an office's text, the names of any staff with it."""
    names = {name for words in staff_names().values() for name in words.values()}
    return marks(text, names=names, keep=_office_phones())


def _office_phones() -> list[str]:
    return [node.phone for node in offices().values()]
