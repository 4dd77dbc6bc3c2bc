"""An office changes its own words at the desk: why stands beside each change, and the last is taken back there."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.accounts.models import Office
from gongshi.bulletin.models import Page, Prepared
from gongshi.bulletin.queries import pages_shown
from tests.revisions.conftest import newtown  # noqa: F401
from tests.web.desk.helpers import text
from tests.web.desk.test_settings import entered, fields_of

pytestmark = pytest.mark.django_db
PHRASE = {"name_zh": "谢谢", "name_en": "Thanks", "text_zh": "谢谢您。", "text_en": "Thank you."}
PAGE = {
    "question_zh": "几点开门？",
    "question_en": "When are you open?",
    "answer_zh": "九点。",
    "answer_en": "At nine.",
    "review_by": "2099-01-01",
}


def act_for(client: Client, office: str) -> None:
    """From now on for another office of theirs."""
    client.post("/desk/offices/", {"office": str(Office.objects.get(code=office).id)})


@pytest.fixture
def bo(newtown: Any) -> Client:  # noqa: F811
    """The lead of the west office, a handler in the east."""
    client = entered("bo")
    act_for(client, "west-office")
    return client


def links(client: Client, where: str) -> list[str]:
    """The ways back that a page's history offers."""
    page = BeautifulSoup(client.get(where).content, "html.parser")
    return [str(one["href"]) for one in page.select(".history a")]


def taken_back(client: Client, link: str, because: str) -> Any:
    """What is said of a change, and its undoing."""
    looked = client.post(link, {**fields_of(client.get(link)), "act": "try"})
    assert looked.status_code == 200, text(looked)
    done = client.post(link, {**fields_of(looked), "act": "apply", "because": because})
    assert done.status_code == 302, text(done)
    return done


def test_a_change_of_a_phrase_says_why_and_is_undone(bo: Client) -> None:
    bo.post("/desk/templates/new/phrase/", PHRASE)
    row = Prepared.objects.get(office__code="west-office")
    where = f"/desk/templates/of/{row.code}/"
    assert (
        bo.post(where, {**PHRASE, "seen": 1, "text_en": "Many thanks.", "because": "更客气"}).status_code
        == 302
    )
    assert "更客气" in text(bo.get(where))
    (link,) = links(bo, where)
    act_for(bo, "east-office")
    assert bo.get(link).status_code == 404
    act_for(bo, "west-office")
    assert taken_back(bo, link, "还是原来的好").headers["Location"] == where
    row.refresh_from_db()
    assert row.revisions.get(number=row.number).text["en"] == "Thank you."
    page = text(bo.get(where))
    assert "还是原来的好" in page
    assert "已撤销" in page
    assert bo.get(link).status_code == 404
    assert bo.get(link.replace("/undo/", "/undo/9")).status_code == 404


def test_a_page_is_undone_by_the_lead(bo: Client) -> None:
    bo.post("/desk/pages/new/", {**PAGE, "act": "publish", "because": "有人问"})
    page = Page.objects.get(office__code="west-office")
    where = f"/desk/pages/of/{page.code}/"
    bo.post(where, {**PAGE, "answer_en": "At ten.", "seen": page.number, "act": "publish", "because": "冬天"})
    assert "冬天" in text(bo.get(where))
    (link,) = links(bo, where)
    taken_back(bo, link, "冬天还早")
    assert pages_shown().get(page=page).answer["en"] == "At nine."
    page.refresh_from_db()
    bo.post(where, {"seen": page.number, "act": "withdraw", "because": "先撤下"})
    assert "先撤下" in text(bo.get(where))
    assert not pages_shown().filter(page=page).exists()


def test_administrators_read_of_every_office_why(bo: Client) -> None:
    bo.post("/desk/templates/new/phrase/", PHRASE)
    history = text(entered("ada").get("/desk/settings/history/"))
    assert "单位改了自己的文字，没有写理由" in history
    assert "新增：谢谢" in history
