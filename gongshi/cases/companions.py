"""Which cases go together: whom a case goes with, who goes with it, and about how many, told in bands.

A companion has a filing, words, clocks and an answer of its own. What the office does about its lead it does about the
companion as well (`actions.companions`); while it only waits for that, the office's queue shows the lead alone.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from gongshi.cases import engine
from gongshi.cases.likeness import ORDINARY
from gongshi.cases.models import Case, Companion, PublicCase
from gongshi.cases.routes import Route
from gongshi.places.prepared import Prepared
from gongshi.rules.bands import Band, band
from gongshi.safekeeping.hashing import lasting_hash
from gongshi.safekeeping.ids import new_id
from gongshi.words import pair

EDGES = "companion bands"
WITH_LEAD = pair(
    "和已经在办的一件是同一件事，所以由那一件的单位一起办。",
    "It is the same matter as one that is being worked on, so the office that has that one deals with both.",
)


def goes_on(case: Case) -> bool:
    """Whether a case is an ordinary one that is not over, and that nobody is kept from."""
    return (
        case.kind in ORDINARY
        and case.closed_at is None
        and case.erased_at is None
        and case.merged_into is None
        and case.subject_id is None
        and not case.recused
    )


def may_lead(case: Case) -> bool:
    """Whether an office may tie others to a case: one that goes on, and that waits for the office."""
    return goes_on(case) and case.holder == "office"


def can_be_joined(public: PublicCase) -> bool:
    """Whether a filing may go with a published case. Reads the case with it, unless that was read along.

    Also while its office waits for whoever filed it: otherwise a stranger could tell that something was asked of them.
    """
    return public.state == "open" and goes_on(public.case)


def companion_of(case: Case) -> Companion | None:
    """The row by which a case goes with another, with that case and its public copy; None for one that goes alone."""
    found = Companion.objects.filter(case=case).select_related("lead__filing", "lead__public")
    return found.first()


def companions_of(case: Case) -> list[Case]:
    """The cases that go with this one and still wait for the same office. One statement."""
    rows = Case.objects.filter(
        bond__lead=case,
        office=case.office_id,
        procedure__code=F("bond__lead__procedure__code"),
        holder="office",
        closed_at=None,
        erased_at=None,
        recused=False,
    )
    return list(rows.select_related("filing", "supervision", "promise").order_by("opened_at", "id"))


def bands_of(published: Iterable[UUID]) -> dict[UUID, Band]:
    """About how many filings, its own with them, each of these published cases stands for. One statement.

    Only those that others go with; a band of ``low`` 0 says nothing. Parted, withdrawn and erased ones do not count.
    """
    return {public: band(n + 1, _secret(case)) for public, case, n in _joined_by(list(published))}


def _gone_with(published: Collection[UUID]) -> "QuerySet[PublicCase, Any]":
    return (
        PublicCase.objects.filter(id__in=published)
        .annotate(n=Count("case__companions", filter=~Q(case__companions__case__outcome="withdrawn")))
        .filter(n__gt=0)
        .values_list("id", "case_id", "n")
        .order_by()
    )


_joined_by = Prepared(_gone_with, fixed=True)


def band_of(case: Case) -> Band | None:
    """The same for one case, published or not; None where nobody goes with it. One statement."""
    number = Companion.objects.filter(lead=case).exclude(case__outcome="withdrawn").count()
    return band(number + 1, _secret(case.id)) if number else None


def _secret(case: UUID) -> bytes:
    return lasting_hash(EDGES, case.bytes)


def behind_their_lead() -> Q:
    """Cases that need not be listed beside their lead: it waits for the same office, and is due first.

    So nobody is late unseen: whoever is due before the lead stands in the queue with it, and so does a case that a
    supervisor asks about or that what is done about the lead would not reach (`companions_of`).
    """
    lead = Companion.objects.filter(
        case=OuterRef("pk"),
        lead__closed_at=None,
        lead__holder="office",
        lead__paused=False,
        lead__recused=False,
        lead__office=OuterRef("office"),
        lead__due_at__lte=OuterRef("due_at"),
    )
    return Q(Exists(lead), holder="office", recused=False, supervision=None)


def lead_to_join(public: UUID | None, kind: str, procedure: str) -> Case | None:
    """The case behind a published one that a new case of this kind and procedure may go with; None where it goes alone.

    One statement, and none without a published case.
    """
    if public is None:
        return None
    found = PublicCase.objects.filter(pk=public, state="open").select_related("case").first()
    if found is None or not can_be_joined(found) or found.case.kind != kind:
        return None
    bond = Companion.objects.filter(case=found.case_id).select_related("lead").first()
    lead = bond.lead if bond else found.case
    return lead if goes_on(lead) and engine.procedure_of(lead).code == procedure else None


def bond_row(case: Case, lead: Case, on: date) -> Companion:
    """A new case that goes with another as its filer said, unsaved."""
    return Companion(id=new_id(), case=case, lead=lead, since_on=on, by="resident")


def route_with(lead: Case, found: Route) -> Route:
    """Where a new case goes that goes with another: to the office that has that one, with what else was found."""
    if found.office == lead.office_id:
        return found
    return Route(lead.office_id, lead.lead_id, WITH_LEAD, rule="with-published", near=found.near)
