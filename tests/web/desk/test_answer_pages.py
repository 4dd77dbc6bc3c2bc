"""Answer pages at the desk: the list, the editor, publishing, and a page made of an answer in two presses."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from gongshi.bulletin.models import Page, PageRevision
from gongshi.bulletin.queries import page_shown
from gongshi.cases.models import Case, Look
from tests.bulletin.pages import show, write
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import ANSWER, SignIn, address, text

pytestmark = pytest.mark.django_db
TYPED = {
    "question_zh": "路灯坏了多久修好？",
    "question_en": "How long until a street light is mended?",
    "answer_zh": "三个工作日。",
    "answer_en": "Three working days.",
    "review_by": "2026-12-31",
}


def posted(page: Page, **changed: str) -> dict[str, str]:
    return {**TYPED, "seen": str(page.number), **changed}


def place(page: Page) -> str:
    return f"/desk/pages/of/{page.code}/"


def boxes(answer: Any) -> dict[str, str]:
    """What stands in the editor's boxes."""
    found = BeautifulSoup(answer.content, "html.parser").select("#form-page textarea")
    return {str(one["name"]): one.get_text().strip() for one in found}


def test_a_draft_is_written_looked_at_and_published(sign_in: SignIn) -> None:
    zhou, he = sign_in("zhou"), sign_in("he")
    looked = zhou.post("/desk/pages/new/", {**TYPED, "act": "preview"})
    chinese, english = BeautifulSoup(looked.content, "html.parser").select("article[lang]")
    assert "三个工作日。 谁负责这个回答 道路所" in " ".join(chinese.get_text(" ").split())
    assert "Three working days. Who answers for this Roads" in " ".join(english.get_text(" ").split())
    assert not Page.objects.exists()
    named = zhou.post("/desk/pages/new/", {**TYPED, "answer_zh": "找李秀兰女士。", "act": "preview"})
    assert [one["words"] for one in named.context["marks"]] == ["李秀兰"]
    assert "像带称呼的姓名" in text(named)
    written = zhou.post("/desk/pages/new/", {**TYPED, "act": "save"})
    page = Page.objects.get()
    assert written.headers["Location"] == place(page)
    assert "存稿并公布" not in text(zhou.get(place(page)))
    assert zhou.post(place(page), posted(page, act="publish")).status_code == 404
    assert "存稿并公布" in text(he.get(place(page)))
    he.post(place(page), posted(page, act="publish", answer_en="Within three working days."))
    assert page_shown(page.code).answer["en"] == "Within three working days."
    assert list(PageRevision.objects.order_by("number").values_list("change", "by__username")) == [
        ("written", "zhou"),
        ("written", "he"),
        ("published", "he"),
    ]


def test_publishing_what_is_already_kept_adds_one_revision(town: Town, sign_in: SignIn) -> None:
    page = write(town)
    he = sign_in("he")
    data = {**boxes(he.get(place(page))), "review_by": "2026-12-31", "seen": "1", "act": "publish"}
    assert he.post(place(page), data).status_code == 302
    assert PageRevision.objects.count() == 2


