"""Which known place a text names: areas, other names of areas, landmarks and streets, the longest name first.

A place that is inside another mentioned one is meant by both ("A3区联丰路": the road, in that district), and of places
with one name the one that lies in a mentioned area. What stays ambiguous is given as a choice, never decided. See
docs/rules/gazetteer.md.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
LEAST, MOST = 2, 5
"""Characters of a name that can be looked for; places offered at most."""
_SPACES = re.compile(r"\s+")
_BESIDE_WIDE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


@dataclass(frozen=True)
class Known(Generic[K]):
    """One name of one place. ``path``: the areas that it lies in, smallest first, itself first where it is an area.

    ``point``: of a landmark or a street, (latitude, longitude); None for an area and its other names.
    """

    key: K
    name: str
    path: tuple[K, ...]
    point: tuple[float, float] | None = None

    @property
    def spot(self) -> tuple[K, tuple[float, float] | None]:
        """What tells one place from another, whatever it is called."""
        return self.path[0], self.point


def plain(text: str) -> str:
    """A text as names are compared in it: one width, one case, no spaces beside Chinese characters."""
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return _BESIDE_WIDE.sub("", folded).strip()


class Gazetteer(Generic[K]):
    """The names of one place, ready to be found in texts. Names under `LEAST` characters are left out."""

    def __init__(self, known: Iterable[Known[K]]) -> None:
        self.known = tuple(known)
        self._places: dict[str, list[Known[K]]] = defaultdict(list)
        for one in self.known:
            name = plain(one.name)
            if len(name) >= LEAST:
                self._places[name].append(one)
        self._starts: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._places, key=lambda each: (-len(each), each)):
            self._starts[name[:LEAST]].append(name)

    def mentions(self, text: str) -> list[str]:
        """The names that stand in a text, as `plain` has them, in their order; none within a longer one."""
        said, found, at = plain(text), list[str](), 0
        while at < len(said):
            name = next(
                (one for one in self._starts.get(said[at : at + LEAST], ()) if _stands(one, said, at)), ""
            )
            if name:
                found.append(name)
            at += len(name) or 1
        return list(dict.fromkeys(found))

    def named(self, text: str) -> tuple[Known[K], ...]:
        """The places that a text names, the most specific alone: none, one, or several to choose from (`MOST`).

        Landmarks and streets come before areas, and an area before what it lies in. The whole place is no answer.
        """
        mentioned = [self._places[name] for name in self.mentions(text)]
        areas = [[one for one in places if one.point is None and len(one.path) > 1] for places in mentioned]
        said = {one.path[0] for places in areas for one in places}
        spots = [self._inside([one for one in places if one.point is not None], said) for places in mentioned]
        lowest = [one for places in areas for one in places]
        around = {upper for one in lowest for upper in one.path[1:]}
        lowest = [one for one in lowest if one.path[0] not in around]
        found = sorted((one for places in spots for one in places), key=lambda one: -len(one.name))
        inside = {area for one in found for area in one.path}
        # An area that none of the landmarks lies in was named for a reason of its own.
        found += [one for one in lowest if one.path[0] not in inside]
        return tuple({one.spot: one for one in reversed(found)}.values())[::-1][:MOST]

    def _inside(self, places: list[Known[K]], said: set[K]) -> list[Known[K]]:
        return [one for one in places if said & set(one.path)] or places


def _stands(name: str, said: str, at: int) -> bool:
    """Whether a name stands there, and is no part of a longer word where it is written with letters."""
    if not said.startswith(name, at):
        return False
    end = at + len(name)
    return not (_joined(said[at - 1 : at], name[0]) or _joined(name[-1], said[end : end + 1]))


def _joined(before: str, after: str) -> bool:
    return bool(before and after) and all(sign.isascii() and sign.isalnum() for sign in (before, after))
