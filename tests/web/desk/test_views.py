"""Named filters: one's own or the office's, metadata only, as tabs of the queue."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from gongshi.cases.models import SavedView
from gongshi.safekeeping.models import Wrap
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
VIEWS = "/desk/views/"


def keep(client: Client, name: str, **query: object):  # type: ignore[no-untyped-def]
    return client.post(VIEWS, {"name": name, **query}, follow=True)


def tabs(client: Client) -> list[str]:
    return [one["view"].name for one in client.get("/desk/").context["views"]]


def test_a_filter_becomes_a_tab_of_ones_own(town: Town, sign_in: SignIn, clock: Clock) -> None:
    first, second = (
        case_of(lin_files(town, matter(town, kind), at=clock())[0]) for kind in ("how-to", "pothole")
    )
    client = sign_in("zhou")
    page = keep(client, "咨询", kind="question", order="newest", text="电动车", view="x")
    (one,) = page.context["views"]
    assert (one["view"].query, one["here"]) == ({"kind": "question", "order": "newest"}, True)
    assert first.filing.reference in text(page)
    assert second.filing.reference not in text(page)
    assert tabs(sign_in("he")) == []
    row = SavedView.objects.get()
    assert "咨询".encode() not in bytes(row.name)
    client.post(f"{VIEWS}{row.pk}/drop/")
    assert not SavedView.objects.exists()
    assert not Wrap.objects.filter(subject=row.pk).exists()


def test_a_shared_one_is_the_offices_and_the_leads_to_throw_away(town: Town, sign_in: SignIn) -> None:
    keep(sign_in("zhou"), "快到期的", show="soon", shared="on")
    assert tabs(sign_in("he")) == ["快到期的"]
    assert tabs(sign_in("ma")) == []
    row = SavedView.objects.get()
    assert sign_in("ma").post(f"{VIEWS}{row.pk}/drop/").status_code == 404
    assert sign_in("he").post(f"{VIEWS}{row.pk}/drop/").status_code == 302
    keep(sign_in("he"), "都看", show="late", shared="on")
    assert sign_in("zhou").post(f"{VIEWS}{SavedView.objects.get().pk}/drop/").status_code == 404


def test_what_is_no_filter_is_not_kept(town: Town, sign_in: SignIn) -> None:
    client = sign_in("zhou")
    for query in ({}, {"kind": "x"}, {"show": "x"}, {"stage": "\0"}):
        assert keep(client, "空", **query).status_code == 422
    for name in ("", " ", "长" * 25, "\0"):
        assert keep(client, name, kind="request").status_code == 422
    assert not SavedView.objects.exists()


def test_twenty_at_most(town: Town, sign_in: SignIn) -> None:
    client = sign_in("zhou")
    for number in range(20):
        assert keep(client, f"第{number}个", kind="request").status_code == 200
    page = keep(client, "再一个", kind="request")
    assert page.status_code == 422
    assert "最多20个" in text(page)
    assert len(tabs(client)) == 20


def test_newest_first(town: Town, sign_in: SignIn, clock: Clock) -> None:
    first = lin_files(town, at=clock())[0].filing.reference
    later = lin_files(town, at=clock.advance(hours=1))[0].filing.reference
    client = sign_in("zhou")
    for order, wanted in (("", [first, later]), ("newest", [later, first])):
        page = text(client.get(f"/desk/?{urlencode({'order': order})}"))
        assert sorted((first, later), key=page.index) == wanted
