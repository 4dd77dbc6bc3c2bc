"""Whether one text holds several matters, and where it would be cut. docs/rules/several.md.

Two signs: points that are numbered one after the other, or words with which people begin another matter; and parts of
the text that are surely about different things. Nothing is cut without being asked for; the parts put together are
the text.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

SHORTEST = 8
"""Characters that a part has at least, its number left out: less is no matter of its own."""
LONG = 25
"""The same where nothing but what the parts are about tells them apart."""
MOST, MOST_SENTENCES = 8, 40
LIKELY, SURE = 0.5, 0.9
"""How probable a part's label must be to speak for another matter: beside a number or a word, and by itself."""

_CHINESE = "一二三四五六七八九十"
_DIGITS = r"\d{1,2}"
_BEGIN = r"(?:^|(?<=[\n。！？!?；;：:]))[ \t　]*"
_NUMBERED = (
    re.compile(_BEGIN + rf"(?:问题|诉求)?(?P<number>[{_CHINESE}])[、，．.]"),
    re.compile(_BEGIN + rf"[（(](?P<number>[{_CHINESE}]|{_DIGITS})[)）]"),
    re.compile(_BEGIN + rf"第(?P<number>[{_CHINESE}])(?:件事|个问题|点|件|个|是|，|、|：|:)"),
    re.compile(_BEGIN + rf"(?P<number>{_DIGITS})(?:[、）)]|[.．](?!\d))"),
    re.compile(_BEGIN + rf"其(?P<number>[{_CHINESE}])[，,是、：:]"),
)
_ENGLISH = re.compile(
    r"(?:^|(?<=[\n.!?;:]))\s*(?P<word>first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?)\b[,:]?",
    re.IGNORECASE,
)
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ANOTHER = re.compile(
    _BEGIN + r"(?:另外|此外|还有(?:就是|一件事|一个问题)?|再一?个(?:就是|问题)?|顺便(?:反映|问|说)|同时还)"
    r"(?=[，,：:、一\w])"
    r"|(?:^|(?<=[\n.!?;]))\s*"
    r"(?:also|another (?:thing|matter|problem|issue)|in addition|besides|on another matter)\b[, :]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+|[^。！？!?；;\n]+$")

Labelled = Callable[[str], tuple[str, float] | None]
"""What a part is about and how probable that is; None where nothing is known."""


def parts(text: str, labelled: Labelled = lambda _: None) -> tuple[str, ...]:
    """The text in the parts that are matters of their own; the whole in one piece where it holds one.

    Joined, they are the text. Never more than ``MOST`` parts.
    """
    found = _cut(text, _told_apart(text, _numbers(text) or _others(text), labelled))
    return found if len(found) > 1 else _cut(text, _by_labels(text, labelled))


def _told_apart(text: str, starts: Sequence[int], labelled: Labelled) -> list[int]:
    """Those starts at which another matter begins, by what is known of the parts.

    Points about one and the same are one matter. Where nothing is known of labels, the words alone decide.
    """
    if len(starts) < 2 or labelled(text) is None:
        return list(starts)
    kept, before = [starts[0]], None
    for start, end in pairwise([*starts, len(text)]):
        said = labelled(text[start:end])
        label = said[0] if said and said[1] >= LIKELY else None
        if before and label and label != before:
            kept.append(start)
        before = label or before
    return kept


def _numbers(text: str) -> list[int]:
    """Where points begin that are numbered from one upwards, at least two of them, each long enough."""
    for pattern in _NUMBERED:
        starts = _in_order([(m.start(), _value(m["number"])) for m in pattern.finditer(text)])
        if starts and _long_enough(text, starts, SHORTEST):
            return starts
    starts = _in_order(
        [(m.start(), _ORDER[m["word"].lower().removesuffix("ly")]) for m in _ENGLISH.finditer(text)]
    )
    return starts if starts and _long_enough(text, starts, SHORTEST) else []


def _value(number: str) -> int:
    return _CHINESE.index(number) + 1 if number in _CHINESE else int(number)


def _in_order(found: Sequence[tuple[int, int]]) -> list[int]:
    starts: list[int] = []
    for at, number in found:
        if number == len(starts) + 1:
            starts.append(at)
    return starts if len(starts) > 1 else []


def _others(text: str) -> list[int]:
    """Where people say that another matter begins."""
    starts = [0, *(m.start() for m in _ANOTHER.finditer(text) if m.start())]
    return starts if len(starts) > 1 and _long_enough(text, starts, SHORTEST) else []


def _by_labels(text: str, labelled: Labelled) -> list[int]:
    """The end of a sentence at which one matter stops and another begins, both of them surely; nowhere, mostly."""
    best, found = SURE, 0
    for sentence in list(_SENTENCE.finditer(text))[1:MOST_SENTENCES]:
        at = sentence.start()
        if not _long_enough(text, [0, at], LONG):
            continue
        one, other = labelled(text[:at]), labelled(text[at:])
        if one and other and one[0] != other[0] and min(one[1], other[1]) >= best:
            best, found = min(one[1], other[1]), at
    return [0, found] if found else []


def _long_enough(text: str, starts: Sequence[int], least: int) -> bool:
    return all(
        sum(character.isalnum() for character in text[start:end]) >= least
        for start, end in pairwise([*starts, len(text)])
    )


def _cut(text: str, starts: Sequence[int]) -> tuple[str, ...]:
    """The parts from each start to the next; what stands before the first belongs to it."""
    if len(starts) < 2 or len(starts) > MOST:
        return (text,)
    edges = [0, *starts[1:], len(text)]
    return tuple(text[a:b] for a, b in pairwise(edges))
