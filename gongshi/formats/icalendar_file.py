"""Days for a calendar program: iCalendar (RFC 5545), written with the icalendar library (docs/decisions/0019)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Gongshi//Deadlines//"


@dataclass(frozen=True, slots=True)
class Day:
    """One whole day with its words.

    uid: the same for the same thing, so that a second file replaces the first. tentative: the day may still change.
    """

    uid: str
    on: date
    summary: str
    description: str
    tentative: bool = False


def calendar_file(days: Iterable[Day], *, name: str, language: str, at: datetime) -> bytes:
    """A file of whole days that block no time. name: what a calendar program may call it; at: when it was made."""
    made = Calendar()
    made.add("prodid", f"{PRODUCT}{language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for day in days:
        entry = Event()
        entry.add("uid", day.uid)
        entry.add("dtstamp", at)
        entry.add("dtstart", day.on)
        entry.add("dtend", day.on + timedelta(days=1))
        entry.add("summary", day.summary)
        entry.add("description", day.description)
        entry.add("status", "TENTATIVE" if day.tentative else "CONFIRMED")
        entry.add("transp", "TRANSPARENT")
        entry.add("class", "PRIVATE")
        made.add_component(entry)
    body: bytes = made.to_ical()
    return body
