"""The outbox in one process: what is written, how each attempt ends, and what is kept of it."""

import logging
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from gongshi.notifications import actions, effects, jobs, queries
from gongshi.notifications.backoff import ATTEMPTS
from gongshi.notifications.effects import Recipient, UnknownEffectError
from gongshi.notifications.models import OutboxRow, State
from gongshi.safekeeping.ids import new_id
from tests.notifications.conftest import EMAIL, NOW, PHONE, REFERENCE, Queue
from tests.notifications.servers import GatewayServer, Mailbox, dead_port

pytestmark = pytest.mark.usefixtures("contacts")
Contacts = dict[UUID, Recipient | None]
MINUTE = timedelta(minutes=1)


def deliver(at=NOW, **options) -> Counter[State]:
    return jobs.deliver("worker-a", at, **options)


def again(row: OutboxRow) -> OutboxRow:
    row.refresh_from_db()
    return row


def stored() -> str:
    """Every value of every row, as one text."""
    return " ".join(str(value) for row in OutboxRow.objects.values_list() for value in row)


def test_rows_are_one_for_each_channel_and_unsaved(db: None) -> None:
    case = new_id()
    rows = actions.rows_for(case, "answered", ["email", "sms"], "tests.contact", NOW)
    assert [(row.case, row.channel, row.template, row.state) for row in rows] == [
        (case, "email", "answered", "waiting"),
        (case, "sms", "answered", "waiting"),
    ]
    with CaptureQueriesContext(
        connection,
    ) as statements:
        OutboxRow.objects.bulk_create(rows)
    assert len([sql for sql in statements if sql["sql"].startswith("INSERT")]) == 1


@pytest.mark.parametrize(("template", "channel"), [("gossip", "email"), ("answered", "pigeon")])
def test_mistyped_codes_fail_where_they_are_written(template: str, channel: str) -> None:
    with pytest.raises(ValueError, match=f"{template if template == 'gossip' else channel}"):
        actions.rows_for(new_id(), template, [channel], "tests.contact", NOW)


def test_email_is_sent_once_in_the_residents_language(
    queue: Queue, mailbox: Mailbox, contacts: Contacts
) -> None:
    (row,) = queue()
    contacts[row.case] = Recipient("email", EMAIL, "en", REFERENCE)
    assert deliver() == {State.SENT: 1}
    assert deliver(NOW + timedelta(days=1)) == {}
    assert mailbox.recipients == [[EMAIL]]
    assert mailbox.messages[0]["Subject"] == f"Something happened to {REFERENCE}"
    row = again(row)
    assert (row.state, row.attempts, row.lease_until, row.last_error) == ("sent", 1, None, "")
    assert row.sent_at is not None
    assert NOW <= row.sent_at < NOW + MINUTE


def test_text_message_is_sent(queue: Queue, gateway: GatewayServer, contacts: Contacts) -> None:
    (row,) = queue(channel="sms")
    contacts[row.case] = Recipient("sms", PHONE, "zh", REFERENCE)
    assert deliver() == {State.SENT: 1}
    ((_path, headers, body),) = gateway.requests
    assert headers["Idempotency-Key"] == str(row.pk)
    assert body["to"] == PHONE
    assert REFERENCE in body["text"]


def test_links_never_follow_a_request(queue: Queue, mailbox: Mailbox, settings: Settings) -> None:
    settings.BASE_URL = "https://gongshi.example"
    queue()
    deliver()
    assert "https://gongshi.example/" in mailbox.messages[0].get_content()


def test_nothing_goes_out_before_its_time(queue: Queue, mailbox: Mailbox) -> None:
    queue(at=NOW + MINUTE)
    assert deliver(NOW) == {}
    assert deliver(NOW + MINUTE) == {State.SENT: 1}


def test_limit_and_stop_leave_the_rest_waiting(queue: Queue, mailbox: Mailbox) -> None:
    queue(5)
    assert deliver(limit=2) == {State.SENT: 2}
    assert deliver(stop=lambda: len(mailbox.messages) >= 3) == {State.SENT: 1}
    waiting = OutboxRow.objects.filter(state=State.WAITING)
    assert [row.attempts for row in waiting] == [0, 0]


