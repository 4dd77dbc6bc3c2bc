"""What a signed-in member of staff can open: their own key, and through it the keys of the office they act for.

Nothing is opened before it is needed, and nothing outlives the request. The instance key plays no part in any of it.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from uuid import UUID

from gongshi.safekeeping.key_queries import halves_for
from gongshi.safekeeping.models import Recipient, Wrap
from gongshi.safekeeping.pairs import PrivateHalf, open_with
from gongshi.safekeeping.queries import wraps_of
from gongshi.safekeeping.wrapping import field_of, opened_with_instance

Closed = Literal["no_key", "locked", "not_handed", "not_wrapped"]


class KeyClosed(Exception):
    """Something sealed stays closed to this member of staff, who may otherwise see it.

    ``code``: "no_key" they never made a key of their own; "locked" it is not open in this session; "not_handed" nobody
    gave them their office's key yet; "not_wrapped" the office's key does not open this one (it was filed before the
    office had a key, or is sealed for others).
    """

    def __init__(self, code: Closed) -> None:
        super().__init__(code)
        self.code: Closed = code


class Keyring:
    """One member of staff's keys. ``find_own`` gives their own private half, or raises KeyClosed."""

    def __init__(self, find_own: Callable[[], PrivateHalf]) -> None:
        self._find_own = find_own
        self._own: PrivateHalf | None = None
        self._halves: dict[UUID, Mapping[int, PrivateHalf]] = {}

    def __repr__(self) -> str:
        return "<Keyring>"

    def own(self) -> PrivateHalf:
        """Their own private half. Raises KeyClosed ("no_key", "locked")."""
        if self._own is None:
            self._own = self._find_own()
        return self._own

    def office(self, office: UUID) -> Mapping[int, PrivateHalf]:
        """The office's private halves that they hold, by version. Raises KeyClosed: "not_handed", and as `own`."""
        if office not in self._halves:
            self._halves[office] = halves_for(office, self.own())
        if not self._halves[office]:
            raise KeyClosed("not_handed")
        return self._halves[office]

    def forget(self) -> None:
        """Ask again for what is held: something was handed over or renewed."""
        self._halves.clear()


def open_wrap(wrap: Wrap, half: PrivateHalf) -> bytes:
    """The data key in an office's or the recovery key's wrap. Raises SealError."""
    return open_with(half, wrap.sealed, row=wrap.subject, field=field_of(wrap.recipient, wrap.recipient_id))


def open_for_staff(subject: UUID, office: UUID, keys: Keyring | None) -> bytes | None:
    """A data key for somebody who acts for ``office``: through the instance where it may, else through their keys.

    None when the subject has no wraps: it was erased. Raises KeyClosed, SealError. One statement more than `Keyring`.
    """
    return _opened(wraps_of([subject]), office, keys)


def open_those_for_staff(subjects: Iterable[UUID], office: UUID, keys: Keyring | None) -> dict[UUID, bytes]:
    """The same for many, by subject: those that open. One statement, and those of `Keyring`. Raises SealError."""
    wraps: dict[UUID, list[Wrap]] = {}
    for wrap in wraps_of(subjects):
        wraps.setdefault(wrap.subject, []).append(wrap)
    found = {}
    for subject, rows in wraps.items():
        with contextlib.suppress(KeyClosed):
            found[subject] = _opened(rows, office, keys)
    return {subject: key for subject, key in found.items() if key is not None}


def _opened(wraps: list[Wrap], office: UUID, keys: Keyring | None) -> bytes | None:
    if not wraps:
        return None
    instance = _first(wraps, Recipient.INSTANCE)
    if instance is not None:
        return opened_with_instance(instance)
    mine = _first(wraps, Recipient.OFFICE, office)
    if keys is None:
        raise KeyClosed("locked")
    if mine is None:
        raise KeyClosed("not_wrapped")
    half = keys.office(office).get(mine.key_version)
    if half is None:
        raise KeyClosed("not_handed")
    return open_wrap(mine, half)


def open_through_glass(subject: UUID, request_id: UUID, keys: Keyring | None) -> bytes | None:
    """A data key for the one reader for whom an approver opened it; through the instance where it may.

    None when the subject has no wraps. Raises KeyClosed ("not_wrapped": it is over, or the reader's own key is another
    since), SealError.
    """
    wraps = wraps_of([subject])
    instance = _first(wraps, Recipient.INSTANCE)
    if instance is not None or not wraps:
        return opened_with_instance(instance) if instance else None
    if keys is None:
        raise KeyClosed("locked")
    mine, own = _first(wraps, Recipient.GLASS, request_id), keys.own()
    if mine is None or mine.key_version != own.holder.version:
        raise KeyClosed("not_wrapped")
    return open_wrap(mine, own)


def _first(wraps: Iterable[Wrap], recipient: Recipient, holder: UUID | None = None) -> Wrap | None:
    return next((w for w in wraps if w.recipient == recipient and w.recipient_id == holder), None)
