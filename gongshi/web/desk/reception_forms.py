"""Forms of reception days. Times are typed on the place's clock."""

from collections.abc import Mapping
from typing import Any

from django import forms

from gongshi.bulletin.actions.receptions import ReceptionDraft
from gongshi.bulletin.drafts import LONGEST_OTHER, Fault
from gongshi.bulletin.labels import RECEPTION_FAULTS, RECEPTION_PARTS
from gongshi.bulletin.receptions import Day
from gongshi.rules import receptions as rules
from gongshi.web.desk.disruption_forms import MomentField
from gongshi.web.desk.forms import SeenForm
from gongshi.web.desk.page_forms import LANGUAGES, in_order, words_field
from gongshi.words import in_language, say

ROWS = {"receiver": 1, "place": 2, "reason": 2}
UNREADABLE = say("请写一个整数。", "Write a whole number.")


class ReceptionForm(SeenForm):
    """Who receives, where and when; for a new day how many times, for one that is announced why it changes."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, new: bool) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="reception-%s")
        self.parts = ("receiver", "place") if new else ("receiver", "place", "reason")
        for part in self.parts:
            add_words(self, part)
        self.fields["begins_at"] = MomentField(
            in_language(RECEPTION_PARTS["begins_at"]), say("按本地的钟。", "By the clock here.")
        )
        if new:
            self.fields["minutes"] = forms.TypedChoiceField(
                label=in_language(RECEPTION_PARTS["minutes"]),
                coerce=int,
                choices=[(one, str(one)) for one in rules.MINUTES],
            )
            self.fields["slots"] = forms.IntegerField(
                label=in_language(RECEPTION_PARTS["slots"]),
                help_text=say(
                    "每四个里留一个给没有预约的人。公布以后不能改。",
                    "One in four is kept for whoever comes without a booking. Fixed once announced.",
                ),
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                error_messages={"invalid": UNREADABLE},
            )

    def both(self) -> list[tuple[Any, Any]]:
        """Each part's two boxes, side by side."""
        return [(self[f"{part}_zh"], self[f"{part}_en"]) for part in self.parts]

    def draft(self) -> ReceptionDraft:
        """What was typed, for the action."""
        typed = self.cleaned_data
        words = {part: words_of(typed, part) for part in self.parts}
        return ReceptionDraft(
            begins_at=typed["begins_at"],
            minutes=typed.get("minutes") or 0,
            slots=typed.get("slots") or 0,
            **words,
        )

    def tell(self, faults: list[Fault]) -> None:
        """Say beside each box what is wrong with it."""
        tell(self, faults)


class CallOffForm(SeenForm):
    """Why a day does not take place."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="off-%s")
        add_words(self, "reason")

    def both(self) -> list[tuple[Any, Any]]:
        """The two boxes, side by side."""
        return [(self["reason_zh"], self["reason_en"])]


def add_words(form: forms.Form, part: str) -> None:
    """A box for each language, the place's own first."""
    for code in in_order():
        lang, suffix = LANGUAGES[code]
        label = f"{in_language(RECEPTION_PARTS[part])}{suffix}"
        form.fields[f"{part}_{code}"] = words_field(label, lang, LONGEST_OTHER, ROWS[part])


def words_of(typed: Mapping[str, Any], part: str) -> dict[str, str]:
    """What was typed of one part, by language."""
    return {code: typed[f"{part}_{code}"] for code in LANGUAGES}


def tell(form: forms.Form, faults: list[Fault]) -> None:
    """Say beside each box of a form what is wrong with it."""
    for fault in faults:
        name = f"{fault.part}_{fault.language}" if fault.language else fault.part
        form.add_error(name, in_language(RECEPTION_FAULTS[fault.code]))


def initial_of(day: Day) -> dict[str, Any]:
    """What stands in the form of a day as it is; the reason is always written anew."""
    return {
        **{
            f"{part}_{code}": getattr(day.words, part).get(code, "")
            for part in ("receiver", "place")
            for code in LANGUAGES
        },
        "begins_at": day.row.begins_at,
        "seen": day.row.number,
    }
