"""How often the right page is among the first three: 200 pages made of half of ``zh_answers.csv``, asked by the other.

``python -m tests.real.hits [--seeds 100] [--side 0|1] [--tokens 60]``. The file lies outside this repository
(GONGSHI_REAL_DATA names its folder) and nobody has marked which answer fits which question: docs/rules/retrieval.md
says what counts as right here, and why, with the figures. Pages and questions go through ``gongshi.rules.retrieval``
in memory; a test holds the ranking against the database's.
"""

import csv
import hashlib
import math
import random
import re
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gongshi.rules import retrieval
from gongshi.rules.retrieval import asked_tokens, looked_up, weights
from tests.real.packs import DATA

PAGES, FIRST = 200, 3
THRESHOLDS = (0.3, 0.4, 0.5, 0.7)
SIDES_AT = 0.3
SUBSTANCE = 150
"""Characters of an answer below which no office would make a page of it: "received and passed on" is shorter."""
Row = Mapping[str, str]
Tokens = Mapping[str, int]
ASKED: dict[str, Callable[[Row], str]] = {
    "the title": lambda row: row["title"],
    "the text": lambda row: row["text"],
    "both": lambda row: f"{row['title']}\n{row['text']}",
}


def read(folder: Path) -> list[Row]:
    """The rows of the file. Raises FileNotFoundError."""
    with (folder / "zh_answers.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def trigrams(text: str) -> Counter[str]:
    """Every three neighbouring characters; numbers are alike, and what is no letter is left out."""
    plain = re.sub(r"[\W_]+", "", re.sub(r"[0-9]+", "0", text))
    return Counter(plain[n : n + 3] for n in range(len(plain) - 2))


def likeness(answers: Sequence[str]) -> NDArray[np.float32]:
    """The cosine of any two answers, each trigram weighing the logarithm of how rare it is; none is like itself.

    Answers alone are looked at, so it knows nothing of what is searched by: a question's words.
    """
    grams = [trigrams(answer) for answer in answers]
    held = Counter(gram for each in grams for gram in each)
    rare = {gram: math.log(len(answers) / number) for gram, number in held.items()}
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, each in enumerate(grams):
        length = math.sqrt(sum((times * rare[gram]) ** 2 for gram, times in each.items())) or 1.0
        for gram, times in each.items():
            found[gram].append((number, times * rare[gram] / length))
    alike = np.zeros((len(answers), len(answers)), dtype=np.float32)
    for places in found.values():
        if len(places) > 1:
            rows = np.array([row for row, _ in places])
            shares = np.array([share for _, share in places], dtype=np.float32)
            alike[np.ix_(rows, rows)] += np.outer(shares, shares)
    np.fill_diagonal(alike, 0)
    return alike


def ranked(question: str, pages: Mapping[int, Tokens]) -> list[int]:
    """The pages that hold words of the question, the best first, as ``bulletin.queries.pages_found`` finds them."""
    asked = asked_tokens(question)
    holding = {token: n for token in asked if (n := sum(token in page for page in pages.values()))}
    sought = looked_up(asked, holding, len(pages))
    scores = {
        page: sum(worth * tokens[token] for token, worth in sought.rarities.items() if token in tokens)
        for page, tokens in pages.items()
    }
    return [page for page in sorted(scores, key=lambda page: (-scores[page], page)) if scores[page]]


@dataclass
class Tally:
    """Questions that some page answers, those that found one among the first, and how many chance would find."""

    asked: int = 0
    found: int = 0
    by_chance: float = 0.0

    def add(self, hit: bool, right: int) -> None:
        """One question more, which ``right`` of the pages answer."""
        self.asked += 1
        self.found += hit
        self.by_chance += 1 - math.comb(PAGES - right, FIRST) / math.comb(PAGES, FIRST)


class Measure:
    """The rows, what of them can be a page, and which answers are alike."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.alike = likeness([row["answer"] for row in rows])
        self.solid = np.array([len(row["answer"]) >= SUBSTANCE for row in rows])
        self.alike[:, ~self.solid] = 0
        self.alike[~self.solid, :] = 0
        self.side = self._sides()
        self._tokens: dict[int, Tokens] = {}

    def _sides(self) -> NDArray[np.int_]:
        """0 or 1 for each row, alike answers on one side: what was tuned on one side is shown on the other."""
        above = list(range(len(self.rows)))

        def top(row: int) -> int:
            while above[row] != row:
                row = above[row]
            return row

        for one, other in np.argwhere(self.alike >= SIDES_AT):
            above[top(int(one))] = top(int(other))
        return np.array(
            [hashlib.sha256(str(top(n)).encode()).digest()[-1] % 2 for n in range(len(self.rows))]
        )

    def tokens(self, row: int) -> Tokens:
        """What a page of this row is found by."""
        if row not in self._tokens:
            self._tokens[row] = weights(self.rows[row]["title"], [self.rows[row]["answer"]])
        return self._tokens[row]

    def split(self, seed: int) -> tuple[list[int], list[int]]:
        """The rows of which pages are written, and those that ask."""
        order = list(range(len(self.rows)))
        random.Random(seed).shuffle(order)
        half = len(order) // 2
        return [row for row in order[:half] if self.solid[row]][:PAGES], order[half:]

    def run(
        self, asked: Callable[[Row], str], seeds: Iterable[int], side: int | None = None
    ) -> dict[float, Tally]:
        """The tally for each threshold over all seeds; ``side``: of the questions on one side alone."""
        tallies = {threshold: Tally() for threshold in THRESHOLDS}
        for seed in seeds:
            pages, others = self.split(seed)
            stored = {page: self.tokens(page) for page in pages}
            for row in others:
                if side in (None, self.side[row]):
                    self._ask(row, asked, pages, stored, tallies)
        return tallies

    def _ask(
        self,
        row: int,
        asked: Callable[[Row], str],
        pages: list[int],
        stored: Mapping[int, Tokens],
        tallies: Mapping[float, Tally],
    ) -> None:
        like = self.alike[row][pages]
        if like.max() < THRESHOLDS[0]:
            return
        first = set(ranked(asked(self.rows[row]), stored)[:FIRST])
        for threshold, tally in tallies.items():
            right = {page for page, share in zip(pages, like, strict=True) if share >= threshold}
            if right:
                tally.add(bool(right & first), len(right))


def main() -> int:
    """Measure and print."""
    given = ArgumentParser(description="How often the right page is among the first three.")
    given.add_argument("--seeds", type=int, default=100)
    given.add_argument("--side", type=int, choices=(0, 1), default=None)
    given.add_argument("--tokens", type=int, default=retrieval.MOST_TOKENS, help="how many are looked up")
    options = given.parse_args()
    retrieval.MOST_TOKENS = options.tokens
    try:
        rows = read(DATA)
    except FileNotFoundError as missing:
        print(f"{missing.filename} is not here: nothing was measured", file=sys.stderr)
        return 1
    measure = Measure(rows)
    print(
        f"{len(rows)} rows, {measure.solid.sum()} could be pages, {options.seeds} seeds, {options.tokens} tokens"
    )
    for name, asked in ASKED.items():
        for threshold, tally in measure.run(asked, range(options.seeds), options.side).items():
            share, chance = (part / max(1, tally.asked) for part in (tally.found, tally.by_chance))
            print(
                f"asked by {name}, answers alike from {threshold}: {tally.asked} questions, "
                f"{share:.1%} among the first {FIRST}, by chance {chance:.1%}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
