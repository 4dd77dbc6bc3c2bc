"""A pack while it is being read and checked: its parts, the sheets they came from, and the faults so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongshi.formats.pack.faults import PackFault, Severity, Words
from gongshi.formats.pack.lines import Path
from gongshi.formats.pack.model import (
    Alias,
    AreaData,
    CalendarData,
    CategoryData,
    Level,
    OfficeData,
    Pack,
    PageData,
    Place,
    PreparedData,
    RoutingRuleData,
    StaffData,
)
from gongshi.formats.pack.tables import Sheet


@dataclass
class Parts:
    """Everything that could be read. ``unread`` names files and folders of which nothing (or not all) is known."""

    place: Place | None = None
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
    sheets: dict[str, Sheet] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    faults: list[PackFault] = field(default_factory=list)

    def fault(self, file: str, path: Path, what: Words, fix: Words, *, severity: Severity = "fault") -> None:
        """Write down one fault at ``path`` of ``file``."""
        sheet = self.sheets.get(file)
        if sheet is None:
            self.faults.append(PackFault(file, "", what, fix, None, severity))
        else:
            sheet.fault(path, what, fix, severity=severity)

    def file_of(self, folder: str, code: str) -> str:
        """The file in ``folder`` that has this code; the folder's name if none has."""
        return next(
            (
                name
                for name, s in self.sheets.items()
                if name.startswith(f"{folder}/") and s.data.get("code") == code
            ),
            folder,
        )

    def pack(self) -> Pack | None:
        """The parts as a pack, or None without a place. Only right when no fault was found."""
        if self.place is None:
            return None
        return Pack(
            self.place,
            self.levels,
            self.areas,
            self.aliases,
            self.offices,
            self.staff,
            self.categories,
            self.rules,
            self.calendars,
            self.procedures,
            self.words,
            self.pages,
            self.prepared,
        )
