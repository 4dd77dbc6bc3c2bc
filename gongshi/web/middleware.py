"""Headers of every answer, and the refusal of addresses that no form of ours can make."""

import logging
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from gongshi.web.to_programs import FEEDS, OPEN311, PROGRAMS, refusal_to_program

HEADERS = {
    # Pages of filings must not stay on a shared computer; a public page sets its own Cache-Control first.
    "Cache-Control": "private, no-store",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DATA = (PROGRAMS, OPEN311, FEEDS, "/open-data/")
# What is the same for everybody may be read by the pages of other sites, too: Fetch, "CORS protocol".
FOR_OTHER_SITES = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
OWN = f"{PROGRAMS}v1/filing"
READING = ("GET", "HEAD", "OPTIONS")
LEAKY = ("Server", "X-Powered-By", "X-Runtime")
REFUSALS = frozenset({400, 403, 404, 405, 413, 429})
# Pages for everybody: their wrong addresses are mistyped ones.
OPEN_ROUTES = frozenset(
    f"public:{name}"
    for name in (
        *("published", "published_case", "map"),
        *("figures", "office_figures", "category_figures", "area_figures"),
    )
)
security = logging.getLogger("gongshi.security")


def answer_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: refuse broken text in the address (400); give every answer the headers its view did not set."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = refusal(request) if is_broken(request) else get_response(request)
        note_refusal(request, response.status_code)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        for name in LEAKY:
            del response.headers[name]
        is_public = response.headers["Cache-Control"].startswith("public")
        if is_public:
            make_alike(response)
        if request.path_info.startswith(DATA) and (is_public or is_public_fault(request, response)):
            for name, value in FOR_OTHER_SITES.items():
                response.headers[name] = value
        return response

    return answer


def route_of(request: HttpRequest) -> str:
    """The name of the page that was asked for; "-" where no page has this address. It names no filing and nobody."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "?") if match else "-"


def note_refusal(request: HttpRequest, status: int) -> None:
    """One line for each request that was refused: the status and the route, never an address, a name or a word.

    A 404 where there is no route, or on a page for everybody, is no event: it is a mistyped address. To a program it
    says that a commitment still waits.
    """
    route = route_of(request)
    is_open = route == "-" or route in OPEN_ROUTES or request.path_info.startswith(PROGRAMS)
    if status in REFUSALS and not (status == 404 and is_open):
        security.info("refused %s %s", status, route)


def is_public_fault(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether something public was asked for in vain: else a page of another site sees a broken network instead."""
    own = request.path_info.startswith(OWN)
    return response.status_code >= 400 and request.method in READING and not own


def make_alike(response: HttpResponse) -> None:
    """Take from an answer that any cache may keep what was meant for one reader.

    A cookie that names no session, or a broken form token, makes the layers below answer with cookies of their own;
    kept by a cache, they would sign others out. Our public pages depend on the address alone, so nothing varies.
    """
    response.cookies.clear()
    del response.headers["Vary"]


def is_broken(request: HttpRequest) -> bool:
    """True if path or query hold a NUL or bytes that are no UTF-8 text, lone surrogates among them.

    No database column can hold such text, and no browser sends it from a page of ours.
    """
    query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
    if b"\0" in query or "\0" in request.path_info:
        return True
    try:
        query.decode("utf-8")
        request.path_info.encode("utf-8")
    except UnicodeError:
        return True
    return False


def refusal(request: HttpRequest) -> HttpResponse:
    """A plain page that says so, or the same to a program. It asks neither the database nor the session."""
    words = ("网址里有不能读的字符", "the address holds characters that cannot be read")
    if answer := refusal_to_program(request, *words, 400):
        return answer
    code = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(code):
        return HttpResponse(render_to_string("base/bad_address.html"), status=400)
