"""Outages and works for everybody: the list, one notice, what is known while filing, and being told of the end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from gongshi.bulletin.actions.disruptions import change, end, withdraw
from gongshi.bulletin.models import Disruption, Subscription
from gongshi.cases.models import Case, Filing
from gongshi.safekeeping.limits import forget as forget_tries
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.words import pair
from tests.bulletin.outages import announced, outage
from tests.cast import NOW, Town
from tests.statements import captured
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LIN = "lin@example.org"


@pytest.fixture(autouse=True)
def channels(settings: Settings) -> Iterator[None]:
    """Mail and text messages go out, and nobody has tried anything."""
    settings.SMTP_URL, settings.SMS_URL = "smtp://127.0.0.1:1", "http://127.0.0.1:1/"
    forget_tries()
    yield
    forget_tries()


@pytest.fixture
def row(town: Town) -> Disruption:
    """No water in the east until six."""
    return announced(town, text=pair("正在抢修。", "It is being mended."))


def reports(walker: Walker, kind: str = "leak", area: str = "east-grid") -> Walker:
    """Up to the page where the words are written."""
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": kind})
    data = {**walker.fields(walker.form()), "area": [area]}
    walker._arrive(walker.client.post("/file/", data))
    return walker.press("go=next")


def test_the_list_home_and_one_notice(walker: Walker, row: Disruption, town: Town) -> None:
    planned = announced(
        town, title=pair("老桥封路", "Old Bridge closed"), begins_at=NOW + 24 * HOUR, expected_until=None
    )
    walker.get("/notices/")
    for words in (
        "正在停的",
        "老桥一带停水",
        "预计今天18:00恢复。",
        "计划中的",
        "3月3日 09:00开始，到什么时候还不知道。",
    ):
        assert words in walker.text
    assert walker.response.headers["Cache-Control"] == "public, max-age=60"
    assert "现在停着的 全部通知 老桥一带停水" in walker.get("/").text
    assert "老桥封路" not in walker.text
    walker.get(f"/en/notices/{row.code}/")
    for words in (
        "No water around the Old Bridge",
        "Expected to be over by 18:00 today.",
        "It is being mended.",
        "Water",
    ):
        assert words in walker.text
    assert walker.get(f"/notices/{planned.code}/").status == 200
    for wrong in ("no-such-notice", "x" * 80):
        assert walker.get(f"/notices/{wrong}/").status == 404


def test_an_end_that_moves_is_said(walker: Walker, row: Disruption, town: Town) -> None:
    ma = town.actor("ma")
    change(row, outage(town, expected_until=NOW + 12 * HOUR), seen=1, actor=ma, at=NOW)
    assert "预计恢复时间由3月2日 18:00改为3月2日 21:00" in walker.get(f"/notices/{row.code}/").text
    assert "预计今天21:00恢复。" in walker.text
    change(row, outage(town, expected_until=None), seen=2, actor=ma, at=NOW)
    assert "什么时候恢复，现在不知道了" in walker.get(f"/notices/{row.code}/").text
    end(row, NOW, seen=3, actor=ma, at=NOW)
    assert "今天09:00已恢复。" in walker.get(f"/notices/{row.code}/").text
    assert "恢复时告诉我" not in walker.text
    assert "最近恢复的" in walker.get("/notices/").text
    assert "现在停着的" not in walker.get("/").text


def test_what_was_withdrawn_or_is_not_shown_yet_is_not_there(
    walker: Walker, row: Disruption, town: Town
) -> None:
    later = announced(town, shown_from=NOW + HOUR)
    withdraw(row, seen=1, actor=town.actor("ma"), at=NOW)
    for code in (row.code, later.code):
        assert walker.get(f"/notices/{code}/").status == walker.get(f"/notices/{code}/tell/").status == 404
    assert "现在没有通知" in walker.get("/notices/").text


def test_pages_cost_the_same_for_many(walker: Walker, row: Disruption, town: Town) -> None:
    counts = []
    for _ in range(2):
        walker.get("/notices/")
        with captured() as statements:
            walker.get("/notices/")
            walker.get("/")
        counts.append(len(statements))
        for _ in range(4):
            announced(town)
    assert counts[0] == counts[1] <= 4


# being told


def test_leaving_an_address_and_taking_it_back(walker: Walker, row: Disruption) -> None:
    walker.get(f"/notices/{row.code}/tell/").press("告诉我", {f"tell-{row.code}": LIN})
    assert "好，恢复时告诉您一次" in walker.text
    assert Subscription.objects.count() == 1
    assert not Filing.objects.exists()
    walker.press("不用告诉我了")
    assert "已经删掉" in walker.text
    assert not Subscription.objects.exists()


def test_what_is_no_address_is_said_and_kept_in_the_box(walker: Walker, row: Disruption) -> None:
    walker.get(f"/notices/{row.code}/tell/").press("告诉我", {f"tell-{row.code}": "lin@"})
    assert walker.status == 422
    assert "这不像一个邮箱地址" in walker.text
    box = walker.page.select_one(f'[name="tell-{row.code}"]')
    assert box is not None
    assert box["value"] == "lin@"
    walker.press("告诉我", {f"tell-{row.code}": "12"})
    assert "这不像一个电话号码" in walker.text


def test_where_nothing_can_be_sent_nothing_is_offered(
    walker: Walker, row: Disruption, settings: Settings
) -> None:
    settings.SMTP_URL = settings.SMS_URL = ""
    assert "恢复时告诉我" not in walker.get(f"/notices/{row.code}/").text
    assert not walker.get(f"/notices/{row.code}/tell/").page.select("main form")
    settings.SMS_URL = "http://127.0.0.1:1/"
    assert "手机号码" in walker.get(f"/notices/{row.code}/tell/").text
    assert "邮箱或" not in walker.text


def test_whoever_leaves_very_many_has_to_wait(walker: Walker, row: Disruption) -> None:
    burst = POLICIES["telling"].source.burst
    for number in range(burst + 1):
        walker.get(f"/notices/{row.code}/tell/").press("告诉我", {f"tell-{row.code}": f"1380000{number:04}"})
    assert walker.status == 429
    assert Subscription.objects.count() == burst


# while filing


def test_it_is_known_when_category_and_place_are(walker: Walker, row: Disruption) -> None:
    reports(walker)
    assert "已知：老桥一带停水 预计今天18:00恢复。 您照样可以往下写。" in walker.text
    walker.press("go=next", {"text-1": "从早上停水到现在。"})
    assert "已知：老桥一带停水" in walker.text
    walker.press("go=send")
    assert Case.objects.get().office.code == "water"


@pytest.mark.parametrize(("kind", "area"), [("pothole", "east-grid"), ("leak", "west-grid")])
def test_another_category_or_place_shows_nothing(
    walker: Walker, row: Disruption, kind: str, area: str
) -> None:
    assert "已知" not in reports(walker, kind, area).text


def test_where_the_category_is_found_by_words_it_is_known_at_the_end(walker: Walker, row: Disruption) -> None:
    walker.get("/file/").press("press=write")
    data = {**walker.fields(walker.form()), "area": ["east-grid"]}
    walker._arrive(walker.client.post("/file/", data))
    walker.press("go=next")
    assert "已知" not in walker.text
    walker.press("go=next", {"text-1": "There is a leak in the main."})
    assert "已知：老桥一带停水" in walker.text


def test_being_told_without_filing_and_without_losing_a_word(walker: Walker, row: Disruption) -> None:
    reports(walker)
    typed = {"text-1": "停水了，孩子没法洗澡。", f"tell-{row.code}": LIN}
    walker.press(f"tell={row.code}", typed)
    assert walker.status == 200
    assert "好，恢复时告诉您一次。" in walker.text
    assert "停水了，孩子没法洗澡。" in walker.text
    assert LIN not in str(walker.page)
    assert Subscription.objects.count() == 1
    assert not Filing.objects.exists()
    walker.press("不用告诉我了")
    assert not Subscription.objects.exists()
    walker.press("go=next")
    walker.press(f"tell={row.code}", {f"tell-{row.code}": "138 0000 0000"})
    assert "看一遍，再送出" in walker.text
    assert Subscription.objects.count() == 1
    walker.press("go=send")
    assert Case.objects.count() == 1


def test_a_wrong_address_beside_the_form_is_said_there(walker: Walker, row: Disruption) -> None:
    reports(walker).press(f"tell={row.code}", {"text-1": "停水了。", f"tell-{row.code}": "lin"})
    assert walker.status == 422
    assert "这不像一个电话号码" in walker.text
    assert walker.page.select_one(f'details[open] [name="tell-{row.code}"][value="lin"]')
    assert "停水了。" in walker.text
    walker.press("go=next").press("go=send")
    assert Case.objects.count() == 1


def test_a_form_s_words_do_no_harm(walker: Walker, row: Disruption) -> None:
    reports(walker)
    for extra in ({"tell": "no-such-notice"}, {"tell": "a\x00b"}, {"untell": "x"}, {"tell": row.code}):
        data = {**walker.fields(walker.form()), **extra}
        assert walker.client.post("/file/", data).status_code in (200, 422)
    assert not Subscription.objects.exists()
