"""A small pack without faults, as the files somebody might write: two streets, three offices, four categories."""

import json
import re
from pathlib import Path

PROCEDURES = Path(__file__).resolve().parents[2] / "packs" / "qinghe" / "procedures"
PROCEDURE = 'code = "{code}"\n'


def _area(code: str, zh: str, en: str, level: str, parent: str | None, west: float, east: float) -> str:
    """One area between two meridians, from 30 to 31 degrees north, on one line."""
    ring = [[west, 30], [east, 30], [east, 31], [west, 31], [west, 30]]
    properties = {"code": code, "name_zh": zh, "name_en": en, "level": level, "parent": parent}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False)


def _areas(*lines: str) -> str:
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


FILES: dict[str, str] = {
    "pack.toml": """\
[place]
code = "newtown"
name = { zh = "新镇", en = "Newtown" }
reference_prefix = "NT"
time_zone = "Asia/Shanghai"
language = "zh"
centre = [30.5, 120.5]
calendar = "plain"
operator = "hall"

[[level]]
code = "town"
name = { zh = "镇", en = "Town" }

[[level]]
code = "street"
name = { zh = "街", en = "Street" }

[[emergency]]
number = "112"
name = { zh = "求救", en = "Emergency" }

[[routes]]
code = "court"
name = { zh = "法院", en = "The court" }
words = { zh = "随时可以起诉。", en = "You can go to court at any time." }

[[routes]]
code = "review"
name = { zh = "复议", en = "Review" }
words = { zh = "可以申请复议。", en = "You can ask for a review." }
days = 60
counting = "calendar"

[[retention]]
kind = "request"
months = 18
basis = { zh = "新镇承诺", en = "Newtown's promise" }

[publication]
snap_metres = 200

[figures]
threshold = 20

[open_data]
licence = "CC-BY-4.0"
""",
    "areas.geojson": _areas(
        _area("newtown-all", "新镇", "Newtown", "town", None, 120, 121),
        _area("east", "东街", "East Street", "street", "newtown-all", 120.5, 121),
        _area("west", "西街", "West Street", "street", "newtown-all", 120, 120.5),
    ),
    "aliases.toml": """\
[[alias]]
name = "老桥"
area = "east"
point = [30.25, 120.75]

[[alias]]
name = "北站"
area = "west"
""",
    "offices.toml": """\
[[office]]
code = "hall"
name = { zh = "镇政府", en = "Town hall" }
serves = ["newtown-all"]
phone = "0000-1"
address = { zh = "正街1号", en = "1 Main Street" }

[[office]]
code = "east-office"
name = { zh = "东街办", en = "East office" }
above = "hall"
serves = ["east"]

[[office]]
code = "west-office"
name = { zh = "西街办", en = "West office" }
above = "hall"
serves = ["west"]
""",
    "staff.toml": """\
[[staff]]
login = "mei.lin"
name = { zh = "林梅", en = "Lin Mei" }
title = { zh = "镇长", en = "Mayor" }
appointments = [{ office = "hall", role = "lead" }, { office = "hall", role = "administrator" }]

[[staff]]
login = "bo"
name = { zh = "波", en = "Bo" }
appointments = [{ office = "east-office", role = "handler" }, { office = "west-office", role = "lead" }]
""",
    "categories.toml": """\
[[category]]
code = "roads"
name = { zh = "道路", en = "Roads" }

[[category]]
code = "pothole"
parent = "roads"
name = { zh = "坑洞", en = "Pothole" }
kind = "request"
procedure = "service"
door = "broken"
keywords = ["坑", "pothole"]
examples = ["门口路上有个大坑。"]
promise = { days = 5, counting = "working" }
questions = [
  { code = "depth", name = { zh = "有多深（厘米）？", en = "How deep (cm)?" }, type = "number" },
  { code = "surface", name = { zh = "什么路面？", en = "Which surface?" }, type = "choice", required = true, choices = [
    { code = "asphalt", name = { zh = "沥青", en = "Asphalt" } },
    { code = "stone", name = { zh = "石板", en = "Stone" } },
  ] },
]

[[category]]
code = "lamp"
parent = "roads"
name = { zh = "路灯", en = "Street lamp" }
kind = "request"
procedure = "service"
door = "broken"
promise = { days = 10, counting = "calendar" }
public = false

[[category]]
code = "manner"
name = { zh = "态度", en = "Manner" }
kind = "conduct"
procedure = "conduct"
door = "office"
""",
    "routing.toml": """\
[[rule]]
code = "night-lamps"
categories = ["lamp"]
months = [11, 12, 1]
hours = [18, 6]
office = "hall"
lead = "mei.lin"
reason = { zh = "冬夜路灯由镇里管。", en = "The town looks after lamps on winter nights." }

[[rule]]
code = "streets"
categories = ["roads"]
office_serving = true
among = ["east-office", "west-office"]
reason = { zh = "道路归所在街办管。", en = "Roads belong to the street's own office." }

[[rule]]
code = "phoned"
channels = ["phone"]
areas = ["east"]
office = "east-office"
reason = { zh = "东街来电由东街办接。", en = "Calls from East Street go to its office." }

[[rule]]
code = "rest"
office = "hall"
reason = { zh = "其余由镇政府办。", en = "The town hall takes the rest." }
""",
    "pages.toml": """\
[[page]]
code = "lamp-number"
office = "hall"
category = "lamp"
areas = ["east"]
question = { zh = "灯杆编号在哪里？", en = "Where is the number of a lamp post?" }
answer = { zh = "在灯杆上离地一米处。", en = "On the post, one metre above the ground." }
fee = { zh = "不收费", en = "Free" }
review_by = 2027-05-31
""",
    "templates.toml": """\
[[template]]
code = "lamp-mended"
office = "hall"
category = "lamp"
name = { zh = "灯已修好", en = "Lamp mended" }
decided = { zh = "{地点}的灯修好了。", en = "The lamp at {place} is mended." }

[[phrase]]
code = "reopen"
office = "hall"
name = { zh = "重启", en = "Reopen" }
text = { zh = "没解决请重启。", en = "If it is not solved, reopen it." }
""",
    "words.toml": """\
[words.home-title]
zh = "新镇公事"
en = "Newtown's public business"
""",
    "calendars/plain.toml": """\
code = "plain"
name = { zh = "普通", en = "Plain" }
weekend = [6, 7]
source = { zh = "虚构", en = "Invented" }

[years.2026]
published = true
holidays = ["2026-01-01", 2026-01-02]
working = ["2026-01-04"]
""",
    "procedures/service.toml": PROCEDURE.format(code="service"),
    "procedures/conduct.toml": PROCEDURE.format(code="conduct"),
}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The good files with one change; ``old`` must stand in ``file`` exactly once."""
    assert FILES[file].count(old) == 1, f"{old!r} stands {FILES[file].count(old)} times in {file}"
    return {**FILES, file: FILES[file].replace(old, new)}


def proved() -> dict[str, str]:
    """The good files with real procedures in place of the bare codes, so that the rules find nothing wrong either."""
    texts = {
        f"procedures/{code}.toml": _renamed((PROCEDURES / f"{source}.toml").read_text(encoding="utf-8"), code)
        for code, source in {"service": "service-request", "conduct": "conduct"}.items()
    }
    categories = FILES["categories.toml"].replace(
        'door = "office"\n', f'door = "office"\n{CONDUCT_PROMISE}\n'
    )
    return {**FILES, **texts, "categories.toml": categories}


CONDUCT_PROMISE = 'promise = { days = 15, counting = "working" }'


def _renamed(text: str, code: str) -> str:
    """A procedure under another code, whose only further route is the court."""
    text = re.sub(r"^code = .*$", f'code = "{code}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^outside = ".*"$', 'outside = "court"', text, flags=re.MULTILINE)
    return re.sub(r"^routes = \[.*\]$", 'routes = ["court"]', text, flags=re.MULTILINE)


def write(files: dict[str, str], folder: Path) -> Path:
    """``files`` as a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
