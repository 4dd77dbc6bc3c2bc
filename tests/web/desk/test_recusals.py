"""Stepping back, keeping others from a case, undoing that and naming a handler, as officers do it on the page."""

import pytest

from gongshi.cases.actions.recusals import recuse_self
from gongshi.cases.models import Case, Recusal
from gongshi.cases.recusing import Whom
from tests.cast import Town
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
WHY = "当事人是我的表弟。"


def test_stepping_back_leads_to_the_queue_without_the_case(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    assert "我要回避" in text(client.get(address(handled)))
    answer = client.post(address(handled, "step-back"), {"seen": handled.seq, "reason": WHY}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert handled.filing.reference not in answer.content.decode()
    hidden = client.get(address(handled))
    missing = client.get("/desk/cases/TT-0000-0000-0/1/")
    assert (hidden.status_code, text(hidden)) == (404, text(missing))


def test_without_words_nothing_happens(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    answer = client.post(address(handled, "step-back"), {"seen": handled.seq, "reason": " "})
    assert answer.status_code == 422
    assert not Recusal.objects.exists()
    assert client.get(address(handled)).status_code == 200


def test_the_lead_is_told_and_names_another(town: Town, sign_in: SignIn, handled: Case, clock: Clock) -> None:
    recuse_self(handled, WHY, actor=town.actor("zhou"), at=clock())
    client = sign_in("he")
    assert "要定承办人" in text(client.get("/desk/"))
    page = text(client.get(address(handled)))
    assert WHY in page
    assert "自己回避" in page
    seen = Case.objects.get(pk=handled.pk).seq
    he = str(town.staff["he"].id)
    assert client.post(address(handled, "handler"), {"seen": seen, "staff": he}).status_code == 302
    assert "要定承办人" not in text(client.get("/desk/"))
    zhou = str(town.staff["zhou"].id)
    assert client.post(address(handled, "handler"), {"seen": seen, "staff": zhou}).status_code == 422


def test_a_supervisor_keeps_an_office_from_it_and_undoes_it(
    town: Town, sign_in: SignIn, handled: Case
) -> None:
    client = sign_in("qin")
    roads = Whom.all_of(town.offices["roads"].id).code
    form = {"seen": handled.seq, "whom": roads, "reason": WHY}
    assert client.post(address(handled, "recuse"), form).status_code == 302
    assert sign_in("he").get(address(handled)).status_code == 404
    page = text(client.get(address(handled)))
    assert "上级决定" in page
    row = Recusal.objects.get()
    undo = address(handled, "recuse", str(row.id), "undo")
    assert sign_in("he").post(undo, {"reason": "x"}).status_code == 404
    assert client.post(undo, {"reason": "查明无关。"}).status_code == 302
    assert Recusal.objects.get().undone_at is not None


def test_where_nobody_would_be_left_the_words_come_back(town: Town, sign_in: SignIn, handled: Case) -> None:
    client = sign_in("qin")
    for office in ("roads",):
        form = {"seen": 1, "whom": Whom.all_of(town.offices[office].id).code, "reason": WHY}
        client.post(address(handled, "recuse"), form)
    tang = town.staff["tang"]
    hall = town.offices["hall"].id
    form = {"seen": 1, "whom": Whom("staff", tang.id, hall).code, "reason": WHY}
    assert client.post(address(handled, "recuse"), form).status_code == 302
    answer = client.post(address(handled, "step-back"), {"seen": 1, "reason": "我也是亲戚。"})
    assert answer.status_code == 409
    assert "没有单位能办" in text(answer)
    assert "我也是亲戚。" in answer.content.decode()
