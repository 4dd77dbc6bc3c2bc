"""The operator's screen: text first, place by words, several matters, read back, saved once; and nothing afterwards."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Appointment, Staff
from gongshi.cases.actions.call_drafts import MOST_KEPT, calls_kept, sweep_calls
from gongshi.cases.actions.claims import claim_filing
from gongshi.cases.models import Attachment, CallDraft, Case, Claim, Filing, History, Upload
from gongshi.cases.sealed import unseal_json
from gongshi.places.models import Alias
from gongshi.places.snapshots import forget
from gongshi.routing.learning import Example, learn
from gongshi.routing.models import SuggestionCount
from gongshi.routing.own_model import put_in_use
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import SealError
from gongshi.words import pair
from tests.browser.walks import photo
from tests.cast import Town
from tests.clock import Clock
from tests.factors import give_factors
from tests.web.desk.helpers import signed_in, text

FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
WORDS = {
    "text-1": "老桥东头有一个坑。pothole",
    "place-1": "老桥",
    "way": "sms",
    "phone": "138 0000 0000",
    "channel": "phone",
}
CONDUCT = {
    "text-1": "道路所收了钱不办事。",
    "category-1": "conduct",
    "subject-1": "roads",
    "way": "at_once",
    "address": "河街8号",
}


@pytest.fixture
def fan(town: Town, settings: Any) -> Client:
    """Operator Fan of Water, signed in, where text messages go out."""
    settings.SMS_URL = "https://sms.example/send"
    staff = Staff.objects.create_user("fan", None, name=pair("范", "Fan"))
    Appointment.objects.create(staff=staff, office=town.offices["water"], role="operator")
    town.staff["fan"] = staff
    give_factors(staff)
    forget()
    return signed_in(town, "fan")


def hidden(page: Any) -> dict[str, str]:
    return dict(FIELD.findall(page.content.decode()))


def press(client: Client, go: str, page: Any = None, **typed: Any) -> Any:
    """Press a button of the page (or of a new one) with these fields."""
    page = page or client.get("/desk/call/")
    return client.post("/desk/call/", {**hidden(page), **typed, "go": go})


def taken(client: Client, **typed: Any) -> Any:
    """From the empty screen to the page that says the reference."""
    return press(client, "save", press(client, "check", **typed))


def test_the_screen_asks_first_whether_anybody_is_in_danger(fan: Client) -> None:
    page = text(fan.get("/desk/call/"))
    assert page.index("现在有没有人有危险") < page.index("说了什么")
    assert "112" in page


def test_words_decide_place_and_category_and_are_read_back(fan: Client) -> None:
    page = press(fan, "check", **WORDS)
    assert page.status_code == 200
    read = text(page)
    assert "读给对方听" in read
    assert "老桥东头有一个坑" in read
    assert "pothole类" in read
    assert "east-grid" in read or "east-grid区" in read
    assert not Filing.objects.exists()


def test_saved_it_is_one_filing_like_any_other(fan: Client, town: Town) -> None:
    page = taken(fan, **WORDS)
    filing = Filing.objects.get()
    assert (filing.channel, filing.staff_logged, filing.claimed) == ("phone", True, False)
    case = Case.objects.get()
    assert (case.area, case.category) == (town.areas["east-grid"], town.categories["pothole"])
    assert History.objects.get().by == "operator"
    assert filing.reference in text(page)
    assert re.search(r"电话查询码 \d{6}", text(page))
    assert "老桥" not in text(page)  # nothing of what was said


def test_several_matters_in_one_call(fan: Client) -> None:
    page = press(fan, "add", **WORDS)
    assert "第2件事" in text(page)
    page = press(fan, "check", page, **WORDS, **{"text-2": "家里漏水 leak", "place-2": ""})
    press(fan, "save", page)
    assert [case.category.code for case in Case.objects.order_by("number")] == ["pothole", "leak"]
    assert Claim.objects.count() == 1


def test_a_place_with_two_spots_is_asked_about(fan: Client, town: Town) -> None:
    Alias.objects.create(name="老桥", area=town.areas["west-grid"])
    forget()
    page = press(fan, "check", **WORDS)
    assert page.status_code == 422
    assert "请选一处" in text(page)
    spot = re.search(r'name="spot-1" id="[^"]+" value="([^"]+)"', page.content.decode())[1]
    assert press(fan, "check", page, **WORDS, **{"spot-1": spot}).status_code == 200


def test_what_is_missing_is_said_and_nothing_is_lost(fan: Client) -> None:
    page = press(fan, "check", **{**WORDS, "phone": "", "name": "林"})
    assert page.status_code == 422
    assert "要用短信通知您，请填电话" in text(page)
    assert "老桥东头有一个坑" in page.content.decode()
    assert 'value="林"' in page.content.decode()
    page = press(fan, "check", **{**WORDS, "way": "letter"})
    assert "寄信要写地址" in text(page)
    page = press(fan, "check", **{**WORDS, "way": ""})
    assert "请选认领码怎样交给他" in text(page)


def test_the_form_sent_twice_is_one_filing(fan: Client) -> None:
    page = press(fan, "check", **WORDS)
    first, again = press(fan, "save", page), press(fan, "save", page)
    assert Filing.objects.count() == 1
    assert text(first) == text(again)


def test_a_form_changed_after_it_was_saved_says_so(fan: Client) -> None:
    page = press(fan, "check", **WORDS)
    press(fan, "save", page)
    answer = press(fan, "save", page, **{"text-1": "别的"})
    assert answer.status_code == 409
    assert "早已存过" in text(answer)
    assert "电话查询码" not in text(answer)


def test_a_sealed_matter_gets_its_code_on_paper_at_once_and_that_opens(fan: Client, clock: Clock) -> None:
    page = press(fan, "check", **{**CONDUCT, "way": "sms", "phone": "13800000000"})
    assert "认领码只能现在打印" in text(page)
    checked = press(fan, "check", **CONDUCT)
    saved = press(fan, "save", checked)
    groups = re.search(r'class="receipt-code">(.*?)</p>', saved.content.decode())[1]
    code = "-".join(re.findall(r"<span>(\w{4})</span>", groups))
    filing, row = claim_filing(Filing.objects.get().reference, code, receipt=new_receipt(), at=clock())
    assert filing.claimed
    assert row
    assert "电话查询码" not in text(saved)
    # The form once more, after that: nothing but the reference.
    assert code not in press(fan, "save", checked).content.decode()


def test_a_letter_is_not_shown_again_later(fan: Client, clock: Clock) -> None:
    checked = press(fan, "check", **CONDUCT)
    code = re.compile(r'class="receipt-code"')
    assert code.search(press(fan, "save", checked).content.decode())
    clock.advance(minutes=5)
    assert code.search(press(fan, "save", checked).content.decode())  # the reply was lost
    clock.advance(minutes=6)
    later = press(fan, "save", checked)
    assert not code.search(later.content.decode())
    assert Filing.objects.get().reference in text(later)


@pytest.mark.parametrize("office", ["water", "hall"])
def test_what_is_about_ones_own_office_is_not_taken_down(fan: Client, office: str) -> None:
    page = press(fan, "check", **{**CONDUCT, "subject-1": office})
    assert page.status_code == 422
    assert not Filing.objects.exists()
    if office == "water":
        assert "反映的是您自己的单位" in text(page)
        assert "行政复议" in text(page)


def test_who_must_not_see_it_is_asked_read_back_and_kept(fan: Client, town: Town) -> None:
    quarrel = {**CONDUCT, "category-1": "quarrel", "subject-1": ""}
    named = press(fan, "keep", **quarrel, **{"keep-office": "roads"})
    checked = press(fan, "check", named, **quarrel)
    assert "谁不能看到" in text(checked)
    press(fan, "save", checked)
    assert Case.objects.get().office == town.offices["hall"]


def test_whoever_must_not_see_it_themselves_says_how_it_can_be_handed_in(fan: Client) -> None:
    quarrel = {**CONDUCT, "category-1": "quarrel", "subject-1": ""}
    page = press(fan, "check", press(fan, "keep", **quarrel, **{"keep-office": "water"}), **quarrel)
    assert page.status_code == 422
    assert "自己在网上送来" in text(page)
    assert "行政复议" in text(page)
    assert not Filing.objects.exists()


def test_row_47_the_operator_cannot_open_it_afterwards(fan: Client) -> None:
    taken(fan, **WORDS)
    taken(fan, **{**WORDS, "category-1": "leak"})  # her own office has that one
    for case in Case.objects.select_related("filing"):
        for tail in ("", "why/", "contact/", "look/"):
            address = f"/desk/cases/{case.filing.reference}/{case.number}/{tail}"
            assert fan.get(address).status_code in (404, 405)
            assert fan.post(address, {"why": "dispatch"}).status_code in (404, 405)
    assert fan.get("/desk/").status_code == 302


def test_row_47_her_form_opens_nothing_at_the_residents_doors(fan: Client, client: Client) -> None:
    """The token in it stands for the receipt: whoever posts it elsewhere gets no visit."""
    checked = press(fan, "check", **WORDS)
    press(fan, "save", checked)
    fields = hidden(checked)
    for address, more in (
        ("/file/send/", {"text-1": "别的话", "category-1": "pothole"}),
        ("/file/", {"page": "text"}),
        ("/claim/", {"claim": fields["draft"], "reference": Filing.objects.get().reference, "code": ""}),
    ):
        answer = client.post(address, {**fields, **more})
        assert "gongshi_visit" not in answer.cookies or Filing.objects.count() == 2
        page = client.get("/filing/")
        assert "老桥东头有一个坑" not in page.content.decode()
    assert Claim.objects.exists()


def test_only_operators_have_the_screen(town: Town, sign_in: Callable[..., Client]) -> None:
    for name in ("zhou", "ma", "qin", "su", "tang"):
        client = sign_in(name)
        assert client.get("/desk/call/").status_code == 404
        assert client.post("/desk/call/", WORDS).status_code == 404
        assert "/desk/call/" not in client.get("/desk/rights/").content.decode()
    assert not Filing.objects.exists()


def test_a_letter_that_came_is_scanned_in(fan: Client) -> None:
    image = photo()
    scan = SimpleUploadedFile("来信.jpg", image["buffer"], "image/jpeg")
    typed = {**WORDS, "channel": "post", "way": "letter", "address": "河街8号", "name": "林"}
    page = press(fan, "check", **typed, **{"files-1": scan})
    assert Upload.objects.count() == 1
    press(fan, "save", page)
    assert Attachment.objects.get().case == Case.objects.get()
    assert Filing.objects.get().channel == "post"
    assert Claim.objects.get().way == "letter"


def test_a_call_whose_scan_is_gone_or_whose_form_is_too_old_is_not_saved_silently(fan: Client) -> None:
    scan = SimpleUploadedFile("来信.jpg", photo()["buffer"], "image/jpeg")
    page = press(fan, "check", **WORDS, **{"files-1": scan})
    Upload.objects.all().delete()
    gone = press(fan, "save", page)
    assert (gone.status_code, Filing.objects.count()) == (422, 0)
    assert "选好的文件有的不在了" in gone.content.decode()
    page = press(fan, "check", gone, **WORDS)
    old = press(fan, "save", page, draft="of another server")
    assert (old.status_code, Filing.objects.count()) == (422, 0)
    assert "三天多以前打开" in old.content.decode()


def test_the_screen_costs_few_statements(fan: Client) -> None:
    fan.get("/desk/call/")
    with CaptureQueriesContext(connection) as asked:
        fan.get("/desk/call/")
    assert len(asked) <= 10
    page = press(fan, "check", **WORDS)
    with CaptureQueriesContext(connection) as asked:
        press(fan, "check", page, **WORDS)
    assert len(asked) <= 10


# Letters


LETTER = {**WORDS, "way": "letter", "phone": "", "name": "林女士", "address": "河街8号"}
SHEET = re.compile(r"<article class=\"letter-sheet\".*?</article>", re.DOTALL)


def test_row_47_a_letter_waits_is_printed_once_and_is_gone(fan: Client) -> None:
    page = taken(fan, **LETTER)
    assert not SHEET.search(page.content.decode())  # it waits for whoever prints
    reference, claim = Filing.objects.get().reference, Claim.objects.get()
    listed = fan.get("/desk/letters/")
    assert reference in text(listed)
    assert "林女士" not in text(listed)
    assert "认领信 1" in text(listed)
    printed = fan.post(f"/desk/letters/{claim.id}/")
    sheet = SHEET.search(printed.content.decode())[0]
    assert "河街8号" in sheet
    assert reference in sheet
    assert len(re.findall(r"<span>\w{4}</span>", sheet)) == 4
    again = fan.post(f"/desk/letters/{claim.id}/")
    assert again.status_code == 404
    assert reference not in text(fan.get("/desk/letters/"))


def test_a_letter_is_picked_up_at_the_desk_of_their_choice(
    fan: Client, town: Town, sign_in: Callable[..., Client]
) -> None:
    chosen = {**WORDS, "way": "pick_up", "desk": "roads"}
    assert "请选在哪里取" in text(press(fan, "check", **chosen))  # nobody prints there
    Appointment.objects.create(staff=town.staff["zhou"], office=town.offices["roads"], role="operator")
    forget()
    taken(fan, **chosen)
    assert "TT-" not in text(fan.get("/desk/letters/"))
    desk = sign_in("zhou")
    assert Filing.objects.get().reference in text(desk.get("/desk/letters/"))
    claim = Claim.objects.get()
    assert fan.post(f"/desk/letters/{claim.id}/").status_code == 404
    assert desk.post(f"/desk/letters/{claim.id}/").status_code == 200


def test_nobody_else_prints_letters(fan: Client, sign_in: Callable[..., Client]) -> None:
    taken(fan, **LETTER)
    claim = Claim.objects.get()
    for name in ("ma", "qin", "tang", "su"):
        client = sign_in(name)
        assert client.get("/desk/letters/").status_code == 404
        assert client.post(f"/desk/letters/{claim.id}/").status_code == 404
    assert Claim.objects.get().told is not None


def test_the_sheet_is_in_the_language_of_whoever_reads_it(fan: Client) -> None:
    taken(fan, **{**LETTER, "spoken": "en"})
    sheet = SHEET.search(fan.post(f"/desk/letters/{Claim.objects.get().id}/").content.decode())[0]
    assert "Take over your filing" in sheet
    assert "/en/claim/" in sheet


# By telephone


def test_stage_and_date_are_told_to_whoever_has_the_digits(fan: Client) -> None:
    page = taken(fan, **WORDS)
    reference = Filing.objects.get().reference
    code = re.search(r"电话查询码 (\d{6})", text(page))[1]
    told = fan.post("/desk/call/status/", {"reference": reference, "code": f"{code[:3]} {code[3:]}"})
    assert "可以告诉对方" in text(told)
    assert "Roads" in text(fan.post("/en/desk/call/status/", {"reference": reference, "code": code}))
    assert "前答复" in text(told)
    assert "坑" not in text(told)
    for brought in ((reference, "000000" if code != "000000" else "000001"), ("TT-0000-0000-0", code)):
        answer = fan.post("/desk/call/status/", dict(zip(("reference", "code"), brought, strict=True)))
        assert answer.status_code == 403
        assert "可以告诉对方" not in text(answer)


def test_wrong_digits_have_to_wait(fan: Client) -> None:
    taken(fan, **WORDS)
    asked = {"reference": Filing.objects.get().reference, "code": "x"}
    answers = [fan.post("/desk/call/status/", asked) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [403] * 4 + [429]
    assert int(answers[-1]["Retry-After"]) > 3_600


def test_a_caller_adds_words_until_the_filing_is_claimed(fan: Client, clock: Clock) -> None:
    page = taken(fan, **WORDS)
    filing = Filing.objects.get()
    code = re.search(r"电话查询码 (\d{6})", text(page))[1]
    asked = {"reference": filing.reference, "code": code}
    assert "对方要补充" in text(fan.post("/desk/call/status/", asked))
    added = fan.post("/desk/call/status/", {**asked, "matter": "1", "text": "今天又摔了一个人。"})
    assert added.status_code == 302
    assert [row.by for row in History.objects.filter(code="case.added")] == ["operator"]
    wrong = fan.post("/desk/call/status/", {**asked, "code": "1", "matter": "1", "text": "别的"})
    assert wrong.status_code == 403
    for _ in range(4):  # an empty one is no guess
        assert fan.post("/desk/call/status/", {**asked, "matter": "1", "text": " "}).status_code == 200
    Filing.objects.update(claimed=True)
    told = fan.post("/desk/call/status/", {**asked, "matter": "1", "text": "还有"})
    assert told.status_code in (200, 404)
    assert History.objects.filter(code="case.added").count() == 1


def test_a_lost_code_is_sent_anew_and_the_page_tells_nothing(fan: Client, town: Town) -> None:
    Appointment.objects.create(staff=town.staff["tang"], office=town.offices["hall"], role="operator")
    forget()
    page = taken(fan, **WORDS)
    reference = Filing.objects.get().reference
    digits = re.search(r"电话查询码 (\d{6})", text(page))[1]
    assert fan.get("/desk/call/lost/").status_code == 200
    sent = fan.post("/desk/call/lost/", {"reference": reference, "way": "sms"})
    nothing = fan.post("/desk/call/lost/", {"reference": "TT-0000-0000-0", "way": "sms"})
    assert text(sent) == text(nothing)
    assert "消息已经在路上" in text(sent)
    assert History.objects.filter(code="case.code_reissued").count() == 1
    paper = {"reference": reference, "way": "pick_up", "desk": "hall"}
    assert fan.post("/desk/call/lost/", paper).status_code == 403
    assert "认领信" in text(fan.post("/desk/call/lost/", {**paper, "code": digits}))
    assert Claim.objects.get().way == "pick_up"


# What is kept while it is typed


def kept_by(client: Client, page: Any = None, **typed: Any) -> Any:
    """What the page's scripts send while somebody types."""
    page = page or client.get("/desk/call/")
    return client.post(
        "/desk/call/", {**hidden(page), **typed, "go": "typed"}, headers={"HX-Request": "true"}
    )


