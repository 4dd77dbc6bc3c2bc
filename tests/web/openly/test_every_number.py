"""Each number on a page of figures, and in its JSON, is one that `gongshi figures --check` computes from the open data.

All pages of a town with a released month, a quarter and a sample: what they say in digits is looked up in the files.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.cases.models import AnswerSample
from gongshi.figures.models import ReleasedMonth, ReleasedQuarter
from gongshi.figures.released.answer_checking import answer_differences_from
from gongshi.figures.released.answer_files import write_answers
from gongshi.figures.released.checking import differences, differences_from
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.csv_rows import WrongFile
from gongshi.figures.released.files import DEFINITIONS, write_tables
from gongshi.figures.released.quarters import released_quarter
from gongshi.figures.released.queries import released
from gongshi.figures.released.reading_files import write_samples
from gongshi.figures.released.sample_checking import sample_differences_from
from gongshi.figures.report import report
from gongshi.figures.samples import released_samples
from gongshi.places.snapshots import forget
from tests.cast import build_town
from tests.figures.months import FIRST, MARCH, ON, keep_march, keep_quarter, keep_sample

pytestmark = pytest.mark.django_db
# Each page, and of which rows of the files it tells: a table of all, or one line of it.
PAGES = {
    "": ("office", None),
    "?by=category&quarter=2026-Q1": ("category", None),
    "?by=area&month=2026-03": ("area", None),
    "office/roads/": ("office", "roads"),
    "office/hall/": ("office", "hall"),
    "office/water/": ("office", "water"),
    "category/pothole/": ("category", "pothole"),
    "area/river-street/": ("area", "river-street"),
    "area/none/": ("area", ""),
}
NUMBER = re.compile(r"[+−-]?\d+(?:\.\d+)?%?")
# In words that explain: the year of a paper, days and shares of a definition. Scales of pictures: their ends and days.
WORDS = {"0", "1", "1987", "20", "60", "95%"}
SCALES = {"0%", "50%", "100%", "−40", "+40", "3", "7", "14", "21", "28"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The open data of a town whose months, quarters and samples lie there as they are kept."""
    forget()
    build_town()
    keep_march()
    keep_quarter()
    keep_sample()
    write_tables(tmp_path, [released(MARCH)])
    write_answers(tmp_path, [released_quarter(FIRST)])
    write_samples(tmp_path, released_samples())
    return tmp_path


def found(folder: Path) -> list[str]:
    """What the check says of files that lie beside their rows."""
    try:
        return [
            *differences(folder),
            *differences_from(released(MARCH), folder),
            *answer_differences_from(released_quarter(FIRST), folder),
            *sample_differences_from(released_samples(), folder),
        ]
    except WrongFile as error:
        return [str(error)]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(folder: Path, table: str, code: str | None = None) -> Iterator[dict[str, str]]:
    """Of months those of a table, or of one line of it, with all together; of answers and definitions all."""
    for path in folder.glob("*.csv"):
        for row in read(path):
            own = "".join(row.get(name, "") for name in ("office", "category", "area"))
            whole = row.get("table") == "all" and code is None
            if "month" not in row or whole or (row["table"] == table and code in (None, own)):
                yield row


def shown_by(lines: Iterable[dict[str, str]]) -> set[str]:
    """Every number of these rows, in each form in which a page can tell it."""
    told = set[str]()
    for row in lines:
        for name, cell in row.items():
            if re.fullmatch(r"-?\d+\.\d+", cell):
                value = float(cell)
                told |= {
                    f"{value:.0%}",
                    f"{value:.1%}",
                    f"{value:.2f}",
                    f"{round(100 * value):+}".replace("-", "−"),
                }
            elif re.fullmatch(r"\d[\d-]*", cell) or name in ("quarter", "name"):
                told |= {str(int(part)) for part in re.findall(r"\d+", cell)}
    return told


def beyond(client: Client, folder: Path, *languages: str) -> list[str]:
    """Numbers on pages that are none of the files, each with the words around it."""
    strangers = []
    for address, which in PAGES.items():
        told = shown_by(rows(folder, *which)) | WORDS | SCALES
        for language in languages:
            response = client.get(f"{language}/figures/{address}")
            assert response.status_code == 200
            main = BeautifulSoup(response.content, "html.parser").main
            assert main is not None
            text = main.get_text(" ")
            assert len(NUMBER.findall(text)) > 40
            assert not re.search(r"&\w+;", text), "escaped twice"
            strangers += [
                f"{language}/figures/{address}: {text[max(one.start() - 30, 0) : one.end() + 20]}"
                for one in NUMBER.finditer(text)
                if one[0] not in told
            ]
    return strangers


def test_each_number_on_the_pages_is_one_of_the_files(client: Client, files: Path) -> None:
    assert found(files) == []
    assert beyond(client, files, "", "/en") == []
    # Of a board that is made of anything else both say so.
    ReleasedQuarter.objects.update(tables=[["office", "roads", [211, 37, 22, 31, 17, 9, 13]]])
    sample = AnswerSample.objects.get()
    sample.result["lines"][0][3] = 217
    sample.save()
    month = ReleasedMonth.objects.get()
    changed = next(row for row in month.tables if row[0] == ["category", "", "pothole", ""])
    changed[1][NAMES.index("cases")] = 271
    month.save()
    assert len(found(files)) == 3
    strangers = " ".join(beyond(client, files, "/en"))
    assert "211" in strangers
    assert "/figures/category/pothole/" in strangers
    assert "217" in strangers


def test_each_number_in_json_is_one_of_the_files(client: Client, files: Path) -> None:
    cells = {cell for path in files.glob("*.csv") for row in read(path) for cell in row.values()}
    cells |= {name for cell in cells if cell.startswith("days.") for name in re.findall(r"\d+", cell)}
    answers = [
        report(None, None, on=ON, public=True),
        *(client.get(f"/api/v1/figures/{one}").json() for one in ("2026-03", "answers/2026-Q1")),
    ]
    for told in answers:
        numbers = list(leaves(told))
        assert len(numbers) > 100
        assert [one for one in numbers if one not in cells] == []


def leaves(told: Any) -> Iterator[str]:
    """Every number of a JSON value as the files write it."""
    if isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from leaves(each)
    elif isinstance(told, float) or (isinstance(told, int) and not isinstance(told, bool)):
        yield f"{told:.6f}" if isinstance(told, float) else str(told)


def test_each_column_of_the_files_that_is_changed_is_found(files: Path) -> None:
    """The first number in each column, one more: either it cannot be, or it is not what was released or computed."""
    tried = 0
    for path in [one for one in files.glob("*.csv") if one.name != DEFINITIONS]:
        before = path.read_bytes()
        for column in read(path)[0]:
            lines = read(path)
            row = next((one for one in lines if re.fullmatch(r"-?[\d.]+", one[column])), None)
            if row is None:
                continue
            row[column] = (
                f"{float(row[column]) + 0.001:.6f}" if "." in row[column] else str(int(row[column]) + 1)
            )
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, row)
                writer.writeheader()
                writer.writerows(lines)
            assert found(files), (path.name, column)
            path.write_bytes(before)
            tried += 1
    assert tried > 40
    assert found(files) == []
