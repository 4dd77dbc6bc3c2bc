"""Reads pages.toml: answers to what many ask, so that nobody has to wait for them."""

from gongshi.formats.pack.model import PageData
from gongshi.formats.pack.tables import Sheet, Table

LONGEST = {"question": 200, "answer": 4_000, "basis": 1_000}
LONGEST_OTHER = 600


def read_pages(sheet: Sheet) -> tuple[PageData, ...]:
    """Every page of pages.toml."""
    top = Table(sheet, sheet.data)
    pages = tuple(_page(row) for row in top.tables("page", required=True))
    top.close()
    return pages


def _page(table: Table) -> PageData:
    page = PageData(
        code=table.code(),
        office=table.code("office"),
        category=table.reference("category"),
        areas=table.codes("areas"),
        question=table.words("question", longest=LONGEST["question"]),
        answer=table.words("answer", longest=LONGEST["answer"]),
        bring=table.words("bring", required=False, longest=LONGEST_OTHER),
        where=table.words("where", required=False, longest=LONGEST_OTHER),
        hours=table.words("hours", required=False, longest=LONGEST_OTHER),
        fee=table.words("fee", required=False, longest=LONGEST_OTHER),
        basis=table.words("basis", required=False, longest=LONGEST["basis"]),
        review_by=table.day("review_by"),
    )
    table.close()
    return page
