"""Where in a TOML file a key stands, so that a fault can name its line. A reader of layout, not of TOML."""

import re
from collections.abc import Mapping

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-]+)\s*=\s*(.*)$")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


def lines_of(text: str) -> Mapping[str, int]:
    """Lines, counted from 1, by key path; an entry of [[moves]] is called by its code, else by its number."""
    found: dict[str, int] = {}
    block, entry, depth, quoted = "", 0, 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count('"""') % 2:
            quoted = not quoted
            continue
        if quoted:
            continue
        header = _HEADER.match(line) if depth == 0 else None
        if header:
            block = header[2].replace(" ", "").replace('"', "")
            found.setdefault(block.partition(".")[0], number)
            if header[1] == "[[":
                block, entry = f"{block}.{entry}", entry + 1
            found.setdefault(block, number)
        elif depth == 0 and (key := _KEY.match(line)):
            block = _called(found, block, key[1], key[2])
            found.setdefault(f"{block}.{key[1]}" if block else key[1], number)
        bare = _TEXT.sub("", line).split("#")[0]
        depth = 0 if header else max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))
    return found


def _called(found: dict[str, int], block: str, key: str, value: str) -> str:
    """The block's path once its code is known: what was found under its number moves to its name."""
    name = _TEXT.match(value)
    head, _, number = block.rpartition(".")
    if key != "code" or not name or not number.isdigit():
        return block
    called = f"{head}.{name[0][1:-1]}"
    for path in [path for path in found if path == block or path.startswith(f"{block}.")]:
        found.setdefault(called + path[len(block) :], found[path])
    return called


def line_of(lines: Mapping[str, int], where: str) -> int | None:
    """The line of the key ``where``, or of the closest table around it."""
    while where:
        if where in lines:
            return lines[where]
        where = where.rpartition(".")[0]
    return None
