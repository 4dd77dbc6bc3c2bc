"""At one's own filing: opening, reading, and every move that a resident may make."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.glass import approve, ask, find_asked
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.splitting import split_case
from gongshi.cases.jobs import tick_glass
from gongshi.cases.models import Answer, BreakGlass, Case, Consent, Look, Message
from gongshi.safekeeping.models import Wrap
from tests.casework import add_office, add_staff
from tests.cast import NOW, Town
from tests.clock import Clock, local
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db


def only_case() -> Case:
    return Case.objects.select_related("filing", "promise").get()


def answer(town: Town, at: datetime = NOW) -> None:
    case = only_case()
    make_move(case, "accept", actor=town.actor("zhou"), at=NOW)
    said = NewAnswer(
        "done", found="坑有两米宽。", found_on=NOW.date(), decided="已经补好。", call="道路所 0000-1"
    )
    send_answer(only_case(), "answer", said, actor=town.actor("zhou"), at=at)


def status(walker: Walker) -> str:
    """What the card at the top of a case says."""
    return " ".join(walker.form(".status-card").get_text(" ").split())


def test_reference_and_receipt_open_it_in_another_browser(town: Town, walker: Walker) -> None:
    reference, receipt = files_a_report(walker)
    other = Walker().get("/open/").press("打开", {"reference": reference.lower(), "receipt": receipt.lower()})
    assert other.status == 200
    assert "电动车摔了两次" in other.text
    assert receipt not in other.response.content.decode()


def test_the_page_says_who_answers_by_when_and_what_comes_next(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    for words in ("道路所", "责任人", "He", "3月9日", "现在在这里", "其他路一直开着", "法院", "还没有人看过"):
        assert words in walker.text or words == "He", words


def test_after_a_hand_over_its_reason_and_day_say_why_this_office(
    town: Town, walker: Walker, clock: Clock
) -> None:
    files_a_report(walker)
    first = "这类事由roads负责。"
    assert first in walker.get("/filing/").form("main aside").get_text()
    for giver, taker, day, reason in (
        ("zhou", "water", "2026-03-02 10:00", "是水管漏出来的。"),
        ("ma", "roads", "2026-03-02 11:00", "水管不漏，是路基。"),
    ):
        params = {"office": town.offices[taker].id, "reason": reason}
        make_move(only_case(), "hand_over", actor=town.actor(giver), at=clock.set(day), params=params)
    aside = walker.get("/filing/").form("main aside").get_text()
    assert "水管不漏，是路基。（3月2日转来）" in aside
    assert "是水管漏出来的。" not in aside
    assert first not in aside


def test_a_warning_names_the_time_limit_that_is_nearly_up(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    run_clocks(local("2026-03-05 00:01"))
    history = walker.get("/filing/").form(".history").get_text()
    assert "超过期限，督办自动启动（时限：受理）" in history
    history = walker.get("/en/filing/").form(".history").get_text()
    assert "supervision began by itself (time limit: Acceptance)" in history


def test_every_look_is_read_by_whoever_filed(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    open_content(only_case(), town.actor("zhou"), why="assignment", at=NOW)
    walker.get("/filing/")
    looks = walker.page.select_one("#looks")
    assert looks is not None
    assert "道路所" in looks.get_text()
    assert "承办这件事项" in looks.get_text()


def test_the_same_look_again_within_the_hour_is_one_line_with_a_count(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    case = only_case()
    for minute in (0, 10, 50, 60):
        at = NOW + timedelta(minutes=minute)
        open_content(case, town.actor("zhou"), why="assignment", at=at)
    open_content(case, town.actor("qin"), why="supervision", at=NOW + timedelta(minutes=70))
    walker.get("/filing/")
    rows = [" ".join(row.get_text(" ").split()) for row in walker.page.select("#looks tbody tr")]
    assert len(rows) == 3
    assert "镇政府" in rows[0]
    assert "3月2日 10:00" in rows[1]
    assert "3月2日 09:00起，3次" in rows[2]
    assert Look.objects.count() == 5
    walker.get("/en/filing/")
    assert "3 times from 2 March, 09:00 on" in walker.text


def test_ones_own_reading_is_never_stored(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/").get("/filing/1/")
    assert Look.objects.count() == 0


def test_a_question_is_answered(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    make_move(only_case(), "accept", actor=town.actor("zhou"), at=NOW)
    ask_resident(only_case(), "ask", "坑有多深？", actor=town.actor("zhou"), at=NOW)
    walker.get("/filing/")
    assert "坑有多深？" in walker.text
    walker.press("回复", {"text": "半米。"}, form="#form-reply")
    assert only_case().stage == "handling"
    assert Message.objects.filter(kind="reply").count() == 1
    assert "半米。" in walker.text


def test_an_answer_is_confirmed_in_ones_own_words(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    answer(town)
    walker.get("/filing/")
    assert "坑有两米宽" in walker.text
    walker.press("确认办好了", {"points": "yes", "kept": "yes", "text": "补得很平。"}, form="#form-verdict")
    assert only_case().outcome == "confirmed"
    row = Answer.objects.get()
    assert (row.points_answered, row.promise_kept) == (True, True)
    assert "补得很平。" in walker.text


def test_an_answer_in_time_says_so_and_until_when_the_resident_may_say(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    answer(town)
    walker.get("/filing/")
    assert "已按期" in status(walker)
    assert "请在3月17日前说说办得怎样；不说也不算同意。" in status(walker)
    walker.get("/en/filing/")
    assert "Please say by 17 March how it went" in status(walker)


def test_an_answer_that_came_late_says_by_how_many_days(town: Town, walker: Walker, clock: Clock) -> None:
    reference, receipt = files_a_report(walker)
    answer(town, clock.set("2026-03-12 10:00"))
    walker.get("/open/").press("打开", {"reference": reference, "receipt": receipt})
    assert "晚了3天答复" in status(walker)
    assert "已停止" not in status(walker)
    walker.get("/en/filing/")
    assert "Answered 3 days late" in status(walker)


def test_while_a_reply_is_waited_for_its_day_is_said(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    make_move(only_case(), "accept", actor=town.actor("zhou"), at=NOW)
    ask_resident(only_case(), "ask", "坑有多深？", actor=town.actor("zhou"), at=NOW)
    walker.get("/filing/")
    assert "请在3月12日前回复。" in status(walker)


def promise(town: Town) -> None:
    make_move(only_case(), "accept", actor=town.actor("zhou"), at=NOW)
    said = NewAnswer(
        "will_do",
        found="坑有两米宽。",
        found_on=NOW.date(),
        decided="下周补。",
        call="道路所 0000-1",
        by_on=date(2026, 3, 12),
        by_whom="养护队",
    )
    send_answer(only_case(), "promise", said, actor=town.actor("zhou"), at=NOW)


def test_before_a_promised_day_the_answer_is_judged_but_not_confirmed(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    promise(town)
    form = walker.get("/filing/").form("#form-verdict").get_text()
    assert "还没到答应的日子（3月12日）" in form
    assert "每一点都答了吗？" in form
    assert "说的都做到了吗？" not in form
    assert "不满意？重启" in form
    assert "又有问题" not in form
    assert "确认办好了" not in form
    walker.press("说意见", form="#form-verdict")
    assert walker.status == 422
    assert Answer.objects.get().verdict_at is None
    walker.press("说意见", {"points": "no", "text": "没说谁付钱。"}, form="#form-verdict")
    assert walker.status == 200
    assert only_case().stage == "promised"
    assert Answer.objects.get().points_answered is False
    assert "没说谁付钱。" in walker.form(".verdict").get_text()
    assert "对答复说了意见" in walker.form(".history").get_text()
    assert "Not satisfied? Reopen it" in walker.get("/en/filing/").text
    walker.press("Not satisfied?", {"text": "等不了。"}, form="#form-verdict")
    assert only_case().stage == "handling"


def test_an_opinion_on_an_old_page_changes_nothing(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    promise(town)
    walker.get("/filing/")
    done = NewAnswer("done", found="补好了。", found_on=NOW.date(), decided="已补。", call="道路所 0000-1")
    send_answer(only_case(), "report_done", done, actor=town.actor("zhou"), at=NOW)
    walker.press("说意见", {"points": "no"}, form="#form-verdict")
    assert walker.status == 409
    assert [row.points_answered for row in Answer.objects.all()] == [None, None]


def test_reopening_needs_words_and_keeps_what_was_chosen(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    answer(town)
    walker.get("/filing/").press("没办好", {"points": "no"}, form="#form-verdict")
    assert walker.status == 422
    assert "请写哪里没答" in walker.text
    assert walker.page.select_one("#points-no[checked]")
    assert only_case().stage == "answered"
    walker.press("没办好", {"text": "又塌了。"}, form="#form-verdict")
    assert only_case().stage == "handling"
    assert only_case().reopenings == 1


def test_a_page_that_is_out_of_date_says_so_and_keeps_the_words(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    make_move(only_case(), "accept", actor=town.actor("zhou"), at=NOW)
    ask_resident(only_case(), "ask", "坑有多深？", actor=town.actor("zhou"), at=NOW)
    walker.get("/filing/")
    make_move(only_case(), "resume", actor=town.actor("zhou"), at=NOW)
    ask_resident(only_case(), "ask", "还有别的坑吗？", actor=town.actor("zhou"), at=NOW)
    walker.press("回复", {"text": "半米深，我量过。"}, form="#form-reply")
    assert walker.status == 409
    assert "新情况" in walker.text
    assert "半米深，我量过。" in walker.form("#form-reply").select_one("textarea").get_text()
    assert only_case().stage == "waiting"


def test_words_and_photos_are_added(town: Town, walker: Walker) -> None:
    from tests.web.public.walker import photo

    files_a_report(walker)
    walker.get("/filing/").press(
        "补充", {"text": "又下雨了。"}, form="#form-add form", files={"files": photo()}
    )
    assert walker.status == 200
    assert "又下雨了。" in walker.text
    link = walker.page.select_one(".files a")
    assert link is not None
    got = walker.client.get(str(link["href"]))
    assert got["Content-Disposition"].startswith("attachment")
    assert "filename*=utf-8''%E5%9D%91.jpg" in got["Content-Disposition"]
    assert got["X-Content-Type-Options"] == "nosniff"
    assert b"".join(got.streaming_content)[:3] == b"\xff\xd8\xff"


def test_an_unreadable_file_is_refused_and_the_words_stay(town: Town, walker: Walker) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    files_a_report(walker)
    bad = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>")
    walker.get("/filing/").press("补充", {"text": "又下雨了。"}, form="#form-add form", files={"files": bad})
    assert walker.status == 422
    assert "又下雨了。" in walker.form("#form-add form").get_text()
    assert Message.objects.count() == 0


def test_it_is_taken_to_the_level_above(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/").press("请上级过问", {"text": "没人来。"}, form="#form-escalate form")
    case = only_case()
    assert case.stage == "escalated"
    assert case.holder == "supervisor"
    assert town.offices["hall"].id in [case.office_id, case.office.above_id]


def test_before_it_is_taken_above_the_page_says_what_will_happen(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    form = walker.get("/filing/").form("#form-escalate form").get_text()
    assert "按下以后，镇政府就能看到这件事" in form
    assert "（可不填）" in form
    walker.press("请上级过问", form="#form-escalate form")
    assert only_case().stage == "escalated"


def test_withdrawing_asks_once_more(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/1/withdraw/")
    assert only_case().stage == "received"
    walker.press("撤回", form=".narrow form")
    assert (only_case().outcome, only_case().erase_on) == ("withdrawn", None)
    walker.get("/filing/").press("改变主意，接着办", form="form.your-turn")
    assert only_case().stage == "received"


def test_withdrawing_and_erasing_says_the_day_and_can_be_undone(
    town: Town, walker: Walker, clock: Clock
) -> None:
    files_a_report(walker)
    walker.get("/filing/1/withdraw/").press("撤回", {"content": "erase"}, form=".narrow form")
    page = walker.get("/filing/").text
    assert "3月17日删除" in page
    assert "到3月16日（含）为止" in page
    walker.press("不删了，还是撤回", form="form.your-turn")
    assert (only_case().outcome, only_case().erase_on) == ("withdrawn", None)
    walker.get("/filing/1/withdraw/").press("删除", form=".narrow form")
    assert only_case().erase_on == date(2026, 3, 17)
    walker.get("/filing/").press("改变主意，接着办", form="form.your-turn")
    assert (only_case().stage, only_case().erase_on) == ("received", None)


def test_consent_shows_the_exact_copy_and_is_taken_back(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/").press("同意公开", form="#form-publish form")
    assert Consent.objects.filter(revoked_at=None).count() == 1
    assert "等待审核" in walker.text
    walker.press("收回同意", form="#form-publish form")
    assert Consent.objects.filter(revoked_at=None).count() == 0


def test_leaving_takes_the_visit_from_the_browser(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/").press("离开", form="form[action$='/leave/']")
    walker.get("/filing/")
    assert walker.address == "/open/"


def test_a_visit_that_ran_out_keeps_the_words(town: Town, walker: Walker, clock: object) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    clock.advance(hours=3)  # type: ignore[attr-defined]
    walker.press("补充", {"text": "这句话不能丢。"}, form="#form-add form")
    assert walker.status == 403
    assert "这句话不能丢。" in walker.text
    assert Message.objects.count() == 0


def test_an_office_is_kept_from_it_and_the_level_above_goes_on(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    form = walker.form("#form-recuse form")
    assert [option["value"] for option in form.select("option")] == [
        "",
        f"office:{town.offices['roads'].id}",
        f"office:{town.offices['hall'].id}",
        f"staff:{town.staff['he'].id}",
    ]
    roads = f"office:{town.offices['roads'].id}"
    walker.press("不让他们看", {"whom": roads, "text": "队里有亲戚。"}, form="#form-recuse form")
    assert only_case().office == town.offices["hall"]
    assert "因有人回避，交上一级办理" in walker.text
    assert "队里有亲戚。" in walker.text
    assert "现在看不到这件事的" in walker.text
    walker.get("/en/filing/")
    assert "Somebody in the office that had it was recused" in walker.text


def posts(walker: Walker, whom: str, text: str) -> Any:
    """Keep somebody from the first matter, past what the page's list offers."""
    token = walker.client.cookies["csrftoken"].value
    return walker.client.post("/filing/1/recuse/", {"whom": whom, "text": text, "csrfmiddlewaretoken": token})


