"""Reads a map: the TOML that says which column of a foreign table is what. docs/guides/import.md is its page."""

from datetime import UTC, datetime

from gongshi.formats.pack.faults import PackFault, Words, blocks, did_you_mean, in_order, join, pair
from gongshi.formats.pack.tables import Sheet, Table, parse_toml
from gongshi.formats.pack.texts import shown
from gongshi.formats.tables.model import (
    CHANNELS,
    DECISIONS,
    ENCODINGS,
    EVERYTHING_ELSE,
    SEPARATORS,
    WHOLE_ROW,
    Choice,
    Forwarded,
    Keywords,
    Mark,
    Status,
    TableMap,
    Where,
)
from gongshi.formats.tables.people import about_a_person

_LONGEST_PREFIX = 30
_SAMPLE = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC)


def read_map(file: str, text: str) -> tuple[TableMap | None, list[PackFault]]:
    """The map in ``text`` and its faults, in order of line; None when any is more than a warning.

    ``file`` is its name, for the faults. Nothing is raised for what stands in it.
    """
    faults: list[PackFault] = []
    sheet = parse_toml(file, text, faults)
    if sheet is None:
        return None, faults
    found = _read(Table(sheet, sheet.data))
    _check_people(sheet, found)
    _check_ignored(sheet, found)
    faults = in_order(faults)
    return (None if blocks(faults) else found), faults


def header_faults(found: TableMap, header: list[str], file: str) -> list[PackFault]:
    """What in the map does not fit a table with this header: columns missing, given twice, or spoken of nowhere."""
    faults = []

    def note(where: str, what: Words, fix: Words) -> None:
        faults.append(PackFault(file, where, what, fix))

    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        what = pair(f"表头里有两列“{shown(name)}”。", f'The table has the column "{shown(name)}" twice.')
        note("", what, pair("在文件里给一列改名。", "Rename one of them in the file."))
    listed = [name for name in found.ignore if name != EVERYTHING_ELSE]
    for column, key in {**dict.fromkeys(listed, "ignore"), **found.columns}.items():
        if column not in header:
            what = pair(f"表里没有“{shown(column)}”这一列。", f'The table has no column "{shown(column)}".')
            known = join(f'"{shown(name)}"' for name in header)
            otherwise = pair(f"表里有：{known['zh']}。", f"It has: {known['en']}.")
            note(key, what, did_you_mean(column, header, otherwise=otherwise))
    if EVERYTHING_ELSE not in found.ignore:
        for name in header:
            if name not in found.columns and name not in found.ignore:
                what = pair(
                    f"映射没有提到“{shown(name)}”这一列。", f'The map says nothing of "{shown(name)}".'
                )
                fix = pair(
                    '映射它，或列入 ignore；其余都不要，写 ignore = ["*"]。',
                    'Map it or list it in ignore; ignore = ["*"] leaves out everything else.',
                )
                note("ignore", what, fix)
    return faults


def _read(top: Table) -> TableMap:
    answer, category, channel = (_inner(top, key) for key in ("answer", "category", "channel"))
    found = TableMap(
        source=top.code("source"),
        key=_key(top),
        encoding=top.choice("encoding", ENCODINGS, required=False) or ENCODINGS[0],
        separator=_separator(top),
        language=top.choice("language", ("zh", "en"), required=False),
        times=_times(top),
        ignore=top.texts("ignore"),
        opened_at=top.text("opened_at", longest=200),
        due_at=_column(top, "due_at"),
        answered_at=_column(top, "answered_at"),
        closed_at=_column(top, "closed_at"),
        text=_columns(top, "text"),
        place=top.texts("place"),
        answer=_columns(answer, "columns") if answer.data else (),
        decision=answer.choice("decision", DECISIONS, required=False) or "explained",
        keywords=_keywords(category),
        category=_choice(category),
        office=_choice(_inner(top, "office")),
        where=_where(_inner(top, "area")),
        staff_logged=frozenset(channel.texts("staff_logged")),
        channel=_channel(channel),
        status=_status(top.table("status")),
        forwarded=_forwarded(top.table("forwarded")),
        mark=_mark(top.table("on_time")),
    )
    answer.close()
    top.close()
    _check_together(top, found)
    return found


def _inner(top: Table, key: str) -> Table:
    """The table under ``key``, empty if it is left out."""
    return top.table(key) or Table(top.sheet, {}, (key,))


