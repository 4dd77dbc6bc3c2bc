"""Areas as names: more of them, other names, what people call them, and one that is no longer in use."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.text import slugify

from gongshi.places.queries import areas
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.forms import MISSING, box
from gongshi.web.desk.settings.forms import SettingsForm, one_of
from gongshi.words import Words, in_language, pair, say

MOST_NAMES = 100
LONGEST_ALIAS = 120
# What names areas in a list, by kind of thing.
LISTS = {"office": "serves", "rule": "areas", "page": "areas"}


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
        lines = _lines(self.cleaned_data["names"])
        if len(lines) > MOST_NAMES:
            raise forms.ValidationError(say("一次最多100个。", "A hundred at a time, at most."))
        return [_both(text) for text in lines]

    def edits(self) -> list[Edit]:
        """An area for each line, without a boundary, one level below what it lies in."""
        # What was retired under a code would come back with it.
        pack, known = self.base.pack, {node.code for node in areas().everything.values()}
        known |= {one.code for one in pack.areas}
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


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


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


class AreaForm(SettingsForm):
    """One area's name, and what people call it or spots in it."""

    kind = "area"

    def start(self) -> dict[str, Any]:
        """As the area is."""
        properties = self.before["properties"]
        names = "\n".join(aliases_of(self.base, self.code))
        return {"name_zh": properties["name_zh"], "name_en": properties["name_en"], "aliases": names}

    def build(self) -> None:
        """A pair, and a line for each other name."""
        self.pair("name", pair("名称", "Name"), needed=True)
        self.fields["aliases"] = forms.CharField(
            label=say("别的叫法，一行一个", "Other names, one on a line"),
            help_text=say(
                "居民写到这些名字，就知道在这里：路、小区、店。",
                "Whoever writes one of these is understood to mean this area: roads, estates, shops.",
            ),
            required=False,
            widget=box(MOST_NAMES * LONGEST_ALIAS, 8),
        )

    def layout(self) -> list[list[Any]]:
        """The pair side by side."""
        return [self.both("name"), [self["aliases"]]]

    def clean_aliases(self) -> list[str]:
        """Each line, once."""
        found = _lines(self.cleaned_data["aliases"])
        if any(len(one) > LONGEST_ALIAS for one in found):
            raise forms.ValidationError(say("一行最多120字。", "120 characters a line, at most."))
        return found

    def edits(self) -> list[Edit]:
        """The area as it was typed; names that stay keep the spot that they stand for."""
        properties = {**self.before["properties"], **_named(self.words("name"))}
        found = [Edit("area", self.code, {"data": {**self.before, "properties": properties}})]
        before, wanted = aliases_of(self.base, self.code), self.typed("aliases")
        found += [Edit("alias", _alias(name, self.code), None) for name in before if name not in wanted]
        return found + [_new_alias(name, self.code) for name in wanted if name not in before]


class RetireAreaForm(SettingsForm):
    """No longer an area, and which one takes over what it had."""

    kind = "area"

    def build(self) -> None:
        """The successor, of the same level."""
        level = self.before["properties"]["level"]
        others = [one for one in self.base.pack.areas if one.level == level and one.code != self.code]
        self.fields["successor"] = one_of(
            say("并到哪个区域", "Which area takes over"),
            [(one.code, in_language(one.name)) for one in others],
            say(
                "它下面的区域、管它的单位、用到它的规则和问答都归这个区域；它的名字和别的叫法，今后也指这个区域。",
                "Areas within it, offices that serve it, rules and answer pages that name it go to this area. Its name "
                "and other names mean this area from then on.",
            ),
            required=True,
        )

    def layout(self) -> list[list[Any]]:
        """One question."""
        return [[self["successor"]]]

    def edits(self) -> list[Edit]:
        """Everything that names the area names its successor."""
        new = self.typed("successor")
        found = [Edit("area", self.code, None)]
        # An area has one office: where the successor's is another, it stays so.
        served = any(new in row.get("serves", ()) for row in self.base.rows("office"))
        for (kind, code), kept in self.base.things.items():
            row = _handed_over(kind, kept["data"], self.code, "" if kind == "office" and served else new)
            if row != kept["data"] and (kind, code) != ("area", self.code):
                found.append(Edit(kind, code, {**kept, "data": row}))
        return found + list(self._names(new))

    def _names(self, new: str) -> Iterable[Edit]:
        known = set(aliases_of(self.base, new))
        row = next(one for one in self.base.pack.areas if one.code == new)
        known |= set(row.name.values())
        properties = self.before["properties"]
        old = {one["name"]: one for one in self.base.rows("alias") if one["area"] == self.code}
        yield from (Edit("alias", _alias(name, self.code), None) for name in old)
        for name in dict.fromkeys([properties["name_zh"], properties["name_en"], *old]):
            if name not in known:
                point = {"point": old[name]["point"]} if "point" in old.get(name, {}) else {}
                yield _new_alias(name, new, **point)


def _handed_over(kind: str, row: Any, old: str, new: str) -> Any:
    """A thing of the pack with one area in the place of another; "": in the place of none."""
    if kind == "area" and row["properties"].get("parent") == old:
        return {**row, "properties": {**row["properties"], "parent": new}}
    if kind in LISTS and old in row.get(LISTS[kind], ()):
        named = sorted({new if one == old else one for one in row[LISTS[kind]]} - {""})
        return {**row, LISTS[kind]: named}
    return row


def aliases_of(base: InForce, code: str) -> list[str]:
    """Other names of one area."""
    return [row["name"] for row in base.rows("alias") if row["area"] == code]


def _alias(name: str, area: str) -> str:
    return f"{name} ({area})"


def _new_alias(name: str, area: str, **more: Any) -> Edit:
    return Edit("alias", _alias(name, area), {"data": {"name": name, "area": area, **more}})


def _named(name: Words) -> Mapping[str, str]:
    return {f"name_{code}": text for code, text in name.items()}


def area_things(base: InForce) -> list[tuple[str, str]]:
    """Every area: (code, name)."""
    return [(one.code, in_language(one.name)) for one in base.pack.areas]


def area_rows(base: InForce) -> list[list[Any]]:
    """The list: level, what it lies in, whether it is drawn on the map."""
    names, levels = dict(area_things(base)), {one.code: one.name for one in base.pack.levels}
    drawn = say("有边界", "drawn")
    return [
        [
            in_language(levels.get(one.level, {})),
            names.get(one.parent or "", ""),
            drawn if one.geometry is not None else "",
        ]
        for one in base.pack.areas
    ]
