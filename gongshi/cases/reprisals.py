"""Being punished or pressed because of a matter: where the report of it goes, and who must not learn of it.

It is a sealed matter about the office that has the first one, so that neither that office nor any beneath it ever meets
it; nor does anybody who has dealt with the first, wherever they work, or is kept from it. The link is in its sealed
words alone: nothing is written down beside the first matter.
"""

from datetime import datetime
from uuid import UUID

from gongshi.cases.drafts import KeepOff, NewMatter
from gongshi.cases.leads import lead_change
from gongshi.cases.models import Case, History, JointOffice, Look
from gongshi.cases.naming import EARLIER_MATTER
from gongshi.cases.recusing import recusals_of
from gongshi.cases.routes import NobodyAbove, Route, route_for
from gongshi.cases.sight import counted_from
from gongshi.places.queries import the_place
from gongshi.routing.queries import CategoryNode, category_by_code
from gongshi.routing.suggesting import is_about_an_office

_HANDLER_NAMED = "case.handler_named"


def reprisal_category() -> CategoryNode | None:
    """The category under which it is filed; None where the place has named none that is about an office."""
    found = category_by_code(the_place().reprisal) if the_place().reprisal else None
    return found if found and not found.is_group and is_about_an_office(found) else None


def reprisal_matter(
    case: Case, text: str, *, at: datetime, own: Case | None = None
) -> tuple[NewMatter, Route]:
    """The report as a new matter, and where it goes. Raises `NobodyAbove`, or LookupError without a category.

    ``own``: the case that follows the joint one ``case``, of whoever reports it. They are not told who helps with the
    joint one or is kept from it, nor its reference: the report names their own.

    About the office that has the first matter now; where nobody stands over that one, about the office that the first
    is about or that answered it first, and then whoever is left in the office that has it deals with it.
    """
    category = reprisal_category()
    if category is None:
        raise LookupError("the place has no category for reprisals")
    theirs = own or case
    number = f"/{theirs.number}" if theirs.number > 1 else ""
    off, people = _offices_apart(case, EARLIER_MATTER if own else ""), _people_apart(case, own)
    for office in dict.fromkeys((case.office_id, counted_from(case))):
        matter = NewMatter(
            category=category.id,
            text=text,
            subject=office,
            keep_off=off,
            apart=people,
            because_of=f"{theirs.filing.reference}{number}",
        )
        try:
            return matter, route_for(matter, category, channel="web", at=at)
        except NobodyAbove:
            continue
    raise NobodyAbove


def _offices_apart(case: Case, named_as: str) -> tuple[KeepOff, ...]:
    """Offices that help with the matter or are kept from it, each with all beneath it."""
    helping = JointOffice.objects.filter(case=case, until_on=None).values_list("office_id", flat=True)
    kept = (row.office_id for row in recusals_of(case) if row.office_id)
    return tuple(KeepOff(office, named_as) for office in dict.fromkeys([*helping, *kept]))


def _people_apart(*cases: Case | None) -> tuple[UUID, ...]:
    """Staff who have or had the matter, did something about it, looked into it or are kept from it, each once."""
    met = [case for case in cases if case]
    found = {staff for case in met for staff in (case.lead_id, case.stand_in_id, case.handler_id)}
    found.update(row.staff_id for case in met for row in recusals_of(case))
    found.update(Look.objects.filter(case__in=met).values_list("staff_id", flat=True))
    for code, acted, params in History.objects.filter(case__in=met).values_list("code", "staff_id", "params"):
        found.update([acted, *(lead_change(code, params) or ())])
        if code == _HANDLER_NAMED:
            found.add(UUID(params["staff"]))
    return tuple(sorted(one for one in found if one))
