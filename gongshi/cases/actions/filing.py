"""Filing: from checked values to a filing with its cases, keys, clocks, history and notice, in one transaction.

Everything that takes time (routing, encryption) happens before the transaction opens. The receipt was made with the
draft: the same receipt again is the same filing again, whatever was lost on the way.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.accounts.actors import Actor, StaffActor
from gongshi.accounts.queries import subjects_barred
from gongshi.accounts.rights import TAKING_DOWN, require_any
from gongshi.cases import engine
from gongshi.cases.actions.publication import consent_row, may_publish
from gongshi.cases.actions.uploads import adopted, uploads_of
from gongshi.cases.claiming import MESSAGES, STAND_IN, claim_row, sealed_phone_code
from gongshi.cases.companions import bond_row, lead_to_join, route_with
from gongshi.cases.drafts import Handing, NewFiling, NewMatter
from gongshi.cases.key_holders import ladder, wraps_of_new
from gongshi.cases.models import (
    Attachment,
    Case,
    Claim,
    Clock,
    Companion,
    Consent,
    Filing,
    MailMark,
    Receipt,
    Recusal,
    Upload,
)
from gongshi.cases.naming import EARLIER_MATTER, is_named, recusals_named
from gongshi.cases.record import Record
from gongshi.cases.routes import Route, located, route_for
from gongshi.cases.sealed import seal_json, seal_words
from gongshi.cases.sight import kept_by
from gongshi.places.queries import local_day, the_place
from gongshi.routing.queries import CategoryNode, categories, procedure_for
from gongshi.rules.ladder import is_sealed
from gongshi.rules.references import RANDOM_BYTES, new_reference
from gongshi.safekeeping.actions import discard_wraps, save_wraps
from gongshi.safekeeping.bulk import insert_all, one_after_another
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keys import holding_instance_keys, instance_keys
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.receipts import receipt_hash, receipt_hashes
from gongshi.safekeeping.sealing import new_data_key
from gongshi.safekeeping.tokens import DRAFT_AGE

ATTEMPTS = 5
BODY = "filing body"
STAFF_CHANNELS = frozenset({"phone", "walk_in", "post"})


class AlreadyFiled(Exception):
    """The receipt has been used for other words: what was typed now has not been taken in."""

    def __init__(self, filing: Filing) -> None:
        super().__init__(filing.reference)
        self.filing = filing


class FilesGone(LookupError):
    """Files that the draft names are there no more, so nothing was filed: whoever sent it chooses them again or not."""


@dataclass(frozen=True)
class Filed:
    """A filing that is durably there. ``created`` is False when a retry found it already filed."""

    filing: Filing
    receipt_id: UUID
    created: bool


class SubjectMissing(LookupError):
    """A matter about an office that does not say which: it could reach the very office that it is about."""


class AboutOwnOffice(ValueError):
    """What staff take down is about an office of theirs or one above, or must not be seen by them or these: a complaint
    never reaches those it is about.
    """


class _UploadsGone(Exception):
    """A file of the draft was dropped or swept away while the filing was made ready."""


@dataclass
class FilingRows:
    """All rows of one filing, unsaved. Its wraps are committed before all others (`save_wraps`)."""

    filing: Filing
    receipt: Receipt
    record: Record
    cases: list[Case] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    wraps: list[Wrap] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    mail: list[MailMark] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)
    companions: list[Companion] = field(default_factory=list)

    def insert(self) -> None:
        """One statement per table that has rows."""
        with one_after_another():
            insert_all([self.filing])
            insert_all([self.receipt])
            insert_all(self.cases)
            insert_all(self.clocks)
            if self.companions:
                insert_all(self.companions)
            if self.recusals:
                insert_all(self.recusals)
            if self.consents:
                insert_all(self.consents)
            if self.attachments:
                insert_all(self.attachments)
            if self.claims:
                insert_all(self.claims)
            if self.mail:
                insert_all(self.mail)
            self.record.store(insert_all)
        if self.attachments:
            taken, _ = Upload.objects.filter(id__in=[row.id for row in self.attachments]).delete()
            if taken != len(self.attachments):
                raise _UploadsGone


@holding_instance_keys()
def file_filing(new: NewFiling, *, receipt: str, actor: Actor, at: datetime) -> Filed:
    """Take in a filing that ``receipt`` will open; return it once it is durably committed.

    Raises AlreadyFiled when the receipt stands for other words, another consent or further files,
    `routes.NobodyAbove` when nobody here may take a matter, FilesGone when the draft names files that it
    does not hold, SubjectMissing when it does not say which, TextRefused for a public copy that cannot be one,
    ValueError for a time of filing that is still to come. Of what staff take down: AboutOwnOffice, and
    HandingRefused where the claim code cannot go out that way. A reference that is taken by chance is drawn again.
    """
    if isinstance(actor, StaffActor):
        require_any(actor, *(TAKING_DOWN if new.channel == "walk_in" else ("call.take",)))
        barred = subjects_barred(actor.staff_id, actor.office_id)
        if any(m.subject in barred or is_named(actor, m.keep_off, m.apart) for m in new.matters):
            raise AboutOwnOffice
    if new.filed_at is not None and new.filed_at > at:
        raise ValueError("a filing cannot have been made later than now")
    body = _body(new, receipt)
    digest = keyed_hash(BODY, body)
    if changed_lately(at) and (earlier := _filed_earlier(receipt, body, new)):
        return earlier
    for _attempt in range(ATTEMPTS):
        try:
            rows = rows_of(new, receipt=receipt, digest=digest, actor=actor, at=at)
        except FilesGone:
            # The files of a filing whose reply was lost are no longer in the draft.
            if earlier := _filed_earlier(receipt, body, new):
                return earlier
            raise
        save_wraps(rows.wraps)
        try:
            with transaction.atomic():
                rows.insert()
        except (_UploadsGone, IntegrityError) as failed:
            discard_wraps(rows.wraps)
            earlier = _filed_earlier(receipt, body, new) if isinstance(failed, IntegrityError) else None
            if earlier:
                return earlier
        else:
            return Filed(rows.filing, rows.receipt.id, created=True)
    raise RuntimeError(f"no free reference was found in {ATTEMPTS} draws")


def changed_lately(at: datetime) -> bool:
    """Whether a form may still come that was begun, or even filed, under an earlier version of the instance key.

    The receipt's hash is then another one, and the database alone would not notice the retry.
    """
    keys = instance_keys()
    since = keys.since.get(keys.current_version)
    return since is not None and at < since + DRAFT_AGE


def _body(new: NewFiling, receipt: str) -> bytes:
    """What was said, told apart from anything else said under the same receipt.

    A consent is part of it: silently keeping one that was taken out again would show what nobody agreed to. So is who
    must not learn of it: a retry that names one more is another filing. The files are not: those of a filing whose
    reply was lost are no longer in the draft (`_filed_earlier` sees to new ones).
    """
    words = {
        "matters": [
            [str(m.category), str(m.area), m.content(), str(m.subject), _shown(m)] for m in new.matters
        ],
        "contact": [new.contact.as_data(), new.contact.notify],
        "earlier": new.earlier,
    }
    if any(matter.joins for matter in new.matters):
        words["joins"] = [str(matter.joins or "") for matter in new.matters]
    if any(matter.keep_off for matter in new.matters):
        words["keep_off"] = [sorted([str(o.office), o.role] for o in m.keep_off) for m in new.matters]
    text = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256((receipt + text).encode()).digest()


def _shown(matter: NewMatter) -> list[str] | None:
    if matter.public is None:
        return None
    return [matter.public.title, matter.public.text, *(["answers"] if matter.public.answers else [])]


def _filed_earlier(receipt: str, body: bytes, new: NewFiling) -> Filed | None:
    found = Receipt.objects.filter(hash__in=receipt_hashes(receipt)).select_related("filing").first()
    if found is None:
        return None
    chosen = {upload for matter in new.matters for upload in matter.uploads}
    left = any(row.id in chosen for row in uploads_of(receipt))
    if left or bytes(found.filing.body_digest or b"") not in keyed_hashes(BODY, body):
        raise AlreadyFiled(found.filing)
    return Filed(found.filing, found.id, created=False)


def _reference() -> str:
    return new_reference(the_place().reference_prefix, secrets.token_bytes(RANDOM_BYTES))


def rows_of(new: NewFiling, *, receipt: str, digest: bytes, actor: Actor, at: datetime) -> FilingRows:
    """Everything that a filing consists of: routed, sealed and unsaved. Same errors as `file_filing`."""
    key = new_data_key()
    filing = Filing(
        id=new_id(),
        reference=_reference(),
        channel=new.channel,
        staff_logged=new.channel in STAFF_CHANNELS,
        language=new.language,
        filed_at=new.filed_at or at,
        filed_on=local_day(new.filed_at or at),
        body_digest=digest,
        source=new.source,
    )
    contact = new.contact.as_data()
    if contact:
        filing.contact = seal_json(key, contact, row=filing.id, field="contact")
    opener = Receipt(id=new_id(), filing=filing, hash=receipt_hash(receipt), created_at=at)
    rows = FilingRows(filing, opener, Record(actor=actor, at=at))
    for number, matter in enumerate(sealed_last(new.matters), start=1):
        _add_case(rows, matter, number, earlier=new.earlier, receipt=receipt, at=at)
    offices = [office for case in rows.cases if is_sealed(case.kind) for office in _ladder(rows, case)]
    # Nothing about a sealed matter goes out by itself: a message says that there is something to read.
    filing.sealed = bool(offices)
    filing.notify = "" if filing.sealed else new.contact.notify
    wanted = dict.fromkeys(offices) if filing.sealed else None
    rows.wraps += wraps_of_new(
        filing.id, key, sealed_for=wanted, receipt=receipt, receipt_id=opener.id, at=at
    )
    if new.handing:
        _hand_over(rows, new, new.handing, key, receipt=receipt, at=at)
    else:
        rows.record.notice(rows.cases[0], "filed", filing.notify)
    return rows


def _ladder(rows: FilingRows, case: Case) -> tuple[UUID, ...]:
    return ladder(case, kept=kept_by(row for row in rows.recusals if row.case_id == case.id))


def _hand_over(
    rows: FilingRows, new: NewFiling, handing: Handing, key: bytes, *, receipt: str, at: datetime
) -> None:
    """What lets whoever filed take the filing over; and ask by telephone how it stands, where staff told them how."""
    filing, rows.receipt.role, letter = rows.filing, STAND_IN, new.letter
    claim, wraps = claim_row(
        filing, rows.receipt, handing, new.contact, receipt=receipt, at=at, letter=letter
    )
    rows.claims, rows.wraps = [claim], rows.wraps + wraps
    if rows.record.by_staff and not filing.sealed:
        filing.phone_code = sealed_phone_code(filing, key, receipt)
    if letter:
        rows.mail = [MailMark(filing=filing, hash=one, at=at) for one in letter.marks]
    if claim.way in MESSAGES:
        template = "claim" if not letter else "mail_partly" if letter.left_out else "mail_taken"
        rows.record.claim_code(rows.cases[0], claim.way, template)


def sealed_last(matters: Iterable[NewMatter]) -> list[NewMatter]:
    """The matters in their order, those of a sealed kind after all others.

    A number tells of those before it: an office that reads "…/2" would know of a first matter that it does not see.
    """
    return sorted(matters, key=lambda matter: is_sealed(categories()[matter.category].kind))


def _add_case(
    rows: FilingRows, matter: NewMatter, number: int, *, earlier: str, receipt: str, at: datetime
) -> None:
    filing = rows.filing
    category = categories()[matter.category]
    if matter.subject is None and procedure_for(category).procedure.subject == "office":
        raise SubjectMissing(category.code)
    route = route_for(matter, category, channel=filing.channel, at=filing.filed_at)
    lead = lead_to_join(matter.joins, category.kind, procedure_for(category).procedure.code)
    if lead is not None:
        route = route_with(lead, route)
    key = new_data_key()
    case = case_row(filing, matter, category, route, number=number)
    words = {**matter.content(), "earlier": earlier} if earlier else matter.content()
    case.content, committed = seal_words(key, words, row=case.id, field="content")
    opened = engine.open_case(case, category)
    rows.cases.append(case)
    rows.recusals += (named := _kept_from_new(case, matter, at))
    rows.clocks += engine.clock_rows(case, opened.state)
    rows.wraps += wraps_of_new(
        case.id,
        key,
        sealed_for=_ladder(rows, case) if is_sealed(case.kind) else None,
        receipt=receipt,
        receipt_id=rows.receipt.id,
        at=at,
    )
    (entry,) = opened.entries
    params = {"office": route.office, "lead": route.lead, "rule": route.rule, "why": dict(route.reason)}
    params["words"] = committed
    by_staff = rows.record.by_staff
    rows.record.event(
        case, entry.code, by="operator" if by_staff else "resident", params={**params, **entry.params}
    )
    _name(rows, case, named)
    if lead is not None and matter.joins and not case.recused:
        rows.companions.append(bond_row(case, lead, engine.today(at)))
        case.seq += 1
        rows.record.event(case, "case.went_with", by="resident", params={"public": str(matter.joins)})
    if matter.left_out:
        case.seq += 1
        rows.record.left_out(case, matter.left_out, key)
    # Nobody agrees for whoever called.
    if matter.public and may_publish(case) and not by_staff:
        rows.consents.append(consent_row(case, matter.public, key, at=at))
        case.seq += 1
        rows.record.event(case, "case.publication_agreed", by="resident")
    if matter.uploads:
        taken = adopted(matter.uploads, case, key, receipt=receipt, at=at)
        if {row.id for row in taken} != set(matter.uploads):
            raise FilesGone
        rows.attachments += taken


def _kept_from_new(case: Case, matter: NewMatter, at: datetime) -> list[Recusal]:
    named = recusals_named(matter.keep_off, matter.apart)
    for row in named:
        row.case, row.at = case, at
    case.recused = bool(named)
    return named


def _name(rows: FilingRows, case: Case, named: list[Recusal]) -> None:
    """Write down who is kept from it: offices, roles without who holds them, whoever dealt with an earlier one."""
    by = "operator" if rows.record.by_staff else "resident"
    told = dict.fromkeys(
        (row.named_as, row.named_in_id, None if row.named_as == EARLIER_MATTER else row.office_id)
        for row in named
    )
    for role, office, whole in told:
        case.seq += 1
        if role == EARLIER_MATTER:
            rows.record.event(case, "case.earlier_recused", by=by)
        elif whole:
            rows.record.event(case, "case.office_recused", by=by, params={"office": whole})
        else:
            rows.record.event(case, "case.role_recused", by=by, params={"of": office, "role": role})


def case_row(filing: Filing, matter: NewMatter, category: CategoryNode, route: Route, *, number: int) -> Case:
    """A new case of a filing, unsaved, without its words and its place in the procedure."""
    return Case(
        id=new_id(),
        filing=filing,
        number=number,
        kind=category.kind,
        category_id=category.id,
        area_id=located(matter),
        office_id=route.office,
        subject_id=matter.subject,
        lead_id=route.lead,
        procedure_id=procedure_for(category).id,
        promise_id=category.promise.id if category.promise else None,
        route=route.as_data(),
        opened_at=filing.filed_at,
        opened_on=filing.filed_on,
        seq=1,
    )