def offers(client: Client) -> list[str]:
    """The calls that the screen offers to go on with."""
    return re.findall(r'value="resume:([0-9a-f]{12})"', client.get("/desk/call/").content.decode())


def test_a_call_outlives_the_browser(fan: Client) -> None:
    page = fan.get("/desk/call/")
    said = kept_by(fan, page, **WORDS)
    assert "只有这个浏览器打得开" in text(said)
    assert WORDS["text-1"] not in text(fan.get("/desk/call/"))
    (name,) = offers(fan)
    again = fan.post("/desk/call/", {"go": f"resume:{name}"})
    assert WORDS["text-1"] in again.content.decode()
    assert "138 0000 0000" in again.content.decode()
    assert hidden(again)["draft"] == hidden(page)["draft"]  # the same filing, however often it is sent
    press(fan, "save", press(fan, "check", again, **WORDS))
    assert Filing.objects.count() == 1
    assert offers(fan) == []
    assert not CallDraft.objects.exists()


def test_without_scripts_every_button_keeps_it(fan: Client) -> None:
    page = press(fan, "add", **WORDS)
    assert len(offers(fan)) == 1
    press(fan, "check", page, **WORDS, **{"text-2": "家里漏水 leak"})
    (name,) = offers(fan)
    assert "家里漏水" in fan.post("/desk/call/", {"go": f"resume:{name}"}).content.decode()
    fan.post("/desk/call/", {"go": f"forget:{name}"})
    assert offers(fan) == []


