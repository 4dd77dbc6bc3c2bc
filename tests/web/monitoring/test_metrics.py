"""`/metrics`: for the holder of the token alone, and not a byte of it moves with a case."""

import re
import socket
from collections import Counter
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from gongshi.cases.actions.import_runs import FINISHED, begin_import, end_import
from gongshi.notifications import actions, jobs, schedule
from gongshi.notifications.models import JobRun, OutboxRow, State
from gongshi.safekeeping.ids import new_id
from gongshi.web.monitoring import answers, metrics
from gongshi.web.monitoring.counting import Board
from tests.casework import accepted
from tests.cast import PASSWORD, Town, mistyped
from tests.clock import Clock
from tests.factors import second_step
from tests.web.public.walker import Walker, shown_receipt

TOKEN = "token-of-the-test"


@pytest.fixture(autouse=True)
def token(settings: object) -> None:
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]


def ask() -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


def value(text: str, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    assert found, line
    return float(found[1])


@pytest.mark.parametrize("given", [None, "", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_there_is_no_such_page(town: Town, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer, nothing = Client().get("/metrics", headers=headers), Client().get("/metricz")
    assert answer.status_code == nothing.status_code == 404
    assert answer.content.replace(b"/metrics", b"/metricz") == nothing.content


def test_without_a_setting_nobody_has_the_token(town: Town, settings: object) -> None:
    settings.METRICS_TOKEN = ""  # type: ignore[attr-defined]
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_not_a_byte_moves_with_a_case_from_filing_to_answer(
    town: Town, walker: Walker, board: Board, clock: Clock
) -> None:
    """A sealed kind, through every door that it passes: front page, form, receipt, own pages, desk, wrong receipts."""
    before = ask()
    walker.get("/")
    walker.get("/file/").press("press=office")
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"}).press("go=next")
    walker.press("go=next", {"text-1": "他们三次都不来，还说谁再问就停谁的水。"}).press("go=send")
    reference, receipt = shown_receipt(walker)
    walker.get("/filing/")
    Client().post("/open/", {"reference": reference, "receipt": receipt})
    Client().post("/open/", {"reference": reference, "receipt": mistyped(receipt)})
    Client().get(f"/desk/cases/{reference}/1/")
    staff = Client()
    staff.post("/desk/login/", {"login": "qin", "password": PASSWORD})
    second_step(staff, "qin")
    staff.get("/desk/")
    staff.get(f"/desk/cases/{reference}/1/")
    staff.get("/desk/board/")
    assert ask() == before


def test_not_a_byte_moves_with_a_case_whose_mail_and_pages_fail(
    town: Town, board: Board, clock: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ordinary matter: its notices are refused until they are given up, its own page breaks once."""

    def broken(*_given: object) -> None:
        raise LookupError

    with socket.socket() as nobody_answers:
        nobody_answers.bind(("127.0.0.1", 0))
        settings.SMTP_URL = f"smtp://127.0.0.1:{nobody_answers.getsockname()[1]}"
        settings.MAIL_FROM = "notices@town.example"
        before = ask()
        filed, _ = accepted(town)
        tried = Counter[State]()
        while OutboxRow.objects.filter(state=State.WAITING).exists():
            tried += jobs.deliver("worker", clock())
            assert ask() == before
            clock.advance(hours=13)
    assert tried[State.WAITING] > 5
    assert tried[State.FAILED] == OutboxRow.objects.count() > 0
    monkeypatch.setattr("gongshi.web.public.opening.filing_by_receipt", broken)
    receipt = {"reference": filed.filing.reference, "receipt": "0" * 24}
    assert Client(raise_request_exception=False).post("/open/", receipt).status_code == 500
    assert ask() == before


def test_pages_for_everybody_are_counted_in_tens(town: Town, board: Board) -> None:
    for _ in range(19):
        Client().get("/figures/")
    text = ask()
    assert value(text, 'gongshi_open_answers_total{status="2xx"}') == 10
    assert value(text, "gongshi_open_answer_seconds_count") == 10
    Client().get("/figures/")
    assert value(ask(), 'gongshi_open_answers_total{status="2xx"}') == 20


def test_a_histogram_never_falls_from_bucket_to_bucket(town: Town, board: Board) -> None:
    for seconds, times in ((0.01, 33), (0.2, 21), (0.7, 9), (60.0, 14)):
        for _ in range(times):
            answers.note("public:figures", 200, seconds)
    counts = [float(n) for n in re.findall(r"_bucket\{[^}]*\} (\S+)", metrics.text(timezone.now()))]
    assert counts == [30, 30, 50, 50, 60, 60, 60, 70]


@pytest.mark.parametrize(
    ("route", "status", "seconds", "fault"),
    [
        ("public:figures", 500, 0.1, "failed"),
        ("public:figures", 503, 0.1, "busy"),
        ("public:figures", 200, 2.6, "slow"),
        ("public:send", 200, 2.6, ""),
    ],
)
def test_each_fault_on_a_page_for_everybody_is_told_and_slowness_of_no_other(
    town: Town, board: Board, route: str, status: int, seconds: float, fault: str
) -> None:
    answers.note(route, status, seconds)
    assert told_faults() == ({("open", fault)} if fault else set())


def told_faults() -> set[tuple[str, str]]:
    found = re.findall(r'gongshi_faults_total\{pages="(\w+)",kind="(\w+)"\} (\d+)', ask())
    assert len(found) == len(answers.OPEN_FAULTS) + len(answers.FAULTS)
    return {(pages, kind) for pages, kind, number in found if number != "0"}


@pytest.mark.parametrize(("status", "fault"), [(500, "failed"), (503, "busy")])
def test_faults_on_pages_of_cases_are_told_in_tens(town: Town, board: Board, status: int, fault: str) -> None:
    """One of them says that somebody is at it just now."""
    for route in ("public:send", "desk:case", "-") * 3:
        answers.note(route, status, 0.1)
    assert told_faults() == set()
    answers.note("public:send", status, 0.1)
    assert told_faults() == {("other", fault)}
    assert value(ask(), f'gongshi_faults_total{{pages="other",kind="{fault}"}}') == 10


def test_the_middleware_counts_what_it_passes_on(board: Board) -> None:
    request = RequestFactory().get("/anything")
    answers.watched(lambda _request: HttpResponse(status=500))(request)
    assert board.sums()["fault/failed"] == 1


def test_the_outbox_is_told_by_a_band_of_the_age_of_ten(town: Town, board: Board, clock: Clock) -> None:
    name = "gongshi_outbox_waiting_seconds"

    def one_more() -> None:
        for row in actions.rows_for(new_id(), "filed", ["email"], "cases.contact", clock()):
            row.save()

    for _ in range(9):
        one_more()
    clock.advance(days=4)
    assert value(ask(), name) == 0
    one_more()
    assert value(ask(), name) == 0
    clock.advance(minutes=59)
    assert value(ask(), name) == 900
    one_more()
    clock.advance(hours=30)
    assert value(ask(), name) == 86_400
    OutboxRow.objects.filter(pk__in=OutboxRow.objects.values("pk")[:2]).update(state=State.SENT)
    assert value(ask(), name) == 0


def test_a_job_is_late_when_nobody_runs_it(town: Town, board: Board, clock: Clock) -> None:
    job = next(job for job in schedule.jobs() if job.name == "notifications.sweep")
    line = 'gongshi_job_late{job="notifications.sweep"}'
    assert value(ask(), line) == 1
    JobRun.objects.create(name=job.name, next_at=clock() + job.every)
    assert value(ask(), line) == 0
    clock.advance(seconds=(2 * job.every + job.lease).total_seconds() + 1)
    assert value(ask(), line) == 1


def test_an_import_that_is_not_at_its_end_is_told(town: Town, board: Board, clock: Clock) -> None:
    assert value(ask(), "gongshi_import_under_way") == 0
    begin_import("old", at=clock())
    assert value(ask(), "gongshi_import_under_way") == 1
    end_import("old", FINISHED, at=clock())
    assert value(ask(), "gongshi_import_under_way") == 0


def test_a_job_that_failed_is_told(town: Town, board: Board, clock: Clock) -> None:
    JobRun.objects.create(name="notifications.sweep", next_at=clock(), last_error="ValueError")
    text = ask()
    assert value(text, 'gongshi_job_failed{job="notifications.sweep"}') == 1
    assert "ValueError" not in text


def test_ages_lie_in_bands() -> None:
    assert [metrics.band(timedelta(minutes=m)) for m in (-5, 0, 14, 15, 60, 1439, 9999)] == [
        0, 0, 0, 900, 3600, 21_600, 259_200,
    ]  # fmt: skip


def test_what_is_told_can_be_read_by_prometheus(town: Town, board: Board) -> None:
    """Every line is a comment or a sample, every family is announced once, before its samples."""
    text = ask()
    assert text.endswith("\n")
    announced: list[str] = []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            announced.append(line.split()[2])
        elif not line.startswith("# HELP "):
            sample = re.fullmatch(r'(gongshi_\w+)(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+]+', line)
            assert sample, line
            assert sample[1].startswith(announced[-1])
    assert len(announced) == len(set(announced)) > 5
