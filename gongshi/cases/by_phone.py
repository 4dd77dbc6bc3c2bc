"""How a matter stands, told by telephone: stage and next date, to whoever has the reference and the six digits.

Never a word of what was written. A filing with a sealed matter has no digits, and none of its matters is told: what
stage a complaint is in would say that there is one.
"""

import hmac
from dataclasses import dataclass

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.cases.models import Case, Clock, Filing
from gongshi.cases.queries import NotFound, cases_of, running_clocks
from gongshi.cases.reading import Erased, KeyClosed, read_phone_code
from gongshi.cases.sight import is_hidden_from
from gongshi.rules.references import normalise
from gongshi.safekeeping.limits import attempt_of


class AskedTooOften(Exception):
    """Too many wrong codes were said for one reference. ``wait``: seconds until the next may be tried."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class Standing:
    """One matter as far as it is told by telephone."""

    case: Case
    clocks: list[Clock]


def status_by_phone(actor: StaffActor, reference: str, code: str) -> list[Standing]:
    """The matters of a filing, for a caller who says its reference and its six digits. Raises as `filing_by_phone`."""
    known = cases_of(filing_by_phone(actor, reference, code))
    return [Standing(case, running_clocks(case)) for case in known if not is_hidden_from(case, actor)]


def filing_by_phone(actor: StaffActor, reference: str, code: str) -> Filing:
    """The filing that a caller names by its reference and its six digits.

    Raises NotFound alike for a reference that is none, a filing without digits, an erased one and wrong digits;
    AskedTooOften, for a reference whether it is one or not, after a few wrong ones.
    """
    require(actor, "call.take")
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    attempt = attempt_of("phone_status", wanted.encode())
    if attempt.wait:
        raise AskedTooOften(attempt.wait)
    filing = _fitting(wanted, "".join(code.split()))
    if filing is None:
        raise NotFound
    attempt.take_back()
    return filing


def _fitting(reference: str, code: str) -> Filing | None:
    filing = Filing.objects.filter(reference=reference, phone_code__isnull=False, sealed=False).first()
    if filing is None:
        return None
    try:
        known = read_phone_code(filing)
    except (Erased, KeyClosed):
        return None
    return filing if hmac.compare_digest(known.encode(), code.encode()) else None
