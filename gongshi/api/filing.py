"""Filing by program: a draft first, whose token is the key of every retry, then the filing. See docs/guides/api.md."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from gongshi.accounts.actors import System
from gongshi.accounts.queries import offices
from gongshi.api.files import taken_in, too_many_files
from gongshi.api.problems import LANGUAGES, Problem, Refusal, in_both
from gongshi.api.visits import ByDraft, VisitOut, begun
from gongshi.cases import engine
from gongshi.cases.actions.filing import AlreadyFiled, Filed, FilesGone, file_filing
from gongshi.cases.actions.uploads import MOST_FILES, TooManyFiles, keep_upload, known_upload
from gongshi.cases.drafts import MAX_MATTERS, NewFiling
from gongshi.cases.intake import faults
from gongshi.cases.intake.alike import not_joined
from gongshi.cases.intake.choices import leaf, office_called
from gongshi.cases.intake.draft import COPY, COPY_AND_ANSWER, DOORS, Draft, Matter, new_draft
from gongshi.cases.intake.handing_in import contact_of, matter_of
from gongshi.cases.intake.kept_off import named, server_among, undecided
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import cases_of
from gongshi.cases.routes import NobodyAbove
from gongshi.cases.texts import TextRefused, plain_lines
from gongshi.cases.visiting import Visitor
from gongshi.places.queries import the_place
from gongshi.routing.suggesting import is_about_an_office
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.tokens import DRAFT_AGE, TokenError, receipt_from_draft
from gongshi.words import pair

router = Router(tags=["filing"])
CONTACT = ("name", "email", "phone", "notify", "for_somebody", "who_is_told", "who_holds_receipt")
REFUSALS = dict.fromkeys((400, 413, 415, 422, 429), Problem)
AGAIN = {409: Problem}
FORMS = {"filing": "draft"}
NOT_JOINED = pair(
    "要一起跟进的那件事办完了、不再公开，或者不是同一类。去掉 joins，就作为单独的一件来办。",
    "The case to join is over, no longer public, or of another kind. Without joins this one is dealt with by itself.",
)
WHO = Literal["", "me", "them"]


class MatterIn(Schema):
    """One matter. Codes as in ``/api/v1/form``; ``area`` "none": no place. ``public``: agreed to the masked copy.

    ``public_answers``: and to what the office answers, once it was reviewed.
    ``joins``: the published case that it goes with (``/api/v1/form/alike``); then ``text`` may be left out.

    ``left``: marked words that stay in that copy. ``openly``: whoever is kept off may read this one all the same.
    ``files``: ids that `/drafts/files` gave.
    """

    category: str
    text: str = ""
    wish: str = ""
    area: str = ""
    place: str = ""
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    about_office: str = ""
    answers: dict[str, str] = {}
    public: bool = False
    public_answers: bool = False
    left: list[str] = Field([], max_length=200)
    openly: bool = False
    files: list[UUID] = Field([], max_length=2 * MOST_FILES)
    joins: UUID | None = None


class ContactIn(Schema):
    """How the resident may be told; every part is optional. ``notify``: "", "email" or "sms"."""

    name: str = ""
    email: str = ""
    phone: str = ""
    notify: str = ""
    for_somebody: str = ""
    who_is_told: WHO = ""
    who_holds_receipt: WHO = ""


class KeepOffIn(Schema):
    """Who must not see what is sealed of it: an office with all beneath it, or a role in it."""

    office: str
    role: str = ""


class FilingIn(Schema):
    """One filing. ``draft``: the token of this filing and of every retry of it."""

    draft: str = Field(max_length=400)
    language: Literal["zh", "en"]
    matters: list[MatterIn] = Field(min_length=1, max_length=MAX_MATTERS)
    contact: ContactIn = ContactIn()
    earlier: str = ""
    keep_off: list[KeepOffIn] = Field([], max_length=20)
    knows_who_runs_the_server: bool = False


class DraftOut(Schema):
    """``draft``: what to send with the filing, until ``until``."""

    draft: str
    until: datetime


class KeepFileIn(Schema):
    """``evidence``: a photo is kept as it came, too, with what it says of place and device."""

    evidence: bool = False


class KeptOut(Schema):
    """``files``: to be named by a matter of the filing; two where the original is kept as well."""

    files: list[UUID]


class FiledMatter(Schema):
    """One matter of it. ``about`` is in the offices' own words: why this one has it."""

    number: int
    category: str
    office: str
    why: dict[str, str]
    due_on: str | None


