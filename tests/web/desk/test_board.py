"""The supervisor's board: one decision for a cause, lists, and no number of complaints about an office."""

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.engine import procedure_of
from gongshi.cases.models import Case, History, Supervision
from gongshi.cases.worklists import BOARD_LISTS
from tests.casework import grievance, ladder_town
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 10


@pytest.fixture
def storm(town: Town, clock: Clock) -> list[Case]:
    """Twelve potholes of one week, all late."""
    cases = [case_of(lin_files(town, at=clock())[0]) for _ in range(12)]
    clock.advance(days=3)
    run_clocks(clock())
    return cases


def test_a_storm_makes_one_decision(sign_in: SignIn, storm: list[Case]) -> None:
    client = sign_in("qin")
    page = client.get("/desk/board/")
    assert [one["cases"] for one in page.context["causes"]] == [12]
    supervision = Supervision.objects.get()
    address = f"/desk/board/{supervision.id}/"
    bad = client.post(address, {"words": "今天就去看", "answer_by": "2026-03-01"})
    assert bad.status_code == 422
    assert "今天就去看" in text(bad)
    assert client.post(address, {"words": " "}).status_code == 422
    done = client.post(address, {"words": "三天内答复。", "answer_by": "2026-03-10"})
    assert done.headers["Location"] == "/desk/board/"
    assert "督办要求已发到12件" in text(client.get("/desk/board/"))
    assert History.objects.filter(code="case.pressed").count() == 12
    again = client.post(address, {"words": "再催一次，写了很久"})
    assert again.status_code == 409
    assert "再催一次，写了很久" in text(again)


def test_lists_and_offices(sign_in: SignIn, storm: list[Case]) -> None:
    client = sign_in("qin")
    late = client.get("/desk/board/?list=late")
    assert len(late.context["rows"]) == 12
    assert "老桥" not in text(late)
    loads = {one["node"].code: one["late"] for one in client.get("/desk/board/").context["loads"]}
    assert loads == {"roads": 12, "water": 0}
    assert client.get("/desk/board/?list=late&office=water").context["rows"] == []
    assert client.get("/desk/board/?office=hall").status_code == 404
    assert client.get("/desk/board/?office=nonsense").status_code == 404
    assert client.get("/desk/board/?list=nonsense").status_code == 200
    for name in ("soon", "handed_about", "escalated", "reopened", "unconfirmed"):
        page = client.get(f"/en/desk/board/?list={name}")
        assert page.context["rows"] == []


def test_complaints_about_an_office_are_never_counted(town: Town, sign_in: SignIn, clock: Clock) -> None:
    about = matter(town, "conduct", subject=town.offices["roads"].id)
    case = case_of(lin_files(town, about, at=clock())[0])
    clock.advance(days=30)
    run_clocks(clock())
    page = sign_in("qin").get("/desk/board/")
    assert {one["late"] for one in page.context["loads"]} == {0}
    # Even if such a case lay with an office below, no number would tell.
    Case.objects.filter(pk=case.pk).update(office=town.offices["water"])
    page = sign_in("qin").get("/desk/board/")
    assert {one["late"] for one in page.context["loads"]} == {0}


def test_disputes_are_no_number_and_each_is_decided_alone(town: Town, sign_in: SignIn, clock: Clock) -> None:
    cases = [case_of(lin_files(town, matter(town, "quarrel"), at=clock())[0]) for _ in range(2)]
    clock.advance(days=30)
    run_clocks(clock())
    assert {Case.objects.get(pk=case.pk).office for case in cases} == {town.offices["roads"]}
    assert Supervision.objects.count() == 2
    page = sign_in("qin").get("/desk/board/")
    assert {one["late"] for one in page.context["loads"]} == {0}


def test_only_supervisors_of_the_office(town: Town, sign_in: SignIn, storm: list[Case]) -> None:
    supervision = Supervision.objects.get()
    for name in ("zhou", "ma", "su", "tang"):
        client = sign_in(name)
        assert client.get("/desk/board/").status_code == 404, name
        answer = client.post(f"/desk/board/{supervision.id}/", {"words": "x"})
        assert answer.status_code == 404, name
    Supervision.objects.update(supervisor=town.offices["water"])
    assert sign_in("qin").post(f"/desk/board/{supervision.id}/", {"words": "x"}).status_code == 404
    assert Supervision.objects.get().decided_at is None


def test_statements_of_the_board(
    sign_in: SignIn, storm: list[Case], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in("qin")
    client.get("/desk/board/")
    for query in ("", "?list=late"):
        with django_assert_max_num_queries(MOST_STATEMENTS):
            client.get(f"/desk/board/{query}")


def test_the_way_back_leads_to_the_board(sign_in: SignIn, storm: list[Case]) -> None:
    page = sign_in("qin").get(address(storm[0]))
    assert 'class="back" aria-keyshortcuts="u" href="/desk/board/"' in page.content.decode()


def test_one_sealed_matter_moves_nothing_on_it_and_waits_in_the_queue(
    sign_in: SignIn, town: Town, clock: Clock
) -> None:
    """One that is late, and one without a lead, are on no page of it; the late one is pressed on its own page."""
    ladder_town(town)
    clock.set("2026-04-20 09:00")
    board = sign_in("qin")
    pages = ["", *(f"?list={one}" for one in BOARD_LISTS), "?office=roads", "?office=roads&list=late"]

    def read() -> list[str]:
        return [text(board.get(f"/desk/board/{page}")) for page in pages]

    before = read()
    quarrel, _ = lin_files(town, matter(town, "quarrel"))
    led, case = grievance(town, at=clock())
    run_clocks(clock())
    late = Case.objects.select_related("filing", "supervision").get(filing=quarrel.filing)
    assert late.supervision is not None
    assert led.filing.reference not in text(board.get("/desk/"))
    Case.objects.filter(pk=case.pk).update(lead=None)
    assert read() == before
    assert board.post(f"/desk/board/{late.supervision_id}/", {"words": "请尽快。"}).status_code == 404
    queue = text(board.get("/desk/"))
    assert {quarrel.filing.reference, led.filing.reference} <= set(queue.split())
    [press] = [move for move in procedure_of(late).moves.values() if move.effect == "press"]
    given = {"seen": late.seq, "instruction": "三天内办。", "reason": "三天内办。", "date": "2026-04-24"}
    assert board.post(address(late, "moves", press.code), given).status_code == 302
    assert quarrel.filing.reference not in text(board.get("/desk/"))
