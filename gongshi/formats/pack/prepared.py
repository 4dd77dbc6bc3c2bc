"""Reads templates.toml: words that offices keep ready for their answers, whole answers and phrases."""

from gongshi.formats.pack.faults import Words
from gongshi.formats.pack.model import PreparedData
from gongshi.formats.pack.tables import Sheet, Table

LONGEST = {"name": 200, "found": 2_000, "decided": 2_000, "call": 600, "text": 1_000}


def read_prepared(sheet: Sheet) -> tuple[PreparedData, ...]:
    """Every template and phrase of templates.toml, templates first."""
    top = Table(sheet, sheet.data)
    found = [_template(row) for row in top.tables("template", required=False)]
    found += [_phrase(row) for row in top.tables("phrase", required=False)]
    top.close()
    return tuple(found)


def _template(table: Table) -> PreparedData:
    data = PreparedData(
        kind="answer",
        code=table.code(),
        office=table.code("office"),
        category=table.reference("category"),
        name=_words(table, "name"),
        found=_words(table, "found", required=False),
        decided=_words(table, "decided"),
        call=_words(table, "call", required=False),
    )
    table.close()
    return data


def _phrase(table: Table) -> PreparedData:
    data = PreparedData(
        kind="phrase",
        code=table.code(),
        office=table.code("office"),
        category=table.reference("category"),
        name=_words(table, "name"),
        text=_words(table, "text"),
    )
    table.close()
    return data


def _words(table: Table, key: str, *, required: bool = True) -> Words:
    return table.words(key, required=required, longest=LONGEST[key])
