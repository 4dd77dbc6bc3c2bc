"""Foreign tables: what a map says of one, and its rows as plain values. Pure: lines and texts in, values out."""

from gongshi.formats.tables.mapping import header_faults, read_map
from gongshi.formats.tables.model import REASONS, RowRefused, SourceRow, Stamp, TableMap
from gongshi.formats.tables.people import about_a_person
from gongshi.formats.tables.reading import Rows, TableError
from gongshi.formats.tables.rows import RowReader

__all__ = [
    "REASONS",
    "RowReader",
    "RowRefused",
    "Rows",
    "SourceRow",
    "Stamp",
    "TableError",
    "TableMap",
    "about_a_person",
    "header_faults",
    "read_map",
]
