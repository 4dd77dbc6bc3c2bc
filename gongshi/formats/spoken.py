"""What XML 1.0 can hold of a text (part 2.2): characters that it cannot become U+FFFD."""

import re

_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def spoken(text: str) -> str:
    """The text with U+FFFD for each character that no XML document may hold."""
    return _UNSPEAKABLE.sub("\ufffd", text)
