"""A small map without faults, and a table that fits it."""

MAP = """\
source = "old-system"
key = ["no"]
times = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d"]
ignore = ["电话", "notes"]
opened_at = "opened"
due_at = "target"
answered_at = "answered"
closed_at = "closed"
text = ["title", "story"]
place = ["road", "quarter"]

[answer]
columns = ["reply"]
decision = "done"

[category]
column = "type"
prefix = "type-"
otherwise = "other"

[category.values]
"Hole" = "pothole"

[category.keywords]
leak = ["漏水", "burst pipe"]

[office]
column = "department"
otherwise = "hall"
[office.values]
"Roads Dept" = "roads"

[area]
latitude = "lat"
longitude = "lon"
nowhere = [[0.0, 0.0]]

[channel]
column = "source"
staff_logged = ["Crew"]
[channel.values]
"Call" = "phone"

[status]
column = "state"
open = ["Open", "New"]
closed = ["Closed"]

[forwarded]
column = "reply"
values = ["Received."]
phrases = ["passed on"]
longest = 30

[on_time]
column = "mark"
yes = ["Y"]
no = ["N"]
"""
HEADER = [
    *("no", "opened", "target", "answered", "closed", "title", "story", "road", "quarter", "reply", "type"),
    *("department", "lat", "lon", "source", "state", "mark", "电话", "notes"),
]
ROW = {
    "no": "17",
    "opened": "2026-01-05 08:00:00",
    "target": "2026/01/12",
    "answered": "2026-01-09 10:30:00",
    "closed": "2026-01-09 10:30:00",
    "title": "A hole",
    "story": "A hole in the road by the bridge.",
    "road": "Bridge Street",
    "quarter": "East",
    "reply": "It was filled on Thursday, with asphalt.",
    "type": "Hole",
    "department": "Roads Dept",
    "lat": "30.25",
    "lon": "120.75",
    "source": "Call",
    "state": "Closed",
    "mark": "Y",
    "电话": "13800000000",
    "notes": "",
}


def changed(old: str, new: str) -> str:
    """The good map with one change; ``old`` must stand in it exactly once."""
    assert MAP.count(old) == 1, f"{old!r} stands {MAP.count(old)} times in the map"
    return MAP.replace(old, new)


def cells(**changes: str) -> list[str]:
    """The good row with some cells changed, in the header's order."""
    assert changes.keys() <= ROW.keys()
    return [({**ROW, **changes})[name] for name in HEADER]