class FiledOut(Schema):
    """What is durably there. ``receipt``: the secret that opens it. ``proof``: the signed proof of filing."""

    reference: str
    receipt: str
    created: bool
    matters: list[FiledMatter]
    visit: VisitOut
    proof: dict[str, Any]


class DraftIn(Schema):
    """What it will be: a "filing", the "claim" of one that staff typed in, the report of a "reprisal".

    Or "join": of what others bring together; the "booking" of a time; "telling": to be told when an outage is over.
    """

    form: Literal["filing", "claim", "reprisal", "join", "booking", "telling"] = "filing"


@router.post("/drafts", response={200: DraftOut, **REFUSALS}, url_name="drafts")
def draft(request: HttpRequest, begin: DraftIn) -> dict[str, Any]:  # noqa: ARG001
    """Begin. Nothing is stored; the token holds the receipt that the filing will have, sealed."""
    at = timezone.now()
    return {"draft": new_draft(at, FORMS.get(begin.form, begin.form)).token, "until": at + DRAFT_AGE}


@router.post(
    "/drafts/files", response={200: KeptOut, 401: Problem, **REFUSALS}, auth=ByDraft(), url_name="draft_files"
)
def draft_file(request: HttpRequest, sent: Form[KeepFileIn], file: File[UploadedFile]) -> dict[str, Any]:
    """Keep a photo or a paper for the draft whose token goes along (multipart/form-data), sealed, for a day.

    The same file again is kept once.
    """
    receipt, at, name = request.auth, timezone.now(), file.name or ""  # type: ignore[attr-defined]
    prepared = taken_in(request, file, evidence=sent.evidence)
    if not (kept := known_upload(prepared, name, receipt=receipt)):
        try:
            keep_upload(prepared, name, receipt=receipt, at=at)
        except TooManyFiles:
            raise too_many_files() from None
        kept = known_upload(prepared, name, receipt=receipt)
    return {"files": kept}


@router.post("/filings", response={200: FiledOut, 201: FiledOut, **REFUSALS, **AGAIN}, url_name="filings")
def file(request: HttpRequest, sent: FilingIn) -> Status[dict[str, Any]]:
    """File. It answers once the filing is durably there; the same again gives the same receipt, and files nothing."""
    at = timezone.now()
    typed = _draft(sent, at)
    if found := list(_faults(typed, sent, at)):
        raise Refusal("请改好再送", "put this right and send it again", 422, errors=found)
    if wait := attempt_at("filing", request.META).wait:
        raise Refusal("送得太快，还没有收下", "too fast: it was not taken yet", 429, wait=wait)
    filed = _filed(typed, sent, at)
    return Status(201 if filed.created else 200, filed_out(filed, typed.receipt, at))


def _filed(typed: Draft, sent: FilingIn, at: datetime) -> Filed:
    with override(LANGUAGES[sent.language]):  # words for whoever joins without any
        matters = tuple(matter_of(typed, matter) for matter in typed.matters)
    new = NewFiling(
        matters=matters,
        language=sent.language,
        channel="web",
        contact=contact_of(typed),
        earlier=typed.earlier.strip(),
    )
    try:
        return file_filing(new, receipt=typed.receipt, actor=System("web"), at=at)
    except AlreadyFiled as earlier:
        raise already_filed(earlier, typed.receipt) from None
    except NobodyAbove:
        where = "keep_off" if typed.keep_off else "matters.0.about_office"
        errors = [{"where": where, "code": "nobody_above", **in_both(faults.WORDS["nobody_above"])}]
        words = ("这里没有单位可以受理", "no office here may take it")
        raise Refusal(*words, 422, errors=errors, elsewhere=the_place().routes) from None
    except FilesGone:
        words = ("选好的文件有的不在了，请重新送", "some of its files are there no more: send them again")
        raise Refusal(*words, 422, errors=[_fault("matters", "files_gone", *words)]) from None
    except TextRefused as refused:
        words = ("公开的内容不能用", "the public copy cannot be taken")
        raise Refusal(*words, 422, errors=[_fault("matters", refused.code, *words)]) from None


def already_filed(earlier: AlreadyFiled, receipt: str) -> Refusal:
    """Other words came under the same draft: what was filed, with its receipt, which whoever has the token may have."""
    words = ("这个 draft 已经送过，内容不同", "this draft was filed with other words")
    return Refusal(*words, 409, reference=earlier.filing.reference, receipt=receipt)