@pytest.mark.parametrize(
    ("contact", "code"),
    [(None, "no_recipient"), (Recipient("sms", PHONE, "zh", REFERENCE), "other_channel")],
)
def test_notice_that_has_nobody_to_go_to_is_dropped(
    contact: Recipient | None, code: str, queue: Queue, mailbox: Mailbox, contacts: Contacts
) -> None:
    (row,) = queue()
    contacts[row.case] = contact
    assert deliver() == {State.DROPPED: 1}
    assert (again(row).state, row.last_error) == ("dropped", code)
    assert mailbox.messages == []


def test_temporary_failure_is_tried_again_later(queue: Queue, mailbox: Mailbox) -> None:
    (row,) = queue()
    mailbox.to_recipient = f"450 <{EMAIL}> come back later"
    assert deliver() == {State.WAITING: 1}
    row = again(row)
    assert (row.state, row.attempts, row.last_error, row.lease_until) == ("waiting", 1, "smtp_450", None)
    assert NOW + 0.8 * MINUTE <= row.next_at <= NOW + 1.3 * MINUTE
    assert deliver(NOW + 0.5 * MINUTE) == {}
    mailbox.to_recipient = "250 OK"
    assert deliver(NOW + 2 * MINUTE) == {State.SENT: 1}
    assert (again(row).state, row.attempts, row.last_error) == ("sent", 2, "")


def test_eighth_failure_is_the_last(queue: Queue, mailbox: Mailbox) -> None:
    (row,) = queue()
    mailbox.to_recipient = "450 come back later"
    ends = []
    for _ in range(ATTEMPTS):
        ends += list(deliver(again(row).next_at))
    assert ends == [State.WAITING] * 7 + [State.FAILED]
    assert (again(row).state, row.attempts, row.last_error) == ("failed", 8, "smtp_450")
    assert deliver(NOW + timedelta(days=30)) == {}


def test_permanent_failure_is_not_tried_again(queue: Queue, mailbox: Mailbox) -> None:
    (row,) = queue()
    mailbox.to_recipient = f"550 <{EMAIL}> no such user"
    assert deliver() == {State.FAILED: 1}
    assert (again(row).state, row.attempts, row.last_error) == ("failed", 1, "smtp_550")


def test_server_that_is_down_costs_one_attempt_of_one_row(queue: Queue, settings: Settings) -> None:
    queue(10)
    with dead_port() as port:
        settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
        assert deliver() == {State.WAITING: 1}
    assert sorted(row.attempts for row in OutboxRow.objects.all()) == [0] * 9 + [1]


