"""Undo on the pages: where it is offered, to whom, and what it says."""

import pytest

from gongshi.cases.models import Answer, Case, History
from tests.cast import Town, case_of, lin_files
from tests.clock import Clock
from tests.web.desk.helpers import ANSWER, SignIn, address, text
from tests.web.desk.test_together import Storm, step, storm

pytestmark = pytest.mark.django_db
__all__ = ["storm"]


@pytest.fixture
def case(town: Town, clock: Clock) -> Case:
    return case_of(lin_files(town, at=clock())[0])


def test_a_wrong_click_is_undone_from_the_page(sign_in: SignIn, case: Case) -> None:
    client, path = sign_in("zhou"), address(case)
    client.post(f"{path}moves/accept/", {"seen": case.seq})
    page = client.get(path)
    assert page.context["undo"]["notified"]
    assert "刚才的一步" in text(page)
    client.post(f"{path}undo/", {"seen": page.context["undo"]["seen"]})
    page = client.get(path)
    assert page.context["undo"] is None
    assert "撤销了上一步：承办单位已受理" in text(page)
    assert Case.objects.get(pk=case.pk).stage == "received"


def test_a_hand_over_is_undone_from_the_queue(town: Town, sign_in: SignIn, case: Case) -> None:
    client, path = sign_in("zhou"), address(case)
    water = {"seen": case.seq, "office": town.offices["water"].id, "reason": "归水务管。"}
    page = client.post(f"{path}moves/hand_over/", water, follow=True)
    offered = page.context["undo"]
    assert page.redirect_chain[-1][0] == "/desk/"
    assert case.filing.reference in offered["what"]
    assert sign_in("he").get("/desk/").context["undo"] is None
    page = client.post(offered["url"], {"seen": offered["seen"]}, follow=True)
    assert page.redirect_chain[-1][0] == path
    assert "归水务管。" in text(page)
    assert "转来" not in text(page)


def test_later_nothing_is_offered_and_nothing_undone(sign_in: SignIn, case: Case, clock: Clock) -> None:
    client, path = sign_in("zhou"), address(case)
    client.post(f"{path}moves/accept/", {"seen": case.seq})
    clock.advance(seconds=121)
    assert client.get(path).context["undo"] is None
    page = client.post(f"{path}undo/", {"seen": case.seq + 1}, follow=True)
    assert "来不及撤销了" in text(page)
    assert not History.objects.filter(code="move.undone").exists()


def test_another_office_is_offered_nothing(town: Town, sign_in: SignIn, case: Case) -> None:
    sign_in("zhou").post(f"{address(case)}moves/accept/", {"seen": case.seq})
    assert sign_in("qin").get(address(case)).context["undo"] is None
    page = sign_in("qin").post(f"{address(case)}undo/", {"seen": case.seq + 1}, follow=True)
    assert "来不及撤销了" in text(page)
    assert sign_in("ma").post(f"{address(case)}undo/", {"seen": case.seq + 1}).status_code == 404


def test_answers_sent_together_are_undone_together(sign_in: SignIn, storm: Storm) -> None:
    client = sign_in("zhou")
    sent = step(client, "send", storm, **ANSWER)
    asked = sent.context["undo"]
    assert len(asked) == 3
    client.post(f"{address(storm[1])}undo/", {"seen": int(asked[1].rpartition("/")[2])})
    page = client.post("/desk/together/undo/", {"case": [*asked, "x", "TT-0000-0000-0/1/\0"]})
    assert len(page.context["undone"]) == 2
    assert not Answer.objects.filter(undone_at=None).exists()
    assert {Case.objects.get(pk=one.pk).stage for one in storm} == {"handling"}


def test_words_taken_back_stand_beside_a_new_draft(sign_in: SignIn, handled: Case) -> None:
    """On the answer's page and on the case's, to be copied or thrown away."""
    client, path = sign_in("zhou"), address(handled)
    client.post(f"{path}answer/", {**ANSWER, "seen": handled.seq, "act": "send"})
    client.post(f"{path}draft/answer/", {"decided": "另起一份。"}, headers={"HX-Request": "true"})
    client.post(f"{path}undo/", {"seen": client.get(path).context["undo"]["seen"]})
    for page in (client.get(f"{path}answer/"), client.get(path)):
        assert "撤销时收回的话" in text(page)
        assert ANSWER["decided"] in text(page)
    (left,) = page.context["drafts_left"]
    client.post(left["url"], {"draft": str(left["mark"])})
    assert "撤销时收回的话" not in text(client.get(path))


def test_a_split_is_undone_from_its_page(town: Town, sign_in: SignIn, case: Case) -> None:
    client, path = sign_in("zhou"), address(case)
    given = {"act": "split", "seen": case.seq, "reason": "漏水。", "category": town.categories["leak"].id}
    client.post(f"{path}parts/", given)
    page = client.get(path)
    assert "刚才的一步：分出另一件" in text(page)
    page = client.post(f"{path}undo/", {"seen": page.context["undo"]["seen"]}, follow=True)
    assert "撤销了上一步：分出另一件" in text(page)
    assert Case.objects.get(filing=case.filing, number=11).outcome == "merged"
