"""Calendars for tests: the demo pack's, and invented ones."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from gongshi.rules.calendar import Calendar, calendar_from

CN_FILE = Path(__file__).resolve().parents[2] / "packs" / "qinghe" / "calendars" / "cn.toml"
CN = calendar_from(tomllib.loads(CN_FILE.read_text(encoding="utf-8")))
PLAIN = Calendar("PLAIN", frozenset({6, 7}), frozenset(), frozenset(), 2099)


def days(text: str) -> frozenset[date]:
    """The dates in a text, parted by spaces."""
    return frozenset(date.fromisoformat(day) for day in text.split())


FIRST, LAST = date(2023, 6, 1), date(2027, 6, 30)
dates = st.dates(FIRST, LAST)


@st.composite
def any_calendar(draw: st.DrawFn) -> Calendar:
    """An invented calendar: any weekend, any days off, any worked weekend days, official for any run of years."""
    weekend = draw(st.frozensets(st.integers(1, 7), max_size=6))
    every = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    off = frozenset(draw(st.lists(st.sampled_from(every), max_size=60)))
    ends = [day for day in every if day.isoweekday() in weekend and day not in off]
    worked = frozenset(draw(st.lists(st.sampled_from(ends), max_size=30))) if ends else frozenset()
    through = draw(st.none() | st.integers(2022, 2028))
    since = draw(st.none() | st.integers(2022, 2024))
    return Calendar("ANY", weekend, off, worked, through, since)


calendars = st.just(CN) | any_calendar()
