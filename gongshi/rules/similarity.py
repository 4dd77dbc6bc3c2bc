"""Which published reports tell of the same matter as a new one, and why: by words, place, days and category.

Words are compared by the cosine of their tokens (Salton and Buckley, Term-weighting approaches in automatic text
retrieval, 1988), rare ones counting more. Only matters are compared, never who told of them. docs/rules/similarity.md.
"""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from gongshi.rules.geometry import distance_metres
from gongshi.rules.retrieval import tokens

K = TypeVar("K", bound=Hashable)

LONGEST_TEXT = 2_000
"""Characters of a text that are compared."""
MOST = 5
"""How many twins are named at most."""
LIKELY = 0.2
"""The score from which a report is named. docs/rules/similarity.md tells what other lines would find."""
NEAR, FAR = 50.0, 1_000.0
"""Metres: up to ``NEAR`` it is the same spot, from ``FAR`` on another place."""
LONG_AGO = 180
"""Days: from so many on the time no longer speaks for one matter."""
TITLE_TIMES = 2
FURTHEST, NEAREST = 0.5, 1.5
"""What the words are multiplied by: in another place, and on the same spot."""
OTHER_CATEGORY, OTHER_TIME = 0.7, 0.8
"""What they are multiplied by in another category, and long ago; by 1 in the same one, and on the same day."""
MOST_WORDS = 3


@dataclass(frozen=True)
class Report:
    """What is compared. ``point`` is (latitude, longitude) in WGS 84 degrees; ``path`` a category and its groups.

    Any of place, category and day may be missing. What tells of people is not compared: texts come without it
    (`bare_names.without_people`), or ``kept`` says which tokens of them count.
    """

    title: str
    text: str
    path: tuple[Hashable, ...] = ()
    area: Hashable | None = None
    point: tuple[float, float] | None = None
    on: date | None = None
    kept: frozenset[str] | None = None


@dataclass(frozen=True)
class Reason:
    """Why two reports are alike. Codes: same_category, same_group, metres, same_area, days (0 is the same day), words.

    ``number`` is in metres, rounded to ten, or in days; ``words`` are those of the stored report, rarest first.
    """

    code: str
    number: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Twin(Generic[K]):
    """A report that is probably the same matter: its key, a score from 0 to 1, and the reasons."""

    key: K
    score: float
    reasons: tuple[Reason, ...]


def twins(
    new: Report, stored: Mapping[K, Report], *, most: int = MOST, likely: float = LIKELY
) -> list[Twin[K]]:
    """The ``stored`` reports that are probably the same matter as ``new``, the likeliest first.

    How rare a token is, is counted among ``stored`` and ``new``: what the whole neighbourhood writes tells nothing.
    Takes time in proportion to the texts' length: the caller bounds how many are stored.
    """
    held = {key: token_counts(report) for key, report in stored.items()}
    asked = token_counts(new)
    rare = rarities([asked, *held.values()])
    mine = weighed(asked, rare)
    found = []
    for key, report in stored.items():
        words = _cosine(mine, weighed(held[key], rare))
        score = _score(new, report, words)
        if score >= likely:
            found.append((score, key, report))
    found.sort(key=lambda row: (-row[0], str(row[1])))
    return [
        Twin(key, round(score, 4), _reasons(new, report, asked, held[key], rare))
        for score, key, report in found[:most]
    ]


def token_counts(report: Report) -> Counter[str]:
    """How often each pair of characters and each English word stands in a report; the title's count twice."""
    counted: Counter[str] = Counter()
    for token in tokens(report.title, alone=False):
        counted[token] += TITLE_TIMES
    counted.update(tokens(report.text[:LONGEST_TEXT], alone=False))
    if report.kept is not None:
        counted = Counter({token: times for token, times in counted.items() if token in report.kept})
    return counted


def rarities(texts: Sequence[Collection[str]]) -> dict[str, float]:
    """What each token tells: much for one that few of ``texts`` hold. Always above 0."""
    holding: Counter[str] = Counter()
    for text in texts:
        holding.update(set(text))
    return {token: math.log(1 + len(texts) / (0.5 + count)) for token, count in holding.items()}


def weighed(counted: Mapping[str, int], rare: Mapping[str, float]) -> dict[str, float]:
    """What each token of a text counts when it is compared."""
    return {token: (1 + math.log(times)) * rare[token] for token, times in counted.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if not one or not other:
        return 0.0
    shared = math.fsum(weight * other[token] for token, weight in one.items() if token in other)
    lengths = math.sqrt(math.fsum(w * w for w in one.values()) * math.fsum(w * w for w in other.values()))
    return min(1.0, shared / lengths)


def _score(new: Report, other: Report, words: float) -> float:
    place = place_share(new, other)
    category = category_share(new.path, other.path)
    time = time_share(new.on, other.on)
    score = words
    if place is not None:
        score *= FURTHEST + (NEAREST - FURTHEST) * place
    if category is not None:
        score *= OTHER_CATEGORY + (1 - OTHER_CATEGORY) * category
    if time is not None:
        score *= OTHER_TIME + (1 - OTHER_TIME) * time
    return min(1.0, score)


def place_share(new: Report, other: Report) -> float | None:
    """1 on the same spot, falling with the logarithm of the distance to 0; a half in the same area; None unknown."""
    if new.point and other.point:
        apart = distance_metres(new.point, other.point)
        return max(0.0, min(1.0, 1 - math.log(max(apart, NEAR) / NEAR) / math.log(FAR / NEAR)))
    if new.area is None or other.area is None:
        return None
    return 0.5 if new.area == other.area else 0.0


def category_share(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """1 for the same category, a half for the same topmost group, else 0; None where one is not known."""
    if not one or not other:
        return None
    if one[0] == other[0]:
        return 1.0
    return 0.5 if one[-1] == other[-1] else 0.0


def time_share(one: date | None, other: date | None) -> float | None:
    """1 on the same day, falling evenly to 0 after ``LONG_AGO`` days; None where one is not known."""
    if one is None or other is None:
        return None
    return max(0.0, 1 - abs((one - other).days) / LONG_AGO)


def _reasons(
    new: Report, other: Report, asked: Iterable[str], held: Mapping[str, int], rare: Mapping[str, float]
) -> tuple[Reason, ...]:
    found = []
    share = category_share(new.path, other.path)
    if share:
        found.append(Reason("same_category" if share == 1 else "same_group"))
    if new.point and other.point:
        found.append(Reason("metres", int(round(distance_metres(new.point, other.point), -1))))
    elif new.area is not None and new.area == other.area:
        found.append(Reason("same_area"))
    if new.on and other.on:
        found.append(Reason("days", abs((new.on - other.on).days)))
    shared = sorted((token for token in set(asked) & held.keys()), key=lambda token: (-rare[token], token))
    return (*found, Reason("words", words=tuple(shared[:MOST_WORDS]))) if shared else tuple(found)
