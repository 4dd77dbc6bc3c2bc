"""The share of withdrawals is published with what it is a share of and its interval, and never of complaints."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.cases.actions.erasure import DAYS_TO_THINK
from gongshi.figures.periods import Month
from gongshi.figures.released.actions import release
from gongshi.figures.released.counting import month_counted
from tests.cast import Town
from tests.clock import Clock
from tests.figures.conftest import Cases

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)
LANGUAGES = pytest.mark.parametrize(("address", "column", "of"), [
    ("/figures/", "居民撤回", "共{}件"), ("/en/figures/", "Withdrawn", "of {}"),
], ids=["zh", "en"])  # fmt: skip


@pytest.fixture(autouse=True)
def april(clock: Clock) -> None:
    clock.set("2026-04-20 09:00")


def withdrawn(cases: Cases, n: int, **told: object) -> None:
    cases(n, outcome="withdrawn", closed_on=date(2026, 3, 4), **told)


def shown(address: str, column: str) -> dict[str, str]:
    """What stands in a column of the tables of the month, once it is released, by the row's name."""
    release(MARCH, today=date(2026, 5, 1))
    page = BeautifulSoup(Client().get(address).content, "html.parser")
    cells = page.select(f'td[data-label="{column}"]')
    found = {}
    for cell in cells:
        name = cell.find_parent("tr").select_one("th").get_text(strip=True)  # type: ignore[union-attr]
        found[name] = " ".join(cell.get_text(" ").split())
    return found


@LANGUAGES
def test_it_stands_on_the_page_with_its_denominator_and_interval(
    town: Town, cases: Cases, address: str, column: str, of: str
) -> None:
    """12 of 40, 13 of 30, 25 of 70; the intervals were worked out by hand from Wilson's formula with z = 1.96."""
    cases(28)
    withdrawn(cases, 12)
    cases(17, office="hall")
    withdrawn(cases, 13, office="hall")
    together, hall, roads = shown(address, column).values()
    assert roads == f"30% (18%–45%) {of.format(40)}"
    assert hall == f"43% (27%–61%) {of.format(30)}"
    assert together == f"36% (26%–47%) {of.format(70)}"


def test_few_withdrawals_are_withheld_with_their_share(cases: Cases) -> None:
    cases(40)
    withdrawn(cases, 5)
    assert set(shown("/en/figures/", "Withdrawn").values()) == {"withheld"}


@LANGUAGES
def test_withdrawn_complaints_are_no_figure_and_the_page_says_why(
    cases: Cases, address: str, column: str, of: str
) -> None:
    cases(28)
    withdrawn(cases, 12)
    before = month_counted(MARCH, on=date(2026, 5, 1))
    withdrawn(cases, 20, category="conduct", office="hall")
    assert month_counted(MARCH, on=date(2026, 5, 1)) == before
    release(MARCH, today=date(2026, 5, 1))
    why = {"/figures/": "撤回了多少，这里也不说", "/en/figures/": "were withdrawn is not told either"}[
        address
    ]
    page = Client().get(address).content.decode()
    assert why in page
    assert f"{DAYS_TO_THINK}天内可以反悔" in page or f"undone for {DAYS_TO_THINK} days" in page
