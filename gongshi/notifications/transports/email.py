"""E-mail over SMTP (RFC 5321), with smtplib.

The message is made with ``email.message.EmailMessage``, which refuses line breaks in headers, and the address is read
strictly before, so nobody can add a header or a second recipient. The Message-ID is the outbox row's.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings

from gongshi.notifications.addresses import AddressError, email_address
from gongshi.notifications.servers import MailServer
from gongshi.notifications.transports.notices import Notice, PermanentFailure, Result, Sent, TemporaryFailure

TIMEOUT_SECONDS = 10
SIGN_IN = frozenset({530, 534, 535, 538})  # RFC 4954, section 6


def compose(notice: Notice, sender: str, to: str) -> EmailMessage:
    """The message as it is sent, to one recipient. ``sender`` and ``to`` have been read strictly."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = notice.at
    message["From"] = sender
    message["To"] = to
    message["Subject"] = notice.subject
    # RFC 3834, sections 3.1.5 and 3.1.7: what answers a mail says which, and that nobody wrote it.
    message["Auto-Submitted"] = "auto-replied" if notice.answers else "auto-generated"
    if notice.answers:
        message["In-Reply-To"] = message["References"] = f"<{notice.answers}>"
    message["Content-Language"] = notice.language
    message.set_content(notice.text)
    return message


class EmailTransport:
    """Sends through one SMTP server and keeps the connection for the notices of a batch."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._sender = email_address(settings.MAIL_FROM, bare_host=True)
        self._connection: smtplib.SMTP | None = None

    def send(self, notice: Notice) -> Result:
        """Send one notice; a connection that the server had closed in between is opened again once."""
        try:
            to = email_address(notice.to)
        except AddressError:
            return PermanentFailure("bad_address")
        message = compose(notice, self._sender, to)
        was_open = self._connection is not None
        result = self._try(message, to)
        if was_open and result == TemporaryFailure("disconnected", of_server=True):
            result = self._try(message, to)
        if result != Sent():
            self.close()
        return result

    def trouble(self) -> str:
        """Connect and sign in, and send nothing. "" if that works, else the code of what is wrong."""
        try:
            self._connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return _connection_code(error)
        self.close()
        return ""

    def close(self) -> None:
        """Hang up without waiting for a farewell."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, message: EmailMessage, to: str) -> Result:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                return TemporaryFailure(_connection_code(error), of_server=True)
        try:
            self._connection.send_message(message, from_addr=self._sender, to_addrs=[to])
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _failure(error)
        return Sent()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        ourselves = self._sender.rpartition("@")[2]
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.security == "tls":
            connection = smtplib.SMTP_SSL(
                server.host, server.port, ourselves, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, ourselves, timeout=TIMEOUT_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def _failure(error: Exception) -> Result:
    """What became of a message that the server did not take."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refusal(next(iter(error.recipients.values()))[0])
        case smtplib.SMTPSenderRefused():
            # Our own address, not the resident's: the operator can put it right, so nothing is given up.
            return TemporaryFailure(f"sender_refused_{error.smtp_code}", of_server=True)
        case smtplib.SMTPNotSupportedError():
            return PermanentFailure("letters_not_supported")
        case smtplib.SMTPResponseException():
            return _refusal(error.smtp_code)
        case _:
            return TemporaryFailure(_connection_code(error), of_server=True)


def _refusal(code: int) -> Result:
    """RFC 5321 4.2.1: 5yz is for good, all else may pass. Being asked to sign in is the operator's to put right."""
    if 500 <= code < 600 and code not in SIGN_IN:
        return PermanentFailure(f"smtp_{code}")
    return TemporaryFailure(f"smtp_{code}")


def _connection_code(error: Exception) -> str:
    """Why there is no connection, or none any more."""
    match error:
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            return "not_secure"
        case TimeoutError():
            return "no_reply"
        case smtplib.SMTPServerDisconnected():
            # smtplib makes one of these of a reply that did not come in time.
            return "no_reply" if isinstance(error.__context__, TimeoutError) else "disconnected"
        case smtplib.SMTPResponseException():
            return f"smtp_{error.smtp_code}"
        case ConnectionResetError() | BrokenPipeError():
            return "disconnected"
        case _:
            return "unreachable"
