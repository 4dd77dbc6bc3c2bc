"""Makes a small pack for ``zh_answers.csv``: a province, its cities A to M, and the districts that its texts name.

``python -m tests.real.make_zh_answers FOLDER [DATA]`` writes it into FOLDER. Places are letter-coded in the data, as in
"A3区"; they have no boundaries. Each city has one office, which answers for its districts too.
"""

import csv
import re
from pathlib import Path

from tests.real.packs import area, ask, office, write_pack

PLACE = {
    "code": "province",
    "name": {"zh": "某省", "en": "A province"},
    "reference_prefix": "MS",
    "time_zone": "Asia/Shanghai",
    "language": "zh",
    "centre": [28.0, 112.0],
    "calendar": "plain",
    "operator": "province-office",
}
NAMED = re.compile(r"(?<![A-Za-z0-9])([A-M])(\d*)([市区县])")
ENDINGS = {"市": "city", "区": "district", "县": "county"}
CATEGORIES = {
    "traffic": ("交通", "Traffic and roads"),
    "housing": ("住房和物业", "Housing and property management"),
    "school": ("教育", "Schools"),
    "work": ("劳动和社保", "Work and social insurance"),
    "environment": ("环境", "Environment"),
    "health": ("医疗", "Health"),
    "message": ("其他留言", "Other messages"),
}
PROMISE = {"days": 15, "counting": "working"}


def code_of(letter: str, digits: str, ending: str) -> str:
    """``A3区`` is ``a3-district``."""
    return f"{letter.lower()}{digits}-{ENDINGS[ending]}"


def named_in(data: Path) -> list[tuple[str, str, str]]:
    """The cities, and every district that a text names, as (letter, digits, ending)."""
    found = {(letter, "", "市") for letter in "ABCDEFGHIJKLM"}
    with (data / "zh_answers.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            found |= {hit for hit in NAMED.findall(row["title"] + " " + row["text"]) if hit[1]}
    return sorted(found)


def make_pack(folder: Path, data: Path) -> Path:
    """Writes the pack into ``folder`` and returns it. ``data`` is the folder of real data sets."""
    named = named_in(data)
    areas = [area("province", PLACE["name"], "province")]  # type: ignore[arg-type]
    for letter, digits, ending in named:
        name = letter + digits + ending
        parent, level = (code_of(letter, "", "市"), "district") if digits else ("province", "city")
        areas.append(area(code_of(letter, digits, ending), {"zh": name, "en": name}, level, parent))
    cities = [code_of(*one) for one in named if not one[1]]
    return write_pack(
        folder,
        PLACE,
        levels=[
            {"code": "province", "name": {"zh": "省", "en": "Province"}},
            {"code": "city", "name": {"zh": "市", "en": "City"}},
            {"code": "district", "name": {"zh": "区县", "en": "District"}},
        ],
        areas=areas,
        offices=[
            office("province-office", {"zh": "省办", "en": "Provincial office"}, ["province"]),
            *(
                office(f"{city}-office", {"zh": f"{city[0].upper()}市办", "en": f"Office of city {city[0].upper()}"},
                       [city], above="province-office")
                for city in cities
            ),
        ],
        categories=[
            {"code": "all", "name": {"zh": "留言", "en": "Messages"}},
            *(
                {
                    "code": code,
                    "parent": "all",
                    "name": {"zh": zh, "en": en},
                    "kind": "request",
                    "procedure": "request",
                    "door": "broken",
                    "promise": PROMISE,
                }
                for code, (zh, en) in CATEGORIES.items()
            ),
        ],
        rules=[
            {
                "code": "by-city",
                "office_serving": True,
                "among": [f"{city}-office" for city in cities],
                "reason": {"zh": "由所在市办理。", "en": "The city where it is deals with it."},
            },
            {
                "code": "rest",
                "office": "province-office",
                "reason": {"zh": "没有写地方的，由省办办理。", "en": "Nothing says where: the provincial office."},
            },
        ],
        calendar={
            "code": "plain",
            "name": {"zh": "日历", "en": "Calendar"},
            "weekend": [6, 7],
            "years": {"2019": {"published": False, "holidays": [], "working": []}},
        },
    )  # fmt: skip


if __name__ == "__main__":
    ask(make_pack)
