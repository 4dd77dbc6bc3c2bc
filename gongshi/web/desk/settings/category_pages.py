"""Categories: what matters can be about, and on which procedure they run; and what is promised for each."""

from typing import Any

from django import forms

from gongshi.formats.pack import COUNTINGS, DOORS, KINDS, Kept
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.rules.procedure import parse
from gongshi.web.desk.forms import box
from gongshi.web.desk.settings.editing import promised
from gongshi.web.desk.settings.forms import NONE, SettingsForm, choices_of, named, one_of
from gongshi.words import Words, in_language, pair, say

KIND_NAMES: dict[str, Words] = {
    "question": pair("咨询", "Question"),
    "request": pair("诉求", "Request"),
    "conduct": pair("单位的做法（密封）", "How an office acted (sealed)"),
    "grievance": pair("信访事项（密封）", "Grievance (sealed)"),
    "dispute": pair("纠纷（密封）", "Dispute (sealed)"),
}
DOOR_NAMES: dict[str, Words] = {
    "ask": pair("问怎么办", "Asking how"),
    "broken": pair("东西坏了、环境不好", "Something is broken"),
    "business": pair("商家、物业、用工", "Business, property, work"),
    "office": pair("单位的做法", "How an office acted"),
    "grievance": pair("不服一个决定（信访）", "Against a decision (grievance)"),
    "dispute": pair("和别人的纠纷", "A dispute"),
    "write": pair("自己写", "Writing freely"),
}
COUNTING_NAMES = {"working": say("工作日", "working days"), "calendar": say("自然日", "calendar days")}
MOST_DAYS = 3650


class CategoryForm(SettingsForm):
    """One category or group."""

    kind = "category"

    def start(self) -> dict[str, Any]:
        """As the category is."""
        row = self.before
        promise = row.get("promise", {})
        return {
            **self.started("name"),
            **{name: row.get(name, "") for name in ("parent", "kind", "procedure", "door")},
            "place": "=" if self.code else "",
            "days": promise.get("days"),
            "counting": promise.get("counting", "working"),
            "public": row.get("public", True),
            "keywords": "\n".join(row.get("keywords", ())),
            "examples": "\n".join(row.get("examples", ())),
        }

    def build(self) -> None:
        """Its name and place in the tree, what it runs on, what is promised, and what people write."""
        base = self.base
        self.pair("name", pair("名称", "Name"), needed=True)
        groups = [row["code"] for row in base.rows("category") if not row.get("procedure")]
        known = [one for one in choices_of(base, "category", but=(self.code,)) if one[0] in groups]
        self.fields["parent"] = one_of(say("属于哪一组", "In which group"), [NONE, *known])
        before = [("", say("放在最后", "At the end")), *choices_of(base, "category", but=(self.code,))]
        self.fields["place"] = one_of(
            say("排在谁前面", "Stands before"),
            [("=", say("位置不变", "Where it is")), *before] if self.code else before,
        )
        kinds = [(code, in_language(KIND_NAMES[code])) for code in KINDS]
        self.fields["kind"] = one_of(
            say("种类", "Kind"),
            [("", say("这是一组，下面再分类别", "A group that holds categories")), *kinds],
            say("密封的种类，改了也不能变成不密封。", "A sealed kind never becomes one that is not."),
        )
        self.fields["procedure"] = one_of(
            say("办理流程", "Procedure"),
            [NONE, *procedures(base)],
            say(
                "已经开始办的事项，仍按开始时的流程。",
                "Cases that are open keep the one that they began with.",
            ),
        )
        doors = [(code, in_language(DOOR_NAMES[code])) for code in DOORS]
        self.fields["door"] = one_of(say("从哪个入口进", "Behind which door"), [NONE, *doors])
        self.fields["days"] = days_field(say("承诺几天内答复", "Promised: an answer within"))
        self.fields["counting"] = counting_field()
        self.fields["public"] = forms.BooleanField(
            label=say("居民同意时可以公开", "May be published if the resident agrees"), required=False
        )
        self.fields["keywords"] = _lines_field(say("关键词，一行一个", "Key words, one a line"), 60)
        self.fields["examples"] = _lines_field(
            say("居民会怎么写，一行一句", "What people write, one a line"), 500
        )

    def layout(self) -> list[list[Any]]:
        """Name, place, way, promise, words."""
        return [
            self.both("name"),
            [self["parent"], self["place"]],
            [self["kind"], self["procedure"]],
            [self["door"], self["public"]],
            [self["days"], self["counting"]],
            [self["keywords"], self["examples"]],
        ]

    def edits(self) -> list[Edit]:
        """The category as it was typed; its extra questions as they are."""
        code = self.code or self.new_code("name")
        row = {
            **self.before,
            "code": code,
            "name": self.words("name"),
            **{name: self.typed(name) for name in ("parent", "kind", "procedure", "door")},
            "promise": promise_of(self.typed("days"), self.typed("counting")),
            "keywords": _list(self.typed("keywords")),
            "examples": _list(self.typed("examples")),
        }
        row.pop("public", None)
        public = {} if self.typed("public") else {"public": False}
        return [Edit("category", code, self.kept({**row, **public}, **position(self, "category")))]


