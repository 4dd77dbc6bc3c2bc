"""One's own filing to take home: a bundle with a paper to read, data, and the files. Nothing of it is stored."""

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gongshi.cases.copies import copy_of, file_name, own_matters
from gongshi.cases.proofs import proof_of
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import OwnCase, Visitor, own_file
from gongshi.formats.bundle import Entry, bundled
from gongshi.formats.paper import pdf
from gongshi.places.queries import the_place
from gongshi.safekeeping.sealing import SealError
from gongshi.web.limits import later, too_many, wait_for
from gongshi.web.public.paper import paper_of
from gongshi.web.public.visits import with_visit

logger = logging.getLogger(__name__)
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
        with override("zh-hans" if visitor.filing.language == "zh" else "en"), place_to_set():
            paper = pdf(paper_of(visitor, matters, at), timestamp=int(at.timestamp()))
    except Busy:
        return later(render(request, "public/filing/busy.html", {"filing": visitor.filing}), BUSY_SECONDS)
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
    text = json.dumps(data, ensure_ascii=False, indent=2).encode()
    _, proof = proof_of(visitor, at)
    entries = _entries(visitor, matters, {"copy.pdf": paper, "copy.json": text, "proof.json": proof})
    response = StreamingHttpResponse(
        bundled(entries, made=at.astimezone(the_place().zone)), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{NAME}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _entries(visitor: Visitor, matters: list[OwnCase], made: Mapping[str, bytes]) -> Iterator[Entry]:
    for name, data in made.items():
        yield Entry(name, partial(iter, [data]), packed=not name.endswith(".pdf"))
    for own in matters:
        for file in own.file.files:
            content = _content(visitor, own, file.id)
            if content is not None:
                yield Entry(file_name(own, file), partial(iter, content), packed=False)


def _content(visitor: Visitor, own: OwnCase, attachment: object) -> Iterable[bytes] | None:
    """A file's bytes; None for one that cannot be opened, so that the rest of the copy is still had."""
    try:
        return own_file(visitor, own.case.number, attachment)[2]  # type: ignore[arg-type]
    except (FileNotFoundError, NotFound, SealError, Erased) as missing:
        logger.error("a file is not in the copy that its owner takes: %s", type(missing).__name__)
        return None