def _column(table: Table, key: str) -> str:
    return table.text(key, required=False, longest=200)


def _columns(table: Table, key: str) -> tuple[str, ...]:
    columns = table.texts(key)
    if not columns and key not in table.data:
        what = pair(f"缺少“{key}”。", f'"{key}" is missing.')
        table.fault("", what, pair(f'加上 {key} = ["列名"]。', f'Add {key} = ["column"].'))
    return columns


def _key(top: Table) -> tuple[str, ...]:
    """The columns that a row is known by, or `WHOLE_ROW`."""
    if isinstance(top.data.get("key"), str):
        word = top.text("key")
        if word == WHOLE_ROW:
            return (WHOLE_ROW,)
        what = pair(f"不认识“{shown(word)}”。", f'"{shown(word)}" is not known here.')
        fix = pair(
            'key = ["列名"]；表里没有编号，写 key = "row"。',
            'Write key = ["column"], or key = "row" for a table without keys.',
        )
        top.fault("key", what, fix)
        return ()
    return _columns(top, "key")


def _separator(top: Table) -> str:
    word = top.value("separator")
    if word is None:
        return SEPARATORS[0]
    if word in SEPARATORS:
        return str(word)
    what = pair(f"分隔符不能是“{shown(word)}”。", f'"{shown(word)}" is no separator.')
    top.fault("separator", what, pair('写 ","、";"、"|" 或 "\\t"。', 'Write ",", ";", "|" or "\\t".'))
    return SEPARATORS[0]


def _times(top: Table) -> tuple[str, ...]:
    formats = _columns(top, "times")
    for number, form in enumerate(formats):
        if not _tells_the_day(form):
            what = pair(
                f"“{shown(form)}”读不出年月日。", f'"{shown(form)}" does not give a year, month and day.'
            )
            fix = pair("例如 %Y-%m-%d %H:%M:%S。", "For example %Y-%m-%d %H:%M:%S.")
            top.sheet.fault(("times", number), what, fix)
    return formats


def _tells_the_day(form: str) -> bool:
    try:
        return datetime.strptime(_SAMPLE.strftime(form), form).date() == _SAMPLE.date()  # noqa: DTZ007
    except (ValueError, UnicodeError):
        return False


def _choice(table: Table) -> Choice:
    """A way to find a code. Read it last: it reports what nobody else asked for in the same table."""
    column, values, prefix = _column(table, "column"), _values(table), table.value("prefix")
    if prefix is not None and prefix != "":
        prefix = table.text("prefix", longest=_LONGEST_PREFIX)
    found = Choice(column, values, prefix, table.reference("otherwise") or "")
    table.close()
    if not column and (values or prefix is not None):
        what = pair("有取值，没有列。", "There are values, but no column.")
        table.fault("", what, pair('加上 column = "列名"。', 'Add column = "name".'))
    if column and "values" not in table.data and prefix is None:
        what = pair("有列，没有取值。", "There is a column, but nothing says what its values mean.")
        fix = pair(
            '写 values = { "原值" = "代码" }，或 prefix = "" 表示原值就是代码。',
            'Write values = { "value" = "code" }, or prefix = "" when the values are the codes.',
        )
        table.fault("column", what, fix)
    return found


def _values(table: Table) -> dict[str, str]:
    inner = table.table("values")
    if inner is None:
        return {}
    values = {value: inner.reference(value) for value in inner.data}
    return {value.strip(): code for value, code in values.items() if code}


def _keywords(category: Table) -> tuple[Keywords, ...]:
    table = category.table("keywords")
    return tuple(Keywords(code, table.texts(code)) for code in table.data) if table else ()


def _where(table: Table) -> Where:
    latitude, longitude = _column(table, "latitude"), _column(table, "longitude")
    nowhere, named = _points(table, table.value("nowhere")), table.flag("named", False)
    found = Where(latitude, longitude, nowhere, _choice(table), named)
    if bool(latitude) != bool(longitude):
        what = pair("纬度和经度要一起写。", "Latitude and longitude go together.")
        table.fault("", what, pair("写上另一列。", "Name the other column."))
    return found


def _points(table: Table, value: object) -> frozenset[tuple[float, float]]:
    if value is None:
        return frozenset()
    points = value if isinstance(value, list) else [None]
    found = set()
    for point in points:
        inner = Table(table.sheet, {"nowhere": point}, table.path)
        read = inner.point("nowhere", required=True)
        if read:
            found.add(read)
    return frozenset(found)


