"""Where no server is set, messages are files; outside the demo they do not name whom they are for."""

import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from gongshi.notifications import transports
from gongshi.notifications.models import Channel
from gongshi.notifications.servers import ServerSettingError
from gongshi.notifications.transports import Transports, check_settings, connected_channels
from gongshi.notifications.transports.notices import Notice, PermanentFailure, Sent, TemporaryFailure
from gongshi.safekeeping.ids import new_id
from tests.notifications.conftest import EMAIL, NOW, PHONE

TEXT = "编号 QH-4F7K-2M9P-3 有新情况。"


@pytest.fixture
def outbox(settings: Settings, tmp_path: Path) -> Path:
    """An outbox folder that is not there yet, and no server in the settings."""
    settings.SMTP_URL = settings.SMS_URL = ""
    settings.OUTBOX_DIRECTORY = tmp_path / "outbox"
    return tmp_path / "outbox"


def notice(to: str) -> Notice:
    return Notice(new_id(), to, "zh", "有新情况", TEXT, NOW)


def test_demo_writes_whom_it_is_for(outbox: Path, settings: Settings) -> None:
    settings.DEMO = True
    mail, text = notice(EMAIL), notice(PHONE)
    with Transports() as ways:
        assert ways.send("email", mail) == Sent()
        assert ways.send("sms", text) == Sent()
    assert {path.name for path in outbox.iterdir()} == {f"{mail.id}.eml", f"{text.id}.txt"}
    message = message_from_bytes((outbox / f"{mail.id}.eml").read_bytes(), policy=default)
    assert message["To"] == EMAIL
    assert (outbox / f"{text.id}.txt").read_text(encoding="utf-8").startswith(PHONE)


def test_real_instance_leaves_the_address_out(outbox: Path, settings: Settings) -> None:
    settings.DEMO = False
    with Transports() as ways:
        ways.send("email", notice(EMAIL))
        ways.send("sms", notice(PHONE))
    written = b"".join(path.read_bytes() for path in outbox.iterdir())
    assert EMAIL.encode() not in written
    assert PHONE.encode() not in written
    assert written.count(TEXT.encode()) == 2


def test_second_attempt_replaces_the_first_and_only_the_owner_may_read(outbox: Path) -> None:
    one = notice(EMAIL)
    for _ in range(2):
        with Transports() as ways:
            ways.send("email", one)
    (path,) = outbox.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700


def test_folder_that_cannot_be_written(outbox: Path) -> None:
    outbox.write_text("a file where the folder should be")
    with Transports() as ways:
        assert ways.send("email", notice(EMAIL)) == TemporaryFailure("not_written", of_server=True)
        assert ways.is_down("email")
        assert not ways.is_down("sms")


@pytest.mark.parametrize(
    ("channel", "to"), [("email", PHONE), ("sms", EMAIL), ("email", "a@b.example\nBcc: c@d.example")]
)
def test_wrong_address_is_refused_as_by_a_server(channel: str, to: str, outbox: Path) -> None:
    with Transports() as ways:
        assert ways.send(channel, notice(to)) == PermanentFailure("bad_address")
    assert not outbox.exists()


def test_unknown_channel_fails_for_good() -> None:
    with Transports() as ways:
        assert ways.send("pigeon", notice(EMAIL)) == PermanentFailure("unknown_channel")


@pytest.mark.parametrize(
    ("smtp", "sms", "demo", "expected"),
    [
        ("", "", False, []),
        ("", "", True, ["email", "sms"]),
        ("smtp://localhost", "", False, ["email"]),
        ("", "https://sms.example.org/", False, ["sms"]),
    ],
)
def test_channels_that_reach_people(
    smtp: str, sms: str, demo: bool, expected: list[str], settings: Settings
) -> None:
    settings.SMTP_URL, settings.SMS_URL, settings.DEMO = smtp, sms, demo
    assert connected_channels() == expected


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SMTP_URL", "smtp://wang:secret@mail.example.org"),
        ("SMS_URL", "http://sms.example.org/?key=secret"),
        ("MAIL_FROM", "Town <secret@town.example>"),
    ],
)
def test_wrong_settings_are_named_and_not_repeated(setting: str, value: str, settings: Settings) -> None:
    setattr(settings, setting, value)
    with pytest.raises(ServerSettingError, match=setting.lower()) as caught:
        check_settings()
    assert "secret" not in str(caught.value)


def test_every_channel_has_a_transport(outbox: Path, settings: Settings) -> None:
    check_settings()
    for channel in Channel:
        assert transports._make(channel).send(notice("")) == PermanentFailure("bad_address")
