"""Every refusal of the API in one shape (`gongshi.formats.problem`), whatever refused."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import override
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gongshi.formats.problem import MEDIA_TYPE, problem
from gongshi.safekeeping.limits import attempt_at

View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")
# A page of another site cannot send this without asking first, and nothing here answers that question.
JSON = "application/json"
# This it can. Taken at the doors for files alone, each of which asks for a draft or a visit besides.
FORM = "multipart/form-data"
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class Fault(Schema):
    """What is wrong with one parameter; of what a resident types, in words."""

    where: str
    code: str
    zh: str = ""
    en: str = ""


class Problem(Schema):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    errors: list[Fault] = []


LANGUAGES = {"zh": "zh-hans", "en": "en"}


def in_both(text: Any) -> dict[str, str]:
    """A lazy text in both languages."""
    said = {}
    for code, language in LANGUAGES.items():
        with override(language):
            said[code] = str(text)
    return said


class Refusal(Exception):
    """A request that is refused, with what is said of it. ``wait``: seconds until it may come again."""

    def __init__(self, zh: str, en: str, status: int, *, wait: int = 0, **more: Any) -> None:
        super().__init__(status)
        self.content, self.status, self.wait = problem(zh, en, status, **more), status, wait


def respond(content: bytes, status: int) -> HttpResponse:
    """A problem as the answer."""
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, *_: Any) -> HttpResponse:  # noqa: ARG001
    """What is not there."""
    return respond(problem("没有这一项", "there is no such thing", 404), 404)


def invalid(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    """Parameters that cannot be: which, and the code of why. What was sent is not sent back."""
    faults = [
        {"where": _where([str(part) for part in fault["loc"]]), "code": str(fault["type"])}
        for fault in error.errors
    ]
    return respond(problem("参数不对", "a parameter is wrong", 422, errors=faults), 422)


def _where(parts: list[str]) -> str:
    """A member of the body by its own name, as other faults have it; the library puts that of our parameter before."""
    if parts[0] != "body":
        return ".".join(parts)
    return ".".join(parts[2:]) or "body"


def too_many(wait: int) -> HttpResponse:
    """Asked too fast; ``wait``: seconds until the next."""
    refused = respond(problem("读得太快，请稍等", "too fast: please wait", 429), 429)
    refused.headers["Retry-After"] = str(wait)
    return refused


def refused(request: HttpRequest, why: Any) -> HttpResponse:  # noqa: ARG001
    """What a view refuses."""
    response = respond(why.content, why.status)
    if why.wait:
        response.headers["Retry-After"] = str(why.wait)
    return response


def unknown(request: HttpRequest, *_: Any) -> HttpResponse:  # noqa: ARG001
    """Nobody's visit: none came, or one that is over, that was made up, or whose receipt was revoked. All alike."""
    response = respond(problem("先用编号和回执打开", "open it with reference and receipt first", 401), 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def unreadable(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    """A body that is no JSON. What was sent is not sent back."""
    return respond(
        problem("读不出送来的内容", "what was sent cannot be read", error.status_code), error.status_code
    )


def not_so(allowed: Sequence[str]) -> HttpResponse:
    """405: the address is there, by other methods."""
    refusal = respond(problem("这里不能这样做", "not by this method", 405), 405)
    refusal.headers["Allow"] = ", ".join(allowed)
    return refusal


def add_handlers(api: NinjaAPI) -> None:
    """Have the API answer with problems. Anything else that fails is the project's own 500."""
    api.add_exception_handler(Http404, not_found)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(HttpError, unreadable)
    api.add_exception_handler(AuthenticationError, unknown)


def shaped(view: View, *, methods: frozenset[str], files: bool = False) -> View:
    """A view of the API as it is reached: by its methods, not read from too fast; a problem where it has no answer.

    ``files``: it takes a form with files, too.
    """
    listed = [*(READING if "GET" in methods else ()), *sorted(methods - {"GET"})]

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        if asked not in listed:
            return not_so(listed)
        try:
            if wrong := _too_fast(request) if asked in READING else _unfit(request, files=files):
                return wrong
            if asked in READING:
                request.method = "GET"  # HEAD is answered like it
            return view(request, *args, **kwargs)
        except Http404:
            return not_found(request)
        except (*TOO_LARGE, MultiPartParserError) as error:
            return unreadable(request, HttpError(413 if isinstance(error, TOO_LARGE) else 400, ""))
        finally:
            request.method = asked

    return answer


def _too_fast(request: HttpRequest) -> HttpResponse | None:
    wait = attempt_at("reads", request.META).wait
    return too_many(wait) if wait else None


def _unfit(request: HttpRequest, *, files: bool) -> HttpResponse | None:
    """What is said of a request that comes from a page of another site, or with another body than there can be."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return respond(problem("别的网站的页面不能这样做", "no page of another site can do this", 403), 403)
    if files and request.content_type == FORM:
        return None
    if request.content_type != JSON:
        return respond(problem("请送 application/json", "send application/json", 415), 415)
    # Where all members may be left out the library takes anything else for an object without any.
    if request.body.lstrip()[:1] not in (b"{", b""):
        return respond(problem("请送一个 JSON 对象", "send a JSON object", 400), 400)
    return None
