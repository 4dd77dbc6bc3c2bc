"""A matter's dossier for whoever holds the receipt: a paper, or a bundle with the originals. Nothing is stored."""

import json
from collections.abc import Iterator
from datetime import datetime, time
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gongshi.cases import engine
from gongshi.cases.dossier import Contents, Dossier, dossier_as_data, dossier_of
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import Visitor
from gongshi.formats.bundle import Entry
from gongshi.formats.paper import pdf
from gongshi.places.queries import the_place
from gongshi.web.limits import too_many, wait_for
from gongshi.web.public.dossier_paper import dossier_paper
from gongshi.web.public.exporting import Busy, as_download, bundle_of, busy, place_to_set
from gongshi.web.public.joint_paper import joint_as_data
from gongshi.web.public.visits import with_visit

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@require_safe
@with_visit
def dossier(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponseBase:
    """One matter's dossier in the filing's language or the one asked for (``?language=``); ``?as=zip``: the bundle."""
    if wait := wait_for("copies", request):
        return too_many(request, wait)
    asked = request.GET.get("language", "")
    language = LANGUAGES.get(asked) or LANGUAGES.get(visitor.filing.language, "en")
    try:
        with override(language), place_to_set():
            made = dossier_of(visitor, number, at=at)
            paper = pdf(dossier_paper(visitor, made), timestamp=_first_second(at))
    except Busy:
        return busy(request, visitor)
    except NotFound:
        raise Http404 from None
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
    if request.GET.get("as") == "zip":
        return bundle_of(_entries(visitor, made, paper), "papers.zip", at)
    return as_download(HttpResponse(paper, content_type="application/pdf"), "papers.pdf")


def _first_second(at: datetime) -> int:
    """When the paper says it was made: its day, so that the same matter gives the same bytes all day long."""
    day = datetime.combine(engine.today(at), time(), the_place().zone)
    return int(day.timestamp())


def _entries(visitor: Visitor, made: Dossier, paper: bytes) -> Iterator[Entry]:
    told = dossier_as_data(visitor, made)
    told["case"]["joint"] = joint_as_data(visitor, made.own)
    data = json.dumps(told, ensure_ascii=False, indent=2).encode()
    _, proof = proof_of(visitor, made.at, [made.own.case])
    there = [one for one in made.files if one.sha256]
    sums = "".join(f"{one.sha256}  {one.name}\n" for one in there).encode()
    own = {"dossier.pdf": paper, "dossier.json": data, "proof.json": proof, "sha256.txt": sums}
    for name, made_now in own.items():
        yield Entry(name, partial(iter, [made_now]), packed=not name.endswith(".pdf"))
    contents = Contents(visitor, made.own)
    for one in there:
        content = contents.of(one.file)
        if content is not None:
            yield Entry(one.name, partial(iter, content), packed=False)
