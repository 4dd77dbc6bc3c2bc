"""What may I do, and why: said of each move on a case that somebody may see, and of nothing else."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from gongshi.accounts.rights import TABLE, may
from gongshi.cases.models import Case, Look
from gongshi.words import in_language
from tests.casework import add_staff
from tests.cast import Town
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db


def part(client: Client, case: Case, name: str) -> str:
    """One part of the page in English: from its heading to the next."""
    page = text(client.get(address(case, "why", english=True)))
    headings = ("You may do now", "Not now, and why", "Besides", "All my rights")
    start, end = page.index(name), page.index(headings[headings.index(name) + 1])
    return page[start:end]


def test_a_handler_reads_what_is_open_and_what_is_not(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    can, cannot = part(client, fresh, "You may do now"), part(client, fresh, "Not now, and why")
    assert "Accept" in can
    assert "Hand over" in can
    assert "Extend It can be made only in: " in cannot
    assert "Press This step is made by a supervisor in an office above." in cannot
    assert "Confirm This step is made by the resident." in cannot
    assert "Ask a superior to decide Not yet: the hand-overs come first." in cannot


def test_a_supervisor_reads_whose_moves_the_others_are(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("qin")
    assert "Press " in part(client, fresh, "You may do now")
    accept = "Accept This step is made by whoever works on cases in the office that has it."
    assert accept in part(client, fresh, "Not now, and why")
    assert "The case is with an office below yours." in text(client.get(address(fresh, "why", english=True)))


def test_reading_why_is_no_look(sign_in: SignIn, fresh: Case) -> None:
    assert sign_in("zhou").get(address(fresh, "why")).status_code == 200
    assert not Look.objects.exists()


def test_it_takes_few_statements(sign_in: SignIn, fresh: Case, django_assert_max_num_queries) -> None:
    client = sign_in("zhou")
    client.get(address(fresh, "why"))
    with django_assert_max_num_queries(6):
        client.get(address(fresh, "why"))


@pytest.mark.parametrize(("language", "yes", "no"), [("zh-hans", "可以", "不可以"), ("en", "Yes", "No")])
def test_everybody_with_a_role_reads_their_rights(
    town: Town, sign_in: SignIn, language: str, yes: str, no: str
) -> None:
    """As many as were counted by hand, and each as the program decides it."""
    add_staff(town, "adm", roads=["administrator"])
    for name, count in (("zhou", 8), ("qin", 25), ("su", 3), ("tang", 12), ("adm", 1)):
        page = sign_in(name).get("/en/desk/rights/" if language == "en" else "/desk/rights/")
        assert page.status_code == 200
        rows = BeautifulSoup(page.content, "html.parser").select("table tbody tr")
        cells = [[one.get_text(" ", strip=True) for one in row.select("th, td")] for row in rows]
        told = {right: said for right, said, *_ in cells}
        assert list(told.values()).count(yes) == count, name
        with override(language):
            expected = {in_language(r.name): yes if may(town.actor(name), r.code) else no for r in TABLE}
        assert told == expected, name


def test_an_administrator_is_told_where_their_work_is_done(town: Town, sign_in: SignIn) -> None:
    add_staff(town, "adm", roads=["administrator"])
    for path, words in (("/desk/", "在“设置”里改"), ("/en/desk/", "changed under “Settings”")):
        page = text(sign_in("adm").get(path))
        assert words in page
        assert "gongshi set-password" in page
        assert "/desk/settings/" in sign_in("adm").get(path).content.decode()
        assert "gongshi load-pack" in page
    assert "gongshi load-pack" not in text(sign_in("zhou").get("/desk/"))


def test_a_page_that_does_not_open_leads_to_the_rights(sign_in: SignIn, fresh: Case) -> None:
    assert '/desk/rights/"' in sign_in("ma").get(address(fresh)).content.decode()
