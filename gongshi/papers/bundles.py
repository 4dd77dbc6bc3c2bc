"""What a resident takes home: the whole filing as one bundle, or one matter's dossier. Nothing of it is stored."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import override

from gongshi.cases import engine
from gongshi.cases.copies import copy_of, file_name, own_matters
from gongshi.cases.dossier import Contents, Dossier, dossier_as_data, dossier_of
from gongshi.cases.proofs import proof_of
from gongshi.cases.visiting import OwnCase, Visitor
from gongshi.formats.bundle import Entry, bundled
from gongshi.papers.compiler import NotSet, pdf
from gongshi.papers.dossier import dossier_paper
from gongshi.papers.joint import joint_as_data
from gongshi.papers.paper import paper_of
from gongshi.places.queries import the_place

__all__ = ["BUSY_SECONDS", "Busy", "Kept", "NotSet", "copy_to_keep", "dossier_to_keep", "sent", "sent_file"]
Download = TypeVar("Download", bound=HttpResponseBase)
# Says nothing of what is in it, to whoever sees it in a folder of downloads.
COPY_NAME, DOSSIER_NAME = "copy.zip", "papers"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
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


@dataclass(frozen=True)
class Kept:
    """A file to be kept: its name, its type, and its content, made while it is sent."""

    name: str
    media_type: str
    content: Iterator[bytes]


def copy_to_keep(visitor: Visitor, at: datetime) -> Kept:
    """The whole filing as one bundle. Raises Busy, NotSet, Erased, KeyMissing."""
    matters = own_matters(visitor)
    data = copy_of(visitor, matters, at=at)
    for told, own in zip(data["cases"], matters, strict=True):
        told["joint"] = joint_as_data(visitor, own)
    with override(LANGUAGES.get(visitor.filing.language, "en")), place_to_set():
        paper = pdf(paper_of(visitor, matters, at), timestamp=int(at.timestamp()))
    text = json.dumps(data, ensure_ascii=False, indent=2).encode()
    _, proof = proof_of(visitor, at)
    made = {"copy.pdf": paper, "copy.json": text, "proof.json": proof}
    return _bundle(COPY_NAME, _copy_entries(visitor, matters, made), at)


def dossier_to_keep(visitor: Visitor, number: int, at: datetime, *, language: str, whole: bool) -> Kept:
    """One matter's dossier as a paper, in the filing's language or ``language``; ``whole``: with its originals.

    Raises Busy, NotSet, NotFound, Erased, KeyMissing.
    """
    chosen = LANGUAGES.get(language) or LANGUAGES.get(visitor.filing.language, "en")
    with override(chosen), place_to_set():
        made = dossier_of(visitor, number, at=at)
        paper = pdf(dossier_paper(visitor, made), timestamp=_first_second(at))
    if whole:
        return _bundle(f"{DOSSIER_NAME}.zip", _dossier_entries(visitor, made, paper), at)
    return Kept(f"{DOSSIER_NAME}.pdf", "application/pdf", iter([paper]))


def sent(kept: Kept) -> HttpResponseBase:
    """It as the answer to a request."""
    if kept.media_type == "application/pdf":
        whole = b"".join(kept.content)
        return as_download(HttpResponse(whole, content_type=kept.media_type), kept.name)
    return as_download(StreamingHttpResponse(kept.content, content_type=kept.media_type), kept.name)


def sent_file(media_type: str, size: int, name: str, content: Iterator[bytes]) -> HttpResponseBase:
    """A file of one's own under the name that it was given, always as a download."""
    response = as_download(StreamingHttpResponse(content, content_type=media_type), "file")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(size)
    return response


def as_download(response: Download, name: str) -> Download:
    """An answer that a browser keeps as the file ``name`` (ASCII), and neither guesses at nor runs."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _bundle(name: str, entries: Iterator[Entry], at: datetime) -> Kept:
    return Kept(name, "application/zip", bundled(entries, made=at.astimezone(the_place().zone)))


def _first_second(at: datetime) -> int:
    """When the paper says it was made: its day, so that the same matter gives the same bytes all day long."""
    day = datetime.combine(engine.today(at), time(), the_place().zone)
    return int(day.timestamp())


def _ready(made: Mapping[str, bytes]) -> Iterator[Entry]:
    for name, data in made.items():
        yield Entry(name, partial(iter, [data]), packed=not name.endswith(".pdf"))


def _copy_entries(visitor: Visitor, matters: list[OwnCase], made: Mapping[str, bytes]) -> Iterator[Entry]:
    yield from _ready(made)
    for own in matters:
        contents = Contents(visitor, own)
        for file in own.file.files:
            content = contents.of(file)
            if content is not None:
                yield Entry(file_name(own, file), partial(iter, content), packed=False)


def _dossier_entries(visitor: Visitor, made: Dossier, paper: bytes) -> Iterator[Entry]:
    told = dossier_as_data(visitor, made)
    told["case"]["joint"] = joint_as_data(visitor, made.own)
    data = json.dumps(told, ensure_ascii=False, indent=2).encode()
    _, proof = proof_of(visitor, made.at, [made.own.case])
    there = [one for one in made.files if one.sha256]
    sums = "".join(f"{one.sha256}  {one.name}\n" for one in there).encode()
    yield from _ready({"dossier.pdf": paper, "dossier.json": data, "proof.json": proof, "sha256.txt": sums})
    contents = Contents(visitor, made.own)
    for one in there:
        content = contents.of(one.file)
        if content is not None:
            yield Entry(one.name, partial(iter, content), packed=False)
