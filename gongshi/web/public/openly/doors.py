"""What makes a page fit to be kept by others: no session, no form token, the same bytes for everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

KEEP = "public, max-age=60"

View = Callable[..., HttpResponseBase]


def for_everybody(view: View) -> View:
    """A view that only answers GET and HEAD, and whose pages may be kept for a minute by any cache.

    A view that set its own Cache-Control keeps it. A page that is not there (Http404) is not kept. Its templates
    extend ``openly/page.html``, which shows no messages.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", KEEP)
        return response

    answer.takes_nothing_in = True  # type: ignore[attr-defined]
    return answer
