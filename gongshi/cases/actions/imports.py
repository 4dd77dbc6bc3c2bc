"""Taking in cases from an older system, many at once: no clocks start, no notices go out, no receipts are made.

A row is known again by a keyed hash of its key in the older system, so that an import that was stopped goes on where it
was, and one that is repeated adds nothing. What a row once brought in is never changed by a later import.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongshi.accounts.actors import System
from gongshi.cases.drafts import NewMatter
from gongshi.cases.importing import Placed, Placing
from gongshi.cases.key_holders import ladder, wraps_of_new
from gongshi.cases.models import Answer, Case, Filing
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_json
from gongshi.formats.tables import RowRefused, SourceRow
from gongshi.rules.ladder import is_sealed
from gongshi.rules.references import RANDOM_BYTES, new_reference
from gongshi.safekeeping.actions import discard_wraps, save_wraps
from gongshi.safekeeping.bulk import insert_all
from gongshi.safekeeping.hashing import source_hashes
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.sealing import new_data_key

CHUNK = 1_000
ATTEMPTS = 5


@dataclass
class Taken:
    """What became of some rows. ``disagreeing``: the table's own word on being in time is not what its times say.

    ``months``: how many were added by the first day of the month in which they were filed.
    """

    added: int = 0
    there: int = 0
    refused: list[tuple[int, RowRefused]] = field(default_factory=list)
    without_place: int = 0
    disagreeing: int = 0
    months: Counter[date] = field(default_factory=Counter)


def import_rows(
    rows: Sequence[SourceRow], placing: Placing, *, actor: System, at: datetime, keep: bool = True
) -> Taken:
    """Take in up to `CHUNK` rows in one transaction; returns once they are durably committed.

    ``keep`` False looks at everything and writes nothing. A reference that is taken by chance, or another import that
    takes in the same rows at the same time, makes it start over.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _import(rows, placing, actor=actor, at=at, keep=keep)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def _import(rows: Sequence[SourceRow], placing: Placing, *, actor: System, at: datetime, keep: bool) -> Taken:
    taken = Taken()
    batch = _Batch(placing, actor=actor, at=at)
    hashes = [source_hashes(row.key) for row in rows]
    known = _known(hashes)
    for row, versions in zip(rows, hashes, strict=True):
        if not known.isdisjoint(versions):
            taken.there += 1
            continue
        try:
            placed = placing(row)
        except RowRefused as refused:
            taken.refused.append((row.number, refused))
            continue
        known.add(versions[0])
        taken.added += 1
        taken.months[placed.opened_on.replace(day=1)] += 1
        taken.without_place += placed.area is None
        taken.disagreeing += None not in (row.mark, placed.on_time) and row.mark != placed.on_time
        if keep:
            batch.add(placed, versions[0])
    if keep and taken.added:
        batch.insert()
    return taken


def _known(hashes: Iterable[list[bytes]]) -> set[bytes]:
    """Those of the hashes, under whichever key version, whose rows were taken in before. One statement."""
    wanted = [one for versions in hashes for one in versions]
    found = Filing.objects.filter(source__in=wanted).values_list("source", flat=True)
    return {bytes(one) for one in found if one is not None}


class _Batch:
    """All rows of one transaction, unsaved. Everything that takes time happens before it is inserted."""

    def __init__(self, placing: Placing, *, actor: System, at: datetime) -> None:
        self._placing = placing
        self._at = at
        self._record = Record(actor=actor, at=at)
        self._filings: list[Filing] = []
        self._cases: list[Case] = []
        self._wraps: list[Wrap] = []
        self._answers: list[Answer] = []

    def insert(self) -> None:
        """One statement per table, whatever the number of rows."""
        save_wraps(self._wraps)
        try:
            with transaction.atomic():
                insert_all(self._filings)
                insert_all(self._cases)
                if self._answers:
                    insert_all(self._answers)
                self._record.store(insert_all)
        except IntegrityError:
            discard_wraps(self._wraps)
            raise

    def add(self, placed: Placed, source: bytes) -> None:
        """One row as a filing with its case, its key, its history and, if the office replied, the reply."""
        row = placed.row
        filing = Filing(
            id=new_id(),
            reference=new_reference(self._placing.prefix, secrets.token_bytes(RANDOM_BYTES)),
            channel=row.channel,
            staff_logged=row.staff_logged,
            language=self._placing.language,
            filed_at=placed.opened_at,
            filed_on=placed.opened_on,
            source=source,
            sealed=is_sealed(placed.opening.category.kind),
        )
        key = new_data_key()
        case = _case(placed, filing)
        words = NewMatter(placed.opening.category.id, row.text, point=row.point, place=row.place)
        case.content = seal_json(key, words.content(), row=case.id, field="content")
        self._filings.append(filing)
        self._cases.append(case)
        self._wraps += wraps_of_new(
            case.id,
            key,
            sealed_for=ladder(case) if filing.sealed else None,
            receipt=None,
            receipt_id=None,
            at=self._at,
        )
        self._record.event(case, "case.imported", params=_params(placed))
        if row.answer:
            self._answers.append(_answer(placed, case, key, self._placing))
            if placed.is_answered:
                case.seq += 1
                self._record.event(case, "case.answered", by="office", at=placed.replied_at)


def _case(placed: Placed, filing: Filing) -> Case:
    opening, route, answered = placed.opening, placed.route, placed.is_answered
    return Case(
        id=new_id(),
        filing_id=filing.id,
        number=1,
        kind=opening.category.kind,
        category_id=opening.category.id,
        area_id=placed.area,
        office_id=route.office,
        lead_id=route.lead,
        procedure_id=opening.procedure,
        promise_id=opening.promise,
        route=route.as_data(),
        stage=placed.stage.code,
        stage_on=placed.closed_on or placed.opened_on,
        holder=placed.stage.holder,
        seq=1,
        opened_at=placed.opened_at,
        opened_on=placed.opened_on,
        due_at=placed.due_at,
        due_on=placed.due_on,
        answered_at=placed.replied_at if answered else None,
        answered_on=placed.replied_on if answered else None,
        on_time=placed.on_time,
        closed_at=placed.closed_at,
        closed_on=placed.closed_on,
        outcome=placed.outcome,
    )


def _params(placed: Placed) -> dict[str, Any]:
    """What history keeps: enough to make the case's columns anew."""
    told = {
        "on": placed.opened_on,
        "stage": placed.stage.code,
        "since": placed.closed_on,
        **placed.opening.params,
        "office": placed.route.office,
        "lead": placed.route.lead,
        "rule": placed.route.rule,
        "due_on": placed.due_on,
        "answered_on": placed.replied_on if placed.is_answered else None,
        "on_time": placed.on_time,
        "outcome": placed.outcome or None,
        "forwarded": placed.row.forwarded or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _answer(placed: Placed, case: Case, key: bytes, placing: Placing) -> Answer:
    """The reply as the older system kept it: one text, in no parts, naming no routes."""
    assert placed.replied_at is not None
    assert placed.replied_on is not None
    row = Answer(
        id=new_id(),
        case_id=case.id,
        number=1,
        office_id=case.office_id,
        decision=placing.decision,
        found_on=placed.replied_on,
        sent_at=placed.replied_at,
    )
    parts = {"found": "", "decided": placed.row.answer, "call": ""}
    sent: dict[str, Any] = {
        **parts,
        "decision": placing.decision,
        "found_on": placed.replied_on.isoformat(),
        "by_on": None,
        "routes": [],
        "language": placing.language,
    }
    row.content = seal_json(key, parts, row=row.id, field="content")
    row.letter = seal_json(key, sent, row=row.id, field="letter")
    return row
