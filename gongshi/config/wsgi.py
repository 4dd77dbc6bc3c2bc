"""The WSGI application, every page of it: loaded before workers are forked, not while the first visitor waits."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from gongshi.config.logs import tell_all

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.config.settings")
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_bodies_for_head(application: Application) -> Application:
    """The same application, whose answers to HEAD are headers alone (RFC 9110 9.3.2).

    Django leaves this to the server, and waitress sends what it gets: on a connection that is used again, the next
    answer would begin with the bytes of this one.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return application(environ, start_response)
        begun: list[Any] = []
        body = application(environ, lambda *start: begun.extend(start))
        try:
            status, headers = begun[:2]
            # Without a length the server would mark the end of a body that must not be there.
            if not any(name.lower() == "content-length" for name, _ in headers):
                headers = [*headers, ("Content-Length", str(sum(map(len, body))))]
        finally:
            if hasattr(body, "close"):
                body.close()
        start_response(status, headers)
        return []

    return answer


application = without_bodies_for_head(get_wsgi_application())
tell_all()
get_resolver().url_patterns  # noqa: B018  reading them imports every view
