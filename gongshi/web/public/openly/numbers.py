"""How offices answer: the board of a month by office, category or area, and each of them month by month."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString

from gongshi.figures.board import Board, Comparison, Row, Series, ShownShare, board, series
from gongshi.figures.naming import BY, NO_PLACE
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import quality_board
from gongshi.figures.suppression import Cell
from gongshi.places.queries import NoPlace
from gongshi.web.public.openly.curves import waiting
from gongshi.web.public.openly.doors import for_everybody
from gongshi.web.public.openly.measures import APART, MEASURES, SAID, SHORT, WORK, Measure, measures
from gongshi.web.public.openly.pictures import Apart, Bar, Whisker, bars, differences, whiskers
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
WAITING = pair("还在等答复的比例，和误差范围", "Share still waiting for an answer, with its margin of error")
CASES = pair("各月登记的事项", "Cases filed in each month")
SHARE = pair("{measure}，各月的比例和误差范围", "{measure}: each month's share with its margin of error")
COMPARED = pair(
    "按时答复比本地同样的事项高几个百分点，和误差范围",
    "On time, in points above or below the whole place at the same mix, with the margin of error",
)
ALIKE = pair("这些分不出高低", "These cannot be told apart")
ALONE = pair("单独一组", "On its own")
MONTH = pair("{year}年{month}月", "{month} {year}")
CHANGED = pair("{month}（算法改过）", "{month} (definition changed)")
TABS: dict[str, Words] = {
    "office": pair("各单位", "Each office"),
    "category": pair("各类别", "Each category"),
    "area": pair("各区域", "Each area"),
}
KIND: dict[str, Words] = {
    "office": pair("单位", "Office"),
    "category": pair("类别", "Category"),
    "area": pair("区域", "Area"),
}
WITHOUT_PLACE = pair("没有写地点的", "No place given")
WITHOUT = "none"
"""In addresses: cases without any place, as in the list of published cases."""


@for_everybody
def figures(request: HttpRequest) -> HttpResponse:
    """The board of one month and the quality of one quarter's answers, each the newest that is complete.

    ``?month=2026-10`` and ``?quarter=2026-Q3`` choose others, ``?by=category`` and ``?by=area`` other rows.
    """
    month, quarter = request.GET.get("month", ""), request.GET.get("quarter", "")
    by = request.GET.get("by") or BY[0]
    try:
        shown = board(Month.parse(month) if month else None, by)
        quality = quality_board(Quarter.parse(quarter) if quarter else None)
    except (LookupError, ValueError) as error:
        if isinstance(error, NoPlace):
            shown = quality = None
        else:
            raise Http404 from error
    context: dict[str, Any] = {"board": shown, "quality": quality}
    if shown:
        context |= _months(shown, shown.month) | _waiting(shown.total) | _rows(shown)
        context |= {"tabs": TABS.items(), "kind": KIND[by], "on_time": MEASURES[0], "apart_measures": APART}
        context["work_measures"], context["said_measures"] = (measures(codes) for codes in (WORK, SAID))
        context["work"], context["said"] = ([SHORT[code] for code in codes] for codes in (WORK, SAID))
        if shown.comparison:
            context |= _compared(shown.comparison)
    return render(request, "openly/figures.html", context)


@for_everybody
def group_figures(request: HttpRequest, by: str, code: str) -> HttpResponse:
    """One office, category or area month by month, up to ``?month=2026-10`` or the newest complete one."""
    month = request.GET.get("month", "")
    try:
        shown = series(by, _code(by, code), Month.parse(month) if month else None)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    context: dict[str, Any] = {"board": shown, "by": by}
    if shown:
        newest = shown.rows[0][1]
        context |= _months(shown, shown.rows[0][0]) | (_waiting(newest) if newest else {})
        context["name"] = _name(by, shown.code, shown.name)
        context["rows"] = [(_marked(shown, each), row) for each, row in shown.rows]
        context["none"] = not any(row and row.counts["cases"].value != 0 for _, row in shown.rows)
        context["volume"] = _volume(shown)
        context["measures"] = [_measure(shown, one) for one in MEASURES]
    return render(request, "openly/group_figures.html", context)


def _code(by: str, code: str) -> str:
    return NO_PLACE if (by, code) == ("area", WITHOUT) else code


def _rows(shown: Board) -> dict[str, Any]:
    """Those of which anything is told, each with its page, its shares and a picture of the first; and the rest."""
    rows = [(_name(shown.by, row.code, row.name), _page(shown.by, row.code), row) for row in shown.rows]
    told = [
        (name, page, row, [row.shares[code] for code in WORK], [row.shares[code] for code in SAID])
        for name, page, row in rows
        if row.is_shown
    ]
    drawn = [Whisker(name, *_share(row.shares["on_time"], shown.threshold)) for name, _, row, *_ in told]
    total = shown.total
    return {
        "rows": told,
        "withheld": [(name, page) for name, page, row in rows if not row.is_shown],
        "picture": whiskers("on-time", in_language(ON_TIME), drawn) if drawn else "",
        "work_of_all": [total.shares[code] for code in WORK],
        "said_of_all": [total.shares[code] for code in SAID],
    }


def _compared(found: Comparison) -> dict[str, Any]:
    groups = [(ALIKE if len(group) > 1 else ALONE, group) for group in found.groups]
    drawn = [
        (
            in_language(heading),
            [
                Apart(in_language(one.name), *(one.value.compared[k] for k in (4, 3, 5)))
                for one in group
                if one.value
            ],
        )
        for heading, group in groups
    ]
    return {
        "groups": groups,
        "not_compared": found.others,
        "compared": differences("compared", in_language(COMPARED), drawn) if drawn else "",
    }


def _waiting(row: Row) -> dict[str, Any]:
    """The curve of one row with its table, or that there is none."""
    picture: SafeString | str = ""
    if row.curve:
        picture = waiting("waiting", in_language(WAITING), row.curve, row.median_days.value)
    return {"curve": picture, "waited": row}


def _volume(shown: Series) -> SafeString:
    """The cases of each month, the oldest first."""
    volume = []
    for each, row in reversed(shown.rows):
        cell = row.counts["cases"] if row else Cell(0)
        why = "" if cell.value is not None else _why(cell.why, shown.threshold)
        volume.append(Bar(_marked(shown, each), cell.value, why))
    return bars("volume", in_language(CASES), volume)


def _measure(shown: Series, one: Measure) -> dict[str, Any]:
    """One share over the months: its picture, the oldest first, and the rows of its table, the newest first."""
    codes = [code for code in (one.code, one.beside) if code]
    none = ShownShare(None)
    cells = [
        (_marked(shown, each), [row.shares[code] if row else none for code in codes])
        for each, row in shown.rows
    ]
    drawn = [Whisker(name, *_share(shares[0], shown.threshold)) for name, shares in reversed(cells)]
    title = in_language(SHARE).format(measure=in_language(one.title))
    return {
        "measure": one,
        "heads": [SHORT[code] for code in codes],
        "picture": whiskers(one.code.replace("_", "-"), title, drawn),
        "cells": cells,
    }


def _share(share: ShownShare, threshold: int) -> tuple[Any, str]:
    return share.value, "" if share.value else _why(share.why, threshold)


def _why(why: str, threshold: int) -> str:
    words: Words = WHY.get(why, NONE)
    return in_language(words).format(n=threshold)


def _name(by: str, code: str, name: Words) -> str:
    return in_language(WITHOUT_PLACE if (by, code) == ("area", NO_PLACE) else name)


def _page(by: str, code: str) -> str:
    return reverse(f"public:{by}_figures", args=[code or WITHOUT])


def _month(month: Month) -> str:
    told = MONTHS[month.number] if language() == "en" else month.number
    return in_language(MONTH).format(year=month.year, month=told)


def _marked(shown: Board | Series, month: Month) -> str:
    """The month by name; from one on in which something else was counted, that is said."""
    changed = month in {first for first, _ in shown.changes}
    return in_language(CHANGED).format(month=_month(month)) if changed else _month(month)


def _months(shown: Board | Series, chosen: Month) -> dict[str, Any]:
    """What the chooser of months and the sentence above it take."""
    return {
        "months": [(month, MONTHS[month.number]) for month in shown.months],
        "month": chosen,
        "month_name": MONTHS[chosen.number],
        "today": day(shown.on),
        "changes": [(_month(first), one) for first, one in shown.changes],
        "changed": chosen in {first for first, _ in shown.changes},
    }
