"""An operator takes a call with two matters, by keyboard alone; the caller claims it on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts.models import Appointment, Staff
from gongshi.cases.models import Case, Filing
from gongshi.places.snapshots import forget
from gongshi.words import pair
from tests.browser.walks import shown_receipt, signs_in
from tests.cast import PASSWORD, Town
from tests.factors import give_factors

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]
MOST_TABS = 60


@pytest.fixture
def fan(town: Town) -> None:
    """Operator Fan of Water."""
    staff = Staff.objects.create_user("fan", PASSWORD, name=pair("范", "Fan"))
    Appointment.objects.create(staff=staff, office=town.offices["water"], role="operator")
    give_factors(staff)
    forget()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {wanted} by the keyboard")


def types(page: Page, wanted: str, words: str) -> None:
    tab_to(page, wanted)
    page.keyboard.insert_text(words)


@pytest.mark.usefixtures("fan")
def test_a_call_with_two_matters_by_keyboard_and_the_claim(page_at: Pages, axe: Check, fits: Check) -> None:
    page = page_at(1280)
    signs_in(page, "fan")
    main = page.locator("main")
    expect(main).to_contain_text("现在有没有人有危险")
    axe(page)
    # The words come first: the box has the focus already.
    page.keyboard.insert_text("老桥东头有一个坑。pothole")
    expect(page.locator(".draft")).to_contain_text("只有这个浏览器打得开")
    page.goto("desk/call/")
    axe(page)
    page.locator('button[value^="resume:"]').press("Enter")
    expect(page.locator("#id_text-1")).to_have_value("老桥东头有一个坑。pothole")
    types(page, "#id_place-1", "老桥")
    tab_to(page, 'button[name="go"][value="add"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_text-2")
    page.keyboard.insert_text("家里水管漏水。leak")
    tab_to(page, 'input[name="way"]')
    page.keyboard.press("ArrowUp")  # the last of them: printed at once
    types(page, "#id_name", "林女士")
    page.keyboard.press("Enter")

    expect(main).to_contain_text("读给对方听，他说对了再存")
    for said in ("老桥东头有一个坑", "家里水管漏水", "pothole类", "leak类", "林女士", "现在打印"):
        expect(main).to_contain_text(said)
    axe(page)
    assert not Filing.objects.exists()
    page.keyboard.press("Enter")  # the button that saves has the focus

    expect(main).to_contain_text("已登记。请告诉对方")
    expect(main).not_to_contain_text("老桥东头有一个坑")
    axe(page)
    filing = Filing.objects.get()
    assert Case.objects.filter(filing=filing).count() == 2
    sheet = page.locator(".letter-sheet")
    expect(sheet).to_be_hidden()
    page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    code = " ".join(sheet.locator(".receipt-code span").all_text_contents())

    phone = page_at(360)
    phone.goto("claim/")
    axe(phone)
    fits(phone)
    phone.locator("#id_reference").fill(filing.reference.lower())
    phone.locator("#id_code").fill(code)
    phone.locator("button.button-large").click()
    reference, receipt = shown_receipt(phone)
    assert reference == filing.reference
    assert receipt.replace("-", "")[:16] != code.replace(" ", "")
    fits(phone)
    phone.locator("button.button-large").click()
    expect(phone.locator("main")).to_contain_text("pothole类")
    assert Filing.objects.get().claimed
