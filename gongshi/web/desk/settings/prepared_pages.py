"""Templates and phrases of every office, as an administrator changes them; an office writes its own under "Pages"."""

from typing import Any, ClassVar

from gongshi.bulletin.drafts import LONGEST, LONGEST_OTHER
from gongshi.bulletin.prepared import NEEDED, PARTS
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.settings.forms import SettingsForm, choices_of, one_of
from gongshi.web.desk.templates import LABELS, ROWS
from gongshi.words import say


class PreparedThingForm(SettingsForm):
    """The words, whose they are, and for which category."""

    kind: ClassVar[str] = "answer"

    def start(self) -> dict[str, Any]:
        """As they are."""
        row = self.before
        return {
            **self.started(*PARTS[self.kind]),
            "office": row.get("office", ""),
            "category": row.get("category", ""),
        }

    def build(self) -> None:
        """A pair for each part."""
        for part in PARTS[self.kind]:
            limit = LONGEST.get(part, LONGEST_OTHER)
            rows = 1 if part == "name" else ROWS.get(part, 2)
            self.pair(part, LABELS[part], limit=limit, rows=rows, needed=part in NEEDED[self.kind])
        self.fields["office"] = one_of(
            say("哪个单位的", "Whose they are"),
            choices_of(self.base, "office"),
            say("只有这个单位答复时能选。", "Only this office is offered them for its answers."),
            required=True,
        )
        everything = ("", say("都用", "Everything"))
        leaves = [row["code"] for row in self.base.rows("category") if row.get("procedure")]
        known = [one for one in choices_of(self.base, "category") if one[0] in leaves]
        self.fields["category"] = one_of(say("只用于哪一类", "Only for"), [everything, *known])

    def layout(self) -> list[list[Any]]:
        """Whose first, then the pairs side by side."""
        return [[self["office"], self["category"]], *(self.both(part) for part in PARTS[self.kind])]

    def edits(self) -> list[Edit]:
        """The words as they were typed."""
        code = self.code or self.new_code("name")
        row = {
            "code": code,
            "office": self.typed("office"),
            "category": self.typed("category"),
            **{part: self.words(part) for part in PARTS[self.kind]},
        }
        return [Edit(self.kind, code, self.kept(row))]


class PhraseForm(PreparedThingForm):
    """A phrase."""

    kind = "phrase"


class RemovePreparedForm(SettingsForm):
    """No longer offered."""

    kind = "answer"

    def layout(self) -> list[list[Any]]:
        """Nothing is asked."""
        return []

    def edits(self) -> list[Edit]:
        """Gone from what is offered; the words stay."""
        return [Edit(self.kind, self.code, None)]


class RemovePhraseForm(RemovePreparedForm):
    """A phrase that is no longer offered."""

    kind = "phrase"


def template_rows(base: InForce) -> list[list[Any]]:
    """The list: whose, and for which category."""
    return _rows(base, "answer")


def phrase_rows(base: InForce) -> list[list[Any]]:
    """The same of phrases."""
    return _rows(base, "phrase")


def _rows(base: InForce, kind: str) -> list[list[Any]]:
    offices, categories = dict(choices_of(base, "office")), dict(choices_of(base, "category"))
    return [
        [offices.get(row["office"], ""), categories.get(row.get("category", ""), "")]
        for row in base.rows(kind)
    ]
