"""Answering: no part can be left out, the resident's view comes first, and no word is lost."""

import pytest

from gongshi.cases.actions.answers import faults_in
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Answer, Case, Look
from gongshi.web.desk import words
from tests.cast import Town
from tests.clock import Clock
from tests.web.desk.helpers import ANSWER, SignIn, address, text

pytestmark = pytest.mark.django_db


def again(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


def test_from_form_to_preview_to_sent(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    page = client.get(address(handled, "answer"))
    assert "老桥东头" in text(page)
    assert Look.objects.filter(case=handled).count() == 1
    assert "道路所 zhou 0000-1" in page.content.decode()
    preview = client.post(address(handled, "answer"), {**ANSWER, "seen": handled.seq, "act": "preview"})
    said = text(preview)
    assert "居民将读到" in said
    assert "5月1日" in said  # sixty days from 2 March: the last day of the reconsideration route
    assert Answer.objects.count() == 0
    edit = client.post(address(handled, "answer"), {**ANSWER, "seen": handled.seq, "act": "edit"})
    assert ANSWER["found"] in text(edit)
    sent = client.post(address(handled, "answer"), {**ANSWER, "seen": handled.seq, "act": "send"})
    assert sent.headers["Location"] == address(handled)
    assert again(handled).stage == "answered"
    assert str(Answer.objects.get().route_until_on) == "2026-05-01"


@pytest.mark.parametrize("part", ["decision", "found", "found_on", "decided", "call"])
def test_no_part_can_be_left_out(sign_in: SignIn, handled: Case, part: str) -> None:
    data = {**ANSWER, "seen": handled.seq, "act": "send", part: " "}
    page = sign_in("zhou").post(address(handled, "answer"), data)
    assert page.status_code == 422
    assert part in page.context["form"].errors
    for name in {"found", "decided"} - {part}:
        assert ANSWER[name] in page.content.decode()
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("found_on", "2026-03-03"),
        ("found_on", "2026-03-01"),
        ("found_on", "0001-01-01"),
        ("found_on", "9999-12-31"),
        ("found_on", "nonsense"),
        ("found", "长" * 5_001),
        ("decision", "closed"),
        ("decided", "a\x00b"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    sign_in: SignIn, handled: Case, part: str, value: str
) -> None:
    data = {**ANSWER, "seen": handled.seq, "act": "send", part: value}
    page = sign_in("zhou").post(address(handled, "answer"), data)
    assert page.status_code == 422
    assert part in page.context["form"].errors
    assert Answer.objects.count() == 0


def test_a_promise_needs_a_day_ahead_and_not_too_far(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    data = {**ANSWER, "decision": "will_do", "by_whom": "养护队", "seen": handled.seq, "act": "send"}
    nobody = client.post(address(handled, "answer"), {**data, "by_on": "2026-03-20", "by_whom": ""})
    assert "by_whom" in nobody.context["form"].errors
    for day in ("", "2026-03-02", "2031-01-01"):
        page = client.post(address(handled, "answer"), {**data, "by_on": day})
        assert page.status_code == 422, day
        assert "by_on" in page.context["form"].errors
    assert client.post(address(handled, "answer"), {**data, "by_on": "2026-03-20"}).status_code == 302
    found = again(handled)
    assert (found.stage, str(found.due_on)) == ("promised", "2026-03-20")
    assert "承诺日期" in text(client.get("/desk/"))
    done = client.get(address(handled, "answer"))
    assert [code for code, _ in done.context["form"].fields["decision"].choices] == [
        "done",
        "cannot",
        "explained",
    ]
    sent = client.post(address(handled, "answer"), {**ANSWER, "seen": found.seq, "act": "send"})
    assert sent.status_code == 302
    assert again(handled).history.filter(code="case.reported_done").count() == 1


def test_somebody_else_was_faster(sign_in: SignIn, handled: Case, town: Town, clock: Clock) -> None:
    seen = handled.seq
    make_move(handled, "extend", actor=town.actor("he"), at=clock(), params={"reason": "等料"})
    data = {**ANSWER, "seen": seen, "act": "send"}
    page = sign_in("zhou").post(address(handled, "answer"), data)
    assert page.status_code == 409
    assert "办理时限延长" in text(page)
    assert ANSWER["found"] in text(page)
    assert f'value="{again(handled).seq}"' in page.content.decode()
    assert Answer.objects.count() == 0


def test_words_outlive_a_case_that_can_no_longer_be_answered(sign_in: SignIn, handled: Case) -> None:
    data = {**ANSWER, "seen": handled.seq, "act": "send"}
    assert sign_in("zhou").post(address(handled, "answer"), data).status_code == 302
    page = sign_in("he").post(address(handled, "answer"), {**data, "found": "我也写了一份"})
    assert page.status_code == 409
    assert "我也写了一份" in text(page)
    assert "现在不能答复" in text(page)
    assert Answer.objects.count() == 1


def test_a_placeholder_that_nobody_filled_does_not_go(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    for part, words_typed in (("decided", "{地点}已补好。"), ("call", "｛phone｝")):
        data = {**ANSWER, part: words_typed, "seen": handled.seq, "act": "send"}
        page = client.post(address(handled, "answer"), data)
        assert page.status_code == 422
        assert "花括号里的空还没有填" in text(page)
    assert not Answer.objects.exists()
    data = {**ANSWER, "decided": "补好了 :-} 请看。", "seen": handled.seq, "act": "send"}
    assert client.post(address(handled, "answer"), data).status_code == 302


def test_who_may_not_answer_finds_no_form(sign_in: SignIn, fresh: Case) -> None:
    assert sign_in("zhou").get(address(fresh, "answer")).status_code == 404
    assert sign_in("qin").get(address(fresh, "answer")).status_code == 404


def test_every_fault_has_words() -> None:
    assert faults_in.__doc__
    for code in ("missing", "too_long", "in_future", "before_filing", "not_ahead", "unfilled"):
        assert str(words.ANSWER_FAULTS[code])
