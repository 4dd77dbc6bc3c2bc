"""What a resident takes home by program: each file, the whole filing as one bundle, a matter's dossier for a court."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Router

from gongshi.api.own.doing import REFUSALS, Number, by_visit, counted, opened, visitor_of
from gongshi.api.problems import Refusal
from gongshi.cases.visiting import Visitor, own_file
from gongshi.papers.bundles import (
    BUSY_SECONDS,
    Busy,
    NotSet,
    copy_to_keep,
    dossier_to_keep,
    sent,
    sent_file,
)

router = Router(tags=["own filing"])
READ_TOO_FAST = ("取得太快，请稍等", "too fast: please wait")


def _binary(*media: str) -> dict[str, Any]:
    """How the description tells of an answer that is a file."""
    whole = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"description": "A file.", "content": dict.fromkeys(media, whole)}}}


@router.get(
    "/filing/matters/{number}/files/{uuid:file_id}",
    response=REFUSALS,
    auth=by_visit,
    url_name="own_file",
    openapi_extra=_binary("*/*"),
)
def own_file_read(request: HttpRequest, number: Number, file_id: UUID) -> HttpResponseBase:
    """One of the matter's ``files``, as it is kept."""
    visitor = visitor_of(request)
    row, name, chunks = opened(lambda: own_file(visitor, number, file_id))
    return sent_file(row.media_type, row.size, name, chunks)


@router.get(
    "/filing/copy",
    response=REFUSALS,
    auth=by_visit,
    url_name="own_copy",
    openapi_extra=_binary("application/zip"),
)
def own_copy(request: HttpRequest) -> HttpResponseBase:
    """The whole filing as one bundle: paper, data, proof and files. Nothing of it is stored."""
    return _kept(request, lambda visitor: copy_to_keep(visitor, timezone.now()))


@router.get(
    "/filing/matters/{number}/dossier",
    response=REFUSALS,
    auth=by_visit,
    url_name="own_dossier",
    openapi_extra=_binary("application/pdf", "application/zip"),
)
def own_dossier(
    request: HttpRequest, number: Number, language: Literal["", "zh", "en"] = "", files: bool = False
) -> HttpResponseBase:
    """One matter as a paper for a court, in the filing's language or ``language``; ``files``: with its originals."""
    return _kept(
        request,
        lambda visitor: dossier_to_keep(visitor, number, timezone.now(), language=language, whole=files),
    )


def _kept(request: HttpRequest, make: Any) -> HttpResponseBase:
    counted(request, "copies", words=READ_TOO_FAST)
    visitor: Visitor = visitor_of(request)
    try:
        return sent(opened(lambda: make(visitor)))
    except Busy:
        words = ("正在排印别的文件，请稍等", "other papers are being set: please wait")
        raise Refusal(*words, 429, wait=BUSY_SECONDS) from None
    except NotSet:
        raise Refusal("这份文件没有做成，是我们这边出了问题", "the paper could not be made", 503) from None
