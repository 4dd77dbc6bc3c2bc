"""Open data: what there is to take, every edition of the counts, and the files."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from gongshi.figures.open_data import (
    CaseDump,
    Edition,
    ReleaseFile,
    current_release,
    edition,
    editions,
    is_of_cases,
    served_file,
)
from gongshi.figures.open_data.files import MEDIA_TYPES
from gongshi.formats.pack.licences import LICENCES, WORDS_OF_OTHERS, Licence, said_of
from gongshi.places.queries import the_place
from gongshi.web.public.openly.counted import COUNTS, ROWS
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import Words, pair

ABOUT = pair(
    "居民同意公开并经审核的事项，只有日期、取整的地点和公开的文字；被撤回的不在其中。",
    "Cases that residents agreed to show and that were checked: days, snapped points and the public words. What was "
    "taken back is not among them.",
)
FILES: dict[str, Words] = {
    "cases.csv": pair("公开事项，表格", "Published cases, a table"),
    "cases.geojson": pair("公开事项，地图数据", "Published cases, for maps"),
    "cases.parquet": pair("公开事项，列式文件", "Published cases, in columns"),
    "tables.csv": pair("各月数字，按单位、类别、区域", "Each month's counts by office, category and area"),
    "waits.csv": pair("各月多少天答复", "Each month's days to answer"),
    "shown.csv": pair("由这些数字算出的比例、区间、天数", "Shares, intervals and days computed from them"),
    "answers.csv": pair(
        "各季答复质量，居民自己说的", "How good each quarter's answers were, as residents say"
    ),
    "answers_shown.csv": pair("由这些数字算出的比例和区间", "Shares and intervals computed from them"),
    "samples.csv": pair(
        "各季抽了多少份答复给外部读者读", "How many answers of each quarter were drawn for outside readers"
    ),
    "readings.csv": pair("两位外部读者怎么说", "What two outside readers said of them"),
    "readings_shown.csv": pair(
        "由此算出的比例、区间、一致程度", "Shares, intervals and agreement computed from that"
    ),
    "definitions.csv": pair(
        "数字的算法，改过的标明日期", "What the numbers count, with the day of each change"
    ),
    "categories.csv": pair("类别", "Categories"),
    "areas.csv": pair("区域", "Areas"),
    "offices.csv": pair("单位", "Offices"),
}


@for_everybody
def open_data(request: HttpRequest) -> HttpResponse:
    """The newest counts and the published cases."""
    release, given = current_release(), licence()
    context: dict[str, Any] = {
        "release": release,
        "counts": _named(release.tables if release else None),
        "cases": _named(release.cases if release else None),
        "earlier": editions()[1:],
        "rows": ROWS,
        "counted": COUNTS.items(),
        "about": ABOUT,
        "licence": given,
        "terms": (said_of(given), WORDS_OF_OTHERS),
    }
    return render(request, "openly/open_data.html", context)


@for_everybody
def open_data_edition(request: HttpRequest, edition_name: str) -> HttpResponse:
    """One edition of the counts, which stays as it is, with the digest of each file."""
    found = edition(edition_name)
    if found is None:
        raise Http404
    given = licence()
    told = {"edition": found, "counts": _named(found), "licence": given, "terms": said_of(given)}
    return render(request, "openly/open_data_edition.html", told)


@for_everybody
def open_data_file(request: HttpRequest, edition_name: str, name: str) -> HttpResponseBase:
    """One file; of published cases not there any more once something in it was taken back."""
    found = served_file(edition_name, name)
    if found is None:
        raise Http404
    path, noted = found
    etag = f'"{noted.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        kind = MEDIA_TYPES[path.suffix]
        coded = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{edition_name}-{name}", content_type=coded
        )
    response.headers["ETag"] = etag
    if is_of_cases(name):
        # Caches ask each time whether all of it is still public.
        response.headers["Cache-Control"] = "public, no-cache"
    return response


def licence() -> Licence | None:
    """What the place gives; None where it gives none."""
    return LICENCES.get(the_place().licence)


def _named(part: Edition | CaseDump | None) -> list[tuple[Words, ReleaseFile]]:
    """Its files with what they are, in the order in which people ask for them."""
    there = {one.name: one for one in part.files} if part else {}
    return [(words, there[name]) for name, words in FILES.items() if name in there]
