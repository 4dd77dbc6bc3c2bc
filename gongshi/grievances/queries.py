"""Every read of collective grievances. Who may see what of them is decided here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from gongshi.cases.following import follows
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.grievances.models import MOST_SPEAKERS, Collective, Member
from gongshi.rules.bands import Band, band
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.group_codes import code_hashes
from gongshi.safekeeping.hashing import keyed_hash
from gongshi.safekeeping.receipts import ReceiptError, dummy_hash

JOIN, SEAT, EDGES = "join codes", "seat codes", "collective bands"


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
    share = int.from_bytes(keyed_hash(EDGES, collective.bytes)[:4], "big") / 2**32
    return band(number, share)


def known_to_office(case: Case) -> Known | None:
    """What the desk shows on a joint case; None for any other. One statement, none for ordinary cases."""
    if not is_sealed(case.kind):
        return None
    rows = Collective.objects.filter(case=case).annotate(
        all=Count("members"), speaking=Count("members__seat")
    )
    found = rows.values_list("id", "all", "speaking").first()
    return Known(_band(found[0], found[1]), found[2]) if found else None


def free_seats(collective: Collective) -> list[int]:
    """The numbers of the seats that nobody speaks from."""
    taken: Collection[int | None] = set(collective.members.values_list("seat", flat=True))
    return [seat for seat in range(1, MOST_SPEAKERS + 1) if seat not in taken]
