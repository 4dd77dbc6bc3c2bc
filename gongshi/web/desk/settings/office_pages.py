"""Offices: what they are called and serve, who is above them, and retiring one in favour of another."""

from collections.abc import Mapping
from typing import Any

from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.settings.forms import (
    NONE,
    SettingsForm,
    area_choices,
    choices_of,
    line,
    one_of,
    some_of,
)
from gongshi.words import pair, say

WORDS = ("name", "address", "hours", "duty")


class OfficeForm(SettingsForm):
    """One office."""

    kind = "office"

    def start(self) -> dict[str, Any]:
        """As the office is."""
        row = self.before
        return {
            **self.started(*WORDS),
            "above": row.get("above", ""),
            "serves": row.get("serves", []),
            "phone": row.get("phone", ""),
        }

    def build(self) -> None:
        """Names, the level above, what it serves and how to reach it."""
        self.pair("name", pair("名称", "Name"), needed=True)
        self.fields["above"] = one_of(
            say("上一级单位", "The level above"),
            [NONE, *choices_of(self.base, "office", but=(self.code,))],
            say("督办它、受理反映它的事项。", "Supervises it, and deals with matters about it."),
        )
        self.fields["phone"] = line(say("电话", "Telephone"))
        self.pair("duty", pair("管什么", "What it is for"), rows=3)
        self.pair("address", pair("地址", "Address"))
        self.pair("hours", pair("办公时间", "Hours"))
        serves = self.before.get("serves", ())
        self.fields["serves"] = some_of(
            say("管哪些区域", "Areas that it serves"), area_choices(self.base, serves)
        )

    def layout(self) -> list[list[Any]]:
        """The pairs side by side."""
        return [
            self.both("name"),
            [self["above"], self["phone"]],
            *(self.both(name) for name in ("duty", "address", "hours")),
            [self["serves"]],
        ]

    def edits(self) -> list[Edit]:
        """The office as it was typed."""
        code = self.code or self.new_code("name")
        row = {
            **self.before,
            "code": code,
            **{name: self.words(name) for name in WORDS},
            "above": self.typed("above"),
            "serves": sorted(self.typed("serves")),
            "phone": self.typed("phone"),
        }
        return [Edit("office", code, self.kept(row))]


class RetireOfficeForm(SettingsForm):
    """No longer an office, and which one takes over what it had."""

    kind = "office"

    def build(self) -> None:
        """The successor."""
        self.fields["successor"] = one_of(
            say("由哪个单位接", "Which office takes over"),
            choices_of(self.base, "office", but=(self.code,)),
            say(
                "分派到它的新事项、它管的区域、下级单位、人员、办事问答和模板都归这个单位。",
                "New matters, areas, offices below, people, answer pages and templates of it become this office's.",
            ),
            required=True,
        )

    def layout(self) -> list[list[Any]]:
        """One question."""
        return [[self["successor"]]]

    def edits(self) -> list[Edit]:
        """Everything that names the office names its successor."""
        old, new = self.code, self.typed("successor")
        things = self.base.things
        found = [Edit("office", old, None)]
        for (kind, code), kept in things.items():
            if (kind, code) == ("office", old):
                continue
            row = _handed_over(kind, kept["data"], self.before, new)
            if row != kept["data"]:
                found.append(Edit(kind, code, {**kept, "data": row}))
        return found


def _handed_over(kind: str, row: Any, gone: Mapping[str, Any], new: str) -> Any:
    """A thing of the pack with one office in the place of another."""
    old = gone["code"]
    if kind == "office":
        return _office(row, gone, new)
    if kind == "staff":
        held = [{**one, "office": new} if one["office"] == old else one for one in row["appointments"]]
        return {**row, "appointments": [one for n, one in enumerate(held) if one not in held[:n]]}
    if kind in ("rule", "page", "answer", "phrase"):
        row = {**row, "office": new} if row.get("office") == old else row
        if old in row.get("among", ()):
            row = {**row, "among": sorted({new if one == old else one for one in row["among"]})}
        return row
    if kind == "place" and row["place"]["operator"] == old:
        return {**row, "place": {**row["place"], "operator": new}}
    return row


def _office(row: dict[str, Any], gone: Mapping[str, Any], new: str) -> dict[str, Any]:
    if row["code"] == new:
        serves = sorted({*row.get("serves", []), *gone.get("serves", [])})
        row = {**row, "serves": serves} if serves != row.get("serves", []) else row
    if row.get("above") != gone["code"]:
        return row
    # The successor itself moves up to where the other stood.
    above = gone.get("above", "") if row["code"] == new else new
    return {key: value for key, value in {**row, "above": above}.items() if value != ""}


def office_rows(base: InForce) -> list[list[Any]]:
    """The list: name, the level above, telephone."""
    names = dict(choices_of(base, "office"))
    return [[names.get(row.get("above", ""), ""), row.get("phone", "")] for row in base.rows("office")]
