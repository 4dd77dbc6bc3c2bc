"""Finding published cases by words: what is kept of a case, what is looked for, how well it fits, what is shown of it.

Tokens are those of `gongshi.rules.retrieval`; beside them each case has facets, which begin with a sign that no token
holds. What `gongshi.rules.personal` marks is in no token, and a question that looks like somebody is told so.
docs/rules/searching.md.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from gongshi.rules import retrieval
from gongshi.rules.bare_names import without_people
from gongshi.rules.personal import KINDS, could_be_name, marks

LONGEST = 100
"""Characters of a question that are looked at."""
MOST_TOKENS = 16
BLOCKS = (11, 15, 18)
"""Blocks of 2 to the power of each of these numbers: the newest are looked into first where an index has no order."""
EXCERPT = 160
"""Characters of a text that are shown around the first word found."""
_BEFORE = 40
_SIGN = "›"
_WORD = re.compile(r"[^\W_]+")
_OTHER_WORD = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")


def facets(*, number: int, category: UUID, area: UUID | None, year: int) -> list[str]:
    """What a case can be narrowed by, as tokens."""
    blocks = [block_facet(size, number >> size) for size in BLOCKS]
    found = [*blocks, category_facet(category), year_facet(year)]
    return [*found, area_facet(area)] if area else found


def block_facet(size: int, block: int) -> str:
    """The token of all cases in a block, which begins at ``block`` times 2 to the power of ``size``."""
    return f"{_SIGN}b{size}{_SIGN}{block}"


def category_facet(category: UUID) -> str:
    """The token of all cases of a category."""
    return f"{_SIGN}c{category.hex}"


def area_facet(area: UUID) -> str:
    """The token of all cases that name an area."""
    return f"{_SIGN}a{area.hex}"


def year_facet(year: int) -> str:
    """The token of all cases filed in a year."""
    return f"{_SIGN}y{year}"


def kept_tokens(
    title: str,
    *texts: str,
    names: Iterable[str] = (),
    keep: Iterable[str] = (),
    known: Collection[str] = (),
) -> set[str]:
    """The tokens by which a case is found: single characters of its title only, nothing marked and no bare name.

    names, keep, known: as `bare_names.without_people` takes them.
    """
    names, keep = list(names), list(keep)
    found = set(retrieval.tokens(without_people(title, names=names, keep=keep, known=known)))
    for text in texts:
        rest = without_people(text, names=names, keep=keep, known=known)
        found.update(retrieval.tokens(rest, alone=False))
    return found


def asked_tokens(question: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """The different tokens of a question, in order: pairs and words, single characters only where there is no other.

    known: pairs of the place's words (`bare_names.names_in`): then nothing of what may be a name is looked for. None:
    all is, since what is searched is no case.
    """
    question = question[:LONGEST]
    if known is not None:
        question = without_people(question, known=known)
    found = tuple(dict.fromkeys(retrieval.tokens(question)))
    telling = tuple(token for token in found if not retrieval.is_alone(token))
    return (telling or found)[:MOST_TOKENS]


def marked_kinds(question: str, *, names: Iterable[str] = (), keep: Iterable[str] = ()) -> list[str]:
    """What a question looks like that would tell who somebody is, as `personal.KINDS`, in their order."""
    found = {mark.kind for mark in marks(question[:LONGEST], names=names, keep=keep)}
    return [kind for kind in KINDS if kind in found]


def bare_names(question: str) -> list[str]:
    """The words of a question that may be somebody's name, as far as their first character tells."""
    return [word for word in _WORD.findall(question[:LONGEST]) if could_be_name(word)]


@dataclass(frozen=True)
class Piece:
    """A part of a text that is shown; ``hit``: it is one of the words looked for."""

    text: str
    hit: bool


def score(rarities: Mapping[str, int], title: str, *texts: str) -> int:
    """How well a case fits: BM25 of the tokens that it holds, as `retrieval.weights` has it, without cutting it apart.

    A stem counts wherever it stands, also within a longer word: what a case is found by is decided by its tokens, and
    this only orders what was found.
    """
    heading, below = retrieval.folded(title), [retrieval.folded(text) for text in texts]
    length = 3 * len(heading) + sum(map(len, below))
    total = 0
    for token, rarity in rarities.items():
        # Porter's i stands for a y too: noisi, noisy.
        start = token.removesuffix("i") if token.isascii() else token
        times = 3 * heading.count(start) + sum(text.count(start) for text in below)
        if times:
            total += retrieval.weight(token, times, length) * rarity // retrieval.UNIT
    return total


def fit(tokens: Collection[str], heading: str, text: str = "") -> int:
    """How much of what was asked for stands in something, in thousandths: a token counts whole in a heading, half
    below. So things of different kinds can be set beside each other, whose scores cannot: those depend on what else
    there is of the kind.
    """
    above, below = retrieval.folded(heading), retrieval.folded(text)
    starts = [token.removesuffix("i") if token.isascii() else token for token in tokens]
    halves = sum(2 if start in above else start in below for start in starts)
    return 1_000 * halves // (2 * len(starts)) if starts else 0


def is_fit(value: int, best: int) -> bool:
    """Whether something with the fit ``value`` is worth showing where the best has ``best``: more than half of it."""
    return 2 * value > best


def pieces(text: str, tokens: Collection[str], *, around: int = 0) -> list[Piece]:
    """``text`` cut where words begin and end that were looked for. ``around``: so many characters of it, near the first
    hit, with … where something is left out; 0 for all.
    """
    hit = _hits(text, tokens)
    start, end = 0, len(text)
    if around and len(text) > around:
        first = hit.index(True) if True in hit else 0
        start = min(max(0, first - _BEFORE), len(text) - around)
        end = start + around
    found: list[Piece] = [Piece("…", hit=False)] if start else []
    for place in range(start, end):
        if found and found[-1].hit == hit[place]:
            found[-1] = Piece(found[-1].text + text[place], hit[place])
        else:
            found.append(Piece(text[place], hit[place]))
    return [*found, Piece("…", hit=False)] if end < len(text) else found


def _hits(text: str, tokens: Collection[str]) -> list[bool]:
    """For each character whether it belongs to a word that was looked for."""
    hit, plain = [False] * len(text), "".join(map(_folded_alone, text))
    words = {token for token in tokens if retrieval.language_of(token) != "zh"}
    for token in set(tokens) - words:
        for found in re.finditer(f"(?={re.escape(token)})", plain):
            hit[found.start() : found.start() + len(token)] = [True] * len(token)
    for found in _OTHER_WORD.finditer(plain) if words else ():
        if words & set(retrieval.tokens(found[0])):
            hit[found.start() : found.end()] = [True] * len(found[0])
    return hit


@lru_cache(maxsize=20_000)
def _folded_alone(character: str) -> str:
    """One character as one character, so that places in the text stay what they are."""
    found = retrieval.folded(character)
    return found if len(found) == 1 else character
