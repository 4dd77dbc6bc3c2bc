"""Words that an office keeps ready for its answers: their parts, what is wrong with them, who is offered which."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.bulletin.drafts import LANGUAGES, Fault, PageRefused, tidy_words
from gongshi.bulletin.models import Prepared, PreparedRevision
from gongshi.cases.queries import NotFound
from gongshi.rules.templates import faults
from gongshi.words import Words

ANSWER, PHRASE = "answer", "phrase"
PARTS: Mapping[str, tuple[str, ...]] = {
    ANSWER: ("name", "found", "decided", "call"),
    PHRASE: ("name", "text"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {ANSWER: ("name", "decided"), PHRASE: ("name", "text")}
LETTER = ("found", "decided", "call")


class PreparedNotFound(NotFound):
    """There are no such words, or they are another office's."""


@dataclass(frozen=True)
class PreparedDraft:
    """What prepared words are to be: their parts by name, each {zh, en}."""

    kind: str
    words: Mapping[str, Words]
    category: UUID | None = None


def tidy_prepared(draft: PreparedDraft) -> dict[str, Words]:
    """The parts with plain line ends. Raises PageRefused with every fault.

    Beside those of a page's words: "unknown" and "unpaired" (`rules.templates`). A part stands in both languages or
    in none; nobody can tell in which language the next filing comes.
    """
    parts, wrong = tidy_words({part: draft.words.get(part, {}) for part in PARTS[draft.kind]})
    wrong += _lacking(parts, draft.kind)
    wrong += _misfilled(parts)
    if wrong:
        raise PageRefused(wrong)
    return parts


def _lacking(parts: Mapping[str, Words], kind: str) -> Iterator[Fault]:
    for part, words in parts.items():
        for language in LANGUAGES:
            if (words or part in NEEDED[kind]) and not words.get(language):
                yield Fault(part, language, "needed")


def _misfilled(parts: Mapping[str, Words]) -> Iterator[Fault]:
    for part, words in parts.items():
        for language, text in words.items():
            for fault in faults(text)[:1]:
                yield Fault(part, language, fault.code)


def parts_of(revision: PreparedRevision, kind: str) -> dict[str, Words]:
    """The words of a revision by part."""
    return {part: getattr(revision, part) for part in PARTS[kind]}


def may_see_prepared(actor: StaffActor) -> bool:
    """Whether somebody is offered their office's prepared words."""
    return may(actor, "case.work")


def newest_of(office: UUID) -> QuerySet[PreparedRevision]:
    """The newest words of everything that an office keeps ready, withdrawn or not. One statement."""
    rows = PreparedRevision.objects.filter(prepared__office=office, number=F("prepared__number"))
    return rows.select_related("prepared").order_by("prepared__kind", "prepared__code")


def offered(actor: StaffActor) -> list[PreparedRevision]:
    """What somebody can put into an answer of their office."""
    return (
        list(newest_of(actor.office_id).filter(prepared__withdrawn=False)) if may_see_prepared(actor) else []
    )


def prepared_by_code(code: str, actor: StaffActor) -> Prepared:
    """Words of the actor's own office. Raises PreparedNotFound."""
    found = Prepared.objects.filter(code=code, office=actor.office_id).first()
    if found is None or not may_see_prepared(actor):
        raise PreparedNotFound
    return found


def prepared_codes() -> set[str]:
    """What anything that is or was kept ready is called."""
    return set(Prepared.objects.values_list("code", flat=True))


def revisions_of(prepared: Prepared) -> list[PreparedRevision]:
    """Every change, the newest first."""
    return list(prepared.revisions.select_related("by").order_by("-number"))
