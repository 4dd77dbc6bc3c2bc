"""The form of an answer page: every part in both languages, side by side."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from gongshi.bulletin.drafts import LONGEST, LONGEST_OTHER, Fault, PageDraft
from gongshi.bulletin.labels import FAULTS, PARTS
from gongshi.bulletin.models import PARTS as CODES
from gongshi.bulletin.models import Page, PageRevision
from gongshi.places.queries import areas_in_public, the_place
from gongshi.routing.queries import categories
from gongshi.web.desk.forms import SeenForm, box, date_field, why_field
from gongshi.words import in_language, say

LANGUAGES = {"zh": ("zh-Hans", say("（中文）", " (Chinese)")), "en": ("en", say("（英文）", " (English)"))}
ROWS = {"question": 2, "answer": 8}


def in_order() -> list[str]:
    """The languages, the place's own first: a form asks for words in the order in which people here write them."""
    return sorted(LANGUAGES, key=lambda code: code != the_place().language)


class PageForm(SeenForm):
    """The words of a page. What is too long or missing is said by the action, which any other door asks too."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="page-%s")
        for part in CODES:
            for code in in_order():
                lang, suffix = LANGUAGES[code]
                limit, rows = LONGEST.get(part, LONGEST_OTHER), ROWS.get(part, 3)
                # Made anew for each request: the words are those of its language.
                label = f"{in_language(PARTS[part])}{suffix}"
                self.fields[f"{part}_{code}"] = words_field(label, lang, limit, rows)
        self.fields["review_by"] = date_field(
            say("复核日期", "Review by"),
            say(
                "到这一天为止都没错。过了这一天，这一篇会排到最前面。",
                "Right until this day; after it the page comes first in the list.",
            ),
            required=False,
        )
        known = [
            (str(node.id), in_language(node.name)) for node in categories().values() if not node.is_group
        ]
        self.fields["category"] = forms.ChoiceField(
            label=say("哪方面", "About"),
            required=False,
            choices=[("", say("不归类", "None")), *known],
        )
        self.fields["areas"] = forms.MultipleChoiceField(
            label=say("只适用于这些地方", "Holds only for"),
            help_text=say("不选就是到处适用。", "None: it holds everywhere."),
            required=False,
            choices=area_choices(),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["because"] = why_field()

    def both(self) -> list[tuple[Any, Any]]:
        """Each part's two boxes, side by side."""
        first, second = in_order()
        return [(self[f"{part}_{first}"], self[f"{part}_{second}"]) for part in CODES]

    def draft(self) -> PageDraft:
        """What was typed, for the action."""
        typed = self.cleaned_data
        parts = {part: {code: typed[f"{part}_{code}"] for code in LANGUAGES} for part in CODES}
        return PageDraft(
            **parts,
            review_by=typed["review_by"],
            category=UUID(typed["category"]) if typed["category"] else None,
            areas=tuple(UUID(area) for area in typed["areas"]),
        )

    def tell(self, faults: list[Fault]) -> None:
        """Say beside each box what is wrong with it."""
        for fault in faults:
            self.add_error(
                f"{fault.part}_{fault.language}" if fault.language else fault.part,
                in_language(FAULTS[fault.code]),
            )


class SeenWhyForm(SeenForm):
    """A page is taken away, and why."""

    because = why_field()


def initial_of(page: Page, newest: PageRevision) -> dict[str, Any]:
    """What stands in the form for a page's newest words."""
    words = {f"{part}_{code}": getattr(newest, part).get(code, "") for part in CODES for code in LANGUAGES}
    return {
        **words,
        "seen": page.number,
        "review_by": newest.review_by,
        "category": str(page.category_id or ""),
        "areas": [str(area.id) for area in page.areas.all()],
    }


def words_field(label: str, lang: str, limit: int, rows: int) -> forms.CharField:
    """A box for words in one language. How long they may be is said by the action."""
    widget = box(limit, rows)
    widget.attrs["lang"] = lang
    return forms.CharField(label=label, required=False, widget=widget)


def area_choices() -> list[tuple[str, str]]:
    """All areas but the smallest, the way down the map."""
    return [(str(node.id), in_language(node.name)) for node in areas_in_public()]
