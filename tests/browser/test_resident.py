"""A resident with a phone, in 中文: from the first page to the last word on the answer."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Answer, Attachment, Case, Consent, Filing, History, Look, Message, PublicCase
from tests.browser.walks import (
    TEXT,
    WISH,
    answered,
    at_case,
    button,
    files,
    opens,
    photo,
    shown_receipt,
    signs_in,
    the_case,
)
from tests.cast import NOW, Town
from tests.clock import Clock

pytestmark = [pytest.mark.browser]
Pages = Callable[..., Page]


@pytest.mark.both
def test_a_broken_lamp_from_the_first_page_to_confirmed(town: Town, page_at: Pages, clock: Clock) -> None:
    page = page_at()
    page.goto("")
    expect(page.locator(".emergency")).to_contain_text("112")
    page.get_by_role("link", name="坏了、脏了、吵了、不安全").click()
    page.get_by_label("pothole类").check()
    button(page, "下一步").last.click()
    page.get_by_label("路名、小区、附近的店").fill("老桥东头")
    button(page, "下一步").last.click()
    page.get_by_label("发生了什么？").fill(TEXT)
    page.get_by_label("希望怎样解决？").fill(WISH)
    page.get_by_label("照片或PDF文件").set_input_files(photo())
    page.get_by_text("留下联系方式？").click()
    page.get_by_label("怎么称呼您").fill("林月")
    page.get_by_label("电话").fill("0571 8888 0000")
    button(page, "下一步：看一遍").click()
    assert Filing.objects.count() == 0

    expect(page.locator("main")).to_contain_text("送到道路所，5个工作日内答复。")
    expect(page.locator("main")).to_contain_text("路灯.jpg")
    expect(page.locator(".copy")).to_contain_text("昨晚有人摔倒。")
    assert page.locator('input[name="public-1"]:checked').count() == 0
    page.get_by_label("可以公开这几行").check()
    button(page, "送出").click()

    expect(page.get_by_role("heading", name="收到了。请保存回执")).to_be_visible()
    assert page.get_by_alt_text("编号和回执的二维码").evaluate("image => image.naturalWidth") > 20
    reference, receipt = shown_receipt(page)
    case = the_case()
    assert (case.filing.reference, case.stage, case.office) == (reference, "received", town.offices["roads"])
    assert case.area_id == town.areas["east-grid"].id
    assert Attachment.objects.filter(case=case).count() == 1
    assert Consent.objects.filter(case=case, revoked_at=None).count() == 1

    button(page, "我保存好了").click()
    expect(page.locator("main")).not_to_contain_text(receipt[-9:])
    page.evaluate("sessionStorage.setItem('kept:/filing/#x', '1')")
    button(page, "离开").click()
    page.wait_for_load_state()
    assert page.evaluate("sessionStorage.length") == 0
    page.goto("filing/")
    page.wait_for_url("**/open/")

    opens(page, reference.lower(), receipt.lower().replace("-", " "))
    main = page.locator("main")
    for words in (
        "道路所",
        "最晚3月9日答复您",
        "期限内",
        "您写的",
        "老桥东头",
        "路灯.jpg",
        "林月",
        "还没有人看过",
    ):
        expect(main).to_contain_text(words)
    expect(page.locator("[aria-current=step]")).to_contain_text("已收到")

    make_move(the_case(), "accept", actor=town.actor("zhou"), at=NOW)
    ask_resident(the_case(), "ask", "哪一盏灯？", actor=town.actor("zhou"), at=NOW)
    page.reload()
    expect(main).to_contain_text("哪一盏灯？")
    page.locator("#reply-text").fill("桥头第二盏。")
    button(page, "回复").click()
    expect(main).to_contain_text("桥头第二盏。")
    assert the_case().stage == "handling"
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["question", "reply"]

    clock.set("2026-03-04 10:00")
    answered(town, the_case(), clock())
    page.reload()
    page.wait_for_url("**/open/")  # a visit ends by itself
    opens(page, reference, receipt)
    expect(main).to_contain_text("灯泡坏了，线路完好。")
    expect(main).to_contain_text("不同意？还可以")
    page.locator("#points-yes").check()
    page.locator("#kept-yes").check()
    page.locator("#verdict-text").fill("当晚就亮了。")
    button(page, "确认办好了").click()
    expect(main).to_contain_text("您已确认")
    case = the_case()
    assert (case.stage, case.outcome, str(case.closed_on)) == ("confirmed", "confirmed", "2026-03-04")
    row = Answer.objects.get()
    assert (row.points_answered, row.promise_kept) == (True, True)
    with page.expect_download() as dossier:
        button(page, "下载卷宗（PDF）").click()
    assert dossier.value.suggested_filename == "papers.pdf"
    assert Path(dossier.value.path()).read_bytes().startswith(b"%PDF-1.7")
    assert Look.objects.count() == 0  # reading one's own filing is nobody's business


def test_an_answer_that_is_not_one_is_reopened_taken_above_and_withdrawn(
    town: Town, page_at: Pages, clock: Clock
) -> None:
    page = page_at()
    main = page.locator("main")
    files(page)
    answered(town, the_case(), clock())
    page.reload()
    page.locator("#points-no").check()
    button(page, "没办好，重启").click()
    expect(page.locator(".errors")).to_contain_text("您写的内容都还在")
    expect(page.locator("#points-no")).to_be_checked()
    assert the_case().stage == "answered"
    page.locator("#verdict-text").fill("又黑了。")
    button(page, "没办好，重启").click()
    expect(page.locator(".stage-name")).to_have_text("办理中")
    assert (the_case().reopenings, Answer.objects.get().points_answered) == (1, False)

    page.locator("#form-escalate summary").click()
    page.locator("#escalate-text").fill("第二次了。")
    button(page, "请上级过问").click()
    expect(page.locator(".stage-name")).to_have_text("已请上级过问")
    case = the_case()
    assert (case.stage, case.holder, case.office) == ("escalated", "supervisor", town.offices["roads"])

    page.get_by_role("link", name="撤回这件事，或撤回并删除").click()
    expect(main).to_contain_text("撤回以后没有人再办理")
    assert the_case().stage == "escalated"
    button(page, "撤回").click()
    expect(page.locator(".stage-name")).to_have_text("您已撤回")
    case = the_case()
    assert (case.outcome, case.due_at) == ("withdrawn", None)
    codes = list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))
    assert codes[-3:] == ["case.reopened", "case.escalated", "case.withdrawn"]


def test_words_and_a_photo_are_added_later(town: Town, page_at: Pages) -> None:
    page = page_at()
    files(page)
    page.locator("#form-add summary").click()
    page.locator("#add-text").fill("今晚又黑了。")
    page.locator("#add-files").set_input_files(photo())
    button(page, "补充").click()
    expect(page.locator("main")).to_contain_text("今晚又黑了。")
    with page.expect_download() as download:
        page.get_by_role("link", name="路灯.jpg").click()
    assert download.value.suggested_filename == "路灯.jpg"
    assert Message.objects.get().kind == "addition"
    assert Attachment.objects.count() == 1


def test_a_plain_filing_takes_few_presses(town: Town, page_at: Pages) -> None:
    """The promise is a minute, typing included: at most eight presses, two boxes, and four seconds of waiting."""
    page = page_at()
    page.goto("")
    presses: list[float] = []

    def press(selector: str) -> None:
        before = monotonic()
        page.locator(selector).click()
        page.wait_for_load_state("load")
        presses.append(monotonic() - before)

    press('a.door[href$="door=broken"]')
    press("#kind-pothole + label")
    press("button.button-large")
    page.locator("#id_place-1").fill("老桥")
    press("button.button-large")
    page.locator("#id_text-1").fill(TEXT)
    press("button.button-large")
    press('button[name="go"][value="send"]')
    expect(page.locator("#receipt")).to_be_visible()
    print(f"\nA plain filing: {len(presses)} presses, {sum(presses):.1f} s of waiting, typing excluded")
    assert Case.objects.get().area_id == town.areas["east-grid"].id
    assert len(presses) <= 6
    assert sum(presses) < 8


def test_a_matter_about_an_office_goes_to_the_level_above(town: Town, page_at: Pages) -> None:
    page = page_at()
    page.goto("file/")
    page.get_by_role("button", name="某个单位或工作人员的做法").click()
    page.get_by_label("您要反映哪个单位？").select_option(label="道路所")
    page.locator("#kind-conduct").check()
    button(page, "下一步").last.click()
    button(page, "说不清").click()
    page.locator("#id_text-1").fill("窗口的人说系统坏了，三次都没有登记。")
    button(page, "下一步：看一遍").click()
    expect(page.locator("main")).to_contain_text("反映的单位：道路所（不会转给它）")
    expect(page.locator("main")).to_contain_text("送到镇政府")
    assert page.locator('input[name="public-1"]').count() == 0
    button(page, "送出").click()
    page.locator("#receipt").wait_for()
    case = the_case()
    assert (case.office, case.subject, case.kind) == (town.offices["hall"], town.offices["roads"], "conduct")
    assert not PublicCase.objects.exists()

    for name in ("he", "zhou"):
        officer = page_at(1280)
        signs_in(officer, name)
        expect(officer.locator("main")).not_to_contain_text(case.filing.reference)
        there = officer.goto(at_case(officer, case))
        assert there is not None
        assert there.status == 404
        expect(officer.locator("body")).not_to_contain_text("窗口")
    assert not Look.objects.exists()
    above = page_at(1280)
    signs_in(above, "qin", at_case(above, case))
    expect(above.locator("main")).to_contain_text("窗口的人说系统坏了")


def test_the_topmost_office_is_no_judge_of_itself(town: Town, page_at: Pages) -> None:
    page = page_at()
    page.goto("file/?door=office")
    page.get_by_label("您要反映哪个单位？").select_option(label="镇政府")
    page.locator("#kind-conduct").check()
    button(page, "下一步").last.click()
    expect(page.locator("main")).to_contain_text("这个单位在这里没有上一级")
    expect(page.locator("main")).to_contain_text("法院")
    expect(page.locator("#kind-conduct")).to_be_checked()
    assert not Filing.objects.exists()


def test_tip_offs_about_persons_are_declined_with_where_to_go(town: Town, page_at: Pages) -> None:
    page = page_at()
    page.goto("file/")
    page.get_by_role("link", name="要举报某个人？").click()
    expect(page.locator("main h1")).to_contain_text("举报")
    expect(page.locator("main")).to_contain_text("纪检")
    assert page.locator("main textarea, main input:not([type=hidden])").count() == 0
    assert not Filing.objects.exists()
