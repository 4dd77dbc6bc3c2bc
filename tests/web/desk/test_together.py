"""Answering together: one text, each resident's own letter, one look and one answer each, and nothing lost."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.accounts.actors import Resident
from gongshi.bulletin.actions.prepared import write_prepared
from gongshi.bulletin.prepared import ANSWER as ANSWER_WORDS
from gongshi.bulletin.prepared import PreparedDraft
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.looks import open_together
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.together import Addressee, answer_together
from gongshi.cases.models import Answer, Case, History, Look, Receipt
from gongshi.cases.queries import NotFound
from gongshi.cases.recusing import Whom
from gongshi.notifications.models import OutboxRow
from gongshi.words import pair
from tests.casework import replayed
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import ANSWER, SignIn, text

pytestmark = pytest.mark.django_db

TOGETHER = "/desk/together/"
TEXT = {**ANSWER, "decided": "{地点}的坑已经补好（{编号}，{来件日期}来件）。"}
PLACES = ("一号桥", "二号桥", "三号桥")
Storm = list[Case]


@pytest.fixture
def storm(town: Town, clock: Clock) -> Storm:
    """Three potholes of one week in one grid, of three residents."""
    filed = [lin_files(town, matter(town, place=place), at=clock())[0] for place in PLACES]
    return [case_of(one) for one in filed]


def cause(client: Client) -> dict[str, str]:
    """The first cause's fields, as the list's link names them."""
    link = re.search(r'class="cause-link" href="\?([^"]+)"', client.get(TOGETHER).content.decode())
    assert link is not None
    return dict(part.split("=", 1) for part in link[1].replace("&amp;", "&").split("&"))


def names(cases: Storm) -> list[str]:
    return [f"{case.filing.reference}/{case.number}/{case.seq}" for case in cases]


def step(client: Client, act: str, cases: Storm, **more: Any) -> Any:
    return client.post(TOGETHER, {**cause(client), "case": names(cases), "act": act, **more})


def again(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


def test_from_the_causes_to_letters_that_are_out(sign_in: SignIn, storm: Storm) -> None:
    client = sign_in("zhou")
    assert "3 件" in text(client.get(TOGETHER))
    choice = client.get(TOGETHER, cause(client))
    assert choice.content.decode().count(" checked") == 3
    assert not Look.objects.exists()  # metadata only
    assert "电动车" not in text(choice)

    opened = step(client, "open", storm)
    assert text(opened).count("电动车摔了两次") == 3
    preview = step(client, "preview", storm, of=names(storm), **TEXT)
    for case, place in zip(storm, PLACES, strict=True):
        assert f"{place}的坑已经补好（{case.filing.reference}，3月2日来件）。" in text(preview)
    assert not Answer.objects.exists()

    done = step(client, "send", storm, of=names(storm), **TEXT)
    assert "3件答复已经送出" in text(done)
    for case in storm:
        now = again(case)
        assert now.stage == "answered"
        assert now.handler_id is not None
        codes = list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))
        assert codes == ["case.opened", "case.accepted", "case.answered"]
        assert Look.objects.filter(case=case).count() == 1
        assert OutboxRow.objects.filter(case=case.id, template="answered").count() == 1
        replayed(now)
    assert Answer.objects.count() == 3


def test_what_is_unticked_stays_as_it_is(sign_in: SignIn, storm: Storm) -> None:
    client = sign_in("zhou")
    page = step(client, "edit", storm[:2], of=names(storm), **TEXT)
    assert page.content.decode().count(" checked") == 2 + 1  # and the decision
    assert TEXT["found"] in page.content.decode()
    step(client, "send", storm[:2], of=names(storm), **TEXT)
    assert [again(case).stage for case in storm] == ["answered", "answered", "received"]


def test_who_is_changed_meanwhile_is_told_and_left_out(
    town: Town, sign_in: SignIn, storm: Storm, clock: Clock
) -> None:
    client = sign_in("zhou")
    seen = names(storm)
    fields = cause(client)
    add_to_case(storm[0], "又塌了一块。", actor=_resident(storm[0]), at=clock())
    sent = client.post(TOGETHER, {**fields, "case": seen, "of": seen, "act": "send", **TEXT})
    assert "2件答复已经送出" in text(sent)
    assert again(storm[0]).stage == "received"
    choice = text(client.get(TOGETHER, {**fields}))
    assert "还有照片或新内容" in choice


def _resident(case: Case) -> Resident:
    receipt = Receipt.objects.get(filing=case.filing)
    return Resident(case.filing_id, receipt.id, "")


def test_a_placeholder_without_words_keeps_all_of_them(sign_in: SignIn, storm: Storm) -> None:
    page = step(sign_in("zhou"), "send", storm, of=names(storm), **{**TEXT, "decided": "{天气}好转。"})
    assert page.status_code == 422
    assert "{天气}" in text(page)
    assert storm[0].filing.reference in text(page)
    assert not Answer.objects.exists()


def test_a_part_left_out_is_said_and_nothing_is_lost(sign_in: SignIn, storm: Storm) -> None:
    page = step(sign_in("zhou"), "send", storm, of=names(storm), **{**TEXT, "call": ""})
    assert page.status_code == 422
    assert "call" in page.context["form"].errors
    assert TEXT["found"] in page.content.decode()
    none = step(sign_in("zhou"), "send", [], of=names(storm), **TEXT)
    assert none.status_code == 422
    assert TEXT["found"] in text(none)


def test_recused_and_foreign_cases_are_not_among_them(
    town: Town, sign_in: SignIn, storm: Storm, clock: Clock
) -> None:
    recuse(
        storm[2],
        Whom("staff", town.staff["he"].pk, town.offices["roads"].pk),
        "亲戚",
        actor=town.actor("qin"),
        at=clock(),
    )
    client = sign_in("zhou")
    assert "2 件" in text(client.get(TOGETHER))
    opened = step(client, "open", storm)
    assert text(opened).count("电动车摔了两次") == 2
    assert not Look.objects.filter(case=storm[2]).exists()
    other = sign_in("ma")
    assert "没有可以一起答复的" in text(other.get(TOGETHER))
    fields = {**cause(client), "case": names(storm), "act": "open"}
    assert other.post(TOGETHER, fields).status_code == 422
    with pytest.raises(NotFound):
        open_together(storm, town.actor("ma"), at=clock())
    assert sign_in("su").get(TOGETHER).status_code == 404
    assert Look.objects.count() == 2


def test_a_template_goes_in_with_its_placeholders(
    town: Town, sign_in: SignIn, storm: Storm, clock: Clock
) -> None:
    parts = {
        "name": pair("已修好", "Mended"),
        "found": pair("到{地点}看了。", "We looked at {place}."),
        "decided": pair("已经修好。", "It is mended."),
    }
    lead = town.actor("he")
    prepared = write_prepared(None, PreparedDraft(ANSWER_WORDS, parts), actor=lead, at=clock())
    client = sign_in("zhou")
    assert "已修好" in text(step(client, "open", storm))
    page = step(
        client, "template", storm, of=names(storm), **{**TEXT, "found": "昨夜停电。"}, template=prepared.code
    )
    assert page.context["form"]["found"].value() == "昨夜停电。\n到{地点}看了。"
    assert not Answer.objects.exists()


def test_sealed_matters_are_answered_one_by_one(town: Town, sign_in: SignIn, clock: Clock) -> None:
    quarrels = [case_of(lin_files(town, matter(town, "quarrel"), at=clock())[0]) for _ in PLACES]
    client = sign_in("zhou")
    assert "没有可以一起答复的" in text(client.get(TOGETHER))
    fields = {"category": "quarrel", "area": "river-street", "week": "2026-03-02"}
    assert client.get(TOGETHER, fields).content.decode().count('name="case"') == 0
    assert client.post(TOGETHER, {**fields, "case": names(quarrels), "act": "open"}).status_code == 422
    assert not Look.objects.exists()


def test_a_look_lasts_half_an_hour(sign_in: SignIn, storm: Storm, clock: Clock) -> None:
    client = sign_in("zhou")
    step(client, "open", storm)
    clock.advance(minutes=29)
    step(client, "open", storm)
    assert Look.objects.count() == 3
    clock.advance(minutes=2)
    step(client, "open", storm)
    assert Look.objects.count() == 6


def test_what_names_no_case_is_passed_over(sign_in: SignIn, storm: Storm) -> None:
    client = sign_in("zhou")
    wrong = ["a\x00b/1/1", "/1/1", f"{storm[0].filing.reference}/0/1", "x" * 500]
    page = client.post(TOGETHER, {**cause(client), "case": wrong, "of": wrong, "act": "open"})
    assert page.status_code == 422
    assert not Look.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "category=pothole",
        "category=pothole&area=no&week=2026-03-02",
        "category=no&area=-&week=2026-03-02",
        "category=pothole&area=-&week=0001-01-01",
    ],
)
def test_an_address_that_names_no_cause_is_none(sign_in: SignIn, storm: Storm, query: str) -> None:
    assert sign_in("zhou").get(f"{TOGETHER}?{query}").status_code == 404


def test_statements_do_not_grow_with_the_batch(
    town: Town, sign_in: SignIn, storm: Storm, clock: Clock
) -> None:
    client = sign_in("zhou")
    fields = cause(client)

    def counted(ask: Callable[[], Any]) -> int:
        ask()
        with captured() as statements:
            ask()
        return len(statements)

    asks: list[Callable[[], Any]] = [
        lambda: client.get(TOGETHER),
        lambda: client.get(TOGETHER, fields),
        lambda: client.post(TOGETHER, {**fields, "case": names(storm), "act": "open"}),
        lambda: client.post(TOGETHER, {**fields, "case": names(storm), "act": "preview", **TEXT}),
    ]
    few = [counted(ask) for ask in asks]
    storm += [case_of(lin_files(town, matter(town), at=clock())[0]) for _ in range(12)]
    assert [counted(ask) for ask in asks] == few
    assert max(few) <= 10


def test_why_will_do_is_no_choice_is_said(town: Town, sign_in: SignIn, storm: Storm, clock: Clock) -> None:
    zhou, promised = town.actor("zhou"), storm[0]
    client = sign_in("zhou")
    assert step(client, "open", storm).context["without_promise"] == []
    make_move(promised, "accept", actor=zhou, at=clock())
    day = clock().date()
    promise = NewAnswer("will_do", "看了。", day, "会补。", "0000", day + timedelta(days=20), "养护队")
    send_answer(promised, "promise", promise, actor=zhou, at=clock())
    page = step(client, "open", [again(one) for one in storm])
    assert page.context["without_promise"] == [promised.filing.reference]
    assert "这次选不了“会办”" in text(page)
    rest = [again(one) for one in storm[1:]]
    assert step(client, "open", rest).context["without_promise"] == []


def test_an_answer_that_fails_leaves_nothing_accepted(town: Town, storm: Storm, clock: Clock) -> None:
    """Accepting and answering are one: where the second is refused the first is not done either."""
    too_far = NewAnswer("will_do", "看了。", clock().date(), "会补。", "0000", date(2029, 1, 1), "养护队")
    (case,) = storm[:1]
    kept = answer_together([Addressee(case, case.seq, {})], too_far, actor=town.actor("zhou"), at=clock())
    assert kept == {case.id: "date_too_far"}
    assert again(case).stage == "received"
    assert not History.objects.filter(case=case, code="case.accepted").exists()
