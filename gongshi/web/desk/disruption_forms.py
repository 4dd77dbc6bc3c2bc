"""Forms of notices of outages and works. Times are typed on the place's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from gongshi.bulletin.drafts import LONGEST, DisruptionDraft, Fault
from gongshi.bulletin.labels import DISRUPTION_FAULTS, DISRUPTION_PARTS
from gongshi.bulletin.models import Disruption, DisruptionRevision
from gongshi.places.queries import area_by_code
from gongshi.routing.queries import categories, category_by_code
from gongshi.rules.ladder import is_sealed
from gongshi.web.context import zone
from gongshi.web.desk.forms import SeenForm
from gongshi.web.desk.page_forms import LANGUAGES, area_choices, in_order, words_field
from gongshi.words import in_language, say

ROWS = {"title": 1, "text": 4}
PARTS = ("title", "text")
UNREADABLE = say("请写成 2026-11-23 18:00 这样。", "Write the time like 2026-11-23 18:00.")


class MomentField(forms.DateTimeField):
    """A day and a time on the place's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, label: Any, hint: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            error_messages={"invalid": UNREADABLE},
        )

    def to_python(self, value: Any) -> datetime | None:
        """The instant that the clock of the place shows."""
        with timezone.override(zone()):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """The other way round, for the form."""
        with timezone.override(zone()):
            return super().prepare_value(value)


class FaultsForm(SeenForm):
    """A form whose faults the action finds, so that any other door finds the same."""

    def tell(self, faults: list[Fault]) -> None:
        """Say beside each box what is wrong with it."""
        for fault in faults:
            name = f"{fault.part}_{fault.language}" if fault.language else fault.part
            self.add_error(name, in_language(DISRUPTION_FAULTS[fault.code]))


class DisruptionForm(FaultsForm):
    """The words, times and places of a notice."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="notice-%s")
        for part in PARTS:
            for code in in_order():
                lang, suffix = LANGUAGES[code]
                label = f"{in_language(DISRUPTION_PARTS[part])}{suffix}"
                self.fields[f"{part}_{code}"] = words_field(label, lang, LONGEST[part], ROWS[part])
        self.fields["begins_at"] = MomentField(
            in_language(DISRUPTION_PARTS["begins_at"]), say("按本地的钟。", "By the clock here.")
        )
        self.fields["expected_until"] = MomentField(
            in_language(DISRUPTION_PARTS["expected_until"]),
            say("不知道就空着；知道了再改。", "Leave it empty while nobody knows, and change it later."),
        )
        self.fields["shown_from"] = MomentField(
            in_language(DISRUPTION_PARTS["shown_from"]), say("不填就是马上公布。", "Empty: at once.")
        )
        self.fields["categories"] = forms.MultipleChoiceField(
            label=say("和哪几类有关", "What it is about"),
            help_text=say(
                "居民要反映这几类、又在这些地方时，会先看到通知。",
                "Whoever is about to report one of these, in one of the places, sees the notice first.",
            ),
            required=False,
            choices=_kinds(),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["areas"] = forms.MultipleChoiceField(
            label=say("哪些地方", "Where"),
            help_text=say("不选就是全部地方。", "None: everywhere."),
            required=False,
            choices=area_choices(),
            widget=forms.CheckboxSelectMultiple,
        )

    def both(self) -> list[tuple[Any, Any]]:
        """Each part's two boxes, side by side."""
        return [(self[f"{part}_zh"], self[f"{part}_en"]) for part in PARTS]

    def draft(self) -> DisruptionDraft:
        """What was typed, for the action."""
        typed = self.cleaned_data
        title, text = ({code: typed[f"{part}_{code}"] for code in LANGUAGES} for part in PARTS)
        return DisruptionDraft(
            title=title,
            text=text,
            begins_at=typed["begins_at"],
            expected_until=typed["expected_until"],
            shown_from=typed["shown_from"],
            categories=tuple(UUID(one) for one in typed["categories"]),
            areas=tuple(UUID(one) for one in typed["areas"]),
        )


class OverForm(FaultsForm):
    """Since when it is over."""

    over_at = MomentField(say("什么时候恢复的", "Over since"), say("不填就是现在。", "Empty: now."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "over-%s", **kwargs})


class SeenOnly(SeenForm):
    """A button that only says which revision was on the page."""

    def number(self) -> int:
        """That revision; 0 for what is none."""
        return self.last_seen() if self.is_valid() else 0


def initial_of(row: Disruption, words: DisruptionRevision) -> dict[str, Any]:
    """What stands in the form for a notice as it is, with its newest words."""
    kinds = (category_by_code(code) for code in words.scope["categories"])
    places = (area_by_code(code) for code in words.scope["areas"])
    return {
        **{f"{part}_{code}": getattr(words, part).get(code, "") for part in PARTS for code in LANGUAGES},
        "seen": row.number,
        "begins_at": row.begins_at,
        "expected_until": row.expected_until,
        "shown_from": row.shown_from,
        "categories": [str(one.id) for one in kinds if one],
        "areas": [str(one.id) for one in places if one],
    }


def _kinds() -> list[tuple[str, str]]:
    """The categories that a notice can be shown beside: no questions, and no sealed kinds."""
    return [
        (str(node.id), in_language(node.name))
        for node in categories().values()
        if not node.is_group and node.door != "ask" and not is_sealed(node.kind)
    ]
