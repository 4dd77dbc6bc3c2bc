"""What a pack holds, as frozen data. Every ``Words`` is ``{"zh": ..., "en": ...}``; empty words are ``{}``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Words = dict[str, str]
Point = tuple[float, float]
"""(latitude, longitude) in degrees, WGS 84."""

KINDS = ("question", "request", "conduct", "grievance", "dispute")
DOORS = ("ask", "broken", "business", "office", "grievance", "dispute", "write")
ROLES = ("handler", "lead", "dispatcher", "supervisor", "reviewer", "operator", "reader", "administrator")
CHANNELS = ("web", "phone", "walk_in", "post", "email", "open311", "import")
COUNTINGS = ("calendar", "working")
QUESTION_TYPES = ("text", "long_text", "choice", "choices", "number", "date")
CHOOSING = ("choice", "choices")
"""Types with answers to choose from: one of them, or several."""
LANGUAGES = ("zh", "en")
SMALLEST_THRESHOLD = 11
"""No figure is shown for fewer cases than this; a pack may only ask for more."""
LEAST_MONTHS, MOST_MONTHS = 6, 120
"""Nothing is erased while the usual ways are still open, and nothing is kept for ever (docs/rules/retention.md)."""


@dataclass(frozen=True)
class Emergency:
    """A number to call when somebody is in danger."""

    number: str
    name: Words


@dataclass(frozen=True)
class Route:
    """Another way that stays open to the resident: a court, a higher level, an ombudsman.

    ``days``, counted from the answer as ``counting`` says, is when it closes; None if it never does.
    """

    code: str
    name: Words
    words: Words
    days: int | None = None
    counting: str = ""


@dataclass(frozen=True)
class Retention:
    """For how many months after its end a matter of a kind is kept, and by what law or promise."""

    kind: str
    months: int
    basis: Words


@dataclass(frozen=True)
class Level:
    """One level of areas; levels are listed from the top (largest) to the bottom (smallest)."""

    code: str
    name: Words


@dataclass(frozen=True)
class Place:
    """The place that one instance serves, and the settings that belong to it.

    ``reprisal``: the category under which somebody reports that they are punished or pressed because of a matter.
    ``snap_metres`` is the grid to which public points are moved; below ``threshold`` cases no figure is shown.
    ``licence``: of its open data, a code of `gongshi.formats.pack.licences`; "" where none is given.
    """

    code: str
    name: Words
    reference_prefix: str
    time_zone: str
    language: str
    centre: Point
    calendar: str
    operator: str
    emergency: tuple[Emergency, ...] = ()
    routes: tuple[Route, ...] = ()
    snap_metres: int = 100
    threshold: int = SMALLEST_THRESHOLD
    retention: tuple[Retention, ...] = ()
    reprisal: str | None = None
    licence: str = ""


@dataclass(frozen=True)
class AreaData:
    """A place on the map. ``geometry`` is a GeoJSON Polygon or MultiPolygon (RFC 7946), or None if undrawn."""

    code: str
    name: Words
    level: str
    parent: str | None = None
    geometry: dict[str, Any] | None = None


@dataclass(frozen=True)
class Alias:
    """A name people use for a spot: a road, an estate, a shop."""

    name: str
    area: str
    point: Point | None = None


@dataclass(frozen=True)
class OfficeData:
    """An office that owes answers. ``above`` supervises it and decides matters about it."""

    code: str
    name: Words
    above: str | None = None
    serves: tuple[str, ...] = ()
    phone: str = ""
    address: Words = field(default_factory=dict)
    hours: Words = field(default_factory=dict)
    duty: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Appointment:
    """One role in one office."""

    office: str
    role: str


@dataclass(frozen=True)
class StaffData:
    """A member of staff who signs in."""

    login: str
    name: Words
    title: Words = field(default_factory=dict)
    appointments: tuple[Appointment, ...] = ()


@dataclass(frozen=True)
class Promise:
    """An answer within so many days, counted as calendar or working days."""

    days: int
    counting: str


@dataclass(frozen=True)
class Choice:
    """One answer that an extra question offers."""

    code: str
    name: Words


@dataclass(frozen=True)
class ExtraQuestion:
    """A question about the matter (never about a person's identity) that a category adds to the form."""

    code: str
    name: Words
    type: str = "text"
    choices: tuple[Choice, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class CategoryData:
    """One node of the tree of matters: a group (no procedure) or a leaf that can be filed under."""

    code: str
    name: Words
    parent: str | None = None
    kind: str = ""
    procedure: str = ""
    door: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    promise: Promise | None = None
    public: bool = True
    questions: tuple[ExtraQuestion, ...] = ()


@dataclass(frozen=True)
class RoutingRuleData:
    """One line of the ordered routing list: conditions (empty means any) and the office that gets the matter.

    Either ``office`` is given, or ``among`` lists the offices of which the one serving the smallest area around
    the place gets it. ``hours`` is [from, to) in local hours and may pass midnight.
    """

    code: str
    reason: Words
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    hours: tuple[int, int] | None = None
    office: str | None = None
    among: tuple[str, ...] = ()
    lead: str | None = None


@dataclass(frozen=True)
class PageData:
    """An answer that an office gives to what many ask. ``review_by``: the last day on which it is held to be right."""

    code: str
    office: str
    question: Words
    answer: Words
    review_by: date | None
    category: str | None = None
    areas: tuple[str, ...] = ()
    bring: Words = field(default_factory=dict)
    where: Words = field(default_factory=dict)
    hours: Words = field(default_factory=dict)
    fee: Words = field(default_factory=dict)
    basis: Words = field(default_factory=dict)


@dataclass(frozen=True)
class PreparedData:
    """Words that an office keeps ready: an "answer" (``found``, ``decided``, ``call``) or a "phrase" (``text``)."""

    kind: str
    code: str
    office: str
    name: Words
    category: str | None = None
    found: Words = field(default_factory=dict)
    decided: Words = field(default_factory=dict)
    call: Words = field(default_factory=dict)
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarData:
    """A calendar. ``content`` is its whole file as plain data ({code, name, weekend, years}), days as ISO texts."""

    code: str
    name: Words
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """Everything a place brings. ``procedures`` maps a procedure's code to its TOML text as written."""

    place: Place
    levels: tuple[Level, ...] = ()
    areas: tuple[AreaData, ...] = ()
    aliases: tuple[Alias, ...] = ()
    offices: tuple[OfficeData, ...] = ()
    staff: tuple[StaffData, ...] = ()
    categories: tuple[CategoryData, ...] = ()
    rules: tuple[RoutingRuleData, ...] = ()
    calendars: tuple[CalendarData, ...] = ()
    procedures: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    pages: tuple[PageData, ...] = ()
    prepared: tuple[PreparedData, ...] = ()
