"""Sealed kinds, and whose keys open a sealed case: docs/rules/ladder.md.

Source: 信访工作条例 (2022) Art. 30 ¶3 (an accusation is never passed to those accused); DESIGN part 5.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

H = TypeVar("H")

# Kinds of case that the instance's own key never opens.
SEALED_KINDS = frozenset({"conduct", "grievance", "dispute"})


def is_sealed(kind: str) -> bool:
    """Whether cases of this kind are sealed for their resident and their offices alone."""
    return kind in SEALED_KINDS


def way_over(office: H, above: Mapping[H, H | None]) -> Iterator[H]:
    """Every office over ``office``, nearest first. A circle ends the way."""
    seen = {office}
    upper = above.get(office)
    while upper is not None and upper not in seen:
        yield upper
        seen.add(upper)
        upper = above.get(upper)


def key_offices(
    office: H,
    *,
    subject: H | None,
    above: Mapping[H, H | None],
    joint: Iterable[H] = (),
    recused: Collection[H] = (),
) -> tuple[H, ...]:
    """The offices whose keys open a sealed case that lies with ``office``, nearest first, each once.

    ``subject``: the office that it is about, if any. ``above`` has the next office up of each. ``joint``: offices asked
    to help. Nobody at or beneath the subject, and none of ``recused``, is ever among them.
    """
    wanted = [office, *way_over(office, above), *joint]
    if subject is not None:
        wanted += way_over(subject, above)
    return tuple(
        one
        for one in dict.fromkeys(wanted)
        if one not in recused and (subject is None or not _is_at_or_beneath(one, subject, above))
    )


def _is_at_or_beneath(office: H, subject: H, above: Mapping[H, H | None]) -> bool:
    return office == subject or subject in way_over(office, above)
