"""Every read of collective grievances. Who may see what of them is decided here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.cases.following import follows
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.recusing import recusals_of
from gongshi.grievances.models import MOST_SPEAKERS, Collective, Member, Offer
from gongshi.rules import crockford
from gongshi.rules.bands import Band, band
from gongshi.rules.consent import OPEN_DAYS, needed
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.group_codes import code_hashes
from gongshi.safekeeping.hashing import lasting_hash
from gongshi.safekeeping.receipts import ReceiptError, dummy_hash

LONGEST_TYPED = 40
JOIN, SEAT, EDGES, CONSENT = "join codes", "seat codes", "collective bands", "collective consent"


@dataclass(frozen=True)
class Known:
    """What an office may know of a collective grievance: about how many, and how many speak for them."""

    band: Band
    speakers: int


def member_of(case: Case) -> Member:
    """The membership of a case that follows a joint one. Raises NotFound for any other."""
    found = Member.objects.filter(case=case).select_related("collective__case__filing").first()
    if found is None or not follows(case):
        raise NotFound
    return found


def collective_of(case: Case) -> Collective | None:
    """The collective grievance whose joint case this is. No statement for ordinary cases."""
    return Collective.objects.filter(case=case).first() if is_sealed(case.kind) else None


def collective_by_code(code: str) -> Collective:
    """The one that a join code opens, as long as the office has not answered. Raises NotFound alike for all else."""
    try:
        hashes = code_hashes(JOIN, code)
    except ReceiptError:
        hashes = [dummy_hash()]
    found = Collective.objects.filter(join_hash__in=hashes, case__answered_at=None, case__closed_at=None)
    row = found.select_related("case__filing", "case__promise").first()
    if row is None:
        raise NotFound
    return row


def band_of(collective: UUID) -> Band:
    """About how many follow the joint case. One statement."""
    return _band(collective, Member.objects.filter(collective=collective).count())


def _band(collective: UUID, number: int) -> Band:
    return band(number, lasting_hash(EDGES, collective.bytes))


def share_of(collective: UUID) -> float:
    """Between 0 and 1, always the same for one, known to nobody outside: by it more than half have to consent."""
    return int.from_bytes(lasting_hash(CONSENT, collective.bytes)[:4], "big") / 2**32


def standing_offers(collective: Collective, on: date) -> QuerySet[Offer]:
    """Offers to speak that have not lapsed, oldest first."""
    since = on - timedelta(days=OPEN_DAYS)
    return Offer.objects.filter(collective=collective, made_on__gte=since).order_by("made_on", "id")


def is_enough(offer: Offer) -> bool:
    """Whether a little more than half of the members consent."""
    number = Member.objects.filter(collective=offer.collective_id).count()
    return offer.backings.count() >= needed(number, share_of(offer.collective_id))


def offer_marked(collective: Collective, mark: str) -> Offer:
    """The offer with this mark, as it was typed. Raises NotFound."""
    wanted = crockford.symbols(crockford.typed(mark[:LONGEST_TYPED]))
    known = set(wanted) <= set(crockford.ALPHABET)
    found = Offer.objects.filter(collective=collective, mark=wanted).first() if known else None
    if found is None:
        raise NotFound
    return found


def known_to_office(case: Case) -> Known | None:
    """What the desk shows on a joint case; None for any other. One statement, none for ordinary cases."""
    if not is_sealed(case.kind):
        return None
    rows = Collective.objects.filter(case=case).annotate(
        all=Count("members"), speaking=Count("members__seat")
    )
    found = rows.values_list("id", "all", "speaking").first()
    return Known(_band(found[0], found[1]), found[2]) if found else None


def offices_named(case: Case) -> dict[UUID, OfficeNode]:
    """The offices that a member named for their own matter, by the row that keeps each off."""
    known = offices().everything
    rows = [row for row in recusals_of(case) if row.by == "resident" and row.office_id in known]
    return {row.id: known[row.office_id] for row in rows if row.office_id}


def free_seats(collective: Collective) -> list[int]:
    """The numbers of the seats that nobody speaks from."""
    taken: Collection[int | None] = set(collective.members.values_list("seat", flat=True))
    return [seat for seat in range(1, MOST_SPEAKERS + 1) if seat not in taken]
