"""Answer templates and phrases: an office's own, in both languages, with revisions, and put into an answer."""

from typing import Any

import pytest
from django.test import Client

from gongshi.bulletin.models import Prepared, PreparedRevision
from gongshi.cases.models import Answer, Case
from tests.cast import Town
from tests.web.desk.helpers import ANSWER, SignIn, address, text

LIST, NEW = "/desk/templates/", "/desk/templates/new/answer/"
WORDS = {
    "name_zh": "坑已补",
    "name_en": "Pothole filled",
    "decided_zh": "{地点}的坑已补好（{编号}）。",
    "decided_en": "The pothole at {place} is filled ({reference}).",
}
PHRASE = {
    "name_zh": "重启",
    "name_en": "Reopen",
    "text_zh": "没解决请重启{编号}。",
    "text_en": "Reopen {reference}.",
}


def wrote(client: Client, address: str = NEW, **words: Any) -> Any:
    """Save the form of a template."""
    return client.post(address, {**WORDS, **words})


@pytest.fixture
def template(sign_in: SignIn) -> Prepared:
    """One of the lead's, for everything."""
    assert wrote(sign_in("he")).status_code == 302
    return Prepared.objects.get()


def test_the_lead_writes_and_whoever_answers_uses(sign_in: SignIn, template: Prepared, handled: Case) -> None:
    zhou = sign_in("zhou")
    assert "坑已补" in text(zhou.get(LIST))
    assert "Pothole filled" in text(zhou.get(f"/en{LIST}"))
    data = {
        "act": "template",
        "template": template.code,
        "seen": handled.seq,
        "found": "看过了。",
        "decided": "先说一句。",
    }
    page = zhou.post(address(handled, "answer"), data)
    form = page.context["form"]
    said = f"east-grid区的坑已补好（{handled.filing.reference}）。"
    assert form["decided"].value().startswith("先说一句。\n")
    assert form["decided"].value().endswith(said)
    assert form["found"].value() == "看过了。"
    data = {**ANSWER, "decided": form["decided"].value(), "seen": handled.seq, "act": "send"}
    assert zhou.post(address(handled, "answer"), data).status_code == 302
    assert Answer.objects.count() == 1


def test_in_the_language_of_the_filing(sign_in: SignIn, template: Prepared, handled: Case) -> None:
    handled.filing.language = "en"
    handled.filing.save(update_fields=["language"])
    data = {"act": "template", "template": template.code, "seen": handled.seq}
    page = sign_in("zhou").post(address(handled, "answer"), data)
    assert page.context["form"]["decided"].value().startswith("The pothole at ")


def test_phrases_are_filled_in_for_the_case(sign_in: SignIn, handled: Case) -> None:
    sign_in("he").post("/desk/templates/new/phrase/", PHRASE)
    page = sign_in("zhou").get(address(handled, "answer"))
    assert f'data-insert="没解决请重启{handled.filing.reference}。"' in page.content.decode()


def test_templates_of_another_category_are_not_offered(
    town: Town, sign_in: SignIn, template: Prepared, handled: Case
) -> None:
    where = f"/desk/templates/of/{template.code}/"
    for category, there in (("pothole", True), ("leak", False)):
        number = Prepared.objects.get().number
        wrote(sign_in("he"), where, seen=number, category=str(town.categories[category].id))
        page = sign_in("zhou").get(address(handled, "answer"))
        assert ("坑已补" in text(page)) is there


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("decided_zh", "{楼号}的坑。", "没有可填的内容"),
        ("decided_en", "The pothole at {place", "花括号不成对"),
        ("decided_en", "", "这里还没有写"),
        ("found_zh", "只有中文。", "这里还没有写"),
        ("name_en", "x" * 201, "太长了"),
    ],
)
def test_what_no_template_can_be(sign_in: SignIn, part: str, typed: str, said: str) -> None:
    page = wrote(sign_in("he"), **{part: typed})
    assert page.status_code == 422
    assert said in text(page)
    assert not Prepared.objects.exists()


def test_each_change_is_a_revision_with_who_and_when(sign_in: SignIn, template: Prepared) -> None:
    where = f"/desk/templates/of/{template.code}/"
    client = sign_in("he")
    assert wrote(client, where, seen=1, name_zh="坑填平").status_code == 302
    assert client.post(where, {**WORDS, "seen": 2, "act": "withdraw"}).status_code == 302
    assert [(row.number, row.change) for row in PreparedRevision.objects.order_by("number")] == [
        (1, "written"),
        (2, "written"),
        (3, "withdrawn"),
    ]
    page = text(client.get(where))
    assert "已停用" in page
    assert page.count("写了新稿") == 2
    assert wrote(client, where, seen=3).status_code == 302
    assert not Prepared.objects.get().withdrawn


def test_a_withdrawn_one_is_not_offered(sign_in: SignIn, template: Prepared, handled: Case) -> None:
    sign_in("he").post(f"/desk/templates/of/{template.code}/", {**WORDS, "seen": 1, "act": "withdraw"})
    assert "坑已补" not in text(sign_in("zhou").get(address(handled, "answer")))


def test_somebody_was_faster(sign_in: SignIn, template: Prepared) -> None:
    where = f"/desk/templates/of/{template.code}/"
    wrote(sign_in("he"), where, seen=1, name_zh="坑填平")
    page = wrote(sign_in("he"), where, seen=1, name_zh="补好了")
    assert page.status_code == 409
    assert "补好了" in page.content.decode()
    assert 'name="seen" value="2"' in page.content.decode()
    assert PreparedRevision.objects.count() == 2


def test_who_may_and_who_may_not(sign_in: SignIn, template: Prepared) -> None:
    where = f"/desk/templates/of/{template.code}/"
    zhou = sign_in("zhou")
    page = zhou.get(where)
    assert "的坑已补好" in text(page)
    assert "<textarea" not in page.content.decode()
    assert wrote(zhou, where, seen=1).status_code == 404
    assert wrote(zhou).status_code == 404
    for other in ("ma", "su"):
        assert sign_in(other).get(where).status_code == 404
    assert PreparedRevision.objects.count() == 1


def test_seen_filled_in_before_it_is_kept(sign_in: SignIn) -> None:
    page = wrote(sign_in("he"), act="preview")
    assert "样例路1号门口的坑已补好（TT-0000-0000-0）。" in text(page)
    assert not Prepared.objects.exists()
    assert "The pothole at" in page.content.decode()
    assert wrote(sign_in("he"), act="preview", decided_en="").status_code == 422
