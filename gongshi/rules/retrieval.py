"""Which stored texts answer a question: tokens, their weights, and how rare a token is.

BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) over stems of English and over characters
and pairs of characters of 中文, in whole numbers, so that every database adds up to the same. Stems are those of the
Snowball project (Porter 2), traditional characters are read as simplified ones by OpenCC. docs/rules/retrieval.md.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC
from snowballstemmer.english_stemmer import EnglishStemmer

VERSION = 3
"""Of the tokens. What is stored under another is written anew by a job: a question would look for other ones."""
LONGEST_TOKEN = 24
LONGEST_QUESTION = 600
"""Characters of a question that are looked at: what comes later seldom says what is asked."""
LITTLE = 6
"""Up to so many pairs and words a question's single characters are looked up too."""
MOST_TOKENS = 60
"""Tokens of a question that are looked up: the rarest. tests/real/hits.py measures what fewer lose."""
MOST_TELLING = 24
"""Of these, the rarest that can tell a page: two common pairs of a long text say nothing."""
UNIT = 1_000
"""A weight and a rarity of one, as whole numbers."""
SATURATION = 1.2
LENGTH_SHARE = 0.5
USUAL_LENGTH = 250
"""Tokens of a usual page. A constant and no average, so that a page's weights depend on that page alone."""
ALONE = 0.3
"""What a single character counts beside a pair of them."""
A_FEW = 3
"""What so many pages hold is never common, however few pages there are."""
LEAST_SHARE = 0.4
"""What a page must reach of the best one's score to be offered beside it."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_FIRST_HAN = re.compile(f"[{_HAN}]")
_BLOCK = 64
"""Both planes' parts that are read are whole numbers of such blocks long."""


def _plain() -> dict[str, str]:
    """What each character of the first plane is read as that is not read as itself.

    Traditional characters are read alone and not by words: a page's tokens then never hang on what stands beside them,
    and 乾 is 干 in a page as in a question, also where a writer would keep it.
    """
    read, simple = {}, OpenCC("t2s")
    # A block at a time: all at once leave five megabytes behind that no other text fits into.
    for block in (*range(0x80, 0xD800, _BLOCK), *range(0xF900, 0x10000, _BLOCK)):
        both = [chr(number) for number in range(block, block + _BLOCK)]
        for one, other in zip(both, simple.convert("\n".join(both)).split("\n"), strict=True):
            plain = unicodedata.normalize("NFKC", other).casefold()
            if plain != one:
                read[one] = plain
    return read


_PLAIN = _plain()
# Looked for first: a translation of every character takes ten times as long.
_NOT_PLAIN = re.compile(f"[{re.escape(''.join(_PLAIN))}]")


def language_of(text: str) -> str:
    """The language in which a question is asked: "zh" as soon as one character is Chinese, else "en"."""
    return "zh" if _FIRST_HAN.search(text) else "en"


def folded(text: str) -> str:
    """``text`` without what no search should tell apart: width, case, traditional and simplified characters."""
    composed = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    return _NOT_PLAIN.sub(lambda found: _PLAIN[found[0]], composed.casefold())


def tokens(text: str, *, alone: bool = True) -> Iterator[str]:
    """The tokens of ``text`` in order, repeated as they are: words, pairs of characters and, if ``alone``, characters.

    The text is `folded`; an English word is its stem.
    """
    for run in _RUN.findall(folded(text)):
        if not _FIRST_HAN.match(run):
            if len(run) > 1:
                yield stem(run)[:LONGEST_TOKEN]
            continue
        if alone or len(run) == 1:
            yield from run
        for first, second in pairwise(run):
            yield first + second


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded English word without its endings; words of other letters stay as they are."""
    # The library's stemmer keeps the word that it is at: one for each, since several threads ask.
    return str(EnglishStemmer().stemWord(word)) if word.isascii() and word.isalpha() else word


def is_alone(token: str) -> bool:
    """Whether a token is one Chinese character: it says little by itself."""
    return len(token) == 1


def weights(heading: str, parts: Iterable[str] = ()) -> dict[str, int]:
    """What each token of a page counts, in thousandths. A heading's token counts three times.

    Single characters are kept of the heading only. The weight rises with every repetition, ever less, and stays below
    ``(SATURATION + 1) * UNIT``.
    """
    times: Counter[str] = Counter()
    for token in tokens(heading):
        times[token] += 3
    for part in parts:
        times.update(tokens(part, alone=False))
    length = times.total()
    return {token: weight(token, count, length) for token, count in times.items()}


def weight(token: str, count: int, length: int) -> int:
    """What a token counts that stands ``count`` times in a page of ``length`` tokens, in thousandths."""
    damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / USUAL_LENGTH)
    share = ALONE if is_alone(token) else 1.0
    return max(1, round(UNIT * share * count * (SATURATION + 1) / (count + damping)))


def asked_tokens(question: str) -> tuple[str, ...]:
    """The different tokens of a question, in order; single characters only where there is little else."""
    found = tuple(dict.fromkeys(tokens(question[:LONGEST_QUESTION])))
    telling = tuple(token for token in found if not is_alone(token))
    return telling if len(telling) > LITTLE else found


def rarity(pages: int, holding: int) -> int:
    """What finding a token is worth, in thousandths: much for one that few of the ``pages`` hold, never below 1."""
    holding = min(holding, pages)
    return max(1, round(UNIT * math.log(1 + (pages - holding + 0.5) / (holding + 0.5))))


@dataclass(frozen=True)
class Sought:
    """What is looked up for a question: the rarity of each token, and which of them tell pages apart.

    ``least``: how many telling tokens a page must hold to be offered unasked.
    """

    rarities: Mapping[str, int]
    telling: frozenset[str]
    least: int


def looked_up(question: Iterable[str], holding: Mapping[str, int], pages: int) -> Sought:
    """The rarest tokens of a question that pages hold. ``holding``: in how many of the ``pages`` each token stands.

    What stands in more than half of the pages, and in more than a few, is looked up only when nothing else is there.
    """
    asked = list(question)
    found = [token for token in asked if holding.get(token)]
    rare = [token for token in found if holding[token] <= max(A_FEW, pages // 2)]
    chosen = sorted(rare or found, key=lambda token: (is_alone(token), holding[token], token))[:MOST_TOKENS]
    telling = frozenset(token for token in chosen[:MOST_TELLING] if not is_alone(token) and token in rare)
    least = 2 if sum(not is_alone(token) for token in asked) > 2 else 1
    return Sought({token: rarity(pages, holding[token]) for token in chosen}, telling, least)


def is_close(score: int, best: int) -> bool:
    """Whether a page with ``score`` is worth showing beside the best one."""
    return score > 0 and score >= LEAST_SHARE * best
