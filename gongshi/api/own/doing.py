"""What every address of one's own filing has in common: who is here, what is read, and how a change is made."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import P, PathEx

from gongshi.api.own.shapes import matter_out
from gongshi.api.problems import Problem, Refusal, in_both
from gongshi.api.visits import ByVisit
from gongshi.cases.changing import Changed
from gongshi.cases.copies import copy_of, own_matters
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.following import follows
from gongshi.cases.intake.faults import WORDS
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, case_of
from gongshi.cases.reading import Erased, KeyMissing
from gongshi.cases.texts import TextRefused, plain_lines, within
from gongshi.cases.visiting import Visitor
from gongshi.rules.procedure import RefusedError
from gongshi.rules.questions import CONTROL
from gongshi.safekeeping.limits import attempt_at

by_visit = ByVisit()
REFUSALS = dict.fromkeys((400, 401, 404, 410, 422, 429, 503), Problem)
CHANGES = {**REFUSALS, 409: Problem, 413: Problem, 415: Problem}
Number = PathEx[int, P(ge=1, lt=2**31)]
Action = Callable[[datetime], object]
Reading = Callable[[Visitor, datetime], dict[str, Any]]
TOO_FAST = ("送得太快，还没有收下", "too fast: it was not taken yet")


def visitor_of(request: HttpRequest) -> Visitor:
    """Who came with the token of a visit."""
    visitor: Visitor = request.auth  # type: ignore[attr-defined]  # set by the library
    return visitor


def alone(visitor: Visitor, number: int) -> Case:
    """The filing's matter. Raises NotFound for one that is followed together with others' as well."""
    case = case_of(visitor.filing, number)
    if follows(case):
        raise NotFound
    return case


def opened(reading: Callable[[], Any]) -> Any:
    """What ``reading`` gives. Raises Refusal, Http404."""
    try:
        return reading()
    except NotFound:
        raise Http404 from None
    except Erased:
        raise Refusal("已经删除", "it was erased", 410) from None
    except KeyMissing:
        words = ("钥匙暂时不在，什么也没有删除", "its key is not at hand; nothing was erased")
        raise Refusal(*words, 503) from None


def counted(request: HttpRequest, policy: str = "writing", *, words: tuple[str, str] = TOO_FAST) -> None:
    """Count one try; raises Refusal where it comes too soon. The numbers are those of the pages."""
    if wait := attempt_at(policy, request.META).wait:
        raise Refusal(*words, 429, wait=wait)


def changed(request: HttpRequest, action: Action, then: Reading | None = None) -> dict[str, Any]:
    """Do it, and read how it stands then: the filing, or what ``then`` reads."""
    counted(request)
    at, visitor = timezone.now(), visitor_of(request)
    try:
        opened(lambda: action(at))
    except (Changed, RefusedError):
        words = ("情况有变，或现在不能这样做：请重新读一次", "it changed, or cannot be done now: read again")
        raise Refusal(*words, 409) from None
    except TextRefused as refused:
        raise wrong_words(refused.code) from None
    return dict(opened(lambda: (then or read)(visitor, at)))


def read(visitor: Visitor, at: datetime) -> dict[str, Any]:
    """The filing, and what may be done to each of its matters now."""
    matters = own_matters(visitor)
    told = copy_of(visitor, matters, at=at)
    return {"filing": told, "matters": [matter_out(visitor, own, at) for own in matters]}


def words_of(typed: str, limit: int = MAX_TEXT) -> str:
    """What was typed, as the pages take it. Raises Refusal."""
    text = plain_lines(typed).strip()
    if CONTROL.search(text):
        raise wrong_words("control")
    try:
        return within(text, limit)
    except TextRefused as refused:
        raise wrong_words(refused.code, limit) from None


def wrong_words(code: str, limit: int = MAX_TEXT) -> Refusal:
    """Why words were not taken in."""
    zh, en = {
        "empty": ("请写几句", "write a few words"),
        "too_long": (f"最多{limit}字", f"up to {limit} characters"),
    }.get(code, tuple(in_both(WORDS["control"]).values()))
    return fault("words", code, zh, en)


def fault(where: str, code: str, zh: str, en: str, **more: Any) -> Refusal:
    """One thing that is wrong with what was sent, in both languages."""
    return Refusal(zh, en, 422, errors=[{"where": where, "code": code, "zh": zh, "en": en}], **more)
