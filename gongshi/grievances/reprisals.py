"""Where a report of reprisal from one's own page goes, for a matter of one's own or one that follows a joint one."""

from datetime import datetime

from gongshi.cases.drafts import Contact, NewMatter
from gongshi.cases.following import follows
from gongshi.cases.models import Case
from gongshi.cases.reading import Erased
from gongshi.cases.reprisals import reprisal_matter
from gongshi.cases.routes import NobodyAbove, Route
from gongshi.cases.visiting import Visitor, own_contact
from gongshi.grievances.queries import member_of

# A form of its own kind: what it holds opens no other.
FORM = "reprisal"


def dealt_with(case: Case) -> tuple[Case, Case | None]:
    """The matter that offices deal with, and one's own where that follows it. Raises NotFound where it is gone."""
    return (member_of(case).collective.case, case) if follows(case) else (case, None)


def destination(case: Case, own: Case | None, at: datetime) -> tuple[NewMatter, Route] | tuple[None, None]:
    """What would be filed, and where it would go; None where nobody here may have it."""
    try:
        return reprisal_matter(case, "", at=at, own=own)
    except NobodyAbove:
        return None, None


def contact_left(visitor: Visitor) -> Contact:
    """What was left with the first filing. Nothing about a sealed matter goes out, so no way of being told."""
    try:
        return Contact(**own_contact(visitor))
    except Erased:
        return Contact()
