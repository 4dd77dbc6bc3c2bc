"""A fault in a pack: where it is, what is wrong, and what to do, in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Words = dict[str, str]
Severity = Literal["fault", "warning"]


@dataclass(frozen=True)
class PackFault:
    """One thing to put right.

    ``where`` is a key path such as ``category[street-light].promise.days`` ("" for a whole file); ``line`` counts
    from 1 and is None where lines mean nothing (GeoJSON). A warning does not stop a pack from loading.
    """

    file: str
    where: str
    what: Words
    fix: Words
    line: int | None = None
    severity: Severity = "fault"


def pair(zh: str, en: str) -> Words:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


def join(values: Iterable[object]) -> Words:
    """A list of values as it reads in each language."""
    texts = [str(value) for value in values]
    return pair("、".join(texts), ", ".join(texts))


def did_you_mean(value: str, known: Iterable[str], *, otherwise: Words) -> Words:
    """The nearest known word as a suggestion, or ``otherwise`` when nothing is near."""
    near = get_close_matches(value, list(known), n=1, cutoff=0.6)
    if near:
        return pair(f"是不是想写“{near[0]}”？", f'Did you mean "{near[0]}"?')
    return otherwise


def blocks(faults: Iterable[PackFault]) -> bool:
    """Whether any of ``faults`` stops the pack from loading."""
    return any(fault.severity == "fault" for fault in faults)


def in_order(faults: Iterable[PackFault]) -> list[PackFault]:
    """The same faults by file, line and place, each once."""
    unique = {(f.file, f.line, f.where, f.what["en"]): f for f in faults}
    return sorted(unique.values(), key=lambda f: (f.file, f.line or 0, f.where, f.what["en"]))
