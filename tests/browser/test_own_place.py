"""A new place in an afternoon, by its pages alone: from the starter to a report that was filed, answered and read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts.actions import hand_code
from gongshi.accounts.models import Staff
from gongshi.config.founding.making import pack_with_administrator
from gongshi.config.founding.starter import begun, with_days_off
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import load
from tests.browser.walks import files, opens, the_case
from tests.cast import PASSWORD
from tests.clock import Clock as Time
from tests.factors import code_now
from tests.web.desk.test_setup import GIVEN

pytestmark = pytest.mark.browser


@pytest.fixture
def founded(transactional_db: None, clock: Time) -> None:
    """What `gongshi init` leaves behind: the starter, and an administrator without a password."""
    forget()
    load(with_days_off(GIVEN, pack_with_administrator(begun(GIVEN)), 2026), at=clock())


def begins(page: Page, login: str, at: Time) -> None:
    """From the one-time code that was handed over to the desk: a password, and a second step."""
    page.goto("desk/login/first/")
    code = hand_code(Staff.objects.get(username=login), at=at())
    for field, words in {"login": login, "code": code, "password1": PASSWORD, "password2": PASSWORD}.items():
        page.locator(f"#id_{field}").fill(words)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_login").fill(login)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.goto("desk/account/app/")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.locator('main [name="code"]').fill(code_now(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes code")).to_have_count(10)


def changes(page: Page, **typed: str) -> None:
    """Fill a form of the settings in, look at what it would do, and make the change."""
    for name, words in typed.items():
        box = page.locator(f'main [name="{name}"]')
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(words)
        else:
            box.fill(words)
    page.get_by_role("button", name="Next").click()
    page.locator('[name="because"]').fill("first set-up")
    page.get_by_role("button", name="Make the change").click()
    expect(page.locator("main")).to_contain_text("It is changed")


def step(page: Page, code: str, link: str = "") -> None:
    """From the set-up to where one step is done."""
    page.goto("desk/setup/")
    page.locator(f"#{code} a.button").first.click()
    if link:
        page.locator("main").get_by_role("link", name=link, exact=True).first.click()


def both(name: str, zh: str, en: str) -> dict[str, str]:
    return {f"{name}_zh": zh, f"{name}_en": en}


def sets_up(page: Page) -> None:
    """Every step that has a page."""
    step(page, "place")
    about = both("about", "雷恩菲尔德的住房。", "Homes in Wrenfield.")
    changes(page, **about, number_0="999", **both("called_0", "急救", "Ambulance"))
    step(page, "offices", "The office")
    changes(page, **both("name", "维修组", "Repairs team"), phone="0000-1")
    step(page, "areas")
    changes(page, within="all", names="河边 / Riverside")
    step(page, "categories", "Broken, dark or leaking")
    changes(page, **both("name", "漏水", "Leaks"))
    step(page, "promises")
    changes(page, **{"days-broken": "5"})
    for login, office, role in (("ann", "office", "handler"), ("bea", "board", "supervisor")):
        step(page, "staff", "Add somebody")
        changes(page, login=login, **both("name", login, login.title()), office_0=office, role_0=role)


def test_from_the_starter_to_an_answered_report(
    founded: None, page_at: Callable[..., Page], clock: Time
) -> None:
    tom = page_at(1280, "en")
    begins(tom, "tom.whitcombe", clock)
    sets_up(tom)
    tom.goto("desk/setup/")
    done = [one.get_attribute("id") for one in tom.locator("ol.timeline > li.step-done").all()]
    assert done == ["place", "emergency", "offices", "areas", "categories", "promises", "calendar", "staff"]

    lin = page_at(360, "en")
    reference, receipt = files(lin, kind="broken", text="Water comes through the ceiling.")
    ann = page_at(1280, "en")
    begins(ann, "ann", clock)
    ann.goto("desk/")
    ann.get_by_role("link", name=reference).click()
    expect(ann.locator("main")).to_contain_text("Water comes through the ceiling.")
    ann.locator("summary", has_text="Accept").click()
    ann.get_by_role("button", name="Accept", exact=True).click()
    ann.locator("#do a.button").click()
    ann.locator('[name="decision"][value="done"]').check()
    ann.locator('[name="found"]').fill("A pipe had come loose.")
    ann.locator('[name="decided"]').fill("It is tight again.")
    ann.locator('button[value="preview"]').click()
    ann.locator('button[value="send"]').click()
    expect(ann.locator("main")).to_contain_text("The answer is out")
    assert the_case(reference=reference).stage == "answered"
    opens(lin, reference, receipt)
    lin.goto("filing/1/")
    expect(lin.locator("main")).to_contain_text("It is tight again.")
    tom.reload()
    assert "report" in [one.get_attribute("id") for one in tom.locator("li.step-done").all()]
