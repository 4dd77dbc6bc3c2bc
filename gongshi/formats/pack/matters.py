"""Reads categories.toml and routing.toml."""

from gongshi.formats.pack.faults import pair
from gongshi.formats.pack.identity import asks_identity
from gongshi.formats.pack.model import (
    CHANNELS,
    CHOOSING,
    COUNTINGS,
    DOORS,
    KINDS,
    QUESTION_TYPES,
    CategoryData,
    Choice,
    ExtraQuestion,
    Promise,
    RoutingRuleData,
)
from gongshi.formats.pack.tables import Sheet, Table, identity_words


def read_categories(sheet: Sheet) -> tuple[CategoryData, ...]:
    """Every category of categories.toml, in the order in which the form lists them."""
    top = Table(sheet, sheet.data)
    categories = tuple(_category(row) for row in top.tables("category", required=True))
    top.close()
    return categories


def _category(table: Table) -> CategoryData:
    category = CategoryData(
        code=table.code(),
        name=table.words("name"),
        parent=table.reference("parent"),
        kind=table.choice("kind", KINDS, required=False),
        procedure=table.reference("procedure") or "",
        door=table.choice("door", DOORS, required=False),
        keywords=table.texts("keywords", longest=60),
        examples=table.texts("examples"),
        promise=_promise(table.table("promise")),
        public=table.flag("public", True),
        questions=_questions(table),
    )
    table.close()
    return category


def _promise(table: Table | None) -> Promise | None:
    if table is None:
        return None
    promise = Promise(table.integer("days", 1, 3650), table.choice("counting", COUNTINGS))
    table.close()
    return promise


def _questions(table: Table) -> tuple[ExtraQuestion, ...]:
    rows = table.tables("questions")
    questions = tuple(_question(row) for row in rows)
    _codes_once(table, "questions", [question.code for question in questions])
    return questions


def _question(table: Table) -> ExtraQuestion:
    rows = table.tables("choices")
    question = ExtraQuestion(
        code=table.code(longest=40),
        name=table.words("name"),
        type=table.choice("type", QUESTION_TYPES, required=False) or "text",
        choices=tuple(_choice(row) for row in rows),
        required=table.flag("required", False),
    )
    table.close()
    _codes_once(table, "choices", [choice.code for choice in question.choices])
    if question.type in CHOOSING and len(question.choices) < 2:
        what = pair("选择题至少要有两个选项。", "A choice needs two answers or more.")
        table.fault("choices", what, pair("加上 choices，或改 type。", "Add choices, or change the type."))
    if question.type not in CHOOSING and question.choices:
        what = pair("只有选择题才有选项。", "Only a choice has answers to choose from.")
        table.fault(
            "choices",
            what,
            pair(
                '写 type = "choice"（选一个）或 "choices"（选几个），或删掉选项。',
                'Write type = "choice" (one of them) or "choices" (several), or delete them.',
            ),
        )
    _refuse_identity(table, question)
    return question


def _choice(table: Table) -> Choice:
    choice = Choice(table.code(longest=40), table.words("name"))
    table.close()
    return choice


def _refuse_identity(table: Table, question: ExtraQuestion) -> None:
    """Promise 1. A choice among given answers cannot take in a number, so only its code is looked at."""
    spoken = [] if question.type in CHOOSING else list(question.name.values())
    asking = next((text for text in [question.code, *spoken] if asks_identity(text)), None)
    if asking is not None:
        table.fault("", *identity_words(asking))


def _codes_once(table: Table, key: str, codes: list[str]) -> None:
    for code in sorted({code for code in codes if code and codes.count(code) > 1}):
        what = pair(f"代码“{code}”用了两次。", f'The code "{code}" is used twice.')
        table.fault(key, what, pair("每个代码只用一次。", "Use every code once."))


def read_rules(sheet: Sheet) -> tuple[RoutingRuleData, ...]:
    """Every rule of routing.toml, in order: the first that fits decides."""
    top = Table(sheet, sheet.data)
    rules = tuple(_rule(row) for row in top.tables("rule", required=True))
    top.close()
    return rules


def _rule(table: Table) -> RoutingRuleData:
    serving = table.flag("office_serving", False)
    rule = RoutingRuleData(
        code=table.code(),
        reason=table.words("reason"),
        categories=table.codes("categories"),
        areas=table.codes("areas"),
        channels=table.choices("channels", CHANNELS),
        months=table.integers("months", 1, 12),
        hours=_hours(table),
        office=table.reference("office"),
        among=table.codes("among"),
        lead=table.reference("lead"),
    )
    table.close()
    _one_way_to_choose(table, rule, serving)
    return rule


def _one_way_to_choose(table: Table, rule: RoutingRuleData, serving: bool) -> None:
    if serving == bool(rule.among) and bool(rule.office) != serving:
        return
    table.fault(
        "",
        pair("要么写定一个办理单位，要么按区域在几个单位里选，二者只能取一。",
             "A rule either names one office or chooses among offices by area; exactly one of the two."),
        pair('写 office = "…"，或写 office_serving = true 和 among = ["…"]。',
             'Write office = "…", or office_serving = true with among = ["…"].'),
    )  # fmt: skip


def _hours(table: Table) -> tuple[int, int] | None:
    if table.value("hours") is None:
        return None
    hours = _pair_of_hours(table)
    if hours is None or hours[0] == hours[1]:
        what = pair("时段要写成[起, 止]两个不同的整点。", "Hours are [from, to], two different full hours.")
        table.fault(
            "hours", what, pair("例如 [8, 18]；过夜写 [22, 6]。", "Like [8, 18]; over midnight [22, 6].")
        )
        return None
    return hours


def _pair_of_hours(table: Table) -> tuple[int, int] | None:
    value = table.data["hours"]
    good = isinstance(value, list) and len(value) == 2 and all(type(hour) is int for hour in value)
    return (value[0], value[1]) if good and 0 <= value[0] <= 23 and 0 <= value[1] <= 24 else None