def test_what_is_missing_is_said_beside_its_box(sign_in: SignIn) -> None:
    he = sign_in("he")
    refused = he.post("/desk/pages/new/", {**TYPED, "answer_en": "", "review_by": "", "act": "publish"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"answer_en", "review_by"}
    assert boxes(refused)["answer_zh"] == "三个工作日。"
    page = Page.objects.get()
    assert (page.state, page.number) == ("draft", 1)
    again = he.post(place(page), posted(page, act="publish"))
    assert again.status_code == 302
    too_long = he.post(place(page), posted(page, act="save", question_zh="问" * 201, seen="3"))
    assert "question_zh" in too_long.context["form"].errors
    assert he.post("/desk/pages/new/", {**TYPED, "review_by": "soon"}).status_code == 422


def test_who_comes_second_loses_nothing(town: Town, sign_in: SignIn) -> None:
    page = show(town)
    he = sign_in("he")
    refused = he.post(place(page), posted(page, seen="1", act="save"))
    assert refused.status_code == 409
    assert "别人刚改过这一篇" in text(refused)
    assert boxes(refused)["answer_zh"] == "三个工作日。"
    assert PageRevision.objects.count() == 2
    assert he.post(place(page), {"seen": "1", "act": "withdraw"}).status_code == 409
    seen = BeautifulSoup(refused.content, "html.parser").select_one("#form-page [name=seen]")
    assert seen is not None
    assert he.post(place(page), posted(page, seen=str(seen["value"]), act="save")).status_code == 302


def test_withdrawing(town: Town, sign_in: SignIn) -> None:
    page = show(town)
    zhou = sign_in("zhou")
    assert zhou.post(place(page), {"seen": "2", "act": "withdraw"}).status_code == 302
    assert "已撤下" in text(zhou.get(place(page)))
    assert zhou.get(f"/answers/page/{page.code}/").status_code == 404


def test_pages_past_their_day_come_first_and_count_in_the_head(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    later = show(town, review_by=date(2026, 12, 1))
    soon = show(town, review_by=date(2026, 3, 10))
    zhou = sign_in("zhou")
    assert "篇过了复核日期" not in text(zhou.get("/desk/"))
    clock.now = NOW + timedelta(days=9)
    zhou = sign_in("zhou")
    assert "问答 1 篇过了复核日期" in text(zhou.get("/desk/"))
    listed = zhou.get("/desk/pages/").content.decode()
    assert listed.index(soon.code) < listed.index(later.code)
    assert "3月10日，该复核了" in text(zhou.get("/desk/pages/"))
    assert "篇过了复核日期" not in text(sign_in("ma").get("/desk/"))


def test_the_list_costs_the_same_for_many(town: Town, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    counts = []
    for _ in range(2):
        show(town)
        zhou.get("/desk/pages/")
        with captured() as statements:
            zhou.get("/desk/pages/")
        counts.append(len(statements))
        for _ in range(4):
            show(town)
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize("name", ["ma", "su"])
def test_another_office_and_reviewers_find_no_page(town: Town, sign_in: SignIn, name: str) -> None:
    page = show(town)
    client = sign_in(name)
    assert client.get(place(page)).status_code == 404
    assert client.post(place(page), posted(page)).status_code == 404
    assert client.post(place(page), {"seen": "2", "act": "withdraw"}).status_code == 404
    if name == "su":
        assert client.get("/desk/pages/").status_code == 404
        assert client.get("/desk/pages/new/").status_code == 404
        assert client.post("/desk/pages/new/", TYPED).status_code == 404
    assert Page.objects.get().number == 2


# a page of an answer


@pytest.fixture
def answered_case(handled: Case, sign_in: SignIn) -> Case:
    """The pothole, answered by Zhou."""
    sign_in("zhou").post(address(handled, "answer"), {"seen": handled.seq, "act": "send", **ANSWER})
    found = Case.objects.select_related("filing").get(pk=handled.pk)
    assert found.answered_at
    return found


def test_two_presses_make_a_draft_without_a_word_of_the_residents(
    sign_in: SignIn, answered_case: Case
) -> None:
    zhou = sign_in("zhou")
    assert "做成办事问答" in text(zhou.get(address(answered_case)))
    looks = Look.objects.count()
    editor = zhou.get(address(answered_case, "page"))
    assert Look.objects.count() >= looks
    found = boxes(editor)
    assert found["question_zh"] == "pothole类"
    assert found["answer_zh"] == "已经补好，不会再塌。\n3月2日到现场看了，坑深十厘米。"
    assert not {"answer_en", "bring_zh"} & {name for name, words in found.items() if words}
    for words in ("老桥东头", "电动车", "lin@example.org", "请尽快补好", "0000-1"):
        assert words not in editor.content.decode()
    kept = zhou.post("/desk/pages/new/", {**found, "act": "save"})
    assert kept.status_code == 302
    page = Page.objects.get()
    assert (page.state, page.category) == ("draft", None)


def test_what_would_tell_who_it_was_is_masked_before_a_page_is_made_of_it(
    sign_in: SignIn, handled: Case
) -> None:
    zhou = sign_in("zhou")
    told = {**ANSWER, "decided": "已给3栋402室的王秀英女士换好，回电13800001111；办事电话0000-1。"}
    zhou.post(address(handled, "answer"), {"seen": handled.seq, "act": "send", **told})
    found = boxes(zhou.get(address(handled, "page")))
    for words in ("402", "秀英", "13800001111"):
        assert words not in found["answer_zh"]
    assert "换好" in found["answer_zh"]


@pytest.mark.parametrize("name", ["ma", "su", "qin"])
def test_only_the_office_that_answered_makes_a_page(sign_in: SignIn, answered_case: Case, name: str) -> None:
    client = sign_in(name)
    assert client.get(address(answered_case, "page")).status_code == 404


def test_without_an_answer_there_is_nothing_to_make(sign_in: SignIn, handled: Case) -> None:
    zhou = sign_in("zhou")
    assert zhou.get(address(handled, "page")).status_code == 404
    assert "做成办事问答" not in text(zhou.get(address(handled)))


def test_a_sealed_kind_is_never_made_a_page(sign_in: SignIn, answered_case: Case) -> None:
    Case.objects.filter(pk=answered_case.pk).update(kind="conduct")
    assert sign_in("zhou").get(address(answered_case, "page")).status_code == 404


# reviews


def test_a_page_past_its_day_is_dated_work_and_confirmed_in_one_press(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    page = show(town, review_by=date(2026, 3, 3))
    clock.now = NOW + timedelta(days=4)
    he = sign_in("he")
    assert "1篇问答该复核 最早应在3月10日前" in text(he.get("/desk/"))
    listed = he.get("/desk/pages/review/")
    assert "由包案责任人负责：he" in text(listed)
    assert "应在3月10日前复核" in text(listed)
    assert "超期没有复核的问答" not in text(sign_in("qin").get("/desk/board/"))
    clock.now = NOW + timedelta(days=9)
    he = sign_in("he")
    assert "其中1篇超期；最早应在3月10日前" in text(he.get("/desk/"))
    assert "应在3月10日前复核，已超期" in text(he.get("/desk/pages/review/"))
    assert "超期没有复核的问答 单位 超期 最早应在 道路所 1 3月10日" in text(
        sign_in("qin").get("/desk/board/")
    )
    form = {"seen": "2", "act": "confirm"}
    assert sign_in("zhou").post(f"/desk/pages/of/{page.code}/review/", form).status_code == 404
    done = he.post(f"/desk/pages/of/{page.code}/review/", form, follow=True)
    assert "到2027年3月11日为止仍然正确" in text(done)
    assert "今天确认过" in text(done)
    assert "篇问答该复核" not in text(he.get("/desk/"))
    he.post(f"/desk/pages/of/{page.code}/review/", {"seen": "2", "act": "undo"})
    assert PageRevision.objects.count() == 3
    undone = he.post(f"/desk/pages/of/{page.code}/review/", {"seen": "3", "act": "undo"}, follow=True)
    assert "已经撤销" in text(undone)
    assert "仍然正确，到2027年3月11日为止" in text(undone)
    assert page_shown(page.code).review_by == date(2026, 3, 3)


def test_who_only_writes_reads_the_list_without_the_button(town: Town, sign_in: SignIn, clock: Clock) -> None:
    show(town, review_by=date(2026, 3, 3))
    clock.now = NOW + timedelta(days=4)
    page = text(sign_in("zhou").get("/desk/pages/review/"))
    assert "要改" in page
    assert "仍然正确" not in page
    assert "没有该复核的" in text(sign_in("ma").get("/desk/pages/review/"))
    assert sign_in("su").get("/desk/pages/review/").status_code == 404
