"""Papers as PDF: plain data in, bytes out. Typeset by Typst, with type for 中文 and English from a package.

One compiler stays warm per process: it reads 33 MB of type once, and then takes some ten milliseconds a paper. A paper
is PDF/A-2b (ISO 19005-2), to be read in fifty years, as long as the type has a sign for every character; one with
others (emoji, some scripts) is a plain PDF 1.7, as the standard forbids the empty box that stands for them.
"""

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from threading import Lock
from typing import Any

import manimgx_fonts_cjk  # type: ignore[import-untyped]
import typst

from gongshi.formats.paper.template import TEMPLATE

_lock = Lock()


@dataclass(frozen=True)
class Block:
    """One piece of a part. ``type``: heading, subheading, note, said and box (with ``by``), facts (pairs), table.

    ``widths`` of a table's columns: 0 for as wide as needed, else shares of the rest.
    """

    type: str
    text: str = ""
    by: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """What begins on a page of its own: a matter."""

    title: str
    kicker: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A whole paper in one language ("zh" or "en"). All words are ready to be shown; none is read as markup."""

    language: str
    kicker: str
    title: str
    reference: str
    lead: str
    foot: str
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = field(default_factory=tuple)


def pdf(paper: Paper, *, timestamp: int) -> bytes:
    """The paper as PDF. ``timestamp``: seconds since 1970, the file's own date; the same data give the same bytes."""
    text = json.dumps(asdict(paper), ensure_ascii=False)
    with _lock:
        try:
            return _compiled({"paper": text}, timestamp, ["a-2b"])
        except typst.TypstError:
            return _compiled({"paper": text}, timestamp, ["1.7"])


def _compiled(inputs: dict[str, str], timestamp: int, standards: list[Any]) -> bytes:
    made = _compiler().compile(
        TEMPLATE.encode(), format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=timestamp
    )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    folders = list(manimgx_fonts_cjk.__path__)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
