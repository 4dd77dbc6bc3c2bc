"""What is answered where something sealed does not open: the page says so, and the operator is told."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.safekeeping.sealing import SealError
from gongshi.web.desk.access import desk
from gongshi.web.middleware import route_of
from gongshi.web.monitoring import answers
from gongshi.web.typed import words_of

CONFLICT = 409
security = logging.getLogger("gongshi.security")


class SealRefusals:
    """Middleware: a page (409) in place of what does not open, whichever view met it.

    It says nothing of a filing that its reader did not ask for. The alarm that names row and field was raised where it
    was met; here the page is told, and counted for the metrics.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the layers below."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a SealError, None for all other errors."""
        if not isinstance(exception, SealError):
            return None
        security.error("unopened %s", route_of(request))
        answers.board.add("fault/unopened")
        context: dict[str, Any] = {"base": "base/public.html", "texts": words_of(request)}
        if hasattr(request, "actor"):
            context |= {"base": "base/desk.html", **desk(request)}
        return render(request, "unopened.html", context, status=CONFLICT)
