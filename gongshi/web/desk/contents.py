"""Opening content for staff: always through `cases.actions.looks`, which leaves a row that the resident reads.

Whoever works on a case sees its content on the case's page. Whoever does not (a supervisor) says why first; that
reason then holds for this one case, in this session, for half an hour, and each page still leaves its row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import may
from gongshi.cases.actions import looks
from gongshi.cases.models import Attachment, Case
from gongshi.cases.queries import NotFound, attachment_of, case_by_reference
from gongshi.cases.reading import CaseFile
from gongshi.safekeeping.filenames import display_name
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.words import in_language

LOOK_KEY = "desk_look"
LOOK_SECONDS = 30 * 60
MOST_MATTERS = 99
# Only a copy that the program made itself is ever shown inside a page.
SHOWN_INSIDE = "image/jpeg"
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}


@dataclass(frozen=True)
class Opened:
    """A case with its content, or without it (``why`` is "") where somebody has to say first why they look."""

    content: CaseFile | None
    why: str


def case_for(request: DeskRequest, reference: str, number: int) -> Case:
    """The case of an address. Raises NotFound alike for hidden and for missing ones."""
    if number > MOST_MATTERS:
        raise NotFound
    return case_by_reference(request.actor, reference, number)


def opened(request: DeskRequest, case: Case, *, with_looks: bool = False) -> Opened:
    """The case's content together with its look, if there is a reason to look; on demand with all looks so far."""
    why = reason_of(request, case)
    if not why:
        return Opened(None, "")
    at = timezone.now()
    return Opened(looks.open_content(case, request.actor, why=why, at=at, looks=with_looks), why)


def reason_of(request: DeskRequest, case: Case) -> str:
    """Why this person may look: they work on the case, or they said why a moment ago."""
    usual = looks.usual_reason(case, request.actor)
    if usual:
        return usual
    said = request.session.get(LOOK_KEY)
    if (
        said
        and said[0] == str(case.id)
        and said[1] in reasons(request)
        and said[2] > timezone.now().timestamp()
    ):
        return str(said[1])
    return ""


def reasons(request: DeskRequest) -> list[str]:
    """The reasons that somebody may give who does not work on the case."""
    return [why for why in ("supervision", "dispatch") if may(request.actor, f"look.{why}")]


@staff_page("POST")
def look(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Say why, and see the content. The row itself is written where the content is shown."""
    case = case_for(request, reference, number)
    why = request.POST.get("why", "")
    if why not in reasons(request):
        raise NotFound
    request.session[LOOK_KEY] = [str(case.id), why, int(timezone.now().timestamp()) + LOOK_SECONDS]
    return redirect(shown.address(case))


@staff_page("POST")
def contact(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """How to reach the resident, shown once and on demand only."""
    case = case_for(request, reference, number)
    if not reason_of(request, case):
        raise NotFound
    found = looks.open_contact(case, request.actor, why="contact", at=timezone.now())
    context: dict[str, Any] = {
        "case": case,
        "reference": shown.reference_of(case),
        "case_url": shown.address(case),
        "page_url": shown.address(case),
        "contact": [
            (words.CONTACT[name], in_language(words.WHO[text]) if text in words.WHO else text)
            for name, text in found.items()
            if name in words.CONTACT
        ],
        **desk(request),
    }
    template = "desk/contact_part.html" if request.headers.get("HX-Request") else "desk/contact.html"
    return render(request, template, context)


@staff_page("GET")
def file(request: DeskRequest, reference: str, number: int, attachment: UUID) -> HttpResponseBase:
    """A file to be saved, never to be run in a page of ours."""
    case, row, chunks = _file(request, reference, number, attachment)
    return saved(case, row, chunks)


def saved(case: Case, row: Attachment, chunks: Iterator[bytes]) -> HttpResponseBase:
    """A file's bytes as something to be saved, under a name of ours."""
    ending = EXTENSIONS.get(row.media_type, ".bin")
    name = display_name(f"{shown.reference_of(case)}-{str(row.id)[-6:]}", ending)
    answer = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Content-Length"] = str(row.size)
    return _guarded(answer)


@staff_page("GET")
def picture(request: DeskRequest, reference: str, number: int, attachment: UUID) -> HttpResponseBase:
    """A photo's copy for an <img> of the case's page; anything but our own JPEG copies is not there."""
    case = case_for(request, reference, number)
    if not is_picture(attachment_of(case, attachment)):
        raise Http404
    _, _, chunks = _file(request, reference, number, attachment)
    return _guarded(StreamingHttpResponse(chunks, content_type=SHOWN_INSIDE))


def is_picture(row: Any) -> bool:
    """Whether a file (its row, or as it was read) may stand inside a page."""
    return bool(row.media_type == SHOWN_INSIDE and not row.original)


def _file(
    request: DeskRequest, reference: str, number: int, attachment: UUID
) -> tuple[Case, Attachment, Iterator[bytes]]:
    case = case_for(request, reference, number)
    why = reason_of(request, case)
    if not why:
        raise NotFound
    return case, *looks.open_file(case, attachment, request.actor, why=why, at=timezone.now())


def _guarded(answer: HttpResponseBase) -> HttpResponseBase:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
