"""A letter goes out whole, or says by which article it cannot."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.letters import PARTS, Template, letter, written_day
from gongshi.rules.templates import placeholders_in
from tests.rules.procedure_files import PACK, ROOT, loaded

ART = {"zh": "第三十四条", "en": "art. 34"}
NAME = {"zh": "告知书", "en": "Notice"}
TEXT = {
    "zh": "您好：\n\n理由：{reason}\n电话：{office_phone}\n\n\n{answer_by}以前答复。",
    "en": "Hello,\n\nWhy: {reason}\nTelephone: {office_phone}\n\n\nYou are answered by {answer_by}.",
}
EXTENDED = Template("extended", NAME, TEXT, {"reason": ART, "answer_by": ART}, ("extend",))
GIVEN = {"reason": "要重新丈量。", "answer_by": "2026年6月1日", "office_phone": "0000-1"}
SHIPPED = loaded(PACK / "grievance.toml")


def test_it_is_filled_in_the_language_of_whoever_reads_it() -> None:
    made = letter(EXTENDED, GIVEN, "zh")
    assert made.text == "您好：\n\n理由：要重新丈量。\n电话：0000-1\n\n2026年6月1日以前答复。"
    assert made.lacking == ()
    assert letter(EXTENDED, GIVEN, "en").text.startswith("Hello,\n\nWhy: 要重新丈量。")


def test_a_line_without_its_part_is_left_out_unless_the_law_demands_it() -> None:
    assert "电话" not in letter(EXTENDED, {**GIVEN, "office_phone": " "}, "zh").text
    made = letter(EXTENDED, {**GIVEN, "reason": "  "}, "zh")
    assert made.text == ""
    assert [(one.part, one.basis) for one in made.lacking] == [("reason", ART)]


def test_what_was_filled_in_is_not_looked_at_again() -> None:
    assert "{office_phone}" in letter(EXTENDED, {**GIVEN, "reason": "{office_phone}"}, "zh").text


def test_days_have_their_year() -> None:
    assert written_day(date(2027, 1, 9), "zh") == "2027年1月9日"
    assert written_day(date(2027, 1, 9), "en") == "9 January 2027"


@given(st.dictionaries(st.sampled_from(sorted(PARTS)), st.text("甲乙 x\n", max_size=12)))
def test_every_letter_of_the_pack_is_whole_or_says_what_it_lacks(parts: dict[str, str]) -> None:
    for template in SHIPPED.letters.values():
        for language in ("zh", "en"):
            made = letter(template, parts, language)
            assert bool(made.text) != bool(made.lacking)
            assert {one.part for one in made.lacking} == {
                part for part in template.needs if not parts.get(part, "").strip()
            }
            assert made.lacking or not placeholders_in(made.text)


def test_the_page_names_every_part() -> None:
    page = (ROOT / "docs" / "rules" / "letters.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`\{(\w+)\}`", page)) == PARTS
