"""Answer pages for everybody, and the door "ask how": the page first, a case only when it does not answer."""

import json
from datetime import date

import pytest

from gongshi.bulletin.actions.pages import withdraw_page
from gongshi.bulletin.models import Page, PageMonth
from gongshi.cases.intake.draft import Matter
from gongshi.cases.models import Case, Filing
from gongshi.cases.reading import key_of, read_case
from gongshi.places.snapshots import forget
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.web.public.asking import owner_of
from gongshi.words import pair
from tests.bulletin.pages import show, write
from tests.cast import NOW, Town
from tests.statements import captured
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
QUESTION = "我家孩子上个月出生，户口怎么上，要带什么？"


@pytest.fixture
def page(town: Town) -> Page:
    """A page of the water office about registering a child, of the category "how-to"."""
    return show(
        town,
        "ma",
        category=town.categories["how-to"].id,
        areas=(town.areas["east-grid"].id,),
        bring=pair("出生证明", "The certificate of birth"),
    )


def asks(walker: Walker, question: str = QUESTION) -> Walker:
    walker.get("/file/").press("press=ask")
    return walker.press("go=next", {"text-1": question})


def sends(walker: Walker) -> Walker:
    """From the kind of matter to the receipt."""
    walker.press("go=next", {"category-1": "how-to"}).press("go=none")
    return walker.press("go=next").press("go=send")


def test_the_list_and_a_page(walker: Walker, page: Page) -> None:
    walker.get("/answers/")
    assert "共1条" in walker.text
    walker.get(f"/answers/page/{page.code}/")
    for words in (
        "孩子刚出生，怎么上户口？",
        "到派出所办理，当场办好。",
        "带什么 出生证明",
        "不收费",
        "水务所",
        "12月31日",
    ):
        assert words in walker.text
    assert "east-grid区" in walker.text
    walker.get(f"/en/answers/page/{page.code}/")
    assert "How do I register a newborn child?" in walker.text
    assert walker.response.headers["Cache-Control"] == "public, max-age=60"
    assert "set-cookie" not in {name.lower() for name in walker.response.headers}


def test_a_search_is_kept_by_nobody(walker: Walker, page: Page) -> None:
    walker.get("/answers/?q=上户口")
    assert page.code in str(walker.page)
    assert walker.response.headers["Cache-Control"] == "private, no-store"
    walker.get("/answers/?q=摩托车")
    assert "没有找到现成的回答" in walker.text
    walker.get("/answers/")
    assert walker.response.headers["Cache-Control"] == "public, max-age=60"


def test_filters(walker: Walker, page: Page, town: Town) -> None:
    other = show(town, "he", question=pair("修路要多久？", "How long do roads take?"))
    walker.get("/answers/?office=water")
    assert page.code in str(walker.page)
    assert other.code not in str(walker.page)
    walker.get("/answers/?q=要多久&category=how-to")
    assert other.code not in str(walker.page)
    for wrong in ("?office=hall", "?category=pothole", "?office=nowhere"):
        assert walker.get(f"/answers/{wrong}").status == 404


def test_drafts_and_withdrawn_pages_are_not_there(walker: Walker, page: Page, town: Town) -> None:
    draft = write(town, "he")
    withdraw_page(page, seen=2, actor=town.actor("ma"), at=NOW)
    for code in (draft.code, page.code, "no-such-page"):
        assert walker.get(f"/answers/page/{code}/").status == 404
    assert "还没有问答" in walker.get("/answers/").text


@pytest.mark.parametrize("address", ["/answers/", "/answers/?q=上户口"])
def test_the_list_costs_the_same_for_many(walker: Walker, page: Page, town: Town, address: str) -> None:
    counts = []
    for _ in range(2):
        walker.get(address)
        with captured() as statements:
            walker.get(address)
        counts.append(len(statements))
        for _ in range(4):
            show(town, "he", question=pair("怎么上户口？", "How?"))
    assert counts[0] == counts[1] <= 6


def test_whoever_is_answered_sends_nothing(walker: Walker, page: Page) -> None:
    asks(walker)
    assert "可能就是这个" in walker.text
    assert QUESTION in walker.text
    walker.press(f"answered={page.code}")
    assert walker.address == "/answers/answered/"
    assert "没有送出，也没有保存" in walker.text
    assert not Filing.objects.exists()
    assert list(PageMonth.objects.values_list("page", "month", "answered")) == [
        (page.id, date(2026, 3, 1), 1)
    ]


