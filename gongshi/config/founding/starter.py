"""A place without a pack of its own begins with the starter: what it must be told, and the pack that comes of it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from gongshi.config.founding.answers import Answers, Question, Unusable
from gongshi.formats.pack import CalendarData, Pack
from gongshi.words import Words, pair

YEARS = 3


def begun(answers: Answers) -> Answers:
    """The answers with the starter made this place's: its name, language and prefix."""
    pack, name = answers.pack, both_names(answers.place_name)
    place = replace(
        pack.place,
        code=re.sub(r"[^a-z0-9]+", "-", name["en"].lower()).strip("-")[:60].strip("-") or pack.place.code,
        name=name,
        language=answers.language,
        reference_prefix=answers.reference_prefix,
    )
    return replace(answers, pack=replace(pack, place=place))


def with_days_off(answers: Answers, pack: Pack, this_year: int) -> Pack:
    """The starter with the calendar of this year and the next ones."""
    calendar = replace(pack.calendars[0], content=_days_off(answers, pack.calendars[0], this_year))
    return replace(pack, calendars=(calendar,))


def with_administrator(answers: Answers, pack: Pack) -> Pack:
    """The starter's one member of staff as whoever was named."""
    member = replace(pack.staff[0], login=answers.administrator, name=both_names(answers.administrator_name))
    return replace(pack, staff=(member,))


def both_names(text: str) -> Words:
    """ "中文 / English" as words; one name alone stands for both."""
    zh, _, en = (part.strip() for part in text.partition("/"))
    return {"zh": zh or en, "en": en or zh}


def _days_off(answers: Answers, calendar: CalendarData, this_year: int) -> dict[str, object]:
    years = range(this_year, this_year + YEARS)
    if not answers.holidays:
        none = {"published": False, "holidays": [], "working": []}
        return {**calendar.content, "years": {str(year): none for year in years}}
    proposed = _proposed(answers.holidays, years)
    return {**proposed, "code": calendar.code}


def _proposed(country: str, years: Iterable[int]) -> dict[str, object]:
    from gongshi.places.proposals import UnknownCalendar, propose_calendar

    try:
        return propose_calendar(country, years)
    except UnknownCalendar as error:
        raise Unusable(
            "没有这个国家或地区的节假日；写法如 CN 或 GB-ENG，留空只算周末",
            "no holidays are known under this code; as in CN or GB-ENG, or empty for weekends alone",
        ) from error


def _name(text: str, _answers: Answers) -> str:
    if len(text) > 120 or not text.isprintable():
        raise Unusable("名称最多120个字符", "a name has at most 120 characters")
    return text


def _language(text: str, _answers: Answers) -> str:
    if text not in ("zh", "en"):
        raise Unusable("写 zh 或 en", "zh or en")
    return text


def _prefix(text: str, _answers: Answers) -> str:
    if not re.fullmatch(r"[A-Z]{2,4}", text):
        raise Unusable("要2到4个大写字母", "expected 2 to 4 capital letters")
    return text


def _country(text: str, _answers: Answers) -> str:
    _proposed(text, [2026])
    return text


def _initials(answers: Answers) -> str:
    """The capitals with which the English name begins."""
    found = "".join(word[0] for word in re.findall(r"[A-Za-z]+", both_names(answers.place_name)["en"]))
    return found.upper()[:4] if len(found) > 1 else "NP"


STARTER_QUESTIONS = (
    Question(
        "place_name",
        pair("地方的名称（中文 / English）", "The place's name (中文 / English, or one for both)"),
        lambda _: "新地方 / New place",
        _name,
    ),
    Question(
        "language",
        pair("本地的语言，放在前面：zh 或 en", "The place's own language, shown first: zh or en"),
        lambda _: "zh",
        _language,
    ),
    Question(
        "reference_prefix",
        pair(
            "编号开头的2到4个大写字母（以后不能改）",
            "2 to 4 capitals that begin every reference (for good)",
        ),
        _initials,
        _prefix,
    ),
    Question(
        "holidays",
        pair(
            "按哪个国家或地区的节假日（如 CN、GB-ENG；留空只算周末）",
            "Whose public holidays count (as CN or GB-ENG; empty: weekends alone)",
        ),
        lambda _: "",
        _country,
        optional=True,
    ),
)