@pytest.mark.parametrize("whom", ["", "office:x", "staff:00000000-0000-7000-8000-000000000000"])
def test_whoever_is_not_on_the_page_cannot_be_named(town: Town, walker: Walker, whom: str) -> None:
    files_a_report(walker)
    case = only_case()
    walker.get("/filing/")
    answer = posts(walker, whom, "不想让他看。")
    assert answer.status_code == 422
    assert "不想让他看。" in answer.content.decode()
    assert only_case().seq == case.seq


def test_where_nobody_would_be_left_the_other_routes_are_named(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    for code in ("roads", "hall"):
        walker.get("/filing/")
        whom = f"office:{town.offices[code].id}"
        answer = posts(walker, whom, "都有关系。")
    assert answer.status_code == 422
    assert "这里就没有单位能办这件事了" in answer.content.decode()
    assert only_case().office == town.offices["hall"]


def test_whoever_filed_reads_who_broke_glass_and_why(town: Town, walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    ask(only_case().filing.reference, 1, "要查上游的管线。", actor=town.actor("pan"), at=clock())
    find_asked(clock())
    assert "等另一单位批准" in walker.get("/filing/").form("#glass").get_text()
    approve(BreakGlass.objects.get().id, actor=town.actor("he"), at=clock())
    open_content(only_case(), town.actor("pan"), why="break_glass", at=clock())
    told = " ".join(walker.get("/filing/").form("#glass").get_text(" ").split())
    for words in (
        "parks · pan",
        "正在打开",
        "要查上游的管线。",
        "道路所批准，3月2日 09:00到3月2日 10:00",
        "He",
    ):
        assert words in told or words == "He", words
    assert "紧急查阅，由另一单位批准" in walker.form("#looks").get_text()
    clock.advance(minutes=60)
    assert "已经结束" in walker.get("/filing/").form("#glass").get_text()


def test_whoever_filed_a_dispute_reads_who_asked_and_that_the_words_are_gone(
    town: Town, walker: Walker, clock: Clock
) -> None:
    walker.get("/file/").press("press=dispute").press("go=next", {"category-1": "quarrel"}).press("go=next")
    walker.press("go=next", {"text-1": "楼上半夜拖桌子。"}).press("go=send")
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    ask(only_case().filing.reference, 1, "要查上游的管线。", actor=town.actor("pan"), at=clock())

    def told() -> str:
        tick_glass(clock())
        text = " ".join(walker.get("/filing/").form("#glass").get_text(" ").split())
        assert "parks · pan" in text
        assert "要查上游的管线。" not in text
        return text

    assert "原因现在只有审批的单位打得开" in told()
    BreakGlass.objects.update(asked_at=clock() - timedelta(hours=24))
    assert "没有人批准，已经作废 没有人作决定，写的原因已经删掉" in told()


def test_a_lost_key_is_not_told_as_an_erasure(
    town: Town, walker: Walker, caplog: pytest.LogCaptureFixture
) -> None:
    files_a_report(walker)
    Wrap.objects.all().delete()
    for address in ("/filing/", "/filing/download/"):
        caplog.clear()
        walker.get(address)
        assert (walker.status, "暂时打不开" in walker.text, "没有删除" in walker.text) == (503, True, True)
        assert "wraps store is not whole" in caplog.text


def test_what_staff_split_off_is_read_and_kept_as_one(town: Town, clock: Clock) -> None:
    walker = Walker()
    files_a_report(walker)
    case, category = only_case(), town.categories["leak"].id
    new = split_case(case, category, "后半段讲漏水。", actor=town.actor("zhou"), at=clock())
    walker.get("/filing/11/")
    assert "这一件是从您的来件里分出来的" in walker.text
    assert "后半段讲漏水。" in walker.text
    walker.press("还是一件，并回去", form="#form-split form")
    assert "已并入另一件" in walker.text
    assert Case.objects.get(pk=new.pk).merged_into == 1
    walker.get("/filing/1/")
    assert "另一件并了进来，期限取较早的（/11）" in walker.text
