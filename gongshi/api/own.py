"""One's own filing: opened with reference and receipt, read, and what may be done to it now. See docs/guides/api.md."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import File, Form, P, PathEx, Router, Schema, UploadedFile

from gongshi.api.problems import Problem, Refusal, in_both
from gongshi.api.published import Words
from gongshi.api.visits import ByVisit, VisitOut, begun
from gongshi.cases.actions.answers import Verdict
from gongshi.cases.actions.conversation import TextRefused, add_to_case
from gongshi.cases.actions.erasure import keep_after_all, keep_all, withdraw, withdraw_all
from gongshi.cases.actions.own_moves import make_own_move, needs_words, own_moves
from gongshi.cases.actions.uploads import MOST_FILES, TooManyFiles
from gongshi.cases.changing import Changed
from gongshi.cases.copies import copy_of, own_matters, plain
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.following import follows
from gongshi.cases.models import Case
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound, case_of, filing_by_receipt
from gongshi.cases.reading import Erased, KeyMissing
from gongshi.cases.texts import plain_lines, within
from gongshi.cases.visiting import OwnCase, Visitor, resident
from gongshi.cases.ways import routes_of
from gongshi.rules.procedure import Move, RefusedError
from gongshi.rules.questions import CONTROL
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.safekeeping.labels import UPLOADS
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.photos import Prepared, UploadError, prepare
from gongshi.safekeeping.receipts import MAX_TYPED as RECEIPT_LENGTH
from gongshi.safekeeping.receipts import normalise_receipt

router = Router(tags=["own filing"])
by_visit = ByVisit()
NO_FILES: list[UploadedFile] = []
REFUSALS = dict.fromkeys((400, 401, 404, 410, 422, 429, 503), Problem)
CHANGES = {**REFUSALS, 409: Problem, 413: Problem, 415: Problem}
Number = PathEx[int, P(ge=1, lt=2**31)]


class OpeningIn(Schema):
    """Reference and receipt, as they were written down."""

    reference: str
    receipt: str


class MoveOut(Schema):
    """A move that may be made now. ``needs_words``: something must be written with it.

    ``asks``: what can be said with it besides: ``points_answered``, ``promise_kept``.
    """

    code: str
    effect: str
    name: Words
    needs_words: bool
    asks: list[str]


class OwnMatter(Schema):
    """What may be done to one matter now. ``seen``: goes along with a move, refused if anything happened since.

    ``joint``: it is followed together with others', on the pages alone. ``routes``: ways that stay open.
    """

    number: int
    seen: int
    joint: bool
    withdrawn: bool
    moves: list[MoveOut]
    routes: list[dict[str, Any]]


class OwnOut(Schema):
    """``filing``: everything that is kept of it, in the form of a copy to take home (docs/guides/download.md)."""

    filing: dict[str, Any]
    matters: list[OwnMatter]


class MoveIn(Schema):
    """One of the moves that the filing names, with what is said of the answer."""

    move: str
    seen: int
    words: str = ""
    points_answered: bool | None = None
    promise_kept: bool | None = None


class WithdrawIn(Schema):
    """``erase``: what was written goes, too, on the day that the filing then tells."""

    erase: bool = False


class KeepIn(Schema):
    """``work``: it goes on where it stood; else what was written is kept and no more."""

    work: bool = True


class AddedIn(Schema):
    """Words to add; ``evidence``: photos are kept as they came, too, with what they say of place and device."""

    words: str = ""
    evidence: bool = False


@router.post(
    "/visits",
    response={200: VisitOut, **dict.fromkeys((400, 403, 413, 415, 422, 429), Problem)},
    url_name="visits",
)
def visits(request: HttpRequest, typed: OpeningIn) -> dict[str, Any]:
    """Reference and receipt begin a visit. Whatever is wrong with them, the refusal is one and the same.

    The limit is that of the page: wrong ones slow down whoever brings them, the right one opens during the wait, too.
    """
    attempt = attempt_at("opening", request.META)
    try:
        filing, row = filing_by_receipt(
            typed.reference[: REFERENCE_LENGTH + 1], typed.receipt[: RECEIPT_LENGTH + 1]
        )
    except NotFound:
        if attempt.wait:
            raise Refusal("试得太快，请稍等", "too fast: please wait", 429, wait=attempt.wait) from None
        raise Refusal("编号和回执不相符", "reference and receipt do not go together", 403) from None
    attempt.take_back()
    return begun(Visitor(filing, row.id, normalise_receipt(typed.receipt)), timezone.now())


@router.get("/filing", response={200: OwnOut, **REFUSALS}, auth=by_visit, url_name="own_filing")
def own_filing(request: HttpRequest) -> dict[str, Any]:
    """Read it: what was written, stages, clocks, answers, letters, history, who looked. It is not stored."""
    return dict(_opened(lambda: _read(_visitor(request), timezone.now())))


@router.get("/filing/proof", response={200: dict[str, Any], **REFUSALS}, auth=by_visit, url_name="own_proof")
def own_proof(request: HttpRequest) -> Any:
    """The dated, signed proof, as it stands now; `gongshi verify` checks it without a network."""
    return _opened(lambda: json.loads(proof_of(_visitor(request), timezone.now())[1]))


@router.post(
    "/filing/withdrawal", response={200: OwnOut, **CHANGES}, auth=by_visit, url_name="own_withdrawal"
)
def own_withdrawal(request: HttpRequest, how: WithdrawIn) -> dict[str, Any]:
    """Withdraw every matter of the filing, and erase it where that is asked."""
    visitor = _visitor(request)
    return _changed(
        request, lambda at: withdraw_all(visitor.filing, erase=how.erase, actor=resident(visitor), at=at)
    )


@router.post("/filing/keeping", response={200: OwnOut, **CHANGES}, auth=by_visit, url_name="own_keeping")
def own_keeping(request: HttpRequest, how: KeepIn) -> dict[str, Any]:
    """Change one's mind about every withdrawn matter."""
    visitor = _visitor(request)
    return _changed(
        request, lambda at: keep_all(visitor.filing, actor=resident(visitor), at=at, work=how.work)
    )


