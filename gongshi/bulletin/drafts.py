"""What a page or a notice is to say, as somebody hands it over, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongshi.bulletin.models import PARTS, PageRevision
from gongshi.cases.texts import TextRefused, plain_lines, within
from gongshi.places.queries import the_place
from gongshi.words import Words

LANGUAGES = ("zh", "en")
LONGEST: Mapping[str, int] = {
    **{"question": 200, "answer": 4_000, "basis": 1_000, "title": 80, "text": 1_000},
    **{"name": 200, "found": 2_000, "decided": 2_000},
}
LONGEST_OTHER = 600
NEEDED = ("question", "answer")


@dataclass(frozen=True)
class PageDraft:
    """What a page is to say. A part is {zh, en}, or {} when it is left out; a draft may lack one language."""

    question: Words = field(default_factory=dict)
    answer: Words = field(default_factory=dict)
    bring: Words = field(default_factory=dict)
    where: Words = field(default_factory=dict)
    hours: Words = field(default_factory=dict)
    fee: Words = field(default_factory=dict)
    basis: Words = field(default_factory=dict)
    review_by: date | None = None
    category: UUID | None = None
    areas: tuple[UUID, ...] = ()

    def words(self) -> dict[str, Words]:
        """Its parts by name."""
        return {part: getattr(self, part) for part in PARTS}


@dataclass(frozen=True)
class Fault:
    """One thing that stops a page or a notice. ``language`` is "" for what is no text.

    ``code``: "needed", "too_long", "unreadable", "past", "before_begin", "to_come".
    """

    part: str
    language: str
    code: str


class PageRefused(ValueError):
    """Words that cannot be kept, or not be published. ``faults`` holds all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(f"{fault.part} {fault.code}" for fault in faults))
        self.faults = faults


def tidy(draft: PageDraft) -> dict[str, Words]:
    """The parts with plain line ends, nothing empty in them. Raises PageRefused for what no database can keep."""
    parts, wrong = tidy_words(draft.words())
    if not parts["question"]:
        wrong.append(Fault("question", the_place().language, "needed"))
    if wrong:
        raise PageRefused(wrong)
    return parts


def tidy_words(parts: Mapping[str, Words]) -> tuple[dict[str, Words], list[Fault]]:
    """Words by part with plain line ends, nothing empty in them, and what no database can keep."""
    tidied = {
        part: {
            language: kept for language in LANGUAGES if (kept := plain_lines(words.get(language, "")).strip())
        }
        for part, words in parts.items()
    }
    return tidied, list(_unfit(tidied))


def _unfit(parts: Mapping[str, Words]) -> Iterator[Fault]:
    for part, words in parts.items():
        for language, text in words.items():
            try:
                within(text, LONGEST.get(part, LONGEST_OTHER))
            except TextRefused as refused:
                yield Fault(part, language, refused.code)


def to_publish(revision: PageRevision, *, on: date) -> list[Fault]:
    """What is missing before a page can be shown on the day ``on``: every part in both languages, a day of review."""
    found = [
        Fault(part, language, "needed")
        for part in PARTS
        for language in LANGUAGES
        if (part in NEEDED or getattr(revision, part)) and not getattr(revision, part).get(language)
    ]
    if revision.review_by is None:
        found.append(Fault("review_by", "", "needed"))
    elif revision.review_by < on:
        found.append(Fault("review_by", "", "past"))
    return found


@dataclass(frozen=True)
class DisruptionDraft:
    """What a notice of an outage or of works is to say. ``text`` may be left out, ``shown_from`` too: at once."""

    title: Words = field(default_factory=dict)
    text: Words = field(default_factory=dict)
    begins_at: datetime | None = None
    expected_until: datetime | None = None
    shown_from: datetime | None = None
    categories: tuple[UUID, ...] = ()
    areas: tuple[UUID, ...] = ()


def tidy_disruption(draft: DisruptionDraft) -> dict[str, Any]:
    """Its words and times, ready to be kept. Raises PageRefused: everything that is wrong or missing.

    It is public at once, so both languages are needed; ``text`` is written in both or in none.
    """
    parts, wrong = tidy_words({"title": draft.title, "text": draft.text})
    wrong += [
        Fault(part, language, "needed")
        for part in parts
        for language in LANGUAGES
        if (part == "title" or parts[part]) and not parts[part].get(language)
    ]
    if draft.begins_at is None:
        wrong.append(Fault("begins_at", "", "needed"))
    elif draft.expected_until is not None and draft.expected_until <= draft.begins_at:
        wrong.append(Fault("expected_until", "", "before_begin"))
    if wrong:
        raise PageRefused(wrong)
    return {**parts, "begins_at": draft.begins_at, "expected_until": draft.expected_until}
