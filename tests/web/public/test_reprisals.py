"""From one's own page, in one step: that one is punished or pressed because of the matter."""

import pytest
from django.test import Client

from gongshi.cases.models import Case, Filing, JointOffice
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db
ADDRESS = "/filing/1/reprisal/"
FORM = "main form[data-keep]"
BUTTON = "因为这件事，有人打击我、给我压力"


def test_one_form_files_it_with_a_receipt_of_its_own(town: Town, walker: Walker) -> None:
    reference, receipt = files_a_report(walker)
    assert BUTTON in walker.get("/filing/").text
    walker.get(ADDRESS)
    assert "送到镇政府" in walker.text
    walker.press("送出", {"text": "所长叫人到家里来。"}, form=FORM)
    assert walker.address == "/filed/"
    case = Case.objects.exclude(filing__reference=reference).get()
    assert (case.office, case.subject) == (town.offices["hall"], town.offices["roads"])
    assert case.filing.reference in walker.text
    assert receipt not in walker.text
    walker.get("/filing/")
    for words in ("所长叫人到家里来。", f"打击、压力：{reference}", "办过、看过前一件事的人"):
        assert words in walker.text
    # The first opens with its own receipt, and has nothing of it.
    other = Walker().get("/open/").press("打开", {"reference": reference, "receipt": receipt})
    assert case.filing.reference not in other.text


def test_it_can_be_sent_without_a_word_and_in_english(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get(f"/en{ADDRESS}").press("Send", form=FORM)
    assert walker.address == "/en/filed/"
    assert "punished or pressed" in walker.get("/en/filing/").text


def test_pressed_twice_it_is_one(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    fields = walker.get(ADDRESS).fields(walker.form(FORM))
    cookies = walker.client.cookies.copy()
    for _press in range(2):
        walker.client.cookies = cookies.copy()
        assert walker.client.post(ADDRESS, fields).status_code == 303
    assert Filing.objects.count() == 2
    walker.client.cookies = cookies.copy()
    changed = walker.client.post(ADDRESS, {**fields, "text": "还有一件。"})
    assert changed.status_code == 409
    assert "还有一件。" in changed.content.decode()
    assert Filing.objects.count() == 2


def test_what_cannot_be_taken_is_said_and_the_words_stay(town: Town, walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    walker.get(ADDRESS).press("送出", {"text": "他" * 5_001}, form=FORM)
    assert (walker.status, "多了1字" in walker.text) == (422, True)
    walker.press("送出", {"text": "有\x00字"}, form=FORM)
    assert walker.status == 422
    fields = walker.fields(walker.form(FORM))
    late = walker.client.post(ADDRESS, {**fields, "draft": "x", "text": "他又来了。"})
    assert late.status_code == 422
    assert "他又来了。" in late.content.decode()
    assert Filing.objects.count() == 1


def test_the_contact_goes_along_only_where_it_is_wanted(town: Town, walker: Walker) -> None:
    walker.get("/file/?door=broken").press("go=next", {"category-1": "pothole"}).press("go=next")
    walker.press("go=next", {"text-1": "坑。", "phone": "13800000000"}).press("go=send")
    for wanted in (False, True):
        cookies = walker.client.cookies.copy()
        walker.get(ADDRESS).press("送出", {"contact": "yes"} if wanted else {}, form=FORM)
        assert ("13800000000" in walker.get("/filing/").text) == wanted
        walker.client.cookies = cookies


def test_strangers_and_numbers_that_are_not_there_find_nothing(town: Town, walker: Walker) -> None:
    assert Client().get(ADDRESS).status_code == 302
    files_a_report(walker)
    assert walker.get("/filing/2/reprisal/").status == 404


def test_a_place_without_a_kind_for_it_offers_nothing(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    place = Place.objects.get()
    for code in ("", "pothole", "nothing"):
        place.settings = {**place.settings, "reprisal": code}
        place.save()
        forget()
        assert BUTTON not in walker.get("/filing/").text
        assert walker.get(ADDRESS).status == 404


def test_where_nobody_is_left_the_other_routes_stand_there(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    Case.objects.update(office=town.offices["hall"])
    walker.get(ADDRESS)
    assert "这里没有别的单位能受理" in walker.text
    assert walker.page.select_one("textarea") is None


def test_the_page_names_who_is_kept_from_it_and_not_the_office_that_gets_it(
    town: Town, walker: Walker
) -> None:
    files_a_report(walker)
    hall, roads, water = (town.offices[code] for code in ("hall", "roads", "water"))
    Case.objects.update(office=hall, subject=roads)
    JointOffice.objects.create(case=Case.objects.get(), office=water, since_on=NOW.date())
    walker.get(ADDRESS)
    for words in ("送到镇政府", "道路所和它下面的单位，还有办过", "水务所和它下面的单位也看不到"):
        assert words in walker.text
    assert "镇政府和它下面的单位" not in walker.text


def test_who_runs_the_server_is_said_first(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    assert walker.get(ADDRESS).page.select_one("#runs-server") is None
    Place.objects.update(operator="roads")
    forget()
    assert "这个网站就是道路所运行的" in walker.get(ADDRESS).text
