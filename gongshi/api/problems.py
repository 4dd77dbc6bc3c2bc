"""Every refusal of the API in one shape (`gongshi.formats.problem`), whatever refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError

from gongshi.formats.problem import MEDIA_TYPE, problem
from gongshi.safekeeping.limits import attempt_at

View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")


class Fault(Schema):
    """What is wrong with one parameter."""

    where: str
    code: str


class Problem(Schema):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    errors: list[Fault] = []


def respond(content: bytes, status: int) -> HttpResponse:
    """A problem as the answer."""
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, *_: Any) -> HttpResponse:  # noqa: ARG001
    """What is not there."""
    return respond(problem("没有这一项", "there is no such thing", 404), 404)


def invalid(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    """Parameters that cannot be: which, and the code of why. What was sent is not sent back."""
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "code": str(fault["type"])}
        for fault in error.errors
    ]
    return respond(problem("参数不对", "a parameter is wrong", 422, errors=faults), 422)


def too_many(wait: int) -> HttpResponse:
    """Asked too fast; ``wait``: seconds until the next."""
    refused = respond(problem("读得太快，请稍等", "too fast: please wait", 429), 429)
    refused.headers["Retry-After"] = str(wait)
    return refused


def add_handlers(api: NinjaAPI) -> None:
    """Have the API answer with problems. Anything else that fails is the project's own 500."""
    api.add_exception_handler(Http404, not_found)
    api.add_exception_handler(ValidationError, invalid)


def shaped(view: View) -> View:
    """A view of the API as it is reached: only read from, and not too fast; a problem where the view has no answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        if asked not in READING:
            refused = respond(problem("这里只能读取", "here one can only read", 405), 405)
            refused.headers["Allow"] = ", ".join(READING)
            return refused
        if wait := attempt_at("reads", request.META).wait:
            return too_many(wait)
        request.method = "GET"  # HEAD is answered like it
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return not_found(request)
        finally:
            request.method = asked

    return answer
