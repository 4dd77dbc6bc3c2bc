"""Keys in a real browser: a sealed filing, an officer whose key is closed, the page of keys; axe on each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts import keys
from gongshi.cases.models import Case
from gongshi.safekeeping.models import KeyWrap
from gongshi.safekeeping.passphrases import LOWEST
from tests.browser.walks import at_case, button, shown_receipt, signs_in, the_case
from tests.casework import add_staff
from tests.cast import NOW, PASSWORD, Town, lin_files, matter
from tests.factors import unused_code

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]
NEW = "an umbrella for every frog"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongshi.safekeeping.passphrases.COST", LOWEST)


@pytest.fixture
def good(axe: Check, fits: Check) -> Check:
    """A page as it should be: accessible, and nothing wider than its window."""

    def check(page: Page) -> None:
        axe(page)
        fits(page)

    return check


@pytest.fixture
def complaint(town: Town) -> Case:
    """About Roads, with the hall."""
    lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    return the_case()


SIZES = [(360, "zh"), (1280, "en")]
SAID = {"zh": "为了您的安全", "en": "For your safety"}


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_a_sealed_filing_says_that_nothing_is_sent(
    town: Town, page_at: Pages, good: Check, width: int, language: str
) -> None:
    page = page_at(width, language)
    page.goto("")
    page.locator('a.door[href$="door=office"]').click()
    page.locator("#kind-conduct").check()
    page.locator("select[name=subject-1]").select_option("roads")
    page.locator("button.button-large").click()
    page.locator('button[value="none"]').click()
    expect(page.locator(".fold").first).to_contain_text(SAID[language])
    expect(page.locator("[name=notify]")).to_have_count(0)
    page.locator("#id_text-1").fill("窗口的人骂人。")
    page.locator("#id_email").fill("lin@example.org")
    good(page)
    page.locator("button.button-large").click()
    expect(page.locator("main")).to_contain_text(SAID[language])
    good(page)
    page.locator('button[name="go"][value="send"]').click()
    shown_receipt(page)
    expect(page.locator("main")).to_contain_text(SAID[language])
    good(page)
    assert the_case().filing.notify == ""


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_a_closed_key_is_opened_where_it_is_needed(
    town: Town, complaint: Case, page_at: Pages, good: Check, width: int, language: str
) -> None:
    page = page_at(width, language, expected={403, 422})
    signs_in(page, "qin")
    page.context.clear_cookies(name="desk_key")
    page.goto(at_case(page, complaint))
    expect(page.locator("h1")).to_contain_text(
        "您的钥匙没有打开" if language == "zh" else "Your key is not open"
    )
    good(page)
    page.locator("main input[type=password]").fill("not this one at all")
    page.locator("main form button.button").first.click()
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.locator("#id_passphrase").fill(PASSWORD)
    page.locator("main form button.button").first.click()
    expect(page.locator("main")).to_contain_text("老桥东头路面塌了一个坑")


@pytest.mark.parametrize(("width", "language"), [(360, "en")])
def test_the_page_of_keys(
    town: Town, complaint: Case, page_at: Pages, good: Check, width: int, language: str
) -> None:
    add_staff(town, "newcomer", hall=["handler"])
    KeyWrap.objects.filter(for_pair=town.own[town.staff["newcomer"].pk].pair).delete()
    keys.renew_office_key(town.actor("qin"), at=NOW - timedelta(minutes=1))
    page = page_at(width, language)
    signs_in(page, "qin", "desk/keys/")
    good(page)
    for summary in page.locator("summary").all():
        summary.click()
    good(page)
    page.locator("form[action*='/keys/hand/'] button").click()
    expect(page.locator("main")).to_contain_text(
        "钥匙交出去了" if language == "zh" else "The key is handed over"
    )
    page.locator("form[action$='/keys/seal-anew/'] button").click()
    expect(page.locator("main")).to_contain_text("全部换好了" if language == "zh" else "All are done")
    good(page)


def test_a_lost_passphrase(town: Town, complaint: Case, page_at: Pages, good: Check) -> None:
    page = page_at(360, expected={403, 422})
    signs_in(page, "qin")
    page.context.clear_cookies(name="desk_key")
    page.goto("desk/keys/")
    good(page)
    page.locator("summary").last.click()
    page.get_by_role("link", name="再确认一次").click()
    good(page)
    page.locator("#id_code").fill(unused_code(town.staff["qin"]))
    button(page, "继续").click()
    page.locator("summary").last.click()
    page.locator("#new-passphrase").fill(NEW)
    page.locator("#new-again").fill(NEW)
    page.locator("#new-known").check()
    button(page, "做一把钥匙").click()
    expect(page.locator("main")).to_contain_text("还没有交给您")
    good(page)
    page.goto(at_case(page, complaint))
    expect(page.locator("h1")).to_contain_text("还没有交给您")
    good(page)
