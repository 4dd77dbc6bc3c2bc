"""The rows of a case that begins within a collective grievance: the joint one, and that of whoever joins."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gongshi.accounts.actors import Actor
from gongshi.cases import engine
from gongshi.cases.drafts import Contact
from gongshi.cases.following import OUTCOME
from gongshi.cases.key_holders import ladder_of, wraps_of_new
from gongshi.cases.models import Case, Clock, Filing, JointOffice, Receipt, Recusal
from gongshi.cases.models.recusals import BY_OTHERS
from gongshi.cases.record import Record
from gongshi.cases.sealed import seal_json, seal_words
from gongshi.places.queries import calendar, local_day, the_place
from gongshi.rules.procedure import CaseState, Transition, opening
from gongshi.rules.references import RANDOM_BYTES, new_reference
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.receipts import receipt_hash
from gongshi.safekeeping.sealing import new_data_key

# What a case has in common with the one that it takes over from, beside its place in the procedure.
WHOSE = (
    "office_id",
    "first_instance_id",
    "subject_id",
    "lead_id",
    "stand_in_id",
    "handler_id",
    "supervision_id",
    "recused",
)
SO_FAR = (
    "answered_at",
    "answered_on",
    "on_time",
    "closed_at",
    "closed_on",
    "outcome",
    "reopenings",
    "hand_overs",
)


@dataclass
class NewRows:
    """A filing with its one case, unsaved."""

    filing: Filing
    receipt: Receipt
    case: Case
    key: bytes
    record: Record
    clocks: list[Clock] = field(default_factory=list)
    wraps: list[Wrap] = field(default_factory=list)

    def insert(self) -> None:
        """In the caller's transaction; the wraps were saved before it."""
        for row in (self.filing, self.receipt, self.case):
            row.save(force_insert=True)
        Clock.objects.bulk_create(self.clocks)
        self.record.store()


def rows_like(
    other: Case,
    text: str,
    *,
    receipt: str,
    role: str,
    language: str,
    contact: Contact,
    actor: Actor,
    at: datetime,
    since: Case | None = None,
) -> tuple[NewRows, CaseState]:
    """A new filing of the same matter as ``other``, with a text of its own, at the start of the same procedure.

    ``since``: the case whose first day is the new one's, too. Without one it is somebody's who joins, and
    what they can read of it says nothing of the office. The second entry of its history is still to be written
    (`enter`).
    """
    filing = _filing(language, at)
    opener = Receipt(id=new_id(), filing=filing, role=role, hash=receipt_hash(receipt), created_at=at)
    case, key = _case(other, filing, at), new_data_key()
    if since is not None:
        case.opened_at, case.opened_on, case.lead_id = since.opened_at, since.opened_on, other.lead_id
    words: dict[str, Any] = {"text": text, "wish": "", "place": "", "point": None, "answers": {}}
    case.content, committed = seal_words(key, words, row=case.id, field="content")
    promise = engine.state_of(other, ()).promise
    procedure = engine.procedure_of(case)
    opened = opening(procedure, on=case.opened_on, calendar=calendar(), promise=promise)
    engine.take_state(case, opened.state)
    rows = NewRows(filing, opener, case, key, Record(actor=actor, at=at))
    (entry,) = opened.entries
    params: dict[str, Any] = {"words": committed, **entry.params}
    if since is not None:
        params |= {"office": case.office_id, "lead": case.lead_id}
    rows.record.event(case, entry.code, by="resident", params=params)
    _seal(rows, contact, receipt, ladder_of(other), at)
    return rows, opened.state


def enter(rows: NewRows, transition: Transition) -> None:
    """The second entry of its history, and where the case then stands."""
    case, (entry,) = rows.case, transition.entries
    case.seq += 1
    rows.record.event(case, entry.code, by=entry.by, params=entry.params)
    engine.take_state(case, transition.state)
    rows.clocks = engine.clock_rows(case, transition.state)


def put_aside(case: Case, at: datetime) -> None:
    """The joint case goes on in its place (unsaved)."""
    case.closed_at, case.closed_on, case.outcome = at, engine.today(at), OUTCOME
    case.supervision_id = None


def take_columns(case: Case, other: Case, names: tuple[str, ...]) -> None:
    """Columns as they stand in the other case (unsaved)."""
    for name in names:
        setattr(case, name, getattr(other, name))


def copy_company(case: Case, other: Case, *, same_filer: bool, at: datetime) -> None:
    """Who is kept from the other case is kept from this one, and who was asked to help with it helps with this one.

    Not the ``same_filer``: whom somebody else named, as what and when, is not told to them. These rows are kept from
    whoever filed this one (`models.Recusal.by`), and say no more than that it is so from now on.
    """
    here = set(Recusal.objects.filter(case=case, undone_at=None).values_list("office_id", "staff_id"))
    kept = []
    for row in Recusal.objects.filter(case=other, undone_at=None):
        if (row.office_id, row.staff_id) not in here:
            # Without the reason: it is sealed for the other case.
            row.id, row.case, row.reason = new_id(), case, None
            row._state.adding = True
            if not same_filer:
                row.by, row.at, row.named_as, row.named_in = BY_OTHERS, at, "", None
            kept.append(row)
    Recusal.objects.bulk_create(kept)
    for asked in JointOffice.objects.filter(case=other, until_on=None):
        JointOffice.objects.update_or_create(
            case=case,
            office_id=asked.office_id,
            defaults={"until_on": None},
            create_defaults={
                "id": new_id(),
                "since_on": asked.since_on if same_filer else engine.today(at),
            },
        )


def _filing(language: str, at: datetime) -> Filing:
    return Filing(
        id=new_id(),
        reference=new_reference(the_place().reference_prefix, secrets.token_bytes(RANDOM_BYTES)),
        channel="web",
        language=language,
        filed_at=at,
        filed_on=local_day(at),
        sealed=True,
    )


def _case(other: Case, filing: Filing, at: datetime) -> Case:
    case = Case(
        id=new_id(),
        filing=filing,
        number=1,
        kind=other.kind,
        category_id=other.category_id,
        area_id=other.area_id,
        procedure_id=other.procedure_id,
        promise_id=other.promise_id,
        route=other.route,
        opened_at=at,
        opened_on=local_day(at),
        seq=1,
    )
    take_columns(case, other, ("office_id", "subject_id"))
    return case


def _seal(rows: NewRows, contact: Contact, receipt: str, ladder: tuple[Any, ...], at: datetime) -> None:
    """The two keys for the offices that the matter lies with and for the receipt; the contact with the filing's."""
    key, given = new_data_key(), contact.as_data()
    if given:
        rows.filing.contact = seal_json(key, given, row=rows.filing.id, field="contact")
    for subject, one in ((rows.filing.id, key), (rows.case.id, rows.key)):
        rows.wraps += wraps_of_new(
            subject, one, sealed_for=ladder, receipt=receipt, receipt_id=rows.receipt.id, at=at
        )
