"""The pages of figures by office, category and area: what they draw, what they say in place of what is withheld."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.figures.definitions import Definition
from gongshi.figures.models import ReleasedMonth
from gongshi.figures.periods import Month
from gongshi.figures.released import queries
from gongshi.figures.released.files import COLUMNS, TABLES
from gongshi.places.snapshots import forget
from gongshi.web.public.openly.counted import COUNTS, ROWS
from gongshi.web.templatetags.gongshi import percent
from gongshi.words import pair
from tests.cast import build_town
from tests.figures.months import MARCH, keep_march, keep_month, keep_quarter, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def march(db: None) -> ReleasedMonth:
    """The small town, with one released month."""
    forget()
    build_town()
    return keep_march()


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def drawn(page: str, code: str) -> str:
    """What the picture of this name says that it draws."""
    found = re.search(rf"<desc id='{code}-desc'>([^<]*)</desc>", page)
    return found[1] if found else ""


def test_none_and_all_are_said_of_none_and_all_only() -> None:
    shares = (0.0, 0.0001, 0.004, 0.005, 0.914, 0.9951, 0.9999, 1.0, None)
    assert [percent(one) for one in shares] == [
        *("0%", "0.1%", "0.4%", "0.5%"),
        *("91%", "99.5%", "99.9%", "100%", "–"),
    ]


def test_each_column_of_the_counts_is_explained() -> None:
    begun = [name for names, _ in ROWS for name in names.split(", ")]
    assert (*begun, *COUNTS) == COLUMNS[TABLES]


@pytest.mark.usefixtures("march")
def test_the_place_by_offices_categories_and_areas(client: Client) -> None:
    offices = read(client, "/en/figures/")
    for by, code in (("category", "pothole"), ("area", "river-street"), ("area", "none")):
        page = read(client, f"/en/figures/?by={by}")
        assert f'href="/en/figures/{by}/{code}/?month=2026-03"' in page
        assert f'<input type="hidden" name="by" value="{by}">' in page
        assert drawn(page, "waiting") == drawn(offices, "waiting")
        assert "compared" not in page
        assert f'href="?by={by}&amp;month=2026-03" aria-current="true"' in page
        assert f'href="?by={by}&amp;month=2026-03">' in offices
        with CaptureQueriesContext(connection) as said:
            read(client, f"/en/figures/?by={by}")
        assert len(said) <= 10
    assert drawn(read(client, "/en/figures/?by=category"), "on-time") == "pothole: 66% (60%–72%)"
    assert client.get("/figures/?by=officer").status_code == 404
    # As the chooser of quarters sends it while no month was released.
    assert client.get("/figures/?by=&month=").status_code == 200


@pytest.mark.usefixtures("march")
def test_offices_that_can_be_told_apart_stand_apart(client: Client) -> None:
    """At the place's 66 % Roads would have 66 of 100 on time, and so would the hall."""
    page = read(client, "/en/figures/")
    assert drawn(page, "compared") == ("On its own: Roads +29 (+23 – +32); On its own: Hall −21 (−30 – −11)")
    assert "+29 points" in page
    assert "−21 points" in page
    withheld = page[page.index("1 office that cannot be compared") :]
    assert "Water" in withheld[: withheld.index("</details>")]


def test_offices_that_cannot_be_told_apart_stand_in_one_group(client: Client, march: ReleasedMonth) -> None:
    march.delete()
    keep_month(
        row("all", cases=300, on_time=150),
        row("office", "hall", cases=100, on_time=45),
        row("office", "roads", cases=100, on_time=52),
        row("category", category="pothole", cases=300, on_time=150),
        row("office_category", "hall", "pothole", cases=100, on_time=45),
        row("office_category", "roads", "pothole", cases=100, on_time=52),
    )
    told = drawn(read(client, "/en/figures/"), "compared")
    assert told.startswith("These cannot be told apart: Hall −5 (")
    assert ", Roads +2 (" in told


@pytest.mark.usefixtures("march")
def test_a_category_and_an_area_have_all_that_an_office_has(client: Client) -> None:
    addresses = ("office/roads/", "category/pothole/", "area/river-street/", "area/none/")
    for address in addresses:
        with CaptureQueriesContext(connection) as said:
            page = read(client, f"/en/figures/{address}")
        assert len(said) <= 10
        assert "March 2026: " in drawn(page, "volume")
        for code in (
            "on-time",
            "responses-on-time",
            "handed-on",
            "confirmed",
            "reopened",
            "withdrawn",
            "kept",
        ):
            assert re.fullmatch(r"March 2026: [0-9]+% \([0-9]+%–[0-9]+%\)", drawn(page, code)), (
                address,
                code,
            )
        assert page.count("How is this computed?") >= 8
    assert "No place given" in read(client, "/en/figures/area/none/")


