"""About the place and what it gives away: who runs this server, whom to call, what is kept for how long, open data."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema

from gongshi.accounts.queries import office_by_code
from gongshi.api.caching import keep
from gongshi.api.form.choosing import Coded
from gongshi.api.problems import Problem
from gongshi.api.published import Words
from gongshi.cases.labels import KINDS
from gongshi.cases.retention import schedule
from gongshi.figures.open_data import Edition, ReleaseFile, current_release, edition, editions
from gongshi.formats.pack.licences import LICENCES, WORDS_OF_OTHERS, said_of
from gongshi.places.queries import the_place
from gongshi.routing.queries import leaves

router = Router(tags=["about"])
LISTED = dict.fromkeys((400, 429), Problem)


class LicenceOut(Schema):
    """What may be done with the open data: ``code`` (SPDX) and ``address`` of the licence, null where none is given."""

    code: str | None
    address: str | None
    says: Words
    words_of_residents: Words


class CallOut(Schema):
    """Whom to call in danger."""

    number: str
    name: Words


class KeptForOut(Schema):
    """How many months after its end what was written on a matter of a kind is kept, and by which rule."""

    kind: str
    name: Words
    months: int
    basis: Words


class PlaceOut(Schema):
    """The place of this server. ``elsewhere``: other ways that stay open; where to go if it is about the operator."""

    code: str
    name: Words
    about: Words | None
    language: str
    time_zone: str
    latitude: float
    longitude: float
    operator: Coded | None
    operator_note: Words | None
    emergency: list[CallOut]
    elsewhere: list[dict[str, Any]]
    kept_for: list[KeptForOut]
    snap_metres: int
    threshold: int
    licence: LicenceOut


class FileOut(Schema):
    """One file of open data; ``size`` in bytes, SHA-256 as 64 hexadecimal digits."""

    name: str
    media_type: str
    size: int
    sha256: str
    path: str


class EditionOut(Schema):
    """One edition of the counts: ``edition`` stands in its address, which never changes, and neither do its files.

    ``months``, ``quarters``: how many released ones it holds.
    """

    edition: str
    month: str
    made_on: date
    months: int
    quarters: int
    page: str


class OpenDataOut(Schema):
    """The newest counts and the published cases; nulls and no files while there are none.

    ``editions``: every edition of the counts, the newest first.
    """

    month: str | None
    made_on: date | None
    until: date | None
    items: list[FileOut]
    editions: list[EditionOut]
    licence: LicenceOut
    next: None


class OneEditionOut(EditionOut):
    """An edition of the counts with its files, which stay as they are."""

    items: list[FileOut]
    licence: LicenceOut
    next: None


@router.get("/place", response={200: PlaceOut, **LISTED}, url_name="place")
def place(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The place of this server, and who runs it."""
    keep(response, forever=False)
    found = the_place()
    used = {node.kind for node in leaves()}
    names = ("code", "name", "language", "latitude", "longitude", "emergency", "snap_metres", "threshold")
    return {
        **{name: getattr(found, name) for name in names},
        "about": found.words.get("about_place"),
        "time_zone": str(found.zone),
        "operator": office_by_code(found.operator),
        "operator_note": found.words.get("operator_note"),
        "elsewhere": found.routes,
        "kept_for": [
            {"kind": one.kind, "name": KINDS[one.kind], "months": one.months, "basis": one.basis}
            for one in schedule()
            if one.kind in used
        ],
        "licence": _licence(),
    }


@router.get("/open-data", response={200: OpenDataOut, **LISTED}, url_name="open-data")
def open_data(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The files of the newest counts, and those of published cases as long as all in them is still public."""
    keep(response, forever=False)
    release = current_release()
    told: dict[str, Any] = {"month": None, "made_on": None, "until": None, "items": []}
    if release:
        files = [_file(name, one) for name, one in release.files]
        told = {
            "month": str(release.month),
            "made_on": release.made_on,
            "until": release.until,
            "items": files,
        }
    return {**told, "editions": list(map(_edition, editions())), "licence": _licence(), "next": None}


@router.get(
    "/open-data/{edition_name}",
    response={200: OneEditionOut, 404: Problem, **LISTED},
    url_name="open-data-edition",
)
def open_data_edition(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    edition_name: str,
) -> dict[str, Any]:
    """One edition of the counts, such as 2026-10 or 2026-10-2. It never changes."""
    keep(response, forever=False)
    found = edition(edition_name)
    if found is None:
        raise Http404
    files = [_file(found.name, one) for one in found.files]
    return {**_edition(found), "items": files, "licence": _licence(), "next": None}


def _edition(one: Edition) -> dict[str, Any]:
    return {
        "edition": one.name,
        "month": str(one.month),
        "made_on": one.made_on,
        "months": one.months,
        "quarters": one.quarters,
        "page": reverse("public:open_data_edition", args=[one.name]),
    }


def _file(name: str, one: ReleaseFile) -> dict[str, Any]:
    return {**vars(one), "path": reverse("open_data_file", args=[name, one.name])}


def _licence() -> dict[str, Any]:
    given = LICENCES.get(the_place().licence)
    return {
        "code": given.code if given else None,
        "address": given.address if given else None,
        "says": said_of(given),
        "words_of_residents": WORDS_OF_OTHERS,
    }
