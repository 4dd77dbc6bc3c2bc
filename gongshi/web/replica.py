"""A server that shows what is public and nothing else: every other address is the main server's (decision 0044).

It holds no key, no session and no table of a filing. Who asks it for a page that it does not have is sent to the main
server; what somebody sends to it is refused unread, with that server's address.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from gongshi.web.to_programs import refusal_to_program

DOORS = frozenset(
    {
        "healthz",
        "device:icon_192",
        "device:icon_512",
        "public:manifest",
        "public:published",
        "public:published_view",
        "public:published_base",
        "public:published_case",
        "public:figures",
        "public:office_figures",
        "public:category_figures",
        "public:area_figures",
        "public:open_data",
        "open_data_catalogue",
        "public:open_data_edition",
        "open_data_file",
        "public:programs",
        "public:search",
        "feed",
        "feed_of_category",
        "feed_of_area",
        "open311_services",
        "open311_service",
        "open311_requests",
        "open311_request",
        "api:openapi-json",
        "api:cases",
        "api:case",
        "api:categories",
        "api:areas",
        "api:area",
        "api:map",
        "api:figures",
        "api:figures_month",
        "api:figures_line",
        "api:figures_quarters",
        "api:figures_quarter",
        "api:figures_definitions",
        "api:offices",
        "api:open-data",
        "api:open-data-edition",
        "api:search",
    }
)
"""Addresses that a replica answers, by name, to GET and HEAD."""
NOWHERE = frozenset({"metrics"})
"""Addresses that there are not: another server's numbers would be taken for this one's."""
REFUSED = 403


def public_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let a reader through to `DOORS`, and send everybody else to the main server."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return _refusal(request)
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            name = ""
        if name in NOWHERE:
            raise Http404
        return get_response(request) if name in DOORS else _onwards(request)

    return answer


def _onwards(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_there(request), preserve_request=True)


def _there(request: HttpRequest) -> str:
    return f"{settings.REPLICA_OF}{request.get_full_path()}"


def _refusal(request: HttpRequest) -> HttpResponse:
    """In the shape of the door that was knocked at. What was sent is not read."""
    zh = f"这里只能看公开的内容，什么都没有收下。请到主站：{settings.REPLICA_OF}"
    en = f"this server only shows what is public, and took nothing in. Go to the main one: {settings.REPLICA_OF}"
    if answer := refusal_to_program(request, zh, en, REFUSED):
        return answer
    page = render_to_string("public/refusals/elsewhere.html", {"there": _there(request)})
    return HttpResponse(page, status=REFUSED)
