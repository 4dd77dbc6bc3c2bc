"""Every write of sign-ins: sessions that end, and what is lost with a factor."""

from datetime import datetime

from gongshi.accounts.models import Staff, StaffSession
from gongshi.safekeeping.sessions import row_of_session


def end_session(staff: Staff, row: str) -> bool:
    """End one session of one's own; False where there is none by that name, or it is another's."""
    gone, _ = StaffSession.objects.filter(staff=staff, session_key=row).delete()
    return gone > 0


def end_sessions(staff: Staff, *, but: str | None = None) -> int:
    """End every session of somebody, except the one with the key ``but``; how many ended. They are dead at once."""
    rows = StaffSession.objects.filter(staff=staff)
    if but is not None:
        rows = rows.exclude(session_key=row_of_session(but))
    return rows.delete()[0]


def sweep_sessions(at: datetime) -> int:
    """Rows of sessions that are over; how many were removed."""
    return StaffSession.objects.filter(expire_date__lte=at).delete()[0]
