"""The sheet of keys, single keys switched off in a browser, and the next case of the queue."""

import re

from django.http import HttpResponse

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

SHEET = "/desk/keyboard/"


def keys_of(page: HttpResponse) -> set[str]:
    """The keys that parts of a page answer to."""
    return set(re.findall(r'aria-keyshortcuts="([^"]+)"', page.content.decode()))


def test_every_key_of_a_page_stands_on_the_sheet(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    page = client.get(address(handled))
    assert keys_of(page) >= {"?", "q", "u", "n", "a", "h", "t", "c", "2"}
    sheet = client.get(SHEET)
    named = set(re.findall(r"<kbd>([^<]+)</kbd>", sheet.content.decode()))
    assert keys_of(page) - set("123456789") <= named
    assert "单键开着" in text(sheet)
    assert "Switch single keys off" in text(client.get(f"/en{SHEET}"))


def test_the_sheet_alone_for_a_dialog(sign_in: SignIn) -> None:
    sheet = sign_in("zhou").get(SHEET, headers={"HX-Request": "true"})
    body = sheet.content.decode()
    assert body.lstrip().startswith('<form method="dialog"')
    assert "<html" not in body


def test_no_key_is_given_twice(sign_in: SignIn, handled: Case) -> None:
    page = sign_in("zhou").get(address(handled)).content.decode()
    given = re.findall(r'aria-keyshortcuts="([^"]+)"', page)
    assert len(given) == len(set(given))


def test_single_keys_are_switched_off_for_a_browser(sign_in: SignIn) -> None:
    client = sign_in("zhou")
    client.post(SHEET, {"single": "off"})
    cookie = client.cookies["desk_keys"]
    # The page's own script reads it.
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("off", "", "Lax")
    assert "单键关着" in text(client.get(SHEET))
    client.post(SHEET, {"single": "on"})
    assert "单键开着" in text(client.get(SHEET))


def test_the_next_case_of_the_queue(town: Town, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    second, third = (case_of(lin_files(town, matter(town, "pothole"), at=clock())[0]) for _ in range(2))
    client = sign_in("zhou")
    for here, there in ((fresh, second), (second, third)):
        assert client.get(address(here, "next"))["Location"] == address(there)
    last = client.get(address(third, "next"), follow=True)
    assert last.redirect_chain == [("/desk/", 302)]
    assert "待办里没有别的了" in text(last)


def test_from_a_case_that_no_longer_waits_to_the_most_urgent(
    town: Town, sign_in: SignIn, fresh: Case, clock: Clock
) -> None:
    second = case_of(lin_files(town, at=clock())[0])
    make_move(second, "accept", actor=town.actor("zhou"), at=clock())
    make_move(second, "ask", actor=town.actor("zhou"), at=clock(), params={"question": "哪里？"})
    assert sign_in("zhou").get(address(second, "next"))["Location"] == address(fresh)


def test_nothing_is_next_to_a_case_that_somebody_may_not_see(sign_in: SignIn, fresh: Case) -> None:
    assert sign_in("ma").get(address(fresh, "next")).status_code == 404