@router.post(
    "/filing/matters/{number}/moves", response={200: OwnOut, **CHANGES}, auth=by_visit, url_name="own_move"
)
def own_move(request: HttpRequest, number: Number, said: MoveIn) -> dict[str, Any]:
    """Make a move that the filing names: reply, confirm, reopen, go up a level, and whatever else its procedure has."""
    visitor = _visitor(request)
    verdict = Verdict(said.points_answered, said.promise_kept, _words(said.words))

    def action(at: datetime) -> None:
        case = _alone(visitor, number)
        make_own_move(case, said.move, verdict, seen=said.seen, actor=resident(visitor), at=at)

    return _changed(request, action)


@router.post(
    "/filing/matters/{number}/additions",
    response={200: OwnOut, **CHANGES},
    auth=by_visit,
    url_name="own_addition",
)
def own_addition(
    request: HttpRequest, number: Number, added: Form[AddedIn], files: File[list[UploadedFile]] = NO_FILES
) -> dict[str, Any]:
    """Add words, photos and papers, in any stage (multipart/form-data)."""
    visitor, words = _visitor(request), _words(added.words)
    # Counted before anything is decoded.
    if len(files) > MOST_FILES:
        raise _too_many_files()

    def action(at: datetime) -> None:
        case = _alone(visitor, number)
        chosen = [(one.name or "", _prepared(request, one, evidence=added.evidence)) for one in files]
        try:
            add_to_case(case, words, chosen, actor=resident(visitor), at=at)
        except TooManyFiles:
            raise _too_many_files() from None

    return _changed(request, action)


@router.post(
    "/filing/matters/{number}/withdrawal",
    response={200: OwnOut, **CHANGES},
    auth=by_visit,
    url_name="own_matter_withdrawal",
)
def own_matter_withdrawal(request: HttpRequest, number: Number, how: WithdrawIn) -> dict[str, Any]:
    """Withdraw one matter, from any stage; with ``erase`` what was written goes, too."""
    visitor = _visitor(request)
    return _changed(
        request,
        lambda at: withdraw(case_of(visitor.filing, number), erase=how.erase, actor=resident(visitor), at=at),
    )


@router.post(
    "/filing/matters/{number}/keeping",
    response={200: OwnOut, **CHANGES},
    auth=by_visit,
    url_name="own_matter_keeping",
)
def own_matter_keeping(request: HttpRequest, number: Number, how: KeepIn) -> dict[str, Any]:
    """Change one's mind about one withdrawn matter."""
    visitor = _visitor(request)
    return _changed(
        request,
        lambda at: keep_after_all(
            case_of(visitor.filing, number), actor=resident(visitor), at=at, work=how.work
        ),
    )


