"""One's own filing to take home: a bundle with a paper to read, data, and the files. Nothing of it is stored."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gongshi.cases.copies import copy_of, file_name, own_matters
from gongshi.cases.dossier import Contents
from gongshi.cases.proofs import proof_of
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import OwnCase, Visitor
from gongshi.formats.bundle import Entry, bundled
from gongshi.formats.paper import pdf
from gongshi.places.queries import the_place
from gongshi.web.limits import later, too_many, wait_for
from gongshi.web.public.joint_paper import joint_as_data
from gongshi.web.public.paper import paper_of
from gongshi.web.public.visits import with_visit

Download = TypeVar("Download", bound=HttpResponseBase)
# Says nothing of what is in it, to whoever sees it in a folder of downloads.
NAME = "copy.zip"
WAIT_SECONDS, BUSY_SECONDS = 3, 10
# A paper takes a third of a second of a processor: in each worker one is set at a time and one waits for it.
_setting = threading.BoundedSemaphore(1)
_at_the_door = threading.BoundedSemaphore(2)


class Busy(Exception):
    """Other papers are being set at this moment."""


@contextmanager
def place_to_set() -> Iterator[None]:
    """The one place where a paper is set. Raises Busy where it does not come free in time."""
    if not _at_the_door.acquire(blocking=False):
        raise Busy
    try:
        if not _setting.acquire(timeout=WAIT_SECONDS):
            raise Busy
        try:
            yield
        finally:
            _setting.release()
    finally:
        _at_the_door.release()


@require_safe
@with_visit
def export(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponseBase:
    """The whole filing as one bundle, made while it is sent."""
    if wait := wait_for("copies", request):
        return too_many(request, wait)
    try:
        matters = own_matters(visitor)
        data = copy_of(visitor, matters, at=at)
        for told, own in zip(data["cases"], matters, strict=True):
            told["joint"] = joint_as_data(visitor, own)
        with override("zh-hans" if visitor.filing.language == "zh" else "en"), place_to_set():
            paper = pdf(paper_of(visitor, matters, at), timestamp=int(at.timestamp()))
    except Busy:
        return busy(request, visitor)
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
    text = json.dumps(data, ensure_ascii=False, indent=2).encode()
    _, proof = proof_of(visitor, at)
    entries = _entries(visitor, matters, {"copy.pdf": paper, "copy.json": text, "proof.json": proof})
    return bundle_of(entries, NAME, at)


def busy(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """When to come back, where others' papers are being set."""
    context = {"filing": visitor.filing, "again": request.get_full_path()}
    return later(render(request, "public/filing/busy.html", context), BUSY_SECONDS)


def bundle_of(entries: Iterable[Entry], name: str, at: datetime) -> HttpResponseBase:
    """The entries as one file to be kept, made while it is sent."""
    made = bundled(entries, made=at.astimezone(the_place().zone))
    return as_download(StreamingHttpResponse(made, content_type="application/zip"), name)


def as_download(response: Download, name: str) -> Download:
    """An answer that a browser keeps as the file ``name``, and neither guesses at nor runs."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _entries(visitor: Visitor, matters: list[OwnCase], made: Mapping[str, bytes]) -> Iterator[Entry]:
    for name, data in made.items():
        yield Entry(name, partial(iter, [data]), packed=not name.endswith(".pdf"))
    for own in matters:
        contents = Contents(visitor, own)
        for file in own.file.files:
            content = contents.of(file)
            if content is not None:
                yield Entry(file_name(own, file), partial(iter, content), packed=False)
