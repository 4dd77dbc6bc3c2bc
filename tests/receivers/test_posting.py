"""How it is told: signed, again after a failure, with one id; and what becomes of a receiver that does not listen."""

import itertools
import re
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gongshi.cases.actions.digests import keep_wish
from gongshi.config.commands.work import BATCH, Worker
from gongshi.formats.signed_events import body_of, headers_of
from gongshi.notifications import jobs, posting, schedule
from gongshi.notifications.models import OutboxRow, State
from gongshi.notifications.posting import post_events
from gongshi.notifications.queries import oldest_waiting
from gongshi.notifications.targets import target
from gongshi.notifications.transports import webhook
from gongshi.receivers import actions
from gongshi.receivers.gathering import gather
from gongshi.receivers.models import Delivery, ReceiverSecret
from gongshi.rules.retrying import ATTEMPTS
from tests.cast import Town
from tests.clock import Clock
from tests.notifications.servers import GatewayServer
from tests.published import published_cases
from tests.receivers.conftest import Listening, set_up
from tests.structure.source import ROOT

pytestmark = pytest.mark.django_db


def test_signed_and_retried_with_the_same_id(town: Town, listening: Listening, clock: Clock) -> None:
    listening.only("case.published")
    clock.now = datetime.now(UTC)  # the library that verifies goes by the real one
    published_cases(town, 1)
    listening.server.status = 500
    assert len(listening.told()) == 1
    (_, first, _) = listening.server.requests[0]
    assert listening.posted() == []
    clock.advance(seconds=7)
    listening.server.status = 204
    (again,) = listening.posted()
    (path, second, _) = listening.server.requests[0]
    assert path == "/hook?token=t0k3n"
    assert listening.verify() == again
    assert second["webhook-id"] == first["webhook-id"]
    assert UUID(second["webhook-id"])
    assert int(second["webhook-timestamp"]) >= int(first["webhook-timestamp"]) + 7
    clock.advance(days=1)
    assert listening.posted() == []
    row = listening.fresh()
    assert (row.taken, row.failed, row.last_code, row.failing_since) == (1, 1, "http_204", None)
    assert not Delivery.objects.exists()


def test_ten_attempts_then_no_more(town: Town, listening: Listening, clock: Clock) -> None:
    published_cases(town, 1)
    listening.server.status = 500
    gather(clock())
    (row,) = OutboxRow.objects.filter(channel="webhook")
    for _ in range(ATTEMPTS):
        row.refresh_from_db()
        clock.now = row.next_at
        # What it fails with since is moved along, so that it is not switched off before.
        type(listening.row).objects.update(failing_since=None)
        post_events("w1", clock())
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.FAILED, ATTEMPTS, "http_500")


def test_after_a_failure_the_rest_waits_and_no_attempt_is_spent(
    town: Town, listening: Listening, clock: Clock
) -> None:
    published_cases(town, 3)
    listening.server.status = 503
    assert len(listening.told()) == 1
    assert sorted(OutboxRow.objects.filter(channel="webhook").values_list("attempts", flat=True)) == [0, 0, 1]
    clock.advance(minutes=6)
    listening.server.status = 200
    assert len(listening.posted()) == 3


def test_retry_after_is_obeyed(town: Town, listening: Listening, clock: Clock) -> None:
    published_cases(town, 1)
    listening.server.status, listening.server.headers = 429, {"Retry-After": "7200"}
    listening.told()
    clock.advance(minutes=119)
    assert listening.posted() == []
    clock.advance(minutes=2)
    assert len(listening.posted()) == 1


def test_410_switches_it_off_and_administrators_are_told(
    town: Town, listening: Listening, clock: Clock
) -> None:
    keep_wish(town.staff["ada"], "ada@hall.example", wanted=True, language="zh", at=clock())
    published_cases(town, 2)
    listening.server.status = 410
    assert len(listening.told()) == 1
    row = listening.fresh()
    assert (row.off_why, row.listens) == ("gone", False)
    clock.advance(days=1)
    published_cases(town, 1)
    assert listening.told() == []
    assert OutboxRow.objects.filter(template="receiver_off").count() == 1
    jobs.deliver("w1", clock())
    assert OutboxRow.objects.get(template="receiver_off").state == State.SENT
    actions.resume(row, actor=town.actor("ada", keys=False), at=clock())
    assert listening.fresh().listens


def test_three_days_without_a_success_switch_it_off(town: Town, listening: Listening, clock: Clock) -> None:
    listening.server.status = 500
    for _ in range(4):
        published_cases(town, 1)
        listening.told()
        assert listening.fresh().listens == (clock() < listening.fresh().made_at + timedelta(days=3))
        clock.advance(days=1, minutes=1)
    assert listening.fresh().off_why == "failing"
    assert [one.code for one in listening.row.changes.order_by("at")] == ["made", "switched_off"]


