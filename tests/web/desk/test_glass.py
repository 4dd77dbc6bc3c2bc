"""The page of break-glass: it answers alike whether there is such a case, and opens one for reading alone."""

import re
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.actions.glass import find_asked
from gongshi.cases.models import BreakGlass, Case, Look
from gongshi.web.desk.opened_keys import cookie_name
from tests.casework import add_office, add_staff
from tests.cast import Town, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
WHY = "桥面塌陷，要查上游是不是同一条管线。"
PAGE = "/desk/break-glass/"


@pytest.fixture
def pan(town: Town, sign_in: SignIn) -> Client:
    """A supervisor of Parks, who sees nothing of Roads or Water."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    return sign_in("pan")


def asks(client: Client, reference: str, **more: Any) -> Any:
    return client.post(PAGE, {"reference": reference, "reason": WHY, **more})


def bare(answer: Any, reference: str) -> tuple[Any, ...]:
    """An answer as somebody who does not know the reference reads it: status, headers and body without tokens."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return answer.status_code, kept, body.replace(reference, "REF")


def test_asking_answers_alike_whatever_there_is(
    town: Town, pan: Client, fresh: Case, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    subject = lin_files(town, matter(town, "conduct", subject=town.offices["parks"].id))[0].filing
    told, counts = [], []
    pan.get(PAGE)
    for reference in (fresh.filing.reference, subject.reference, "TT-0000-0000-0"):
        BreakGlass.objects.all().delete()
        with django_assert_max_num_queries(20) as asked:
            answer = asks(pan, reference)
        counts.append(len(asked))
        find_asked(clock())
        page = pan.get(PAGE)
        told.append((bare(answer, reference), bare(page, reference)))
    assert told[0] == told[1] == told[2]
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize("reference", ["", "x", "TT-0000-0000-1", "TT-0000-0000-0/0", "TT-0000-0000-0/x"])
def test_what_is_no_reference_is_said_to_be_none(pan: Client, reference: str) -> None:
    answer = asks(pan, reference)
    assert answer.status_code == 422
    assert WHY in answer.content.decode()
    assert not BreakGlass.objects.exists()


def test_from_asking_to_the_end(pan: Client, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    asks(pan, fresh.filing.reference)
    find_asked(clock())
    he = sign_in("he")
    assert WHY in text(he.get(PAGE))
    row = BreakGlass.objects.get()
    assert he.post(f"{PAGE}{row.id}/approve/").status_code == 302
    glass = f"{PAGE}{fresh.filing.reference}/1/"
    assert glass in pan.get(PAGE).content.decode()
    page = pan.get(glass)
    assert "老桥东头" in text(page)
    assert "lin@example.org" not in page.content.decode()
    assert Look.objects.get().why == "break_glass"
    assert pan.get(address(fresh)).status_code == 404
    assert pan.post(address(fresh, "contact")).status_code == 404
    clock.advance(minutes=60)
    hidden, missing = pan.get(glass), pan.get(f"{PAGE}TT-0000-0000-0/1/")
    assert hidden.status_code == 404
    assert bare(hidden, fresh.filing.reference) == bare(missing, "TT-0000-0000-0")
    assert Look.objects.count() == 1


def test_a_sealed_reason_is_read_with_an_open_key(
    town: Town, pan: Client, sign_in: SignIn, clock: Clock
) -> None:
    asks(pan, lin_files(town, matter(town, "quarrel"), at=clock())[0].filing.reference)
    find_asked(clock())
    he = sign_in("he")
    assert WHY in text(he.get(PAGE))
    del he.cookies[cookie_name()]
    page = he.get(PAGE)
    assert page.status_code == 200
    assert WHY not in text(page)
    assert "原因是密封的，现在打不开" in text(page)
    row = BreakGlass.objects.get()
    for decide in ("approve", "refuse"):
        assert he.post(f"{PAGE}{row.id}/{decide}/").status_code == 403
    row.refresh_from_db()
    assert (row.approved_at, row.ended_at) == (None, None)


def badge(page: Any) -> str:
    """The number beside the link to this page, as the head of a desk page shows it."""
    head = text(page).partition("退出")[0]
    return head.partition("紧急查阅")[2].partition("件等您批准")[0].strip()[:3]


def test_whoever_may_approve_sees_that_something_waits(
    town: Town, pan: Client, sign_in: SignIn, fresh: Case, clock: Clock
) -> None:
    he, qin = sign_in("he"), sign_in("qin")
    assert badge(he.get("/desk/rights/")) == "Eng"
    assert "一分钟内" in text(
        pan.post(PAGE, {"reference": fresh.filing.reference, "reason": WHY}, follow=True)
    )
    find_asked(clock())
    assert badge(he.get("/desk/rights/")) == badge(qin.get("/desk/rights/")) == "1"
    for client in (pan, sign_in("ma")):
        assert "件等您批准" not in text(client.get("/desk/rights/"))
    he.post(f"{PAGE}{BreakGlass.objects.get().id}/refuse/")
    assert "件等您批准" not in text(he.get("/desk/rights/"))


def test_ending_it_early(pan: Client, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    asks(pan, fresh.filing.reference)
    find_asked(clock())
    row = BreakGlass.objects.get()
    he = sign_in("he")
    he.post(f"{PAGE}{row.id}/approve/")
    assert "您的单位批准、还开着的" in text(he.get(PAGE))
    assert pan.post(f"{PAGE}{row.id}/end/").status_code == 302
    assert pan.get(f"{PAGE}{fresh.filing.reference}/1/").status_code == 404
    assert pan.post(f"{PAGE}{row.id}/end/").status_code == 404


def test_row_03_the_recused_read_what_they_read_of_one_that_was_ended(
    pan: Client, sign_in: SignIn, fresh: Case, town: Town, clock: Clock
) -> None:
    """Nowhere is it said to be open any more, and nothing tells a recusal from an early end."""
    he, qin = sign_in("he"), sign_in("qin")
    told = []
    for way in ("ended", "recused"):
        BreakGlass.objects.all().delete()
        asks(pan, fresh.filing.reference)
        find_asked(clock())
        row = BreakGlass.objects.get()
        he.post(f"{PAGE}{row.id}/approve/")
        assert "已经打开" in text(pan.get(PAGE))
        if way == "ended":
            he.post(f"{PAGE}{row.id}/end/")
        else:
            whom = f"staff:{town.staff['pan'].pk}"
            assert qin.post(address(fresh, "recuse"), {"whom": whom, "reason": "当事人。"}).status_code == 302
        assert "还开着的" not in text(he.get(PAGE))
        pages = (pan.get(PAGE), pan.get(f"{PAGE}{fresh.filing.reference}/1/"))
        told.append([bare(page, fresh.filing.reference) for page in pages])
        assert "已经结束" in text(pages[0])
        assert "已经打开" not in text(pages[0])
    assert told[0] == told[1]


def test_strangers_have_no_such_page(pan: Client, sign_in: SignIn, fresh: Case, clock: Clock) -> None:
    asks(pan, fresh.filing.reference)
    find_asked(clock())
    row = BreakGlass.objects.get()
    for name in ("zhou", "su", "tang"):
        assert sign_in(name).get(PAGE).status_code == 404
        assert "紧急查阅" not in sign_in(name).get("/desk/rights/").content.decode().partition("</header>")[0]
    for name in ("zhou", "su", "tang", "ma", "pan"):
        for what in ("approve", "refuse", "end"):
            assert sign_in(name).post(f"{PAGE}{row.id}/{what}/").status_code == 404
        assert sign_in(name).get(f"{PAGE}{fresh.filing.reference}/1/").status_code == 404
    row.refresh_from_db()
    assert row.approved_at is None
    assert row.ended_at is None
