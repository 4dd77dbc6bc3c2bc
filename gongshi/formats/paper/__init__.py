"""Papers as PDF: plain data in, bytes out. Typeset by Typst, with type for 中文 and English from a package.

One compiler stays warm per process that sets papers: it reads 33 MB of type once, and then takes some ten
milliseconds a paper. A process that sets none is spared the library (`gongshi.papers.compiler`). A paper
is PDF/A-2b (ISO 19005-2), to be read in fifty years. The standard forbids the empty box that stands for a sign
which the type lacks (emoji, some scripts): such a sign is spelled by its number. Everything stays in memory.
"""

import json
from dataclasses import asdict
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import manimgx_fonts_cjk  # type: ignore[import-untyped]

from gongshi.formats.paper.fitting import missing_in, shortened, spelled
from gongshi.formats.paper.model import Block, Cover, Paper, Part
from gongshi.formats.paper.template import TEMPLATE

if TYPE_CHECKING:
    import typst

__all__ = ["Block", "Cover", "Paper", "Part", "pdf", "plain", "typeset"]

_lock = Lock()
EMPTY, REMEMBERED = b"#set page(width: 1pt, height: 1pt)", 10


def pdf(paper: Paper, *, timestamp: int) -> bytes:
    """The paper as PDF/A-2b; what is too much is cut.

    ``timestamp``: seconds since 1970, the file's own date; the same data give the same bytes.
    """
    return typeset(plain(paper), timestamp)


def plain(paper: Paper) -> dict[str, Any]:
    """The paper as plain data, such as JSON has, with what is too much cut."""
    return asdict(shortened(paper))


def typeset(data: dict[str, Any], timestamp: int) -> bytes:
    """What `plain` made, as `pdf` gives it. Raises typst.TypstError where Typst refuses it."""
    with _lock:
        try:
            return _archived(data, timestamp)
        finally:
            _forget()


def _archived(data: Any, timestamp: int) -> bytes:
    import typst

    try:
        return _compiled({**data, "signs": ""}, timestamp, ["a-2b"])
    except typst.TypstError as refused:
        missing = missing_in(refused.diagnostic)
    try:
        return _compiled(spelled(data, missing), timestamp, ["a-2b"])
    except typst.TypstError:
        return _compiled(data, timestamp, ["1.7"])


def _forget() -> None:
    """Have Typst forget the paper: it keeps the work of its last ten, words and all, some ten megabytes each."""
    for _ in range(REMEMBERED + 1):
        _compiler().compile(EMPTY, format="pdf", sys_inputs=None)


def _compiled(data: Any, timestamp: int, standards: list[Any]) -> bytes:
    made = _compiler().compile(
        TEMPLATE.encode(),
        format="pdf",
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        pdf_standards=standards,
        timestamp=timestamp,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> "typst.Compiler":
    folders = list(manimgx_fonts_cjk.__path__)
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
