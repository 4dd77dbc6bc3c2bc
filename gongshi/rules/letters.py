"""A letter that goes out with a step: written from its template, or what the law demands of it and is not there.

docs/rules/letters.md. Which parts a letter cannot go without, and by which article, is the template's to say: the rule
knows no law.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongshi.rules.templates import filled, placeholders_in

Words = Mapping[str, str]

ALWAYS = (
    *("reference", "matter", "filed_on", "today", "office", "office_phone", "lead"),
    *("answer_by", "review_by", "review_office", "outside", "routes", "law", "right_body", "raised_after"),
)
"""Parts that a letter with any step can have."""
BY_NEED: Mapping[str, tuple[str, ...]] = {
    "office": ("to_office", "to_phone"),
    "reason": ("reason",),
    "question": ("question",),
    "instruction": ("instruction",),
    "date": ("date",),
    "answer": ("asked", "found", "found_on", "decision", "decided", "call"),
    "minutes": ("minutes", "outcome"),
}
"""Parts that come with what the step itself needs."""
BY_EFFECT: Mapping[str, tuple[str, ...]] = {
    "order": BY_NEED["office"],
    "hear": ("time", "place", "about", "invited"),
    "leave": ("pressed_times",),
}
"""Parts that come with what the step does: an acceptance that is ordered goes to the office that has to accept."""
LATE = ("clock", "due", "pressed_times")
"""Parts of a letter about a time that ran out where nobody can press."""
PARTS = frozenset(
    {*ALWAYS, *LATE, *(part for by in (BY_NEED, BY_EFFECT) for parts in by.values() for part in parts)}
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Template:
    """A letter of a procedure. ``needs``: by part, the article that demands it; ``moves``: those it goes out with.

    late: it goes out with none, but where a time ran out and nobody can press.
    """

    code: str
    name: Words
    text: Words
    needs: Mapping[str, Words]
    moves: tuple[str, ...]
    late: bool = False

    @property
    def parts(self) -> frozenset[str]:
        """Every part that stands in the text of either language."""
        return frozenset(part for text in self.text.values() for part in placeholders_in(text))


@dataclass(frozen=True, slots=True)
class Lacking:
    """A part that the law demands of a letter and that is not there."""

    part: str
    basis: Words


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language as it goes out; or what is lacking, and then no text."""

    text: str
    lacking: tuple[Lacking, ...] = ()


def letter(template: Template, parts: Mapping[str, str], language: str) -> Letter:
    """The letter in ``language`` ("zh" or "en") from its parts as text.

    A line with a part that is empty is left out, unless the law demands that part: then nothing is written at all.
    """
    lacking = tuple(
        Lacking(part, basis) for part, basis in template.needs.items() if not parts.get(part, "").strip()
    )
    if lacking:
        return Letter("", lacking)
    lines = [
        filled(line, parts)
        for line in template.text[language].splitlines()
        if all(parts.get(part, "").strip() for part in placeholders_in(line))
    ]
    return Letter(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


def written_day(day: date, language: str) -> str:
    """A day as a letter has it, with its year."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
