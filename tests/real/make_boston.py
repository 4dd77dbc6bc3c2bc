"""Makes a small pack for ``boston311.csv.gz`` from its own types and departments and the neighbourhoods' outlines.

``python -m tests.real.make_boston FOLDER [DATA]`` writes it into FOLDER. Nothing of the data lies in this repository.
"""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

from gongshi.formats.tables.rows import code_from
from tests.real.packs import area, ask, office, same, write_pack

PLACE = {
    "code": "boston",
    "name": {"zh": "波士顿", "en": "Boston"},
    "reference_prefix": "BO",
    "time_zone": "America/New_York",
    "language": "en",
    "centre": [42.3594, -71.0587],
    "calendar": "US",
    "operator": "city-hall",
}
HOLIDAYS = ["01-01", "01-19", "02-16", "05-25", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"]


def make_pack(folder: Path, data: Path) -> Path:
    """Writes the pack into ``folder`` and returns it. ``data`` is the folder of real data sets."""
    types: Counter[str] = Counter()
    departments: Counter[tuple[str, str]] = Counter()
    with gzip.open(data / "boston311.csv.gz", "rt", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            types[row["TYPE"]] += 1
            departments[row["Department"], row["SUBJECT"]] += 1
    subjects: dict[str, str] = {}
    for (department, subject), _ in departments.most_common():
        subjects.setdefault(department, subject)
    outlines = json.loads((data / "areas" / "boston_neighbourhoods.geojson").read_text(encoding="utf-8"))
    areas = [area("boston", PLACE["name"], "city")]  # type: ignore[arg-type]
    for feature in outlines["features"]:
        name = feature["properties"]["name"]
        areas.append(
            area(code_from(name, "area-"), same(name), "neighbourhood", "boston", feature["geometry"])
        )
    return write_pack(
        folder,
        PLACE,
        levels=[
            {"code": "city", "name": {"zh": "市", "en": "City"}},
            {"code": "neighbourhood", "name": {"zh": "街区", "en": "Neighbourhood"}},
        ],
        areas=areas,
        offices=[
            office("city-hall", {"zh": "市政厅", "en": "City Hall"}, ["boston"]),
            *(
                office(code_from(department, ""), same(subject), ["boston"], above="city-hall")
                for department, subject in sorted(subjects.items())
            ),
        ],
        categories=[
            {"code": "requests", "name": {"zh": "诉求", "en": "Requests"}},
            *(_category(name) for name in sorted(types)),
        ],
        rules=[{"code": "rest", "office": "city-hall", "reason": {"zh": "其余。", "en": "The rest."}}],
        calendar={
            "code": "US",
            "name": {"zh": "日历", "en": "Calendar"},
            "weekend": [6, 7],
            "years": {
                "2015": {"published": True, "holidays": [f"2015-{day}" for day in HOLIDAYS], "working": []}
            },
        },
    )


def _category(name: str) -> dict[str, object]:
    return {
        "code": code_from(name, "type-"),
        "parent": "requests",
        "name": same(name),
        "kind": "request",
        "procedure": "request",
        "door": "broken",
    }


if __name__ == "__main__":
    ask(make_pack)
