"""Words of the place: texts that pages show where they know the key."""

from typing import Any

from gongshi.formats.pack import PackFault
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.settings.forms import SettingsForm
from gongshi.words import Words, in_language, pair

KNOWN: dict[str, Words] = {
    "about_place": pair("介绍本地的一句话", "A sentence about the place"),
    "operator_note": pair("谁运行本平台", "Who runs this server"),
    "counter": pair("不上网怎么办", "How to file without the web"),
    "promise_note": pair("承诺的天数怎么算", "How promised days count"),
    "accessibility": pair("需要帮助的人", "Help for those who need it"),
    "tip_offs": pair("不接受举报个人", "No tip-offs about persons"),
    "tip_offs_instead": pair("该去哪里举报", "Where to turn instead"),
    "tip_off_words": pair("提醒用的字眼，用逗号隔开", "Words that make the form remind, with commas"),
}


def keys(base: InForce) -> list[str]:
    """Every text that pages know, and those that the place brought beside them."""
    return list(dict.fromkeys([*KNOWN, *base.pack.words]))


class WordsForm(SettingsForm):
    """One text in both languages; empty boxes take it away."""

    kind = "words"

    def start(self) -> dict[str, Any]:
        """As the text is."""
        return {f"text_{code}": self.before.get(code, "") for code in ("zh", "en")}

    def build(self) -> None:
        """The two boxes."""
        self.pair("text", KNOWN.get(self.code, pair(self.code, self.code)), limit=4_000, rows=6)

    def layout(self) -> list[list[Any]]:
        """Side by side."""
        return [self.both("text")]

    def _place(self, fault: PackFault) -> str | None:
        start, _, language = fault.where.rpartition(".")
        return f"text_{language}" if start == f"words.{self.code}" and language in ("zh", "en") else "text_zh"

    def edits(self) -> list[Edit]:
        """The text as it was typed."""
        words = self.words("text")
        return [Edit("words", self.code, {"data": words} if words else None)]


def word_rows(base: InForce) -> list[list[Any]]:
    """The list: what stands there now."""
    return [[in_language(base.pack.words.get(key, {}))] for key in keys(base)]
