"""How offices answer: the board of a month, and each office month by month."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString

from gongshi.figures.board import Board, OfficeBoard, Row, ShownShare, board, office_board
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import quality_board
from gongshi.figures.suppression import Cell
from gongshi.places.queries import NoPlace
from gongshi.web.public.openly.doors import for_everybody
from gongshi.web.public.openly.pictures import Bar, Whisker, bars, whiskers
from gongshi.web.templatetags.gongshi import day
from gongshi.words import Words, in_language, language, pair

# As openly/withheld.html says them.
WHY = {
    "small": pair("少于{n}件", "under {n}"),
    "protects": pair("不显示", "withheld"),
    "not_reached": pair("多半还在等", "most still wait"),
}
NONE = pair("没有", "none")
ON_TIME = pair("按时答复的比例，和误差范围", "Share answered on time, with its margin of error")
CASES = pair("各月登记的事项", "Cases filed in each month")
MONTH = pair("{year}年{month}月", "{month} {year}")


@for_everybody
def figures(request: HttpRequest) -> HttpResponse:
    """The board of one month and the quality of one quarter's answers, each the newest that is complete.

    ``?month=2026-10`` and ``?quarter=2026-Q3`` choose others.
    """
    month, quarter = request.GET.get("month", ""), request.GET.get("quarter", "")
    try:
        shown = board(Month.parse(month) if month else None)
        quality = quality_board(Quarter.parse(quarter) if quarter else None)
    except (LookupError, ValueError) as error:
        if isinstance(error, NoPlace):
            shown = quality = None
        else:
            raise Http404 from error
    context: dict[str, Any] = {"board": shown, "quality": quality}
    if shown:
        context |= _months(shown, shown.month)
        rows = [Whisker(_name(row), *_share(row.shares["on_time"], shown.threshold)) for row in shown.offices]
        context["picture"] = whiskers("on-time", in_language(ON_TIME), rows) if rows else ""
    return render(request, "openly/figures.html", context)


@for_everybody
def office_figures(request: HttpRequest, code: str) -> HttpResponse:
    """One office month by month, up to ``?month=2026-10`` or the newest complete one."""
    month = request.GET.get("month", "")
    try:
        shown = office_board(code, Month.parse(month) if month else None)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    context: dict[str, Any] = {"board": shown}
    if shown:
        context |= _months(shown, shown.rows[0][0])
        context["rows"] = [(_month(each), row) for each, row in shown.rows]
        context["volume"], context["on_time"] = _pictures(shown)
    return render(request, "openly/office_figures.html", context)


def _pictures(shown: OfficeBoard) -> tuple[SafeString, SafeString]:
    """The office's cases and its share on time, the oldest month first."""
    volume, on_time = [], []
    for each, row in reversed(shown.rows):
        cell = row.counts["cases"] if row else Cell(0)
        share = row.shares["on_time"] if row else ShownShare(None)
        volume.append(
            Bar(_month(each), cell.value, "" if cell.value is not None else _why(cell.why, shown.threshold))
        )
        on_time.append(Whisker(_month(each), *_share(share, shown.threshold)))
    return bars("volume", in_language(CASES), volume), whiskers("on-time", in_language(ON_TIME), on_time)


def _share(share: ShownShare, threshold: int) -> tuple[Any, str]:
    return share.value, "" if share.value else _why(share.why, threshold)


def _why(why: str, threshold: int) -> str:
    words: Words = WHY.get(why, NONE)
    return in_language(words).format(n=threshold)


def _name(row: Row) -> str:
    return in_language(row.name)


def _month(month: Month) -> str:
    told = MONTHS[month.number] if language() == "en" else month.number
    return in_language(MONTH).format(year=month.year, month=told)


def _months(shown: Board | OfficeBoard, chosen: Month) -> dict[str, Any]:
    """What the chooser of months and the sentence above it take."""
    return {
        "months": [(month, MONTHS[month.number]) for month in shown.months],
        "month": chosen,
        "month_name": MONTHS[chosen.number],
        "today": day(shown.on),
    }
