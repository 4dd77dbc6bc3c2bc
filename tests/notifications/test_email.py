"""E-mail against a real SMTP server: what arrives, what is refused, and what each refusal becomes."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from gongshi.notifications.servers import mail_server as read_url
from gongshi.notifications.transports import email as email_transport
from gongshi.notifications.transports.email import EmailTransport, compose
from gongshi.notifications.transports.notices import (
    Notice,
    PermanentFailure,
    Result,
    Sent,
    TemporaryFailure,
)
from gongshi.safekeeping.ids import new_id
from tests.notifications.conftest import EMAIL, NOW
from tests.notifications.servers import Mailbox, dead_port, mail_server, only_wang


def notice(to: str = EMAIL, subject: str = "QH-4F7K-2M9P-3 有新情况") -> Notice:
    return Notice(new_id(), to, "zh", subject, "您好：\n\n编号 QH-4F7K-2M9P-3 有新情况。\n", NOW)


def send(url: str, *notices: Notice) -> list[Result]:
    transport = EmailTransport(read_url(url))
    try:
        return [transport.send(one) for one in notices]
    finally:
        transport.close()


def url_of(mailbox: Mailbox, scheme: str = "smtp", login: str = "") -> str:
    return f"{scheme}://{login}127.0.0.1:{mailbox.port}"


def test_message_arrives_whole(mailbox: Mailbox) -> None:
    one = notice()
    assert send(url_of(mailbox), one) == [Sent()]
    message = mailbox.messages[0]
    assert (mailbox.senders, mailbox.recipients) == (["notices@town.example"], [[EMAIL]])
    assert message["Message-ID"] == f"<{one.id}@town.example>"
    assert message["From"] == "notices@town.example"
    assert message["To"] == EMAIL
    assert message["Subject"] == one.subject
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == one.text


def test_address_in_any_script_is_sent_to_its_ascii_host(mailbox: Mailbox) -> None:
    assert send(url_of(mailbox), notice("wang@例子.测试")) == [Sent()]
    assert mailbox.recipients == [["wang@xn--fsqu00a.xn--0zwm56d"]]


@pytest.mark.parametrize("enable", [True, False])
def test_name_in_any_script_needs_a_server_that_takes_it(enable: bool, settings: Settings) -> None:
    mailbox = Mailbox()
    server = mail_server(mailbox, enable_SMTPUTF8=enable)
    try:
        expected = Sent() if enable else PermanentFailure("letters_not_supported")
        assert send(url_of(mailbox), notice("王@example.org")) == [expected]
    finally:
        server.stop()
    assert mailbox.recipients == ([["王@example.org"]] if enable else [])


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\nBcc: x@y.example",
        "a@b.example\r\nRCPT TO:<x@y.example>",
        "a@b.example> SIZE=1\r\nRCPT TO:<x@y.example",
        "a@b.example, x@y.example",
        "Wang\r\nBcc: x@y.example <a@b.example>",
        "x" * 3000 + "@b.example",
    ],
)
def test_address_cannot_bring_a_header_or_a_second_recipient(to: str, mailbox: Mailbox) -> None:
    assert send(url_of(mailbox), notice(to)) == [PermanentFailure("bad_address")]
    assert mailbox.recipients == []


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@y.example", "a\nBcc: x@y.example", "a\rBcc: x@y.example"])
def test_subject_cannot_bring_a_header(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        compose(notice(subject=subject), "notices@town.example", EMAIL)


@pytest.mark.parametrize(
    ("step", "reply", "expected"),
    [
        ("to_recipient", "550 no such user", PermanentFailure("smtp_550")),
        ("to_recipient", "450 greylisted", TemporaryFailure("smtp_450")),
        ("to_recipient", "530 sign in first", TemporaryFailure("smtp_530")),
        ("to_data", "554 refused", PermanentFailure("smtp_554")),
        ("to_data", "452 disk full", TemporaryFailure("smtp_452")),
    ],
)
def test_refusals_become_codes(step: str, reply: str, expected: Result, mailbox: Mailbox) -> None:
    setattr(mailbox, step, reply)
    assert send(url_of(mailbox), notice()) == [expected]


def test_connection_is_kept_within_a_batch(mailbox: Mailbox) -> None:
    assert send(url_of(mailbox), notice(), notice(), notice()) == [Sent()] * 3
    assert len(mailbox.messages) == 3
    assert len(mailbox.sessions) == 1


def test_connection_that_the_server_closed_is_opened_again(mailbox: Mailbox) -> None:
    transport = EmailTransport(read_url(url_of(mailbox)))
    assert transport.send(notice()) == Sent()
    assert transport._connection is not None
    assert transport._connection.sock is not None
    transport._connection.sock.shutdown(2)
    assert transport.send(notice()) == Sent()
    transport.close()
    assert len(mailbox.messages) == 2


def test_server_that_is_not_there() -> None:
    with dead_port() as port:
        expected = TemporaryFailure("unreachable", of_server=True)
        assert send(f"smtp://127.0.0.1:{port}", notice()) == [expected]


def test_server_that_does_not_reply_in_time(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email_transport, "TIMEOUT_SECONDS", 0.2)
    mailbox.before_reply = lambda: time.sleep(0.6)
    assert send(url_of(mailbox), notice()) == [TemporaryFailure("no_reply", of_server=True)]


def test_server_that_turns_everybody_away_is_no_verdict_on_an_address(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise smtplib.SMTPConnectError(554, "no service")

    monkeypatch.setattr(smtplib.SMTP, "__init__", refuse)
    monkeypatch.setattr(smtplib.SMTP, "__del__", lambda self: None, raising=False)
    assert send(url_of(mailbox), notice()) == [TemporaryFailure("smtp_554", of_server=True)]


@pytest.fixture
def guarded() -> Iterator[Mailbox]:
    """A server that only the user wang may use."""
    mailbox = Mailbox()
    server = mail_server(
        mailbox,
        authenticator=only_wang,
        auth_required=True,
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN"],
    )
    yield mailbox
    server.stop()


OPEN_SIGN_IN = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@OPEN_SIGN_IN
def test_signing_in(guarded: Mailbox) -> None:
    assert send(url_of(guarded, login="wang:p%40ss%3Aw%2Frd@"), notice()) == [Sent()]
    assert len(guarded.messages) == 1


@OPEN_SIGN_IN
@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("wang:wrong@", TemporaryFailure("smtp_535", of_server=True)),
        ("", TemporaryFailure("sender_refused_530", of_server=True)),
    ],
)
def test_wrong_password_gives_no_notice_up(login: str, expected: Result, guarded: Mailbox) -> None:
    assert send(url_of(guarded, login=login), notice()) == [expected]
    assert guarded.messages == []


@pytest.fixture
def starttls(server_context: ssl.SSLContext) -> Iterator[Mailbox]:
    """A server that demands STARTTLS."""
    mailbox = Mailbox()
    server = mail_server(mailbox, tls_context=server_context, require_starttls=True)
    yield mailbox
    server.stop()


def test_starttls_with_a_trusted_certificate(
    starttls: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(url_of(starttls, "smtp+starttls"), notice()) == [Sent()]
    assert len(starttls.messages) == 1


def test_starttls_with_a_strangers_certificate_sends_nothing(starttls: Mailbox) -> None:
    expected = TemporaryFailure("not_secure", of_server=True)
    assert send(url_of(starttls, "smtp+starttls"), notice()) == [expected]
    assert starttls.recipients == []


def test_starttls_is_demanded_and_never_optional(mailbox: Mailbox) -> None:
    expected = TemporaryFailure("not_secure", of_server=True)
    assert send(url_of(mailbox, "smtp+starttls"), notice()) == [expected]
    assert mailbox.recipients == []


def test_tls_from_the_first_byte(
    server_context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox()
    server = mail_server(mailbox, ssl_context=server_context)
    try:
        assert send(url_of(mailbox, "smtps"), notice()) == [TemporaryFailure("not_secure", of_server=True)]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(url_of(mailbox, "smtps"), notice()) == [Sent()]
    finally:
        server.stop()
    assert len(mailbox.messages) == 1