def test_two_secrets_for_a_day(town: Town, listening: Listening, clock: Clock) -> None:
    listening.only("case.published")
    clock.now = datetime.now(UTC)
    old, ada = listening.secret, town.actor("ada", keys=False)
    new = actions.renew_secret(listening.fresh(), actor=ada, at=clock())
    published_cases(town, 1)
    listening.told()
    assert listening.verify(secret=old) == listening.verify(secret=new)
    third = actions.renew_secret(listening.fresh(), actor=ada, at=clock())
    assert ReceiverSecret.objects.count() == 2
    clock.advance(days=1, seconds=1)
    published_cases(town, 1)
    listening.told()
    _, headers, _ = listening.server.requests[0]
    assert len(headers["webhook-signature"].split()) == 1
    assert third not in (old, new)


def test_a_receiver_that_hangs_holds_nobody_up(
    town: Town, listening: Listening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One attempt for all that waits there; the other is told; notices go another way; no attempt begins late."""
    other = GatewayServer()
    set_up(town, other, clock, name="别人", url=f"http://127.0.0.1:{other.port}/")
    monkeypatch.setattr(webhook, "DEADLINE_SECONDS", 0.2)
    listening.server.delay = 0.5
    published_cases(town, 4)
    try:
        gather(clock())
        started = time.monotonic()
        ended = post_events("w1", clock())
        assert time.monotonic() - started < 2
        assert (ended[State.WAITING], ended[State.SENT], len(other.requests)) == (1, 4, 4)
        # The notice of what was filed goes out, and no event that rests.
        assert jobs.deliver("w1", clock()) == {State.SENT: 1}
        assert oldest_waiting() is None
        clock.advance(minutes=6)
        ticks = itertools.count(0, posting.ROUND_SECONDS)
        monkeypatch.setattr(posting.time, "monotonic", lambda: float(next(ticks)))
        monkeypatch.setattr(webhook, "post", lambda *_given: webhook.Outcome("http_200", taken=True))
        assert post_events("w1", clock()).total() == 1
    finally:
        other.close()


def test_rotating_the_instance_key_seals_them_anew(
    town: Town, listening: Listening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert actions.reseal_receivers() == 0
    monkeypatch.setattr(actions, "is_current", lambda _sealed: False)
    before = bytes(listening.fresh().url)
    assert actions.reseal_receivers() == 2
    assert bytes(listening.fresh().url) != before
    published_cases(town, 1)
    assert len(listening.told()) == 1


def test_row_24_what_its_name_leads_to_is_asked_at_each_attempt(
    town: Town, listening: Listening, clock: Clock, settings: object
) -> None:
    """As when the name leads inside by now: nothing is sent, and it is one more failure."""
    settings.WEBHOOK_TO_THIS_MACHINE = False  # type: ignore[attr-defined]
    published_cases(town, 1)
    assert listening.told() == []
    assert listening.fresh().last_code == "address_refused"


def test_the_receiver_of_the_guide_takes_what_is_good_and_nothing_else(
    town: Town, listening: Listening, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example as it stands in docs/guides/webhooks.md, with this secret and a port that is free."""
    text = (ROOT / "docs/guides/webhooks.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = code.replace("whsec_…", listening.secret).partition("\nHTTPServer(")[0]
    names: dict[str, Any] = {}
    exec(compile(code, "guide", "exec"), names)
    names["Receiver"].log_message = lambda *_given: None
    server = names["HTTPServer"](("127.0.0.1", 0), names["Receiver"])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        body = body_of("case.taken_back", clock(), {"id": "1"})
        to = target(f"http://127.0.0.1:{server.server_port}/")
        now = datetime.now(UTC)
        good = headers_of("one", now, body, [listening.secret])
        codes = [webhook.post(to, good, body).code for _ in range(2)]
        codes.append(webhook.post(to, good, body + b" ").code)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert codes == ["http_204", "http_204", "http_400"]
    assert capsys.readouterr().out == "case.taken_back 1\n"


def test_a_round_of_work_posts_events_after_notices(
    town: Town, listening: Listening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "run_due", lambda *_given, **_named: {})
    worker = Worker("w1", lambda: False)  # type: ignore[arg-type]
    published_cases(town, 1)
    gather(clock())
    assert worker.round() == 2
    assert OutboxRow.objects.get(channel="email").state == State.SENT
    assert [body["type"] for _, _, body in listening.server.requests] == ["case.published"]
    listening.server.requests.clear()
    published_cases(town, 1)
    gather(clock())
    # Where notices fill the batch, events wait for the next round.
    monkeypatch.setattr(jobs, "deliver", lambda *_given, **_named: Counter({State.SENT: BATCH}))
    worker.round()
    assert listening.server.requests == []
