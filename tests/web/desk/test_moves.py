"""Making moves: each as its own form, refused in words, and two at once without a lost word."""

import pytest

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, History, Message
from gongshi.rules.procedure import interpreter
from gongshi.web.desk import words
from tests.cast import Town, case_of, lin_files
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, move, text

pytestmark = pytest.mark.django_db


def again(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


def test_accepting(sign_in: SignIn, fresh: Case, town: Town) -> None:
    client = sign_in("zhou")
    answer = move(client, fresh, "accept")
    assert answer.headers["Location"] == address(fresh)
    assert again(fresh).stage == "handling"
    assert again(fresh).handler == town.staff["zhou"]
    assert "“受理”已经记下" in text(client.get(address(fresh)))


def test_a_hand_over_needs_office_and_reason_and_keeps_what_was_typed(
    sign_in: SignIn, fresh: Case, town: Town
) -> None:
    client = sign_in("zhou")
    page = move(client, fresh, "hand_over", reason="这是供水管的事")
    assert page.status_code == 422
    assert "这是供水管的事" in text(page)
    assert "这一项要填" in text(page)
    assert again(fresh).office.code == "roads"
    own = move(client, fresh, "hand_over", reason="x", office=str(town.offices["roads"].id))
    assert own.status_code == 422
    done = move(client, fresh, "hand_over", reason="归水务", office=str(town.offices["water"].id))
    assert done.headers["Location"] == "/desk/"
    assert again(fresh).office.code == "water"


def test_two_officers_at_once_one_wins_and_no_text_is_lost(sign_in: SignIn, fresh: Case) -> None:
    seen = fresh.seq
    assert move(sign_in("zhou"), fresh, "accept").status_code == 302
    fresh.seq = seen
    page = move(sign_in("he"), fresh, "hand_over", reason="我觉得该归水务，因为是管子漏的")
    assert page.status_code == 409
    said = text(page)
    assert "您的这一步没有做" in said
    assert "承办单位已受理" in said
    assert "Zhou" in said or "zhou" in said
    assert "我觉得该归水务" in said
    assert f'name="seen" value="{again(fresh).seq}"' in page.content.decode()
    assert History.objects.filter(case=fresh, code="case.handed_over").count() == 0


def test_text_is_kept_even_when_the_case_is_gone(
    sign_in: SignIn, fresh: Case, town: Town, clock: Clock
) -> None:
    params = {"office": town.offices["water"].id, "reason": "归水务"}
    make_move(fresh, "hand_over", actor=town.actor("he"), at=clock(), params=params)
    page = move(sign_in("zhou"), fresh, "hand_over", reason="我写了很久的一段理由")
    assert page.status_code == 404
    assert "我写了很久的一段理由" in text(page)


def test_double_acceptance_is_one(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    answers = [client.post(address(fresh, "moves", "accept"), {"seen": 1}).status_code for _ in range(5)]
    assert sorted(answers) == [302, 409, 409, 409, 409]
    assert History.objects.filter(case=fresh, code="case.accepted").count() == 1


def test_a_form_without_its_place_in_history_changes_nothing(sign_in: SignIn, fresh: Case) -> None:
    for seen in ("", "x", "-1", "99999999999999999999"):
        assert sign_in("zhou").post(address(fresh, "moves", "accept"), {"seen": seen}).status_code in (
            409,
            422,
        )
    assert again(fresh).stage == "received"


@pytest.mark.parametrize(
    "code", ["extend", "refer", "press", "confirm", "withdraw", "close_silent", "resume"]
)
def test_what_may_not_be_done_now_is_not_done(sign_in: SignIn, fresh: Case, code: str) -> None:
    page = move(sign_in("zhou"), fresh, code, reason="x")
    assert page.status_code == 409
    assert again(fresh).stage == "received"
    assert again(fresh).seq == fresh.seq


@pytest.mark.parametrize("code", ["answer", "no_such_move", "promise"])
def test_answers_and_unknown_moves_are_not_here(sign_in: SignIn, fresh: Case, code: str) -> None:
    assert move(sign_in("zhou"), fresh, code).status_code == 404


def test_mass_assignment_is_passed_over(sign_in: SignIn, fresh: Case, town: Town) -> None:
    extra = {
        "stage": "confirmed",
        "closed_at": "2001-01-01",
        "handler": str(town.staff["ma"].id),
        "outcome": "confirmed",
    }
    move(sign_in("zhou"), fresh, "accept", **extra)
    found = again(fresh)
    assert (found.stage, found.closed_at, found.outcome) == ("handling", None, "")
    assert found.handler == town.staff["zhou"]


def test_asking_extending_inviting_noting(sign_in: SignIn, handled: Case, town: Town) -> None:
    client = sign_in("zhou")
    assert move(client, again(handled), "extend", reason="要等材料").status_code == 302
    page = text(client.get(address(handled)))
    assert "要等材料" in page
    assert "已延期1次" in page
    water = str(town.offices["water"].id)
    assert move(client, again(handled), "invite_office", office=water, reason="看水管").status_code == 302
    assert "水务所" in text(client.get(address(handled)))
    assert client.post(address(handled, "note"), {"seen": 1, "text": "打过电话没人接"}).status_code == 302
    assert "打过电话没人接" in text(client.get(address(handled)))
    assert move(client, again(handled), "ask", question="坑在哪一头？").status_code == 302
    assert again(handled).paused
    assert set(Message.objects.values_list("kind", flat=True)) == {"note", "question"}


def test_an_empty_note_is_refused(sign_in: SignIn, handled: Case) -> None:
    assert sign_in("zhou").post(address(handled, "note"), {"seen": 1, "text": "  "}).status_code == 422
    assert Message.objects.count() == 0


def test_the_supervisor_decides_a_dispute(sign_in: SignIn, town: Town, clock: Clock) -> None:
    case = case_of(lin_files(town, at=clock())[0])
    water, roads = (town.offices[name].id for name in ("water", "roads"))
    make_move(
        case, "hand_over", actor=town.actor("zhou"), at=clock(), params={"office": water, "reason": "a"}
    )
    make_move(case, "hand_over", actor=town.actor("ma"), at=clock(), params={"office": roads, "reason": "b"})
    client = sign_in("zhou")
    third = move(client, case, "hand_over", office=str(water), reason="还是归水务")
    assert third.status_code == 409
    assert "还是归水务" in text(third)
    assert move(client, case, "refer", reason="请定").status_code == 302
    case = again(case)
    done = move(sign_in("qin"), case, "assign", office=str(water), reason="水务办")
    assert done.status_code == 302
    assert again(case).office.code == "water"


def test_forms_need_their_token(town: Town, fresh: Case) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(town.staff["zhou"])
    assert client.post(address(fresh, "moves", "accept"), {"seen": 1}).status_code == 403
    assert client.get(address(fresh, "moves", "accept")).status_code == 405
    assert again(fresh).stage == "received"


def test_every_refusal_has_words() -> None:
    assert interpreter.RefusedError.__doc__
    for code in (
        *(
            "unknown_move",
            "not_here",
            "not_allowed",
            "limit_reached",
            "not_yet",
            "lapsed",
            "clock_not_running",
        ),
        *("head_only", "hearing_ahead"),
        *("already_late", "no_extension_left", "needs_missing", "date_unreadable", "date_not_ahead"),
        *("date_too_far", "office_recused", "not_due", "office_unknown", "office_same", "nobody_above"),
    ):
        assert str(words.REFUSALS[code])
