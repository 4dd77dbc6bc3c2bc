"""A case's page: content only together with a look, contact on demand, files as copies; one's own moves only."""

from datetime import date
from io import BytesIO

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Attachment, Case, Look
from gongshi.safekeeping.photos import prepare
from tests.cast import LIN, NOW, Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.safekeeping.pictures import telling
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
WORDS = "老桥东头路面塌了一个坑"
MOST_STATEMENTS = 10


def looks(case: Case) -> list[tuple[str, str]]:
    return list(Look.objects.filter(case=case).order_by("at", "id").values_list("what", "why"))


def test_each_opening_leaves_a_look(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    page = client.get(address(fresh))
    assert WORDS in text(page)
    assert "请尽快补好" in text(page)
    assert looks(fresh) == [("content", "assignment")]
    client.head(address(fresh))
    assert len(looks(fresh)) == 2
    assert page.headers["Cache-Control"] == "private, no-store"


def test_no_look_no_content(sign_in: SignIn, fresh: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("gongshi.cases.actions.looks.write_look", fail)
    client = sign_in("zhou")
    client.raise_request_exception = False
    answer = client.get(address(fresh))
    assert answer.status_code == 500
    assert WORDS not in answer.content.decode()


def test_a_supervisor_says_why_first(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("qin")
    page = client.get(address(fresh))
    assert WORDS not in text(page)
    assert "请写明为什么" in text(page)
    assert "已登记" in text(page)
    assert looks(fresh) == []
    assert client.post(address(fresh, "look"), {"why": "curiosity"}).status_code == 404
    assert client.post(address(fresh, "look"), {"why": "supervision"}).status_code == 302
    assert looks(fresh) == []
    assert WORDS in text(client.get(address(fresh)))
    assert looks(fresh) == [("content", "supervision")]


def test_a_reason_holds_for_one_case_and_half_an_hour(
    town: Town, sign_in: SignIn, fresh: Case, clock: Clock
) -> None:
    other = case_of(lin_files(town)[0])
    client = sign_in("qin")
    client.post(address(fresh, "look"), {"why": "supervision"})
    assert WORDS not in text(client.get(address(other)))
    clock.advance(minutes=31)
    assert WORDS not in text(client.get(address(fresh)))


def test_contact_is_shown_on_demand_only(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    assert LIN.email not in client.get(address(fresh)).content.decode()
    assert client.get(address(fresh, "contact")).status_code == 405
    page = client.post(address(fresh, "contact"))
    assert LIN.email in text(page)
    assert looks(fresh)[-1] == ("contact", "contact")
    part = client.post(address(fresh, "contact"), headers={"HX-Request": "true"})
    assert LIN.email in text(part)
    assert b"<html" not in part.content


def test_a_supervisor_without_a_reason_gets_no_contact_and_no_file(
    town: Town, sign_in: SignIn, fresh: Case
) -> None:
    photo = with_photo(fresh)
    client = sign_in("qin")
    assert client.post(address(fresh, "contact")).status_code == 404
    assert client.get(address(fresh, "files", str(photo.id))).status_code == 404
    assert client.get(address(fresh, "files", str(photo.id), "picture")).status_code == 404
    assert looks(fresh) == []


def with_photo(case: Case) -> Attachment:
    actor = Resident(case.filing_id, case.filing.receipts.get().id)
    add_to_case(case, "", [("坑.jpg", prepare(BytesIO(telling("JPEG"))))], actor=actor, at=NOW)
    return Attachment.objects.get(case=case)


def test_files_are_saved_and_pictures_shown_as_copies(sign_in: SignIn, fresh: Case) -> None:
    photo = with_photo(fresh)
    client = sign_in("zhou")
    page = client.get(address(fresh)).content.decode()
    assert f"/files/{photo.id}/picture/" in page
    before = len(looks(fresh))
    saved = client.get(address(fresh, "files", str(photo.id)))
    body = b"".join(saved.streaming_content)
    assert body.startswith(b"\xff\xd8")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    shown = client.get(address(fresh, "files", str(photo.id), "picture"))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content) == body
    assert len(looks(fresh)) == before + 2
    Attachment.objects.update(media_type="application/pdf")
    assert client.get(address(fresh, "files", str(photo.id), "picture")).status_code == 404


def test_a_file_of_another_case_is_not_there(town: Town, sign_in: SignIn, fresh: Case) -> None:
    photo = with_photo(fresh)
    other = case_of(lin_files(town)[0])
    client = sign_in("zhou")
    assert client.get(address(other, "files", str(photo.id))).status_code == 404
    assert looks(other) == []


def test_statements_of_a_case(
    sign_in: SignIn, handled: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in("zhou")
    client.get(address(handled))
    with django_assert_max_num_queries(MOST_STATEMENTS):
        client.get(address(handled))


def test_only_the_moves_of_this_person_now(sign_in: SignIn, fresh: Case, town: Town) -> None:
    page = text(sign_in("zhou").get(address(fresh)))
    assert "受理" in page
    assert "延期" not in page
    assert [m["code"] for m in sign_in("zhou").get(address(fresh)).context["moves"]] == [
        "accept",
        "hand_over",
    ]
    assert [m["code"] for m in sign_in("qin").get(address(fresh)).context["moves"]] == ["press"]


def test_answers_verdicts_routes_and_why_it_came_here(
    town: Town, sign_in: SignIn, handled: Case, clock: Clock
) -> None:
    new = NewAnswer("done", "看了坑。", date(2026, 3, 2), "补好了。", "道路所")
    send_answer(handled, "answer", new, actor=town.actor("zhou"), at=clock())
    page = text(sign_in("zhou").get(address(handled)))
    for said in ("看了坑。", "补好了。", "行政复议", "这类事由roads负责", "已经办好", "现在轮到居民"):
        assert said in page, said


def test_english_is_complete(sign_in: SignIn, handled: Case) -> None:
    page = text(sign_in("zhou").get(address(handled, english=True)))
    for said in (
        "What you may do now",
        "Hand over",
        "Who looked",
        "Why it came here",
        "This look is recorded",
    ):
        assert said in page, said


def test_both_offices_of_a_boundary_are_named(town: Town, sign_in: SignIn, fresh: Case) -> None:
    fresh.route["near"] = [str(town.offices["water"].id)]
    fresh.save(update_fields=["route"])
    page = text(sign_in("zhou").get(address(fresh)))
    assert "也靠近： 水务所" in page
    assert "临近交界" in text(sign_in("zhou").get("/desk/"))


def test_scripts_in_what_was_written_are_text(town: Town, sign_in: SignIn, clock: Clock) -> None:
    nasty = matter(
        town, text='<img src=x onerror=alert(1)>"><svg onload=alert(2)>', place="<script>x</script>"
    )
    case = case_of(lin_files(town, nasty, at=clock())[0])
    body = sign_in("zhou").get(address(case)).content.decode()
    assert "<img src=x" not in body
    assert "<svg onload" not in body
    assert "<script>x" not in body


def test_handed_over_cases_leave_ones_sight(town: Town, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    params = {"office": town.offices["water"].id, "reason": "归水务"}
    make_move(fresh, "hand_over", actor=town.actor("zhou"), at=clock(), params=params)
    assert sign_in("zhou").get(address(fresh)).status_code == 404
    assert "归水务" in text(sign_in("ma").get(address(fresh)))


def test_the_same_look_many_times_is_one_line(sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    first, other = sign_in("zhou"), sign_in("he")
    for _ in range(6):
        first.get(address(fresh))
    other.get(address(fresh))
    clock.advance(hours=1)
    page = first.get(address(fresh))
    assert [look["times"] for look in page.context["looks"]] == [1, 1, 6]
    assert "8次查阅" in text(page)
    assert "×6" in text(page)
    assert "×1" not in text(page)


ANSWERED = NewAnswer(
    decision="done", found="到现场看了。", found_on=NOW.date(), decided="补好了。", call="道路所 0000-1"
)


@pytest.mark.parametrize(
    ("days", "zh", "en"), [(0, "已按期", "Kept in time"), (15, "答复晚了", "Answered late")]
)
def test_after_the_answer_the_clock_says_whether_it_was_kept(
    town: Town, sign_in: SignIn, handled: Case, clock: Clock, days: int, zh: str, en: str
) -> None:
    clock.advance(days=days)
    case = send_answer(handled, "answer", ANSWERED, actor=town.actor("zhou"), at=clock())
    client = sign_in("zhou")
    assert zh in text(client.get(address(case)))
    assert zh in text(client.get("/desk/"))
    run_clocks(clock.advance(days=40))
    case.refresh_from_db()
    assert case.outcome == "unconfirmed"
    client = sign_in("qin")
    page = text(client.get(address(case, english=True)))
    assert en in page
    assert "Stopped" not in page
    assert en in text(client.get("/en/desk/board/?list=unconfirmed"))
