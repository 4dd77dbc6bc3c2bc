"""What an action leaves behind besides the case itself: history, ledger leaves and notices, stored in one go."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from gongshi.accounts.actors import Actor, Resident, StaffActor
from gongshi.accounts.queries import offices
from gongshi.cases.models import Case, History, Look
from gongshi.cases.sealed import clean, seal_json
from gongshi.notifications.actions import rows_for
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping import ledger
from gongshi.safekeeping.actions import save_leaves, unlink_leaves
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf

CONTACT_EFFECT = "cases.contact"
CLAIM_EFFECT = "cases.claim"
HELD_EFFECT = "cases.held_mail"
Insert = Callable[[Sequence[Model]], object]


def bulk_create(rows: Sequence[Model]) -> object:
    """Insert rows of one table in as few statements as the database takes."""
    return type(rows[0])._default_manager.bulk_create(rows)


def role_of(actor: Actor, case: Case | None = None) -> str:
    """Who acted, as history says it: resident, office, joint (asked to help), supervisor or system."""
    if isinstance(actor, Resident):
        return "resident"
    if isinstance(actor, StaffActor):
        if case is None or actor.office_id == case.office_id:
            return "office"
        return "supervisor" if actor.office_id in offices()[case.office_id].supervisors else "joint"
    return "system"


class Record:
    """Collects the rows of one action. Call `store` last, inside the action's transaction."""

    def __init__(self, *, actor: Actor, at: datetime) -> None:
        self._actor = actor
        self._at = at
        self._history: list[History] = []
        self._looks: list[Look] = []
        self._leaves: dict[UUID, Leaf] = {}
        self._outbox: list[OutboxRow] = []
        self.letter: Mapping[str, str] | None = None
        """The letter that goes out with the action's step, as it is sent."""
        self.letters: Mapping[str, Mapping[str, str]] = {}
        """The same in other languages, for those who follow the case in them."""

    @property
    def by_staff(self) -> bool:
        """Whether a member of staff acts."""
        return isinstance(self._actor, StaffActor)

    def event(
        self,
        case: Case,
        code: str,
        *,
        by: str | None = None,
        params: Mapping[str, Any] | None = None,
        reason: str = "",
        key: bytes | None = None,
        at: datetime | None = None,
    ) -> History:
        """One history entry at ``case.seq``; a reason is sealed with the case's data key.

        ``at``: when it happened, if that was before the action (what an older system recorded).
        """
        salt = ledger.new_salt()
        row = History(
            id=new_id(),
            case_id=case.id,
            seq=case.seq,
            at=at or self._at,
            code=code,
            by=by or role_of(self._actor, case),
            params=clean(params or {}),
            salt=salt,
        )
        if isinstance(self._actor, StaffActor):
            row.staff_id, row.office_id = self._actor.staff_id, self._actor.office_id
        if reason and key:
            row.reason = seal_json(key, reason, row=row.id, field="reason")
        self._history.append(row)
        self._commit(row)
        return row

    def new_lead(self, before: UUID | None, case: Case, row: History | None = None) -> None:
        """Have an entry, else the last one, say who answers for the case from then on, and who did ``before``.

        Nothing where that is the same.
        """
        if before == case.lead_id:
            return
        row = row or self._history[-1]
        named = {"lead": case.lead_id, "lead_from": before}
        row.params = {**row.params, **clean({name: staff for name, staff in named.items() if staff})}
        self._commit(row)

    def retold(self, case: Case, entry: History, reason: str, key: bytes) -> History:
        """An entry of another case as one of this case's: the same step, when and by whom, its reason sealed anew."""
        row = self.event(case, entry.code, by=entry.by, reason=reason, key=key, at=entry.at)
        row.staff_id, row.office_id = entry.staff_id, entry.office_id
        self._commit(row)
        return row

    def left_out(self, case: Case, names: str, key: bytes) -> None:
        """The history entry for files that came by mail and could not be taken in."""
        self.event(case, "case.files_left_out", by="system", reason=names, key=key)

    @property
    def seqs(self) -> list[int]:
        """The numbers of the history entries collected so far."""
        return [row.seq for row in self._history]

    def hold(self, until: datetime) -> list[UUID]:
        """Let no notice leave before ``until``; which they are."""
        for row in self._outbox:
            row.next_at = until
        return [row.id for row in self._outbox]

    def words(self, committed: str) -> None:
        """Have the action's first event commit to words that it stores elsewhere, sealed (`sealed.seal_words`).

        A second time to others beside them: of a hearing, to its letter and to what the letter was made of.
        """
        row = self._history[0]
        row.params = {**row.params, "also" if "words" in row.params else "words": committed}
        self._commit(row)

    def unlinked(self, rows: Iterable[History | Look]) -> None:
        """Write down that these entries are erased; that they were is committed to with the action's own events."""
        for leaf in unlink_leaves(commitments_of(rows), at=self._at):
            self._leaves[leaf.id] = leaf

    def _commit(self, row: History | Look) -> None:
        self._leaves[row.id] = ledger.leaf(bytes(row.salt), entry_of(row), self._at)

    def look(self, case_id: UUID, actor: StaffActor, *, role: str, why: str, what: str) -> Look:
        """One disclosure of a case's content to ``actor``."""
        salt = ledger.new_salt()
        row = Look(
            id=new_id(),
            case_id=case_id,
            at=self._at,
            staff_id=actor.staff_id,
            office_id=actor.office_id,
            role=role,
            why=why,
            what=what,
            salt=salt,
        )
        self._looks.append(row)
        self._commit(row)
        return row

    def notice(self, case: Case, template: str, notify: str) -> None:
        """A message to whoever filed, if they left a way to be told."""
        if notify:
            self._outbox += rows_for(
                case.id, template=template, channels=[notify], effect=CONTACT_EFFECT, at=self._at
            )

    def claim_code(self, case: Case, channel: str, template: str = "claim") -> None:
        """The message with the claim code of a filing whose receipt is nobody's yet, named by its first case."""
        self._outbox += rows_for(case.id, template, channels=[channel], effect=CLAIM_EFFECT, at=self._at)

    def store(self, insert: Insert = bulk_create) -> None:
        """Insert everything collected; one statement per table that has rows."""
        collected: list[Sequence[Model]] = [self._history, self._looks, self._outbox]
        for rows in collected:
            if rows:
                insert(rows)
        if self._leaves:
            save_leaves(list(self._leaves.values()), insert)


def entry_of(row: History | Look) -> dict[str, Any]:
    """What the ledger's commitment covers: everything in the row, sealed words by their hash.

    Who of the staff it was stands in it as a hash under the row's salt, so that a resident who opens the entry to
    somebody does not hand over a mark by which staff could be told apart.
    """
    entry: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name == "salt" or value is None:
            continue
        if field.name == "staff_id":
            value = bytes(row.salt) + value.bytes
        hashed = isinstance(value, bytes | memoryview)
        entry[field.attname] = hashlib.sha256(bytes(value)).hexdigest() if hashed else value
    return entry


def commitments_of(rows: Iterable[History | Look]) -> list[bytes]:
    """The ledger's commitments to entries that have not been unlinked yet: what an erasure gives to `unlink_leaves`."""
    return [ledger.commitment(bytes(row.salt), entry_of(row)) for row in rows if row.salt]
