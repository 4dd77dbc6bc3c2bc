"""Open data: what there is to take, the files, and the catalogue for programs."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongshi.figures.open_data import Release, current_release
from gongshi.figures.open_data.rows import COLUMNS
from gongshi.formats import dcat
from gongshi.formats.pack.licences import LICENCES, WORDS_OF_OTHERS, Licence, said_of
from gongshi.places.queries import local_day, the_place
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import Words, pair

TITLE = pair("公开事项", "Published cases")
ABOUT = pair(
    "居民同意公开并经审核的事项，只有日期、取整的地点和公开的文字；被撤回的不在其中。",
    "Cases that residents agreed to show and that were checked: days, snapped points and the public words. What was "
    "taken back is not among them.",
)
TABLES = (
    pair("办理情况的数字", "How offices answer, in numbers"),
    pair(
        "每月登记的诉求和咨询，按单位、类别、区域，过一整月后公布一次，以后不变。小数字和能推出小数字的不显示（空格）。",
        "Requests and questions of each month by office, category and area, released once, a whole month later, and "
        "never changed. Small numbers and what would give them away are withheld (empty).",
    ),
)
COUNTED = frozenset(
    {
        *("tables.csv", "waits.csv", "shown.csv", "answers.csv", "answers_shown.csv"),
        *("samples.csv", "readings.csv", "readings_shown.csv", "definitions.csv"),
    }
)
NAMES_OF_CODES = frozenset({"categories.csv", "areas.csv", "offices.csv"})
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
    """The files of the newest release."""
    release = current_release()
    files = [(FILES[one.name], one) for name in FILES for one in _files(release) if one.name == name]
    context: dict[str, Any] = {
        "release": release,
        "files": files,
        "columns": COLUMNS,
        "about": ABOUT,
        "licence": _licence(),
        "terms": (said_of(_licence()), WORDS_OF_OTHERS),
    }
    return render(request, "openly/open_data.html", context)


def _files(release: Release | None) -> Any:
    return release.files if release else ()


@for_everybody
def open_data_file(request: HttpRequest, month: str, name: str) -> HttpResponse | FileResponse:  # noqa: ARG001
    """One file; not there any more once something in it was taken back."""
    release = current_release()
    path = release.file(name) if release and str(release.month) == month else None
    if path is None or not path.is_file():
        raise Http404
    kind = next(one.media_type for one in _files(release) if one.name == name)
    coded = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{month}-{name}", content_type=coded)


@for_everybody
def catalogue(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The catalogue as JSON-LD."""
    release, place = current_release(), the_place()
    one = dcat.Catalogue(
        _site(reverse("public:open_data_catalogue")),
        _site("/"),
        pair(f"{place.name['zh']}开放数据", f"Open data of {place.name['en']}"),
        ABOUT,
        place.name,
        release.made_on if release else local_day(timezone.now()),
        _address(_licence()),
    )
    sets = (
        [_data_set(release, TITLE, ABOUT, "cases"), _data_set(release, *TABLES, "tables")] if release else []
    )
    content = dcat.catalogue(one, sets)
    return HttpResponse(content, content_type=dcat.MEDIA_TYPE)


def _data_set(release: Release, title: Words, about: Words, part: str) -> dcat.DataSet:
    files = [
        dcat.File(
            _site(reverse("public:open_data_file", args=[str(release.month), one.name])),
            one.name,
            one.media_type,
            one.size,
            one.sha256,
        )
        for one in release.files
        if (one.name in COUNTED) == (part == "tables") or one.name in NAMES_OF_CODES
    ]
    page, licence = _site(reverse("public:open_data")), _licence()
    return dcat.DataSet(
        f"{page}#{part}-{release.month}",
        title,
        about,
        release.made_on,
        release.since,
        release.until,
        tuple(files),
        # Words of residents are in it, which the place cannot license.
        "" if part == "cases" else _address(licence),
        _joined(said_of(licence), WORDS_OF_OTHERS) if part == "cases" else said_of(licence),
    )


def _licence() -> Licence | None:
    """What the place gives; None where it gives none."""
    return LICENCES.get(the_place().licence)


def _address(licence: Licence | None) -> str:
    return licence.address if licence else ""


def _joined(first: Words, second: Words) -> Words:
    return pair(f"{first['zh']}{second['zh']}", f"{first['en']} {second['en']}")


def _site(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"
