"""What a resident does in their own matter by program: moves, additions, and what they say of answer and hearing."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile

from gongshi.api.files import taken_in, too_many_files
from gongshi.api.own.doing import CHANGES, Number, alone, by_visit, changed, fault, visitor_of, words_of
from gongshi.api.own.shapes import OwnOut
from gongshi.api.problems import Refusal
from gongshi.cases.actions.answers import Verdict, say_of_answer
from gongshi.cases.actions.companions import go_apart
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.hearings import cannot_come, remark_on_record
from gongshi.cases.actions.own_choices import NobodyNamed, judge_split, keep_away
from gongshi.cases.actions.own_moves import make_own_move
from gongshi.cases.actions.recusals import LONGEST_REASON, NobodyLeft
from gongshi.cases.actions.uploads import MOST_FILES, TooManyFiles
from gongshi.cases.copies import plain
from gongshi.cases.sent_again import opened_key
from gongshi.cases.visiting import resident
from gongshi.cases.ways import routes_of
from gongshi.safekeeping.tokens import TokenError

router = Router(tags=["own filing"])
NO_FILES: list[UploadedFile] = []
DONE = {200: OwnOut, **CHANGES}


class SayingIn(Schema):
    """What is said of the latest answer. ``seen``: as it was read."""

    seen: int
    words: str = ""
    points_answered: bool | None = None
    promise_kept: bool | None = None


class MoveIn(SayingIn):
    """One of the moves that the filing names, with what is said of the answer."""

    move: str


class AddedIn(Schema):
    """Words to add; ``evidence``: photos are kept as they came, too, with what they say of place and device.

    ``key``: the matter's ``addition_key``; the same words and files under it are added once, however often they come.
    """

    words: str = ""
    evidence: bool = False
    key: str = ""


class HearingIn(Schema):
    """ "cannot_come" on that day, with or without words, or a "remark" on the record."""

    say: Literal["cannot_come", "remark"]
    words: str = ""


class KeepAwayIn(Schema):
    """A ``code`` of ``may_keep_off``, and why: whoever still sees the matter reads it."""

    whom: str
    words: str


class SplitIn(Schema):
    """Of what staff split off: "right", or "one": it shall be one matter with the first again."""

    seen: int
    answer: Literal["right", "one"]


class ApartIn(Schema):
    """Nothing."""


@router.post("/filing/matters/{number}/moves", response=DONE, auth=by_visit, url_name="own_move")
def own_move(request: HttpRequest, number: Number, said: MoveIn) -> dict[str, Any]:
    """Make a move that the filing names: reply, confirm, reopen, go up a level, and whatever else its procedure has."""
    visitor, verdict = visitor_of(request), _verdict(said)

    def action(at: datetime) -> None:
        case = alone(visitor, number)
        make_own_move(case, said.move, verdict, seen=said.seen, actor=resident(visitor), at=at)

    return changed(request, action)


@router.post("/filing/matters/{number}/saying", response=DONE, auth=by_visit, url_name="own_saying")
def own_saying(request: HttpRequest, number: Number, said: SayingIn) -> dict[str, Any]:
    """Judge the latest answer while nothing else changes: the day that it promised is still to come."""
    visitor, verdict = visitor_of(request), _verdict(said)

    def action(at: datetime) -> None:
        case = alone(visitor, number)
        say_of_answer(case, verdict, actor=resident(visitor), at=at, seen=said.seen)

    return changed(request, action)


def _verdict(said: SayingIn) -> Verdict:
    return Verdict(said.points_answered, said.promise_kept, words_of(said.words))


@router.post("/filing/matters/{number}/additions", response=DONE, auth=by_visit, url_name="own_addition")
def own_addition(
    request: HttpRequest, number: Number, added: Form[AddedIn], files: File[list[UploadedFile]] = NO_FILES
) -> dict[str, Any]:
    """Add words, photos and papers, in any stage (multipart/form-data)."""
    if request.content_type != "multipart/form-data":
        raise Refusal("请送 multipart/form-data", "send multipart/form-data", 415)
    visitor, words = visitor_of(request), words_of(added.words)
    # Counted before anything is decoded.
    if len(files) > MOST_FILES:
        raise too_many_files()

    def action(at: datetime) -> None:
        case, once = alone(visitor, number), once_in(added.key, at)
        chosen = [(one.name or "", taken_in(request, one, evidence=added.evidence)) for one in files]
        try:
            add_to_case(case, words, chosen, actor=resident(visitor), at=at, once=once)
        except TooManyFiles:
            raise too_many_files() from None

    return changed(request, action)


def once_in(key: str, at: datetime) -> bytes | None:
    """What the key of something that is added holds; None where none came. Raises Refusal."""
    try:
        return opened_key(key, at)
    except TokenError:
        words = ("key 太旧或不对：重新读一次再送", "this key is too old or none of ours: read again")
        raise fault("key", "key", *words) from None


@router.post("/filing/matters/{number}/hearing", response=DONE, auth=by_visit, url_name="own_hearing")
def own_hearing(request: HttpRequest, number: Number, said: HearingIn) -> dict[str, Any]:
    """Say that one cannot come on the day of a hearing, which costs nothing, or what is wrong with its record."""
    visitor, words = visitor_of(request), words_of(said.words)
    act = cannot_come if said.say == "cannot_come" else remark_on_record
    return changed(request, lambda at: act(alone(visitor, number), words, actor=resident(visitor), at=at))


@router.post("/filing/matters/{number}/recusals", response=DONE, auth=by_visit, url_name="own_recusal")
def own_recusal(request: HttpRequest, number: Number, named: KeepAwayIn) -> dict[str, Any]:
    """Keep an office or an officer from the matter, from now on; only a superior of theirs can undo it."""
    visitor, words = visitor_of(request), words_of(named.words, LONGEST_REASON)

    def action(at: datetime) -> None:
        case = alone(visitor, number)
        try:
            keep_away(case, named.whom, words, actor=resident(visitor), at=at)
        except NobodyNamed:
            raise fault("whom", "unknown", "请选是哪个单位或哪一位", "choose one of may_keep_off") from None
        except NobodyLeft:
            why = (
                "这样一来没有单位能办，所以没有改",
                "no office here could go on with it: nothing was changed",
            )
            raise Refusal(*why, 409, elsewhere=plain(routes_of(case))) from None

    return changed(request, action)


@router.post("/filing/matters/{number}/split", response=DONE, auth=by_visit, url_name="own_split")
def own_split(request: HttpRequest, number: Number, said: SplitIn) -> dict[str, Any]:
    """Of a matter that staff split off: that it was right, or that it shall be one with the first again."""
    visitor, one = visitor_of(request), said.answer == "one"

    def action(at: datetime) -> None:
        judge_split(alone(visitor, number), one=one, seen=said.seen, actor=resident(visitor), at=at)

    return changed(request, action)


@router.post("/filing/matters/{number}/apart", response=DONE, auth=by_visit, url_name="own_apart")
def own_apart(request: HttpRequest, number: Number, nothing: ApartIn) -> dict[str, Any]:  # noqa: ARG001
    """One's own goes on alone, where it went with a published case."""
    visitor = visitor_of(request)
    return changed(request, lambda at: go_apart(alone(visitor, number), actor=resident(visitor), at=at))
