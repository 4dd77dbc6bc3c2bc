"""Many bring one matter, at the residents' door: beginning, the code, joining, speaking, and going on alone."""

import re

import pytest

from gongshi.cases.models import Case, Filing
from gongshi.grievances.models import Collective, Member
from tests.cast import Town
from tests.clock import Clock
from tests.grievances.many import (
    ANSWER,
    SECRET,
    TEXT,
    answers,
    at_home,
    begins,
    code_of,
    complains,
    joins,
    joint_of,
)
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db


def test_from_ones_own_filing_to_a_joint_matter_and_a_neighbour_in_it(town: Town, walker: Walker) -> None:
    lin = at_home(complains(town))
    assert SECRET in lin.text
    lin.get("/filing/1/together/").press("开始一起反映", {"text": TEXT}, form="form:has(#text)")
    assert lin.address == "/filing/1/"
    assert TEXT in lin.text
    assert "您是代表" in lin.text
    assert SECRET not in lin.text
    code = lin.form(".receipt-code").get_text().strip()
    walker.get("/join/").press("看共同的话", {"code": code.lower()})
    assert TEXT in walker.text
    assert "道路所" not in walker.text.replace(TEXT, "")
    walker.press("加入", {"phone": "0571 8888 0000"})
    assert walker.address == "/filed/"
    assert "您加入了一件共同事项" in walker.text
    assert not {"镇政府", "道路所"} & set(re.findall("镇政府|道路所", walker.text))
    walker.get("/filing/")
    assert TEXT in walker.text
    assert "大约不到10人" in walker.text
    assert "您是代表" not in walker.text
    assert code not in walker.response.content.decode()
    assert Member.objects.count() == 2


def test_whoever_has_a_code_finds_the_way_in_and_the_note_says_nothing_of_the_matter(
    town: Town, walker: Walker
) -> None:
    for page in ("/", "/file/", "/open/"):
        assert walker.get(page).page.select_one('main a[href="/join/"]'), page
    lin, _ = begins(town)
    page = at_home(lin)
    page.get(str(page.form('a[href$="/note/"]')["href"]))
    assert code_of(lin) in page.text
    assert "/join/" in page.text
    assert not [
        word for word in (TEXT, "镇政府", "道路所", "信访", lin.filing.reference) if word in page.text
    ]
    chen = at_home(joins(code_of(lin)))
    assert chen.client.get("/filing/1/joint/note/").status_code == 404


@pytest.mark.parametrize("code", ["", "abc", "7G2K-M4QX-0V9T-3NRB", "x\x00y", "共同码共同码共同码共同码"])
def test_whatever_is_wrong_with_a_code_the_refusal_is_the_same(town: Town, walker: Walker, code: str) -> None:
    begins(town)
    walker.get("/join/").press("看共同的话", {"code": code})
    assert walker.status == 403
    assert "没有打开" in walker.text
    assert TEXT not in walker.text


def test_wrong_codes_are_slowed_down_and_the_right_one_opens_meanwhile(town: Town, walker: Walker) -> None:
    lin, _ = begins(town)
    walker.get("/join/")
    found = [walker.press("看共同的话", {"code": f"7G2K-M4QX-0V9T-3NR{n}"}).status for n in range(5)]
    assert found == [403, 403, 403, 429, 429]
    walker.press("看共同的话", {"code": code_of(lin)})
    assert TEXT in walker.text


def test_a_form_sent_twice_is_one_filing_and_a_bad_contact_is_asked_again(town: Town, walker: Walker) -> None:
    lin, _ = begins(town)
    walker.get("/join/").press("看共同的话", {"code": code_of(lin)})
    walker.press("加入", {"email": "nobody"})
    assert walker.status == 422
    before = Filing.objects.count()
    data = {name: values[0] for name, values in walker.fields(walker.form()).items()}
    data |= {"email": "", "do": "join"}
    answered = [walker.client.post("/join/", data)["Location"] for _ in range(2)]
    assert answered == ["/filed/", "/filed/"]
    assert Filing.objects.count() == before + 1


