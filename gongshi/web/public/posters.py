"""Posters for a lamp post, a stairwell, a counter: a QR code that opens the form with the place filled in.

Anybody may print one. The code holds the form's address and the place, and nothing of who scans it is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongshi.accounts.queries import offices
from gongshi.cases.intake.draft import Draft
from gongshi.places.models import Alias
from gongshi.places.queries import AreaNode, aliases, area_by_code, areas, places_named, the_place
from gongshi.words import in_language, pair

LONGEST = 120
# A poster speaks to everybody who passes: both languages stand on it, the place's own first.
SAID = {
    "ask": pair("这里有问题？扫一扫，说一声。", "Something wrong here? Scan it and tell us."),
    "how": pair(
        "不用注册，一分钟写完，到期必须答复。", "No account. It takes a minute, and the answer has a date."
    ),
    "danger": pair("有人有危险？先打：", "Someone in danger? First call:"),
}
LISTED = 30


@dataclass(frozen=True)
class Spot:
    """A place that a poster can be made for: an area, or a spot in it by its name."""

    area: AreaNode
    name: str = ""

    @property
    def query(self) -> str:
        """How an address names it."""
        return urlencode({"area": self.area.code, **({"place": self.name} if self.name else {})})

    @property
    def label(self) -> str:
        """Its name, and for a spot the area that it lies in."""
        area = in_language(self.area.name)
        return f"{self.name} · {area}" if self.name else area


@require_safe
def posters(request: HttpRequest) -> HttpResponse:
    """Looking up a place by its words, and with ``area`` (and ``place``) its poster."""
    if "area" in request.GET:
        return _poster(request)
    words = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "public/posters.html", {"words": words, "spots": _found(words)})


def _poster(request: HttpRequest) -> HttpResponse:
    spot = spot_of(request.GET.get("area", ""), request.GET.get("place", ""))
    if spot is None:
        raise Http404
    address = f"{settings.BASE_URL}{reverse('public:file')}?{spot.query}"
    place = the_place()
    operator = next((node for node in offices().values() if node.code == place.operator), None)
    context = {
        "said": {name: in_both(words) for name, words in SAID.items()},
        "spot": spot,
        # What somebody without a camera types.
        "site": settings.BASE_URL.partition("://")[2],
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2),
        "emergency": place.emergency,
        "operator": operator,
        "operated_by": in_both(operator.name) if operator else [],
    }
    return render(request, "public/poster.html", context)


def in_both(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each language's tag and text, the place's own language first."""
    texts = [("zh-Hans", words["zh"]), ("en", words["en"])]
    return texts[::-1] if the_place().language == "en" else texts


def _found(words: str) -> list[Spot]:
    if not words:
        return []
    known = areas()
    spots = [
        Spot(known[one.area_id], one.name) for one in places_named(words, LISTED) if one.area_id in known
    ]
    low = words.casefold()
    named = [
        Spot(node)
        for node in known.values()
        if any(low in str(name).casefold() for name in node.name.values())
    ]
    return [*named, *spots][:LISTED]


def spot_of(area: str, name: str) -> Spot | None:
    """The place that a poster's code names; only the area where the spot is not known there any more."""
    node = area_by_code(area)
    if node is None:
        return None
    return Spot(node, name if _alias(node, name) else "")


def _alias(node: AreaNode, name: str) -> Alias | None:
    return next((one for one in aliases() if one.area_id == node.id and one.name == name), None)


def take_place(draft: Draft, area: str, name: str) -> None:
    """Fill a new draft's place in, as the poster says it; one that is not known is passed over."""
    spot = spot_of(area, name)
    if spot is None:
        return
    first = draft.first
    first.area, first.place = spot.area.code, spot.name
    found = _alias(spot.area, spot.name)
    if found and found.latitude is not None and found.longitude is not None:
        first.lat, first.lon = str(found.latitude), str(found.longitude)
