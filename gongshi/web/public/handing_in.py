"""From the form's checked draft to the filing."""

from dataclasses import replace
from datetime import datetime

from gongshi.accounts.actors import System
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.drafts import NewFiling, NewMatter
from gongshi.cases.intake import handing_in
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.intake.handing_in import contact_of
from gongshi.web.public.asking import owner_of, pages_seen
from gongshi.words import language


def hand_in(draft: Draft, at: datetime) -> Filed:
    """File the draft; the same draft again is the same filing. For drafts without problems.

    Raises AlreadyFiled when this draft was filed with other words, NobodyAbove for a matter that nobody here may take.
    """
    new = NewFiling(
        matters=tuple(matter_of(draft, matter) for matter in draft.matters),
        language=language(),
        channel="web",
        contact=contact_of(draft),
        earlier=draft.earlier.strip(),
    )
    return file_filing(new, receipt=draft.receipt, actor=System("web"), at=at)


def matter_of(draft: Draft, typed: Matter) -> NewMatter:
    """One of the draft's matters, with what it takes over from the first, and the answer pages that were shown."""
    whole = draft.whole(typed)
    found = handing_in.matter_of(draft, typed)
    return replace(found, pages=pages_seen(whole), owner=owner_of(whole))
