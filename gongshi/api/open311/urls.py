"""Addresses of the Open311 door: each resource by its format, as in ``services.xml``."""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import path, re_path

from gongshi.api.open311.doors import Asked, door, nowhere
from gongshi.api.open311.filing import file_request
from gongshi.api.open311.reading import one_request, request_list
from gongshi.api.open311.services import service_definition, service_list
from gongshi.api.open311.tokens import by_token
from gongshi.formats import open311
from gongshi.formats.open311 import Discovery

CHANGED = datetime(2026, 11, 28, tzinfo=UTC)
"""When an address or a member of this door last changed."""


def discovery(asked: Asked) -> bytes:
    """Service discovery: where the door is, and where keys come from."""
    base = settings.BASE_URL.rstrip("/")
    programs = f"{base}/programs/"
    found = Discovery(CHANGED, programs, programs, f"{base}/open311/v2", test=settings.DEMO)
    return open311.discovery(found, asked.extension)


_FORMAT = r"\.(?P<extension>xml|json)\Z"
_ONE = r"(?P<{}>[^/]{{1,200}})" + _FORMAT
urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{_FORMAT}", door(discovery), name="open311_discovery"),
    re_path(rf"^v2/services{_FORMAT}", door(service_list), name="open311_services"),
    re_path(r"^v2/services/" + _ONE.format("code"), door(service_definition), name="open311_service"),
    re_path(rf"^v2/requests{_FORMAT}", door(request_list, post=file_request), name="open311_requests"),
    re_path(r"^v2/requests/" + _ONE.format("public_id"), door(one_request), name="open311_request"),
    re_path(r"^v2/tokens/" + _ONE.format("token"), door(by_token), name="open311_token"),
    path("", nowhere, name="open311_root"),
    re_path(r"^[\s\S]*\Z", nowhere, name="open311_nowhere"),
]
