"""One's own filing to take home: a bundle with a paper to read, data, and the files. Nothing of it is stored."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongshi.cases.reading import Erased
from gongshi.cases.visiting import Visitor
from gongshi.papers.bundles import BUSY_SECONDS, Busy, NotSet, copy_to_keep, sent
from gongshi.web.limits import later, too_many, wait_for
from gongshi.web.public.visits import with_visit


@require_safe
@with_visit
def export(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponseBase:
    """The whole filing as one bundle, made while it is sent."""
    if wait := wait_for("copies", request):
        return too_many(request, wait)
    try:
        return sent(copy_to_keep(visitor, at))
    except Busy:
        return busy(request, visitor)
    except NotSet:
        return not_set(request, visitor)
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)


def busy(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """When to come back, where others' papers are being set."""
    context = {"filing": visitor.filing, "again": request.get_full_path()}
    return later(render(request, "public/filing/busy.html", context), BUSY_SECONDS)


def not_set(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """That a paper could not be made; what else there is of the filing stays within reach."""
    context = {"filing": visitor.filing, "again": request.get_full_path()}
    return render(request, "public/filing/not_set.html", context, status=503)
