"""Rows 6, 27 and 44: what logs hold, what an error page says, and what a used cookie is worth."""

import io
import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gongshi.web.public import own
from tests.attacks.conftest import SignIn
from tests.cast import PASSWORD, Town, lin_files, mistyped
from tests.factors import unused_code
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db
WORDS = "张三住在老桥东头三号"
PHONE = "13800001111"


@pytest.mark.answers(500)
def test_row_44_a_failure_shows_and_logs_neither_words_nor_addresses(
    town: Town, walker: Walker, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, receipt = files_a_report(walker)

    def fail(*_: Any, **__: Any) -> None:
        try:
            raise KeyError(f"{WORDS} {receipt}")
        except KeyError as cause:
            raise ValueError(f"cannot keep {WORDS} {PHONE} {receipt}") from cause

    monkeypatch.setattr(own, "add_to_case", fail)
    walker.client.raise_request_exception = False
    walker.get("/filing/")
    data = {**walker.fields(walker.form("#form-add form")), "text": f"{WORDS} {PHONE}"}
    answer = walker.client.post("/filing/1/add/", data)
    assert answer.status_code == 500
    said = log.getvalue()
    assert "500 public:add" in said
    assert "ValueError" in said
    assert "KeyError" in said
    for secret in (WORDS, PHONE, receipt, receipt.replace("-", ""), reference, "/filing/"):
        assert secret not in said, secret
        if secret != "/filing/":
            assert secret not in answer.content.decode()
    for leak in ("Traceback", "ValueError", "site-packages", settings.SECRET_KEY):
        assert leak not in answer.content.decode()


def test_row_44_a_refusal_is_one_line_without_names_or_addresses(
    town: Town, sign_in: SignIn, log: io.StringIO
) -> None:
    filed, receipt = lin_files(town)
    reference = filed.filing.reference
    path = f"/desk/cases/{reference}/1/"
    logging.getLogger("gongshi").setLevel(logging.INFO)
    sign_in("ma").get(path)
    sign_in("ma").post(f"{path}moves/accept/", {"seen": 1})
    Client().post("/open/", {"reference": reference, "receipt": mistyped(receipt)})
    Client().get("/?q=%00")
    Client(enforce_csrf_checks=True).post("/open/", {"reference": reference, "receipt": receipt})
    Client().get("/nowhere/")
    Client(raise_request_exception=False).get("/open/", HTTP_HOST="evil.example")
    lines = [line.split("gongshi.security ")[1] for line in log.getvalue().splitlines() if line]
    assert lines == [
        "refused 404 desk:case",
        "refused 404 desk:move",
        "refused 403 public:open",
        "refused 400 -",
        "refused 403 public:open",
        "refused 400 -",
    ]


def test_row_44_logging_is_set_up_so() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "gongshi.config.logs.QuietLines"
    loggers = settings.LOGGING["loggers"]
    assert loggers["django.request"]["level"] == "ERROR"
    assert loggers["django.security"]["level"] == "CRITICAL"


def test_row_27_a_session_is_worth_nothing_after_signing_out(town: Town) -> None:
    client = Client()
    client.post("/desk/login/", {"login": "zhou", "password": PASSWORD})
    client.post("/desk/login/code/", {"code": unused_code(town.staff["zhou"])})
    cookie = client.cookies["sessionid"].value
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/logout/").status_code == 200  # a page that asks
    assert client.get("/desk/").status_code == 200
    client.post("/desk/logout/")
    again = Client()
    again.cookies["sessionid"] = cookie
    assert again.get("/desk/").status_code == 302


@pytest.mark.parametrize("position", [0, 3, 8, 20, 40, -1])
def test_row_27_a_visit_that_was_touched_is_none(walker: Walker, position: int) -> None:
    files_a_report(walker)
    token = walker.client.cookies["gongshi_visit"].value
    assert walker.client.get("/filing/").status_code == 200
    other = "B" if token[position] != "B" else "C"
    changed = token[:position] + other + (token[position + 1 :] if position != -1 else "")
    again = Client()
    again.cookies["gongshi_visit"] = changed
    assert again.get("/filing/").status_code == 302


def test_row_27_leaving_takes_both_cookies(walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    walker.client.post("/leave/", walker.fields(walker.form('form[action="/leave/"]')))
    assert not [name for name in ("gongshi_visit", "gongshi_new") if walker.client.cookies[name].value]
    assert walker.client.get("/filing/").status_code == 302


def test_row_27_another_filings_mark_shows_no_receipt(walker: Walker) -> None:
    """The mark that the receipt may still be shown belongs to one filing; a visit by receipt never has it."""
    reference, receipt = files_a_report(walker)
    client = Client()
    client.cookies["gongshi_new"] = walker.client.cookies["gongshi_new"].value
    client.post("/open/", {"reference": reference, "receipt": receipt})
    for path in ("/filed/", "/filed/print/"):
        assert client.get(path).status_code == 302


@pytest.mark.parametrize("next_", ["//evil.example", "https:evil.example", "/\\evil.example", "/%0d%0aX: y"])
def test_row_28_no_link_to_the_other_language_leads_away(town: Town, next_: str) -> None:
    for path in (f"/{next_}", f"/en/{next_}", f"/en//{next_}"):
        page = Client(raise_request_exception=False).get(path)
        text = page.content.decode()
        assert 'href="//' not in text
        assert 'href="https:' not in text
        assert 'href="/\\' not in text
        assert not page.headers.get("Location", "").startswith(("//", "http", "/\\"))