def _channel(table: Table) -> Choice:
    found = _choice(table)
    for code in found.codes:
        if code not in CHANNELS:
            what = pair(f"没有“{shown(code)}”这种渠道。", f'There is no channel "{shown(code)}".')
            known = join(CHANNELS)
            fix = pair(f"可以写：{known['zh']}。", f"It may be one of: {known['en']}.")
            table.fault("", what, did_you_mean(code, CHANNELS, otherwise=fix))
    return found


def _status(table: Table | None) -> Status:
    if table is None:
        return Status()
    found = Status(
        table.text("column", longest=200), frozenset(table.texts("open")), frozenset(table.texts("closed"))
    )
    table.close()
    if not (found.open and found.closed):
        what = pair("open 和 closed 都要写。", "Both open and closed are needed.")
        table.fault("", what, pair('例如 closed = ["Closed"]。', 'For example closed = ["Closed"].'))
    return found


def _forwarded(table: Table | None) -> Forwarded:
    if table is None:
        return Forwarded()
    found = Forwarded(
        table.text("column", longest=200),
        frozenset(table.texts("values")),
        table.texts("phrases"),
        table.integer("longest", 1, 10_000, required=False),
    )
    table.close()
    if not (found.values or found.phrases):
        what = pair("要写 values 或 phrases。", "values or phrases is needed.")
        table.fault("", what, pair('例如 phrases = ["已转交"]。', 'For example values = ["Referred"].'))
    if found.phrases and not found.longest:
        what = pair("phrases 要和 longest 一起写。", "phrases goes with longest.")
        fix = pair(
            "加上 longest = 80：更长的答复不会只是转交。",
            "Add longest = 80: a longer answer does more than pass it on.",
        )
        table.fault("phrases", what, fix)
    return found


def _mark(table: Table | None) -> Mark:
    if table is None:
        return Mark()
    found = Mark(
        table.text("column", longest=200), frozenset(table.texts("yes")), frozenset(table.texts("no"))
    )
    table.close()
    return found


def _check_together(top: Table, found: TableMap) -> None:
    """Keys that need one another."""
    if found.answer and not found.answered_at:
        what = pair(
            "有答复，没有答复时间的列。", "There are answers, but no column says when they were given."
        )
        top.fault("answer", what, pair('加上 answered_at = "列名"。', 'Add answered_at = "column".'))
    if not (found.category.column or found.category.otherwise or found.keywords):
        what = pair("没有说怎么定类别。", "It does not say how the category is found.")
        fix = pair(
            '写 [category]，至少 otherwise = "代码"。', 'Write [category] with at least otherwise = "code".'
        )
        top.fault("category", what, fix)
    if found.staff_logged and not found.channel.column:
        what = pair("有 staff_logged，没有列。", "There is staff_logged, but no column.")
        top.fault("channel", what, pair('加上 column = "列名"。', 'Add column = "name".'))
    if not (found.closed_at or found.answered_at) and found.status.column:
        what = pair(
            "有状态，没有结束时间的列。", "There is a status, but no column says when a case was closed."
        )
        top.fault("status", what, pair('加上 closed_at = "列名"。', 'Add closed_at = "column".'))


def _check_people(sheet: Sheet, found: TableMap) -> None:
    """Promise 1: what says who somebody is, or how to reach them, is never read."""
    for column, key in found.columns.items():
        if about_a_person(column):
            what = pair(
                f"“{shown(column)}”这一列写的是人是谁或怎么联系，本系统不收（承诺一）。",
                f'"{shown(column)}" says who somebody is or how to reach them: it is not taken in (promise 1).',
            )
            fix = pair(
                "从映射里删掉，列入 ignore。若并非如此，请先在文件里给这一列改名。",
                "Take it off the map and list it in ignore. If it holds nothing of the kind, rename it in the file.",
            )
            sheet.fault(tuple(key.split(".")), what, fix)


def _check_ignored(sheet: Sheet, found: TableMap) -> None:
    both = sorted(set(found.ignore) & found.columns.keys())
    if both:
        what = pair(f"既映射又忽略：{join(both)['zh']}。", f"Mapped and ignored: {join(both)['en']}.")
        sheet.fault(("ignore",), what, pair("只留一处。", "Keep one of the two."))
