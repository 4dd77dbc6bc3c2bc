"""How long an answer may be kept by whom. What is not said to be public is kept by nobody (`web.middleware`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=30"


def keep(response: HttpResponse, *, forever: bool) -> None:
    """Let any cache keep the answer: for good where it never changes, else for half a minute."""
    response.headers["Cache-Control"] = FOREVER if forever else BRIEFLY


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answer, if it is one, any cache may keep for half a minute."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            keep(response, forever=False)
        return response

    return answer
