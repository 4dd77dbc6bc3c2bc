"""A paper as plain data: what it says, in which order, and as what."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Block:
    """One piece of a part.

    ``type``: heading, subheading, note, said and box (with ``by``), facts (pairs), table, code (to be typed off),
    picture (an SVG, with words beside it and ``by`` beneath them, to be typed off).
    ``widths`` of a table's columns: 0 for as wide as needed, else shares of the rest; ``mono``: columns of hashes.
    """

    type: str
    text: str = ""
    by: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    mono: tuple[int, ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class Part:
    """What begins on a page of its own: a matter. A title that the cover says already is left out."""

    title: str
    kicker: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cover:
    """A first page of its own: ``contents`` stands over the list of headings, ``sign`` beside lines to be filled in."""

    contents: str
    sign: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Paper:
    """A whole paper in one language ("zh" or "en"). All words are ready to be shown; none is read as markup.

    ``rest``: what stands where words had to be cut; ``signs``: what explains numbers that stand for signs.
    """

    language: str
    kicker: str
    title: str
    reference: str
    lead: str
    foot: str
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = field(default_factory=tuple)
    cover: Cover | None = None
    rest: str = " …"
    signs: str = ""
