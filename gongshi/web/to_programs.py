"""Refusals to programs, in the shape of the door that was knocked at.

Below /open311/ that is the standard's list of errors (GeoReport v2) in XML or JSON, below /api/ and /feeds/ a problem
(RFC 9457). Asks neither the database nor the session.
"""

from django.http import HttpRequest, HttpResponse

from gongshi.formats import open311
from gongshi.formats.open311 import Fault
from gongshi.formats.problem import MEDIA_TYPE, problem

PROGRAMS = "/api/"
OPEN311 = "/open311/"
FEEDS = "/feeds/"


def refusal_to_program(request: HttpRequest, zh: str, en: str, status: int) -> HttpResponse | None:
    """The refusal in both languages; None where it was a page that was asked for."""
    path = request.path_info
    if path.startswith((PROGRAMS, FEEDS)):
        return HttpResponse(problem(zh, en, status), status=status, content_type=MEDIA_TYPE)
    if path.startswith(OPEN311):
        extension = "json" if path.endswith(".json") else "xml"
        said = open311.errors([Fault(status, f"{zh} {en}")], extension)
        return HttpResponse(said, status=status, content_type=open311.media_type(extension))
    return None
