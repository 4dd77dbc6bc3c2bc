"""A pack: one place's areas, offices, staff, categories, rules, calendars, procedures and words, as text files.

Pure: a mapping of file names to texts goes in, frozen data and explained faults come out, and back again. How the
files are written is described in docs/guides/packs.md.
"""

from gongshi.formats.pack.faults import PackFault, blocks, in_order
from gongshi.formats.pack.fragments import Kept, fragments, order_of, put
from gongshi.formats.pack.model import (
    CHANNELS,
    COUNTINGS,
    DOORS,
    KINDS,
    QUESTION_TYPES,
    ROLES,
    Alias,
    Appointment,
    AreaData,
    CalendarData,
    CategoryData,
    Choice,
    Emergency,
    ExtraQuestion,
    Level,
    OfficeData,
    Pack,
    PageData,
    Place,
    PreparedData,
    Promise,
    Retention,
    Route,
    RoutingRuleData,
    StaffData,
)
from gongshi.formats.pack.parts import Parts
from gongshi.formats.pack.reading import read_pack, read_parts
from gongshi.formats.pack.writing import pack_data, page_row, prepared_row, write_data, write_pack

__all__ = [
    "CHANNELS",
    "COUNTINGS",
    "DOORS",
    "KINDS",
    "QUESTION_TYPES",
    "ROLES",
    "Alias",
    "Appointment",
    "AreaData",
    "CalendarData",
    "CategoryData",
    "Choice",
    "Emergency",
    "ExtraQuestion",
    "Kept",
    "Level",
    "OfficeData",
    "Pack",
    "PackFault",
    "PageData",
    "Parts",
    "Place",
    "PreparedData",
    "Promise",
    "Retention",
    "Route",
    "RoutingRuleData",
    "StaffData",
    "blocks",
    "fragments",
    "in_order",
    "order_of",
    "pack_data",
    "page_row",
    "prepared_row",
    "put",
    "read_pack",
    "read_parts",
    "write_data",
    "write_pack",
]
