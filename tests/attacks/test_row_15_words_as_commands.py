"""Rows 15, 24 and 40: words that would be commands, addresses that would be fetched, questions that narrow a figure."""

import socket
import time
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.models import Case, Filing
from tests.attacks.addresses import addresses
from tests.attacks.conftest import SignIn
from tests.cast import Town
from tests.web.public.walker import Walker, files_a_report, to_text_page

pytestmark = pytest.mark.django_db
COMMANDS = [
    "' OR 1=1--",
    "%' ; select pg_sleep(5)--",
    "1;SELECT pg_sleep(5)",
    "') OR SLEEP(5)#",
    "x' UNION SELECT password FROM accounts_staff--",
    "\\'; DROP TABLE cases_case;--",
    "{$gt: 0}",
    "1) AND randomblob(500000000) IS NOT NULL--",
]
FIELDS = (
    *(
        "reference",
        "receipt",
        "q",
        "ordering",
        "order",
        "page",
        "group",
        "area",
        "state",
        "kind",
        "stage",
        "bbox",
    ),
    *("month", "from", "first", "second", "index", "size", "commitment", "leaf", "before", "limit"),
    *("text-1", "category-1"),
)
INSIDE = [
    "http://127.0.0.1:9/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:9/",
    "http://0x7f.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:9/_x",
    "//127.0.0.1:9/x.png",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_row_15_words_are_never_commands(town: Town, walker: Walker, sign_in: SignIn, text: str) -> None:
    """In every field of every page and of the API: no failure, no delay, nothing that was not there before."""
    files_a_report(walker)
    before = list(Case.objects.values_list("id", "stage", "seq", "office"))
    fields = dict.fromkeys(FIELDS, text)
    for client in (Client(), sign_in("zhou")):
        for name, path in addresses().items():
            began = time.monotonic()
            answer = client.get(path, fields)
            assert answer.status_code < 500, name
            assert time.monotonic() - began < 4.5, name  # pg_sleep(5) would take five
    for path in (
        f"/desk/cases/{text[:20]}/1/",
        f"/published/{text[:20]}/",
        f"/api/v1/ledger/heads/{text[:20]}",
    ):
        assert sign_in("zhou").get(path).status_code in (302, 400, 404, 422)
    for path in ("/open/", "/file/", "/file/send/"):
        assert Client().post(path, fields).status_code in (200, 403, 422, 429)
    assert list(Case.objects.values_list("id", "stage", "seq", "office")) == before
    assert Filing.objects.count() == 1


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every host that is looked up and every connection that is tried, none of which succeeds."""
    tried: list[Any] = []

    def refused(*given: Any, **_: Any) -> Any:
        tried.append(given)
        raise OSError("a connection was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    return tried


def test_row_24_an_address_that_somebody_wrote_is_never_fetched(
    town: Town, walker: Walker, sign_in: SignIn, calls: list[Any]
) -> None:
    """No door takes an address to be fetched: in words, names, places and files they are text. Webhooks come later."""
    words = " ".join(INSIDE)
    to_text_page(walker)
    sent = {
        **walker.fields(walker.form()),
        "place-1": INSIDE[0],
        "name": INSIDE[1],
        "text-1": words,
        "wish-1": words,
    }
    walker.client.post("/file/", {**sent, "go": "next"})
    answer = walker.client.post("/file/send/", {**sent, "go": "send"})
    assert answer.status_code in (200, 303, 422)
    files_a_report(walker, text=words)
    case = Case.objects.select_related("filing").latest("opened_at")
    page = sign_in("zhou").get(
        f"/desk/cases/{case.filing.reference}/1/", {"url": INSIDE[0], "next": INSIDE[1]}
    )
    assert page.status_code == 200
    for one in INSIDE:
        for field in ("url", "next", "callback", "webhook", "src"):
            assert Client().get("/", {field: one}).status_code == 200
    assert calls == []


def test_row_40_no_question_makes_a_figure_smaller(town: Town, walker: Walker) -> None:
    """A board is one month of all offices: no filter narrows it to one case, and two of them never overlap."""
    files_a_report(walker)
    plain = Walker().get("/figures/").page.find("main")
    assert plain is not None
    area, office = town.areas["east-grid"].id, town.offices["roads"].id
    questions = (
        f"office={office} office=roads area={area} kind=request category=pothole since=2026-03-01 day=2026-03-02 "
        "from=2026-03-01&to=2026-03-02 channel=web page=2 threshold=0"
    )
    for query in questions.split():
        assert Walker().get(f"/figures/?{query}").page.find("main") == plain, query
    for month in ("2026-02-01", "2026-02-01/2026-02-02", "2026-W09", "2026", "2026-02;2026-03"):
        assert Client().get("/figures/", {"month": month}).status_code == 404