@pytest.mark.usefixtures("march")
def test_the_curve_its_table_and_the_median(client: Client) -> None:
    page = read(client, "/en/figures/office/roads/")
    assert drawn(page, "waiting") == "after 3 days: 70% (60%–78%); after 14 days: 50% (40%–59%)"
    assert "Within 14 days half of the cases had their answer" in page
    assert re.search(r'<th scope="row">14 days</th><td[^>]*><span>50% <small class="muted">\(40%–59%\)', page)
    for address in (
        "/en/figures/office/water/",
        "/en/figures/category/leak/",
        "/en/figures/category/pothole/",
    ):
        page = read(client, address)
        assert drawn(page, "waiting") == ""
        assert "Withheld: under 11 cases in each stretch of days" in page


@pytest.mark.usefixtures("march")
def test_what_is_withheld_is_on_no_page(client: Client) -> None:
    """Water's and the leaks' rows have no number at all, and their pages say so in words."""
    for address in ("office/water/", "category/leak/"):
        page = read(client, f"/en/figures/{address}")
        for code in ("volume", "on-time", "confirmed", "withdrawn", "kept"):
            assert drawn(page, code) == "March 2026: withheld", (address, code)
    folded = read(client, "/en/figures/?by=category")
    folded = folded[folded.index("Not shown: 1") :]
    assert "/en/figures/category/leak/" in folded[: folded.index("</details>")]


@pytest.mark.usefixtures("march")
def test_where_there_was_nothing_nothing_is_drawn(client: Client) -> None:
    page = read(client, "/en/figures/area/town/")
    assert "There were no such cases in these months" in page
    assert "<svg class='figure'" not in page


def test_what_no_figure_is_about_has_no_page(client: Client, march: ReleasedMonth) -> None:
    """A page of a grievance's category would say that there were none; neither groups nor grids have one."""
    from gongshi.routing.models import Category

    assert client.get("/figures/category/pothole/").status_code == 200
    Category.objects.filter(code="pothole").update(kind="grievance")
    forget()
    for address in (
        "category/pothole/",
        "category/streets/",
        "area/east-grid/",
        "area/moon/",
        "officer/roads/",
    ):
        assert client.get(f"/figures/{address}").status_code == 404, address
    assert "/figures/category/pothole/" not in read(client, "/figures/?by=category")


def test_a_month_in_which_something_else_was_counted_is_marked(
    client: Client, march: ReleasedMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "All released months are counted alike" in read(client, "/en/figures/")
    second = Definition("second", date(2026, 5, 1), pair("改了", "Visits count, too."), "0" * 16)
    monkeypatch.setattr(queries, "changes", lambda months: [(MARCH, second)])
    keep_month(row("office", "roads", cases=100, on_time=50), month=Month(2026, 2))
    for address in ("/en/figures/", "/en/figures/office/roads/"):
        page = read(client, address)
        assert "Visits count, too. Counted so from March 2026 on" in page
    assert drawn(page, "volume") == "February 2026: 100; March 2026 (definition changed): 100"
    assert "From this month on the definition is another" not in read(client, "/en/figures/?month=2026-02")


@pytest.mark.usefixtures("march")
def test_no_heading_stands_over_a_quarter_of_which_nothing_is_told(client: Client) -> None:
    kept = keep_quarter()
    for told, heads, words in (
        (kept.tables, ["By office", "By category"], "Offices and categories not shown"),
        (kept.tables[:1], ["By office"], "Reopened within 60 days"),
        (kept.tables[1:2], [], "Nothing of this quarter can be shown"),
    ):
        kept.tables = told
        kept.save()
        page = read(client, "/en/figures/")
        quality = page[page.index('id="quality"') :]
        assert re.findall(r'scope="rowgroup" colspan="5">([^<]*)<', quality) == heads
        assert words in quality
        assert ("Offices and categories not shown" in quality) == (len(told) != 1 or not heads)
        assert "<summary>How is this computed?</summary>" in quality
