"""The place itself, as far as its words and numbers go; and areas as names, before or without a map."""

from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import slugify

from gongshi.accounts.rights import require
from gongshi.formats.pack import PackFault
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import in_force
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.settings.editing import Editor, worked
from gongshi.web.desk.settings.forms import SettingsForm, line, one_of
from gongshi.words import Words, in_language, pair, say

NUMBERS = 4
MOST_NAMES = 100
LISTED = 30
SETTINGS = pair("设置", "Settings")


class PlaceForm(SettingsForm):
    """The place's name, a sentence about it, and whom to call first in danger."""

    kind = "place"

    def start(self) -> dict[str, Any]:
        """As the place is."""
        found: dict[str, Any] = {}
        said = {"name": self.before["place"]["name"], "about": self.base.row("words", "about_place") or {}}
        for n, one in enumerate(self.before.get("emergency", ())):
            found[f"number_{n}"] = one["number"]
            said[f"called_{n}"] = one["name"]
        for name, words in said.items():
            found |= {f"{name}_{code}": text for code, text in words.items()}
        return found

    def build(self) -> None:
        """Two pairs, then a line for each number."""
        self.pair("name", pair("名称", "Name"), needed=True)
        self.pair("about", pair("介绍本地的一句话", "A sentence about the place"), limit=400, rows=3)
        for n in range(self._most()):
            self.fields[f"number_{n}"] = line(f"{say('紧急电话', 'Emergency number')} {n + 1}", limit=40)
            called = pair(f"第{n + 1}个号码叫什么", f"What number {n + 1} is for")
            self.pair(f"called_{n}", called)

    def _most(self) -> int:
        return max(NUMBERS, len(self.before.get("emergency", ())) + 1)

    def layout(self) -> list[list[Any]]:
        """The pairs side by side."""
        numbers = [
            row for n in range(self._most()) for row in ([self[f"number_{n}"]], self.both(f"called_{n}"))
        ]
        return [self.both("name"), self.both("about"), *numbers]

    def clean(self) -> dict[str, Any]:
        """A number and what it is for go together."""
        found = super().clean()
        for n in range(self._most()):
            if not found.get(f"number_{n}") and found.get(f"called_{n}_zh"):
                self.add_error(f"number_{n}", MISSING)
            if found.get(f"number_{n}") and not found.get(f"called_{n}_zh"):
                self.add_error(f"called_{n}_zh", MISSING)
        return found

    def _place(self, fault: PackFault) -> str | None:
        return None if fault.where.startswith("words") else "name_zh" if ".name" in fault.where else None

    def edits(self) -> list[Edit]:
        """The place and its sentence as they were typed."""
        place = {**self.before["place"], "name": self.words("name")}
        called = [
            {"number": self.typed(f"number_{n}"), "name": self.words(f"called_{n}")}
            for n in range(self._most())
            if self.typed(f"number_{n}")
        ]
        row = {key: value for key, value in self.before.items() if key != "emergency"}
        about = self.words("about")
        return [
            Edit(
                "place",
                self.code,
                {"data": {**row, "place": place, **({"emergency": called} if called else {})}},
            ),
            Edit("words", "about_place", {"data": about} if about else None),
        ]


class AreasForm(SettingsForm):
    """More areas, by their names alone. Boundaries come from a file, with the same codes."""

    kind = "area"

    def build(self) -> None:
        """Where they lie, and a line for each."""
        within = [one for one in self.base.pack.areas if one.level in self._below()]
        self.fields["within"] = one_of(
            say("在哪个区域里", "Within which area"),
            [(one.code, in_language(one.name)) for one in within],
            say("只能选下面还有一层的。", "Only those that have a level below them."),
            required=True,
        )
        self.fields["names"] = forms.CharField(
            label=say("名字，一行一个", "Names, one on a line"),
            help_text=say(
                "写成“中文 / English”；只写一个名字，两种语言都用它。",
                "As “中文 / English”; a single name stands for both languages.",
            ),
            widget=forms.Textarea(attrs={"rows": 8}),
            error_messages={"required": MISSING},
        )

    def _below(self) -> dict[str, str]:
        """The next level down, by level; the smallest has none."""
        levels = [one.code for one in self.base.pack.levels]
        return dict(pairwise(levels))

    def layout(self) -> list[list[Any]]:
        """One below the other."""
        return [[self["within"]], [self["names"]]]

    def clean_names(self) -> list[Words]:
        """Each line as words."""
        lines = [text.strip() for text in self.cleaned_data["names"].splitlines() if text.strip()]
        if len(lines) > MOST_NAMES:
            raise forms.ValidationError(say("一次最多100个。", "A hundred at a time, at most."))
        return [_both(text) for text in lines]

    def edits(self) -> list[Edit]:
        """An area for each line, without a boundary, one level below what it lies in."""
        pack, known = self.base.pack, {one.code for one in self.base.pack.areas}
        found = []
        within = next(one for one in pack.areas if one.code == self.typed("within"))
        below = self._below()[within.level]
        for name in self.typed("names"):
            code = _new_code(name["en"], known)
            known.add(code)
            properties = {
                "code": code,
                "name_zh": name["zh"],
                "name_en": name["en"],
                "level": below,
                "parent": within.code,
            }
            feature = {"type": "Feature", "properties": properties, "geometry": None}
            found.append(Edit("area", code, {"data": feature}))
        return found


def _both(text: str) -> Words:
    first, _, second = (part.strip() for part in text.partition("/"))
    return {"zh": first or second, "en": second or first}


def _new_code(name: str, known: set[str]) -> str:
    stem, number = slugify(name)[:50].strip("-_") or "area", 1
    tried = stem
    while tried in known:
        number += 1
        tried = f"{stem}-{number}"
    return tried


@staff_page("GET", "POST")
def place(request: DeskRequest) -> HttpResponse:
    """The place's name, its sentence and its emergency numbers."""
    require(request.actor, "settings.change")
    code = in_force().pack.place.code
    notes = (
        say(
            "紧急电话在每一页最上面。编号开头的字母、时区、语言和其他途径在包的文件里。",
            "Emergency numbers stand at the top of every page. The letters of references, the time zone, the language "
            "and the other routes are in the pack's files.",
        ),
    )
    form = lambda base, data: PlaceForm(base, code, data)  # noqa: E731
    return worked(request, Editor(pair("地方", "The place"), form, reverse("desk:settings"), SETTINGS, notes))


@staff_page("GET", "POST")
def areas(request: DeskRequest) -> HttpResponse:
    """More areas, by name."""
    require(request.actor, "settings.change")
    known = [in_language(one.name) for one in in_force().pack.areas]
    listed = str(say("、", ", ")).join(known[:LISTED]) + ("…" if len(known) > LISTED else "")
    notes = (
        say(
            "不必有地图：居民从名单里选。有边界的 GeoJSON 和这里的名单随包导出，改好再载入。停用区域也在文件里。",
            "No map is needed: residents choose from a list. Boundaries are added in areas.geojson, which dump-pack "
            "writes and load-pack reads; areas are retired there, too.",
        ),
        str(say("现有：", "There are: ")) + listed,
    )
    form = lambda base, data: AreasForm(base, "", data)  # noqa: E731
    title = pair("加区域", "Add areas")
    return worked(request, Editor(title, form, reverse("desk:settings"), SETTINGS, notes))
