"""The steps of the form, one by one: what each button does, and that nothing typed is ever lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongshi.cases.actions.looks import open_content
from gongshi.cases.models import Attachment, Case, Consent, Filing, Upload
from gongshi.cases.reading import key_of, read_case, read_contact
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import bump_revision
from gongshi.routing.models import Category
from gongshi.rules.references import new_reference
from gongshi.safekeeping.models import Wrap
from gongshi.words import pair
from tests.cast import NOW, Town
from tests.web.public.walker import TEXT, Walker, files_a_report, photo, shown_receipt, to_text_page

pytestmark = pytest.mark.django_db


def only_case() -> Case:
    return Case.objects.select_related("filing").get()


def written() -> dict[str, object]:
    case = only_case()
    read = read_case(case, key_of(case.id), internal=False)
    return {"text": read.text, "place": read.place, "point": read.point, "answers": read.answers_to_questions}


def test_the_first_words_of_the_form_are_about_danger(town: Town, walker: Walker) -> None:
    assert walker.get("/file/").text.index(
        "有人正处在危险中？请先打 112 ，本页无人即时查看。"
    ) < walker.text.index("您要反映什么")
    walker.get("/en/file/")
    assert "Someone in danger? Call 112 first. Nobody watches this page live." in walker.text


def test_all_six_doors_stand_on_the_first_page(town: Town, walker: Walker) -> None:
    Category.objects.create(
        code="shop", name=pair("商家", "Shop"), kind="request", procedure="service-request", door="business"
    )
    bump_revision()
    walker.get("/file/")
    doors = [str(button["value"]) for button in walker.page.select("button.door")]
    assert doors == ["ask", "broken", "business", "office", "dispute", "write"]


def test_a_door_opens_its_own_kinds(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=ask")
    kinds = {str(one["value"]) for one in walker.page.select('[name="category-1"]')}
    assert kinds == {"how-to", ""}


def test_a_place_is_named_in_words_and_found(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    walker.press("go=find", {"place-1": "老桥头"})
    spot = walker.page.select_one('[name="spot"]')
    assert spot is not None
    walker.press("go=next", {"spot": str(spot["value"])}).press("go=next", {"text-1": TEXT}).press("go=send")
    assert only_case().area.code == "east-grid"
    assert written()["point"] == (30.25, 120.75)
    assert written()["place"] == "老桥头"


def test_the_map_is_a_button_that_needs_no_script(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    picture = walker.page.select_one("input[type=image]")
    assert picture is not None
    drawn = walker.client.get(str(picture["src"]))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"<path" in drawn.content
    form = walker.form()
    data = walker.fields(form)
    pressed = walker.client.post("/file/", {**data, "map.x": "160", "map.y": "160"})
    assert "river-street" in pressed.content.decode()
    walker._arrive(pressed)
    data = walker.fields(walker.form())
    walker._arrive(walker.client.post("/file/", {**data, "map.x": "300", "map.y": "160"}))
    walker.press("go=next").press("go=next", {"text-1": TEXT}).press("go=send")
    assert only_case().area.code == "east-grid"


def test_an_area_is_chosen_from_the_list(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    walker.press("area=river-street").press("area=west-grid")
    walker.press("go=next").press("go=next", {"text-1": TEXT}).press("go=send")
    assert only_case().area.code == "west-grid"


@pytest.mark.parametrize("button", ["go=unsure", "go=none"])
def test_not_sure_and_no_place_are_fine(town: Town, walker: Walker, button: str) -> None:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    walker.press(button).press("go=next", {"text-1": TEXT}).press("go=send")
    assert only_case().area is None


def at_where(walker: Walker) -> dict[str, list[str]]:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    return walker.fields(walker.form())


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("48.85", "2.35", "不在本地范围内"),
        ("91", "120.5", "读不出这个位置"),
        ("30.5", "181", "读不出这个位置"),
        ("NaN", "120.5", "读不出这个位置"),
        ("inf", "120.5", "读不出这个位置"),
        ("x", "y", "读不出这个位置"),
        ("", "", "读不出这个位置"),
    ],
)
def test_a_position_that_cannot_be_is_refused_and_the_words_stay(
    town: Town,
    walker: Walker,
    latitude: str,
    longitude: str,
    words: str,
) -> None:
    data = at_where(walker)
    data.update({"go": ["locate"], "here-lat": [latitude], "here-lon": [longitude], "place-1": ["老桥头"]})
    walker._arrive(walker.client.post("/file/", data))
    assert walker.status == 422
    assert words in walker.text
    assert walker.fields(walker.form())["place-1"] == ["老桥头"]


def test_a_position_inside_becomes_the_smallest_area(town: Town, walker: Walker) -> None:
    data = at_where(walker)
    data.update({"go": ["locate"], "here-lat": ["30.4"], "here-lon": ["120.9"]})
    walker._arrive(walker.client.post("/file/", data))
    assert "east-grid" in walker.text
    walker.press("go=next").press("go=next", {"text-1": TEXT}).press("go=send")
    assert written()["point"] == (30.4, 120.9)


def test_two_matters_go_to_two_offices_under_one_receipt(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=add", {"text-1": TEXT})
    assert TEXT in walker.form().get_text()
    walker.press("go=next", {"text-2": "水管也漏了。", "category-2": "leak", "area-2": "west-grid"}).press(
        "go=send"
    )
    cases = list(Case.objects.order_by("number"))
    assert [case.office for case in cases] == [town.offices["roads"], town.offices["water"]]
    assert [case.area and case.area.code for case in cases] == [None, "west-grid"]
    walker.get("/filing/")
    assert "您的来件有2件事" in walker.text


def test_a_further_matter_never_takes_over_the_firsts_office_silently(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=add", {"text-1": TEXT})
    walker.press("go=next", {"text-2": "There is a leak in front of the school."})
    offered = [str(one["value"]) for one in walker.page.select('[name="category-2"]')]
    assert offered[0] == "leak"
    assert "还没定" in walker.text
    assert "送到水务所" in walker.text
    assert Case.objects.count() == 0
    walker.press("go=send")
    cases = list(Case.objects.order_by("number"))
    assert [case.office for case in cases] == [town.offices["roads"], town.offices["water"]]


def test_a_further_matter_behind_the_office_door_is_not_about_that_office(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=office")
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"}).press("go=next")
    walker.press("go=add", {"text-1": "让我跑了三趟。"}).press("go=next", {"text-2": "There is a leak."})
    assert "conduct" not in [str(one["value"]) for one in walker.page.select('[name="category-2"]')]
    walker.press("go=send")
    # What is sealed is numbered last: "…/2" would tell the office of the leak of a first matter.
    assert [case.subject_id for case in Case.objects.order_by("number")] == [None, town.offices["roads"].id]


def test_a_further_matter_lies_where_the_first_does_and_may_be_of_its_kind(
    town: Town, walker: Walker
) -> None:
    at_where(walker)
    walker.press("area=east-grid").press("go=next").press("go=add", {"text-1": TEXT})
    walker.press("go=next", {"text-2": "旁边还有一个坑。", "category-2": "same"}).press("go=send")
    assert [
        (case.category.code, case.area.code) for case in Case.objects.select_related("category", "area")
    ] == [("pothole", "east-grid")] * 2


def test_an_empty_further_matter_is_left_out(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=add", {"text-1": TEXT}).press("go=next").press("go=send")
    assert Case.objects.count() == 1


def test_matters_can_be_taken_away_again(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=add", {"text-1": TEXT}).press("go=drop:2", {"text-2": "没用"})
    assert walker.page.select_one('[name="text-2"]') is None
    assert TEXT in walker.form().get_text()


def test_five_thousand_characters_fit_and_one_more_does_not(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": "字" * 5_001})
    assert walker.status == 422
    assert "最多5000字，多了1字" in walker.text
    assert "字" * 5_001 in walker.form().get_text()
    walker.press("go=next", {"text-1": "字" * 4_999 + "\r\n"}).press("go=send")
    assert Filing.objects.count() == 1


@pytest.mark.parametrize("bad", ["有一个\x00空字", "退\x08格", "响\x07铃", "转义\x1b[31m", "\x85"])
def test_control_characters_are_refused_beside_their_box(town: Town, walker: Walker, bad: str) -> None:
    to_text_page(walker).press("go=next", {"text-1": "前面" + bad, "wish-1": "修好"})
    assert walker.status == 422
    assert "控制字符" in walker.text
    assert walker.page.select_one("#id_text-1[aria-invalid]")
    assert walker.fields(walker.form())["wish-1"] == ["修好"]


def test_text_of_any_script_is_kept_as_it_was(town: Town, walker: Walker) -> None:
    text = "👩‍👩‍👧 \u202eدرب\u202c e\u0301 <img src=x onerror=alert(1)> ' OR 1=1--\n\t完"
    files_a_report(walker, text=text)
    assert written()["text"] == text.strip()
    page = walker.get("/filing/").response.content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_kind_asks_its_own_questions(town: Town, walker: Walker) -> None:
    Category.objects.filter(pk=town.categories["pothole"].pk).update(
        questions=[
            {"code": "since", "name": {"zh": "哪天开始？", "en": "Since when?"}, "type": "date"},
            {"code": "size", "name": {"zh": "多宽？", "en": "How wide?"}, "type": "number", "required": True},
        ]
    )
    to_text_page(walker).press("go=next", {"text-1": TEXT, "q-1-since": "0001-01-01", "q-1-size": "很宽"})
    assert walker.status == 422
    assert "太早或太晚" in walker.text
    assert "请只写数字" in walker.text
    assert walker.fields(walker.form())["q-1-size"] == ["很宽"]
    walker.press("go=next", {"q-1-since": "9999-12-31", "q-1-size": "2"})
    assert "太早或太晚" in walker.text
    walker.press("go=next", {"q-1-since": "2026-02-30"})
    assert "读不出这个日期" in walker.text
    walker.press("go=next", {"q-1-since": "2026-03-01"}).press("go=send")
    assert written()["answers"] == {"since": "2026-03-01", "size": "2"}


def test_a_question_with_several_answers_and_one_of_several_lines(town: Town, walker: Walker) -> None:
    when = [("day", "白天", "By day"), ("noon", "中午", "At noon"), ("night", "夜里", "At night")]
    choices = [{"code": code, "name": {"zh": zh, "en": en}} for code, zh, en in when]
    Category.objects.filter(pk=town.categories["pothole"].pk).update(
        questions=[
            {
                "code": "when",
                "name": {"zh": "什么时候？", "en": "When?"},
                "type": "choices",
                "choices": choices,
            },
            {"code": "more", "name": {"zh": "还有？", "en": "What else?"}, "type": "long_text"},
        ]
    )
    to_text_page(walker).press("go=next", {"text-1": TEXT, "q-1-when": ["day", "dusk"]})
    assert walker.status == 422
    assert "请从列出的答案里选" in walker.text
    assert walker.fields(walker.form())["q-1-when"] == ["day"]
    walker.press("go=next", {"q-1-when": ["day", "night"], "q-1-more": "一\n二"})
    assert "白天、夜里" in walker.text
    walker.press("go=send")
    assert written()["answers"] == {"when": "day night", "more": "一\n二"}


def test_photos_wait_sealed_through_an_error_and_come_along(town: Town, walker: Walker) -> None:
    to_text_page(walker).press(
        "go=next", {"evidence-1": "yes"}, files={"files-1": [photo("坑.png"), photo("桥.png")]}
    )
    assert walker.status == 422  # no words yet
    assert "坑.jpg" in walker.text
    # The same picture twice is the same bytes, but another name.
    assert Upload.objects.filter(original=False).count() == 2
    assert Upload.objects.filter(original=True).count() == 2
    walker.press("去掉 桥.jpg")
    assert Upload.objects.count() == 2
    walker.press("go=next", {"text-1": TEXT})
    assert "坑.jpg" in walker.text
    walker.press("go=send")
    assert Upload.objects.count() == 0
    assert Attachment.objects.count() == 2
    assert "坑.jpg" in walker.get("/filing/").text


def test_a_file_sent_twice_by_a_retry_is_kept_once(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    data = walker.fields(walker.form())
    for _retry in range(2):
        walker.client.post("/file/", {**data, "go": "next", "files-1": photo()})
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload=alert(1)></svg>", "只收照片"),
        (b"<html><script>1</script>", "只收照片"),
        (b"", "文件打不开"),
        (b"\xff\xd8\xff\xe0 no picture", "文件打不开"),
        (b"%PDF-" + b"0" * 15_000_001, "超过15兆"),
    ],
)
def test_a_wrong_file_is_refused_beside_its_box_and_the_words_stay(
    town: Town,
    walker: Walker,
    content: bytes,
    words: str,
) -> None:
    bad = SimpleUploadedFile("../../etc/x\u202egnp.jpg", content, content_type="image/jpeg")
    to_text_page(walker).press("go=next", {"text-1": TEXT}, files={"files-1": bad})
    assert walker.status == 422
    assert "xgnp.jpg：" in walker.text
    assert words in walker.text
    assert "etc/" not in walker.text
    assert TEXT in walker.form().get_text()
    assert Upload.objects.count() == 0


def test_a_ninth_file_is_refused(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    for number in range(8):
        walker.press("go=next", files={"files-1": photo(f"{number}.png")})
    walker.press("go=next", {"text-1": TEXT}, files={"files-1": photo("9.png")})
    assert "最多8个文件" in walker.text
    assert Upload.objects.count() == 8


def test_nine_files_at_once_are_told_beside_their_box_and_the_words_stay(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    chosen = [photo(f"{number}.png") for number in range(9)]
    walker.press("go=next", {"text-1": TEXT}, files={"files-1": chosen})
    assert walker.status == 422
    box = walker.page.select_one("#id_files-1_error")
    assert box is not None
    assert "8.png：一份来件最多8个文件" in box.get_text()
    assert TEXT in walker.form().get_text()
    assert Upload.objects.count() == 8
    walker.press("go=next").press("go=send")
    assert Attachment.objects.count() == 8


def test_contact_is_optional_and_sealed(town: Town, walker: Walker, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    to_text_page(walker).press("go=next", {"text-1": TEXT, "email": "a@b\r\nBcc: x@y", "notify": "email"})
    assert walker.status == 422
    assert "不像一个邮箱" in walker.text
    walker.press("go=next", {"email": "", "phone": "12"})
    assert "不像一个电话" in walker.text
    assert "要用邮件通知您" in walker.text
    typed = {
        "email": "lin@example.org",
        "phone": "138 0000 0000",
        "notify": "email",
        "for_somebody": "我母亲",
    }
    walker.press(
        "go=next", {**typed, "who_is_told": "me", "who_holds_receipt": "them", "earlier": "12345-77"}
    )
    assert "lin@example.org" in walker.text
    walker.press("go=send")
    filing = Filing.objects.get()
    assert filing.notify == "email"
    assert read_contact(filing, key_of(filing.id)) == {
        "email": "lin@example.org",
        "phone": "13800000000",
        "for_somebody": "我母亲",
        "who_is_told": "me",
        "who_holds_receipt": "them",
    }
    case = filing.cases.get()
    assert read_case(case, key_of(case.id), internal=False).earlier == "12345-77"


def test_to_tell_the_person_concerned_a_contact_is_needed(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    walker.press("go=next", {"text-1": TEXT, "who_is_told": "them", "who_holds_receipt": "them"})
    assert "请写替谁反映" in walker.text
    walker.press("go=next", {"for_somebody": "我母亲"})
    assert walker.status == 422
    assert "留他的电话或邮箱" in walker.form("#id_who_is_told").get_text()
    assert walker.fields(walker.form())["who_is_told"] == ["them"]
    assert TEXT in walker.form().get_text()
    walker.press("go=next", {"phone": "13800000000"})
    assert "有进展告诉当事人" in walker.text
    assert "回执交给当事人" in walker.text
    walker.press("go=send")
    assert "请把回执交给当事人（我母亲）。" in walker.text


def test_who_keeps_the_receipt_themselves_hands_it_to_nobody(town: Town, walker: Walker) -> None:
    typed = {"for_somebody": "我母亲", "who_is_told": "me", "who_holds_receipt": "me"}
    to_text_page(walker).press("go=next", {"text-1": TEXT, **typed})
    assert "有进展告诉我" in walker.text
    assert "回执我保管" in walker.text
    walker.press("go=send")
    assert "交给当事人" not in walker.text


def test_a_mistyped_reference_of_this_place_is_hinted_at_and_not_refused(town: Town, walker: Walker) -> None:
    right = new_reference("TT", b"12345")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    to_text_page(walker).press("go=next", {"text-1": TEXT, "earlier": wrong.lower()})
    assert walker.status == 200
    assert "有一位对不上" in walker.text
    walker.press("go=text")
    assert "有一位对不上" in walker.form("#id_earlier_hint").get_text()
    for fine in (right, right.lower().replace("-", " "), "12345-7788", "XX" + wrong[2:], ""):
        walker.press("go=next", {"earlier": fine})
        assert "对不上" not in walker.text, fine
        walker.press("go=text")
    walker.press("go=next", {"earlier": wrong}).press("go=send")
    assert Filing.objects.count() == 1


def test_without_contact_it_is_dealt_with_all_the_same(town: Town, walker: Walker) -> None:
    assert "不留电话我们也办" in to_text_page(walker).text
    files_a_report(walker)
    assert Filing.objects.get().contact is None


def test_the_exact_copy_is_asked_about_and_nothing_is_chosen(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    copy = walker.page.select_one(".copy")
    assert copy is not None
    assert TEXT in copy.get_text()
    assert "像姓名、号码、住址的字已盖成▇" in walker.text
    assert walker.page.select('[name="public-1"][checked]') == []
    walker.press("go=send")
    assert Consent.objects.count() == 0


def test_consent_given_while_filing_is_kept(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT}).press("go=send", {"public-1": "yes"})
    assert Consent.objects.count() == 1


def test_letting_me_write_suggests_a_kind_from_the_words(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=write").press("go=next")
    walker.press("go=next", {"text-1": "There is a leak at the bridge, a big leak."})
    offered = [str(one["value"]) for one in walker.page.select('[name="category-1"]')]
    assert offered[0] == "leak"
    assert "conduct" not in offered
    walker.press("go=send", {"category-1": "noise"})
    assert "送到道路所" in walker.text, "where a kind goes that was not among the suggested is shown first"
    walker.press("go=send")
    assert only_case().category.code == "noise"


def test_before_sending_the_office_and_the_promise_are_said(town: Town, walker: Walker) -> None:
    to_text_page(walker, kind="leak").press("go=next", {"text-1": TEXT})
    assert "送到水务所，3个工作日内答复" in walker.text
    assert "这类事由water负责。" in walker.text


def test_everything_can_be_changed_from_the_last_page(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT, "earlier": "77"})
    walker.press("go=kind").press("go=next", {"category-1": "leak"}).press("go=next")
    assert TEXT in walker.form().get_text()
    walker.press("go=next").press("go=send")
    assert only_case().category.code == "leak"


def test_a_matter_about_an_office_goes_above_it_and_may_not_be_public(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=office")
    assert "镇政府运行" in walker.text
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"}).press("go=next")
    walker.press("go=next", {"text-1": "办事员让我跑了三趟。"})
    assert "要不要公开" not in walker.text
    assert "送到镇政府" in walker.text
    walker.press("go=send")
    assert only_case().office == town.offices["hall"]
    assert only_case().subject == town.offices["roads"]


def test_a_dispute_is_sealed_and_says_so_before_anything_is_typed(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=dispute").press("go=next", {"category-1": "quarrel"}).press("go=next")
    assert "这类事不发短信，也不发邮件" in walker.text
    assert walker.page.select_one('[name="notify"]') is None
    walker.press("go=next", {"text-1": "楼上半夜拖桌子，说了几次吵起来了。", "email": "lin@example.org"})
    assert "要不要公开" not in walker.text
    walker.press("go=send")
    case = only_case()
    assert (case.kind, case.office.code, case.filing.sealed) == ("dispute", "roads", True)
    for subject in (case.id, case.filing_id):
        wraps = Wrap.objects.filter(subject=subject)
        assert sorted(wraps.values_list("recipient", flat=True)) == ["office", "office", "receipt"]
    assert not OutboxRow.objects.exists()
    opened = open_content(case, town.actor("zhou"), why="assignment", at=NOW)
    assert opened.text == "楼上半夜拖桌子，说了几次吵起来了。"


def test_a_matter_about_the_topmost_office_is_sent_elsewhere(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=office").press(
        "go=next", {"subject-1": "hall", "category-1": "conduct"}
    )
    assert walker.status == 422
    assert "纪检" in walker.text
    assert "法院" in walker.text


def test_reports_about_persons_are_declined_with_where_to_turn(town: Town, walker: Walker) -> None:
    walker.get("/file/")
    link = walker.page.find("a", string=lambda words: bool(words) and "举报某个人" in words)
    assert link is not None
    walker.get(str(link["href"]))
    assert "不收对个人的举报" in walker.text
    assert "纪检" in walker.text


def test_it_works_in_english_to_the_end(town: Town, walker: Walker) -> None:
    to_text_page(walker, language="/en").press("go=next", {"text-1": "A hole in the road."}).press("go=send")
    assert "Keep your receipt" in walker.text
    assert shown_receipt(walker)[0].startswith("TT-")
    assert Filing.objects.get().language == "en"
    walker.press("I have kept it")
    assert "Where it is" in walker.text
