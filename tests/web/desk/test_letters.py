"""At the desk: a letter is looked at before it goes, what it lacks is named, and a lead officer is named."""

from typing import Any

import pytest
from django.db import DatabaseError

from gongshi.cases import reading
from gongshi.cases.actions import looks
from gongshi.cases.actions.answers import params_of, written_of
from gongshi.cases.actions.moves import letter_before, make_move
from gongshi.cases.models import Case, Look, Message
from gongshi.cases.queries import NotFound
from tests import casework
from tests.casework import grievance
from tests.cast import Town, case_of
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import ANSWER, SignIn, address, move, text

pytestmark = pytest.mark.django_db
LAW = "土地管理法 第四十八条"


@pytest.fixture
def forwarded(town: Town, clock: Clock) -> Case:
    """A grievance that lies with Roads, to be accepted or refused."""
    return case_of(grievance(town, at=clock())[0])


@pytest.fixture
def begun(town: Town, forwarded: Case, clock: Clock) -> Case:
    """The same, accepted."""
    return make_move(forwarded, "accept", actor=town.actor("zhou"), at=clock())


def again(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


def test_the_whole_letter_is_seen_before_it_goes(sign_in: SignIn, forwarded: Case) -> None:
    client = sign_in("zhou")
    assert "预览信件" in text(client.get(address(forwarded)))
    shown = move(client, forwarded, "accept")
    assert shown.status_code == 200
    assert "受理告知书" in text(shown)
    assert "最晚答复：2026年5月1日" in text(shown)
    assert again(forwarded).stage == "forwarded"
    assert Message.objects.filter(case=forwarded, kind="letter").count() == 1
    back = move(client, forwarded, "accept", act="edit")
    assert "预览信件" in text(back)
    assert move(client, forwarded, "accept", act="send").status_code == 302
    page = text(client.get(address(forwarded)))
    assert "送出的信" in page
    assert "受理告知书" in page


def test_what_a_refusal_lacks_is_named_and_what_was_typed_stays(sign_in: SignIn, forwarded: Case) -> None:
    client = sign_in("zhou")
    wrong = move(client, forwarded, "decline", reason="不归信访办理。", act="send")
    assert wrong.status_code == 422
    assert "信里还缺必须写的：该走的路和期限（清禾县服务承诺 第13条（书面告知））" in text(wrong)
    assert "不归信访办理。" in text(wrong)
    english = client.post(
        address(forwarded, "moves", "decline", english=True), {"seen": forwarded.seq, "right_body": "court"}
    )
    assert (
        "The letter lacks what it has to say: the reason (Qinghe service promise, art. 13 (what letters say))"
        in text(english)
    )
    assert 'value="court" id="decline-right_body_2" checked' in english.content.decode()
    shown = move(
        client, forwarded, "decline", reason="不归信访办理。", right_body=["court", "reconsideration"]
    )
    assert "· 行政复议（最晚2026年5月1日）" in text(shown)
    hidden = shown.content.decode()
    assert hidden.count('type="hidden" name="right_body"') == 2
    sent = move(client, forwarded, "decline", reason="不归信访。", right_body=["court"], act="send")
    assert sent.status_code == 302
    assert again(forwarded).stage == "declined"


def test_an_answer_is_seen_as_its_letter_and_asks_for_its_law(sign_in: SignIn, begun: Case) -> None:
    client = sign_in("zhou")
    assert "依据的法律和条款" in text(client.get(address(begun, "answer")))
    wrong = client.post(address(begun, "answer"), {**ANSWER, "seen": begun.seq, "act": "preview"})
    assert wrong.status_code == 422
    assert "法律依据（清禾县服务承诺 第13条（书面告知））" in text(wrong)
    assert ANSWER["found"] in text(wrong)
    whole = {**ANSWER, "law": LAW, "seen": begun.seq}
    shown = client.post(address(begun, "answer"), {**whole, "act": "preview"})
    assert "信访事项处理意见书" in text(shown)
    assert f"依据：{LAW}" in text(shown)
    assert client.post(address(begun, "answer"), {**whole, "act": "send"}).status_code == 302
    assert again(begun).stage == "answered"


def test_one_look_for_each_preview_and_without_it_nothing_is_opened(
    sign_in: SignIn, begun: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter says again what the resident asked for: that is read with the look, or not at all."""
    client, data = sign_in("zhou"), {**ANSWER, "law": LAW, "seen": begun.seq, "act": "preview"}
    before = Look.objects.filter(case=begun).count()
    assert "您的请求" in text(client.post(address(begun, "answer"), data))
    assert Look.objects.filter(case=begun).count() == before + 1
    client.post(address(begun, "answer"), {**data, "law": ""})
    assert Look.objects.filter(case=begun).count() == before + 2, "also where something is lacking"
    read: list[str] = []
    unseal = reading.unseal_json

    def spy(*given: Any, **more: Any) -> Any:
        read.append(more["field"])
        return unseal(*given, **more)

    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(reading, "unseal_json", spy)
    monkeypatch.setattr(looks, "write_look", fail)
    with pytest.raises(DatabaseError):
        client.post(address(begun, "answer"), data)
    assert read == []


def test_a_letter_is_not_drafted_from_what_was_not_opened(town: Town, begun: Case, clock: Clock) -> None:
    answer, given = casework.ANSWER, {"content": None, "actor": town.actor("zhou"), "at": clock()}
    with pytest.raises(NotFound):
        letter_before(begun, "answer", params_of(answer), written_of(answer), **given)


def test_a_case_without_letters_goes_on_as_before(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    assert "预览信件" not in text(client.get(address(fresh)))
    assert move(client, fresh, "accept").status_code == 302
    assert "依据的法律" not in text(client.get(address(fresh, "answer")))


def test_the_supervisor_is_told_that_nobody_answers_for_it_and_names_one(
    sign_in: SignIn, town: Town, forwarded: Case
) -> None:
    Case.objects.filter(pk=forwarded.pk).update(lead=None)
    officer, hall = sign_in("zhou"), sign_in("qin")
    wrong = move(officer, forwarded, "accept")
    assert wrong.status_code == 422
    assert "包案责任人（清禾县服务承诺 第12条" in text(wrong)
    assert forwarded.filing.reference in text(hall.get("/desk/"))
    assert forwarded.filing.reference not in text(hall.get("/desk/board/"))
    assert "还没有包案责任人" in text(hall.get(address(forwarded)))
    given = {"seen": forwarded.seq, "staff": str(town.staff["he"].id), "reason": "由何负责到底。"}
    assert hall.post(address(forwarded, "lead"), given).status_code == 302
    assert again(forwarded).lead == town.staff["he"]
    assert forwarded.filing.reference not in text(hall.get("/desk/"))
    assert move(officer, again(forwarded), "accept", act="send").status_code == 302


def test_a_lead_needs_a_reason_and_somebody_of_the_office(
    sign_in: SignIn, town: Town, forwarded: Case
) -> None:
    lead = sign_in("he")
    bare = lead.post(address(forwarded, "lead"), {"seen": forwarded.seq, "staff": str(town.staff["zhou"].id)})
    assert bare.status_code == 422
    other = {"seen": forwarded.seq, "staff": str(town.staff["ma"].id), "reason": "换人。"}
    assert lead.post(address(forwarded, "lead"), other).status_code == 422
    assert sign_in("zhou").post(address(forwarded, "lead"), other).status_code == 404
    assert again(forwarded).lead == town.staff["he"]


def test_a_supervisor_reads_what_the_next_press_does(
    sign_in: SignIn, town: Town, begun: Case, clock: Clock
) -> None:
    hall = sign_in("qin")
    assert "已经督办0次，满3次自动转入“上一级直接办理”" in text(hall.get(address(begun)))
    for _ in range(2):
        params = {"reason": "请抓紧。"}
        make_move(again(begun), "press", actor=town.actor("qin"), at=clock(), params=params)
    page = text(hall.get(address(begun)))
    assert "已经督办2次" in page
    assert "再按这一次就满了：道路所不再办理，交上一级" in page


def test_naming_a_lead_costs_few_statements(sign_in: SignIn, town: Town, begun: Case) -> None:
    client = sign_in("he")
    client.get(address(begun))
    given = {"seen": begun.seq, "staff": str(town.staff["zhou"].id), "reason": "何调走了。"}
    with captured() as named:
        assert client.post(address(begun, "lead"), given).status_code == 302
    sent = [one for one in named if "safekeeping_" not in one and "SAVEPOINT" not in one]
    assert len(sent) <= 9, sent