def position(form: SettingsForm, kind: str) -> dict[str, int]:
    """Where in its list a thing shall stand: before the one that was chosen."""
    wanted = form.typed("place")
    if wanted == "=":
        return {"position": form.base.things[kind, form.code]["position"]}
    others = [row["code"] for row in form.base.rows(kind) if row["code"] != form.code]
    return {"position": others.index(wanted) if wanted in others else len(others)}


def procedures(base: InForce) -> list[tuple[str, str]]:
    """The procedures in force by name."""
    found = {code: parse(text)[0] for code, text in base.pack.procedures.items()}
    return [(code, in_language(one.name) if one else code) for code, one in found.items()]


def days_field(label: Any) -> forms.IntegerField:
    """A number of days."""
    wrong = say("请写1到3650的整数。", "Write a whole number from 1 to 3650.")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def counting_field() -> forms.ChoiceField:
    """How days are counted."""
    return one_of(say("怎么数", "Counted in"), [(code, COUNTING_NAMES[code]) for code in reversed(COUNTINGS)])


def promise_of(days: int | None, counting: str | None) -> dict[str, Any]:
    """A promise as a pack has it; {} for none."""
    return {"days": days, "counting": counting or "working"} if days else {}


def _lines_field(label: Any, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=longest * 100, widget=box(longest * 100, 6)
    )


def _list(text: str) -> list[str]:
    found = [" ".join(line.split()) for line in text.splitlines()]
    return list(dict.fromkeys(line for line in found if line))


class RetireCategoryForm(SettingsForm):
    """No longer a category."""

    kind = "category"

    def layout(self) -> list[list[Any]]:
        """Nothing is asked."""
        return []

    def edits(self) -> list[Edit]:
        """Gone from what names it as well, where it is not all that is named there."""
        found = [Edit("category", self.code, None)]
        for (kind, code), kept in self.base.things.items():
            row = kept["data"]
            if kind == "rule" and self.code in row.get("categories", ()) and len(row["categories"]) > 1:
                left = [one for one in row["categories"] if one != self.code]
                found.append(Edit(kind, code, {**kept, "data": {**row, "categories": left}}))
            if kind in ("page", "answer", "phrase") and row.get("category") == self.code:
                left_over = {key: value for key, value in row.items() if key != "category"}
                found.append(Edit(kind, code, {**kept, "data": left_over}))
        return found


class PromisesForm(SettingsForm):
    """What is promised for every category at once."""

    kind = "category"
    in_lines = True

    def start(self) -> dict[str, Any]:
        """As it is promised now."""
        found: dict[str, Any] = {}
        for row in self._rows():
            promise = row.get("promise", {})
            found[f"days-{row['code']}"] = promise.get("days")
            found[f"counting-{row['code']}"] = promise.get("counting", "working")
        return found

    def build(self) -> None:
        """Days and counting for each."""
        for row in self._rows():
            name = named(row)
            self.fields[f"days-{row['code']}"] = days_field(name)
            counting = counting_field()
            counting.label = f"{name}{say('：怎么数', ': counted in')}"
            self.fields[f"counting-{row['code']}"] = counting

    def _rows(self) -> list[dict[str, Any]]:
        return [row for row in self.base.rows("category") if row.get("procedure")]

    def layout(self) -> list[list[Any]]:
        """One line for each category."""
        return [[self[f"days-{row['code']}"], self[f"counting-{row['code']}"]] for row in self._rows()]

    def edits(self) -> list[Edit]:
        """The categories whose promise is another."""
        found = []
        for row in self._rows():
            code = row["code"]
            wanted = promise_of(self.typed(f"days-{code}"), self.typed(f"counting-{code}"))
            if wanted != row.get("promise", {}):
                kept: Kept = self.base.things["category", code]
                found.append(
                    Edit("category", code, self.kept({**row, "promise": wanted}, position=kept["position"]))
                )
        return found

    def _place(self, fault: Any) -> str | None:
        """Every fault is about one line."""
        name = f"days-{fault.where.partition('[')[2].partition(']')[0]}"
        return name if name in self.fields else None


def category_rows(base: InForce) -> list[list[Any]]:
    """The list: group, kind and promise."""
    names = dict(choices_of(base, "category"))
    return [
        [
            names.get(row.get("parent", ""), ""),
            in_language(KIND_NAMES[row["kind"]]) if row.get("kind") else say("组", "Group"),
            promised((row["promise"]["days"], row["promise"]["counting"])) if row.get("promise") else "",
        ]
        for row in base.rows("category")
    ]