def filed_out(filed: Filed, receipt: str, at: datetime) -> dict[str, Any]:
    """What is durably there, as `FiledOut` has it."""
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    return {
        "reference": filed.filing.reference,
        "receipt": receipt,
        "created": filed.created,
        "matters": [
            {
                "number": case.number,
                "category": case.category.code,
                "office": offices()[case.office_id].code,
                "why": case.route.get("reason") or {},
                "due_on": case.due_on.isoformat() if case.due_on else None,
            }
            for case in cases_of(filed.filing)
        ],
        "visit": begun(visitor, at),
        "proof": json.loads(proof_of(visitor, at)[1]),
    }


def receipt_of(draft: str, at: datetime, *, form: str = "draft") -> str:
    """The receipt in a draft's token of this form (`tokens.FORMS`). Raises Refusal."""
    try:
        return receipt_from_draft(draft, form=form, at=at)
    except TokenError:
        words = (
            "draft 太旧或不对：先看看以前送过没有，再要一个新的",
            "this draft is too old or none of ours",
        )
        raise Refusal(*words, 422, errors=[_fault("draft", "draft", *words)]) from None


def _draft(sent: FilingIn, at: datetime) -> Draft:
    receipt = receipt_of(sent.draft, at)
    typed = as_draft(sent.matters, sent.draft, receipt)
    for name in CONTACT:
        setattr(typed, name, getattr(sent.contact, name))
    typed.earlier = sent.earlier
    typed.keep_off = " ".join(f"{one.office}:{one.role}" for one in sent.keep_off)
    return typed


def as_draft(matters: Iterable[MatterIn], token: str = "", receipt: str = "") -> Draft:
    """Matters as the form would have them. Without a token nothing can be filed of it."""
    typed = Draft(token, receipt, matters=[_matter(one) for one in matters])
    first = leaf(typed.first.category)
    typed.door = first.door if first and first.door in DOORS else "write"
    return typed


def _matter(one: MatterIn) -> Matter:
    whole = one.latitude is not None and one.longitude is not None
    return Matter(
        category=one.category,
        area=one.area,
        place=one.place,
        lat=f"{one.latitude:.6f}" if whole else "",
        lon=f"{one.longitude:.6f}" if whole else "",
        subject=one.about_office,
        text=plain_lines(one.text),
        wish=plain_lines(one.wish),
        public=(COPY_AND_ANSWER if one.public_answers else COPY) if one.public else "",
        openly="openly" if one.openly else "",
        answers={code: plain_lines(given) for code, given in one.answers.items()},
        left=one.left,
        files=one.files,
        joins=str(one.joins) if one.joins else "",
    )


def _faults(typed: Draft, sent: FilingIn, at: datetime) -> Iterator[dict[str, str]]:
    """Everything that is wrong, each in both languages: the form's own problems, said twice."""
    said = []
    for language in LANGUAGES.values():
        with override(language):
            found = [*faults.problems(typed, engine.today(at)), *undecided(typed)]
            said.append([(one.name, one.code, str(one.text)) for one in found])
    for (name, code, zh), (_, _, en) in zip(*said, strict=True):
        yield _fault(_where(name), code, zh, en)
    if len(named(typed)) < len({(one.office, one.role) for one in sent.keep_off}):
        yield _fault("keep_off", "unknown", "没有这个单位或职务。", "There is no such office or role.")
    yield from (
        _fault(f"matters.{number - 1}.joins", "gone", **NOT_JOINED) for number in sorted(not_joined(typed))
    )
    server = server_among(_meant(typed))
    if server and not sent.knows_who_runs_the_server:
        names = server.name
        yield _fault(
            "knows_who_runs_the_server",
            "operator",
            f"这个网站由{names['zh']}运行，您说的就是它或它的上级。最稳妥的办法是到别处反映；要在这里送，请说明已经知道。",
            f"This website is run by {names['en']}, which this is about, or one above it. The safest way is to file "
            "elsewhere; to file here, say that you know.",
        )


def _meant(typed: Draft) -> set[Any]:
    """The offices that it is about or that must not see it."""
    found = {one.office.id for one in named(typed)}
    for matter in typed.matters:
        category, subject = leaf(matter.category), office_called(matter.subject)
        if category and subject and is_about_an_office(category):
            found.add(subject.id)
    return found


def _where(name: str) -> str:
    """A control of the form as the member of the body that it stands for."""
    part, _, rest = name.partition("-")
    if part == "q":
        number, _, code = rest.partition("-")
        return f"matters.{int(number) - 1}.answers.{code}"
    if rest:
        return f"matters.{int(rest) - 1}.{'about_office' if part == 'subject' else part}"
    return f"contact.{name}" if name in CONTACT else name


def _fault(where: str, code: str, zh: str, en: str) -> dict[str, str]:
    return {"where": where, "code": code, "zh": zh, "en": en}
