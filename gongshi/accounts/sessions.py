"""Django's sessions in our own table: named by a hash, sealed with the cookie, with an owner who can end them.

The engine that ``SESSION_ENGINE`` names. Residents have no session (a visit is a cookie of its own), so whoever has a
row here is a member of staff, or somebody on the way to sign in. No address and no browser's name is kept.
"""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from gongshi.places.prepared import Later, Prepared
from gongshi.safekeeping.sealing import SealError
from gongshi.safekeeping.sessions import open_session, row_of_session, seal_session

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongshi.accounts.models import StaffSession

LONGEST = timedelta(hours=10)
"""However busy somebody is, after a working day they sign in again."""
UNUSED = timedelta(hours=2)
"""Whoever did nothing for this long signs in again. Use is noted by the hour, so it may be up to three."""
UNSIGNED = timedelta(minutes=30)
"""For signing in: nobody needs longer, and a row for everybody who opens the page would stay about."""


def hour_of(at: datetime) -> datetime:
    """The full hour: how precisely the last use is kept."""
    return at.replace(minute=0, second=0, microsecond=0)


class SessionStore(DatabaseSessions):
    """One session. The browser's cookie is its key; the database knows the key's hash alone."""

    _started: datetime | None = None

    @property
    def started_at(self) -> datetime | None:
        """When its owner signed in; None before it is stored."""
        self._get_session()  # type: ignore[attr-defined]
        return self._started

    @classmethod
    def get_model_class(cls) -> "type[StaffSession]":
        """The table, named late: sessions are imported before the models."""
        from gongshi.accounts.models import StaffSession

        return StaffSession

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Sealed with the session's own key."""
        return seal_session(str(self.session_key), json.dumps(session_dict).encode())

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What was sealed; nothing, like a session that is not there, where it does not open."""
        try:
            content: dict[str, Any] = json.loads(open_session(str(self.session_key), str(session_data)))
        except SealError:
            return {}
        return content

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return self._rows(session_key).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, or this one."""
        key = session_key or self.session_key
        if key is not None:
            self._rows(key).delete()

    def create_model_instance(self, data: dict[str, Any]) -> "StaffSession":
        """The row as it is to be now. When it began stays, whatever is written later."""
        now = timezone.now()
        began = self._started = self._started or now
        staff = data.get(SESSION_KEY)
        latest = began + LONGEST if staff else now + UNSIGNED
        return self.get_model_class()(
            session_key=row_of_session(str(self._get_or_create_session_key())),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=min(self.get_expiry_date(), latest),
            staff_id=staff,
            started_at=began,
            used_at=hour_of(now),
        )

    def create(self) -> None:
        """A new key, and with it a new beginning: signing in gives a new one (session fixation)."""
        self._started = None
        super().create()

    def _get_session_from_db(self) -> "StaffSession | None":
        now = timezone.now()
        found = _stored(Later(row_of_session(str(self.session_key))), now)
        row: StaffSession | None = found[0] if found else None
        if row is None or (row.staff_id and row.used_at < hour_of(now) - UNUSED):
            self._session_key = None
            return None
        self._started = row.started_at
        if row.staff_id and row.used_at < hour_of(now):
            self._rows(str(self.session_key)).update(used_at=hour_of(now))
        return row

    def _rows(self, session_key: str) -> "QuerySet[StaffSession]":
        return self.get_model_class().objects.filter(session_key=row_of_session(session_key))


def _not_over(row: str, now: datetime) -> "QuerySet[StaffSession]":
    return SessionStore.get_model_class().objects.filter(session_key=row, expire_date__gt=now)


_stored = Prepared(_not_over, fixed=True)