def test_only_that_browser_and_that_operator_open_it(fan: Client, town: Town) -> None:
    kept_by(fan, **WORDS)
    row = CallDraft.objects.get()
    cookie = fan.cookies["call"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 86_400)
    assert WORDS["text-1"].encode() not in bytes(row.content)
    (name,) = offers(fan)
    other = Client()
    other.force_login(town.staff["fan"])
    assert offers(other) == []
    assert other.post("/desk/call/", {"go": f"resume:{name}"}).status_code == 404
    Appointment.objects.create(staff=town.staff["zhou"], office=town.offices["roads"], role="operator")
    forget()
    fan.force_login(town.staff["zhou"])
    assert offers(fan) == []
    for wrong in (name, "0" * 12, "\0", "x", ""):
        assert fan.post("/desk/call/", {"go": f"resume:{wrong}"}).status_code == 404
        fan.post("/desk/call/", {"go": f"forget:{wrong}"})
    assert CallDraft.objects.count() == 1


def test_a_call_is_kept_for_a_day(fan: Client, clock: Clock) -> None:
    kept_by(fan, **WORDS)
    clock.advance(hours=23, minutes=59)
    sweep_calls(clock())
    assert CallDraft.objects.count() == 1
    clock.advance(minutes=1)
    assert calls_kept(None, None, clock()) == []  # type: ignore[arg-type]
    assert sweep_calls(clock()) == 1


