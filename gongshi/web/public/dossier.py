"""A matter's dossier for whoever holds the receipt: a paper, or a bundle with the originals. Nothing is stored."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import Visitor
from gongshi.papers.bundles import Busy, NotSet, dossier_to_keep, sent
from gongshi.web.limits import too_many, wait_for
from gongshi.web.public.exporting import busy, not_set
from gongshi.web.public.visits import with_visit


@require_safe
@with_visit
def dossier(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponseBase:
    """One matter's dossier in the filing's language or the one asked for (``?language=``); ``?as=zip``: the bundle."""
    if wait := wait_for("copies", request):
        return too_many(request, wait)
    asked, whole = request.GET.get("language", ""), request.GET.get("as") == "zip"
    try:
        return sent(dossier_to_keep(visitor, number, at, language=asked, whole=whole))
    except Busy:
        return busy(request, visitor)
    except NotSet:
        return not_set(request, visitor)
    except NotFound:
        raise Http404 from None
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
