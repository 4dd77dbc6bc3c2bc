"""The words of a page as somebody hands them over, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from gongshi.bulletin.models import PARTS, PageRevision
from gongshi.cases.texts import TextRefused, plain_lines, within
from gongshi.words import Words

LANGUAGES = ("zh", "en")
LONGEST: Mapping[str, int] = {"question": 200, "answer": 4_000, "basis": 1_000}
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
    """One thing that stops a page. ``language`` is "" for what is no text.

    ``code``: "needed", "too_long", "unreadable", "past".
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
    parts = {
        part: {
            language: kept for language in LANGUAGES if (kept := plain_lines(words.get(language, "")).strip())
        }
        for part, words in draft.words().items()
    }
    wrong = list(_unfit(parts))
    if not parts["question"]:
        wrong.append(Fault("question", "zh", "needed"))
    if wrong:
        raise PageRefused(wrong)
    return parts


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