def test_ten_are_kept_and_then_the_oldest_goes(fan: Client, clock: Clock) -> None:
    for _ in range(MOST_KEPT):
        kept_by(fan, **WORDS)
        clock.advance(minutes=1)
    first = offers(fan)
    assert len(first) == MOST_KEPT
    assert f"最多留{MOST_KEPT}份" in text(kept_by(fan, **WORDS))
    assert CallDraft.objects.count() == MOST_KEPT
    assert set(first) - set(offers(fan)) == {first[-1]}
    page = text(fan.get("/desk/call/"))
    assert f"每人最多留{MOST_KEPT}份" in page
    assert "留到明天09:00" in page or "留到3月3日 09:1" in page


def test_nothing_is_kept_of_an_empty_form_or_of_what_is_not_taken_down(fan: Client) -> None:
    """What is about the operator's own office: the screen asks not to keep notes, so the server keeps none."""
    kept_by(fan, **{"text-1": " "})
    assert not CallDraft.objects.exists()
    page = fan.get("/desk/call/")
    kept_by(fan, page, **WORDS)
    assert CallDraft.objects.count() == 1
    kept_by(fan, page, **{**CONDUCT, "subject-1": "water"})
    assert not CallDraft.objects.exists()
    press(fan, "check", page, **{**CONDUCT, "subject-1": "water"})
    assert not CallDraft.objects.exists()


