"""A report written without a network: it stays on the device, leaves it at its writer's press, and is filed once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from gongshi.cases.models import Attachment, Filing
from tests.browser.walks import TEXT, button, photo, shown_receipt, to_where
from tests.cast import Town
from tests.clock import Clock

pytestmark = pytest.mark.browser
LEFT = """() => new Promise(done => {
  const asked = indexedDB.open("gongshi-not-sent", 1);
  asked.onsuccess = () => {
    const counted = asked.result.transaction("reports").objectStore("reports").count();
    counted.onsuccess = () => { asked.result.close(); done(counted.result); };
  };
})"""
NOT_SENT = "这台设备上有还没送出的"


def write(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    button(page, "存在这台设备上").click()


def lose(route: Route) -> None:
    """The server answers, and nobody hears it."""
    route.fetch(max_redirects=0)
    route.abort()


def test_what_is_written_without_a_network_is_sent_once_by_its_writer(
    page_at: Callable[..., Page], town: Town, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    page = page_at(360, "zh", workers=True)
    page.goto("")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("file/")
    expect(page.locator("h1")).to_have_text("没有网络？先写下来")
    page.locator("#photos").set_input_files([photo()])
    page.locator("#place").fill("老桥")
    write(page, TEXT)
    write(page, "写错了的。")
    axe(page)
    fits(page)
    page.reload()
    items = page.locator("[data-list] > li")
    expect(items).to_have_count(2)
    items.nth(1).get_by_role("button", name="从这台设备删除").click()
    expect(items).to_have_count(1)
    button(page, "核对并送出").click()
    expect(page.locator("[data-said]")).to_contain_text("还没有网络")
    assert Filing.objects.count() == 0

    page.context.set_offline(False)
    page.goto("")
    expect(page.get_by_role("link", name=NOT_SENT)).to_be_visible()
    page.get_by_role("link", name=NOT_SENT).click()
    button(page, "核对并送出").click()
    expect(page.locator("dd.said")).to_have_text(TEXT)

    page.route("**/file/send/", lose)
    page.locator('button[value="send"]').click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    page.unroute("**/file/send/")
    assert Filing.objects.count() == 1
    page.goto("offline/")
    button(page, "核对并送出").click()
    expect(page.locator("h1")).to_contain_text("收到了")
    assert (Filing.objects.count(), Attachment.objects.count()) == (1, 1)
    page.wait_for_function(f"async () => await ({LEFT})() === 0")
    page.goto("offline/")
    expect(page.locator("[data-write]")).to_be_visible()
    expect(items).to_have_count(0)
    expect(page.get_by_role("link", name=NOT_SENT)).to_be_hidden()


def test_a_report_that_waited_for_days_is_neither_sent_twice_nor_without_its_photos(
    page_at: Callable[..., Page], town: Town, clock: Clock
) -> None:
    page = page_at(360, "zh", expected=(422,))
    page.goto("offline/")
    page.locator("#photos").set_input_files([photo()])
    write(page, TEXT)
    button(page, "核对并送出").click()
    expect(page.locator("[data-files]")).to_be_visible()
    page.route("**/file/send/", lose)
    page.locator('button[value="send"]').click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    page.unroute("**/file/send/")
    clock.advance(days=4)

    # The reply was lost and the draft is too old to tell: asked, not filed again; the photos come from the device.
    page.goto("offline/")
    button(page, "核对并送出").click()
    expect(page.get_by_role("status").filter(has_text="可能已经收到")).to_be_visible()
    expect(page.locator("[data-files]")).to_have_count(0)
    button(page, "放入这台设备上留着的照片").click()
    expect(page.locator("[data-files]")).to_be_visible()
    assert Filing.objects.count() == 1
    page.goto("offline/")
    expect(page.locator("[data-list]")).to_contain_text("可能已经收到")
    button(page, "核对并送出").click()
    expect(page.locator("[data-files]")).to_be_visible()

    # Never sent, and too old: the same report with its photos, and the device forgets it with the receipt.
    clock.advance(days=4)
    page.goto("offline/")
    button(page, "核对并送出").click()
    expect(page.locator("[data-files]")).to_be_visible()
    assert Filing.objects.count() == 1
    page.locator('button[value="send"]').click()
    expect(page.locator("h1")).to_contain_text("收到了")
    assert (Filing.objects.count(), Attachment.objects.count()) == (2, 2)
    page.wait_for_function(f"async () => await ({LEFT})() === 0")


def test_what_was_typed_in_the_form_when_the_network_went_is_taken_over(
    page_at: Callable[..., Page], town: Town
) -> None:
    page = page_at(360, "zh", workers=True)
    page.goto("")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    to_where(page)
    page.locator('button[value="none"]').click()
    page.locator("#id_text-1").fill(TEXT)
    page.context.set_offline(True)
    page.locator("button.button-large").click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    page.goto("file/")
    expect(page.locator("[data-take-over]")).to_be_visible()
    page.context.set_offline(False)
    page.goto("")
    page.goto("offline/")
    button(page, "放到下面来").click()
    expect(page.locator("#text")).to_have_value(TEXT)

    # On this page too, what is typed and not kept yet outlives a reload; once it is kept, the box is empty.
    page.locator("#place").fill("老桥")
    page.wait_for_timeout(1100)
    page.context.set_offline(True)
    page.goto("file/")
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#place")).to_have_value("老桥")
    expect(page.locator("[data-take-over]")).to_be_hidden()
    button(page, "存在这台设备上").click()
    expect(page.locator("[data-list] > li")).to_have_count(1)
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("[data-list] > li")).to_contain_text(TEXT.splitlines()[0])
    expect(page.locator("#text")).to_have_value("")


def test_the_receipt_of_another_filing_does_not_make_the_device_forget_a_report(
    page_at: Callable[..., Page], town: Town
) -> None:
    page = page_at(360, "zh")
    page.goto("offline/")
    write(page, TEXT)
    to_where(page)
    page.locator('button[value="none"]').click()
    page.locator("#id_text-1").fill("别的事。")
    page.locator("button.button-large").click()
    page.locator('button[value="send"]').click()
    first = shown_receipt(page)
    page.goto("offline/")
    button(page, "核对并送出").click()
    page.route("**/file/send/", lambda route: route.abort())
    page.locator('button[value="send"]').click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    page.unroute("**/file/send/")
    page.goto("filed/")
    assert shown_receipt(page) == first
    expect(page.get_by_role("link", name=NOT_SENT)).to_be_visible()
    page.goto("offline/")
    button(page, "核对并送出").click()
    assert shown_receipt(page) != first
    page.wait_for_function(f"async () => await ({LEFT})() === 0")
