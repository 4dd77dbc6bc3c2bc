"""What an office wrote to one resident, without what would tell who that is: before others read it or it is reused."""

from gongshi.accounts.queries import offices, staff_names
from gongshi.cases.texts import plain_lines
from gongshi.rules.identifiers import identifying_spans
from gongshi.rules.redaction import mask


def masked(text: str) -> str:
    """The text without what a pattern finds in it (`gongshi.rules.identifiers`) and without the names of any staff.

    Telephones of offices stay. A first mask, which a person then reads.
    """
    names = {name for words in staff_names().values() for name in words.values()}
    phones = [node.phone for node in offices().values()]
    text = plain_lines(text)
    return mask(text, identifying_spans(text, names=names, keep=phones))