def test_a_matter_about_an_office_opens_with_no_key_of_the_server(fan: Client) -> None:
    kept_by(fan, **CONDUCT)
    row = CallDraft.objects.get()
    with pytest.raises(SealError):
        unseal_json(instance_keys().subkey("told"), row.content, row=row.id, field="content")
    assert CONDUCT["text-1"].encode() not in bytes(row.content)


# suggested categories


SAID = {
    "pothole": ["路上有个坑", "路面塌了"],
    "leak": ["水管漏水", "水管爆了"],
    "noise": ["夜里太吵", "施工噪声大"],
}


def model(settings: Any, folder: Path, *, sure_from: float) -> None:
    """A model of this instance's own."""
    settings.INSTANCE = folder
    made, _ = learn([Example(text, label, given=True) for label, said in SAID.items() for text in said])
    put_in_use(replace(made, sure_from=sure_from))


def test_what_is_sure_is_read_back_with_its_office(fan: Client, settings: Any, tmp_path: Path) -> None:
    model(settings, tmp_path, sure_from=0.3)
    words = {**WORDS, "text-1": "门口的水管爆了，漏水"}
    back = press(fan, "check", **words)
    assert "送到" in text(back)
    assert "水务所" in text(back)
    assert SuggestionCount.objects.count() == 0
    press(fan, "save", back)
    assert list(SuggestionCount.objects.values_list("first__code", "chosen__code", "number")) == [
        ("leak", "leak", 1)
    ]


