"""Reporting, in one step and from one's own page, that one is punished or pressed because of a matter."""

from datetime import datetime

from gongshi.accounts.actors import System
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.drafts import Contact, NewFiling
from gongshi.cases.models import Case
from gongshi.cases.reprisals import reprisal_matter
from gongshi.words import Words, pair

# What is filed where nothing was written: that it happened is enough.
NO_WORDS: Words = pair(
    "因为下面这份来件，我正在受到打击或者压力。（没有另写经过。）",
    "I am being punished or pressed because of the filing named below. (Nothing more was written.)",
)


def report_reprisal(
    case: Case,
    text: str,
    contact: Contact,
    *,
    receipt: str,
    language: str,
    at: datetime,
    own: Case | None = None,
) -> Filed:
    """File it as a filing of its own, which ``receipt`` opens. Nothing is written to the first one, or read of it.

    ``own``: for a member of a joint case, their case that follows ``case``.

    The same receipt again is the same report. Raises `routes.NobodyAbove`, and AlreadyFiled as `file_filing` does.
    """
    matter, _ = reprisal_matter(case, text or NO_WORDS[language], at=at, own=own)
    new = NewFiling(matters=(matter,), language=language, channel="web", contact=contact)
    return file_filing(new, receipt=receipt, actor=System("web"), at=at)