def test_speaking_inviting_and_stepping_down(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin))
    page = at_home(lin)
    page.press("do=speak", {"text": "桥头那一段。"}, form="#form-speak")
    assert "桥头那一段。" in page.text
    page.press("do=speak", {"text": "  "}, form="#form-speak")
    assert page.status == 422
    page.get("/filing/").press("do=invite", form='form:has(button[value="invite"])')
    invitation = page.form(".receipt .receipt-code").get_text().strip()
    other = at_home(chen)
    assert "桥头那一段。" not in other.text
    other.press("do=seat", {"code": "wrong"}, form="#form-seat form")
    assert other.status == 422
    other.press("do=seat", {"code": invitation}, form="#form-seat form")
    assert "您是代表" in other.text
    assert "桥头那一段。" in other.text
    for walker in (page, other):
        walker.get("/filing/").press("do=step_down", form='form:has(button[value="step_down"])')
    assert "现在没有代表" in page.get("/filing/").text
    page.press("do=offer", form='form:has(button[value="offer"])')
    mark = page.form("#form-offers .receipt-code").get_text().strip()
    assert "开始当代表" not in page.text.replace("会有“开始当代表”", "")
    other.press("do=back", {"mark": "0000"}, form="form:has(#offer-mark)")
    assert other.status == 422
    other.press("do=back", {"mark": mark.lower()}, form="form:has(#offer-mark)")
    assert f"您同意了： {mark}" in other.text or f"您同意了：{mark}" in other.text
    page.get("/filing/").press("do=begin", form='form:has(button[value="begin"])')
    assert "您是代表" in page.text
    assert "现在没有代表" not in other.get("/filing/").text


def test_the_answer_stands_on_every_page_and_each_goes_on_alone(town: Town, clock: Clock) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    answers(town, collective)
    clock.set("2026-03-03 09:00")
    pages = [at_home(one) for one in (lin, chen)]
    for page in pages:
        assert ANSWER.decided in page.text
    page = pages[1].press("do=alone", form='form:has(button[value="alone"])')
    assert "共同事项" not in page.form("h1").get_text()
    assert ANSWER.decided in page.text
    assert page.press("move=reopen", {"text": "没有答到。"}, form="#form-verdict").status == 200
    assert chen.case.stage == "checking"
    assert joint_of(collective).stage == "answered"


def test_leaving_and_withdrawing_in_one(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin))
    page = (
        at_home(chen).get("/filing/1/withdraw/").press("撤回", {"content": "erase"}, form="main .narrow form")
    )
    assert page.status == 200
    assert Case.objects.get(pk=chen.case.pk).outcome == "withdrawn"
    assert Member.objects.count() == 1


def test_where_the_joint_matter_is_gone_ones_own_is_withdrawn_all_the_same(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin))
    Collective.objects.all().delete()
    page = at_home(chen)
    assert "共同事项已经不在了" in page.get("/filing/1/").text
    page.get("/filing/1/withdraw/").press("撤回", {"content": "erase"}, form="main .narrow form")
    own = Case.objects.get(pk=chen.case.pk)
    assert (own.outcome, own.erase_on is not None) == ("withdrawn", True)


def test_nothing_else_is_done_to_a_matter_that_follows(town: Town) -> None:
    lin, _ = begins(town)
    page = at_home(lin)
    for address in ("add", "move", "recuse", "publish", "reprisal"):
        assert page.client.post(f"/filing/1/{address}/", {"text": "x"}).status_code in (403, 404)
    assert page.client.get("/filing/1/joint/").status_code == 404
    assert page.client.get("/filing/1/together/").status_code == 302
    assert joint_of(Member.objects.get().collective).seq == 2


def test_the_copy_to_take_home_holds_what_is_ones_own(town: Town) -> None:
    lin, _ = begins(town)
    response = at_home(lin).client.get("/filing/download/")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"
