"""Routing rules: an ordered list, of which the first that fits decides where a new matter goes."""

from typing import Any

from django import forms

from gongshi.formats.pack import CHANNELS
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.settings.category_pages import position
from gongshi.web.desk.settings.forms import (
    NONE,
    SettingsForm,
    area_choices,
    choices_of,
    one_of,
    some_of,
)
from gongshi.words import Words, in_language, pair, say

CHANNEL_NAMES: dict[str, Words] = {
    "web": pair("网上", "Web"),
    "phone": pair("电话", "Telephone"),
    "walk_in": pair("来访", "In person"),
    "post": pair("来信", "By post"),
    "email": pair("电子邮件", "E-mail"),
    "open311": pair("Open311 接口", "Open311"),
    "import": pair("批量导入", "Import"),
}
ANY = say("都不选就是不限。", "None ticked: any.")
MONTHS: list[Words] = [
    pair(f"{number}月", name)
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"], 1
    )
]
HOURS = [(str(hour), f"{hour}:00") for hour in range(25)]


class RuleForm(SettingsForm):
    """One rule."""

    kind = "rule"

    def start(self) -> dict[str, Any]:
        """As the rule is."""
        row = self.before
        hours = row.get("hours") or ("", "")
        return {
            **self.started("reason"),
            **{name: row.get(name, []) for name in ("categories", "areas", "channels", "among")},
            "months": [str(month) for month in row.get("months", ())],
            "since": str(hours[0]),
            "until": str(hours[1]),
            "way": "serving" if row.get("among") else "office",
            "to": row.get("office", ""),
            "lead": row.get("lead", ""),
            "place": "=" if self.code else self._last(),
        }

    def _last(self) -> str:
        """A new rule stands before the last one, which takes the rest."""
        rows = self.base.rows("rule")
        return str(rows[-1]["code"]) if rows else ""

    def build(self) -> None:
        """When it fits, where it sends, and why."""
        base = self.base
        self.pair("reason", pair("理由，居民会读到", "The reason, which residents read"), rows=2, needed=True)
        others = [("", say("放在最后", "At the end")), *_numbered(base, self.code)]
        same = [("=", say("位置不变", "Where it is"))] if self.code else []
        self.fields["place"] = one_of(
            say("排在哪一条前面", "Stands before"),
            [*same, *others],
            say("从上往下，第一条符合的算数。", "From the top, the first that fits decides."),
        )
        self.fields["way"] = forms.ChoiceField(
            label=say("送到哪里", "Where it sends"),
            choices=[
                ("office", say("一个单位", "One office")),
                ("serving", say("管那个区域的单位", "The office that serves the area")),
            ],
            widget=forms.RadioSelect,
        )
        offices = choices_of(base, "office")
        self.fields["to"] = one_of(say("哪个单位", "Which office"), [NONE, *offices])
        self.fields["lead"] = one_of(
            say("指定包案责任人", "Lead officer by name"),
            [("", say("该单位自己的", "The office's own")), *choices_of(base, "staff")],
        )
        self.fields["among"] = some_of(
            say("在哪些单位里选", "Of which offices"),
            offices,
            say("选“管那个区域的单位”时填。", "For “the office that serves the area”."),
        )
        self._conditions()

    def _conditions(self) -> None:
        base, row = self.base, self.before
        self.fields["categories"] = some_of(say("哪些类别", "Categories"), choices_of(base, "category"), ANY)
        self.fields["areas"] = some_of(
            say("哪些区域", "Areas"), area_choices(base, row.get("areas", ())), ANY
        )
        channels = [(code, in_language(CHANNEL_NAMES[code])) for code in CHANNELS]
        self.fields["channels"] = some_of(say("从哪里来", "Channels"), channels, ANY)
        self.fields["months"] = some_of(
            say("哪些月份", "Months"), [(str(n), _month(n)) for n in range(1, 13)], ANY
        )
        self.fields["since"] = one_of(say("几点起", "From"), [("", say("不限", "Any time")), *HOURS[:-1]])
        self.fields["until"] = one_of(say("到几点", "Until"), [("", say("不限", "Any time")), *HOURS])

    def layout(self) -> list[list[Any]]:
        """Where to and why first, then the conditions."""
        return [
            self.both("reason"),
            [self["way"], self["place"]],
            [self["to"], self["lead"]],
            [self["among"]],
            [self["categories"]],
            [self["areas"]],
            [self["channels"], self["months"]],
            [self["since"], self["until"]],
        ]

    def clean(self) -> dict[str, Any]:
        """What two boxes must say together."""
        found = super().clean()
        if (found.get("since") == "") != (found.get("until") == ""):
            self.add_error("until", say("起止要一起选。", "From and until go together."))
        if found.get("way") == "office" and not found.get("to"):
            self.add_error("to", say("请选一个单位。", "Choose an office."))
        if found.get("way") == "serving" and not found.get("among"):
            self.add_error("among", say("至少选一个单位。", "Choose one office at least."))
        return found

    def edits(self) -> list[Edit]:
        """The rule as it was typed."""
        code = self.code or self.new_code("reason")
        serving = self.typed("way") == "serving"
        row = {
            "code": code,
            "reason": self.words("reason"),
            **{name: sorted(self.typed(name)) for name in ("categories", "areas")},
            "channels": [one for one in CHANNELS if one in self.typed("channels")],
            "months": sorted(int(month) for month in self.typed("months")),
            "hours": [int(self.typed("since")), int(self.typed("until"))] if self.typed("since") else [],
            "office": "" if serving else self.typed("to"),
            "among": sorted(self.typed("among")) if serving else [],
            "office_serving": True if serving else None,
            "lead": self.typed("lead"),
        }
        return [Edit("rule", code, self.kept(row, **position(self, "rule")))]


def _numbered(base: InForce, code: str) -> list[tuple[str, str]]:
    return [
        (row["code"], f"{n}. {in_language(row['reason'])}")
        for n, row in enumerate(base.rows("rule"), 1)
        if row["code"] != code
    ]


class RemoveRuleForm(SettingsForm):
    """No longer a rule."""

    kind = "rule"

    def layout(self) -> list[list[Any]]:
        """Nothing is asked."""
        return []

    def edits(self) -> list[Edit]:
        """Gone."""
        return [Edit("rule", self.code, None)]


def rule_rows(base: InForce) -> list[list[Any]]:
    """The list: its number, when it fits, and where it sends."""
    offices = dict(choices_of(base, "office"))
    categories = dict(choices_of(base, "category"))
    areas = {one.code: in_language(one.name) for one in base.pack.areas}
    return [
        [
            str(number),
            _conditions(row, categories, areas) or say("其余全部", "All the rest"),
            offices.get(row.get("office", ""), "")
            or say("管那个区域的单位", "the office that serves the area"),
        ]
        for number, row in enumerate(base.rows("rule"), 1)
    ]


def _month(number: int) -> str:
    return in_language(MONTHS[number - 1])


def _conditions(row: dict[str, Any], categories: dict[str, str], areas: dict[str, str]) -> str:
    comma = str(say("、", ", "))
    said = [
        comma.join(categories.get(code, code) for code in row.get("categories", ())),
        comma.join(areas.get(code, code) for code in row.get("areas", ())),
        comma.join(in_language(CHANNEL_NAMES[code]) for code in row.get("channels", ())),
        comma.join(_month(n) for n in row.get("months", ())),
        "{}:00–{}:00".format(*row["hours"]) if row.get("hours") else "",
    ]
    return str(say("；", "; ")).join(one for one in said if one)
