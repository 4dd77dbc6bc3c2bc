"""The words of an HTML mail: lines as a reader sees them, what was quoted marked as plain mail marks it (">").

One pass by looking for "<" and ">". The standard library's parser takes minutes for a page made to confuse it, and a
mail may hold any page.
"""

import re
from html import unescape

LONGEST = 1_000_000
_UNSEEN = frozenset({"script", "style", "title", "template", "noscript", "object", "svg"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
    }
    | {
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
    }
    | {"table", "tr", "ul"}
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)|<[!?]", re.IGNORECASE | re.ASCII)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class _Lines:
    """Lines as they are written, word by word."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._quoted = 0

    def opened(self, name: str) -> None:
        if name == "br":
            self._lines.append([])
        elif name in _BLOCKS:
            self._end_line(wide=name == "p")
            self._quoted += name == "blockquote"
            if name == "li":
                self._put("- ")
        elif name in ("td", "th"):
            self.write(" ")

    def closed(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_line(wide=name == "p")
            self._quoted = max(0, self._quoted - (name == "blockquote"))

    def write(self, words: str) -> None:
        told = _SPACE.sub(" ", unescape(words))
        if not self._lines[-1]:
            told = told.lstrip()
        if told:
            self._put(told)

    def _put(self, words: str) -> None:
        if self._quoted and not self._lines[-1]:
            self._lines[-1].append("> ")
        self._lines[-1].append(words)

    def _end_line(self, *, wide: bool) -> None:
        if self._lines[-1]:
            self._lines.append([])
        if wide and len(self._lines) > 1 and self._lines[-2]:
            self._lines.append([])

    def text(self) -> str:
        return "\n".join("".join(line).rstrip() for line in self._lines)


def words_of(markup: str) -> str:
    """The words of a page of HTML, at most its first million characters."""
    page, lines, at = markup[:LONGEST], _Lines(), 0
    never_closed: set[str] = set()
    while (begin := page.find("<", at)) >= 0:
        lines.write(page[at:begin])
        tag = _TAG.match(page, begin)
        if tag is None:
            lines.write("<")
            at = begin + 1
            continue
        mark = "-->" if page.startswith("<!--", begin) else ">"
        end = page.find(mark, tag.end())
        if end < 0:
            at = len(page)
            break
        at, name = end + len(mark), (tag[2] or "").lower()
        if tag[1]:
            lines.closed(name)
        elif name in _UNSEEN - never_closed:
            at = _behind(page, name, at, never_closed)
        else:
            lines.opened(name)
    lines.write(page[at:])
    return _EMPTY_LINES.sub("\n\n", lines.text()).strip()


def _behind(page: str, name: str, at: int, never_closed: set[str]) -> int:
    """Where an element ends that nobody sees. One that is never closed is not looked for again."""
    found = re.compile(f"</{name}", re.IGNORECASE | re.ASCII).search(page, at)
    if found is None:
        never_closed.add(name)
        return at
    return found.start()
