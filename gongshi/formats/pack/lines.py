"""On which line of a TOML text each key stands; the standard reader throws that away.

A small scan of texts that ``tomllib`` has already accepted, so it only needs to follow well-formed TOML 1.0.
"""

from contextlib import suppress

Path = tuple[str | int, ...]

_SPACE = " \t"
_BREAK = "\r\n"
_ENDS_BARE = ",]}#" + _SPACE + _BREAK


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of each table, key and list element of a valid TOML ``text``, by path."""
    scan = _Scan(text)
    with suppress(IndexError, RecursionError):  # a line is a courtesy: what was found so far is still right
        scan.document()
    return scan.found


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of ``path``, or of the nearest thing that contains it; None if nothing does."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(path[:length])) is not None:
            return line
    return None


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        current: Path = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                current = self._array_header()
            elif self.text[self.at] == "[":
                current = self._header()
            else:
                self._pair(current)
            self._skip_blank()

    def _array_header(self) -> Path:
        self._step(2)
        line, keys = self.line, self._keys("]")
        self._step(2)
        base = (*self._inside(keys[:-1]), keys[-1])
        index = self.counts.get(base, -1) + 1
        self.counts[base] = index
        self._imply(base, line)
        self.found[(*base, index)] = line
        return (*base, index)

    def _header(self) -> Path:
        self._step(1)
        line, keys = self.line, self._keys("]")
        self._step(1)
        path = self._inside(keys)
        self._imply(path[:-1], line)
        self.found[path] = line
        return path

    def _imply(self, path: Path, line: int) -> None:
        """Tables that are only named on the way to an inner one stand where they are first named."""
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _inside(self, keys: list[str]) -> Path:
        """``keys`` as a path, where a table that belongs to an array means its last element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def _pair(self, base: Path) -> None:
        line, keys = self.line, self._keys("=")
        self._step(1)
        self._imply((*base, *keys), line)
        self._skip_blank()
        self._value((*base, *keys))

    def _keys(self, end: str) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if self.text[self.at] == end:
                return keys
            self._step(1)

    def _key(self) -> str:
        if self.text[self.at] in "\"'":
            start = self.at
            self._string()
            return _unescaped(self.text[start : self.at])
        start = self.at
        while self.text[self.at] not in ".=]" + _SPACE:
            self.at += 1
        return self.text[start : self.at]

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._step(1)
            while self.at < len(self.text) and self.text[self.at] not in _ENDS_BARE:
                self.at += 1

    def _list(self, path: Path) -> None:
        self._step(1)
        index = 0
        self._skip_blank()
        while self.text[self.at] != "]":
            self.found[(*path, index)] = self.line
            self._value((*path, index))
            index += 1
            self._skip_blank()
            if self.text[self.at] == ",":
                self._step(1)
                self._skip_blank()
        self._step(1)

    def _inline_table(self, path: Path) -> None:
        self._step(1)
        self._skip_blank()
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip_blank()
            if self.text[self.at] == ",":
                self._step(1)
                self._skip_blank()
        self._step(1)

    def _string(self) -> None:
        quote = self.text[self.at]
        long = quote * 3
        closing = long if self.text.startswith(long, self.at) else quote
        self._step(len(closing))
        while not self.text.startswith(closing, self.at):
            self._step(2 if quote == '"' and self.text[self.at] == "\\" else 1)
        self._step(len(closing))
        while len(closing) == 3 and self.text[self.at : self.at + 1] == quote:
            self._step(1)  # up to two quotes may stand directly before the closing three

    def _skip_blank(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in _SPACE + _BREAK:
                self._step(1)
            else:
                return

    def _skip(self, characters: str) -> None:
        while self.text[self.at] in characters:
            self._step(1)

    def _step(self, count: int) -> None:
        if self.at >= len(self.text):
            raise IndexError("the text ends in the middle of something")
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count


def _unescaped(quoted: str) -> str:
    """A quoted key without its quotes; escapes are left, since no key of a pack needs them."""
    return quoted[1:-1]
