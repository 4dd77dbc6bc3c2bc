"""The n-grams of one to four characters that a model knows, and how often each stands in a text.

An n-gram is known by the number of the one it begins with and the number of its last character, so that looking one up
goes on only where the shorter one was found. Whatever stands in enough texts begins with something that does, too.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SIZES = 4
"""The longest n-gram, in characters."""
LONGEST_TEXT = 4_000
"""Characters of a text that are looked at."""

_Numbers = NDArray[np.int64]


def normalised(text: str) -> str:
    """The text as n-grams are taken from it: width and case folded (NFKC, casefold), blanks one space."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    return " ".join(folded.replace("\0", " ").split())


@dataclass(frozen=True)
class Counts:
    """How often n-grams stand in texts: three columns of equal length, by text and then by n-gram."""

    texts: int
    rows: _Numbers
    ngrams: _Numbers
    times: _Numbers


@dataclass(frozen=True)
class Ngrams:
    """Which n-grams are known.

    characters: the code points, ascending: the n-grams of one character.
    longer: for two, three and four characters, ascending: (number of the n-gram without its last character, among those
    of its size) * (number of characters) + (number of the last character).
    """

    characters: _Numbers
    longer: tuple[_Numbers, ...]

    def __len__(self) -> int:
        """How many there are, of every size."""
        return len(self.characters) + sum(len(keys) for keys in self.longer)

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        # One place more than the last character has, for all that come after it.
        table = np.full(int(self.characters.max(initial=0)) + 2, -1, np.int32)
        table[self.characters] = np.arange(len(self.characters), dtype=np.int32)
        return table

    def _numbers(self, codes: NDArray[np.uint32]) -> _Numbers:
        """The number of each code point among the characters; -1 for one that is not known."""
        return self._table[np.minimum(codes, len(self._table) - 1)].astype(np.int64)

    def counts(self, texts: Sequence[str]) -> Counts:
        """How often each known n-gram stands in each of the texts, which are ``normalised``."""
        codes, rows = _laid_out(texts)
        # Sorting half as many bytes takes half as long.
        kind = np.int32 if len(texts) * len(self) < 2**31 else np.int64
        found = [
            (rows[at] * len(self) + (numbers + first)).astype(kind)
            for at, numbers, first in self._found(self._numbers(codes))
        ]
        together, times = np.unique(np.concatenate(found), return_counts=True)
        known = max(len(self), 1)
        return Counts(len(texts), together // known, together % known, times)

    def _found(self, characters: _Numbers) -> Iterator[tuple[_Numbers, _Numbers, int]]:
        """For each size: where n-grams begin, their numbers within the size, and how many are shorter."""
        at = np.flatnonzero(characters >= 0)
        numbers = characters[at]
        first = 0
        yield at, numbers, first
        shorter = len(self.characters)
        for size, keys in enumerate(self.longer, 2):
            first += shorter
            at, wanted = _continued(characters, at, numbers, size, len(self.characters))
            place, known = _place(keys, wanted)
            at, numbers = at[known], place[known]
            yield at, numbers, first
            shorter = len(keys)

    def __iter__(self) -> Iterator[str]:
        """Each n-gram as it is written, in the order of their numbers."""
        before = [chr(code) for code in self.characters]
        alphabet = before
        yield from before
        for keys in self.longer:
            before = [before[key // len(alphabet)] + alphabet[key % len(alphabet)] for key in keys.tolist()]
            yield from before


def learnt(texts: Sequence[str], least_texts: int) -> Ngrams:
    """The n-grams that stand in at least ``least_texts`` of the texts, which are ``normalised``.

    A text that is there twice counts once.
    """
    codes, rows = _laid_out(sorted(set(texts)))
    kept = _common(codes.astype(np.int64), rows, least_texts)
    characters = kept[kept > 0]
    alone = Ngrams(characters, ())
    numbered = alone._numbers(codes)
    at = np.flatnonzero(numbered >= 0)
    numbers, longer = numbered[at], []
    for size in range(2, SIZES + 1):
        at, wanted = _continued(numbered, at, numbers, size, len(characters))
        keys = _common(wanted, rows[at], least_texts)
        longer.append(keys)
        place, known = _place(keys, wanted)
        at, numbers = at[known], place[known]
    return Ngrams(characters, tuple(longer))


def united(first: Ngrams, second: Ngrams) -> Ngrams:
    """The n-grams that either knows."""
    if not len(first) or not len(second):
        return first if len(first) else second
    known = sorted(set(first) | set(second))
    characters = [gram for gram in known if len(gram) == 1]
    place = {gram: number for number, gram in enumerate(characters)}
    before, longer = place, []
    for size in range(2, SIZES + 1):
        keys = sorted(
            (before[gram[:-1]] * len(characters) + place[gram[-1]], gram)
            for gram in known
            if len(gram) == size
        )
        before = {gram: number for number, (_, gram) in enumerate(keys)}
        longer.append(np.array([key for key, _ in keys], np.int64))
    codes = np.array([ord(gram) for gram in characters], np.int64)
    return Ngrams(codes, tuple(longer))


def _laid_out(texts: Sequence[str]) -> tuple[NDArray[np.uint32], _Numbers]:
    """The code points of all texts one after the other, a zero after each, and the text that each belongs to."""
    together = "".join(f"{text}\0" for text in texts)
    codes = np.frombuffer(together.encode("utf-32-le", "replace"), np.uint32)
    return codes, np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])


def _continued(
    characters: _Numbers, at: _Numbers, numbers: _Numbers, size: int, alphabet: int
) -> tuple[_Numbers, _Numbers]:
    """Of n-grams that begin ``at``, those with a known character after them, and their keys with it."""
    within = at + (size - 1) < len(characters)
    at, numbers = at[within], numbers[within]
    last = characters[at + (size - 1)]
    known = last >= 0
    return at[known], numbers[known] * alphabet + last[known]


def _common(keys: _Numbers, rows: _Numbers, least: int) -> _Numbers:
    """The different keys that stand in at least ``least`` rows, ascending."""
    rows_in_all = int(rows.max()) + 1 if len(rows) else 1
    different, holding = np.unique(np.unique(keys * rows_in_all + rows) // rows_in_all, return_counts=True)
    return different[holding >= least]


def _place(keys: _Numbers, wanted: _Numbers) -> tuple[_Numbers, NDArray[np.bool_]]:
    """Where each wanted key stands among ``keys``, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, keys[place] == wanted
