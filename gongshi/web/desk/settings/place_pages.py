"""The place itself, as far as its words and numbers go."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from gongshi.accounts.rights import require
from gongshi.formats.pack import PackFault
from gongshi.formats.pack.licences import LICENCES, NONE, said_of
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import in_force
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.settings.editing import Editor, worked
from gongshi.web.desk.settings.forms import SettingsForm, line, one_of
from gongshi.words import in_language, pair, say

NUMBERS = 4
SETTINGS = pair("设置", "Settings")


class PlaceForm(SettingsForm):
    """The place's name, a sentence about it, the licence of its open data, and whom to call first in danger."""

    kind = "place"

    def start(self) -> dict[str, Any]:
        """As the place is."""
        found: dict[str, Any] = {}
        said = {"name": self.before["place"]["name"], "about": self.base.row("words", "about_place") or {}}
        for n, one in enumerate(self.before.get("emergency", ())):
            found[f"number_{n}"] = one["number"]
            said[f"called_{n}"] = one["name"]
        found["licence"] = self.before.get("open_data", {}).get("licence", NONE)
        for name, words in said.items():
            found |= {f"{name}_{code}": text for code, text in words.items()}
        return found

    def build(self) -> None:
        """Two pairs, the licence, then a line for each number."""
        self.pair("name", pair("名称", "Name"), needed=True)
        self.pair("about", pair("介绍本地的一句话", "A sentence about the place"), limit=400, rows=3)
        known = [(one.code, in_language(said_of(one))) for one in LICENCES.values()]
        self.fields["licence"] = one_of(
            say("开放数据的许可", "Licence of open data"),
            [(NONE, say("不给许可", "None given")), *known],
            say(
                "数字、代码和位置可以怎样用。居民写的话不在许可之内。",
                "How counts, codes and points may be used. What residents wrote is under no licence.",
            ),
        )
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
        return [self.both("name"), self.both("about"), [self["licence"]], *numbers]

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
        changed = ("emergency", "open_data")
        row = {key: value for key, value in self.before.items() if key not in changed}
        licence = self.typed("licence")
        given = {"open_data": {"licence": licence}} if licence else {}
        about = self.words("about")
        return [
            Edit(
                "place",
                self.code,
                {"data": {**row, "place": place, **({"emergency": called} if called else {}), **given}},
            ),
            Edit("words", "about_place", {"data": about} if about else None),
        ]


@staff_page("GET", "POST")
def place(request: DeskRequest) -> HttpResponse:
    """The place's name, its sentence, its licence and its emergency numbers."""
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