def test_nothing_but_codes_is_stored_or_logged(
    queue: Queue, mailbox: Mailbox, contacts: Contacts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox.to_recipient = f"550 <{EMAIL}> is unknown, said resident"
    queue(2)
    (bad,) = queue()
    contacts[bad.case] = Recipient("email", f"{EMAIL}\r\nBcc: x@y.example", "zh", REFERENCE)
    assert deliver() == {State.FAILED: 3}
    said = stored() + "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert "bad_address" in said
    for word in ("resident", "@", "unknown", REFERENCE):
        assert word not in said


def test_fault_in_a_resolver_holds_nothing_up_and_tells_no_contact(
    queue: Queue, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_case: UUID) -> Recipient:
        raise RuntimeError(f"cannot unseal {EMAIL}")

    effects.register("tests.broken", broken)
    (row,) = queue(effect="tests.broken")
    queue()
    assert deliver() == {State.SENT: 1, State.WAITING: 1}
    assert again(row).last_error == "unexpected"
    assert "RuntimeError at notifications/jobs.py:" in caplog.text
    assert EMAIL not in caplog.text + stored()


def test_unknown_effect_refuses_before_anything_is_claimed(queue: Queue, mailbox: Mailbox) -> None:
    queue()
    queue(effect="cases.nobody")
    with pytest.raises(UnknownEffectError, match=r"^cases\.nobody$"):
        deliver()
    assert mailbox.messages == []
    assert set(OutboxRow.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert queries.effects_waiting() == {"tests.contact", "cases.nobody"}


def test_template_that_this_version_does_not_know_fails(queue: Queue, mailbox: Mailbox) -> None:
    (row,) = queue()
    OutboxRow.objects.update(template="from_a_later_version")
    assert deliver() == {State.FAILED: 1}
    assert again(row).last_error == "unknown_template"


def test_row_that_another_worker_holds_is_left_alone_until_its_lease_ends(
    queue: Queue, mailbox: Mailbox
) -> None:
    (row,) = queue()
    assert actions.claim(row, "worker-b", NOW)
    assert deliver(NOW + timedelta(seconds=59)) == {}
    assert deliver(NOW + timedelta(seconds=60)) == {State.SENT: 1}
    assert again(row).attempts == 2


def test_only_one_of_two_workers_that_read_the_same_row_gets_it(queue: Queue) -> None:
    (row,) = queue()
    same = OutboxRow.objects.get(pk=row.pk)
    assert actions.claim(row, "worker-a", NOW)
    assert not actions.claim(same, "worker-b", NOW)
    assert (again(row).claimed_by, row.attempts) == ("worker-a", 1)


def test_worker_that_lost_its_lease_cannot_undo_what_the_next_one_did(queue: Queue) -> None:
    (slow,) = queue()
    assert actions.claim(slow, "slow", NOW)
    quick = OutboxRow.objects.get(pk=slow.pk)
    assert actions.claim(quick, "quick", NOW + MINUTE)
    actions.postpone(slow, "no_reply", NOW + MINUTE)
    actions.mark_failed(slow, "smtp_550")
    assert OutboxRow.objects.get().claimed_by == "quick"
    assert OutboxRow.objects.get().lease_until == NOW + 2 * MINUTE
    actions.mark_sent(quick, NOW + MINUTE)
    actions.mark_dropped(slow, "no_recipient")
    assert OutboxRow.objects.get().state == "sent"


def test_row_that_was_sent_after_its_lease_is_not_sent_again(queue: Queue) -> None:
    (slow,) = queue()
    actions.claim(slow, "slow", NOW)
    quick = OutboxRow.objects.get(pk=slow.pk)
    actions.claim(quick, "quick", NOW + MINUTE)
    actions.mark_sent(slow, NOW + MINUTE)
    actions.postpone(quick, "no_reply", NOW + MINUTE)
    assert OutboxRow.objects.get().state == "sent"


def test_row_that_kills_every_worker_is_given_up(queue: Queue, mailbox: Mailbox) -> None:
    (row,) = queue()
    at = NOW
    for _ in range(ATTEMPTS):
        assert actions.claim(row, "killed", at)
        at += MINUTE
    assert deliver(at - timedelta(seconds=1)) == {}
    assert deliver(at) == {State.FAILED: 1}
    assert (again(row).state, row.attempts, row.last_error) == ("failed", 8, "worker_lost")
    assert mailbox.messages == []


def test_claiming_reads_the_waiting_rows_index(queue: Queue) -> None:
    case = new_id()
    done = actions.rows_for(case, "answered", ["email"] * 3000, "tests.contact", NOW)
    for row in done:
        row.state = State.SENT
    OutboxRow.objects.bulk_create(done)
    queue(5)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_outboxrow")
    assert "outbox_waiting" in queries.claimable(NOW, 50).explain()


def test_statements_of_a_batch(queue: Queue, mailbox: Mailbox) -> None:
    """One read for the batch; one claim and one end for each row."""
    queue(10)
    with CaptureQueriesContext(connection) as statements:
        deliver()
    assert len(statements) == 1 + 2 * 10


def test_sweep_deletes_what_was_done_with_long_ago(queue: Queue, mailbox: Mailbox) -> None:
    old, recent = NOW - timedelta(days=91), NOW - timedelta(days=89)
    queue(2, at=old)
    queue(1, at=recent)
    deliver()
    (waiting,) = queue(at=old)
    assert jobs.sweep(NOW) == 2
    assert OutboxRow.objects.count() == 2
    assert again(waiting).state == "waiting"


def test_one_name_has_one_resolver() -> None:
    effects.register("tests.same", test_one_name_has_one_resolver)  # type: ignore[arg-type]
    effects.register("tests.same", test_one_name_has_one_resolver)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="registered twice"):
        effects.register("tests.same", lambda _case: None)


def test_contact_shows_in_no_repr() -> None:
    assert EMAIL not in repr(Recipient("email", EMAIL, "zh", REFERENCE))
