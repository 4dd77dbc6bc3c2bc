"""What goes into a paper: no more than can be set in a moment, no line too long for it, no sign that the type lacks."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gongshi.formats.paper.model import Block, Paper

# Set in a second or two, whatever it is; what people write each other on one matter is a tenth of it.
MOST_SIGNS, MOST_ROWS, MOST_BLOCKS = 300_000, 1_000, 3_000
# The program's own words are shorter than this and always stay.
SHORT = 200
TYPED_OFF = ("code", "picture")
# A line costs about as much as so many signs in it.
LINE = 20
# Longer than any word: without a place to break it would run off the page.
_UNBROKEN, _PIECE = re.compile(r"[!-~]{30,}"), re.compile(r".{1,12}")
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def shortened(paper: Paper) -> Paper:
    """The paper with long words cut once there are too many of them, and long tables; each place says so."""
    left = MOST_SIGNS

    def cut(text: str) -> str:
        nonlocal left
        if len(text) <= SHORT and "\n" not in text:
            return text
        kept = text[: max(left, 0)]
        left -= len(kept) + LINE * kept.count("\n")
        return text if kept == text else f"{kept}{paper.rest}"

    parts = (
        replace(part, blocks=tuple(_cut(_first(part.blocks, paper.rest), cut, paper.rest)))
        for part in paper.parts
    )
    return replace(paper, parts=tuple(parts))


def _first(blocks: Sequence[Block], rest: str) -> Sequence[Block]:
    return blocks if len(blocks) <= MOST_BLOCKS else (*blocks[:MOST_BLOCKS], Block("note", text=rest))


def _cut(blocks: Iterable[Block], cut: Callable[[str], str], rest: str) -> Iterable[Block]:
    for block in blocks:
        rows = tuple(
            tuple(cell if column in block.mono else breakable(cut(cell)) for column, cell in enumerate(row))
            for row in block.rows[:MOST_ROWS]
        )
        text = block.text if block.type in TYPED_OFF else breakable(cut(block.text))
        yield replace(block, text=text, rows=rows)
        if len(rows) < len(block.rows):
            yield Block("note", text=rest)


def breakable(text: str) -> str:
    """The text with places at which what has no spaces may be broken."""
    return _UNBROKEN.sub(lambda found: "\u200b".join(_PIECE.findall(found[0])), text)


def missing_in(diagnostic: str) -> list[str]:
    """The texts that the type has no sign for, as Typst's refusal of a PDF/A names them, the longest first."""
    found = {_ESCAPED.sub(_plain, text) for text in _MISSING.findall(diagnostic)}
    return sorted(found, key=len, reverse=True)


def _plain(escape: re.Match[str]) -> str:
    code, sign = escape.groups()
    return chr(int(code, 16)) if code else _PLAIN_ESCAPES.get(sign, sign)


def spelled(data: Any, missing: Iterable[str]) -> Any:
    """Plain data in which these texts stand as numbers of Unicode, as in "[U+1F600]"."""
    numbers = {text: "[" + " ".join(f"U+{ord(sign):04X}" for sign in text) + "]" for text in missing}
    if not numbers:
        return data
    pattern = re.compile("|".join(map(re.escape, numbers)))
    return _mapped(data, lambda text: pattern.sub(lambda found: numbers[found[0]], text))


def _mapped(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {name: _mapped(one, change) for name, one in data.items()}
    return [_mapped(one, change) for one in data] if isinstance(data, list | tuple) else data
