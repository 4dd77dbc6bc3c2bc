"""The queue: metadata in the order of urgency, a fixed number of statements, nothing unsealed."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident, reply, write_note
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, Look
from gongshi.places.snapshots import forget
from gongshi.routing.models import ProcedureVersion
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 10


def references(page: object) -> list[str]:
    return [row.reference for row in page.context["rows"]]  # type: ignore[attr-defined]


def test_most_urgent_first_and_only_ones_own(town: Town, sign_in: SignIn, clock: Clock) -> None:
    early = case_of(lin_files(town, at=clock())[0])
    clock.advance(days=1)
    late = case_of(lin_files(town, matter(town, "noise"), at=clock())[0])
    lin_files(town, matter(town, "leak"), at=clock())
    page = sign_in("zhou").get("/desk/")
    assert references(page) == [early.filing.reference, late.filing.reference]
    assert Look.objects.count() == 0
    assert "老桥" not in text(page)
    assert "lin@example.org" not in text(page)


def test_clocks_are_words_and_filters_stay_in_the_address(town: Town, sign_in: SignIn, clock: Clock) -> None:
    case = case_of(lin_files(town, at=clock())[0])
    client = sign_in("zhou")
    assert "期限内" in text(client.get("/desk/")) or "快到期" in text(client.get("/desk/"))
    clock.advance(days=8)
    client = sign_in("zhou")  # a session lasts for a working day
    page = client.get("/desk/?show=late&kind=request")
    assert references(page) == [case.filing.reference]
    assert "已超期" in text(page)
    assert 'href="?show=soon&amp;kind=request"' in page.content.decode()
    assert references(client.get("/desk/?show=late&kind=question")) == []
    assert references(client.get("/desk/?turn=resident")) == []
    assert references(client.get("/desk/?stage=received")) == [case.filing.reference]
    street, east = town.areas["river-street"], town.areas["west-grid"]
    assert references(client.get(f"/desk/?area={street.id}")) == [case.filing.reference]
    assert references(client.get(f"/desk/?area={east.id}")) == []


def test_what_to_do_first_is_said(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, _ = lin_files(town, at=clock())
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=clock())
    ask_resident(case, "ask", "哪一头？", actor=town.actor("zhou"), at=clock())
    client = sign_in("zhou")
    assert "1件居民有新内容" not in text(client.get("/desk/"))
    assert references(client.get("/desk/?show=paused")) == [filed.filing.reference]
    actor = Resident(filed.filing.id, filed.receipt_id)
    reply(case, "reply", "东头。", actor=actor, at=clock())
    page = text(client.get("/desk/"))
    assert "1件居民有新内容" in page
    assert "东头" not in page
    english = text(client.get("/en/desk/?show=replied"))
    assert "1 with news" in english


def test_what_has_stood_still_for_seven_working_days_is_told(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    """Filed on Monday 2 March; Friday 6 is off and Saturday 7 is worked, so the seventh working day is the 11th."""
    still, asked, promised, noted = (case_of(lin_files(town, at=clock())[0]) for _ in range(4))
    zhou = town.actor("zhou")
    for case in (asked, promised, noted):
        make_move(case, "accept", actor=zhou, at=clock())
    ask_resident(asked, "ask", "哪一头？", actor=zhou, at=clock())
    late = NewAnswer("will_do", "坑深。", date(2026, 3, 2), "会补。", "0000", date(2026, 4, 30), "道路所")
    send_answer(promised, "promise", late, actor=zhou, at=clock())
    clock.set("2026-03-10 09:00")
    assert "没动静" not in text(sign_in("zhou").get("/desk/"))
    write_note(noted, "已派人。", actor=zhou, at=clock())
    assert run_clocks(clock()) > 0  # what the program writes down is nobody's doing
    clock.set("2026-03-11 09:00")
    client = sign_in("zhou")
    assert "1件没动静" in text(client.get("/desk/"))
    assert references(client.get("/desk/?show=dormant")) == [still.filing.reference]
    make_move(case_of_again(still), "accept", actor=zhou, at=clock())
    assert "没动静" not in text(client.get("/desk/"))


def case_of_again(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


@pytest.mark.parametrize("many", [1, 60])
def test_statements_do_not_grow(
    town: Town,
    sign_in: SignIn,
    clock: Clock,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(many):
        lin_files(town, at=clock())
    client = sign_in("zhou")
    client.get("/desk/")
    with django_assert_max_num_queries(MOST_STATEMENTS):
        page = client.get("/desk/")
    assert len(references(page)) == min(many, 50)
    assert page.headers["Cache-Control"] == "private, no-store"


def test_pages(town: Town, sign_in: SignIn, clock: Clock) -> None:
    for _ in range(53):
        lin_files(town, at=clock())
    client = sign_in("zhou")
    first, second = client.get("/desk/"), client.get("/desk/?page=2")
    assert len(references(second)) == 3
    assert not set(references(first)) & set(references(second))
    for wrong in ("0", "-1", "x", "1000000000", "99999999999999999999", "²", ""):
        assert client.get("/desk/", {"page": wrong}).status_code == 404, wrong


@pytest.mark.parametrize(
    "query",
    [
        "kind=' OR 1=1--",
        "area=nonsense",
        "group=../..",
        "stage=%00"[:6],
        "turn=__all",
        "contact__startswith=l",
        "q=lin",
    ],
)
def test_odd_filters_do_no_harm(town: Town, sign_in: SignIn, fresh: Case, query: str) -> None:
    page = sign_in("zhou").get(f"/desk/?{query}")
    assert page.status_code == 200
    assert references(page) == [fresh.filing.reference]


def test_huge_offices_are_not_counted_out(
    town: Town, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongshi.cases.worklists.COUNTED", 3)
    for _ in range(5):
        lin_files(town, at=clock())
        clock.advance(minutes=1)
    page = sign_in("zhou").get("/desk/")
    assert "3+" in text(page)
    assert page.context["counted"].more


def test_joint_work_has_a_tab(town: Town, sign_in: SignIn, handled: Case, clock: Clock) -> None:
    params = {"office": town.offices["water"].id, "reason": "看一下水管"}
    make_move(handled, "invite_office", actor=town.actor("zhou"), at=clock(), params=params)
    client = sign_in("ma")
    assert references(client.get("/desk/")) == []
    assert references(client.get("/desk/?show=joint")) == [handled.filing.reference]
    assert "老桥东头" in text(client.get(address(handled)))


def test_reviewers_and_others_without_cases(town: Town, sign_in: SignIn) -> None:
    assert sign_in("su").get("/desk/").headers["Location"] == "/desk/publication/"


def test_an_empty_queue_says_so(sign_in: SignIn) -> None:
    assert "都办完了" in text(sign_in("zhou").get("/desk/"))
    assert "没有符合条件" in text(sign_in("zhou").get("/desk/?show=late"))


def test_htmx_gets_the_same_list(sign_in: SignIn, fresh: Case) -> None:
    part = sign_in("zhou").get("/desk/", headers={"HX-Request": "true"})
    assert fresh.filing.reference in text(part)
    assert b"<html" not in part.content


def test_due_by_the_next_working_day(town: Town, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    assert fresh.due_at is not None
    clock.now = fresh.due_at - timedelta(hours=30)
    page = sign_in("zhou").get("/desk/?show=soon")
    assert references(page) == [fresh.filing.reference]
    clock.now = fresh.due_at - timedelta(seconds=1)
    assert references(sign_in("zhou").get("/desk/?show=late")) == []
    clock.now = fresh.due_at
    assert references(sign_in("zhou").get("/desk/?show=late")) == [fresh.filing.reference]


def names(page: object, field: str) -> dict[str, str]:
    return {code: str(name) for code, name in page.context["form"].fields[field].choices}  # type: ignore[attr-defined]


def test_only_kinds_that_are_here_are_offered(sign_in: SignIn) -> None:
    assert set(names(sign_in("zhou").get("/desk/"), "kind")) == {
        "",
        "question",
        "request",
        "conduct",
        "dispute",
    }


def test_two_stages_of_one_name_are_told_apart(town: Town, sign_in: SignIn) -> None:
    offered = names(sign_in("zhou").get("/en/desk/"), "stage")
    assert offered["waiting"] == "Waiting for the resident"
    assert set(offered["received"].split(" / ")) == {
        "To be accepted",
        "To be answered",
        "To be accepted by the level above",
    }
    version = ProcedureVersion.objects.get(code="conduct")
    version.text = version.text.replace("Being checked by the level above", "Waiting for the resident")
    version.save(update_fields=["text"])
    forget()
    offered = names(sign_in("zhou").get("/en/desk/"), "stage")
    assert offered["checking"] == "Waiting for the resident (How an office acted)"
    assert offered["waiting"].startswith("Waiting for the resident (How an office acted / ")
    assert len(set(offered.values())) == len(offered)
    assert names(sign_in("zhou").get("/desk/"), "stage")["waiting"] == "等居民补充"
