"""How notices leave: one file for each way. This one picks by channel and settings."""

from types import TracebackType
from typing import Self

from django.conf import settings

from gongshi.notifications.addresses import AddressError, email_address
from gongshi.notifications.models import TO_PEOPLE, Channel
from gongshi.notifications.servers import ServerSettingError, gateway, mail_server, mail_store
from gongshi.notifications.transports.email import EmailTransport
from gongshi.notifications.transports.files import FileTransport
from gongshi.notifications.transports.notices import (
    Notice,
    PermanentFailure,
    Result,
    TemporaryFailure,
    Transport,
)
from gongshi.notifications.transports.sms import SmsTransport


def connected_channels() -> list[str]:
    """The channels that reach people: those with a server in the settings, and in the demo all."""
    servers = {Channel.EMAIL: settings.SMTP_URL, Channel.SMS: settings.SMS_URL}
    return [channel.value for channel, url in servers.items() if url or settings.DEMO]


def check_settings() -> None:
    """Read every setting that sending depends on. Raises ServerSettingError naming the one that is wrong."""
    try:
        email_address(settings.MAIL_FROM, bare_host=True)
    except AddressError as error:
        raise ServerSettingError(f"mail_from: expected one address ({error.code})") from error
    for channel in TO_PEOPLE:
        _make(channel)
    _check_letters()


def _check_letters() -> None:
    """Whoever writes is answered, and this server knows mail of its own by its address."""
    if not settings.IMAP_URL:
        return
    mail_store(settings.IMAP_URL)
    if not settings.SMTP_URL and not settings.DEMO:
        raise ServerSettingError("imap_url: letters are answered, which needs smtp_url")
    try:
        email_address(settings.MAIL_ADDRESS, bare_host=True)
    except AddressError as error:
        raise ServerSettingError(f"mail_address: expected one address ({error.code})") from error


def mail_trouble() -> str | None:
    """What keeps mail from going out: "" for nothing, None where no server is set. Raises ServerSettingError."""
    check_settings()
    return EmailTransport(mail_server(settings.SMTP_URL)).trouble() if settings.SMTP_URL else None


def _make(channel: str) -> Transport:
    if channel == Channel.EMAIL and settings.SMTP_URL:
        return EmailTransport(mail_server(settings.SMTP_URL))
    if channel == Channel.SMS and settings.SMS_URL:
        return SmsTransport(gateway(settings.SMS_URL))
    return FileTransport(channel)


class Transports:
    """The transports of one batch, each made when first needed; leaving the block closes them."""

    def __init__(self) -> None:
        self._open: dict[str, Transport] = {}
        self._down: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for transport in self._open.values():
            transport.close()

    def send(self, channel: str, notice: Notice) -> Result:
        """Send ``notice`` through ``channel``. A channel this version does not know fails for good."""
        if channel not in TO_PEOPLE:
            return PermanentFailure("unknown_channel")
        if channel not in self._open:
            self._open[channel] = _make(channel)
        result = self._open[channel].send(notice)
        if isinstance(result, TemporaryFailure) and result.of_server:
            self._down.add(channel)
        return result

    def is_down(self, channel: str) -> bool:
        """Whether the channel's server failed in this batch. The rest waits for the next one, attempts unspent."""
        return channel in self._down
