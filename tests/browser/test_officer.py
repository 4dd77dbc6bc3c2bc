"""Officers at their desk: the queue, every move, the answer; two at once; on a phone and in English."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Answer, Case, Clock, History, Look
from tests.browser.walks import at_case, button, signs_in, the_case
from tests.cast import Town, lin_files
from tests.clock import Clock as Time

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def move(page: Page, name: str, **typed: str) -> None:
    """Open a move, type into its fields, press its button."""
    part = page.locator(".moves details").filter(has=page.locator("summary", has_text=name)).first
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    for field, value in typed.items():
        box = part.locator(f'[name="{field}"]')
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)
    part.locator("button.button").first.click()


def writes(page: Page, **parts: str) -> None:
    """Type parts of an answer."""
    for name, value in parts.items():
        if name == "decision":
            page.locator(f'input[name="decision"][value="{value}"]').check()
        else:
            page.locator(f'#form-answer [name="{name}"]').fill(value)


@pytest.mark.both
def test_from_the_queue_to_the_answer(town: Town, page_at: Pages, clock: Time) -> None:
    filed, _ = lin_files(town)
    reference = filed.filing.reference
    page = page_at(1280)
    signs_in(page, "zhou")
    main = page.locator("main")
    row = page.locator(".queue tbody tr").filter(has_text=reference)
    expect(row).to_contain_text("pothole类")
    assert not Look.objects.exists()  # the queue is metadata
    row.locator("a.reference").click()
    expect(main).to_contain_text("电动车摔了两次")
    look = Look.objects.get()
    assert (look.office_id, look.why) == (town.offices["roads"].id, "assignment")

    move(page, "受理")
    expect(main).to_contain_text("“受理”已经记下")
    assert the_case().stage == "handling"

    move(page, "延期", reason="备件要等厂家发货。")
    expect(main).to_contain_text("已延期1次")
    assert Clock.objects.get(case=the_case(), code="answer").extended == 1
    assert page.locator("summary", has_text="延期").count() == 0  # once is all there is

    move(page, "问居民", question="坑在桥的哪一头？")
    assert (the_case().stage, the_case().paused) == ("waiting", True)
    expect(page.locator(".case-line")).to_contain_text("暂停计时")
    move(page, "接着办")
    assert the_case().stage == "handling"

    page.locator("#do a.button").click()
    writes(page, decision="done", found="坑长两米，深三十厘米。")
    button(page, "预览").click()
    expect(page.locator(".errors")).to_contain_text("决定和理由")
    wrong = page.locator(".field-wrong").filter(has=page.locator('[name="decided"]'))
    expect(wrong).to_contain_text("这一项不能空着。")
    expect(page.locator('#form-answer [name="found"]')).to_have_value("坑长两米，深三十厘米。")
    assert not Answer.objects.exists()

    writes(page, decided="当天补平，已经通行。")
    button(page, "预览").click()
    expect(main).to_contain_text("居民将读到")
    expect(main).to_contain_text("行政复议")
    expect(main).to_contain_text("最后一天是")
    assert not Answer.objects.exists()
    button(page, "送出答复").click()
    expect(main).to_contain_text("答复已经送出，居民会看到。")
    case = the_case()
    assert (case.stage, case.holder) == ("answered", "resident")
    assert Answer.objects.get().decision == "done"
    codes = list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))
    assert codes == [
        "case.opened",
        "case.accepted",
        "case.extended",
        "case.asked",
        "case.resumed",
        "case.answered",
    ]


def test_a_case_is_handed_over_twice_and_then_a_superior_decides(town: Town, page_at: Pages) -> None:
    filed, _ = lin_files(town)
    zhou, ma = page_at(1280), page_at(1280)
    signs_in(zhou, "zhou", at_case(zhou, the_case()))
    move(zhou, "转给该管的单位", office="水务所", reason="坑里冒水，是水管破了。")
    expect(zhou.locator("main")).not_to_contain_text("电动车摔了两次")
    there = zhou.goto(at_case(zhou, the_case()))
    assert there is not None
    assert there.status == 404
    signs_in(ma, "ma", at_case(ma, the_case()))
    expect(ma.locator("main")).to_contain_text("坑里冒水")
    move(ma, "转给该管的单位", office="道路所", reason="水管没有漏。")
    zhou.goto(at_case(zhou, the_case()))
    assert zhou.locator(".moves summary", has_text="转给该管的单位").count() == 0
    move(zhou, "请上级定", reason="两家各说各的。")
    case = the_case()
    assert (case.stage, case.holder, case.hand_overs) == ("disputed", "supervisor", 2)
    qin = page_at(1280)
    signs_in(qin, "qin", at_case(qin, case))
    if qin.locator("#why").count():
        button(qin, "记下并打开内容").click()
    move(qin, "定承办单位", office="水务所", reason="先查水管。")
    assert the_case().office == town.offices["water"]
    assert filed.filing.reference in the_case().filing.reference


def test_two_officers_at_once_one_wins_and_no_text_is_lost(town: Town, page_at: Pages) -> None:
    lin_files(town)
    first, second = page_at(1280), page_at(1280)
    signs_in(first, "zhou", at_case(first, the_case()))
    signs_in(second, "he", at_case(second, the_case()))
    move(first, "受理")
    move(second, "转给该管的单位", office="水务所", reason="这句话写了很久。")
    expect(second.locator("[role=alert]").first).to_contain_text("这件事刚刚有了变化")
    expect(second.locator("[role=alert]").first).to_contain_text("zhou")
    expect(second.locator('#form-hand_over [name="reason"]')).to_have_value("这句话写了很久。")
    assert the_case().office == town.offices["roads"]

    for page in (first, second):
        page.goto(at_case(page, the_case()))
        page.locator("#do a.button").click()
        writes(page, decision="done", found="查过了。", decided=f"{page is first}：补好了。")
        button(page, "预览").click()
    button(first, "送出答复").click()
    button(second, "送出答复").click()
    expect(second.locator("[role=alert]").first).to_contain_text("您的这一步没有做")
    expect(second.locator('#form-answer [name="decided"]')).to_have_value("False：补好了。")
    assert Answer.objects.count() == 1
    assert History.objects.filter(case=the_case(), code="case.answered").count() == 1


def test_an_answer_with_a_date_on_a_phone_in_english(town: Town, page_at: Pages) -> None:
    lin_files(town)
    page = page_at(360, "en")
    signs_in(page, "zhou")
    page.locator("a.reference").first.click()
    main = page.locator("main")
    page.get_by_role("link", name="See what you may do now").click()
    move(page, "Accept")
    page.locator("#do a.button").click()
    writes(page, decision="will_do", found="The hole is two metres long.", decided="It is filled next week.")
    writes(page, by_whom="The road crew")
    button(page, "Preview").click()
    expect(page.locator(".errors")).to_contain_text("Done by")
    writes(page, by_on="2026-03-13")
    button(page, "Preview").click()
    expect(main).to_contain_text("13 March")
    button(page, "Send the answer").click()
    expect(main).to_contain_text("The answer is out")
    case = the_case()
    assert (case.stage, str(case.due_on)) == ("promised", "2026-03-13")
    page.goto("desk/")
    expect(page.locator(".queue")).to_contain_text(case.filing.reference)


def test_the_contact_opens_apart_and_the_look_is_recorded(town: Town, page_at: Pages) -> None:
    lin_files(town)
    page = page_at(1280)
    signs_in(page, "zhou", at_case(page, the_case()))
    expect(page.locator("main")).not_to_contain_text("lin@example.org")
    button(page, "显示联系方式").click()
    expect(page.locator("#contact")).to_contain_text("lin@example.org")
    assert sorted(Look.objects.values_list("what", flat=True)) == ["contact", "content"]


def test_filters_stay_in_the_address(town: Town, page_at: Pages) -> None:
    lin_files(town)
    page = page_at(1280)
    signs_in(page, "zhou")
    page.locator(".filter-fold summary").click()
    page.locator('.filters select[name="stage"]').select_option(index=1)
    page.wait_for_url("**stage=**")
    address = page.url
    page.reload()
    assert page.url == address
    page.get_by_role("link", name="清除").click()
    expect(page.locator(".queue tbody tr")).to_have_count(1)
    assert Case.objects.count() == 1


def test_a_wrong_password_says_so_and_nothing_more(town: Town, page_at: Pages) -> None:
    page = page_at()
    page.goto("desk/")
    page.wait_for_url("**/desk/login/**")
    page.locator("#id_login").fill("zhou")
    page.locator("#id_password").fill("not-the-password")
    button(page, "登录").click()
    expect(page.locator(".errors")).to_be_visible()
    known = page.locator(".errors").inner_text()
    page.locator("#id_login").fill("nobody")
    page.locator("#id_password").fill("not-the-password")
    button(page, "登录").click()
    assert page.locator(".errors").inner_text() == known
