"""What every address of the door has in common: two formats, one jurisdiction, faults in the standard's shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from gongshi.api.problems import LANGUAGES, TOO_LARGE
from gongshi.formats import open311
from gongshi.formats.open311 import Fault
from gongshi.places.queries import the_place
from gongshi.safekeeping.limits import attempt_at
from gongshi.words import in_language, pair

KEEP = "public, max-age=60"


class Refused(Exception):
    """What was asked cannot be answered. ``status``: 400, 403 or 404, as the standard wants; 429 too fast."""

    def __init__(self, status: int, *faults: Fault, wait: int = 0) -> None:
        super().__init__(status)
        self.status, self.faults, self.wait = status, faults, wait


def refused(status: int, zh: str, en: str) -> Refused:
    """A refusal with one sentence, in both languages: whoever reads it may write a program in either."""
    return Refused(status, Fault(status, f"{zh} {en}"))


def check_together(*reads: Callable[[], object]) -> None:
    """Try each of them. Raises Refused with the faults of all, so that nobody has to find them one by one."""
    faults = list[Fault]()
    for read in reads:
        try:
            read()
        except Refused as why:
            faults += why.faults
    if faults:
        raise Refused(400, *faults)


@dataclass(frozen=True)
class Asked:
    """One request: what it says by name, its format ("xml" or "json"), its language, and when it came (aware)."""

    said: QueryDict
    extension: str
    language: str
    meta: dict[str, Any]
    at: datetime

    def get(self, name: str) -> str:
        """A parameter without white space around it. One that is empty is one that was not sent."""
        return str(self.said.get(name, "")).strip()

    def several(self, name: str) -> list[str]:
        """The parts of a comma-separated parameter, also of one that was sent several times."""
        parts = (part.strip() for value in self.said.getlist(name) for part in value.split(","))
        return [part for part in parts if part]

    def words(self, zh: str, en: str) -> str:
        """A sentence in the language that was asked for."""
        return in_language(pair(zh, en), self.language)


View = Callable[..., bytes]
UNREADABLE = (BadRequest, MultiPartParserError)


def door(view: View, *, post: View | None = None) -> Callable[..., HttpResponse]:
    """An address. ``view`` answers GET and HEAD, ``post`` POST: what they return is the document."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, extension: str, **named: str) -> HttpResponse:
        reading = request.method in ("GET", "HEAD")
        try:
            chosen = view if reading else post if request.method == "POST" else None
            if chosen is None:
                raise refused(400, "这个地址不接受这种请求。", "This address does not take such a request.")
            return _answered(chosen, request, extension, named, reading=reading)
        except UNREADABLE:
            fault = Fault(400, "读不懂送来的表单：要用 UTF-8。 This form cannot be read. Send it as UTF-8.")
            return _response(open311.errors([fault], extension), extension, 400)
        except TOO_LARGE:
            fault = Fault(400, "太大了。请分成几次。 This is too large. Please send it in parts.")
            return _response(open311.errors([fault], extension), extension, 400)
        except Refused as why:
            response = _response(open311.errors(why.faults, extension), extension, why.status)
            if why.wait:
                response.headers["Retry-After"] = str(why.wait)
            return response

    return answer


def _answered(
    view: View, request: HttpRequest, extension: str, named: dict[str, str], *, reading: bool
) -> HttpResponse:
    if reading and (wait := attempt_at("reads", request.META).wait):
        fault = Fault(429, "读得太快，请稍等。 Too fast: please wait.")
        raise Refused(429, fault, wait=wait)
    said = request.GET if reading else request.POST
    language = said.get("locale", "")[:2]
    asked = Asked(
        said,
        extension,
        language if language in LANGUAGES else the_place().language,
        dict(request.META),
        timezone.now(),
    )
    _check_jurisdiction(asked.get("jurisdiction_id") or request.GET.get("jurisdiction_id", "").strip())
    response = _response(view(asked, **named), extension, 200)
    response.headers["Content-Language"] = LANGUAGES[asked.language]
    if reading:
        response.headers.setdefault("Cache-Control", KEEP)
    return response


def _check_jurisdiction(given: str) -> None:
    """There is one here: the place's code, or the host of its site with or without "www."."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if given and given.casefold() not in {the_place().code, host, host.removeprefix("www.")}:
        raise refused(404, "没有这个 jurisdiction_id。", "There is no such jurisdiction_id.")


def _response(content: bytes, extension: str, status: int) -> HttpResponse:
    response = HttpResponse(content, status=status, content_type=open311.media_type(extension))
    if status >= 400:
        response.headers["Content-Language"] = ", ".join(LANGUAGES.values())
    return response


def _nowhere(asked: Asked, **_named: str) -> bytes:  # noqa: ARG001
    raise refused(404, "没有这个地址。", "There is no such address.")


_nowhere_in = door(_nowhere, post=_nowhere)


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Any other address below: a fault in the format that it ends in, else in XML."""
    return _nowhere_in(request, "json" if request.path.endswith(".json") else "xml")