def _visitor(request: HttpRequest) -> Visitor:
    visitor: Visitor = request.auth  # type: ignore[attr-defined]  # set by the library
    return visitor


def _alone(visitor: Visitor, number: int) -> Case:
    """The filing's matter. Raises NotFound for one that is followed together with others' as well."""
    case = case_of(visitor.filing, number)
    if follows(case):
        raise NotFound
    return case


def _opened(reading: Callable[[], Any]) -> Any:
    try:
        return reading()
    except Erased:
        raise Refusal("已经删除", "it was erased", 410) from None
    except KeyMissing:
        words = ("钥匙暂时不在，什么也没有删除", "its key is not at hand; nothing was erased")
        raise Refusal(*words, 503) from None


def _changed(request: HttpRequest, action: Callable[[datetime], object]) -> dict[str, Any]:
    """Do it, and read how it stands then."""
    if wait := attempt_at("writing", request.META).wait:
        raise Refusal("送得太快，还没有收下", "too fast: it was not taken yet", 429, wait=wait)
    at, visitor = timezone.now(), _visitor(request)
    try:
        _opened(lambda: action(at))
    except NotFound:
        raise Http404 from None
    except (Changed, RefusedError):
        words = (
            "情况有变，或现在不能这样做：请重新读一次",
            "it changed, or cannot be done now: read again",
        )
        raise Refusal(*words, 409) from None
    except TextRefused as refused:
        raise _wrong_words(refused.code) from None
    return dict(_opened(lambda: _read(visitor, at)))


def _words(typed: str) -> str:
    """What was typed, as the pages take it. Raises Refusal."""
    text = plain_lines(typed).strip()
    if CONTROL.search(text):
        raise _wrong_words("control")
    try:
        return within(text)
    except TextRefused as refused:
        raise _wrong_words(refused.code) from None


def _wrong_words(code: str) -> Refusal:
    zh, en = {
        "empty": ("请写几句", "write a few words"),
        "too_long": (f"最多{MAX_TEXT}字", f"up to {MAX_TEXT} characters"),
    }.get(code, ("里面有不能保存的字符", "it holds characters that cannot be kept"))
    return Refusal(zh, en, 422, errors=[{"where": "words", "code": code, "zh": zh, "en": en}])


def _too_many_files() -> Refusal:
    words = (
        f"一次最多{MOST_FILES}个文件，总数也有限",
        f"up to {MOST_FILES} files at a time, and not without end",
    )
    return Refusal(
        *words, 422, errors=[{"where": "files", "code": "too_many", "zh": words[0], "en": words[1]}]
    )


def _prepared(request: HttpRequest, one: UploadedFile, *, evidence: bool) -> Prepared:
    if wait := attempt_at("uploads", request.META).wait:
        raise Refusal("文件送得太快，还没有收下", "too many files: none was taken yet", 429, wait=wait)
    try:
        return prepare(one, evidence=evidence)
    except UploadError as error:
        fault = {"where": "files", "code": error.code, **in_both(UPLOADS[error.code])}
        raise Refusal("这个文件不能收", "this file cannot be taken", 422, errors=[fault]) from None


def _read(visitor: Visitor, at: datetime) -> dict[str, Any]:
    matters = own_matters(visitor)
    told = copy_of(visitor, matters, at=at)
    return {"filing": told, "matters": [_matter(visitor, own, at) for own in matters]}


def _matter(visitor: Visitor, own: OwnCase, at: datetime) -> dict[str, Any]:
    case, joint = own.case, follows(own.case)
    return {
        "number": case.number,
        "seen": case.seq,
        "joint": joint,
        "withdrawn": case.outcome == "withdrawn",
        "moves": [] if joint else [_move(move) for move in own_moves(case, resident(visitor), at)],
        "routes": plain(routes_of(case)),
    }


def _move(move: Move) -> dict[str, Any]:
    said = move.effect in ("confirm", "reopen")
    return {
        "code": move.code,
        "effect": move.effect,
        "name": move.name,
        "needs_words": needs_words(move),
        "asks": ["points_answered", "promise_kept"] if said else [],
    }
