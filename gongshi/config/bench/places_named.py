"""How often a place that a real text names is found, with a gazetteer made of other texts from the same city."""

import csv
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gongshi.rules.gazetteer import Gazetteer, Known

FILES = ("zh_messages.csv", "zh_complaints.csv")
LEAST_TEXTS = 2
"""A name is taken into the gazetteer from so many texts on."""
# Places are coded by letters in this data: A市, A3区, K8县. A street, an estate or the like follows its district.
_AREA = re.compile(r"[A-Z]\d{1,2}[区县市]")
_SPOT = re.compile(
    r"([A-Z]\d{1,2}[区县市])([\u4e00-\u9fff]{2,6}?(?:大道|小区|社区|街道|花园|家园|公园|广场|路|街|巷|镇|村|苑))"
)


def figures(folder: Path) -> dict[str, Any]:
    """By file: every other text makes the gazetteer, the rest is asked. Files that are not there are named."""
    found: dict[str, Any] = {"absent": [name for name in FILES if not (folder / name).is_file()]}
    for name in FILES:
        if name not in found["absent"]:
            texts = _texts(folder / name)
            found[name] = measured(texts[::2], texts[1::2])
    return found


def gazetteer_of(texts: Sequence[str]) -> Gazetteer[str]:
    """The districts and the streets, estates and villages in them that at least `LEAST_TEXTS` of these texts name."""
    districts = Counter(area for text in texts for area in set(_AREA.findall(text)))
    spots = Counter(pair for text in texts for pair in set(_SPOT.findall(text)))
    known = [Known(area, area, (area, "all")) for area, n in districts.items() if n >= LEAST_TEXTS]
    known += [
        # The data has no coordinates: any point will do to tell a spot from an area.
        Known(area + name, name, (area, "all"), (float(place), 0.0))
        for place, ((area, name), n) in enumerate(spots.items())
        if n >= LEAST_TEXTS
    ]
    return Gazetteer(known)


def measured(seen: Sequence[str], asked: Sequence[str]) -> dict[str, Any]:
    """Shares of the texts that name a district, or a district with a street or the like in it, after the pattern."""
    places = gazetteer_of(seen)
    begun = time.process_time()
    answers = [places.named(text) for text in asked]
    taken = time.process_time() - begun
    districts = [bool(_AREA.search(text)) for text in asked]
    spots = [{area + name for area, name in _SPOT.findall(text)} for text in asked]
    named = [(answer, wanted) for answer, wanted in zip(answers, spots, strict=True) if wanted]
    known = {one.key for one in places.known}
    in_it = [(answer, wanted) for answer, wanted in named if wanted & known]
    offered = [answer for answer in answers if answer]
    return {
        "texts": len(asked),
        "name_a_district": sum(districts),
        "of_these_something_found": _share(
            sum(bool(answer) for answer, names in zip(answers, districts, strict=True) if names),
            sum(districts),
        ),
        "name_a_spot_in_a_district": len(named),
        "of_these_the_gazetteer_has_it": _share(len(in_it), len(named)),
        "and_offers_it": _share(
            sum(any(one.key in wanted for one in answer) for answer, wanted in in_it), len(in_it)
        ),
        "its_district_or_something_in_it_offered": _share(
            sum(
                any(spot.startswith(one.path[0]) for one in answer for spot in wanted)
                for answer, wanted in named
            ),
            len(named),
        ),
        "one_answer_alone": _share(sum(len(answer) == 1 for answer in offered), len(offered)),
        "microseconds_a_text": round(taken / max(len(asked), 1) * 1e6),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _texts(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [f"{row['title']}\n{row['text']}" for row in csv.DictReader(opened)]
