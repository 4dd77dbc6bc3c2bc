"""A letter goes out whole, or says by which article it cannot."""

import json
import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.letters import PARTS, Template, letter, written_day
from gongshi.rules.procedure import Entry, raised_after
from gongshi.rules.templates import placeholders_in
from tests.rules.calendars import PLAIN
from tests.rules.procedure_cases import CAST, RESIDENT, Journey, Numbered, day
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


def test_whoever_was_pressed_in_vain_is_told_of_in_both_languages_and_nowhere_else() -> None:
    given = dict.fromkeys(PARTS, "甲")
    told = {
        code: [
            language
            for language in ("zh", "en")
            if "7" in letter(template, {**given, part: "7"}, language).text
        ]
        for part in ("raised_after", "pressed_times")
        for code, template in SHIPPED.letters.items()
        if part in template.parts
    }
    assert set(told) == {"outside", "overdue", "ordered", "refusal_final", "opinion", "final", "hearing"}
    assert all(languages == ["zh", "en"] for languages in told.values()), told
    none = {**given, "raised_after": "", "pressed_times": ""}
    for code in told:
        for language in ("zh", "en"):
            said, unsaid = (letter(SHIPPED.letters[code], each, language).text for each in (given, none))
            lines = set(said.splitlines()) - set(unsaid.splitlines())
            assert len(lines) == (2 if code == "overdue" else 1), "a line for each, and nothing else"


def test_a_case_came_by_itself_only_until_somebody_decides_or_asks_anew() -> None:
    case = Journey(SHIPPED, day("03-02"), stage="answered", calendar=PLAIN)
    case.make("ask_review", RESIDENT, day("03-02"))
    on = day("03-02")
    while case.state.stage == "review":
        assert raised_after(numbered(case)) == 0
        on += timedelta(days=1)
        case.pass_time(on)
    assert case.state.stage == "re_review"
    assert raised_after(numbered(case)) == 3
    case.make("hold_hearing", CAST["above_2"], on, date=on + timedelta(days=8))
    case.make("withdraw", RESIDENT, on)
    case.make("restore", RESIDENT, on)
    assert raised_after(numbered(case)) == 3, "what lies between changes nothing"
    case.make("call_off", CAST["above_2"], on)
    case.make("final_answer", CAST["above_2"], on)
    assert raised_after(numbered(case)) == 0


def numbered(case: Journey) -> list[Numbered]:
    """The history of a case, as a database gives it."""
    entries = (json.loads(one) for one in case.history)
    return [Numbered(seq, Entry(*each)) for seq, each in enumerate(entries, start=1)]


def test_the_page_names_every_part() -> None:
    page = (ROOT / "docs" / "rules" / "letters.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`\{(\w+)\}`", page)) == PARTS
