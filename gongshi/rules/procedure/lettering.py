"""Text in drawings: where it breaks, and about how wide it is."""

from collections.abc import Iterable

WIDE = 0x2E80  # from here on characters are as wide as they are high


def broken(text: str, width: int, size: int) -> list[str]:
    """``text`` in lines of at most ``width`` units: between words, or between any two Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_of(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterable[str]:
    """What must stay together: a word with the space after it, or one wide character."""
    word = ""
    for sign in text:
        if ord(sign) > WIDE:
            if word:
                yield word
            yield sign
            word = ""
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word


def width_of(text: str, size: int) -> float:
    """About how wide ``text`` is: Chinese characters are square, others about half as wide."""
    return size * sum(1.0 if ord(sign) > WIDE else 0.52 for sign in text)
