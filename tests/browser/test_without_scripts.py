"""A resident whose browser runs no scripts, in English: everything can be done, nothing that was typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Attachment, Case, Consent, Filing
from tests.browser.walks import ENGLISH, button, files, opens, photo, shown_receipt, the_case
from tests.cast import Town

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
LEAK = "Water runs out of the wall beside number nine, day and night."


@pytest.mark.both
def test_two_matters_go_to_two_offices_and_an_error_loses_nothing(town: Town, page_at: Pages) -> None:
    page = page_at(360, "en", javascript=False)
    main = page.locator("main")
    page.goto("")
    page.get_by_role("link", name="Broken, dirty, noisy, unsafe").click()
    page.get_by_label("pothole", exact=True).check()
    button(page, "Continue").last.click()

    page.get_by_role("button", name="river-street").first.click()
    page.get_by_role("button", name="east-grid").first.click()
    expect(page.locator("#chosen")).to_contain_text("east-grid")
    button(page, "Continue").last.click()

    page.locator("#id_text-1").fill(ENGLISH)
    page.get_by_role("button", name="Add another matter").click()
    page.locator("#id_category-2").select_option("leak")
    page.locator("#id_text-2").fill("x" * 5_001)
    page.locator("#id_files-1").set_input_files(photo())
    page.locator("#id_files-2").set_input_files(
        {"name": "list.jpg", "mimeType": "image/jpeg", "buffer": b"<svg>no picture</svg>"}
    )
    page.get_by_text("Leave a contact?").click()
    page.locator("#id_name").fill("Lin Yue")
    page.locator("#id_phone").fill("never")
    button(page, "Continue: check it").click()

    problems = page.locator(".errors")
    expect(problems).to_contain_text("Up to 5000 characters; this is 1 too many.")
    expect(problems).to_contain_text("list.jpg: Only photos")
    expect(problems).to_contain_text("This is not a phone number.")
    expect(problems).to_contain_text("What you wrote is still here")
    expect(page.locator("#id_text-2_error")).to_contain_text("1 too many")
    expect(page.locator("#id_text-1")).to_have_value(ENGLISH)
    assert len(page.locator("#id_text-2").input_value()) == 5_001
    expect(page.locator("#id_name")).to_have_value("Lin Yue")
    expect(page.locator("#id_phone")).to_have_value("never")
    expect(main).to_contain_text("路灯.jpg")  # a good file stays although another was refused
    assert not Filing.objects.exists()

    page.locator("#id_text-2").fill(LEAK)
    page.locator("#id_phone").fill("")
    button(page, "Continue: check it").click()
    expect(main).to_contain_text("Goes to Roads")
    expect(main).to_contain_text("Goes to Water")
    with page.context.expect_page() as tab:
        button(page, "Send").click(modifiers=["Control"])
    tab.value.locator("#receipt").wait_for()
    button(page, "Send").click()  # the same form once more, from the page before it
    reference, receipt = shown_receipt(page)
    filing = Filing.objects.get()
    assert (filing.reference, filing.language) == (reference, "en")
    found = list(Case.objects.order_by("number").values_list("number", "office__code", "stage"))
    assert found == [(1, "roads", "received"), (2, "water", "received")]
    assert Attachment.objects.get().case_id == the_case(1).id
    assert not Consent.objects.exists()

    assert shown_receipt(tab.value) == (reference, receipt)
    button(page, "I have kept it").click()
    expect(main).to_contain_text("Your filing has 2 matters")

    other = page_at(360, "en", javascript=False)
    opens(other, reference, receipt)
    other.get_by_role("link", name="leak", exact=True).click()
    expect(other.locator("main")).to_contain_text(LEAK)
    expect(other.locator("main")).not_to_contain_text(ENGLISH)


def test_the_map_leads_down_by_presses(town: Town, page_at: Pages) -> None:
    page = page_at(360, "en", javascript=False)
    page.goto("file/?door=write")
    drawing = page.locator("input.press-map")
    size = drawing.bounding_box()
    assert size is not None
    drawing.click(position={"x": size["width"] / 2, "y": size["height"] / 2})
    expect(page.locator("#chosen")).to_contain_text("river-street")
    size = page.locator("input.press-map").bounding_box()
    assert size is not None
    page.locator("input.press-map").click(position={"x": size["width"] / 4, "y": size["height"] / 2})
    expect(page.locator("#chosen")).to_contain_text("west-grid")
    button(page, "Continue").last.click()
    page.locator("#id_text-1").fill("A pothole, I think: the pothole is deep.")
    button(page, "Continue: check it").click()
    expect(page.locator("main")).to_contain_text("Which kind does it look like? You decide")
    page.get_by_label("pothole").check()
    button(page, "Send").click()
    page.locator("#receipt").wait_for()
    case = the_case()
    assert (case.area_id, case.category.code) == (town.areas["west-grid"].id, "pothole")


def test_not_sure_is_an_answer(town: Town, page_at: Pages) -> None:
    page = page_at(360, "en", javascript=False)
    page.goto("file/?door=broken")
    button(page, "Continue").last.click()  # none of these
    button(page, "Not sure").click()
    page.locator("#id_text-1").fill("Something smells at night and I do not know where it comes from.")
    button(page, "Continue: check it").click()
    choices = page.locator('input[name="category-1"]')
    assert choices.count() >= 1
    button(page, "Send").click()
    page.locator("#receipt").wait_for()
    case = the_case()
    assert case.area_id is None
    assert case.stage == "received"


def test_the_next_person_at_this_computer_finds_nothing(town: Town, page_at: Pages) -> None:
    page = page_at(360, "en", javascript=False)
    files(page, text=ENGLISH)
    expect(page.locator("main")).to_contain_text(ENGLISH)
    button(page, "Leave").click()
    for address in ("filing/", "filing/1/", "filed/", "filed/print/"):
        page.goto(address)
        page.wait_for_url("**/en/open/")
        expect(page.locator("body")).not_to_contain_text(ENGLISH)
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(ENGLISH)
