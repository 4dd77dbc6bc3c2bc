"""What the forms of the settings share: words in both languages, choices by name, and faults beside their boxes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify

from gongshi.accounts.queries import offices
from gongshi.bulletin.prepared import prepared_codes
from gongshi.formats.pack import Kept, PackFault
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.routing.queries import categories
from gongshi.web.desk.forms import MISSING, SeenForm
from gongshi.web.desk.page_forms import LANGUAGES, in_order, words_field
from gongshi.words import Words, in_language, say

NONE = ("", say("没有", "None"))
_WHERE = re.compile(r"\w+\[(?P<code>[^\]]*)\](?:\.(?P<field>\w+)(?:\.(?P<language>zh|en))?)?")
NAMED = dict.fromkeys(("office", "category", "rule", "answer", "phrase"), "code") | {"staff": "login"}


class SettingsForm(SeenForm):
    """The form of one thing. ``code``: what it is called in the pack; "" while it is new.

    A form says what the thing shall be as a pack holds it; whether it can be so is for the checks of packs to say.
    """

    kind: ClassVar[str] = ""
    # Whether fields that stand together are one line of a list, named by the first of them.
    in_lines: ClassVar[bool] = False

    def __init__(self, base: InForce, code: str, data: Any = None) -> None:
        self.base, self.code = base, code
        self.pairs: dict[str, bool] = {}
        self.before: dict[str, Any] = base.row(self.kind, code) or {} if code else {}
        start = {**self.start(), "seen": base.number}
        super().__init__(data, initial=start, auto_id="settings-%s")
        self.build()

    def start(self) -> dict[str, Any]:
        """What stands in the boxes at first."""
        return {}

    def build(self) -> None:
        """Add the fields."""

    def layout(self) -> list[list[Any]]:
        """Bound fields as they stand: one in a line, or two side by side."""
        raise NotImplementedError

    def edits(self) -> list[Edit]:
        """What was typed, as edits of the pack."""
        raise NotImplementedError

    def pair(self, name: str, label: Words, *, limit: int = 200, rows: int = 1, needed: bool = False) -> None:
        """Two boxes for words in both languages: both are filled in, or, where it is not ``needed``, neither."""
        self.pairs[name] = needed
        for language in in_order():
            lang, suffix = LANGUAGES[language]
            field = words_field(f"{in_language(label)}{suffix}", lang, limit, rows)
            if rows == 1:
                field.widget = forms.TextInput(attrs={"lang": lang})
            self.fields[f"{name}_{language}"] = field

    def clean(self) -> dict[str, Any]:
        """No language alone."""
        found: dict[str, Any] = super().clean() or {}
        for name, needed in self.pairs.items():
            boxes = [f"{name}_{code}" for code in LANGUAGES]
            empty = [box for box in boxes if not found.get(box, "").strip()]
            if needed or len(empty) < len(boxes):
                for box in empty:
                    self.add_error(box, MISSING)
        return found

    def both(self, name: str) -> list[Any]:
        """The two boxes of a pair."""
        return [self[f"{name}_{code}"] for code in in_order()]

    def words(self, name: str) -> Words:
        """What was typed in both languages; {} for nothing."""
        typed = {code: _lines(self.cleaned_data[f"{name}_{code}"]) for code in LANGUAGES}
        return {code: text for code, text in typed.items() if text}

    def typed(self, name: str) -> Any:
        """What was typed in one box."""
        return self.cleaned_data.get(name)

    def started(self, *names: str) -> dict[str, str]:
        """Where the words of the thing stand in the boxes."""
        return {
            f"{name}_{code}": self.before.get(name, {}).get(code, "") for name in names for code in LANGUAGES
        }

    def new_code(self, name: str) -> str:
        """A code of its own for something new, from its English name; people never see it."""
        stem = slugify(self.words(name).get("en", ""))[:50].strip("-_") or self.kind
        # What was retired under a code would come back with it.
        known: set[str] = {code for kind, code in self.base.things if kind == self.kind}
        known |= {node.code for node in offices().everything.values()} if self.kind == "office" else set()
        known |= (
            {node.code for node in categories().everything.values()} if self.kind == "category" else set()
        )
        known |= prepared_codes() if self.kind in ("answer", "phrase") else set()
        tried, number = stem, 2
        while tried in known:
            tried, number = f"{stem}-{number}", number + 1
        return tried

    def kept(self, row: Mapping[str, Any], **more: Any) -> Kept:
        """The thing for an edit, without what is empty."""
        return {
            "data": {
                key: value for key, value in row.items() if value not in ("", None, [], {}) or value is False
            },
            **more,
        }

    def tell(self, faults: Iterable[PackFault]) -> None:
        """Say what is wrong: beside its box where there is one."""
        for fault in faults:
            if fault.severity == "fault":
                field, text = self._place(fault), in_language(fault.what)
                self.add_error(field, text if field else f"{self._thing(fault)}{text}")

    def _place(self, fault: PackFault) -> str | None:
        found = _WHERE.match(fault.where)
        if found is None or (self.code and found["code"] != self.code) or not found["field"]:
            return None
        names = [f"{found['field']}_{found['language'] or 'zh'}", found["field"]]
        return next((name for name in names if name in self.fields), None)

    def _thing(self, fault: PackFault) -> str:
        """Which other thing a fault is about, by name."""
        found = _WHERE.match(fault.where)
        if found is None or found["code"] == self.code:
            return ""
        for kind in NAMED:
            row = self.base.row(kind, found["code"])
            if row is not None:
                return f"{named(row)}{say('：', ': ')}"
        return f"{found['code']}{say('：', ': ')}"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def named(row: Mapping[str, Any]) -> str:
    """A thing by its name; a rule by its reason."""
    return in_language(row.get("name") or row.get("reason") or {}) or str(
        row.get("code") or row.get("login") or ""
    )


def choices_of(base: InForce, kind: str, *, but: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Everything of a kind by name, for a list to choose from."""
    key = NAMED[kind]
    return [(row[key], named(row)) for row in base.rows(kind) if row[key] not in but]


def area_choices(base: InForce, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """All areas but the smallest, and those that are chosen already."""
    ranks = {one.code: rank for rank, one in enumerate(base.pack.levels)}
    smallest, kept = max(len(ranks) - 1, 1), set(chosen)
    return [
        (one.code, in_language(one.name))
        for one in base.pack.areas
        if ranks.get(one.level, 0) < smallest or one.code in kept
    ]


def one_of(
    label: Any, choices: Iterable[Any], hint: Any = "", *, required: bool = False
) -> forms.ChoiceField:
    """A list to choose one from."""
    return forms.ChoiceField(label=label, help_text=hint, choices=list(choices), required=required)


def some_of(label: Any, choices: Iterable[Any], hint: Any = "") -> forms.MultipleChoiceField:
    """Boxes to tick."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=list(choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def line(label: Any, hint: Any = "", *, limit: int = 60, required: bool = False) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, help_text=hint, max_length=limit, required=required)