def test_where_it_is_not_sure_the_operator_chooses(fan: Client, settings: Any, tmp_path: Path) -> None:
    model(settings, tmp_path, sure_from=0.9999)
    words = {**WORDS, "text-1": "门口的水管爆了，漏水"}
    page = press(fan, "check", **words)
    assert page.status_code == 422
    assert "拿不准是哪一类" in text(page)
    assert "拿不准，也许是" in page.content.decode()
    press(fan, "save", press(fan, "check", page, **words, **{"category-1": "noise"}))
    assert Case.objects.get().category.code == "noise"
    assert SuggestionCount.objects.get().chosen.code == "noise"


def test_two_matters_that_were_said_at_once_are_cut_apart(fan: Client) -> None:
    both = "门口的水管爆了漏了一地水。另外，夜里施工吵得睡不着。"
    back = press(fan, "check", **{**WORDS, "text-1": both, "category-1": "leak"})
    assert "分成2件" in text(back)
    apart = press(fan, "cut:1", back)
    assert "第2件事" in text(apart)
    typed = {"text-1": "门口的水管爆了漏了一地水。", "text-2": "另外，夜里施工吵得睡不着。"}
    assert all(words in text(apart) for words in typed.values())
    assert both in text(press(fan, "join:1", apart, **typed))
