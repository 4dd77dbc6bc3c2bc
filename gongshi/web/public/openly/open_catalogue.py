"""The catalogue of open data for programs: published cases, and every edition of the counts as a series."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.queries import office_by_code
from gongshi.figures.open_data import NAMES, CaseDump, Edition, ReleaseFile, current_release, editions
from gongshi.formats import dcat
from gongshi.formats.pack.licences import WORDS_OF_OTHERS, Licence, said_of
from gongshi.places.queries import local_day, the_place
from gongshi.web.public.openly.doors import for_everybody
from gongshi.web.public.openly.open_data import ABOUT, FILES, licence
from gongshi.words import Words, pair

CASES = pair("公开事项", "Published cases")
COUNTS = pair("办理情况的数字", "How offices answer, in numbers")
ABOUT_COUNTS = pair(
    "每月登记的诉求和咨询，按单位、类别、区域，过一整月后公布一次，以后不变。小数字和能推出小数字的不显示（空格）。",
    "Requests and questions of each month by office, category and area, released once, a whole month later, and "
    "never changed. Small numbers and what would give them away are withheld (empty).",
)
SERVICES = (pair("公共服务", "public services"), pair("诉求办理", "civic casework"))
OF_CASES = (*SERVICES, pair("居民反映", "residents' requests"), pair("地图", "map"))
OF_COUNTS = (*SERVICES, pair("按时办结", "answered on time"), pair("统计", "statistics"))


@for_everybody
def catalogue(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The catalogue as JSON-LD."""
    place, given, listed = the_place(), licence(), editions()
    release, today = current_release(), local_day(timezone.now())
    runs = office_by_code(place.operator)
    one = dcat.Catalogue(
        _site(reverse("open_data_catalogue")),
        _site("/"),
        pair(f"{place.name['zh']}开放数据", f"Open data of {place.name['en']}"),
        ABOUT,
        place.name,
        dcat.Contact(runs.name if runs else place.name, runs.phone if runs else "", _site("/")),
        dcat.Area(place.name, place.latitude, place.longitude),
        listed[-1].made_on if listed else today,
        release.made_on if release else today,
        given.address if given else "",
    )
    cases = [_cases(release.cases, release.tables, given)] if release and release.cases else []
    content = dcat.catalogue(one, cases, [_series(listed, given)] if listed else [])
    return HttpResponse(content, content_type=dcat.MEDIA_TYPE)


def _cases(dump: CaseDump, names: Edition | None, given: Licence | None) -> dcat.DataSet:
    page = _site(reverse("public:open_data"))
    files = [_file(dump.name, one) for one in dump.files]
    files += [_file(names.name, one) for one in names.files if one.name in NAMES] if names else []
    period = dcat.Period(dump.since, dump.until)
    return dcat.DataSet(
        dcat.Described(
            f"{page}#cases",
            CASES,
            ABOUT,
            OF_CASES,
            dump.made_on,
            dump.made_on,
            period,
            dcat.MONTHLY,
            page,
        ),
        tuple(files),
        # Words of residents are in it, which the place cannot license.
        "",
        _joined(said_of(given), WORDS_OF_OTHERS),
    )


def _series(listed: list[Edition], given: Licence | None) -> dcat.Series:
    page = _site(reverse("public:open_data"))
    period = dcat.Period(listed[0].since, listed[0].counted_until)
    what = dcat.Described(
        f"{page}#tables",
        COUNTS,
        ABOUT_COUNTS,
        OF_COUNTS,
        listed[-1].made_on,
        listed[0].made_on,
        period,
        dcat.MONTHLY,
        page,
    )
    older = [*(_page(one) for one in listed[1:]), ""]
    sets = [_counts(one, before, given) for one, before in zip(listed, older, strict=True)]
    return dcat.Series(what, tuple(sets))


def _counts(one: Edition, before: str, given: Licence | None) -> dcat.DataSet:
    page, period = _page(one), dcat.Period(one.since, one.counted_until)
    title = pair(f"{COUNTS['zh']}，{one.name}", f"{COUNTS['en']}, {one.name}")
    return dcat.DataSet(
        dcat.Described(
            page,
            title,
            ABOUT_COUNTS,
            OF_COUNTS,
            one.made_on,
            one.made_on,
            period,
            dcat.NEVER,
            page,
        ),
        tuple(_file(one.name, file) for file in one.files),
        given.address if given else "",
        said_of(given),
        dcat.STABLE,
        one.name,
        before,
    )


def _page(one: Edition) -> str:
    return _site(reverse("public:open_data_edition", args=[one.name]))


def _file(name: str, one: ReleaseFile) -> dcat.File:
    address = _site(reverse("open_data_file", args=[name, one.name]))
    about = FILES.get(one.name, pair(one.name, one.name))
    return dcat.File(address, one.name, about, one.media_type, one.size, one.sha256)


def _joined(first: Words, second: Words) -> Words:
    return pair(f"{first['zh']}{second['zh']}", f"{first['en']} {second['en']}")


def _site(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"
