"""Words as they come in: refused when there are none, too many, or when no database can keep them."""

MAX_TEXT = 5_000


class TextRefused(ValueError):
    """Words that cannot be taken in. ``code``: "empty", "too_long" or "unreadable" (half a character, NUL)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_text(text: str, limit: int = MAX_TEXT) -> str:
    """The text without white space around it, with plain line ends. Raises TextRefused."""
    kept = plain_lines(text).strip()
    if not kept:
        raise TextRefused("empty")
    return within(kept, limit)


def within(text: str, limit: int = MAX_TEXT) -> str:
    """The text as it is, empty or not. Raises TextRefused for one that is too long or cannot be kept."""
    if len(text) > limit:
        raise TextRefused("too_long")
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise TextRefused("unreadable")
    return text


def plain_lines(text: str) -> str:
    """Line ends as "\\n": forms send "\\r\\n", so the same words would otherwise differ by where they were typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
