"""The log of requests: a page's name, a status, a time. Of residents' own pages nothing, unless they fail."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from gongshi.config.logs import JsonLines, QuietLines
from gongshi.web.monitoring import answers
from tests.cast import PASSWORD, Town, mistyped
from tests.factors import unused_code
from tests.web.public.walker import Walker, files_a_report

MARKERS = ("ZHANGSAN-LIVES-HERE", "13800001111", "marker@example.org", "203.0.113.77", "Mozilla-marker")


class Kept(logging.Handler):
    """Every line in both forms."""

    def __init__(self) -> None:
        super().__init__()
        self.json: list[str] = []
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.json.append(JsonLines().format(record))
        self.lines.append(QuietLines("%(levelname)s %(name)s %(message)s").format(record))


@pytest.fixture
def log(settings: object) -> Iterator[Kept]:
    settings.LOG_REQUESTS = True  # type: ignore[attr-defined]
    kept = Kept()
    logging.getLogger().addHandler(kept)
    logging.getLogger("gongshi").setLevel(logging.INFO)
    yield kept
    logging.getLogger().removeHandler(kept)


def told(log: Kept) -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in log.json]
    return [(line["route"], line["status"]) for line in lines if line["logger"] == "gongshi.requests"]


def test_name_status_and_time_of_open_and_staff_pages(town: Town, log: Kept) -> None:
    Client().get("/figures/")
    staff = Client()
    staff.post("/desk/login/", {"login": "zhou", "password": PASSWORD})
    staff.post("/desk/login/code/", {"code": unused_code(town.staff["zhou"])})
    staff.get("/desk/")
    assert told(log) == [
        ("public:figures", 200),
        ("account_login", 302),
        ("mfa_authenticate", 302),
        ("desk:queue", 200),
    ]
    line = json.loads(log.json[-1])
    assert set(line) == {"at", "level", "logger", "event", "route", "status", "ms"}
    assert line["at"].endswith("+00:00")
    assert log.lines[-1].startswith("INFO gongshi.requests 200 desk:queue ")


def test_a_residents_way_leaves_no_line(walker: Walker, log: Kept) -> None:
    files_a_report(walker)
    walker.get("/filing/")
    walker.get("/")
    walker.client.get("/static/gongshi/base.css")
    Client().get("/nowhere/")
    Client().get("/healthz")
    assert told(log) == []


def test_a_residents_page_that_failed_is_told(log: Kept) -> None:
    answers.note("public:send", 500, 0.1)
    answers.note("public:own", 200, 9.0)
    assert told(log) == [("public:send", 500), ("public:own", 200)]


def test_nothing_is_told_unless_the_instance_wants_it(town: Town, log: Kept, settings: object) -> None:
    settings.LOG_REQUESTS = False  # type: ignore[attr-defined]
    Client().get("/figures/")
    assert told(log) == []


def test_planted_markers_are_found_nowhere(town: Town, walker: Walker, log: Kept) -> None:
    words, phone, email, address, browser = MARKERS
    walker.client.defaults |= {
        "HTTP_USER_AGENT": browser,
        "HTTP_X_FORWARDED_FOR": address,
        "REMOTE_ADDR": address,
        "HTTP_REFERER": f"http://testserver/?q={words}",
    }
    reference, receipt = files_a_report(walker, text=f"{words} {phone}", email=email)
    strange = Client(raise_request_exception=False, REMOTE_ADDR=address, HTTP_USER_AGENT=browser)
    strange.get(f"/{words}/?q={phone}")
    strange.get(f"/desk/cases/{reference}/1/?q={words}")
    strange.post("/open/", {"reference": reference, "receipt": mistyped(receipt)})
    strange.post("/desk/login/", {"login": words, "password": words})
    strange.get("/published/", {"group": words})
    said = "\n".join(log.json + log.lines)
    assert "gongshi.requests" in said  # the hunt had something to look through
    compact = receipt.replace("-", "")
    assert [m for m in (*MARKERS, reference, receipt, compact) if m in said] == []


def test_libraries_sentences_are_told_without_their_values(log: Kept) -> None:
    logging.getLogger("waitress").error("Exception while serving %s", "/desk/cases/QH-4F7K-2M9P-3/1/")
    assert json.loads(log.json[-1])["event"] == "Exception while serving %s"
    assert "QH-4F7K" not in log.lines[-1]


def test_an_error_is_told_by_kinds_and_places(log: Kept) -> None:
    try:
        try:
            raise KeyError(MARKERS[0])
        except KeyError as cause:
            raise ValueError(MARKERS[1]) from cause
    except ValueError:
        logging.getLogger("gongshi.test").exception("it failed")
    line = json.loads(log.json[-1])
    assert [error["kind"] for error in line["errors"]] == ["ValueError", "KeyError"]
    assert "test_request_log.py" in line["errors"][0]["steps"][0]
    assert not any(marker in log.json[-1] + log.lines[-1] for marker in MARKERS)