def test_whoever_presses_without_end_is_counted_ten_times(walker: Walker, page: Page) -> None:
    asks(walker)
    data = {**walker.fields(walker.form()), "answered": page.code}
    answers = [walker.client.post("/file/", data) for _ in range(13)]
    assert {answer.headers["Location"] for answer in answers} == {"/answers/answered/"}
    assert PageMonth.objects.get().answered == POLICIES["answered"].source.burst == 10


def test_whoever_is_not_answered_goes_to_the_owner_of_the_closest_page(walker: Walker, page: Page) -> None:
    asks(walker).press("go=on", {"closest-1": page.code})
    chosen = walker.page.select_one('input[name="category-1"][checked]')
    assert chosen is not None
    assert chosen["value"] == "how-to"
    sends(walker)
    case = Case.objects.get()
    assert (case.office.code, case.route["rule"]) == ("water", "page-owner")
    assert "没有答到" in case.route["reason"]["zh"]
    content = read_case(case, key_of(case.id), internal=False)
    assert content.text == QUESTION
    assert content.pages == [
        {
            "code": page.code,
            "question": pair("孩子刚出生，怎么上户口？", "How do I register a newborn child?"),
            "closest": True,
        }
    ]
    assert page.code.encode() not in bytes(case.content)
    assert page.code not in json.dumps(case.route)
    assert "孩子刚出生，怎么上户口？" in walker.get("/filing/1/").text


def test_without_a_closest_page_the_rules_decide(walker: Walker, page: Page) -> None:
    sends(asks(walker).press("go=on"))
    case = Case.objects.get()
    assert (case.office.code, case.route["rule"]) == ("roads", "rest")
    assert [one["closest"] for one in read_case(case, key_of(case.id), internal=False).pages] == [False]


def test_a_question_that_no_page_answers_goes_straight_on(walker: Walker, page: Page) -> None:
    asks(walker, "楼下的狗每天叫个不停，怎么办？")
    assert "想问哪方面" in walker.text
    sends(walker)
    assert read_case(Case.objects.get(), key_of(Case.objects.get().id), internal=False).pages == []


def test_where_there_are_no_pages_nothing_changes(walker: Walker, town: Town) -> None:
    walker.get("/file/").press("press=ask")
    assert "想问哪方面" in walker.text
    walker.get("/file/?door=ask")
    assert "想问哪方面" in walker.text


def test_nothing_typed_is_lost_on_the_way(walker: Walker, page: Page) -> None:
    asks(walker, "   ")
    assert walker.status == 422
    asks(walker)
    walker.press("go=on", {"closest-1": page.code}).press("go=back")
    assert QUESTION in walker.text
    walker.press("go=next", {"text-1": "上户口收费吗？孩子刚出生"})
    assert "上户口收费吗？" in walker.text
    walker.press("go=back").press("press=broken").press("go=next", {"category-1": "pothole"}).press("go=next")
    assert "上户口收费吗？" in walker.text
    walker.press("go=next").press("go=send")
    case = Case.objects.get()
    assert case.office.code == "roads"
    assert read_case(case, key_of(case.id), internal=False).pages == []


def test_from_a_page_to_its_owner(walker: Walker, page: Page) -> None:
    walker.get(f"/file/?door=ask&page={page.code}")
    walker.press("go=next").press("go=none").press("go=next", {"text-1": "双胞胎要办两次吗？"}).press(
        "go=send"
    )
    assert Case.objects.get().office.code == "water"


@pytest.mark.parametrize("typed", ["no-such-page", "x" * 300, "a b c", "a\x00b", "x " * 20_000])
def test_pages_that_are_not_there_do_no_harm(walker: Walker, page: Page, typed: str) -> None:
    asks(walker)
    data = {**walker.fields(walker.form()), "pages-1": [typed], "closest-1": [typed], "go": "on"}
    walker._arrive(walker.client.post("/file/", data))
    sends(walker)
    case = Case.objects.get()
    assert (case.office.code, case.route["rule"]) == ("roads", "rest")
    answered = {**data, "answered": typed}
    assert walker.client.post("/file/", answered).status_code == 200
    assert not PageMonth.objects.exists()


def test_what_is_no_question_goes_to_no_page_s_owner(page: Page, town: Town) -> None:
    """Whatever a form says came closest."""
    assert owner_of(Matter(category="how-to", closest=page.code)) == town.offices["water"].id
    assert owner_of(Matter(category="pothole", closest=page.code)) is None


def test_a_retired_office_gets_nothing(walker: Walker, page: Page, town: Town) -> None:
    asks(walker).press("go=on", {"closest-1": page.code})
    town.offices["water"].valid_to = date(2026, 3, 1)
    town.offices["water"].save()
    forget()
    sends(walker)
    assert Case.objects.get().office.code == "roads"
