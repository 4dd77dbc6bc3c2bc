"""Reads a whole pack from a mapping of file names to texts, and gathers every fault on the way."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gongshi.formats.pack.calendars import read_calendar
from gongshi.formats.pack.checks import check_parts
from gongshi.formats.pack.faults import PackFault, blocks, did_you_mean, in_order, join, pair
from gongshi.formats.pack.geography import parse_geojson, read_aliases, read_areas
from gongshi.formats.pack.matters import read_categories, read_rules
from gongshi.formats.pack.model import CalendarData, Pack
from gongshi.formats.pack.pages import read_pages
from gongshi.formats.pack.parts import Parts
from gongshi.formats.pack.people import read_offices, read_staff
from gongshi.formats.pack.place import read_place
from gongshi.formats.pack.prepared import read_prepared
from gongshi.formats.pack.tables import CODE, Sheet, Table, parse_toml, read_words

T = TypeVar("T")

REQUIRED = ("pack.toml", "offices.toml", "staff.toml", "categories.toml", "routing.toml")
OPTIONAL = ("areas.geojson", "aliases.toml", "words.toml", "pages.toml", "templates.toml")
FOLDERS = ("procedures", "calendars")
DEMO = "demo/"


def read_pack(files: Mapping[str, str]) -> tuple[Pack | None, list[PackFault]]:
    """The pack in ``files`` ({relative name: text}) and its faults, in order of file and line.

    The pack is None when any fault stops it from loading; warnings alone do not. Nothing is raised for what
    stands in the files. Calendars, procedures and crossing rings are checked by the rules, which the caller composes.
    """
    parts = read_parts(files)
    faults = in_order(parts.faults)
    return (None if blocks(faults) else parts.pack()), faults


def read_parts(files: Mapping[str, str], unreadable: Collection[str] = ()) -> Parts:
    """Everything that could be read, however faulty, with the faults: for checks only, never for loading.

    ``unreadable`` names files that are there but whose text the caller could not get; they are not called missing,
    and what refers to them is not called wrong.
    """
    parts = Parts(unread={name.partition("/")[0] for name in unreadable})
    _name_files([*files, *unreadable], parts.faults)
    reader = _Reader(files, parts)
    place = reader.toml("pack.toml", read_place)
    if place is not None:
        parts.place, parts.levels = place
    parts.areas = reader.geojson("areas.geojson", read_areas) or ()
    parts.aliases = reader.toml("aliases.toml", read_aliases) or ()
    parts.offices = reader.toml("offices.toml", read_offices) or ()
    parts.staff = reader.toml("staff.toml", read_staff) or ()
    parts.categories = reader.toml("categories.toml", read_categories) or ()
    parts.rules = reader.toml("routing.toml", read_rules) or ()
    parts.pages = reader.toml("pages.toml", read_pages) or ()
    parts.prepared = reader.toml("templates.toml", read_prepared) or ()
    parts.words = reader.toml("words.toml", _read_words) or {}
    parts.calendars = reader.calendars()
    parts.procedures = reader.procedures()
    check_parts(parts)
    return parts


@dataclass
class _Reader:
    files: Mapping[str, str]
    parts: Parts
    codes: dict[str, str] = field(default_factory=dict)

    def toml(self, name: str, read: Callable[[Sheet], T]) -> T | None:
        """One TOML file, or None if it is missing or cannot be parsed."""
        if name not in self.files:
            self.parts.unread.update({name} & set(REQUIRED))
            return None
        return self._keep(parse_toml(name, self.files[name], self.parts.faults), name, read)

    def geojson(self, name: str, read: Callable[[Sheet], T]) -> T | None:
        """One GeoJSON file, likewise."""
        if name not in self.files:
            return None
        return self._keep(parse_geojson(name, self.files[name], self.parts.faults), name, read)

    def calendars(self) -> tuple[CalendarData, ...]:
        """Every calendar that could be read, by file name."""
        names = self._in_folder("calendars")
        if not names and "calendars" not in self.parts.unread:
            self._nothing_in("calendars", pair("日历", "calendar"))
        read = [(name, self.toml(name, read_calendar)) for name in names]
        return tuple(found for name, found in read if found and self._first(name, "calendars", found.code))

    def procedures(self) -> dict[str, str]:
        """The texts of the procedures by their codes; what they say is for the procedure rules to prove."""
        names = self._in_folder("procedures")
        if not names and "procedures" not in self.parts.unread:
            self._nothing_in("procedures", pair("流程", "procedure"))
        read = {name: self.toml(name, lambda sheet: Table(sheet, sheet.data).code()) for name in names}
        return {
            code: self.files[name]
            for name, code in read.items()
            if code and self._first(name, "procedures", code)
        }

    def _keep(self, sheet: Sheet | None, name: str, read: Callable[[Sheet], T]) -> T | None:
        if sheet is None:
            self.parts.unread.add(name.partition("/")[0])
            return None
        self.parts.sheets[name] = sheet
        return read(sheet)

    def _in_folder(self, folder: str) -> list[str]:
        return sorted(name for name in self.files if _lies_in(name, folder))

    def _first(self, name: str, folder: str, code: str) -> bool:
        """Whether ``code`` is new in its folder; a fault if it is not."""
        before = self.codes.setdefault(f"{folder}/{code}", name)
        if before == name:
            return True
        what = pair(f"代码“{code}”已用在 {before}。", f'The code "{code}" is used in {before} already.')
        self.parts.fault(name, ("code",), what, pair("换一个代码。", "Use another code."))
        return False

    def _nothing_in(self, folder: str, kind: dict[str, str]) -> None:
        what = pair(f"没有{kind['zh']}。", f"There is no {kind['en']}.")
        fix = pair(f"在 {folder}/ 里至少放一个。", f"Put at least one into {folder}/.")
        self.parts.unread.add(folder)
        self.parts.faults.append(PackFault(f"{folder}/", "", what, fix))


def _name_files(files: Collection[str], faults: list[PackFault]) -> None:
    """Faults for files that are missing and for files that nobody reads."""
    for name in REQUIRED:
        if name not in files:
            what = pair("缺少这个文件。", "This file is missing.")
            fix = pair("写法见 docs/guides/packs.md。", "docs/guides/packs.md says how to write it.")
            faults.append(PackFault(name, "", what, fix))
    known = (*REQUIRED, *OPTIONAL)
    for name in files:
        if name in known or name.startswith(DEMO) or any(_lies_in(name, folder) for folder in FOLDERS):
            continue
        listed = pair(f"能读的有：{join(known)['zh']}。", f"Known files: {join(known)['en']}.")
        what = pair("没有程序会读这个文件。", "Nothing reads this file.")
        faults.append(PackFault(name, "", what, did_you_mean(name, known, otherwise=listed)))


def _lies_in(name: str, folder: str) -> bool:
    head, _, tail = name.rpartition("/")
    return head == folder and tail.endswith(".toml")


def _read_words(sheet: Sheet) -> dict[str, dict[str, str]]:
    top = Table(sheet, sheet.data)
    table = top.table("words", required=True)
    top.close()
    data: dict[str, Any] = table.data if table else {}
    for key in data:
        if not CODE.fullmatch(key):
            what = pair(f"“{key}”不是代码。", f'"{key}" is not a code.')
            sheet.fault(
                ("words", key), what, pair("用英文字母、数字和“-”“_”。", 'Use letters, digits, "-", "_".')
            )
    return {key: read_words(sheet, ("words", key), value) for key, value in data.items()}
